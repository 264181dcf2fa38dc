"""Bringing the shipped elections into the database; again and again with the same end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from learning.kernel.db import db
from learning.records.duedates import StageKind
from learning.records.kinds import ChangeCause
from learning.records.models import ElectionEvent, ElectionStage, StageChange
from learning.records.services.elections import create_event, set_stage
from learning.records.shipped import ShippedEvent, ShippedStage


@dataclass(frozen=True, slots=True)
class Shipped:
    """What a load did: elections created, stages set, stages that stood so already, and stages left alone because
    somebody changed them by hand ("key: stage").
    """

    created: int
    stages_set: int
    unchanged: int
    kept: tuple[str, ...]


def ship(*, events: tuple[ShippedEvent, ...], now: datetime) -> Shipped:
    """Create what is missing and correct what the file says differently.

    What an admin has set by hand is never overwritten: the person on the spot knows better than a file of last year.
    Regions and names of an election that exists are left as they are.
    """
    created = stages_set = unchanged = 0
    kept: list[str] = []
    for event in events:
        event_id = db.session.execute(
            select(ElectionEvent.id).where(ElectionEvent.key == event.key)
        ).scalar_one_or_none()
        if event_id is None:
            created += 1
            event_id = create_event(
                key=event.key,
                name=event.name,
                kind=event.kind,
                legal_basis=event.legal_basis,
                region_codes=event.region_codes,
            )
        for stage in event.stages:
            if _by_hand(event_id, stage.stage):
                kept.append(f"{event.key}: {stage.stage}")
            elif _stands(event_id, stage):
                unchanged += 1
            else:
                stages_set += 1
                _set(event_id, stage, now)
    return Shipped(created, stages_set, unchanged, tuple(kept))


def _by_hand(event_id: int, stage: StageKind) -> bool:
    query = select(StageChange.id).where(
        StageChange.event_id == event_id,
        StageChange.stage == stage,
        StageChange.cause == ChangeCause.ENTERED,
    )
    return db.session.execute(query.limit(1)).first() is not None


def _stands(event_id: int, stage: ShippedStage) -> bool:
    row = db.session.execute(
        select(ElectionStage).where(ElectionStage.event_id == event_id, ElectionStage.stage == stage.stage)
    ).scalar_one_or_none()
    if row is None or (row.rule, row.note) != (stage.rule, stage.note):
        return False
    if stage.rule is not None:
        # Its days follow from its bases by themselves.
        return True
    return (row.starts_on, row.ends_on, row.status, row.source_ref, row.source_grade) == (
        stage.starts_on, stage.ends_on, stage.status, stage.source_ref, stage.grade,
    )  # fmt: skip


def _set(event_id: int, stage: ShippedStage, now: datetime) -> None:
    set_stage(
        event_id=event_id,
        stage=stage.stage,
        starts_on=stage.starts_on,
        ends_on=stage.ends_on,
        status=stage.status,
        source_ref=stage.source_ref,
        source_grade=stage.grade,
        note=stage.note,
        rule=stage.rule,
        cause=ChangeCause.SHIPPED,
        now=now,
    )
