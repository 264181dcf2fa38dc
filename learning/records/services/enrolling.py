"""Somebody's way through a course: take up, begin, step by step, pass, begin anew. The counts go with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from learning.kernel import events
from learning.kernel.db import db
from learning.kernel.errors import Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Posting
from learning.people.tree import ancestors
from learning.records import counting
from learning.records.events import EnrolmentCompleted
from learning.records.models import Enrolment, EnrolmentStatus, StepRecord
from learning.records.relief import Relief
from learning.records.reliefs import reliefs_of
from learning.records.services import duties

CYCLE = "uq_enrolment_person_id_course_key_cycle"


def enrol(
    *, person_id: int, course_key: str, course_title: str, now: datetime, assignment_id: int | None = None
) -> int:
    """Take up a course, of one's own accord or by an assignment (whose date the caller sets); an enrolment that runs
    already is returned as it is.
    """
    current = db.session.execute(
        select(Enrolment.id).where(
            Enrolment.person_id == person_id, Enrolment.course_key == course_key, Enrolment.ended_at.is_(None)
        )
    ).scalar_one_or_none()
    if current is not None:
        return current
    unit_id = unit_of(person_id)
    cycle = db.session.execute(
        select(func.coalesce(func.max(Enrolment.cycle), 0)).where(
            Enrolment.person_id == person_id, Enrolment.course_key == course_key
        )
    ).scalar_one()
    relief = reliefs_of({person_id}, now).get((person_id, course_key), Relief())
    enrolment = Enrolment(
        person_id=person_id,
        course_key=course_key,
        course_title=course_title,
        cycle=cycle + 1,
        edition=None,
        assignment_id=assignment_id,
        org_unit_id=unit_id,
        status=EnrolmentStatus.NOT_STARTED,
        due_at=None,
        exempt_until=relief.exempt_until,
        extended_on=relief.extended_on,
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
    except IntegrityError as error:
        if not violated(error, "uq_enrolment_current") and not violated(error, CYCLE):
            raise
        # A double click: the other request enrolled first.
        return db.session.execute(
            select(Enrolment.id).where(
                Enrolment.person_id == person_id,
                Enrolment.course_key == course_key,
                Enrolment.ended_at.is_(None),
            )
        ).scalar_one()
    counting.count(enrolment, at=now)
    return enrolment.id


def start(*, enrolment_id: int, edition: str, steps_total: int, now: datetime) -> str:
    """Pin the edition of the course, once; returns the edition that is pinned (an earlier one stays)."""
    enrolment = locked(enrolment_id)
    if enrolment.edition is not None:
        return enrolment.edition
    if enrolment.ended_at is not None:
        raise Invalid("records.enrolment_ended")
    before = counting.counted(enrolment)
    enrolment.edition = edition
    enrolment.steps_total = steps_total
    enrolment.started_at = now
    enrolment.status = EnrolmentStatus.IN_PROGRESS
    counting.changed(enrolment, before, at=now)
    return edition


def mark_step(*, enrolment_id: int, step_key: str, now: datetime) -> bool:
    """Note a step as done; False when it was done before. Refuses a step of a course that was not started."""
    enrolment = locked(enrolment_id)
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
    """The course is passed; False when it was already. Counts and news go with it.

    A pass of a closed enrolment (left, or a new edition to be taken) stays on record but is not counted. Who is exempt
    may pass like anybody, and counts as passed from then on.
    """
    enrolment = locked(enrolment_id)
    if enrolment.status is EnrolmentStatus.PASSED:
        return False
    if enrolment.started_at is None:
        raise Invalid("records.not_started")
    before = counting.counted(enrolment)
    enrolment.status = EnrolmentStatus.PASSED
    enrolment.completed_at = passed_at
    db.session.flush()
    if enrolment.ended_at is None:
        counting.changed(enrolment, before, at=passed_at)
    events.publish(
        EnrolmentCompleted(
            enrolment.id, enrolment.person_id, enrolment.course_key, enrolment.org_unit_id, passed_at
        )
    )
    return True


def repin(
    *,
    course_key: str,
    edition: str,
    steps_total: int,
    everyone: bool,
    now: datetime,
    passed_before: datetime | None = None,
) -> int:
    """A new edition must be taken: people under way begin it anew; with `everyone` also those who passed.

    `passed_before` spares whoever passed at that instant or later.
    Steps done of the old edition stay on record in the step table of the closed cycle. Returns how many people.
    """
    statuses = [EnrolmentStatus.IN_PROGRESS] + ([EnrolmentStatus.PASSED] if everyone else [])
    ids = db.session.scalars(
        select(Enrolment.id)
        .where(
            Enrolment.course_key == course_key,
            Enrolment.ended_at.is_(None),
            Enrolment.status.in_(statuses),
            Enrolment.edition != edition,
        )
        .order_by(Enrolment.id)
    ).all()
    people = 0
    for one in ids:
        old = locked(one)
        if old.ended_at is not None or old.status not in statuses or old.edition == edition:
            continue  # passed or left while this one waited
        if passed_before is not None and old.completed_at is not None and old.completed_at >= passed_before:
            continue
        before = counting.counted(old)
        old.ended_at = now
        counting.changed(old, before, at=now)
        db.session.flush()
        fresh_id = enrol(
            person_id=old.person_id,
            course_key=course_key,
            course_title=old.course_title,
            now=now,
            assignment_id=old.assignment_id,
        )
        _date_anew(db.session.get_one(Enrolment, fresh_id), now)
        people += 1
    return people


def _date_anew(fresh: Enrolment, now: datetime) -> None:
    """The date by the assignments that reach the person today: one who had passed kept that of an older day."""
    if fresh.org_unit_id is None:
        return
    path = db.session.get_one(OrgUnit, fresh.org_unit_id).path
    found = duties.open_duties(unit_ids=list(ancestors(path)))
    owed, zone = duties.owed_by({fresh.person_id: fresh.org_unit_id}, found)[fresh.person_id]
    duty = owed.get(fresh.course_key)
    before = counting.counted(fresh)
    fresh.assignment_id = duty.id if duty is not None else None
    fresh.due_at = duty.due(zone, fresh.extended_on) if duty is not None else None
    counting.changed(fresh, before, at=now)
    db.session.flush()


def locked(enrolment_id: int) -> Enrolment:
    """An enrolment by id, its row locked until the commit and read anew. NotFound when there is none."""
    enrolment = db.session.execute(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .with_for_update()
        # What another request committed while this one waited for the row must be seen.
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if enrolment is None:
        raise NotFound("records.enrolment_unknown")
    return enrolment


def unit_of(person_id: int) -> int | None:
    """The unit of somebody's open definitive seat."""
    return db.session.execute(
        select(Posting.org_unit_id).where(
            Posting.person_id == person_id, Posting.ends_on.is_(None), Posting.kind == PostingKind.DEFINITIVE
        )
    ).scalar_one_or_none()
