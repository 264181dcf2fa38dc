"""Outages: proposed by one admin, decided by another; what was approved moves dates by the rule in `fairness.py`."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.records import fairness
from learning.records.kinds import OutageKind
from learning.records.models import Assignment
from learning.records.moving_models import Outage, OutageOutcome
from learning.records.services import redating

NOTE_LENGTH = 500
EVIDENCE_LENGTH = 1_000
REMARK_LENGTH = 500


def propose_outage(
    *,
    actor_id: int,
    kind: OutageKind,
    began_at: datetime,
    ended_at: datetime,
    note: str,
    evidence: str,
    now: datetime,
    holidays: Collection[date] = (),
) -> uuid.UUID:
    """Propose to make up for an outage; its public id. Nothing changes before a second person agrees.

    Refuses an end in the future or not after the beginning, what is shorter or longer than the rule knows (Invalid), a
    missing or too long text (Invalid), and the same times again while they wait or hold (Conflict).
    """
    if ended_at <= began_at:
        raise Invalid("records.outage_order")
    if ended_at > now:
        raise Invalid("records.outage_future")
    if ended_at - began_at > fairness.LONGEST:
        raise Invalid("records.outage_long", days=fairness.LONGEST.days)
    until_on = fairness.day_given(began_at, ended_at, holidays)
    if until_on is None:
        raise Invalid("records.outage_short", minutes=int(fairness.SHORTEST.total_seconds() // 60))
    row = Outage(
        public_id=uuid.uuid4(),
        kind=kind,
        began_at=began_at,
        ended_at=ended_at,
        until_on=until_on,
        note=_text(note, NOTE_LENGTH, "note"),
        evidence=_text(evidence, EVIDENCE_LENGTH, "evidence"),
        proposed_by=actor_id,
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
        if violated(error, "uq_outage_same"):
            raise Conflict("records.outage_same") from error
        raise
    _note("proposed", row, actor_id)
    return row.public_id


def approve_outage(*, actor_id: int, public_id: uuid.UUID, now: datetime) -> int | None:
    """Let an outage move dates: of a few people in this commit, of many by a job. The id of the recomputation, None when
    nothing is assigned.

    Refuses the proposer (Forbidden) and what is decided already (Conflict).
    """
    row = _take(public_id)
    if row.proposed_by == actor_id:
        raise Forbidden("records.outage_second_person")
    _decide(row, OutageOutcome.APPROVED, actor_id, "", now)
    open_ids = db.session.scalars(select(Assignment.id).where(Assignment.ended_at.is_(None))).all()
    return redating.begin(assignment_ids=open_ids, now=now, outage_id=row.id, actor_id=actor_id)


def decline_outage(*, actor_id: int, public_id: uuid.UUID, remark: str, now: datetime) -> OutageOutcome:
    """End a proposal without effect: the proposer takes it back, anybody else returns it and says why."""
    row = _take(public_id)
    own = row.proposed_by == actor_id
    outcome = OutageOutcome.WITHDRAWN if own else OutageOutcome.RETURNED
    _decide(row, outcome, actor_id, "" if own else _text(remark, REMARK_LENGTH, "remark"), now)
    return outcome


def _take(public_id: uuid.UUID) -> Outage:
    row = db.session.execute(
        select(Outage)
        .where(Outage.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("records.outage_unknown")
    if row.outcome is not None:
        raise Conflict("records.outage_decided")
    return row


def _decide(row: Outage, outcome: OutageOutcome, actor_id: int, remark: str, now: datetime) -> None:
    try:
        with db.session.begin_nested():
            row.outcome, row.decided_by, row.decided_at, row.remark = outcome, actor_id, now, remark
    except IntegrityError as error:
        if violated(error, "ck_outage_two_people"):
            raise Forbidden("records.outage_second_person") from error
        raise
    _note(outcome.value.lower(), row, actor_id)


def _note(act: str, row: Outage, actor_id: int) -> None:
    audit.record(
        f"records.outage_{act}",
        f"outage:{row.id}",
        actor_id=actor_id,
        kind=row.kind.value,
        began_at=row.began_at.isoformat(),
        ended_at=row.ended_at.isoformat(),
        until=row.until_on.isoformat(),
    )


def _text(text: str, longest: int, name: str) -> str:
    told = text.replace("\0", "").strip()
    if not told:
        raise Invalid(f"records.outage_{name}_missing")
    if len(told) > longest:
        raise Invalid("records.outage_text_long", max=longest)
    return told
