"""Checking rows of a person or unit file against the rules. Pure: rows and lookups in, lines or findings out.

A row with any finding is not applied; every finding of a row is reported at once. Nothing is guessed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from learning.people import nip
from learning.people.import_words import EMPLOYMENT_WORDS, POSITION_WORDS, UNIT_WORDS, ZONE_WORDS
from learning.people.kinds import EmploymentType, PositionType, UnitKind
from learning.people.names import is_plausible
from learning.people.problem import Problem
from learning.people.spreadsheet import Row, cell_date

Line = TypeVar("Line")
Word = TypeVar("Word")

_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_REGION = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
_UNIT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_PNS_GRADE = re.compile(r"(IV)/([a-e])|(I{1,3})/([a-d])")
PPPK_GRADES = frozenset(
    [
        "I",
        "II",
        "III",
        "IV",
        "V",
        "VI",
        "VII",
        "VIII",
        "IX",
        "X",
        "XI",
        "XII",
        "XIII",
        "XIV",
        "XV",
        "XVI",
        "XVII",
    ]
)

TITLE_MAX = 160


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with one row: where (row number, column), what was found, and the problem."""

    row: int
    column: str
    found: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One good row of a person file."""

    row: int
    employee_number: str
    name: str
    front_title: str
    back_title: str
    email: str | None
    unit_id: int
    position_title: str
    position_type: PositionType
    grade_code: str | None
    employment_type: EmploymentType
    starts_on: date


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One good row of a unit file. `parent_code` None: the row is an agency."""

    row: int
    code: str
    parent_code: str | None
    name: str
    kind: UnitKind
    region_code: str | None
    timezone: str | None


@dataclass(frozen=True, slots=True)
class Checked(Generic[Line]):
    """A whole file after checking: good lines in file order, findings and warnings by row."""

    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...] = ()

    @property
    def bad_rows(self) -> int:
        """How many rows are not going to be applied."""
        return len({finding.row for finding in self.findings})


def is_email(text: str) -> bool:
    """A mail address that can be written to: one @, a domain with a dot, ASCII, at most 254 characters."""
    return len(text) <= 254 and bool(_EMAIL.fullmatch(text)) and ".." not in text


def is_region_code(text: str) -> bool:
    """Home-affairs code: province 33, regency 33.74, district 33.74.01, village 33.74.01.1001."""
    return bool(_REGION.fullmatch(text))


def is_unit_code(text: str) -> bool:
    """At most 40 letters, digits and . _ / -, beginning with a letter or digit."""
    return bool(_UNIT_CODE.fullmatch(text))


def grade_of(text: str, employment: EmploymentType) -> str | None:
    """Canonical grade (`III/c` for PNS and CPNS, `IX` for PPPK), or None when there is no such grade."""
    squeezed = re.sub(r"[\s.]+", "", text)
    if employment in (EmploymentType.PNS, EmploymentType.CPNS):
        roman, _, letter = squeezed.partition("/")
        code = f"{roman.upper()}/{letter.lower()}"
        return code if _PNS_GRADE.fullmatch(code) else None
    return squeezed.upper() if squeezed.upper() in PPPK_GRADES else None


def check_people(rows: Sequence[Row], *, units: Mapping[str, int], today: date) -> Checked[PersonLine]:
    """Check all rows. `units`: the unit codes the importing person may post to, casefolded, to unit ids.

    Two rows with the same NIP: the second is refused when it says anything different, else it is dropped.
    """
    lines: list[PersonLine] = []
    findings: list[Finding] = []
    warnings: list[Finding] = []
    seen: dict[str, PersonLine] = {}
    for row in rows:
        check = _PersonCheck(row, units, today)
        line = check.line()
        findings += check.findings
        warnings += check.warnings
        if line is None:
            continue
        first = seen.setdefault(line.employee_number, line)
        if first is line:
            lines.append(line)
        elif _without_row(first) != _without_row(line):
            problem = Problem("row.nip_twice", {"first": first.row})
            findings.append(Finding(row.number, "nip", line.employee_number, problem))
    return Checked(tuple(lines), tuple(findings), tuple(warnings))


