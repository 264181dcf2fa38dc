"""Reads of dates that move: recomputations and how far they are, what changed for somebody, outages and their effect."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.jobs import JobState
from learning.people.models import OrgUnit, Person
from learning.records.duedates import StageKind, due_at
from learning.records.kinds import OutageKind
from learning.records.models import Assignment, ElectionEvent, Enrolment, EnrolmentStatus, StageChange
from learning.records.moving_models import (
    DueChange,
    Outage,
    OutageOutcome,
    Redating,
    RedatingAssignment,
)

TOLD_FOR = timedelta(days=14)
"""How long somebody is told that a date has moved."""
SHOWN = 100
LONGEST_WAIT = timedelta(days=1)
"""After this long reminders no longer wait for a recomputation: whoever looks after Netra has been told of the failed job."""


@dataclass(frozen=True, slots=True)
class RedatingRow:
    """A recomputation with its cause: a stage of an election that moved, or an outage."""

    id: int
    event_id: int | None
    event_name: str | None
    stage: StageKind | None
    before_on: date | None
    starts_on: date | None
    outage_public_id: uuid.UUID | None
    job_id: int | None
    job_state: JobState | None
    total: int
    looked: int
    moved: int
    replaced: bool
    started_at: datetime
    finished_at: datetime | None

    @property
    def given_up(self) -> bool:
        """Whether nobody works on it any more although it is not through."""
        return self.finished_at is None and self.job_state is JobState.FAILED


@dataclass(frozen=True, slots=True)
class Moved:
    """What somebody is told: a course's date before and after, and the stage that moved or the outage behind it."""

    enrolment_id: int
    course_title: str
    before_at: datetime | None
    after_at: datetime
    changed_at: datetime
    event_name: str | None
    stage: StageKind | None
    stage_before: date | None
    stage_after: date | None
    outage: OutageRow | None


@dataclass(frozen=True, slots=True)
class OutageRow:
    """An outage with the names of who proposed and who decided."""

    id: int
    public_id: uuid.UUID
    kind: OutageKind
    began_at: datetime
    ended_at: datetime
    until_on: date
    note: str
    evidence: str
    proposed_by: int
    proposer: str
    proposed_at: datetime
    outcome: OutageOutcome | None
    decider: str | None
    decided_at: datetime | None
    remark: str


def redating(redating_id: int) -> RedatingRow | None:
    """One recomputation."""
    return next(iter(_redatings(Redating.id == redating_id)), None)


def latest_of(event_id: int, after: int) -> RedatingRow | None:
    """The recomputation that a change of an election's stages later than the change `after` has caused."""
    return next(iter(_redatings(StageChange.event_id == event_id, StageChange.id > after)), None)


def running_of(event_id: int) -> list[RedatingRow]:
    """The recomputations of an election that are not through."""
    return _redatings(StageChange.event_id == event_id, Redating.finished_at.is_(None), most=SHOWN)


def after_outage(outage_id: int) -> RedatingRow | None:
    """The recomputation that an outage has caused."""
    return next(iter(_redatings(Redating.outage_id == outage_id)), None)


def under_way() -> list[RedatingRow]:
    """Recomputations that are not through."""
    return _redatings(Redating.finished_at.is_(None), most=SHOWN)


def keeps_waiting(now: datetime) -> bool:
    """Whether dates are just being recomputed, so that nobody should be written to about the ones before."""
    query = select(Redating.id).where(
        Redating.finished_at.is_(None), Redating.started_at > now - LONGEST_WAIT
    )
    return db.session.execute(query.limit(1)).first() is not None


def courses_under_way() -> frozenset[str]:
    """The courses of which some people's dates may still be the ones before."""
    query = (
        select(Assignment.course_key, Assignment.refresher_key)
        .join(RedatingAssignment, RedatingAssignment.assignment_id == Assignment.id)
        .join(Redating, Redating.id == RedatingAssignment.redating_id)
        .where(Redating.finished_at.is_(None))
        .distinct()
    )
    return frozenset(key for row in db.session.execute(query) for key in row if key is not None)


def _redatings(*conditions: Any, most: int = 1) -> list[RedatingRow]:
    rows = db.session.execute(
        select(
            Redating,
            StageChange.event_id,
            ElectionEvent.name,
            StageChange.stage,
            StageChange.before_on,
            StageChange.starts_on,
            Outage.public_id,
        )
        .outerjoin(StageChange, StageChange.id == Redating.change_id)
        .outerjoin(ElectionEvent, ElectionEvent.id == StageChange.event_id)
        .outerjoin(Outage, Outage.id == Redating.outage_id)
        .where(*conditions)
        .order_by(Redating.id.desc())
        .limit(most)
    ).all()
    found = []
    for row, event_id, name, stage, before_on, starts_on, outage in rows:
        job = jobs.view(row.job_id) if row.job_id is not None else None
        found.append(
            RedatingRow(
                row.id, event_id, name, stage, before_on, starts_on, outage, row.job_id, job.state if job else None,
                row.total, row.looked, row.moved, row.replaced, row.started_at, row.finished_at,
            )
        )  # fmt: skip
    return found


