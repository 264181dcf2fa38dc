"""Provinces, regencies and cities by their official codes, and which of them an election covers. Pure.

Codes: Ministry of Home Affairs (Kepmendagri 300.2.2-2138 Tahun 2025), kept in `wilayah.csv`. "52" is a province, "52.03"
a regency, "52.03.01" a district (districts are not listed; their regency is). Province 99 does not exist and is
reserved for rehearsals and the demo.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("wilayah.csv")
REHEARSAL = "99"


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Every province, regency and city: code to name, in order of codes."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(",") for line in lines if line[:1].isdigit())
    return {code: name for code, _comma, name in pairs}


def provinces() -> list[tuple[str, str]]:
    """The provinces as (code, name)."""
    return [(code, name) for code, name in names().items() if len(code) == 2]


def regencies(province: str) -> list[tuple[str, str]]:
    """The regencies and cities of a province as (code, name)."""
    return [(code, name) for code, name in names().items() if len(code) == 5 and code[:2] == province]


def is_known(code: str) -> bool:
    """Whether a code stands in the official list; of a district, whether its regency does. Rehearsal codes count."""
    return code[:2] == REHEARSAL or code[:5] in names()


def is_place(code: str) -> bool:
    """Whether a code names a province, regency or city of the official list, or one for rehearsals."""
    digits = code.replace(".", "")
    well_formed = len(code) in {2, 5} and code[2:3] in {"", "."} and digits.isascii() and digits.isdigit()
    return well_formed and len(digits) in {2, 4} and is_known(code)


def name_of(code: str) -> str:
    """The name of a region, of a district that of its regency; the code itself where there is none."""
    return names().get(code[:5]) or code


def covers(codes: Iterable[str], place: str | None) -> bool:
    """Whether an election in these regions is held where somebody works. No regions: the whole country."""
    codes = tuple(codes)
    return not codes or (place is not None and any(_within(place, code) for code in codes))


def touches(codes: Iterable[str], place: str) -> bool:
    """Whether an election in these regions is held anywhere in `place`, also in a part of it."""
    codes = tuple(codes)
    return covers(codes, place) or any(_within(code, place) for code in codes)


def _within(code: str, above: str) -> bool:
    return code == above or code.startswith(above + ".")
