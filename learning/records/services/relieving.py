"""Exemptions and extensions: proposed by one person, decided by another, in effect in the commit of the decision.

The effect is two columns of the running enrolment, which everything else reads: counts, dates, reminders. They follow
from the approved proposals and are set here alone, so that a new enrolment (another unit, a new edition, the next cycle)
gets the same.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit, clock
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people.models import OrgUnit, Person
from learning.people.scope import visible_people
from learning.records import counting
from learning.records.exemption_models import ExemptionProposal, ReliefKind, ReliefOutcome, ReliefReason
from learning.records.fairness import held
from learning.records.models import Enrolment, EnrolmentStatus
from learning.records.relief import Relief, later_of, refused_day
from learning.records.reliefs import TAKING_PART, reliefs_of, visible_reliefs
from learning.records.services import duties
from learning.records.services.following import settle

NOTE_LENGTH = 500
EVIDENCE_LENGTH = 1_000
REMARK_LENGTH = 500
AT_ONCE = 200
"""Persons whose exemption runs out in one commit: others must be able to write in between."""


def propose_relief(
    *,
    principal: Principal,
    person_id: int,
    course_key: str,
    kind: ReliefKind,
    until: date,
    reason: ReliefReason,
    note: str,
    evidence: str,
    now: datetime,
) -> uuid.UUID:
    """Propose an exemption or an extension for a course that somebody has to pass; its public id.

    Refuses: out of reach (NotFound), oneself (Forbidden), no running enrolment or one that is passed (Conflict), a day in
    the past, too far ahead, or for an extension not later than the date that holds (Invalid), a missing or too long text
    (Invalid), a second open proposal for the same person and course (Conflict "records.relief_open").
    """
    _in_reach(principal, person_id, now)
    if kind is ReliefKind.ENDING:
        raise Invalid("records.relief_kind")
    enrolment = _unmet(person_id, course_key)
    zone = _zone(enrolment)
    refusal = refused_day(until, clock.local_date(now, zone))
    if refusal is not None:
        raise Invalid(refusal)
    if kind is ReliefKind.EXTENSION:
        if enrolment.due_at is None:
            raise Invalid("records.relief_no_date")
        if until <= clock.local_date(enrolment.due_at, zone):
            raise Invalid("records.relief_not_later")
    return _open(
        principal=principal,
        person_id=person_id,
        course_key=course_key,
        course_title=enrolment.course_title,
        kind=kind,
        ends_id=None,
        until=until,
        reason=reason,
        note=note,
        evidence=evidence,
        now=now,
    )


def propose_ending(
    *, principal: Principal, public_id: uuid.UUID, note: str, evidence: str, now: datetime
) -> uuid.UUID:
    """Propose to end early what was approved; its public id. It holds on until a second person agrees.

    Refuses as `propose_relief`, and what does not stand any more (Conflict "records.relief_over").
    """
    found = _visible(principal, public_id, now)
    _in_reach(principal, found.person_id, now)
    _require_standing(found, now)
    return _open(
        principal=principal,
        person_id=found.person_id,
        course_key=found.course_key,
        course_title=found.course_title,
        kind=ReliefKind.ENDING,
        ends_id=found.id,
        until=None,
        reason=None,
        note=note,
        evidence=evidence,
        now=now,
    )


def approve_relief(*, principal: Principal, public_id: uuid.UUID, now: datetime) -> None:
    """Let a proposal take effect: date, counts and reminders follow in this commit.

    Refuses: out of reach (NotFound), the proposer and the person concerned (Forbidden), decided already, passed
    meanwhile, or a day that has gone by (Conflict).
    """
    found = _take(principal, public_id, now)
    if found.kind is ReliefKind.ENDING:
        _require_standing(db.session.get_one(ExemptionProposal, found.ends_id), now)
    else:
        assert found.until is not None  # a constraint of the table
        zone = _zone(_unmet(found.person_id, found.course_key))
        if found.until < clock.local_date(now, zone):
            raise Conflict("records.relief_late")
    _settle_proposal(found, ReliefOutcome.APPROVED, principal, "", now)
    follow(person_id=found.person_id, course_key=found.course_key, now=now)


def decline_relief(
    *, principal: Principal, public_id: uuid.UUID, remark: str, now: datetime
) -> ReliefOutcome:
    """End a proposal without effect: the proposer takes it back, anybody else returns it and says why."""
    own = _visible(principal, public_id, now).proposed_by == principal.person_id
    outcome = ReliefOutcome.WITHDRAWN if own else ReliefOutcome.RETURNED
    found = _take(principal, public_id, now, own=own)
    said = "" if own else _text(remark, REMARK_LENGTH, "remark")
    _settle_proposal(found, outcome, principal, said, now)
    return outcome


def follow(*, person_id: int, course_key: str, now: datetime) -> None:
    """Set what is in force on the running enrolment, with counts and date. Does nothing when there is none."""
    enrolment = db.session.execute(
        select(Enrolment)
        .where(
            Enrolment.person_id == person_id, Enrolment.course_key == course_key, Enrolment.ended_at.is_(None)
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if enrolment is None:
        return
    before = counting.counted(enrolment)
    relief = reliefs_of({person_id}, now, _zone(enrolment)).get((person_id, course_key), Relief())
    enrolment.exempt_until, enrolment.extended_on = relief.exempt_until, relief.extended_on
    db.session.flush()
    counting.changed(enrolment, before, at=now)
    if enrolment.org_unit_id is not None:
        settle(person_id, enrolment.org_unit_id, now)


def run_out(*, now: datetime) -> int:
    """End the exemptions whose last day is over where the person works, `AT_ONCE` at most; how many people."""
    over = [
        (OrgUnit.timezone == zone) & (Enrolment.exempt_until < clock.local_date(now, zone))
        for zone in clock.ZONE_NAMES
    ]
    nowhere = Enrolment.org_unit_id.is_(None) & (Enrolment.exempt_until < clock.local_date(now))
    rows = db.session.execute(
        select(Enrolment.person_id, Enrolment.course_key)
        .outerjoin(OrgUnit, OrgUnit.id == Enrolment.org_unit_id)
        .where(Enrolment.exempt_until.is_not(None), Enrolment.ended_at.is_(None), or_(nowhere, *over))
        .order_by(Enrolment.id)
        .limit(AT_ONCE)
    ).all()
    for person_id, course_key in rows:
        follow(person_id=person_id, course_key=course_key, now=now)
        audit.record(
            "records.relief_ran_out",
            f"person:{person_id}",
            actor_id=None,
            about_id=person_id,
            course=course_key,
        )
    return len(rows)


def carry(*, assignment_id: int, course_key: str, now: datetime) -> None:
    """Give those whom an assignment has just enrolled what is in force for them. Before they are counted."""
    approved = select(ExemptionProposal.id).where(
        ExemptionProposal.person_id == Enrolment.person_id,
        ExemptionProposal.course_key == course_key,
        ExemptionProposal.outcome == ReliefOutcome.APPROVED,
    )
    rows = db.session.scalars(
        select(Enrolment).where(
            Enrolment.assignment_id == assignment_id, Enrolment.course_key == course_key, approved.exists()
        )
    ).all()
    found = reliefs_of({row.person_id for row in rows}, now) if rows else {}
    outages = duties.interruptions() if rows else ()
    for row in rows:
        relief = found.get((row.person_id, course_key), Relief())
        row.exempt_until, row.extended_on = relief.exempt_until, relief.extended_on
        if row.due_at is not None:
            zone = _zone(row)
            row.due_at = held(later_of(row.due_at, row.extended_on, zone), outages, zone)
    db.session.flush()


def _open(
    *,
    principal: Principal,
    person_id: int,
    course_key: str,
    course_title: str,
    kind: ReliefKind,
    ends_id: int | None,
    until: date | None,
    reason: ReliefReason | None,
    note: str,
    evidence: str,
    now: datetime,
) -> uuid.UUID:
    row = ExemptionProposal(
        public_id=uuid.uuid4(),
        person_id=person_id,
        course_key=course_key,
        course_title=course_title,
        kind=kind,
        ends_id=ends_id,
        until=until,
        reason=reason,
        note=_text(note, NOTE_LENGTH, "note"),
        evidence=_text(evidence, EVIDENCE_LENGTH, "evidence"),
        proposed_by=principal.person_id,
        proposed_at=now,
        outcome=None,
        decided_by=None,
        decided_at=None,
        remark="",
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        if violated(error, "uq_exemption_proposal_open"):
            raise Conflict("records.relief_open") from error
        raise
    _note("proposed", row, principal)
    return row.public_id


def _settle_proposal(
    row: ExemptionProposal, outcome: ReliefOutcome, principal: Principal, remark: str, now: datetime
) -> None:
    try:
        with db.session.begin_nested():
            row.outcome, row.decided_by, row.decided_at = outcome, principal.person_id, now
            row.remark = remark
    except IntegrityError as error:
        if violated(error, "ck_exemption_proposal_two_people"):
            raise Forbidden("records.relief_second_person") from error
        if violated(error, "uq_exemption_proposal_ended"):
            raise Conflict("records.relief_over") from error
        raise
    _note(outcome.value.lower(), row, principal)


def _note(act: str, row: ExemptionProposal, principal: Principal) -> None:
    audit.record(
        f"records.relief_{act}",
        f"person:{row.person_id}",
        actor_id=principal.person_id,
        about_id=row.person_id,
        proposal=str(row.public_id),
        kind=row.kind.value,
        course=row.course_key,
        until=row.until.isoformat() if row.until else None,
    )


def _take(
    principal: Principal, public_id: uuid.UUID, now: datetime, *, own: bool = False
) -> ExemptionProposal:
    """A proposal that waits and that this person may decide (or, with `own`, take back), locked."""
    row = _visible(principal, public_id, now)
    db.session.refresh(row, with_for_update=True)
    if row.outcome is not None:
        raise Conflict("records.relief_decided")
    if row.person_id == principal.person_id:
        raise Forbidden("records.relief_oneself")
    if row.proposed_by == principal.person_id and not own:
        raise Forbidden("records.relief_second_person")
    return row


def _visible(principal: Principal, public_id: uuid.UUID, now: datetime) -> ExemptionProposal:
    row = db.session.execute(
        select(ExemptionProposal).where(
            ExemptionProposal.public_id == public_id, visible_reliefs(principal, now)
        )
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("records.relief_unknown")
    return row


def _in_reach(principal: Principal, person_id: int, now: datetime) -> None:
    on = clock.local_date(now, principal.timezone)
    reached = visible_people(principal, *TAKING_PART, on=on)
    if (
        db.session.execute(select(Person.id).where(Person.id == person_id, Person.id.in_(reached))).first()
        is None
    ):
        raise NotFound("records.relief_unknown")
    if person_id == principal.person_id:
        raise Forbidden("records.relief_oneself")


def _require_standing(row: ExemptionProposal, now: datetime) -> None:
    """Refuse (Conflict) to end what is not in force: never approved, ended already, or its day is over."""
    ended = select(ExemptionProposal.id).where(
        ExemptionProposal.ends_id == row.id, ExemptionProposal.outcome == ReliefOutcome.APPROVED
    )
    over = row.until is None or row.until < clock.local_date(now)
    if row.outcome is not ReliefOutcome.APPROVED or over or db.session.execute(ended).first() is not None:
        raise Conflict("records.relief_over")


def _unmet(person_id: int, course_key: str) -> Enrolment:
    """The running enrolment, locked. Refuses (Conflict) when there is none or it is passed."""
    row = db.session.execute(
        select(Enrolment)
        .where(
            Enrolment.person_id == person_id, Enrolment.course_key == course_key, Enrolment.ended_at.is_(None)
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if row is None or row.status is EnrolmentStatus.PASSED:
        raise Conflict("records.relief_no_duty")
    return row


def _zone(enrolment: Enrolment) -> str:
    if enrolment.org_unit_id is None:
        return clock.DEFAULT_ZONE
    return db.session.execute(
        select(OrgUnit.timezone).where(OrgUnit.id == enrolment.org_unit_id)
    ).scalar_one()


def _text(text: str, longest: int, name: str) -> str:
    told = text.replace("\0", "").strip()
    if not told:
        raise Invalid(f"records.relief_{name}_missing")
    if len(told) > longest:
        raise Invalid("records.relief_text_long", max=longest)
    return told
