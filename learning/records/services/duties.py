"""Which date holds for whom: of all open assignments that reach somebody, the earliest due date of each course.

Set-based, because one assignment may concern millions of rows; one statement per time zone, of which there are three.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import aliased

from learning.kernel import clock
from learning.kernel.db import among, db
from learning.people.models import OrgUnit
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
from learning.records.recertifying import Owed, Past, Refresher, owed
from learning.records.relief import later_of
from learning.records.services import audiences


@dataclass(frozen=True, slots=True)
class Duty:
    """An open assignment with whom it reaches and the day it counts from: the first of its stage, or the fixed one.

    `course_key` is what somebody is to take: the course, or (`again`) the refresher of those who passed before.
    """

    id: int
    course_key: str
    course_title: str
    event_id: int | None
    audience: Audience
    starts_on: date
    days_before: int
    refresher: Refresher | None = None
    outages: tuple[Interruption, ...] = ()

    @property
    def again(self) -> bool:
        """Whether this is the refresher of an assignment, so that a pass of it that still stands is too old."""
        return self.refresher is not None and self.course_key == self.refresher.course_key

    def due(self, zone: str, extended_on: date | None = None) -> datetime:
        """The last instant that still counts in a time zone: what the assignment says or somebody's own extension, the later
        of both, and what an outage gave beyond that.
        """
        said = duedates.due_at(self.starts_on, self.days_before, zone)
        return fairness.held(later_of(said, extended_on, zone), self.outages, zone)

    def as_refresher(self) -> Duty:
        """The same duty for those who passed before."""
        assert self.refresher is not None
        return replace(self, course_key=self.refresher.course_key, course_title=self.refresher.course_title)


@dataclass(frozen=True, slots=True)
class History:
    """What the rule of refreshers asks of a person: latest pass by course, and what is given and not passed yet."""

    passed_at: Mapping[str, datetime] = field(default_factory=dict)
    given: frozenset[tuple[int, str]] = frozenset()


NO_HISTORY = History()


def open_duties(*, course_key: str | None = None, unit_ids: list[int] | None = None) -> list[Duty]:
    """Open assignments of a course (or with it as refresher), or given to one of these units; oldest first."""
    query = (
        select(Assignment, func.coalesce(Assignment.due_on, ElectionStage.starts_on))
        .outerjoin(
            ElectionStage,
            (ElectionStage.event_id == Assignment.event_id) & (ElectionStage.stage == Assignment.stage),
        )
        .where(Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    )
    if course_key is not None:
        query = query.where(or_(Assignment.course_key == course_key, Assignment.refresher_key == course_key))
    if unit_ids is not None:
        query = query.where(audiences.given_to(unit_ids))
    rows = db.session.execute(query).all()
    return duties_of([(assignment, starts_on) for assignment, starts_on in rows])


def duties_of(rows: Collection[tuple[Assignment, date]]) -> list[Duty]:
    """The duties of assignments, each with the day it counts from."""
    held_in = regions_of({a.event_id for a, _day in rows if a.covered_only and a.event_id})
    reach = audiences.audiences_of([a for a, _day in rows], held_in)
    outages = interruptions() if rows else ()
    return [
        Duty(
            a.id,
            a.course_key,
            a.course_title,
            a.event_id,
            reach[a.id],
            starts_on,
            a.days_before,
            refresher_path(a.refresher_key, a.refresher_title, a.counts_from),
            outages,
        )
        for a, starts_on in rows
    ]


def interruptions() -> tuple[Interruption, ...]:
    """The outages that two people agreed on."""
    query = select(Outage.id, Outage.began_at, Outage.until_on).where(
        Outage.outcome == OutageOutcome.APPROVED
    )
    return tuple(Interruption(*row) for row in db.session.execute(query))


def refresher_path(key: str | None, title: str | None, counts_from: date | None) -> Refresher | None:
    """The path for those who passed before, where there is one; its day begins at midnight in Jakarta."""
    if key is None or title is None or counts_from is None:
        return None
    return Refresher(key, title, datetime.combine(counts_from, time.min, ZoneInfo(clock.DEFAULT_ZONE)))


def earliest(
    found: Iterable[Duty], place: Place, zone: str, history: History = NO_HISTORY
) -> dict[str, Duty]:
    """Of the duties that reach a place, the one of each course that is due first; of equal ones the oldest.

    `history` decides where an assignment has a refresher: then the duty is the refresher's, or none at all.
    """
    first: dict[str, Duty] = {}
    for given in found:
        if not reaches(given.audience, place):
            continue
        asks = owed(given.refresher, past(given, history))
        if asks is Owed.NOTHING:
            continue
        duty = given.as_refresher() if asks is Owed.REFRESHER else given
        held = first.get(duty.course_key)
        if held is None or duty.due(zone) < held.due(zone):
            first[duty.course_key] = duty
    return first


def owed_by(unit_of: Mapping[int, int], found: Collection[Duty]) -> dict[int, tuple[dict[str, Duty], str]]:
    """Person → the earliest of these duties of each course where (the given unit) and as what they work, and the unit's
    time zone. A person of a unit that does not exist is left out.
    """
    pasts = histories(list(unit_of), found)
    # Many sit alike: the rule is asked once for each place, unless what somebody has passed decides too.
    alike: dict[tuple[Place, str], dict[str, Duty]] = {}
    answer = {}
    for person_id, (place, zone) in audiences.places(unit_of, lists_in(found)).items():
        history = pasts.get(person_id)
        if history is not None:
            answer[person_id] = (earliest(found, place, zone, history), zone)
            continue
        if (place, zone) not in alike:
            alike[place, zone] = earliest(found, place, zone)
        answer[person_id] = (alike[place, zone], zone)
    return answer


def past(duty: Duty, history: History) -> Past:
    """What somebody has behind them of a duty's course and its refresher."""
    keys = (duty.course_key, duty.refresher.course_key if duty.refresher else duty.course_key)
    passes = [history.passed_at[key] for key in keys if key in history.passed_at]
    return Past(max(passes, default=None), (duty.id, duty.course_key) in history.given)


