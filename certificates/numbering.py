"""Certificate numbers in the form of Indonesian official letters. Pure."""

from __future__ import annotations

import re
from datetime import date

from .indonesian import ROMAN_MONTHS

ISSUER = "NETRA"
HOUSE_PATTERN = f"{{nomor}}/{ISSUER}/{{kode}}/{{bulan}}/{{tahun}}"
PATTERN_LENGTH = 40
_CODE = re.compile(r"[^A-Z0-9.-]+")
# The serial comes first and a separator ends it. So no two agencies can bring forth the same number, whatever follows.
_PATTERN = re.compile(r"\{nomor\}[/.-](?:[A-Za-z0-9/.-]|\{kode\}|\{bulan\}|\{tahun\})*")


def is_pattern(text: str) -> bool:
    """Whether certificate numbers can be made by this pattern: `{nomor}` first, then a separator, then letters, figures,
    `/`, `.`, `-` and any of `{kode}`, `{bulan}`, `{tahun}`.
    """
    return len(text) <= PATTERN_LENGTH and _PATTERN.fullmatch(text) is not None


def certificate_number(serial: int, course_code: str, issued_on: date, pattern: str = "") -> str:
    """`0412/NETRA/NAP/XI/2026`: serial, issuer, course code, month in Roman figures, year; or as the agency's pattern says.

    The serial alone makes the number unique; it is padded to four digits and may grow beyond. The course code is
    brought to upper case and cleared of anything that could be taken for a separator.
    Raises ValueError for a serial below one, a code without a usable character, a pattern that is none.
    """
    if serial < 1:
        raise ValueError("a serial starts at one")
    code = _CODE.sub("", course_code.upper())
    if not code:
        raise ValueError("the course code is empty")
    pattern = pattern or HOUSE_PATTERN
    if not is_pattern(pattern):
        raise ValueError("not a pattern for numbers")
    return pattern.format(
        nomor=f"{serial:04d}",
        kode=code,
        bulan=ROMAN_MONTHS[issued_on.month - 1],
        tahun=issued_on.year,
    )


def file_name(number: str) -> str:
    """The name under which a paper is saved: its number without signs that a file system minds, and no NIP."""
    return f"sertifikat-{''.join(char if char.isalnum() or char in '.-' else '-' for char in number)}.pdf"
