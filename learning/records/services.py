"""Use cases that write: assign, enrol, start, step, complete, follow a person who moves.

None commits; all take `now`. Every change of an enrolment's status or unit goes through `_shift`, so the unit counts
always equal the persons behind them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit, events
from learning.kernel.db import db
from learning.kernel.errors import Invalid, NotFound
from learning.people.events import PersonJoined, PersonLeft, PersonMoved
from learning.people.kinds import PersonStatus, PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.records import counting, duedates
from learning.records.duedates import StageKind, StageStatus
from learning.records.events import EnrolmentCompleted
from learning.records.models import (
    Assignment,
    ElectionEvent,
    ElectionEventRegion,
    ElectionStage,
    Enrolment,
    EnrolmentStatus,
    EventKind,
    StepRecord,
)


@dataclass(frozen=True, slots=True)
class Assigned:
    """What an assignment did: its id, how many were enrolled now and how many had the course already."""

    assignment_id: int
    enrolled: int
    already: int


def create_event(*, key: str, name: str, kind: EventKind, legal_basis: str, region_codes: tuple[str, ...] = ()) -> int:
    """Enter an election; its id."""
    event = ElectionEvent(key=key, name=name, kind=kind, legal_basis=legal_basis)
    db.session.add(event)
    db.session.flush()
    db.session.add_all(ElectionEventRegion(event_id=event.id, region_code=code) for code in region_codes)
    return event.id


def set_stage(
    *,
    event_id: int,
    stage: StageKind,
    starts_on: date,
    status: StageStatus,
    source_ref: str,
    now: datetime,
    ends_on: date | None = None,
    actor_id: int | None = None,
) -> int:
    """Set or move a stage; every due date that rests on it is computed anew. Returns how many people that concerned."""
    row = db.session.execute(
        select(ElectionStage).where(ElectionStage.event_id == event_id, ElectionStage.stage == stage)
    ).scalar_one_or_none()
    before = row.starts_on.isoformat() if row else None
    if row is None:
        row = ElectionStage(event_id=event_id, stage=stage)
        db.session.add(row)
    row.starts_on, row.ends_on, row.status, row.source_ref = starts_on, ends_on, status, source_ref
    db.session.flush()
    moved = _recompute(event_id, stage, starts_on)
    audit.record(
        "records.stage_set",
        f"event:{event_id}",
        actor_id=actor_id,
        stage=stage.value,
        before=before,
        after=starts_on.isoformat(),
        people=moved,
    )
    return moved


def _recompute(event_id: int, stage: StageKind, starts_on: date) -> int:
    moved = 0
    assignments = db.session.execute(
        select(Assignment).where(
            Assignment.event_id == event_id, Assignment.stage == stage, Assignment.ended_at.is_(None)
        )
    ).scalars()
    for assignment in assignments:
        zones = db.session.execute(
            select(OrgUnit.timezone)
            .join(Enrolment, Enrolment.org_unit_id == OrgUnit.id)
            .where(Enrolment.assignment_id == assignment.id)
            .distinct()
        ).scalars()
        for zone in list(zones):
            due = duedates.due_at(starts_on, assignment.days_before, zone)
            units = select(OrgUnit.id).where(OrgUnit.timezone == zone)
            result = db.session.execute(
                update(Enrolment)
                .where(
                    Enrolment.assignment_id == assignment.id,
                    Enrolment.org_unit_id.in_(units),
                    Enrolment.ended_at.is_(None),
                    Enrolment.status != EnrolmentStatus.PASSED,
                )
                .values(due_at=due)
            )
            moved += result.rowcount  # type: ignore[attr-defined]
    return moved


def assign(
    *,
    course_key: str,
    course_title: str,
    org_unit_id: int,
    event_id: int,
    days_before: int,
    legal_basis: str,
    now: datetime,
    stage: StageKind = StageKind.CAMPAIGN,
    actor_id: int | None = None,
) -> Assigned:
    """Give a course to everybody posted in a subtree, now and in future.

    People who have the course already keep their enrolment; if it had no due date it gets this one. Refuses a unit that
    does not exist and an election without the stage.
    """
    unit = db.session.get(OrgUnit, org_unit_id)
    if unit is None:
        raise NotFound("records.unit_unknown")
    starts_on = db.session.execute(
        select(ElectionStage.starts_on).where(ElectionStage.event_id == event_id, ElectionStage.stage == stage)
    ).scalar_one_or_none()
    if starts_on is None:
        raise Invalid("records.stage_unknown")
    assignment = Assignment(
        course_key=course_key,
        course_title=course_title,
        org_unit_id=org_unit_id,
        event_id=event_id,
        stage=stage,
        days_before=days_before,
        legal_basis=legal_basis,
        created_by=actor_id,
        created_at=now,
        ended_at=None,
    )
    db.session.add(assignment)
    db.session.flush()
    people = db.session.execute(
        select(Posting.person_id, OrgUnit.id, OrgUnit.timezone)
        .join(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .join(Person, Person.id == Posting.person_id)
        .where(
            OrgUnit.path >= unit.path,
            OrgUnit.path < unit.path[:-1] + "0",
            Posting.ends_on.is_(None),
            Posting.kind == PostingKind.DEFINITIVE,
            Person.status == PersonStatus.ACTIVE,
        )
        .order_by(OrgUnit.id)
    ).all()
    have = set(
        db.session.execute(
            select(Enrolment.person_id).where(Enrolment.course_key == course_key, Enrolment.ended_at.is_(None))
        ).scalars()
    )
    last = {
        person_id: cycle
        for person_id, cycle in db.session.execute(
            select(Enrolment.person_id, func.max(Enrolment.cycle))
            .where(Enrolment.course_key == course_key)
            .group_by(Enrolment.person_id)
        )
    }
    enrolled = already = 0
    for person_id, unit_id, zone in people:
        due = duedates.due_at(starts_on, days_before, zone)
        if person_id in have:
            already += 1
            db.session.execute(
                update(Enrolment)
                .where(
                    Enrolment.person_id == person_id,
                    Enrolment.course_key == course_key,
                    Enrolment.ended_at.is_(None),
                    Enrolment.due_at.is_(None),
                    Enrolment.status != EnrolmentStatus.PASSED,
                )
                .values(due_at=due, assignment_id=assignment.id)
            )
            continue
        _add_enrolment(person_id, assignment, unit_id, due, last.get(person_id, 0) + 1, now)
        enrolled += 1
    db.session.flush()
    counting.recount(course_key=course_key, path=unit.path)
    audit.record(
        "records.assigned", f"assignment:{assignment.id}", actor_id=actor_id, course=course_key, enrolled=enrolled
    )
    return Assigned(assignment.id, enrolled, already)


def _add_enrolment(
    person_id: int, assignment: Assignment, unit_id: int | None, due: datetime, cycle: int, now: datetime
) -> Enrolment:
    enrolment = Enrolment(
        person_id=person_id,
        course_key=assignment.course_key,
        course_title=assignment.course_title,
        cycle=cycle,
        edition=None,
        assignment_id=assignment.id,
        org_unit_id=unit_id,
        status=EnrolmentStatus.NOT_STARTED,
        due_at=due,
        steps_total=0,
        steps_done=0,
        created_at=now,
        started_at=None,
        completed_at=None,
        ended_at=None,
    )
    db.session.add(enrolment)
    return enrolment


def enrol(*, person_id: int, course_key: str, course_title: str, now: datetime) -> int:
    """Take up a course of one's own accord; an enrolment that runs already is returned as it is."""
    current = db.session.execute(
        select(Enrolment.id).where(
            Enrolment.person_id == person_id, Enrolment.course_key == course_key, Enrolment.ended_at.is_(None)
        )
    ).scalar_one_or_none()
    if current is not None:
        return current
    unit_id = _unit_of(person_id)
    cycle = db.session.execute(
        select(func.coalesce(func.max(Enrolment.cycle), 0)).where(
            Enrolment.person_id == person_id, Enrolment.course_key == course_key
        )
    ).scalar_one()
    enrolment = Enrolment(
        person_id=person_id,
        course_key=course_key,
        course_title=course_title,
        cycle=cycle + 1,
        edition=None,
        assignment_id=None,
        org_unit_id=unit_id,
        status=EnrolmentStatus.NOT_STARTED,
        due_at=None,
        steps_total=0,
        steps_done=0,
        created_at=now,
        started_at=None,
        completed_at=None,
        ended_at=None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(enrolment)
    except IntegrityError:
        # A double click: the other request enrolled first.
        return db.session.execute(
            select(Enrolment.id).where(
                Enrolment.person_id == person_id, Enrolment.course_key == course_key, Enrolment.ended_at.is_(None)
            )
        ).scalar_one()
    counting.shift(unit_id, course_key, assigned=1)
    return enrolment.id


def renew(*, enrolment_id: int, now: datetime) -> int:
    """Close a passed enrolment and open the next cycle (the certificate has expired); the new id.

    The next cycle is due like anybody's: by the assignments that reach the person's unit.
    """
    old = _locked(enrolment_id)
    if old.status is not EnrolmentStatus.PASSED or old.ended_at is not None:
        raise Invalid("records.not_renewable")
    old.ended_at = now
    _uncount(old)
    db.session.flush()
    unit_id = _unit_of(old.person_id)
    if unit_id is not None:
        _follow_assignments(old.person_id, unit_id, now)
    return enrol(person_id=old.person_id, course_key=old.course_key, course_title=old.course_title, now=now)


def start(*, enrolment_id: int, edition: str, steps_total: int, now: datetime) -> str:
    """Pin the edition of the course, once; returns the edition that is pinned (an earlier one stays)."""
    enrolment = _locked(enrolment_id)
    if enrolment.edition is not None:
        return enrolment.edition
    enrolment.edition = edition
    enrolment.steps_total = steps_total
    enrolment.started_at = now
    enrolment.status = EnrolmentStatus.IN_PROGRESS
    counting.shift(enrolment.org_unit_id, enrolment.course_key, started=1)
    return edition


def mark_step(*, enrolment_id: int, step_key: str, now: datetime) -> bool:
    """Note a step as done; False when it was done before. Refuses a step of a course that was not started."""
    enrolment = _locked(enrolment_id)
    if enrolment.edition is None or enrolment.ended_at is not None:
        raise Invalid("records.not_started")
    known = db.session.get(StepRecord, (enrolment_id, step_key))
    if known is not None:
        return False
    if enrolment.steps_done >= enrolment.steps_total:
        raise Invalid("records.too_many_steps")
    db.session.add(StepRecord(enrolment_id=enrolment_id, step_key=step_key, done_at=now))
    enrolment.steps_done += 1
    db.session.flush()
    return True


def complete(*, enrolment_id: int, passed_at: datetime) -> bool:
    """The course is passed; False when it was already. Counts and news go with it."""
    enrolment = _locked(enrolment_id)
    if enrolment.status is EnrolmentStatus.PASSED:
        return False
    if enrolment.started_at is None:
        raise Invalid("records.not_started")
    enrolment.status = EnrolmentStatus.PASSED
    enrolment.completed_at = passed_at
    db.session.flush()
    counting.shift(enrolment.org_unit_id, enrolment.course_key, passed=1)
    events.publish(
        EnrolmentCompleted(
            enrolment.id, enrolment.person_id, enrolment.course_key, enrolment.org_unit_id, passed_at
        )
    )
    return True


def repin(*, course_key: str, edition: str, steps_total: int, everyone: bool, now: datetime) -> int:
    """A new edition must be taken: people under way begin it anew; with `everyone` also those who passed.

    Steps done of the old edition stay on record in the step table of the closed cycle. Returns how many people.
    """
    statuses = [EnrolmentStatus.IN_PROGRESS] + ([EnrolmentStatus.PASSED] if everyone else [])
    rows = db.session.execute(
        select(Enrolment)
        .where(
            Enrolment.course_key == course_key,
            Enrolment.ended_at.is_(None),
            Enrolment.status.in_(statuses),
            Enrolment.edition != edition,
        )
        .order_by(Enrolment.id)
    ).scalars()
    people = 0
    for old in list(rows):
        old.ended_at = now
        _uncount(old)
        db.session.flush()
        fresh = db.session.get(
            Enrolment, enrol(person_id=old.person_id, course_key=course_key, course_title=old.course_title, now=now)
        )
        assert fresh is not None
        fresh.assignment_id, fresh.due_at = old.assignment_id, old.due_at
        people += 1
    return people


def person_joined(event: PersonJoined) -> None:
    """A newcomer gets what is assigned to the unit."""
    _follow_assignments(event.person_id, event.org_unit_id, event.at)


def person_moved(event: PersonMoved) -> None:
    """Counts follow a person to the new unit; what was passed stays passed, and new duties are added."""
    rows = db.session.execute(
        select(Enrolment)
        .where(Enrolment.person_id == event.person_id, Enrolment.ended_at.is_(None))
        .order_by(Enrolment.id)
        .with_for_update()
    ).scalars()
    for enrolment in list(rows):
        _uncount(enrolment)
        enrolment.org_unit_id = event.to_unit_id
        _count(enrolment)
    db.session.flush()
    _follow_assignments(event.person_id, event.to_unit_id, event.at)


def person_left(event: PersonLeft) -> None:
    """Whoever retires or leaves is not counted any more; a pass stays on record."""
    rows = db.session.execute(
        select(Enrolment).where(Enrolment.person_id == event.person_id, Enrolment.ended_at.is_(None)).with_for_update()
    ).scalars()
    for enrolment in list(rows):
        _uncount(enrolment)
        enrolment.ended_at = event.at


def _follow_assignments(person_id: int, unit_id: int, now: datetime) -> None:
    unit = db.session.get(OrgUnit, unit_id)
    if unit is None:
        return
    above = [int(part) for part in unit.path.strip("/").split("/")]
    rows = db.session.execute(
        select(Assignment, ElectionStage.starts_on)
        .join(
            ElectionStage,
            (ElectionStage.event_id == Assignment.event_id) & (ElectionStage.stage == Assignment.stage),
        )
        .where(Assignment.org_unit_id.in_(above), Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    ).all()
    for assignment, starts_on in rows:
        due = duedates.due_at(starts_on, assignment.days_before, unit.timezone)
        current = db.session.execute(
            select(Enrolment).where(
                Enrolment.person_id == person_id,
                Enrolment.course_key == assignment.course_key,
                Enrolment.ended_at.is_(None),
            )
        ).scalar_one_or_none()
        if current is None:
            enrolment_id = enrol(
                person_id=person_id, course_key=assignment.course_key, course_title=assignment.course_title, now=now
            )
            current = db.session.get(Enrolment, enrolment_id)
        if current is not None and current.status is not EnrolmentStatus.PASSED:
            current.assignment_id, current.due_at = assignment.id, due
    db.session.flush()


def _locked(enrolment_id: int) -> Enrolment:
    enrolment = db.session.execute(
        select(Enrolment).where(Enrolment.id == enrolment_id).with_for_update()
    ).scalar_one_or_none()
    if enrolment is None:
        raise NotFound("records.enrolment_unknown")
    return enrolment


def _unit_of(person_id: int) -> int | None:
    return db.session.execute(
        select(Posting.org_unit_id).where(
            Posting.person_id == person_id, Posting.ends_on.is_(None), Posting.kind == PostingKind.DEFINITIVE
        )
    ).scalar_one_or_none()


def _count(enrolment: Enrolment, sign: int = 1) -> None:
    counting.shift(
        enrolment.org_unit_id,
        enrolment.course_key,
        assigned=sign,
        started=sign if enrolment.status is not EnrolmentStatus.NOT_STARTED else 0,
        passed=sign if enrolment.status is EnrolmentStatus.PASSED else 0,
    )


def _uncount(enrolment: Enrolment) -> None:
    _count(enrolment, -1)
