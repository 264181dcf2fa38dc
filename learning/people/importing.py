"""Applying good rows: each chunk of rows is one write section, each row idempotent.

Used by the job and the command line alike. A row that the database refuses meanwhile (somebody else posted the person
in between) becomes a finding; the other rows go on, because every row runs in its own savepoint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.errors import DomainError
from learning.kernel.transaction import write
from learning.people import queries, services
from learning.people.import_rows import (
    Checked,
    Finding,
    PersonLine,
    UnitLine,
    check_people,
    check_units,
)
from learning.people.import_words import PERSON_COLUMNS, UNIT_COLUMNS
from learning.people.kinds import ImportKind, PersonStatus, PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.people.problem import Problem
from learning.people.spreadsheet import SheetError, read_sheet

CHUNK = 100
SHOWN_FINDINGS = 500

Line = TypeVar("Line", PersonLine, UnitLine)
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Outcome:
    """What applying did: rows by effect, and the rows that were refused on the way."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    findings: list[Finding] = field(default_factory=list)

    def count(self, effect: str) -> None:
        """Note one row's effect: "created", "changed" or "unchanged"."""
        setattr(self, effect, getattr(self, effect) + 1)

    def as_json(self) -> dict[str, Any]:
        """For the report."""
        return {
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "findings": [finding_json(item) for item in self.findings],
        }


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as plain values. A well-formed NIP is not kept: the row number finds it again."""
    return {
        "row": finding.row,
        "column": finding.column,
        "found": finding.found,
        "code": finding.problem.code,
        "params": dict(finding.problem.params),
    }


def check(
    kind: ImportKind, content: bytes, *, agency_id: int | None, today: date
) -> tuple[Checked[PersonLine] | Checked[UnitLine], tuple[str, ...]]:
    """Read and check a file against the units within reach; also the headings nobody asked for.

    Raises SheetError when the file as a whole cannot be read.
    """
    codes = queries.unit_codes(agency_id)
    if kind is ImportKind.PEOPLE:
        sheet = read_sheet(content, columns=PERSON_COLUMNS)
        units = {code: unit_id for code, (unit_id, _parent, is_open) in codes.items() if is_open}
        return check_people(sheet.rows, units=units, today=today), sheet.unknown_columns
    sheet = read_sheet(content, columns=UNIT_COLUMNS)
    known = {code: parent for code, (_unit, parent, _open) in codes.items()}
    return check_units(sheet.rows, known_codes=known, may_add_agency=agency_id is None), sheet.unknown_columns


def report(
    kind: ImportKind, content: bytes, *, agency_id: int | None, today: date
) -> tuple[dict[str, Any], bool]:
    """The dry run as plain values, and whether the file was refused as a whole. Changes nothing."""
    try:
        checked, unknown = check(kind, content, agency_id=agency_id, today=today)
    except SheetError as error:
        return {"error": error.code, "params": dict(error.params)}, True
    return {
        "good": len(checked.lines),
        "bad": checked.bad_rows,
        "findings": [finding_json(item) for item in checked.findings[:SHOWN_FINDINGS]],
        "more_findings": max(0, len(checked.findings) - SHOWN_FINDINGS),
        "warnings": [finding_json(item) for item in checked.warnings[:SHOWN_FINDINGS]],
        "unknown_columns": list(unknown),
    }, False


def apply_people(
    lines: Sequence[PersonLine], *, agency_id: int | None, actor_id: int | None, progress: Progress
) -> Outcome:
    """Register and seat everybody of the file; the same file again changes nothing."""
    return _in_chunks(lines, lambda line, now: _apply_person(line, agency_id, actor_id, now), progress)


def apply_units(
    lines: Sequence[UnitLine], *, agency_id: int | None, actor_id: int | None, progress: Progress
) -> Outcome:
    """Add, rename and move units; lines come parents first. The same file again changes nothing."""
    return _in_chunks(lines, lambda line, now: _apply_unit(line, agency_id, actor_id, now), progress)


def _in_chunks(lines: Sequence[Line], apply: Callable[[Line, datetime], str], progress: Progress) -> Outcome:
    total = Outcome()
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        done = write(_apply_chunk, lines=chunk, apply=apply, now=clock.now())
        total.created += done.created
        total.changed += done.changed
        total.unchanged += done.unchanged
        total.findings += done.findings
        progress(start + len(chunk), len(lines))
    return total


def _apply_chunk(*, lines: Sequence[Any], apply: Callable[[Any, datetime], str], now: datetime) -> Outcome:
    outcome = Outcome()
    for line in lines:
        try:
            with db.session.begin_nested():
                effect = apply(line, now)
        except DomainError as error:
            params = {key: str(value) for key, value in error.params.items()}
            outcome.findings.append(Finding(line.row, "", "", Problem(error.code, params)))
        else:
            outcome.count(effect)
    return outcome


def _apply_person(line: PersonLine, agency_id: int | None, actor_id: int | None, now: datetime) -> str:
    person = db.session.scalar(select(Person).where(Person.employee_number == line.employee_number))
    if person is None:
        person_id = services.create_person(
            employee_number=line.employee_number,
            name=line.name,
            front_title=line.front_title,
            back_title=line.back_title,
            email=line.email,
            employment_type=line.employment_type,
            now=now,
            actor_id=actor_id,
        )
        _seat(person_id, line, actor_id, now)
        return "created"
    seat = db.session.scalar(
        select(Posting).where(
            Posting.person_id == person.id, Posting.kind == PostingKind.DEFINITIVE, Posting.ends_on.is_(None)
        )
    )
    if agency_id is not None and not _within(person.id, seat, agency_id):
        # Taking somebody over from another agency is that agency's release and an unlimited admin's act.
        raise DomainError("people.in_other_agency")
    if person.status is not PersonStatus.ACTIVE:
        raise DomainError("people.not_active")
    services.refuse_person_above(actor_id=actor_id, person_id=person.id)
    changed = services.update_person(
        person_id=person.id,
        name=line.name,
        email=line.email,
        front_title=line.front_title or person.front_title,
        back_title=line.back_title or person.back_title,
        employment_type=line.employment_type,
        now=now,
        actor_id=actor_id,
    )
    if seat is None or _differs(seat, line):
        _seat(person.id, line, actor_id, now)
        changed = True
    return "changed" if changed else "unchanged"


def _seat(person_id: int, line: PersonLine, actor_id: int | None, now: datetime) -> None:
    services.post_person(
        person_id=person_id,
        org_unit_id=line.unit_id,
        position_title=line.position_title,
        position_type=line.position_type,
        grade_code=line.grade_code,
        starts_on=line.starts_on,
        now=now,
        actor_id=actor_id,
    )


def _within(person_id: int, seat: Posting | None, agency_id: int) -> bool:
    if seat is None:
        seat = db.session.scalar(
            select(Posting)
            .where(Posting.person_id == person_id, Posting.kind == PostingKind.DEFINITIVE)
            .order_by(Posting.starts_on.desc())
            .limit(1)
        )
    if seat is None:
        return True
    unit = db.session.get(OrgUnit, seat.org_unit_id)
    return unit is not None and unit.agency_id == agency_id


def _differs(seat: Posting, line: PersonLine) -> bool:
    """Whether the row says anything else than the open seat. A later start alone is no news: files are often old
    lists with a fresh date.
    """
    return (seat.org_unit_id, seat.position_title, seat.position_type, seat.grade_code) != (
        line.unit_id,
        line.position_title,
        line.position_type,
        line.grade_code if line.grade_code is not None else seat.grade_code,
    )


def _apply_unit(line: UnitLine, agency_id: int | None, actor_id: int | None, now: datetime) -> str:
    unit = _unit_by_code(line.code, agency_id)
    parent = _unit_by_code(line.parent_code, agency_id) if line.parent_code else None
    if unit is None:
        services.create_unit(
            name=line.name,
            kind=line.kind,
            parent_id=parent.id if parent else None,
            code=line.code,
            region_code=line.region_code,
            timezone=line.timezone,
            now=now,
            actor_id=actor_id,
        )
        return "created"
    moved = parent is not None and services.move_unit(unit_id=unit.id, parent_id=parent.id, actor_id=actor_id)
    changed = services.update_unit(
        unit_id=unit.id,
        name=line.name,
        kind=line.kind,
        region_code=line.region_code,
        timezone=line.timezone,
        actor_id=actor_id,
    )
    return "changed" if moved or changed else "unchanged"


def _unit_by_code(code: str | None, agency_id: int | None) -> OrgUnit | None:
    query = select(OrgUnit).where(OrgUnit.code == (code or "").upper())
    if agency_id is not None:
        query = query.where(OrgUnit.agency_id == agency_id)
    return db.session.scalars(query.order_by(OrgUnit.id)).first()
