"""Reads of this package; frozen rows, no objects of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.people.tree import ancestors
from learning.records import fairness
from learning.records.audience import Criteria
from learning.records.duedates import DueReason, MadeUp, StageKind, StageStatus, due_at
from learning.records.models import (
    Assignment,
    ElectionEvent,
    ElectionEventRegion,
    ElectionStage,
    Enrolment,
    EnrolmentStatus,
    StageChange,
    StepRecord,
)
from learning.records.moving_models import Outage, Redating
from learning.records.relief import later_of
from learning.records.services import duties

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """A person's place in a course, with the date and why the date is what it is."""

    id: int
    public_id: str
    person_id: int
    course_key: str
    course_title: str
    cycle: int
    edition: str | None
    status: EnrolmentStatus
    due_at: datetime | None
    due_reason: DueReason | None
    steps_total: int
    steps_done: int
    started_at: datetime | None
    completed_at: datetime | None
    ended_at: datetime | None
    assignment_id: int | None
    org_unit_id: int | None
    exempt_until: date | None
    extended_on: date | None

    @property
    def quiz_open(self) -> bool:
        """Whether every step before the quiz is done."""
        return self.edition is not None and self.steps_done >= self.steps_total

    @property
    def open_duty(self) -> bool:
        """Assigned, not passed yet, and not exempt."""
        return self.due_at is not None and self.expected and self.ended_at is None

    @property
    def expected(self) -> bool:
        """Whether the pass is still to come and nothing exempts from it."""
        return self.status is not EnrolmentStatus.PASSED and self.exempt_until is None


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage of an election in somebody's region."""

    event_name: str
    stage: StageKind
    starts_on: date
    ends_on: date | None
    status: StageStatus
    source_ref: str


_moved = aliased(StageChange)
_LAST_MOVE = (
    select(func.max(_moved.id))
    .where(
        _moved.event_id == Assignment.event_id,
        _moved.stage == Assignment.stage,
        _moved.before_on != _moved.starts_on,
    )
    .correlate(Assignment)
    .scalar_subquery()
)
_RUNNING = select(Redating.id).where(Redating.finished_at.is_(None)).exists()


def _enrolments(held: ColumnElement[bool]) -> Select[Any]:
    """Enrolments with the assignment that `held` names, and all that says why their date is what it is."""
    return (
        select(
            Enrolment.id,
            Enrolment.public_id,
            Enrolment.person_id,
            Enrolment.course_key,
            Enrolment.course_title,
            Enrolment.cycle,
            Enrolment.edition,
            Enrolment.status,
            Enrolment.due_at,
            Enrolment.steps_total,
            Enrolment.steps_done,
            Enrolment.started_at,
            Enrolment.completed_at,
            Enrolment.ended_at,
            Assignment.id.label("assignment_id"),
            Enrolment.org_unit_id,
            Enrolment.exempt_until,
            Enrolment.extended_on,
            Assignment.days_before,
            Assignment.legal_basis,
            Assignment.stage,
            ElectionEvent.name.label("event_name"),
            ElectionEvent.key.label("event_key"),
            Assignment.due_on,
            Assignment.covered_only,
            Assignment.criteria,
            Assignment.window_days,
            Assignment.grace_days,
            Assignment.counts_from,
            Assignment.refresher_key,
            ElectionStage.starts_on,
            ElectionStage.status.label("stage_status"),
            ElectionStage.rule,
            StageChange.before_on.label("moved_from"),
            StageChange.changed_at.label("moved_at"),
            OrgUnit.path,
            OrgUnit.region_code,
            OrgUnit.timezone,
            _RUNNING.label("redating"),
        )
        .select_from(Enrolment)
        .outerjoin(Assignment, held)
        .outerjoin(ElectionEvent, ElectionEvent.id == Assignment.event_id)
        .outerjoin(
            ElectionStage,
            (ElectionStage.event_id == Assignment.event_id) & (ElectionStage.stage == Assignment.stage),
        )
        .outerjoin(StageChange, StageChange.id == _LAST_MOVE)
        .outerjoin(OrgUnit, OrgUnit.id == Enrolment.org_unit_id)
    )


# Statements of every learner's page are built once: building one takes longer than running it.
_ENROLMENTS = _enrolments(Assignment.id == Enrolment.assignment_id)
_AS_HELD_NOW = _enrolments(Assignment.id == bindparam("assignment_id")).where(
    Enrolment.id == bindparam("enrolment_id")
)
_OPEN_ENROLMENTS = _ENROLMENTS.where(
    Enrolment.person_id == bindparam("person_id"), Enrolment.ended_at.is_(None)
)
_OPEN_ENROLMENT = _OPEN_ENROLMENTS.where(Enrolment.course_key == bindparam("course_key"))
_DONE_STEPS = select(StepRecord.step_key, StepRecord.done_at).where(
    StepRecord.enrolment_id == bindparam("enrolment_id")
)
_REGION = select(OrgUnit.region_code).where(OrgUnit.id == bindparam("org_unit_id"))
_REGIONS_OF_EVENT = select(ElectionEventRegion.event_id).where(
    ElectionEventRegion.event_id == ElectionEvent.id
)
_COMING_STAGES = (
    select(
        ElectionEvent.name,
        ElectionStage.stage,
        ElectionStage.starts_on,
        ElectionStage.ends_on,
        ElectionStage.status,
        ElectionStage.source_ref,
    )
    .join(ElectionStage, ElectionStage.event_id == ElectionEvent.id)
    .where(
        ~_REGIONS_OF_EVENT.exists()
        | _REGIONS_OF_EVENT.where(
            ElectionEventRegion.region_code.in_(bindparam("codes", expanding=True))
        ).exists(),
        ElectionStage.starts_on >= bindparam("from_day"),
    )
    .order_by(ElectionStage.starts_on)
    .limit(8)
)


