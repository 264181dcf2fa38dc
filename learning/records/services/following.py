"""What records do when a person joins, moves or leaves. Called by the events of the people package, in their commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from learning.kernel.db import db
from learning.kernel.errors import Invalid
from learning.people.events import PersonJoined, PersonLeft, PersonMoved, SeatChanged
from learning.people.models import OrgUnit
from learning.people.tree import ancestors
from learning.records import counting
from learning.records.events import EnrolmentCompleted
from learning.records.models import Assignment, Enrolment, EnrolmentStatus
from learning.records.services import duties
from learning.records.services.enrolling import enrol, locked, unit_of


def person_joined(event: PersonJoined) -> None:
    """A newcomer gets what is assigned to the unit; what they took up before having a seat is counted there now."""
    _seat(event.person_id, event.org_unit_id, event.at)


def person_moved(event: PersonMoved) -> None:
    """Counts follow a person to the new unit. What was passed stays passed, the duties are those of the new unit."""
    _seat(event.person_id, event.to_unit_id, event.at)


def seat_changed(event: SeatChanged) -> None:
    """Position, grade or kind of employment changed within a unit: the duties are those of what somebody is now."""
    settle(event.person_id, event.org_unit_id, event.at)


def course_completed(event: EnrolmentCompleted) -> None:
    """A pass of a course takes its refresher off, and the other way round, where an assignment has both."""
    other = db.session.execute(
        select(Enrolment.org_unit_id)
        .join(Assignment, Assignment.id == Enrolment.assignment_id)
        .where(
            Enrolment.person_id == event.person_id,
            Enrolment.ended_at.is_(None),
            Enrolment.status != EnrolmentStatus.PASSED,
            Assignment.refresher_key.is_not(None),
            or_(Assignment.course_key == event.course_key, Assignment.refresher_key == event.course_key),
        )
        .limit(1)
    ).scalar_one_or_none()
    if other is not None:
        settle(event.person_id, other, event.completed_at)


def person_left(event: PersonLeft) -> None:
    """Whoever retires or leaves is not counted any more; a pass stays on record."""
    for enrolment in _running(event.person_id):
        before = counting.counted(enrolment)
        enrolment.ended_at = event.at
        counting.changed(enrolment, before, at=event.at)
    db.session.flush()


def renew(*, enrolment_id: int, now: datetime) -> int:
    """Close a passed enrolment and open the next cycle (the certificate has expired); the new id.

    The next cycle is due like anybody's: by the assignments that reach the person. Where one of them has a refresher for
    those who passed before, that is what is opened.
    """
    old = locked(enrolment_id)
    if old.status is not EnrolmentStatus.PASSED or old.ended_at is not None:
        raise Invalid("records.not_renewable")
    before = counting.counted(old)
    old.ended_at = now
    counting.changed(old, before, at=now)
    db.session.flush()
    unit_id = unit_of(old.person_id)
    if unit_id is not None:
        refreshers = settle(old.person_id, unit_id, now)
        if old.course_key in refreshers:
            return refreshers[old.course_key]
    return enrol(person_id=old.person_id, course_key=old.course_key, course_title=old.course_title, now=now)


def settle(person_id: int, unit_id: int, now: datetime) -> dict[str, int]:
    """Give somebody the duties of where and as what they work: the earliest date of each course, no date where there is no
    duty. Returns course → enrolment of its refresher, where an assignment asks for that instead.

    Who has not begun a course that is no duty here, and had it only as a duty elsewhere, leaves it.
    """
    unit = db.session.get(OrgUnit, unit_id)
    if unit is None:
        return {}
    # Locked before days and passes are read: what commits meanwhile is either seen by the rule or comes after us.
    running = {enrolment.course_key: enrolment for enrolment in _running(person_id)}
    found = duties.open_duties(unit_ids=list(ancestors(unit.path)))
    earliest, zone = duties.owed_by({person_id: unit_id}, found)[person_id]
    for key, enrolment in list(running.items()):
        if enrolment.status is EnrolmentStatus.PASSED:
            if key in earliest and earliest[key].again:
                counting.count(enrolment, -1, at=now)
                enrolment.ended_at = now
                del running[key]
            continue
        before = counting.counted(enrolment)
        if key in earliest:
            enrolment.assignment_id = earliest[key].id
            enrolment.due_at = earliest[key].due(zone, enrolment.extended_on)
        elif enrolment.assignment_id is not None and enrolment.status is EnrolmentStatus.NOT_STARTED:
            enrolment.ended_at = now
        else:
            enrolment.assignment_id, enrolment.due_at = None, None
        counting.changed(enrolment, before, at=now)
    db.session.flush()
    for key, duty in earliest.items():
        if key not in running:
            enrolment_id = enrol(
                person_id=person_id,
                course_key=key,
                course_title=duty.course_title,
                now=now,
                assignment_id=duty.id,
            )
            fresh = running[key] = db.session.get_one(Enrolment, enrolment_id)
            # Somebody who took the course up at this moment has it without the duty.
            before = counting.counted(fresh)
            fresh.assignment_id = duty.id
            counting.changed(fresh, before, at=now)
            fresh.due_at = duty.due(zone, fresh.extended_on)
    db.session.flush()
    courses = {duty.id: duty.course_key for duty in found}
    return {courses[duty.id]: running[key].id for key, duty in earliest.items() if duty.again}


def _seat(person_id: int, unit_id: int, now: datetime) -> None:
    for enrolment in _running(person_id):
        before = counting.counted(enrolment)
        enrolment.org_unit_id = unit_id
        counting.changed(enrolment, before, at=now)
    db.session.flush()
    settle(person_id, unit_id, now)


def _running(person_id: int) -> list[Enrolment]:
    rows = db.session.execute(
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.ended_at.is_(None))
        .order_by(Enrolment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalars()
    return list(rows)
