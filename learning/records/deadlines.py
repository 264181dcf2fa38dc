"""Who is late and what is due first in a unit with everything below it, from counts instead of persons.

Everybody who has a date from one assignment has the same one within a time zone, except for the few with an extension, who
are looked up (a partial index finds them). So neither figure reads the people of a unit. That the stored dates are
these is what `dating.misdated` proves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from learning.kernel import clock
from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.people.scope import units_in
from learning.records import fairness, sums
from learning.records.duedates import DueReason, due_at, is_late
from learning.records.models import (
    Assignment,
    ElectionEvent,
    ElectionStage,
    Enrolment,
    EnrolmentStatus,
    UnitCount,
)
from learning.records.queries import made_up
from learning.records.rates import UnitHead
from learning.records.services.duties import interruptions


@dataclass(frozen=True, slots=True)
class Group:
    """So many people who have not passed and are not exempt, with one assignment and one date."""

    assignment_id: int
    people: int
    due_at: datetime
    grace_days: int = 0
    extended: bool = False


@dataclass(frozen=True, slots=True)
class Outstanding:
    """How many are late; the earliest date that somebody still has to meet, and where it comes from (None: no date)."""

    overdue: int
    due_at: datetime | None
    reason: DueReason | None


@dataclass(frozen=True, slots=True)
class Choice:
    """An assignment of a course that people of a unit have their date from, and how far they are.

    `id` is `NO_ASSIGNMENT`, and `reason` None, for those who have no date. `missing`: not passed and not exempt.
    """

    id: int
    assigned: int
    missing: int
    reason: DueReason | None

    @property
    def day(self) -> date | None:
        """The last day that counts; None without a date."""
        if self.reason is None:
            return None
        return self.reason.due_on


def late(groups: Iterable[Group], now: datetime) -> int:
    """How many people are late at an instant."""
    return sum(group.people for group in groups if is_late(group.due_at, group.grace_days, now))


def first(groups: Iterable[Group]) -> Group | None:
    """The group whose date comes first; of equal ones that of the oldest assignment. Groups of nobody do not count."""
    return min(
        (group for group in groups if group.people > 0),
        key=lambda group: (group.due_at, group.assignment_id),
        default=None,
    )


def outstanding(
    unit: UnitHead,
    course_key: str,
    now: datetime,
    assignment_id: int | None = None,
    *,
    known: Sequence[Choice] | None = None,
) -> Outstanding:
    """The late ones and the earliest date of a unit with everything below it; with an assignment only its people.

    `known`: the `choices` of the unit, where the caller has them already.
    """
    dated = {
        choice.id: (choice.missing, choice.reason)
        for choice in (choices(unit, course_key) if known is None else known)
        if choice.reason is not None and choice.missing > 0 and assignment_id in (None, choice.id)
    }
    groups = _groups(unit, course_key, dated) if dated else []
    head = first(groups)
    if head is None:
        return Outstanding(0, None, None)
    reason = dated[head.assignment_id][1]
    if not head.extended:
        outage = made_up(head.due_at, reason.stage_starts_on, reason.days_before, None, unit.timezone)
        reason = replace(reason, outage=outage)
    return Outstanding(late(groups, now), head.due_at, reason)


def _groups(unit: UnitHead, course_key: str, dated: Mapping[int, tuple[int, DueReason]]) -> list[Group]:
    """Those with the date of their assignment, by zone, and those with another date, each of whom is a group."""
    zones = db.session.execute(
        select(func.min(OrgUnit.timezone), func.max(OrgUnit.timezone)).where(units_in(unit.path))
    ).one()
    if zones[0] == zones[1]:
        regular = {(assignment_id, zones[0]): missing for assignment_id, (missing, _reason) in dated.items()}
    else:
        regular = _by_zone(unit, course_key, list(dated))
    groups = []
    for assignment_id, zone, extended_due in _extended(unit, course_key, list(dated)):
        # Whoever came or passed between two statements is in one of them only.
        if regular.get((assignment_id, zone), 0) > 0:
            regular[(assignment_id, zone)] -= 1
            grace = dated[assignment_id][1].grace_days
            groups.append(Group(assignment_id, 1, extended_due, grace, extended=True))
    outages = interruptions()
    for (assignment_id, zone), people in regular.items():
        reason = dated[assignment_id][1]
        said = due_at(reason.stage_starts_on, reason.days_before, zone)
        groups.append(Group(assignment_id, people, fairness.held(said, outages, zone), reason.grace_days))
    return groups


def _by_zone(unit: UnitHead, course_key: str, assignment_ids: list[int]) -> dict[tuple[int, str], int]:
    """One row for each unit is read: only what crosses a time zone pays for it."""
    missing = func.sum(UnitCount.assigned - UnitCount.exempt - UnitCount.passed)
    rows = db.session.execute(
        select(UnitCount.assignment_id, OrgUnit.timezone, missing)
        .join(OrgUnit, OrgUnit.id == UnitCount.org_unit_id)
        .where(
            units_in(unit.path),
            UnitCount.course_key == course_key,
            UnitCount.assignment_id.in_(assignment_ids),
        )
        .group_by(UnitCount.assignment_id, OrgUnit.timezone)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


def _extended(unit: UnitHead, course_key: str, assignment_ids: list[int]) -> list[Any]:
    return [
        *db.session.execute(
            select(Enrolment.assignment_id, OrgUnit.timezone, Enrolment.due_at)
            .join(OrgUnit, OrgUnit.id == Enrolment.org_unit_id)
            .where(
                Enrolment.course_key == course_key,
                Enrolment.extended_on.is_not(None),
                Enrolment.ended_at.is_(None),
                Enrolment.status != EnrolmentStatus.PASSED,
                Enrolment.exempt_until.is_(None),
                Enrolment.due_at.is_not(None),
                Enrolment.assignment_id.in_(assignment_ids),
                units_in(unit.path),
            )
            .order_by(Enrolment.id)
        )
    ]


def overdue_then(unit: UnitHead, course_key: str, day: date, assignment_id: int | None = None) -> int:
    """How many of a unit with everything below it were late at the end of a past day, by the dates that hold today.

    A date is the end of a day where its person works, and the book's days are those of the same calendars, so no time zone
    matters here. Who has an extension beyond that day by now is not called late.
    """
    outages = interruptions()
    late_by: dict[int, int] = {}
    beyond = []
    for choice in choices(unit, course_key, day):
        reason = choice.reason
        if reason is None or choice.missing <= 0 or assignment_id not in (None, choice.id):
            continue
        said = due_at(reason.stage_starts_on, reason.days_before, unit.timezone)
        last = clock.local_date(fairness.held(said, outages, unit.timezone), unit.timezone)
        if last + timedelta(days=reason.grace_days) <= day:
            late_by[choice.id] = choice.missing
            beyond.append(
                and_(
                    Enrolment.assignment_id == choice.id,
                    Enrolment.extended_on > day - timedelta(days=reason.grace_days),
                )
            )
    if not late_by:
        return 0
    return max(0, sum(late_by.values()) - _unmet_then(unit, course_key, day, or_(*beyond)))


def _unmet_then(unit: UnitHead, course_key: str, day: date, whose: ColumnElement[bool]) -> int:
    """The few of `whose` who had neither passed nor left by the end of a day."""
    end = due_at(day, 0, unit.timezone)
    query = (
        select(func.count())
        .select_from(Enrolment)
        .join(OrgUnit, OrgUnit.id == Enrolment.org_unit_id)
        .where(
            Enrolment.course_key == course_key,
            whose,
            Enrolment.exempt_until.is_(None),
            Enrolment.created_at <= end,
            or_(Enrolment.completed_at.is_(None), Enrolment.completed_at > end),
            or_(Enrolment.ended_at.is_(None), Enrolment.ended_at > end),
            units_in(unit.path),
        )
    )
    return db.session.execute(query).scalar_one()


def choices(unit: UnitHead, course_key: str, day: date | None = None) -> list[Choice]:
    """The assignments behind a unit's figures in a course, the one with most people first; with `day` as they stood at its
    end.
    """
    counts = sums.of_units(sums.one(unit.id), course_key, day=day)
    people = func.sum(counts.c.assigned)
    missing = func.sum(counts.c.assigned - counts.c.exempt - counts.c.passed)
    held = (
        select(counts.c.assignment_id, people.label("people"), missing.label("missing"))
        .group_by(counts.c.assignment_id)
        .having(people > 0)
        .subquery()
    )
    rows = db.session.execute(
        select(
            held.c.assignment_id,
            held.c.people,
            held.c.missing,
            ElectionEvent.name,
            ElectionStage.stage,
            func.coalesce(Assignment.due_on, ElectionStage.starts_on),
            ElectionStage.status,
            Assignment.days_before,
            Assignment.legal_basis,
            Assignment.grace_days,
        )
        .outerjoin(Assignment, Assignment.id == held.c.assignment_id)
        .outerjoin(ElectionEvent, ElectionEvent.id == Assignment.event_id)
        .outerjoin(
            ElectionStage,
            (ElectionStage.event_id == Assignment.event_id) & (ElectionStage.stage == Assignment.stage),
        )
        .order_by(held.c.people.desc(), held.c.assignment_id)
    )
    found = []
    for row in rows:
        reason = DueReason(*row[3:9]) if row[5] is not None else None
        if reason is not None:
            reason = replace(reason, grace_days=row.grace_days)
        found.append(Choice(row[0], int(row[1]), int(row[2]), reason))
    return found
