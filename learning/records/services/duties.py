"""Which date holds for whom: of all open assignments over somebody's unit, the earliest due date.

Set-based, because one assignment may concern millions of rows; one statement per time zone, of which there are three.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, true, update

from learning.kernel import clock
from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.people.tree import is_inside, range_end
from learning.records import counting, duedates, fairness
from learning.records.audience import Audience, Place, reaches
from learning.records.fairness import Interruption
from learning.records.models import (
    Assignment,
    ElectionEventRegion,
    ElectionStage,
    Enrolment,
    EnrolmentStatus,
)
from learning.records.moving_models import Outage, OutageOutcome
from learning.records.relief import later_of


@dataclass(frozen=True, slots=True)
class Duty:
    """An open assignment with whom it reaches and the day it counts from: the first of its stage, or the fixed one."""

    id: int
    course_key: str
    course_title: str
    event_id: int | None
    audience: Audience
    starts_on: date
    days_before: int
    outages: tuple[Interruption, ...] = ()

    @property
    def path(self) -> str:
        """The subtree it was given to."""
        return self.audience.path

    def due(self, zone: str, extended_on: date | None = None) -> datetime:
        """The last instant that still counts in a time zone: what the assignment says or somebody's own extension, the later
        of both, and what an outage gave beyond that.
        """
        said = duedates.due_at(self.starts_on, self.days_before, zone)
        return fairness.held(later_of(said, extended_on, zone), self.outages, zone)


def open_duties(*, course_key: str | None = None, unit_ids: list[int] | None = None) -> list[Duty]:
    """Open assignments of a course, or given to one of these units; oldest first."""
    query = (
        select(Assignment, OrgUnit.path, func.coalesce(Assignment.due_on, ElectionStage.starts_on))
        .join(OrgUnit, OrgUnit.id == Assignment.org_unit_id)
        .outerjoin(
            ElectionStage,
            (ElectionStage.event_id == Assignment.event_id) & (ElectionStage.stage == Assignment.stage),
        )
        .where(Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    )
    if course_key is not None:
        query = query.where(Assignment.course_key == course_key)
    if unit_ids is not None:
        query = query.where(Assignment.org_unit_id.in_(unit_ids))
    rows = db.session.execute(query).all()
    held_in = regions_of({a.event_id for a, _path, _day in rows if a.covered_only and a.event_id})
    outages = interruptions() if rows else ()
    return [
        Duty(
            a.id,
            a.course_key,
            a.course_title,
            a.event_id,
            Audience(path, held_in[a.event_id] if a.covered_only else None),
            starts_on,
            a.days_before,
            outages,
        )
        for a, path, starts_on in rows
    ]


def interruptions() -> tuple[Interruption, ...]:
    """The outages that two people agreed on."""
    query = select(Outage.id, Outage.began_at, Outage.until_on).where(
        Outage.outcome == OutageOutcome.APPROVED
    )
    return tuple(Interruption(*row) for row in db.session.execute(query))


def earliest(found: Iterable[Duty], place: Place, zone: str) -> dict[str, Duty]:
    """Of the duties that reach a place, the one of each course that is due first; of equal ones the oldest."""
    first: dict[str, Duty] = {}
    for duty in found:
        if reaches(duty.audience, place):
            held = first.get(duty.course_key)
            if held is None or duty.due(zone) < held.due(zone):
                first[duty.course_key] = duty
    return first


def regions_of(event_ids: set[int]) -> dict[int, tuple[str, ...]]:
    """The regions of elections; an election of the whole country has none."""
    found: dict[int, list[str]] = defaultdict(list)
    if event_ids:
        query = select(ElectionEventRegion.event_id, ElectionEventRegion.region_code)
        for event_id, code in db.session.execute(query.where(ElectionEventRegion.event_id.in_(event_ids))):
            found[event_id].append(code)
    return {event_id: tuple(sorted(found[event_id])) for event_id in event_ids}


def units_of(duty: Duty, zone: str | None = None) -> Select[tuple[int]]:
    """Ids of the units whose people an assignment reaches, of one time zone if given."""
    query = select(OrgUnit.id).where(*_in_reach(duty))
    return query if zone is None else query.where(OrgUnit.timezone == zone)


def zones_of(duty: Duty) -> list[str]:
    """The time zones that occur among the units an assignment reaches."""
    query = select(OrgUnit.timezone).where(*_in_reach(duty)).distinct()
    return sorted(db.session.execute(query).scalars())


def _in_reach(duty: Duty) -> tuple[ColumnElement[bool], ...]:
    """`audience.reaches` in SQL: the subtree, and of it the units in a region of the election or below one."""
    path = duty.audience.path
    subtree = (OrgUnit.path >= path, OrgUnit.path < range_end(path))
    if duty.audience.regions is None:
        return subtree
    held = select(literal(1)).where(ElectionEventRegion.event_id == duty.event_id)
    here = ElectionEventRegion.region_code
    below = func.substr(OrgUnit.region_code, 1, func.length(here) + 1) == here.concat(".")
    covered = held.where(or_(OrgUnit.region_code == here, below)).correlate(OrgUnit).exists()
    return (*subtree, covered if duty.audience.regions else true())


def unmet(course_key: str) -> tuple[Any, ...]:
    """The condition for running enrolments of a course that are not passed."""
    return (
        Enrolment.course_key == course_key,
        Enrolment.ended_at.is_(None),
        Enrolment.status != EnrolmentStatus.PASSED,
    )


def apply(duty: Duty, *, at: datetime) -> int:
    """Give the date to everybody in reach who has none or a later one; how many people that were.

    Whoever has an extension beyond it gets the day of the extension instead.
    """
    people = 0
    for zone in zones_of(duty):
        due = duty.due(zone)
        last = clock.local_date(due, zone)
        beyond = (Enrolment.course_key == duty.course_key, Enrolment.extended_on > last)
        for day in db.session.scalars(select(Enrolment.extended_on).where(*beyond).distinct()).all():
            assert day is not None  # a condition of the statement
            people += _set(duty, zone, duty.due(zone, day), Enrolment.extended_on == day, at)
        in_time = or_(Enrolment.extended_on.is_(None), Enrolment.extended_on <= last)
        people += _set(duty, zone, due, in_time, at)
    return people


def _set(duty: Duty, zone: str, due: datetime, whose: ColumnElement[bool], at: datetime) -> int:
    later = (
        *unmet(duty.course_key),
        Enrolment.org_unit_id.in_(units_of(duty, zone)),
        or_(Enrolment.due_at.is_(None), Enrolment.due_at > due),
        whose,
    )
    return counting.hand_over(later, course_key=duty.course_key, to=duty.id, due_at=due, at=at)


def release(assignment_id: int, course_key: str, *, at: datetime) -> int:
    """Take the date off everybody who had it from this assignment, then let the open ones over them set theirs."""
    result = db.session.execute(
        update(Enrolment)
        .where(*unmet(course_key), Enrolment.assignment_id == assignment_id)
        .values(due_at=None)
        .execution_options(synchronize_session=False)
    )
    path = db.session.execute(
        select(OrgUnit.path)
        .join(Assignment, Assignment.org_unit_id == OrgUnit.id)
        .where(Assignment.id == assignment_id)
    ).scalar_one()
    for duty in open_duties(course_key=course_key):
        if is_inside(duty.path, path) or is_inside(path, duty.path):
            apply(duty, at=at)
    db.session.expire_all()
    return result.rowcount  # type: ignore[attr-defined]
