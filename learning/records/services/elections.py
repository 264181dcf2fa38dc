"""Elections and the days of their stages. A stage that moves takes every date that rests on it along."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people.import_rows import is_region_code
from learning.records.duedates import StageKind, StageStatus
from learning.records.models import Assignment, ElectionEvent, ElectionEventRegion, ElectionStage, EventKind
from learning.records.services import duties


def create_event(
    *,
    key: str,
    name: str,
    kind: EventKind,
    legal_basis: str,
    region_codes: tuple[str, ...] = (),
    actor_id: int | None = None,
) -> int:
    """Enter an election; its id. No regions: it concerns the whole country.

    Refuses a malformed region code (Invalid) and a key that is taken (Conflict "records.event_key_taken").
    """
    for code in region_codes:
        if not is_region_code(code):
            raise Invalid("records.region_code", found=code)
    event = ElectionEvent(key=key, name=name, kind=kind, legal_basis=legal_basis)
    db.session.add(event)
    try:
        db.session.flush()
    except IntegrityError as error:
        if violated(error, "uq_election_event_key"):
            raise Conflict("records.event_key_taken", found=key) from error
        raise
    codes = sorted(set(region_codes))
    db.session.add_all(ElectionEventRegion(event_id=event.id, region_code=code) for code in codes)
    db.session.flush()
    audit.record("records.event_created", f"event:{event.id}", actor_id=actor_id, name=name, regions=codes)
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
    """Set or move a stage; every date that rests on it is computed anew. Returns how many people that concerned.

    Refuses an end before the start and an unknown election.
    """
    if ends_on is not None and ends_on < starts_on:
        raise Invalid("records.stage_order")
    if db.session.get(ElectionEvent, event_id) is None:
        raise NotFound("records.event_unknown")
    row = db.session.execute(
        select(ElectionStage)
        .where(ElectionStage.event_id == event_id, ElectionStage.stage == stage)
        .with_for_update()
    ).scalar_one_or_none()
    before = row.starts_on if row else None
    if row is None:
        row = ElectionStage(event_id=event_id, stage=stage)
        db.session.add(row)
    row.starts_on, row.ends_on, row.status, row.source_ref = starts_on, ends_on, status, source_ref
    try:
        db.session.flush()
    except IntegrityError as error:
        if violated(error, "uq_election_stage_event_id_stage"):
            raise Conflict("records.stage_meanwhile") from error
        raise
    moved = 0 if before in (None, starts_on) else _recompute(event_id, stage)
    audit.record(
        "records.stage_set",
        f"event:{event_id}",
        actor_id=actor_id,
        stage=stage.value,
        before=before.isoformat() if before else None,
        after=starts_on.isoformat(),
        status=status.value,
        at=now.isoformat(),
        people=moved,
    )
    return moved


def _recompute(event_id: int, stage: StageKind) -> int:
    resting = db.session.execute(
        select(Assignment.id, Assignment.course_key)
        .where(Assignment.event_id == event_id, Assignment.stage == stage, Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    ).all()
    return sum(duties.release(assignment_id, course_key) for assignment_id, course_key in resting)