def _row(row: Any) -> EnrolmentRow:
    asked = row.ended_at is None and row.status is not EnrolmentStatus.PASSED and row.timezone is not None
    if asked and row.redating and row.due_at is not None:
        # Dates are being recomputed and this one may not have come yet: the rule is asked, not the row.
        row = _as_held_now(row)
    reason = None
    day = row.due_on or row.starts_on
    if day is not None:
        reason = DueReason(
            row.event_name,
            row.stage,
            day,
            row.stage_status,
            row.days_before,
            row.legal_basis,
            row.event_key,
            row.covered_only,
            row.rule,
            row.moved_from,
            row.moved_at,
            row.extended_on,
            made_up(row.due_at, day, row.days_before, row.extended_on, row.timezone) if asked else None,
            row.window_days,
            row.grace_days,
            Criteria.from_json(row.criteria),
            row.counts_from if row.refresher_key == row.course_key else None,
        )
    return EnrolmentRow(
        row.id,
        row.public_id,
        row.person_id,
        row.course_key,
        row.course_title,
        row.cycle,
        row.edition,
        row.status,
        row.due_at,
        reason,
        row.steps_total,
        row.steps_done,
        row.started_at,
        row.completed_at,
        row.ended_at,
        row.assignment_id,
        row.org_unit_id,
        row.exempt_until,
        row.extended_on,
    )


def _as_held_now(row: Any) -> Any:
    found = duties.open_duties(unit_ids=list(ancestors(row.path)))
    owed, _zone = duties.owed_by({row.person_id: row.org_unit_id}, found)[row.person_id]
    duty = owed.get(row.course_key)
    if duty is None:
        return row
    parameters = {"assignment_id": duty.id, "enrolment_id": row.id}
    held = db.session.execute(_AS_HELD_NOW, parameters).mappings().one()
    return SimpleNamespace(**{**held, "due_at": duty.due(row.timezone, row.extended_on)})


def made_up(
    due: datetime | None, day: date, days_before: int, extended_on: date | None, zone: str
) -> MadeUp | None:
    """The outage behind a date, if it lies beyond what the assignment (so many days before `day`) and an extension say."""
    own = later_of(due_at(day, days_before, zone), extended_on, zone)
    if due is None or due <= own:
        return None
    given = fairness.behind(own, duties.interruptions(), zone)
    if given is None:
        return None
    outage = db.session.get_one(Outage, given.id)
    return MadeUp(outage.kind, outage.began_at, outage.ended_at, outage.until_on, outage.note)


def enrolment_for(person_id: int, course_key: str) -> EnrolmentRow | None:
    """The current enrolment of a person in a course."""
    row = db.session.execute(_OPEN_ENROLMENT, {"person_id": person_id, "course_key": course_key}).first()
    return _row(row) if row else None


def enrolment(enrolment_id: int) -> EnrolmentRow | None:
    """One enrolment by id, current or closed."""
    row = db.session.execute(_ENROLMENTS.where(Enrolment.id == enrolment_id)).first()
    return _row(row) if row else None


def enrolments_of(person_id: int, *, closed: bool = False) -> list[EnrolmentRow]:
    """A person's enrolments, open duties first by date; closed cycles only if asked for."""
    if closed:
        found = db.session.execute(_ENROLMENTS.where(Enrolment.person_id == person_id))
    else:
        found = db.session.execute(_OPEN_ENROLMENTS, {"person_id": person_id})
    rows = [_row(row) for row in found]
    return sorted(
        rows,
        key=lambda r: (
            not r.open_duty,
            r.due_at is None,
            # Enrolled without a date and not begun: behind whatever has one.
            r.due_at or r.ended_at or r.started_at or _NEVER,
            r.id,
        ),
    )


def done_steps(enrolment_id: int) -> dict[str, datetime]:
    """Steps done of an enrolment and when."""
    rows = db.session.execute(_DONE_STEPS, {"enrolment_id": enrolment_id})
    return {row.step_key: row.done_at for row in rows}


def stages_for_unit(org_unit_id: int, from_day: date) -> list[StageRow]:
    """Coming stages of elections in the region of a unit (its own code or a prefix of it; no region: everywhere)."""
    region = db.session.execute(_REGION, {"org_unit_id": org_unit_id}).scalar()
    codes = [region[:length] for length in range(1, len(region) + 1)] if region else []
    rows = db.session.execute(_COMING_STAGES, {"codes": codes, "from_day": from_day})
    return [StageRow(r.name, r.stage, r.starts_on, r.ends_on, r.status, r.source_ref) for r in rows]


def region_of_unit(org_unit_id: int) -> str | None:
    """The code of the region a unit lies in."""
    return db.session.execute(_REGION, {"org_unit_id": org_unit_id}).scalar()