def histories(person_ids: Collection[int], found: Iterable[Duty]) -> dict[int, History]:
    """Person → history, as far as these duties ask for one; empty when none of them has a refresher."""
    keys = {
        key
        for duty in found
        if duty.refresher is not None
        for key in (duty.course_key, duty.refresher.course_key)
    }
    if not keys or not person_ids:
        return {}
    passed: dict[int, dict[str, datetime]] = defaultdict(dict)
    given: dict[int, set[tuple[int, str]]] = defaultdict(set)
    rows = db.session.execute(
        select(
            Enrolment.person_id,
            Enrolment.course_key,
            Enrolment.assignment_id,
            Enrolment.completed_at,
            Enrolment.ended_at,
        ).where(among(Enrolment.person_id, sorted(person_ids)), Enrolment.course_key.in_(keys))
    )
    for person_id, key, assignment_id, completed_at, ended_at in rows:
        if completed_at is not None:
            passed[person_id][key] = max(completed_at, passed[person_id].get(key, completed_at))
        elif ended_at is None and assignment_id is not None:
            given[person_id].add((assignment_id, key))
    return {one: History(passed[one], frozenset(given[one])) for one in passed.keys() | given.keys()}


def lists_in(found: Iterable[Duty]) -> set[int]:
    """The named lists that these duties ask about."""
    return {list_id for duty in found for list_id in duty.audience.criteria.lists}


