"""Promotion rules as their authors write them: a YAML file, read completely or refused with the entry at fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from certificates.eligibility import RuleKind
from certificates.models import RequirementSource

SHIPPED = Path(__file__).parent / "promotion_rules.yaml"
_FIELDS = {
    "kunci", "judul", "jenis", "jenjang", "kursus", "judul-kursus", "dasar", "sumber", "catatan",
    "berlaku-mulai", "berlaku-sampai",
}  # fmt: skip
_KINDS = {"jabatan": RuleKind.POSITION, "pangkat": RuleKind.RANK}
_SOURCES = {
    "undang-undang": RequirementSource.LAW,
    "kebijakan-instansi": RequirementSource.AGENCY_POLICY,
    "contoh": RequirementSource.DEMO_POLICY,
}


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule of the file; the fields are those of the table."""

    key: str
    title: str
    kind: RuleKind
    target_level: str
    course_key: str
    course_title: str
    legal_basis: str
    source: RequirementSource
    note: str
    valid_from: date
    valid_to: date | None = None


def read_rules(path: Path) -> tuple[RuleText, ...]:
    """All rules of a file. Raises ValueError that names the entry and what is wrong with it."""
    data = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(data, list):
        raise ValueError(f"{path.name}: a list of rules is expected")  # noqa: TRY004 - bad input, not a bad call
    rules = tuple(_rule(entry, f"{path.name}, rule {place}") for place, entry in enumerate(data, 1))
    keys = [rule.key for rule in rules]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(f"{path.name}: the key {twice[0]} stands there twice")
    return rules


def _rule(entry: Any, place: str) -> RuleText:
    if not isinstance(entry, dict):
        raise ValueError(f"{place}: a rule is a block of names and values")  # noqa: TRY004 - as above
    unknown = sorted(set(entry) - _FIELDS, key=str)
    if unknown:
        raise ValueError(f"{place}: the name {unknown[0]} is not known")
    missing = sorted(_FIELDS - {"berlaku-sampai"} - set(entry))
    if missing:
        raise ValueError(f"{place}: {missing[0]} is missing")
    if entry["jenis"] not in _KINDS or entry["sumber"] not in _SOURCES:
        raise ValueError(f"{place}: jenis or sumber is not one of the known words")
    first, last = entry["berlaku-mulai"], entry.get("berlaku-sampai")
    if type(first) is not date or (last is not None and (type(last) is not date or last < first)):
        raise ValueError(f"{place}: berlaku-mulai and berlaku-sampai are days (2026-07-01), in this order")
    words = {name: " ".join(str(entry[name]).split()) for name in _FIELDS if name in entry}
    if not all(words[name] for name in _FIELDS - {"berlaku-sampai"}):
        raise ValueError(f"{place}: a value is empty")
    return RuleText(
        key=words["kunci"],
        title=words["judul"],
        kind=_KINDS[entry["jenis"]],
        target_level=words["jenjang"],
        course_key=words["kursus"],
        course_title=words["judul-kursus"],
        legal_basis=words["dasar"],
        source=_SOURCES[entry["sumber"]],
        note=words["catatan"],
        valid_from=first,
        valid_to=last,
    )
