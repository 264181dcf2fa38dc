"""Proving that everybody has the duties and dates the assignments give them: the pure rule, asked of each person with a
seat, against what is stored. What was written by statements over everybody is read here one person at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from learning.kernel.db import db
from learning.people.models import OrgUnit, Person, Posting
from learning.records.audience import Place
from learning.records.models import Enrolment, EnrolmentStatus
from learning.records.services import audiences, duties
from learning.records.services.duties import Duty, History


@dataclass(frozen=True, slots=True)
class Misdated:
    """Somebody whose date, or whose being enrolled at all, is not what the open assignments that reach them say."""

    person_id: int
    org_unit_id: int
    course_key: str
    due_at: datetime | None
    expected: datetime | None


@dataclass(frozen=True, slots=True)
class _Running:
    course_key: str
    status: EnrolmentStatus
    due_at: datetime | None
    extended_on: date | None


def misdated() -> Iterator[Misdated]:
    """Everybody with another date than the rule gives, everybody who should be enrolled and is not, and everybody who has
    a date from an assignment that does not reach them.

    Left behind by what happens to units rather than persons: a unit moved in the tree or to another region, an agency of
    another kind. Who has passed is not looked at, unless the pass is too old for a refresher. Read unit by unit.
    """
    found = duties.open_duties()
    lists = duties.lists_in(found)
    units = db.session.scalars(
        select(OrgUnit.id)
        .where(OrgUnit.id.in_(select(Posting.org_unit_id).where(*audiences.SEATED)))
        .order_by(OrgUnit.id)
    ).all()
    for unit_id in units:
        yield from _of_unit(unit_id, found, lists)


def _of_unit(unit_id: int, found: list[Duty], lists: set[int]) -> Iterator[Misdated]:
    seated = set(
        db.session.scalars(
            select(Posting.person_id)
            .join(Person, Person.id == Posting.person_id)
            .where(Posting.org_unit_id == unit_id, *audiences.active())
        )
    )
    running = _running_in(unit_id)
    people = seated | running.keys()
    pasts = duties.histories(people, found)
    alike: dict[Place, dict[str, Duty]] = {}
    for person_id, (place, zone) in sorted(audiences.places(dict.fromkeys(people, unit_id), lists).items()):
        owed = _owed(found, place, zone, pasts.get(person_id), alike)
        for one in running.get(person_id, ()):
            duty = owed.pop(one.course_key, None)
            if one.status is EnrolmentStatus.PASSED:
                if duty is not None and duty.again and person_id in seated:
                    yield Misdated(person_id, unit_id, one.course_key, None, duty.due(zone))
                continue
            expected = duty.due(zone, one.extended_on) if duty is not None else None
            if one.due_at != expected:
                yield Misdated(person_id, unit_id, one.course_key, one.due_at, expected)
        if person_id in seated:
            for key, duty in owed.items():
                yield Misdated(person_id, unit_id, key, None, duty.due(zone))


def _owed(
    found: list[Duty], place: Place, zone: str, history: History | None, alike: dict[Place, dict[str, Duty]]
) -> dict[str, Duty]:
    if history is not None:
        return duties.earliest(found, place, zone, history)
    if place not in alike:
        alike[place] = duties.earliest(found, place, zone)
    return dict(alike[place])


def _running_in(unit_id: int) -> dict[int, list[_Running]]:
    """Running enrolments that are counted in a unit, and those of its people that are counted elsewhere."""
    people: dict[int, list[_Running]] = {}
    rows = db.session.execute(
        select(
            Enrolment.person_id,
            Enrolment.course_key,
            Enrolment.status,
            Enrolment.due_at,
            Enrolment.extended_on,
        )
        .where(
            (Enrolment.org_unit_id == unit_id)
            | Enrolment.person_id.in_(
                select(Posting.person_id).where(Posting.org_unit_id == unit_id, *audiences.SEATED)
            ),
            Enrolment.ended_at.is_(None),
        )
        .order_by(Enrolment.id)
    )
    for person_id, *row in rows:
        people.setdefault(person_id, []).append(_Running(*row))
    return people
