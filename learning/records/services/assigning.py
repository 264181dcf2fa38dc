"""Giving a course to an audience, and taking it back. A handful of statements, however many people there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, null, select, update
from sqlalchemy.dialects import postgresql, sqlite

from learning.kernel import audit, clock
from learning.kernel.db import among, db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.people.models import OrgUnit, Person, Posting
from learning.records import counting, duedates, recertifying
from learning.records.audience import EVERYBODY, BadAudience, Criteria
from learning.records.audience_models import AssignmentUnit, NumberList
from learning.records.booking import Key
from learning.records.duedates import StageKind
from learning.records.models import (
    NO_ASSIGNMENT,
    Assignment,
    ElectionStage,
    Enrolment,
    EnrolmentStatus,
)
from learning.records.services import audiences, duties, relieving
from learning.records.services.duties import Duty


@dataclass(frozen=True, slots=True)
class Assigned:
    """What an assignment did: its id, how many were enrolled now and how many had the course already."""

    assignment_id: int
    enrolled: int
    already: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What an assignment says beside course, audience and date.

    `window_days`: opens so many days before the due day; None: at once. `grace_days`: one of `duedates.GRACE_DAYS`.
    `valid_months` with `refresher_key` and `refresher_title`: a pass counts for so many months, whoever passed before that
    takes the refresher; all three or none.
    """

    window_days: int | None = None
    grace_days: int = 0
    valid_months: int | None = None
    refresher_key: str | None = None
    refresher_title: str | None = None


PLAIN = Terms()


def assign(
    *,
    course_key: str,
    course_title: str,
    legal_basis: str,
    now: datetime,
    org_unit_id: int | None = None,
    unit_ids: Collection[int] = (),
    without_ids: Collection[int] = (),
    criteria: Criteria = EVERYBODY,
    event_id: int | None = None,
    days_before: int = 0,
    due_on: date | None = None,
    stage: StageKind = StageKind.CAMPAIGN,
    covered_only: bool = False,
    terms: Terms = PLAIN,
    actor_id: int | None = None,
) -> Assigned:
    """Give a course to everybody in an audience, now and in future: posted in the subtrees of `unit_ids` (none: in the
    whole country) but not of `without_ids`, as `criteria` ask; with `covered_only` only those who work where the election
    is held. Due so many days before a stage of the election, or, without one, on the day `due_on`. `org_unit_id` is
    short for a single unit.

    People who have the course already keep their enrolment; of several dates the earliest holds. Refuses a unit that
    does not exist or is closed, an election without the stage, a negative number of days, neither or both of election
    and day, terms out of range, and the same assignment twice (Conflict "records.assigned_already").
    """
    included = sorted({*unit_ids, *([org_unit_id] if org_unit_id is not None else [])})
    kept_away = sorted(set(without_ids))
    _check_units(included, kept_away)
    criteria = _checked(criteria)
    _check_terms(terms, course_key)
    if days_before < 0:
        raise Invalid("records.days_before")
    if (event_id is None) == (due_on is None) or (due_on is not None and (covered_only or days_before)):
        raise Invalid("records.one_date")
    starts_on = (
        due_on
        or db.session.execute(
            select(ElectionStage.starts_on)
            .where(ElectionStage.event_id == event_id, ElectionStage.stage == stage)
            # Whoever moves this stage now waits for us, or we for them: nobody keeps the day it had before.
            .with_for_update(read=True)
        ).scalar_one_or_none()
    )
    if starts_on is None:
        raise Invalid("records.stage_unknown")
    counts_from = None
    if terms.valid_months is not None:
        due_day = clock.local_date(duedates.due_at(starts_on, days_before, clock.DEFAULT_ZONE))
        counts_from = recertifying.counts_from(due_day, clock.local_date(now), terms.valid_months)
    assignment = Assignment(
        course_key=course_key,
        course_title=course_title,
        event_id=event_id,
        stage=stage if event_id is not None else None,
        due_on=due_on,
        days_before=days_before,
        covered_only=covered_only,
        criteria=criteria.to_json(),
        window_days=terms.window_days,
        grace_days=terms.grace_days,
        valid_months=terms.valid_months,
        counts_from=counts_from,
        refresher_key=terms.refresher_key,
        refresher_title=terms.refresher_title,
        legal_basis=legal_basis,
        created_by=actor_id,
        created_at=now,
        ended_at=None,
    )
    _refuse_twice(assignment, included, kept_away)
    db.session.add(assignment)
    db.session.flush()
    db.session.add_all(
        AssignmentUnit(assignment_id=assignment.id, org_unit_id=unit_id, included=inside)
        for inside, ids in ((True, included), (False, kept_away))
        for unit_id in ids
    )
    db.session.flush()
    (duty,) = duties.duties_of([(assignment, starts_on)])
    enrolled = 0
    for one, owes in duties.variants(duty, Posting.person_id):
        if one.again:
            _close_old_passes(one, owes, now)
        enrolled += sum(_enrol_zone(one, owes, zone, now) for zone in duties.zones_of(duty))
        relieving.carry(assignment_id=duty.id, course_key=one.course_key, now=now)
        counting.add_assigned(assignment.id, one.course_key, now)
    people = db.session.execute(_people(duty).with_only_columns(func.count())).scalar_one()
    duties.apply(duty, at=now)
    db.session.expire_all()
    audit.record(
        "records.assigned",
        f"assignment:{duty.id}",
        actor_id=actor_id,
        course=course_key,
        units=included,
        without=kept_away,
        criteria=criteria.to_json(),
        covered_only=covered_only,
        refresher=terms.refresher_key,
        enrolled=enrolled,
    )
    return Assigned(duty.id, enrolled, max(0, people - enrolled))


