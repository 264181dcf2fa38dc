"""Reads of elections with their stages, and of what moving one would do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select

from learning.kernel.db import db
from learning.people.models import Person
from learning.records import derivation, services
from learning.records.derivation import Dated, Rule
from learning.records.duedates import SourceGrade, StageKind, StageStatus
from learning.records.kinds import ChangeCause, EventKind
from learning.records.models import (
    Assignment,
    ElectionEvent,
    ElectionEventRegion,
    ElectionStage,
    Enrolment,
    EnrolmentStatus,
    StageChange,
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of an election; `people`: how many unpassed people have a date that rests on it.

    `rule` gave the days, if they were derived. `changes` and `changed_at` count the settings and date the last one.
    """

    stage: StageKind
    starts_on: date
    ends_on: date | None
    status: StageStatus
    source_ref: str
    source_grade: SourceGrade
    note: str
    rule: Rule | None
    people: int = 0
    changes: int = 0
    changed_at: datetime | None = None

    @property
    def last_day(self) -> date:
        """The last day, of a stage without one its first."""
        return self.ends_on or self.starts_on

    @property
    def days(self) -> Dated:
        """The stage for the rules."""
        return Dated(self.starts_on, self.ends_on, self.status, self.rule.key if self.rule else None)


@dataclass(frozen=True, slots=True)
class Election:
    """An election with its stages in order of days. No regions: the whole country."""

    id: int
    key: str
    name: str
    kind: EventKind
    legal_basis: str
    regions: tuple[str, ...]
    stages: tuple[Stage, ...]

    @property
    def standing(self) -> dict[StageKind, Dated]:
        """The stages for the rules."""
        return {stage.stage: stage.days for stage in self.stages}

    @property
    def last_day(self) -> date | None:
        """The last day of the last stage that has one."""
        return max((stage.last_day for stage in self.stages), default=None)

    @property
    def voting_on(self) -> date | None:
        """The day of voting."""
        stage = self.stage(StageKind.VOTING_DAY)
        return stage.starts_on if stage else None

    def stage(self, kind: StageKind) -> Stage | None:
        """One stage, if it has a date."""
        return next((stage for stage in self.stages if stage.stage is kind), None)


@dataclass(frozen=True, slots=True)
class Shift:
    """A stage before and after a change that is being considered, and how many people's dates rest on it."""

    stage: StageKind
    before: Dated | None
    after: Dated
    people: int

    @property
    def days(self) -> int:
        """By how many days the first day moves; 0 for a stage that had none."""
        return (self.after.starts_on - self.before.starts_on).days if self.before else 0

    @property
    def moved(self) -> int:
        """How many people get another date."""
        return self.people if self.days else 0


@dataclass(frozen=True, slots=True)
class Change:
    """One setting of a stage, for the history."""

    at: datetime
    stage: StageKind
    before_on: date | None
    starts_on: date
    cause: ChangeCause
    source_ref: str
    people: int
    by: str | None


def elections(event_id: int | None = None, *, people: bool = True) -> list[Election]:
    """All elections, those with the latest stage first, or one. Without `people` nobody is counted (public pages)."""
    query = select(ElectionEvent).order_by(ElectionEvent.id.desc())
    stages_query = select(ElectionStage).order_by(ElectionStage.starts_on, ElectionStage.id)
    regions_query = select(ElectionEventRegion).order_by(ElectionEventRegion.region_code)
    if event_id is not None:
        query = query.where(ElectionEvent.id == event_id)
        stages_query = stages_query.where(ElectionStage.event_id == event_id)
        regions_query = regions_query.where(ElectionEventRegion.event_id == event_id)
    events = list(db.session.execute(query).scalars())
    regions: dict[int, list[str]] = defaultdict(list)
    for row in db.session.execute(regions_query).scalars():
        regions[row.event_id].append(row.region_code)
    resting = _resting([event.id for event in events]) if people else {}
    changes = _changes(event_id)
    stages: dict[int, list[Stage]] = defaultdict(list)
    for stage in db.session.execute(stages_query).scalars():
        stages[stage.event_id].append(
            Stage(
                stage.stage,
                stage.starts_on,
                stage.ends_on,
                stage.status,
                stage.source_ref,
                stage.source_grade,
                stage.note,
                derivation.BY_KEY.get(stage.rule or ""),
                resting.get((stage.event_id, stage.stage), 0),
                *changes.get((stage.event_id, stage.stage), (0, None)),
            )
        )
    found = [
        Election(e.id, e.key, e.name, e.kind, e.legal_basis, tuple(regions[e.id]), tuple(stages[e.id]))
        for e in events
    ]
    return sorted(found, key=lambda e: e.stages[-1].starts_on if e.stages else date.max, reverse=True)


