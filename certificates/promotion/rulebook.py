"""Promotion rules as their authors write them, read completely or refused with everything that is wrong.

One shape for the file (YAML, a list of rules), for the stored version (canonical JSON) and for the form: names and closed
words in Indonesian. `read_rule` reports all problems at once, `plain` writes what `read_rule` reads back unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from certificates.promotion.rules import (
    MAX_COURSES,
    MAX_EXEMPTIONS,
    MAX_JP,
    MAX_MONTHS,
    CourseNeed,
    Demand,
    Exemption,
    Mode,
    Proof,
    RequirementSource,
    RuleKind,
    RuleText,
    Transition,
)

SHIPPED = Path(__file__).parent / "promotion_rules.yaml"
LONGEST = {"kunci": 60, "judul": 160, "jenjang": 60, "dasar": 600, "catatan": 1_000, "alasan": 200}
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
KINDS = {"jabatan": RuleKind.POSITION, "pangkat": RuleKind.RANK}
SOURCES = {
    "undang-undang": RequirementSource.LAW,
    "kebijakan-instansi": RequirementSource.AGENCY_POLICY,
    "contoh": RequirementSource.DEMO_POLICY,
}
MODES = {"semua": Mode.ALL, "salah-satu": Mode.ANY, "sejumlah": Mode.COUNT}
PROOFS = {"berlaku": Proof.VALID, "baru-lulus": Proof.RECENT, "salah-satu": Proof.EITHER}
POSITIONS = {
    "pimpinan-tinggi": "SENIOR_EXECUTIVE",
    "administrator": "ADMINISTRATOR",
    "pengawas": "SUPERVISOR_POST",
    "fungsional": "FUNCTIONAL",
    "pelaksana": "OPERATIONAL",
}
EMPLOYMENT = {"PNS": "PNS", "CPNS": "CPNS", "PPPK": "PPPK", "PPPK-paruh-waktu": "PPPK_PART_TIME"}
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_GRADE = re.compile(r"(I|II|III)/[a-d]|IV/[a-e]|[IVX]{1,5}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """One thing wrong with a rule. `place` is the way to it (`syarat.kursus.2.kunci`); sentences live in `texts`."""

    place: str
    code: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleReading:
    """A rule, or everything that is wrong with it; never both. `agency` is the code of its agency, None: everybody."""

    rule: RuleText | None
    problems: tuple[RuleProblem, ...] = ()
    agency: str | None = None


class UnreadableRules(Exception):
    """A file of rules that cannot be taken over; says which rule and everything that is wrong."""

    def __init__(self, problems: tuple[RuleProblem, ...]) -> None:
        super().__init__("; ".join(f"{problem.place}: {problem.code}" for problem in problems))
        self.problems = problems


def read_rules(path: Path) -> tuple[RuleReading, ...]:
    """All rules of a file. Raises UnreadableRules with every problem of every rule."""
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnreadableRules((RuleProblem(path.name, "rule.not_yaml"),)) from error
    if not isinstance(data, list) or not data:
        raise UnreadableRules((RuleProblem(path.name, "rule.no_list"),))
    readings = tuple(read_rule(entry) for entry in data)
    problems = [
        RuleProblem(f"{at}.{problem.place}" if problem.place else str(at), problem.code, problem.params)
        for at, reading in enumerate(readings, 1)
        for problem in reading.problems
    ]
    keys = [reading.rule.key for reading in readings if reading.rule]
    problems += [
        RuleProblem(str(at), "rule.key_twice", {"key": key})
        for at, key in enumerate(keys, 1)
        if key in keys[: at - 1]
    ]
    if problems:
        raise UnreadableRules(tuple(problems))
    return readings


def read_rule(data: Any) -> RuleReading:
    """One rule from plain values. Unknown names, wrong words, missing and contradicting entries are all reported."""
    reader = _Reader()
    rule = reader.rule(data)
    if reader.problems or rule is None:
        return RuleReading(None, tuple(reader.problems))
    return RuleReading(rule, (), reader.agency)


def plain(rule: RuleText) -> dict[str, Any]:
    """The rule as plain values that JSON and YAML can hold; `read_rule` gives the equal rule back. Empty is left out."""
    data = {
        "kunci": rule.key,
        "judul": rule.title,
        "jenis": _word(KINDS, rule.kind),
        "jenjang": rule.target_level,
        "jabatan-asal": [_word(POSITIONS, one) for one in rule.from_positions],
        "golongan-asal": list(rule.from_grades),
        "syarat": _plain_demand(rule.demand),
        "pengecualian": [
            _filled(
                {
                    "kunci": one.key,
                    "alasan": one.reason,
                    "jenis-pegawai": [_word(EMPLOYMENT, kind) for kind in one.employment_types],
                    "jabatan": [_word(POSITIONS, kind) for kind in one.position_types],
                }
            )
            for one in rule.exemptions
        ],
        "peralihan": {
            "sampai": rule.transition.until.isoformat(),
            "syarat": _plain_demand(rule.transition.demand),
        }
        if rule.transition
        else None,
        "sumber": _word(SOURCES, rule.source),
        "dasar": rule.legal_basis,
        "catatan": rule.note,
        "berlaku-mulai": rule.valid_from.isoformat(),
        "berlaku-sampai": rule.valid_to.isoformat() if rule.valid_to else None,
    }
    return _filled(data)


def _plain_demand(demand: Demand) -> dict[str, Any]:
    return _filled(
        {
            "kursus": [
                _filled(
                    {
                        "kunci": need.key,
                        "judul": need.title,
                        "edisi-mulai": need.edition_from.isoformat() if need.edition_from else None,
                    }
                )
                for need in demand.courses
            ],
            "cara": _word(MODES, demand.mode) if demand.courses else None,
            "sejumlah": demand.count,
            "jp-minimal": demand.min_jp,
            "bukti": _word(PROOFS, demand.proof),
            "bulan": demand.months,
        }
    )


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value}


def _word(words: Mapping[str, T], value: T) -> str:
    return next(word for word, meant in words.items() if meant == value)


class _Reader:
    """Walks a rule and notes whatever is wrong on the way; what could not be read is None and never used."""

    def __init__(self) -> None:
        self.problems: list[RuleProblem] = []
        self.agency: str | None = None

    def rule(self, data: Any) -> RuleText | None:
        known = {
            "kunci", "judul", "jenis", "jenjang", "cakupan", "jabatan-asal", "golongan-asal", "syarat", "pengecualian",
            "peralihan", "sumber", "dasar", "catatan", "berlaku-mulai", "berlaku-sampai",
        }  # fmt: skip
        if not self._block(data, "", known):
            return None
        key = self._line(data, "kunci", "")
        if key and not _KEY.fullmatch(key):
            self._wrong("kunci", "rule.key_form")
        scope = self._line(data, "cakupan", "", required=False)
        self.agency = None if scope in ("", "nasional") else scope
        kind = self._choice(data, "jenis", "", KINDS)
        source = self._choice(data, "sumber", "", SOURCES)
        first = self._day(data, "berlaku-mulai", "", required=True)
        last = self._day(data, "berlaku-sampai", "")
        if first and last and last < first:
            self._wrong("berlaku-sampai", "rule.days_reversed")
        title, level, basis, note = (
            self._line(data, name, "") for name in ("judul", "jenjang", "dasar", "catatan")
        )
        demand = self._demand(data.get("syarat"), "syarat")
        exemptions = tuple(self._exemptions(data))
        transition = self._transition(data.get("peralihan"))
        positions = self._choices(data, "jabatan-asal", "", POSITIONS)
        grades = self._grades(data)
        if self.problems or not (kind and source and first and demand):
            return None
        return RuleText(
            key, title, kind, level, demand, basis, source, note, first, last, positions, grades, exemptions, transition,
        )  # fmt: skip

    def _demand(self, data: Any, place: str) -> Demand | None:
        if not self._block(
            data,
            place,
            {"kursus", "cara", "sejumlah", "jp-minimal", "bukti", "bulan"},
            missing="rule.missing",
        ):
            return None
        courses = self._courses(data, place)
        mode = self._choice(data, "cara", place, MODES, default="semua")
        proof = self._choice(data, "bukti", place, PROOFS, default="berlaku")
        count = self._number(data, "sejumlah", place, MAX_COURSES)
        jp = self._number(data, "jp-minimal", place, MAX_JP)
        months = self._number(data, "bulan", place, MAX_MONTHS)
        if not courses and not jp and not any(one.place.startswith(place) for one in self.problems):
            self._wrong(place, "rule.asks_nothing")
        if (mode is Mode.COUNT) != bool(count) or (count and not 1 <= count <= len(courses)):
            self._wrong(f"{place}.sejumlah", "rule.count", courses=len(courses))
        if proof is not None and (proof is Proof.VALID) != (not months):
            self._wrong(f"{place}.bulan", "rule.months" if months else "rule.months_missing")
        return Demand(courses, mode or Mode.ALL, count, jp, proof or Proof.VALID, months)

    def _courses(self, data: Mapping[str, Any], place: str) -> tuple[CourseNeed, ...]:
        found: list[CourseNeed] = []
        for at, entry in self._entries(data, "kursus", place, MAX_COURSES):
            if not self._block(entry, at, {"kunci", "judul", "edisi-mulai"}):
                continue
            key, title = self._line(entry, "kunci", at), self._line(entry, "judul", at)
            edition_from = self._day(entry, "edisi-mulai", at)
            if any(need.key == key for need in found):
                self._wrong(f"{at}.kunci", "rule.course_twice", key=key)
            found.append(CourseNeed(key, title, edition_from))
        return tuple(found)

    def _exemptions(self, data: Mapping[str, Any]) -> list[Exemption]:
        found: list[Exemption] = []
        for at, entry in self._entries(data, "pengecualian", "", MAX_EXEMPTIONS):
            if not self._block(entry, at, {"kunci", "alasan", "jenis-pegawai", "jabatan"}):
                continue
            key = self._line(entry, "kunci", at, required=False)
            reason = self._line(entry, "alasan", at)
            kinds = self._choices(entry, "jenis-pegawai", at, EMPLOYMENT)
            positions = self._choices(entry, "jabatan", at, POSITIONS)
            if key and not _KEY.fullmatch(key):
                self._wrong(f"{at}.kunci", "rule.key_form")
            if bool(key) == bool(kinds or positions):
                self._wrong(at, "rule.exemption_who")
            if key and any(one.key == key for one in found):
                self._wrong(f"{at}.kunci", "rule.key_twice", key=key)
            found.append(Exemption(reason, kinds, positions, key))
        return found

    def _transition(self, data: Any) -> Transition | None:
        if data is None or not self._block(data, "peralihan", {"sampai", "syarat"}):
            return None
        until = self._day(data, "sampai", "peralihan", required=True)
        demand = self._demand(data.get("syarat"), "peralihan.syarat")
        return Transition(until, demand) if until and demand else None

    def _grades(self, data: Mapping[str, Any]) -> tuple[str, ...]:
        found = []
        for at, entry in self._entries(data, "golongan-asal", "", 30):
            if not isinstance(entry, str) or not _GRADE.fullmatch(entry):
                self._wrong(at, "rule.grade", found=_shown(entry))
            elif entry not in found:
                found.append(entry)
        return tuple(found)

    # --- Single entries ---

    def _block(self, data: Any, place: str, known: set[str], missing: str = "rule.no_block") -> bool:
        if not isinstance(data, Mapping):
            self._wrong(place, missing if data is None else "rule.no_block")
            return False
        for name in sorted(set(data) - known, key=str):
            self._wrong(_at(place, _shown(name)), "rule.unknown_name")
        return True

    def _line(self, data: Mapping[str, Any], name: str, place: str, *, required: bool = True) -> str:
        value = data.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self._wrong(_at(place, name), "rule.missing")
            return ""
        if not isinstance(value, str):
            self._wrong(_at(place, name), "rule.no_text")
            return ""
        text = " ".join("".join(max(ch, " ") for ch in value).split())
        longest = LONGEST.get(name, 200)
        if len(text) > longest:
            self._wrong(_at(place, name), "rule.too_long", max=longest)
        return text

    def _day(self, data: Mapping[str, Any], name: str, place: str, *, required: bool = False) -> date | None:
        value = data.get(name)
        if value is None or value == "":
            if required:
                self._wrong(_at(place, name), "rule.missing")
            return None
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                value = None
        if type(value) is not date or not FIRST_DAY <= value <= LAST_DAY:
            self._wrong(_at(place, name), "rule.day")
            return None
        return value

    def _number(self, data: Mapping[str, Any], name: str, place: str, largest: int) -> int:
        value = data.get(name)
        if value is None:
            return 0
        if type(value) is not int or not 0 <= value <= largest:
            self._wrong(_at(place, name), "rule.number", max=largest)
            return 0
        return value

    def _choice(
        self, data: Mapping[str, Any], name: str, place: str, words: Mapping[str, T], default: str = ""
    ) -> T | None:
        value = data.get(name) or default
        found = words.get(value) if isinstance(value, str) else None
        if found is None:
            code = "rule.word" if value else "rule.missing"
            self._wrong(_at(place, name), code, words=", ".join(words))
        return found

    def _choices(
        self, data: Mapping[str, Any], name: str, place: str, words: Mapping[str, str]
    ) -> tuple[str, ...]:
        found: list[str] = []
        for at, entry in self._entries(data, name, place, len(words)):
            meant = words.get(entry) if isinstance(entry, str) else None
            if meant is None:
                self._wrong(at, "rule.word", words=", ".join(words))
            elif meant not in found:
                found.append(meant)
        return tuple(found)

    def _entries(self, data: Mapping[str, Any], name: str, place: str, most: int) -> list[tuple[str, Any]]:
        value = data.get(name)
        where = _at(place, name)
        if value is None:
            return []
        if not isinstance(value, list):
            self._wrong(where, "rule.no_list")
            return []
        if len(value) > most:
            self._wrong(where, "rule.too_many", max=most)
            return []
        return [(f"{where}.{at}", entry) for at, entry in enumerate(value, 1)]

    def _wrong(self, place: str, code: str, **params: object) -> None:
        self.problems.append(RuleProblem(place, code, params))


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _shown(value: object) -> str:
    return str(value)[:40]
