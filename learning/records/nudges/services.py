"""Planning a time, dropping it, and switching nudges off and on. Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people.models import OrgUnit, Person
from learning.people.queries import visible_units
from learning.records.models import Enrolment, EnrolmentStatus
from learning.records.nudges import planning, queries
from learning.records.nudges.models import NudgeKind, NudgeOff, StudyPlan


def plan(*, person_id: int, public_id: str, starts_at: datetime, zone: str, now: datetime) -> None:
    """Plan when to go on with one's own course; the time planned before ends in the same commit.

    Refuses: an enrolment of somebody else or one that has ended (NotFound), a passed course (Conflict
    "records.plan_passed"), a time that makes no plan (Invalid, see `planning.refused`).
    """
    enrolment = _own(person_id, public_id)
    if enrolment.status is EnrolmentStatus.PASSED:
        raise Conflict("records.plan_passed")
    refusal = planning.refused(starts_at, now, enrolment.due_at)
    if refusal is not None:
        raise Invalid(f"records.{refusal}")
    _end(enrolment.id, now)
    db.session.add(
        StudyPlan(
            person_id=person_id,
            enrolment_id=enrolment.id,
            starts_at=starts_at,
            zone=zone,
            made_at=now,
            ended_at=None,
        )
    )
    db.session.flush()


def drop(*, person_id: int, public_id: str, now: datetime) -> bool:
    """Drop the time planned for one's own course; False when there is none. Refuses as `plan` (NotFound)."""
    return _end(_own(person_id, public_id).id, now)


def switch(*, principal: Principal, kind: NudgeKind, on: bool, now: datetime) -> None:
    """Have a nudge or not, for oneself. Twice is once."""
    db.session.get_one(Person, principal.person_id, with_for_update=True)
    off = queries.off_by_person(principal.person_id)
    _switch(kind, on, kind in off, principal.person_id, now, person_id=principal.person_id)


def switch_for_agency(
    *, principal: Principal, agency_id: int, kind: NudgeKind, on: bool, now: datetime
) -> None:
    """Have a nudge or not, for everybody of an agency. Refuses a unit that is no agency or out of reach (NotFound)."""
    agency = db.session.scalars(
        select(OrgUnit).where(
            OrgUnit.id == agency_id,
            OrgUnit.parent_id.is_(None),
            OrgUnit.id.in_(visible_units(principal, Role.ADMIN)),
        )
    ).one_or_none()
    if agency is None:
        raise NotFound
    changed = _switch(
        kind, on, kind in queries.off_by_agency(agency_id), principal.person_id, now, agency_id=agency_id
    )
    if changed:
        audit.record(
            "records.nudge_switched",
            f"agency/{agency_id}",
            actor_id=principal.person_id,
            nudge=kind.value,
            on=on,
        )


def _switch(
    kind: NudgeKind,
    on: bool,
    is_off: bool,
    by: int,
    now: datetime,
    *,
    person_id: int | None = None,
    agency_id: int | None = None,
) -> bool:
    if on is not is_off:
        return False
    if on:
        owner = NudgeOff.person_id == person_id if agency_id is None else NudgeOff.agency_id == agency_id
        db.session.execute(
            update(NudgeOff)
            .where(owner, NudgeOff.kind == kind, NudgeOff.ended_at.is_(None))
            .values(ended_at=now)
        )
        return True
    row = NudgeOff(kind=kind, person_id=person_id, agency_id=agency_id, off_by=by, off_at=now, ended_at=None)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        if not violated(error, "uq_nudge_off_person") and not violated(error, "uq_nudge_off_agency"):
            raise
        return False
    return True


def _own(person_id: int, public_id: str) -> Enrolment:
    """One's own running enrolment, locked: of two clicks at once the second ends what the first has planned."""
    row = db.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.public_id == public_id, Enrolment.person_id == person_id, Enrolment.ended_at.is_(None)
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _end(enrolment_id: int, now: datetime) -> bool:
    ended = db.session.execute(
        update(StudyPlan)
        .where(StudyPlan.enrolment_id == enrolment_id, StudyPlan.ended_at.is_(None))
        .values(ended_at=now)
        .returning(StudyPlan.id)
    ).all()
    return bool(ended)