def election(event_id: int) -> Election | None:
    """One election."""
    return next(iter(elections(event_id)), None)


def shifts(found: Election, stage: StageKind, days: Dated, following: dict[StageKind, Dated]) -> list[Shift]:
    """What setting a stage would do, the stage itself first, then what follows from it."""
    people = {each.stage: each.people for each in found.stages}
    return [
        Shift(kind, found.standing.get(kind), given, people.get(kind, 0))
        for kind, given in ((stage, days), *following.items())
    ]


def history(event_id: int, most: int = 50) -> list[Change]:
    """The last changes of an election's stages, the newest first."""
    rows = db.session.execute(
        select(StageChange, Person.name)
        .outerjoin(Person, Person.id == StageChange.changed_by)
        .where(StageChange.event_id == event_id)
        .order_by(StageChange.id.desc())
        .limit(most)
    )
    return [
        Change(
            row.changed_at,
            row.stage,
            row.before_on,
            row.starts_on,
            row.cause,
            row.source_ref,
            row.people,
            name,
        )
        for row, name in rows
    ]


def last_change(event_id: int) -> int:
    """The number of the last change of any stage of an election; 0 before the first."""
    return services.last_change(event_id)


def _changes(event_id: int | None) -> dict[tuple[int, StageKind], tuple[int, datetime]]:
    query = select(
        StageChange.event_id, StageChange.stage, func.count(), func.max(StageChange.changed_at)
    ).group_by(StageChange.event_id, StageChange.stage)
    if event_id is not None:
        query = query.where(StageChange.event_id == event_id)
    return {(found, stage): (count, at) for found, stage, count, at in db.session.execute(query)}


def _resting(event_ids: list[int]) -> dict[tuple[int, StageKind], int]:
    rows = db.session.execute(
        select(Assignment.event_id, Assignment.stage, func.count())
        .join(Enrolment, Enrolment.assignment_id == Assignment.id)
        .where(
            Assignment.event_id.in_(event_ids),
            Assignment.ended_at.is_(None),
            Enrolment.ended_at.is_(None),
            Enrolment.status != EnrolmentStatus.PASSED,
        )
        .group_by(Assignment.event_id, Assignment.stage)
    )
    return {(event_id, stage): people for event_id, stage, people in rows}


def dated_stages(from_day: date) -> list[tuple[str, str, StageKind, date]]:
    """Stages that are still to come, as ("event:stage", name of the election, stage, day), for the assignment form."""
    rows = db.session.execute(
        select(ElectionEvent.id, ElectionEvent.name, ElectionStage.stage, ElectionStage.starts_on)
        .join(ElectionStage, ElectionStage.event_id == ElectionEvent.id)
        .where(ElectionStage.starts_on >= from_day)
        .order_by(
            case((ElectionStage.stage == StageKind.CAMPAIGN, 0), else_=1),
            ElectionStage.starts_on,
            ElectionStage.id,
        )
    )
    return [(f"{row.id}:{row.stage.value}", row.name, row.stage, row.starts_on) for row in rows]
