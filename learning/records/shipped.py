"""The elections that Netra ships, read from a file: `pemilihan.yaml`, or another of the same form. Pure.

Everything wrong is told at once, each with the place in the file; nothing half-read is ever returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from learning.records import regions
from learning.records.derivation import BY_KEY
from learning.records.duedates import SourceGrade, StageKind, StageStatus
from learning.records.kinds import EventKind

FILE = Path(__file__).with_name("pemilihan.yaml")
GRADES = {
    "dibaca": SourceGrade.READ,
    "dilaporkan": SourceGrade.REPORTED,
    "belum-dicek": SourceGrade.UNVERIFIED,
}
STATUSES = {
    "ditetapkan": StageStatus.CONFIRMED,
    "sementara": StageStatus.PROVISIONAL,
    "perkiraan": StageStatus.ESTIMATED,
}
_EVENT_KEYS = {"kunci", "nama", "jenis", "wilayah", "dasar", "tahapan"}
_STAGE_KEYS = {"tahap", "mulai", "sampai", "sumber", "tanda", "kepastian", "catatan", "aturan"}


class BadCalendar(ValueError):
    """The file cannot be used; `problems` says every reason with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ShippedStage:
    """A stage as shipped: days with their source, or the key of the rule that gives them."""

    stage: StageKind
    starts_on: date | None
    ends_on: date | None
    status: StageStatus
    source_ref: str
    grade: SourceGrade
    note: str
    rule: str | None


@dataclass(frozen=True, slots=True)
class ShippedEvent:
    """An election as shipped; entered stages stand before derived ones, so that a rule finds its base."""

    key: str
    name: str
    kind: EventKind
    region_codes: tuple[str, ...]
    legal_basis: str
    stages: tuple[ShippedStage, ...]


def read(text: str) -> tuple[ShippedEvent, ...]:
    """The elections of a file. Refuses (BadCalendar) anything misspelt, missing, doubled or contradictory."""
    try:
        # Every scalar stays the text it is: YAML's own dates refuse 31 November with an error that has no place.
        tree = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - builds lists, mappings and texts only
    except yaml.YAMLError as error:
        raise BadCalendar([str(error)]) from error
    problems: list[str] = []
    if not isinstance(tree, list):
        raise BadCalendar(["the file must be a list of elections"])
    events = [_event(entry, index, problems) for index, entry in enumerate(tree, 1)]
    keys = [event.key for event in events if event is not None]
    problems += [f"{key}: stands twice" for key in sorted({key for key in keys if keys.count(key) > 1})]
    if problems:
        raise BadCalendar(problems)
    return tuple(event for event in events if event is not None)


def _event(entry: Any, index: int, problems: list[str]) -> ShippedEvent | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("kunci"), str) or not entry["kunci"]:
        problems.append(f"entry {index}: needs a key 'kunci'")
        return None
    place, before = entry["kunci"], len(problems)
    _known(entry, _EVENT_KEYS, place, problems)
    kind = _one_of(EventKind, entry.get("jenis"), f"{place}: jenis", problems)
    codes = [str(code) for code in entry.get("wilayah") or []]
    problems += [f"{place}: no region has the code {code!r}" for code in codes if not regions.is_known(code)]
    problems += [f"{place}: {name} is missing" for name in ("nama", "dasar") if not entry.get(name)]
    stages = [_stage(each, kind, place, problems) for each in entry.get("tahapan") or []]
    seen = [stage.stage for stage in stages if stage is not None]
    problems += [f"{place}: {stage} stands twice" for stage in sorted({s for s in seen if seen.count(s) > 1})]
    if len(problems) > before or kind is None:
        return None
    found = [stage for stage in stages if stage is not None]
    order = list(BY_KEY)
    found.sort(key=lambda stage: -1 if stage.rule is None else order.index(stage.rule))
    return ShippedEvent(place, entry["nama"], kind, tuple(codes), entry["dasar"], tuple(found))


def _stage(entry: Any, kind: EventKind | None, event: str, problems: list[str]) -> ShippedStage | None:
    if not isinstance(entry, dict):
        problems.append(f"{event}: a stage must be a mapping")
        return None
    place, before = f"{event}, {entry.get('tahap')}", len(problems)
    _known(entry, _STAGE_KEYS, place, problems)
    stage = _one_of(StageKind, entry.get("tahap"), place, problems)
    rule = BY_KEY.get(entry["aturan"]) if "aturan" in entry else None
    if "aturan" in entry:
        if rule is None or rule.stage is not stage or (kind is not None and kind not in rule.kinds):
            problems.append(f"{place}: the rule {entry['aturan']!r} is not one for this stage and kind")
        if {"mulai", "sampai"} & entry.keys():
            problems.append(f"{place}: has a rule and days of its own")
    starts_on, ends_on = (_day(entry.get(name), f"{place}: {name}", problems) for name in ("mulai", "sampai"))
    if "aturan" not in entry:
        problems += [f"{place}: {name} is missing" for name in ("mulai", "sumber") if not entry.get(name)]
    if starts_on and ends_on and ends_on < starts_on:
        problems.append(f"{place}: ends before it starts")
    grade = _word(GRADES, entry.get("tanda", "belum-dicek"), f"{place}: tanda", problems)
    status = _word(STATUSES, entry.get("kepastian", "ditetapkan"), f"{place}: kepastian", problems)
    if len(problems) > before or stage is None or grade is None or status is None:
        return None
    return ShippedStage(
        stage,
        starts_on,
        ends_on,
        status,
        rule.article if rule else str(entry["sumber"]),
        SourceGrade.READ if rule else grade,
        str(entry.get("catatan") or ""),
        rule.key if rule else None,
    )


def _known(entry: Mapping[str, Any], keys: set[str], place: str, problems: list[str]) -> None:
    problems += [f"{place}: {key!r} is no key here" for key in sorted(map(str, entry.keys() - keys))]


def _one_of(kind: Any, value: Any, place: str, problems: list[str]) -> Any:
    if value in set(kind):
        return kind(value)
    problems.append(f"{place}: {value!r} is not one of {', '.join(kind)}")
    return None


def _word(words: Mapping[str, Any], value: Any, place: str, problems: list[str]) -> Any:
    found = words.get(value) if isinstance(value, str) else None
    if found is None:
        problems.append(f"{place}: {value!r} is not one of {', '.join(words)}")
    return found


def _day(value: Any, place: str, problems: list[str]) -> date | None:
    if not value:
        return None
    try:
        if isinstance(value, str) and len(value) == len("2025-03-22"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    problems.append(f"{place}: {value!r} is not a day like 2025-03-22")
    return None
