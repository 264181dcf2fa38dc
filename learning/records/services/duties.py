"""Which date holds for whom: of all open assignments over somebody's unit, the earliest due date.

Set-based, because one assignment may concern millions of rows; one statement per time zone, of which there are three.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select, update

from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.people.tree import is_inside, range_end
from learning.records import duedates
from learning.records.models import Assignment, ElectionStage, Enrolment, EnrolmentStatus


@dataclass(frozen=True, slots=True)
class Duty:
    """An open assignment with the unit it was given to and the day its stage begins."""

    id: int
    course_key: str
    course_title: str
    path: str
    starts_on: date
    days_before: int

    def due(self, zone: str) -> datetime:
        """The last instant that still counts in a time zone."""
        return duedates.due_at(self.starts_on, self.days_before, zone)


def open_duties(*, course_key: str | None = None, unit_ids: list[int] | None = None) -> list[Duty]:
    """Open assignments of a course, or given to one of these units; oldest first."""
    query = (
        select(Assignment, OrgUnit.path, ElectionStage.starts_on)
        .join(OrgUnit, OrgUnit.id == Assignment.org_unit_id)
        .join(
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
    return [
        Duty(a.id, a.course_key, a.course_title, path, starts_on, a.days_before)
        for a, path, starts_on in db.session.execute(query)
    ]


def units_of(path: str, zone: str | None = None) -> Select[tuple[int]]:
    """Ids of the units of a subtree, of one time zone if given."""
    query = select(OrgUnit.id).where(OrgUnit.path >= path, OrgUnit.path < range_end(path))
    return query if zone is None else query.where(OrgUnit.timezone == zone)


def zones_of(path: str) -> list[str]:
    """The time zones that occur in a subtree."""
    query = select(OrgUnit.timezone).where(OrgUnit.path >= path, OrgUnit.path < range_end(path)).distinct()
    return sorted(db.session.execute(query).scalars())


def unmet(course_key: str) -> tuple[Any, ...]:
    """The condition for running enrolments of a course that are not passed."""
    return (
        Enrolment.course_key == course_key,
        Enrolment.ended_at.is_(None),
        Enrolment.status != EnrolmentStatus.PASSED,
    )


def apply(duty: Duty) -> int:
    """Give the date to everybody in reach who has none or a later one; how many people that were."""
    people = 0
    for zone in zones_of(duty.path):
        due = duty.due(zone)
        result = db.session.execute(
            update(Enrolment)
            .where(
                *unmet(duty.course_key),
                Enrolment.org_unit_id.in_(units_of(duty.path, zone)),
                or_(Enrolment.due_at.is_(None), Enrolment.due_at > due),
            )
            .values(due_at=due, assignment_id=duty.id)
            .execution_options(synchronize_session=False)
        )
        people += result.rowcount  # type: ignore[attr-defined]
    return people


def release(assignment_id: int, course_key: str) -> int:
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
            apply(duty)
    db.session.expire_all()
    return result.rowcount  # type: ignore[attr-defined]