def check_units(
    rows: Sequence[Row], *, known_codes: Mapping[str, str | None], may_add_agency: bool
) -> Checked[UnitLine]:
    """Check all rows and put parents before children.

    `known_codes`: casefolded codes already in reach, to their parent's casefolded code. A parent must be known or
    in the file; circles and repeated codes are refused, and so are children of refused rows.
    """
    findings: list[Finding] = []
    lines: dict[str, UnitLine] = {}
    for row in rows:
        check = _UnitCheck(row, may_add_agency, known_codes)
        line = check.line()
        findings += check.findings
        if line is None:
            continue
        first = lines.setdefault(line.code.casefold(), line)
        if first is not line:
            problem = Problem("row.code_twice", {"first": first.row})
            findings.append(Finding(row.number, "kode", line.code, problem))
    return Checked(tuple(_parents_first(lines, known_codes, findings)), tuple(findings))


def _parents_first(
    lines: dict[str, UnitLine], known: Mapping[str, str | None], findings: list[Finding]
) -> list[UnitLine]:
    placed: dict[str, UnitLine] = {}
    waiting = dict(lines)
    moved = True
    while waiting and moved:
        moved = False
        for code, line in list(waiting.items()):
            parent = line.parent_code.casefold() if line.parent_code else None
            in_file = parent in lines
            if parent is None or parent in placed or (not in_file and parent in known):
                placed[code] = waiting.pop(code)
                moved = True
    for line in waiting.values():
        parent_code = line.parent_code or ""
        code = "row.parent_circle_or_bad" if parent_code.casefold() in lines else "row.parent_unknown"
        meant = _meant(parent_code, [*known, *lines])
        findings.append(Finding(line.row, "kode-induk", parent_code, Problem(code, {"meant": meant})))
    return list(placed.values())


