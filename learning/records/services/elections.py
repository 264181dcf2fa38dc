"""Elections and the days of their stages. A stage that moves takes every date that rests on it along."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people.import_rows import is_region_code
from learning.records import derivation, regions
from learning.records.derivation import Dated
from learning.records.duedates import SourceGrade, StageKind, StageStatus
from learning.records.kinds import ChangeCause, EventKind
from learning.records.models import Assignment, ElectionEvent, ElectionEventRegion, ElectionStage, StageChange
from learning.records.services import redating


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

    Refuses a malformed region code, one that is not in the official list (Invalid), and a key that is taken (Conflict
    "records.event_key_taken").
    """
    for code in region_codes:
        if not is_region_code(code):
            raise Invalid("records.region_code", found=code)
        if not regions.is_known(code):
            raise Invalid("records.region_unknown", found=code)
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
    status: StageStatus,
    source_ref: str,
    now: datetime,
    starts_on: date | None = None,
    ends_on: date | None = None,
    rule: str | None = None,
    source_grade: SourceGrade = SourceGrade.UNVERIFIED,
    note: str = "",
    seen: int | None = None,
    cause: ChangeCause = ChangeCause.ENTERED,
    actor_id: int | None = None,
) -> int:
    """Set or move a stage, with every stage derived from it and every due date that rests on any of them.

    Of a few people the dates have moved when this returns, those of many follow by a job (`services/redating.py`).
    With `rule` the days, their firmness and the source are the rule's. `seen` is the number of the last change that
    the actor was shown: somebody else's change since then is refused (Conflict "records.stage_meanwhile"), so nobody
    confirms an effect that is not the one they saw. Returns how many people's dates rest on what moved. Refuses an end
    before the start, an unknown election, a rule that does not fit or whose base has no date.
    """
    event = db.session.execute(
        # Two who move stages of one election wait for each other; whoever assigns meanwhile does not.
        select(ElectionEvent).where(ElectionEvent.id == event_id).with_for_update(key_share=True)
    ).scalar_one_or_none()
    if event is None:
        raise NotFound("records.event_unknown")
    if seen is not None and seen != last_change(event_id):
        raise Conflict("records.stage_meanwhile")
    rows = {
        row.stage: row
        for row in db.session.execute(
            select(ElectionStage)
            .where(ElectionStage.event_id == event_id)
            .order_by(ElectionStage.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalars()
    }
    standing = {kind: dated(row) for kind, row in rows.items()}
    days, following = plan(event.kind, standing, stage, starts_on, ends_on, status, rule)
    people = 0
    resting: list[int] = []
    cause_id: int | None = None
    for kind, given, why in (
        (stage, days, cause),
        *((s, d, ChangeCause.FOLLOWED) for s, d in following.items()),
    ):
        row = rows.get(kind)
        before = row.starts_on if row else None
        if row is None:
            row = ElectionStage(event_id=event_id, stage=kind, source_grade=source_grade, note=note)
            db.session.add(row)
        row.starts_on, row.ends_on, row.status, row.rule = (
            given.starts_on,
            given.ends_on,
            given.status,
            given.rule,
        )
        row.source_ref = derivation.BY_KEY[given.rule].article if given.rule else source_ref
        if why is not ChangeCause.FOLLOWED:
            row.source_grade = SourceGrade.READ if given.rule else source_grade
            row.note = note
        db.session.flush()
        moved = before not in (None, given.starts_on)
        on_this = _resting(event_id, kind) if moved else []
        theirs = redating.people_with(on_this)
        change_id = _note_change(row, before, why, theirs, actor_id, now)
        cause_id = change_id if cause_id is None and on_this else cause_id
        resting += on_this
        people += theirs
    redating.begin(assignment_ids=resting, now=now, change_id=cause_id, actor_id=actor_id)
    return people


def plan(
    event_kind: EventKind,
    standing: dict[StageKind, Dated],
    stage: StageKind,
    starts_on: date | None,
    ends_on: date | None,
    status: StageStatus,
    rule: str | None,
) -> tuple[Dated, dict[StageKind, Dated]]:
    """What a stage would become and which derived stages would follow, from the stages as they stand.

    The refusals of `set_stage` that concern days and rules; preview and act share them.
    """
    if rule is not None:
        found = derivation.BY_KEY.get(rule)
        if found is None or found.stage is not stage or event_kind not in found.kinds:
            raise Invalid("records.rule_unfit")
        entered = Dated(date.min, None, status, rule)
    elif starts_on is None:
        raise Invalid("records.stage_day")
    elif ends_on is not None and ends_on < starts_on:
        raise Invalid("records.stage_order")
    else:
        entered = Dated(starts_on, ends_on, status)
    try:
        return derivation.after(standing, stage, entered)
    except LookupError as error:
        raise Invalid("records.rule_base_missing") from error
    except (ValueError, OverflowError) as error:
        raise Invalid("records.stage_contradiction") from error


def dated(row: ElectionStage) -> Dated:
    """The days of a stage for the rules."""
    return Dated(row.starts_on, row.ends_on, row.status, row.rule)


def last_change(event_id: int) -> int:
    """The number of the last change of any stage of an election; 0 before the first."""
    query = select(func.coalesce(func.max(StageChange.id), 0)).where(StageChange.event_id == event_id)
    return db.session.execute(query).scalar_one()


def _note_change(
    row: ElectionStage,
    before: date | None,
    cause: ChangeCause,
    people: int,
    actor_id: int | None,
    now: datetime,
) -> int:
    change = StageChange(
        event_id=row.event_id,
        stage=row.stage,
        before_on=before,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        status=row.status,
        source_ref=row.source_ref,
        rule=row.rule,
        cause=cause,
        people=people,
        changed_by=actor_id,
        changed_at=now,
    )
    db.session.add(change)
    db.session.flush()
    audit.record(
        "records.stage_set",
        f"event:{row.event_id}",
        actor_id=actor_id,
        stage=row.stage.value,
        before=before.isoformat() if before else None,
        after=row.starts_on.isoformat(),
        status=row.status.value,
        rule=row.rule,
        at=now.isoformat(),
        people=people,
    )
    return change.id


def _resting(event_id: int, stage: StageKind) -> list[int]:
    query = select(Assignment.id).where(
        Assignment.event_id == event_id, Assignment.stage == stage, Assignment.ended_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(Assignment.id)))