def end_assignment(*, assignment_id: int, now: datetime, actor_id: int | None = None) -> int:
    """Take an assignment back; how many enrolments it closed.

    Who has not begun and has no other duty leaves the course; who has begun may go on without a date; passes stay.
    Refuses one that has ended (Conflict "records.assignment_ended").
    """
    assignment = db.session.execute(
        select(Assignment).where(Assignment.id == assignment_id).with_for_update()
    ).scalar_one_or_none()
    if assignment is None:
        raise NotFound("records.assignment_unknown")
    if assignment.ended_at is not None:
        raise Conflict("records.assignment_ended")
    course_key = assignment.course_key
    assignment.ended_at = now
    db.session.flush()
    duties.release(assignment_id, course_key, at=now)
    left = (
        Enrolment.assignment_id == assignment_id,
        Enrolment.ended_at.is_(None),
        Enrolment.status != EnrolmentStatus.PASSED,
        Enrolment.due_at.is_(None),
    )
    closed = db.session.execute(
        update(Enrolment)
        .where(*left, Enrolment.status == EnrolmentStatus.NOT_STARTED)
        .values(ended_at=now)
        .returning(Enrolment.org_unit_id, Enrolment.course_key, Enrolment.exempt_until)
        .execution_options(synchronize_session=False)
    ).all()
    changes: dict[Key, Counter[str]] = defaultdict(Counter)
    for unit_id, key, exempt_until in closed:
        if unit_id is not None:
            changes[unit_id, key, assignment_id]["assigned"] -= 1
            changes[unit_id, key, assignment_id]["exempt"] -= exempt_until is not None
    counting.shift_many(changes, at=now)
    for key in filter(None, (course_key, assignment.refresher_key)):
        counting.hand_over((*left, Enrolment.course_key == key), course_key=key, to=None, due_at=None, at=now)
    db.session.expire_all()
    people = len(closed)
    audit.record(
        "records.assignment_ended",
        f"assignment:{assignment_id}",
        actor_id=actor_id,
        course=course_key,
        closed=people,
    )
    return people


def _check_units(included: list[int], kept_away: list[int]) -> None:
    """Refuse a unit that does not exist, one to give to that is closed, and one that is both."""
    wanted = [*included, *kept_away]
    found = dict(
        db.session.execute(select(OrgUnit.id, OrgUnit.valid_to).where(among(OrgUnit.id, wanted)))
        .tuples()
        .all()
    )
    if any(unit_id not in found for unit_id in wanted) or any(found[one] for one in included):
        raise NotFound("records.unit_unknown")
    if set(included) & set(kept_away):
        raise Invalid("records.unit_both")


def _checked(criteria: Criteria) -> Criteria:
    """The criteria as the strict reader gives them back: what is stored can be read, and its lists exist."""
    try:
        read = Criteria.from_json(criteria.to_json())
    except BadAudience as error:
        raise Invalid("records.audience") from error
    if read.lists:
        known = set(db.session.scalars(select(NumberList.id).where(NumberList.id.in_(read.lists))))
        if known != set(read.lists):
            raise Invalid("records.audience")
    return read


def _check_terms(terms: Terms, course_key: str) -> None:
    path = (terms.valid_months, terms.refresher_key, terms.refresher_title)
    if any(each is None for each in path) != all(each is None for each in path):
        raise Invalid("records.refresher_whole")
    if terms.refresher_key == course_key:
        raise Invalid("records.refresher_same")
    if terms.valid_months is not None and not 1 <= terms.valid_months <= recertifying.LONGEST_MONTHS:
        raise Invalid("records.valid_months", most=recertifying.LONGEST_MONTHS)
    if terms.window_days is not None and not 1 <= terms.window_days <= duedates.LONGEST_WINDOW:
        raise Invalid("records.window_days", most=duedates.LONGEST_WINDOW)
    if terms.grace_days not in duedates.GRACE_DAYS:
        raise Invalid("records.grace_days")