class _RowCheck:
    """Collects findings of one row; each `_column` method returns a value or None after noting why."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.findings: list[Finding] = []
        self.warnings: list[Finding] = []

    def refuse(self, column: str, code: str, **params: str | int) -> None:
        found = self.row.text(column)[:60]
        self.findings.append(Finding(self.row.number, column, found, Problem(code, params)))

    def word(self, column: str, words: Mapping[str, Word]) -> Word | None:
        text = self.row.text(column)
        if not text:
            self.refuse(column, "row.missing")
            return None
        found = words.get(text.casefold())
        if found is None:
            self.refuse(column, "row.unknown_word", meant=_meant(text, list(words)), known=", ".join(words))
        return found

    def filled(self, column: str, fits: Callable[[str], bool], code: str) -> str:
        text = self.row.text(column)
        if not text:
            self.refuse(column, "row.missing")
        elif not fits(text):
            self.refuse(column, code)
        return text


class _PersonCheck(_RowCheck):
    def __init__(self, row: Row, units: Mapping[str, int], today: date) -> None:
        super().__init__(row)
        self.units = units
        self.today = today

    def line(self) -> PersonLine | None:
        number = self._number()
        name = self.filled("nama", is_plausible, "row.name")
        email = self._email()
        unit_id = self._unit()
        title = self.filled("jabatan", lambda text: len(text) <= TITLE_MAX, "row.too_long")
        position = self.word("jenis-jabatan", POSITION_WORDS)
        employment = self.word("jenis-pegawai", EMPLOYMENT_WORDS)
        if number and employment:
            self._same_kind(number, employment)
        grade = self._grade(employment)
        starts_on = self._start()
        front, back = self._titles()
        if self.findings or not (number and unit_id and position and employment and starts_on):
            return None
        return PersonLine(
            self.row.number, number.digits, name, front, back, email, unit_id, title, position, grade, employment,
            starts_on,
        )  # fmt: skip

    def _number(self) -> nip.EmployeeNumber | None:
        reading = nip.read(self.row.cells.get("nip"), today=self.today)
        at = self.row.number
        self.findings += [Finding(at, "nip", reading.raw, problem) for problem in reading.problems]
        self.warnings += [Finding(at, "nip", reading.raw, problem) for problem in reading.warnings]
        return reading.number

    def _same_kind(self, number: nip.EmployeeNumber, employment: EmploymentType) -> None:
        part_of_pns = employment in (EmploymentType.PNS, EmploymentType.CPNS)
        if part_of_pns != (number.kind is nip.EmployeeKind.PNS):
            self.refuse("jenis-pegawai", "row.employment_mismatch", kind=number.kind.value)

    def _email(self) -> str | None:
        text = self.row.text("surel")
        if not text:
            self.warnings.append(Finding(self.row.number, "surel", "", Problem("row.no_email")))
            return None
        if not is_email(text):
            self.refuse("surel", "row.email")
            return None
        return text.lower()

    def _unit(self) -> int | None:
        text = self.row.text("unit-kode")
        if not text:
            self.refuse("unit-kode", "row.missing")
            return None
        unit_id = self.units.get(text.casefold())
        if unit_id is None:
            self.refuse("unit-kode", "row.unit_unknown", meant=_meant(text, list(self.units)))
        return unit_id

    def _grade(self, employment: EmploymentType | None) -> str | None:
        text = self.row.text("golongan")
        if not text or employment is None:
            return None
        grade = grade_of(text, employment)
        if grade is None:
            self.refuse("golongan", "row.grade")
        return grade

    def _start(self) -> date | None:
        if not self.row.text("mulai"):
            self.refuse("mulai", "row.missing")
            return None
        day = cell_date(self.row.cells.get("mulai"))
        if day is None:
            self.refuse("mulai", "row.date")
        elif not 1950 <= day.year <= self.today.year + 2:
            self.refuse("mulai", "row.date_range", year=day.year)
            return None
        return day

    def _titles(self) -> tuple[str, str]:
        front, back = self.row.text("gelar-depan"), self.row.text("gelar-belakang")
        for column, text in (("gelar-depan", front), ("gelar-belakang", back)):
            if len(text) > 60:
                self.refuse(column, "row.too_long")
        return front, back


class _UnitCheck(_RowCheck):
    def __init__(self, row: Row, may_add_agency: bool, known: Mapping[str, str | None]) -> None:
        super().__init__(row)
        self.may_add_agency = may_add_agency
        self.known = known

    def line(self) -> UnitLine | None:
        code = self.filled("kode", lambda text: bool(_UNIT_CODE.fullmatch(text)), "row.unit_code")
        parent = self.row.text("kode-induk") or None
        name = self.filled("nama", lambda text: 2 <= len(text) <= TITLE_MAX, "row.too_long")
        kind = self.word("jenis", UNIT_WORDS)
        region = self.row.text("kode-wilayah") or None
        if region and not is_region_code(region):
            self.refuse("kode-wilayah", "row.region_code")
        zone = self._zone(is_agency=parent is None)
        self._agency(code, parent, kind)
        if self.findings or kind is None:
            return None
        return UnitLine(self.row.number, code, parent, name, kind, region, zone)

    def _zone(self, *, is_agency: bool) -> str | None:
        if not self.row.text("zona-waktu"):
            if is_agency and self.row.text("kode").casefold() not in self.known:
                self.refuse("zona-waktu", "row.zone_missing")
            return None
        return self.word("zona-waktu", ZONE_WORDS)

    def _agency(self, code: str, parent: str | None, kind: UnitKind | None) -> None:
        agency_kind = kind in (UnitKind.CENTRAL_AGENCY, UnitKind.REGIONAL_AGENCY)
        if parent is None and code.casefold() not in self.known and not self.may_add_agency:
            self.refuse("kode-induk", "row.agency_not_allowed")
        elif parent is None and kind and not agency_kind:
            self.refuse("jenis", "row.root_not_agency")
        elif parent is not None and agency_kind:
            self.refuse("jenis", "row.agency_below")


def _meant(text: str, words: Sequence[str]) -> str:
    """The known word that is probably meant, or ""."""
    if len(words) > 5_000:
        return ""
    close = difflib.get_close_matches(text.casefold(), words, n=1, cutoff=0.7)
    return close[0] if close else ""


def _without_row(line: PersonLine) -> tuple[object, ...]:
    return tuple(getattr(line, name) for name in PersonLine.__slots__ if name != "row")
