"""Checking rows of a person or unit file against the rules. Pure: rows and lookups in, lines or findings out.

A row with any finding is not applied; every finding of a row is reported at once. Nothing is guessed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Generic, TypeVar

from learning.people import nip
from learning.people.import_words import EMPLOYMENT_WORDS, POSITION_WORDS, POST_WORDS, UNIT_WORDS, ZONE_WORDS
from learning.people.kinds import EmploymentType, PositionType, PostingKind, UnitKind
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
# SIASN writes 31 for III/a; codes 11-14, 21-24, 31-34, 41-45. Source: fact sheet 4.2.
_SIASN_GRADE = re.compile(r"[1-4][1-5]")
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
    kind: PostingKind = PostingKind.DEFINITIVE
    ends_on: date | None = None

    @property
    def key(self) -> str:
        """What may stand in a file once: a person's own seat, and each acting post of theirs."""
        if self.kind is PostingKind.DEFINITIVE:
            return self.employee_number
        return f"{self.employee_number}/{self.unit_id}/{self.position_title.casefold()}"


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
        if _SIASN_GRADE.fullmatch(squeezed):
            code = f"{('I', 'II', 'III', 'IV')[int(squeezed[0]) - 1]}/{'abcde'[int(squeezed[1]) - 1]}"
            return code if _PNS_GRADE.fullmatch(code) else None
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
        line, wrong, odd = check_person(row, units=units, today=today)
        findings += wrong
        warnings += odd
        if line is None:
            continue
        first = seen.setdefault(line.key, line)
        if first is line:
            lines.append(line)
        elif without_row(first) != without_row(line):
            findings.append(twice(line.row, line.employee_number, first.row))
    return Checked(tuple(lines), tuple(findings), tuple(warnings))


def check_person(
    row: Row, *, units: Mapping[str, int], today: date
) -> tuple[PersonLine | None, list[Finding], list[Finding]]:
    """One row alone: the line or None, what is wrong, what is odd. Whether it stands twice in the file is not seen here."""
    check = _PersonCheck(row, units, today)
    line = check.line()
    return line, check.findings, check.warnings


def twice(row: int, employee_number: str, first_row: int) -> Finding:
    """The finding for a row that says something else about somebody than an earlier row."""
    return Finding(row, "nip", employee_number, Problem("row.nip_twice", {"first": first_row}))


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


class RowCheck:
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


class _PersonCheck(RowCheck):
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
        kind = self.word("jenis-penempatan", POST_WORDS) if self.row.text("jenis-penempatan") else None
        ends_on = self._end(kind, starts_on)
        if self.findings or not (number and unit_id and position and employment and starts_on):
            return None
        return PersonLine(
            self.row.number, number.digits, name, front, back, email, unit_id, title, position, grade, employment,
            starts_on, kind or PostingKind.DEFINITIVE, ends_on,
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

    def _end(self, kind: PostingKind | None, starts_on: date | None) -> date | None:
        """The last day of an acting post. One's own seat ends by the next one or by leaving, not by a column."""
        if kind is not PostingKind.ACTING or not self.row.text("sampai"):
            return None
        day = cell_date(self.row.cells.get("sampai"))
        if day is None:
            self.refuse("sampai", "row.date")
        elif starts_on is not None and day < starts_on:
            self.refuse("sampai", "row.end_before_start")
        return day

    def _titles(self) -> tuple[str, str]:
        front, back = self.row.text("gelar-depan"), self.row.text("gelar-belakang")
        for column, text in (("gelar-depan", front), ("gelar-belakang", back)):
            if len(text) > 60:
                self.refuse(column, "row.too_long")
        return front, back


class _UnitCheck(RowCheck):
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
    return _closest(text.casefold(), tuple(words))


@lru_cache(maxsize=512)
def _closest(text: str, words: tuple[str, ...]) -> str:
    # The same wrong code usually stands in thousands of rows.
    close = difflib.get_close_matches(text, words, n=1, cutoff=0.7)
    return close[0] if close else ""


def without_row(line: Any) -> tuple[object, ...]:
    """What a row says, wherever it stands; of a PersonLine or another line of a person file."""
    return tuple(getattr(line, name) for name in line.__slots__ if name != "row")