def told_now(person_id: int, now: datetime) -> list[Moved]:
    """What somebody is to hear: of each course that is still asked of them the last move of its date in the last
    `TOLD_FOR`, unless the date is back where it was.
    """
    latest = (
        select(func.max(DueChange.redating_id))
        .where(DueChange.enrolment_id == Enrolment.id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            DueChange,
            Enrolment.course_title,
            ElectionEvent.name,
            StageChange.stage,
            StageChange.before_on,
            StageChange.starts_on,
            Redating.outage_id,
        )
        .join(Enrolment, Enrolment.id == DueChange.enrolment_id)
        .join(Redating, Redating.id == DueChange.redating_id)
        .outerjoin(StageChange, StageChange.id == Redating.change_id)
        .outerjoin(ElectionEvent, ElectionEvent.id == StageChange.event_id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.ended_at.is_(None),
            Enrolment.status != EnrolmentStatus.PASSED,
            Enrolment.exempt_until.is_(None),
            Enrolment.due_at.is_not(None),
            Enrolment.due_moved_at > now - TOLD_FOR,
            DueChange.redating_id == latest,
        )
        .order_by(DueChange.after_at, Enrolment.id)
    ).all()
    outages_by_id = {
        one.id: one
        for one in (_outages(Outage.id.in_({r.outage_id for r in rows if r.outage_id})) if rows else ())
    }
    return [
        Moved(
            row.DueChange.enrolment_id, row.course_title, row.DueChange.before_at, row.DueChange.after_at,
            row.DueChange.changed_at, row.name, row.stage, row.before_on, row.starts_on,
            outages_by_id.get(row.outage_id),
        )
        for row in rows
    ]  # fmt: skip


def moved_lately(enrolment_ids: Collection[int], now: datetime) -> dict[int, datetime | None]:
    """Of these enrolments those whose date moved in the last `TOLD_FOR`, with the date before the last move."""
    rows = db.session.execute(
        select(DueChange.enrolment_id, DueChange.before_at)
        .where(DueChange.enrolment_id.in_(enrolment_ids), DueChange.changed_at > now - TOLD_FOR)
        .order_by(DueChange.redating_id)
    )
    return {row.enrolment_id: row.before_at for row in rows}


def outages() -> list[OutageRow]:
    """Outages, what waits for a second person first, then the newest; at most `SHOWN`."""
    found = _outages()
    return [one for one in found if one.outcome is None] + [one for one in found if one.outcome is not None]


def outage(public_id: uuid.UUID) -> OutageRow | None:
    """One outage."""
    return next(iter(_outages(Outage.public_id == public_id)), None)


def people_given(began_at: datetime, until_on: date) -> int:
    """How many people who have not passed an outage would give another date: those due from its beginning on and before
    the end of that day where they work.
    """
    ends = [
        (OrgUnit.timezone == zone) & (Enrolment.due_at < due_at(until_on, 0, zone))
        for zone in clock.ZONE_NAMES
    ]
    query = (
        select(func.count())
        .select_from(Enrolment)
        .join(OrgUnit, OrgUnit.id == Enrolment.org_unit_id)
        .where(
            Enrolment.ended_at.is_(None),
            Enrolment.status != EnrolmentStatus.PASSED,
            Enrolment.due_at >= began_at,
            or_(*ends),
        )
    )
    return db.session.execute(query).scalar_one()


def _outages(*conditions: Any) -> list[OutageRow]:
    proposer, decider = aliased(Person), aliased(Person)
    query: Select[Any] = (
        select(Outage, proposer.name.label("proposer"), decider.name.label("decider"))
        .join(proposer, proposer.id == Outage.proposed_by)
        .outerjoin(decider, decider.id == Outage.decided_by)
        .where(*conditions)
        .order_by(Outage.began_at.desc(), Outage.id.desc())
        .limit(SHOWN)
    )
    return [
        OutageRow(
            one.id, one.public_id, one.kind, one.began_at, one.ended_at, one.until_on, one.note, one.evidence,
            one.proposed_by, proposed, one.proposed_at, one.outcome, decided, one.decided_at, one.remark,
        )
        for one, proposed, decided in db.session.execute(query)
    ]  # fmt: skip
