"""Reads of elections with their stages, of assignments with how far they are, and of effects before the act."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.people.kinds import PersonStatus, PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.people.scope import visible_units
from learning.people.tree import range_end
from learning.records import derivation, duedates, services
from learning.records.administration import ASSIGNING
from learning.records.audience import Audience, Place, reaches
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
class AssignmentRow:
    """An assignment as the list shows it. The numbers are those of everybody it reaches."""

    id: int
    course_key: str
    course_title: str
    unit_id: int
    unit_name: str
    event_name: str | None
    stage: StageKind | None
    due_on: date | None
    days_before: int
    covered_only: bool
    due_at: datetime
    legal_basis: str
    created_at: datetime
    ended_at: datetime | None
    assigned: int
    passed: int


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


def assignments(principal: Principal, *, open_only: bool = True) -> list[AssignmentRow]:
    """Assignments of units within reach, the newest first."""
    query = _assignments().where(Assignment.org_unit_id.in_(visible_units(principal, *ASSIGNING)))
    if open_only:
        query = query.where(Assignment.ended_at.is_(None))
    rows = db.session.execute(
        query.order_by(Assignment.created_at.desc(), Assignment.id.desc()).limit(200)
    ).all()
    return [_row(row) for row in rows]


def assignment(principal: Principal, assignment_id: int) -> AssignmentRow | None:
    """One assignment of a unit within reach."""
    row = db.session.execute(
        _assignments().where(
            Assignment.id == assignment_id,
            Assignment.org_unit_id.in_(visible_units(principal, *ASSIGNING)),
        )
    ).first()
    return _row(row) if row else None


def _assignments() -> Select[Any]:
    people = (
        select(func.count())
        .select_from(Enrolment)
        .where(Enrolment.assignment_id == Assignment.id, Enrolment.ended_at.is_(None))
    )
    passed = people.where(Enrolment.status == EnrolmentStatus.PASSED)
    return (
        select(
            Assignment,
            OrgUnit.name.label("unit_name"),
            OrgUnit.timezone,
            ElectionEvent.name.label("event_name"),
            func.coalesce(Assignment.due_on, ElectionStage.starts_on).label("starts_on"),
            people.correlate(Assignment).scalar_subquery().label("assigned"),
            passed.correlate(Assignment).scalar_subquery().label("passed"),
        )
        .join(OrgUnit, OrgUnit.id == Assignment.org_unit_id)
        .outerjoin(ElectionEvent, ElectionEvent.id == Assignment.event_id)
        .outerjoin(
            ElectionStage,
            (ElectionStage.event_id == Assignment.event_id) & (ElectionStage.stage == Assignment.stage),
        )
    )


def _row(row: Any) -> AssignmentRow:
    found: Assignment = row.Assignment
    return AssignmentRow(
        found.id,
        found.course_key,
        found.course_title,
        found.org_unit_id,
        row.unit_name,
        row.event_name,
        found.stage,
        found.due_on,
        found.days_before,
        found.covered_only,
        duedates.due_at(row.starts_on, found.days_before, row.timezone),
        found.legal_basis,
        found.created_at,
        found.ended_at,
        row.assigned,
        row.passed,
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an assignment would reach: how many people, how many of them have the course running or passed already, and
    how many of the subtree it leaves out, by the region they work in (None: a unit without one).
    """

    people: int
    have: int
    left_out: tuple[tuple[str | None, int], ...]

    @property
    def outside(self) -> int:
        """How many people it leaves out."""
        return sum(count for _region, count in self.left_out)


def reach(audience: Audience, course_key: str) -> Reach:
    """Whom an assignment would reach now; the rule is `audience.reaches`, asked once for each unit."""
    enrolled = (
        select(Enrolment.id)
        .where(
            Enrolment.person_id == Posting.person_id,
            Enrolment.course_key == course_key,
            Enrolment.ended_at.is_(None),
        )
        .exists()
    )
    rows = db.session.execute(
        select(
            OrgUnit.path,
            OrgUnit.region_code,
            func.count().label("people"),
            func.sum(case((enrolled, 1), else_=0)).label("have"),
        )
        .join(Posting, Posting.org_unit_id == OrgUnit.id)
        .join(Person, Person.id == Posting.person_id)
        .where(
            OrgUnit.path >= audience.path,
            OrgUnit.path < range_end(audience.path),
            Posting.ends_on.is_(None),
            Posting.kind == PostingKind.DEFINITIVE,
            Person.status == PersonStatus.ACTIVE,
        )
        .group_by(OrgUnit.id, OrgUnit.path, OrgUnit.region_code)
    )
    people = have = 0
    outside: dict[str | None, int] = defaultdict(int)
    for row in rows:
        if reaches(audience, Place(row.path, row.region_code)):
            people += row.people
            have += int(row.have)
        else:
            outside[row.region_code] += row.people
    left_out = sorted(outside.items(), key=lambda pair: (-pair[1], pair[0] or ""))
    return Reach(people, have, tuple(left_out))
