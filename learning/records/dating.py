"""Proving that everybody has the date the assignments give them: the rule asked of each unit against what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from learning.kernel.db import db
from learning.people.kinds import PersonStatus, PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.records.audience import Place
from learning.records.models import Enrolment, EnrolmentStatus
from learning.records.services import duties
from learning.records.services.duties import Duty


@dataclass(frozen=True, slots=True)
class Misdated:
    """Somebody whose date, or whose being enrolled at all, is not what the open assignments over the unit say."""

    person_id: int
    org_unit_id: int
    course_key: str
    due_at: datetime | None
    expected: datetime | None


def misdated() -> Iterator[Misdated]:
    """Everybody with another date than the rule gives, and everybody who should be enrolled and is not.

    Left behind by what happens to units rather than persons: a unit moved in the tree or to another region. Who has
    passed is not looked at.
    """
    found = duties.open_duties()
    units = db.session.execute(
        select(OrgUnit.id, OrgUnit.path, OrgUnit.region_code, OrgUnit.timezone)
        .where(OrgUnit.id.in_(select(Posting.org_unit_id).where(*_SEAT)))
        .order_by(OrgUnit.id)
    ).all()
    for unit in units:
        owed = duties.earliest(found, Place(unit.path, unit.region_code), unit.timezone)
        yield from _differing(unit.id, unit.timezone, owed)
        for key, duty in owed.items():
            yield from _missing(unit.id, key, duty.due(unit.timezone))


_SEAT = (Posting.ends_on.is_(None), Posting.kind == PostingKind.DEFINITIVE)


def _differing(unit_id: int, zone: str, owed: dict[str, Duty]) -> Iterator[Misdated]:
    running = db.session.execute(
        select(Enrolment.person_id, Enrolment.course_key, Enrolment.due_at, Enrolment.extended_on)
        .where(
            Enrolment.org_unit_id == unit_id,
            Enrolment.ended_at.is_(None),
            Enrolment.status != EnrolmentStatus.PASSED,
        )
        .order_by(Enrolment.id)
    )
    for person_id, key, stands, extended_on in running:
        expected = owed[key].due(zone, extended_on) if key in owed else None
        if stands != expected:
            yield Misdated(person_id, unit_id, key, stands, expected)


def _missing(unit_id: int, course_key: str, expected: datetime) -> Iterator[Misdated]:
    running = select(Enrolment.id).where(
        Enrolment.person_id == Posting.person_id,
        Enrolment.course_key == course_key,
        Enrolment.ended_at.is_(None),
    )
    people = db.session.execute(
        select(Posting.person_id)
        .join(Person, Person.id == Posting.person_id)
        .where(
            Posting.org_unit_id == unit_id, *_SEAT, Person.status == PersonStatus.ACTIVE, ~running.exists()
        )
        .order_by(Posting.person_id)
    ).scalars()
    for person_id in people:
        yield Misdated(person_id, unit_id, course_key, None, expected)