def variants(duty: Duty, person_id: Any) -> list[tuple[Duty, ColumnElement[bool] | None]]:
    """`recertifying.owed` in SQL: the duty, or the duty and its refresher, each with the condition on the person of a row
    who owes it (None: everybody).
    """
    if duty.refresher is None:
        return [(duty, None)]
    mine, kept = aliased(Enrolment), aliased(Enrolment)
    passes = select(mine.id).where(
        mine.person_id == person_id,
        mine.course_key.in_((duty.course_key, duty.refresher.course_key)),
        mine.completed_at.is_not(None),
    )
    told = (
        select(kept.id)
        .where(
            kept.person_id == person_id,
            kept.course_key == duty.course_key,
            kept.assignment_id == duty.id,
            kept.ended_at.is_(None),
            kept.completed_at.is_(None),
        )
        .exists()
    )
    counting = passes.where(mine.completed_at >= duty.refresher.counts_from).exists()
    return [
        (duty, or_(told, ~passes.exists())),
        (duty.as_refresher(), passes.exists() & ~told & ~counting),
    ]


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
    query = select(OrgUnit.id).where(*audiences.unit_conditions(duty.audience))
    return query if zone is None else query.where(OrgUnit.timezone == zone)


def zones_of(duty: Duty) -> list[str]:
    """The time zones that occur among the units an assignment reaches."""
    query = select(OrgUnit.timezone).where(*audiences.unit_conditions(duty.audience)).distinct()
    return sorted(db.session.execute(query).scalars())


def unmet(course_key: str) -> tuple[Any, ...]:
    """The condition for running enrolments of a course that are not passed."""
    return (
        Enrolment.course_key == course_key,
        Enrolment.ended_at.is_(None),
        Enrolment.status != EnrolmentStatus.PASSED,
    )


def apply(duty: Duty, *, at: datetime) -> int:
    """Give the date to everybody in reach who has none or a later one; how many people that were.

    Whoever has an extension beyond it gets the day of the extension instead. Nobody is enrolled here.
    """
    people = 0
    for zone in zones_of(duty):
        due = duty.due(zone)
        last = clock.local_date(due, zone)
        for one, owes in variants(duty, Enrolment.person_id):
            whose = [] if owes is None else [owes]
            beyond = (Enrolment.course_key == one.course_key, Enrolment.extended_on > last)
            for day in db.session.scalars(select(Enrolment.extended_on).where(*beyond).distinct()).all():
                assert day is not None  # a condition of the statement
                extended = (*whose, Enrolment.extended_on == day)
                people += _set(one, zone, one.due(zone, day), *extended, at=at)
            within = or_(Enrolment.extended_on.is_(None), Enrolment.extended_on <= last)
            people += _set(one, zone, due, *whose, within, at=at)
    return people


def _set(duty: Duty, zone: str, due: datetime, *whose: ColumnElement[bool], at: datetime) -> int:
    later = (
        *unmet(duty.course_key),
        Enrolment.org_unit_id.in_(units_of(duty, zone)),
        audiences.sits_so(duty.audience, Enrolment.person_id),
        or_(Enrolment.due_at.is_(None), Enrolment.due_at > due),
        *whose,
    )
    return counting.hand_over(later, course_key=duty.course_key, to=duty.id, due_at=due, at=at)


def release(assignment_id: int, course_key: str, *, at: datetime) -> int:
    """Take the date off everybody who had it from this assignment, then let the open ones that may reach them set theirs.

    `course_key` is the assignment's course; who has the date for its refresher is meant too.
    """
    assignment = db.session.get_one(Assignment, assignment_id)
    result = db.session.execute(
        update(Enrolment)
        .where(
            Enrolment.assignment_id == assignment_id,
            Enrolment.ended_at.is_(None),
            Enrolment.status != EnrolmentStatus.PASSED,
        )
        .values(due_at=None)
        .execution_options(synchronize_session=False)
    )
    # Which day it counts from does not matter here, only whom it reaches.
    (was,) = duties_of([(assignment, date.min)])
    again: dict[int, Duty] = {}
    for key in {course_key, assignment.refresher_key} - {None}:
        again |= {duty.id: duty for duty in open_duties(course_key=key)}
    for _id, duty in sorted(again.items()):
        if duty.audience.may_meet(was.audience):
            apply(duty, at=at)
    db.session.expire_all()
    return result.rowcount  # type: ignore[attr-defined]
