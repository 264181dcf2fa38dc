"""Giving a course to a subtree of units, and taking it back. A handful of statements, however many people there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Text, cast, func, literal, null, select, update
from sqlalchemy.dialects import postgresql, sqlite

from learning.kernel import audit
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.people.kinds import PersonStatus, PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.records import counting
from learning.records.audience import Audience
from learning.records.duedates import StageKind
from learning.records.models import Assignment, ElectionStage, Enrolment, EnrolmentStatus
from learning.records.services import duties, relieving
from learning.records.services.duties import Duty


@dataclass(frozen=True, slots=True)
class Assigned:
    """What an assignment did: its id, how many were enrolled now and how many had the course already."""

    assignment_id: int
    enrolled: int
    already: int


def assign(
    *,
    course_key: str,
    course_title: str,
    org_unit_id: int,
    legal_basis: str,
    now: datetime,
    event_id: int | None = None,
    days_before: int = 0,
    due_on: date | None = None,
    stage: StageKind = StageKind.CAMPAIGN,
    covered_only: bool = False,
    actor_id: int | None = None,
) -> Assigned:
    """Give a course to everybody posted in a subtree, now and in future; with `covered_only` to those of them who work
    where the election is held. Due so many days before a stage of the election, or, without one, on the day `due_on`.

    People who have the course already keep their enrolment; of several dates the earliest holds. Refuses a unit that
    does not exist or is closed, an election without the stage, a negative number of days, neither or both of election
    and day, and the same assignment twice (Conflict "records.assigned_already").
    """
    unit = db.session.get(OrgUnit, org_unit_id)
    if unit is None or unit.valid_to is not None:
        raise NotFound("records.unit_unknown")
    if days_before < 0:
        raise Invalid("records.days_before")
    if (event_id is None) == (due_on is None) or (due_on is not None and (covered_only or days_before)):
        raise Invalid("records.one_date")
    starts_on = (
        due_on
        or db.session.execute(
            select(ElectionStage.starts_on)
            .where(ElectionStage.event_id == event_id, ElectionStage.stage == stage)
            # Whoever moves this stage now waits for us, or we for them: nobody keeps the day it had before.
            .with_for_update(read=True)
        ).scalar_one_or_none()
    )
    if starts_on is None:
        raise Invalid("records.stage_unknown")
    held = stage if event_id is not None else None
    _refuse_twice(course_key, org_unit_id, event_id, held, due_on)
    assignment = Assignment(
        course_key=course_key,
        course_title=course_title,
        org_unit_id=org_unit_id,
        event_id=event_id,
        stage=held,
        due_on=due_on,
        days_before=days_before,
        covered_only=covered_only,
        legal_basis=legal_basis,
        created_by=actor_id,
        created_at=now,
        ended_at=None,
    )
    db.session.add(assignment)
    db.session.flush()
    held_in = duties.regions_of({event_id})[event_id] if covered_only and event_id else None
    duty = Duty(
        assignment.id,
        course_key,
        course_title,
        event_id,
        Audience(unit.path, held_in),
        starts_on,
        days_before,
        duties.interruptions(),
    )
    enrolled = sum(_enrol_zone(duty, zone, now) for zone in duties.zones_of(duty))
    relieving.carry(assignment_id=duty.id, course_key=course_key, now=now)
    counting.add_assigned(assignment.id, course_key, now)
    people = db.session.execute(_people(duty).with_only_columns(func.count())).scalar_one()
    duties.apply(duty, at=now)
    db.session.expire_all()
    audit.record(
        "records.assigned",
        f"assignment:{duty.id}",
        actor_id=actor_id,
        course=course_key,
        unit=org_unit_id,
        covered_only=covered_only,
        enrolled=enrolled,
    )
    return Assigned(duty.id, enrolled, max(0, people - enrolled))


def end_assignment(*, assignment_id: int, now: datetime, actor_id: int | None = None) -> int:
    """Take an assignment back; how many enrolments it closed.

    Who has not begun and has no other duty leaves the course; who has begun may go on without a date; passes stay.
    Refuses one that has ended (Conflict "records.assignment_ended").
    """
    assignment = db.session.execute(
        select(Assignment).where(Assignment.id == assignment_id).with_for_update()
    ).scalar_one_or_none()
    if assignment is None:
        raise NotFound("records.assignment_unknown")
    if assignment.ended_at is not None:
        raise Conflict("records.assignment_ended")
    course_key = assignment.course_key
    assignment.ended_at = now
    db.session.flush()
    duties.release(assignment_id, course_key, at=now)
    left = (*duties.unmet(course_key), Enrolment.assignment_id == assignment_id, Enrolment.due_at.is_(None))
    closed = db.session.execute(
        update(Enrolment)
        .where(*left, Enrolment.status == EnrolmentStatus.NOT_STARTED)
        .values(ended_at=now)
        .returning(Enrolment.org_unit_id, Enrolment.exempt_until)
        .execution_options(synchronize_session=False)
    ).all()
    per_unit = Counter(unit for unit, _exempt in closed)
    exempt = Counter(unit for unit, until in closed if until is not None)
    shifts = {
        (unit_id, course_key, assignment_id): {"assigned": -people, "exempt": -exempt[unit_id]}
        for unit_id, people in per_unit.items()
        if unit_id is not None
    }
    counting.shift_many(shifts, at=now)
    counting.hand_over(left, course_key=course_key, to=None, due_at=None, at=now)
    db.session.expire_all()
    people = sum(per_unit.values())
    audit.record(
        "records.assignment_ended",
        f"assignment:{assignment_id}",
        actor_id=actor_id,
        course=course_key,
        closed=people,
    )
    return people


def _refuse_twice(
    course_key: str, org_unit_id: int, event_id: int | None, stage: StageKind | None, due_on: date | None
) -> None:
    # Two admins at once: the unit's row is the place where they wait for each other.
    db.session.execute(select(OrgUnit.id).where(OrgUnit.id == org_unit_id).with_for_update())
    twin = db.session.execute(
        select(Assignment.id)
        .where(
            Assignment.course_key == course_key,
            Assignment.org_unit_id == org_unit_id,
            Assignment.event_id.is_not_distinct_from(event_id),
            Assignment.stage.is_not_distinct_from(stage),
            Assignment.due_on.is_not_distinct_from(due_on),
            Assignment.ended_at.is_(None),
        )
        .limit(1)
    ).scalar_one_or_none()
    if twin is not None:
        raise Conflict("records.assigned_already")


def _people(duty: Duty, zone: str | None = None) -> Select[Any]:
    return (
        select(Posting.person_id)
        .join(Person, Person.id == Posting.person_id)
        .where(
            Posting.org_unit_id.in_(duties.units_of(duty, zone)),
            Posting.ends_on.is_(None),
            Posting.kind == PostingKind.DEFINITIVE,
            Person.status == PersonStatus.ACTIVE,
        )
    )


def _enrol_zone(duty: Duty, zone: str, now: datetime) -> int:
    """Enrol everybody of a zone who has no running enrolment, in one statement; somebody who enrols at this moment
    is left to it.
    """
    earlier = (
        select(func.coalesce(func.max(Enrolment.cycle), 0))
        .where(Enrolment.person_id == Posting.person_id, Enrolment.course_key == duty.course_key)
        .scalar_subquery()
    )
    running = (
        select(Enrolment.id)
        .where(
            Enrolment.person_id == Posting.person_id,
            Enrolment.course_key == duty.course_key,
            Enrolment.ended_at.is_(None),
        )
        .exists()
    )
    values: dict[str, Any] = {
        "public_id": _fresh_uuid(),
        "person_id": Posting.person_id,
        "course_key": literal(duty.course_key),
        "course_title": literal(duty.course_title),
        "cycle": earlier + 1,
        "edition": null(),
        "assignment_id": literal(duty.id),
        "org_unit_id": Posting.org_unit_id,
        "status": literal(EnrolmentStatus.NOT_STARTED, Enrolment.status.type),
        "due_at": literal(duty.due(zone), Enrolment.due_at.type),
        "exempt_until": null(),
        "extended_on": null(),
        "steps_total": literal(0),
        "steps_done": literal(0),
        "created_at": literal(now, Enrolment.created_at.type),
        "started_at": null(),
        "completed_at": null(),
        "ended_at": null(),
    }
    people = _people(duty, zone).with_only_columns(*values.values()).where(~running)
    into = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = into(Enrolment).from_select(list(values), people).on_conflict_do_nothing()
    result = db.session.execute(statement)
    return max(0, result.rowcount)  # type: ignore[attr-defined]


def _fresh_uuid() -> Any:
    if db.engine.dialect.name == "postgresql":
        return cast(func.gen_random_uuid(), Text)
    random4 = func.substr("89ab", 1 + func.abs(func.random()) % 4, 1)
    return func.lower(
        func.hex(func.randomblob(4)).concat("-").concat(func.hex(func.randomblob(2))).concat("-4")
        .concat(func.substr(func.hex(func.randomblob(2)), 2)).concat("-").concat(random4)
        .concat(func.substr(func.hex(func.randomblob(2)), 2)).concat("-").concat(func.hex(func.randomblob(6)))
    )  # fmt: skip