def _refuse_twice(wanted: Assignment, included: list[int], kept_away: list[int]) -> None:
    # Two admins at once: the first unit's row is the place where they wait for each other; of the whole country the
    # first agency's.
    first = select(func.min(OrgUnit.id)).where(OrgUnit.parent_id.is_(None)).scalar_subquery()
    db.session.execute(
        select(OrgUnit.id).where(OrgUnit.id == (included[0] if included else first)).with_for_update()
    )
    twins = db.session.scalars(
        select(Assignment).where(
            Assignment.course_key == wanted.course_key,
            Assignment.event_id.is_not_distinct_from(wanted.event_id),
            Assignment.stage.is_not_distinct_from(wanted.stage),
            Assignment.due_on.is_not_distinct_from(wanted.due_on),
            Assignment.ended_at.is_(None),
            audiences.given_to(included[:1]),
        )
    ).all()
    units = {True: set(included), False: set(kept_away)}
    for twin in twins:
        theirs: dict[bool, set[int]] = {True: set(), False: set()}
        for unit_id, inside in db.session.execute(
            select(AssignmentUnit.org_unit_id, AssignmentUnit.included).where(
                AssignmentUnit.assignment_id == twin.id
            )
        ):
            theirs[inside].add(unit_id)
        if theirs == units and twin.criteria == wanted.criteria:
            raise Conflict("records.assigned_already")


def _people(duty: Duty, zone: str | None = None) -> Select[Any]:
    return (
        select(Posting.person_id)
        .join(Person, Person.id == Posting.person_id)
        .where(
            Posting.org_unit_id.in_(duties.units_of(duty, zone)),
            *audiences.active(),
            *audiences.personal_conditions(duty.audience),
        )
    )


def _close_old_passes(duty: Duty, owes: ColumnElement[bool] | None, now: datetime) -> None:
    """End running passes of a refresher that are too old, so that its next cycle can be given."""
    people = _people(duty)
    if owes is not None:
        people = people.where(owes)
    closed = db.session.execute(
        update(Enrolment)
        .where(
            Enrolment.course_key == duty.course_key,
            Enrolment.ended_at.is_(None),
            Enrolment.status == EnrolmentStatus.PASSED,
            Enrolment.person_id.in_(people),
        )
        .values(ended_at=now)
        .returning(Enrolment.org_unit_id, Enrolment.assignment_id)
        .execution_options(synchronize_session=False)
    ).tuples()
    changes = {
        (unit_id, duty.course_key, former or NO_ASSIGNMENT): {
            "assigned": -many,
            "started": -many,
            "passed": -many,
        }
        for (unit_id, former), many in Counter(closed).items()
        if unit_id is not None
    }
    counting.shift_many(changes, at=now)


def _enrol_zone(duty: Duty, owes: ColumnElement[bool] | None, zone: str, now: datetime) -> int:
    """Enrol everybody of a zone who owes the duty and has no running enrolment, in one statement; somebody who enrols at
    this moment is left to it.
    """
    earlier = (
        select(func.coalesce(func.max(Enrolment.cycle), 0))
        .where(Enrolment.person_id == Posting.person_id, Enrolment.course_key == duty.course_key)
        .scalar_subquery()
    )
    running = (
        select(Enrolment.id)
        .where(
            Enrolment.person_id == Posting.person_id,
            Enrolment.course_key == duty.course_key,
            Enrolment.ended_at.is_(None),
        )
        .exists()
    )
    values: dict[str, Any] = {
        "public_id": _fresh_uuid(),
        "person_id": Posting.person_id,
        "course_key": literal(duty.course_key),
        "course_title": literal(duty.course_title),
        "cycle": earlier + 1,
        "edition": null(),
        "assignment_id": literal(duty.id),
        "org_unit_id": Posting.org_unit_id,
        "status": literal(EnrolmentStatus.NOT_STARTED, Enrolment.status.type),
        "due_at": literal(duty.due(zone), Enrolment.due_at.type),
        "exempt_until": null(),
        "extended_on": null(),
        "steps_total": literal(0),
        "steps_done": literal(0),
        "created_at": literal(now, Enrolment.created_at.type),
        "started_at": null(),
        "completed_at": null(),
        "ended_at": null(),
    }
    people = _people(duty, zone).with_only_columns(*values.values()).where(~running)
    if owes is not None:
        people = people.where(owes)
    into = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = into(Enrolment).from_select(list(values), people).on_conflict_do_nothing()
    result = db.session.execute(statement)
    return max(0, result.rowcount)  # type: ignore[attr-defined]


def _fresh_uuid() -> Any:
    if db.engine.dialect.name == "postgresql":
        return cast(func.gen_random_uuid(), Text)
    random4 = func.substr("89ab", 1 + func.abs(func.random()) % 4, 1)
    return func.lower(
        func.hex(func.randomblob(4)).concat("-").concat(func.hex(func.randomblob(2))).concat("-4")
        .concat(func.substr(func.hex(func.randomblob(2)), 2)).concat("-").concat(random4)
        .concat(func.substr(func.hex(func.randomblob(2)), 2)).concat("-").concat(func.hex(func.randomblob(6)))
    )  # fmt: skip
