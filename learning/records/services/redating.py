"""Everybody's date anew, after a stage moved or an outage was approved: a few at once, many in chunks by a job.

A chunk asks the rule from the beginning (`duties.earliest`), whatever moved, and writes only what differs. So it may run
twice, a second move while the first is under way needs nothing undone, and nobody ever has a date that no rule gave. What
changed is noted for each person in the same commit (`DueChange`), and the cursor with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, literal, or_, select, tuple_, update

from learning.kernel import audit, clock, jobs
from learning.kernel.db import among, db
from learning.kernel.errors import Conflict, NotFound
from learning.people.models import OrgUnit
from learning.people.tree import ancestors
from learning.records import counting
from learning.records.duedates import due_at
from learning.records.models import Assignment, Enrolment, EnrolmentStatus, UnitCount
from learning.records.moving_models import DueChange, Outage, Redating, RedatingAssignment
from learning.records.services import duties
from learning.records.services.duties import Duty

REDATE = "records.redate"
AT_ONCE = 2_000
"""Enrolments up to which everything happens in the commit of the move, so that the page answers with what became of it."""
SIZE = 1_000
"""Enrolments in one chunk: their rows are locked until it commits, so whoever passes at this moment waits for it."""
UNITS = 100
"""Units looked at for one chunk."""
SUBTREES = 60
"""With more assignments than this a move is as good as national, and every unit is looked at."""
BEYOND = 2**62


@dataclass(frozen=True, slots=True)
class _Seat:
    """What a date follows from: one enrolment, and where its person works."""

    id: int
    person_id: int
    unit_id: int
    course_key: str
    due_at: datetime | None
    extended_on: Any
    assignment_id: int | None


def begin(
    *,
    assignment_ids: Collection[int],
    now: datetime,
    change_id: int | None = None,
    outage_id: int | None = None,
    actor_id: int | None = None,
) -> int | None:
    """Compute the dates of everybody whom these open assignments reach; the id of the recomputation, None without any.

    Up to `AT_ONCE` enrolments it is done when this returns. Otherwise a job is queued in this commit, and recomputations
    that are under way and look at nothing else end here: the job begins anew with the newest days. Exactly one of
    `change_id` and `outage_id` names the cause.
    """
    ids = sorted(set(assignment_ids))
    if not ids:
        return None
    resting = _duties(ids)
    row = Redating(
        change_id=change_id, outage_id=outage_id, job_id=None, last_unit_id=0, last_enrolment_id=0, total=0, looked=0,
        moved=0, replaced=False, started_at=now, finished_at=None,
    )  # fmt: skip
    few = _few(resting, _window(outage_id))
    courses = _courses(resting)
    row.total = len(few) if few is not None else _expected(courses)
    db.session.add(row)
    db.session.flush()
    db.session.execute(
        insert(RedatingAssignment), [{"redating_id": row.id, "assignment_id": one} for one in ids]
    )
    if few is None:
        if outage_id is None:  # an outage looks at fewer people than what it would take over
            _replace_others(row.id, set(ids), now)
        row.job_id = jobs.enqueue(
            REDATE, {"redating_id": row.id}, key=f"{REDATE}-{row.id}", created_by=actor_id
        )
        db.session.flush()
    else:
        units = _units(OrgUnit.id.in_({seat.unit_id for seat in few}))
        _look(row, few, units, now)
        _finish(row, now)
    return row.id


def step(*, redating_id: int, now: datetime) -> tuple[int, int] | None:
    """Do the next chunk; (looked at, about how many there are), or None when everybody is done or another one took over."""
    row = db.session.execute(
        select(Redating)
        .where(Redating.id == redating_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if row is None or row.finished_at is not None:
        return None
    resting = _duties(_assignments_of(redating_id))
    # The last unit once more, unless all of it is done.
    after = row.last_unit_id if row.last_enrolment_id == BEYOND else row.last_unit_id - 1
    units = _units(OrgUnit.id > after, *_reach(resting), most=UNITS)
    if not units or not resting:
        _finish(row, now)
        return None
    # Locked before the days are read: whoever moves a stage meanwhile is either seen here or comes after us.
    seats = _seats(
        _rows(_courses(resting))
        .where(
            *_window(row.outage_id),
            Enrolment.org_unit_id.in_(units),
            tuple_(Enrolment.org_unit_id, Enrolment.id) > (row.last_unit_id, row.last_enrolment_id),
        )
        .limit(SIZE)
    )
    _look(row, seats, units, now)
    if len(seats) == SIZE:
        row.last_unit_id, row.last_enrolment_id = seats[-1].unit_id, seats[-1].id
    else:
        row.last_unit_id, row.last_enrolment_id = max(units), BEYOND
        if len(units) < UNITS:
            _finish(row, now)
    db.session.flush()
    return row.looked, max(row.total, row.looked)


def resume(*, redating_id: int, now: datetime, actor_id: int | None = None) -> None:
    """Queue again what was given up half-way; it goes on behind the cursor.

    Refuses what is finished or still being worked on (Conflict "records.redating_runs").
    """
    row = db.session.execute(
        select(Redating).where(Redating.id == redating_id).with_for_update()
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("records.redating_unknown")
    job = jobs.view(row.job_id) if row.job_id is not None else None
    if row.finished_at is not None or (job is not None and job.state is not jobs.JobState.FAILED):
        raise Conflict("records.redating_runs")
    row.job_id = jobs.enqueue(REDATE, {"redating_id": row.id}, created_by=actor_id)
    audit.record("records.redating_resumed", f"redating:{row.id}", actor_id=actor_id, at=now.isoformat())


def people_with(assignment_ids: Collection[int]) -> int:
    """How many people who have not passed have their date from one of these assignments."""
    if not assignment_ids:
        return 0
    query = select(func.coalesce(func.sum(UnitCount.assigned - UnitCount.passed), 0))
    return int(
        db.session.execute(query.where(UnitCount.assignment_id.in_(sorted(assignment_ids)))).scalar_one()
    )


def _look(row: Redating, seats: Sequence[_Seat], units: dict[int, str], now: datetime) -> None:
    """Give each of these seats the date the rule says now, and note whose date that changed."""
    row.looked += len(seats)
    concerned = {seat.unit_id for seat in seats}
    above = sorted({one for unit_id in concerned for one in ancestors(units[unit_id])})
    found = duties.open_duties(unit_ids=above)
    owed = duties.owed_by({seat.person_id: seat.unit_id for seat in seats}, found)
    set_to: dict[tuple[datetime, int, str, bool, bool], list[int]] = defaultdict(list)
    given: dict[tuple[int, str, Any], datetime] = {}  # few duties and zones, many people
    for seat in seats:
        mine, zone = owed[seat.person_id]
        duty = mine.get(seat.course_key)
        if duty is None:
            continue  # no duty here any more: what becomes of such an enrolment is no matter of dates
        key = (duty.id, zone, seat.extended_on)
        due = given.get(key)
        if due is None:
            due = given[key] = duty.due(zone, seat.extended_on)
        if (seat.due_at, seat.assignment_id) != (due, duty.id):
            other = seat.assignment_id != duty.id
            set_to[due, duty.id, seat.course_key, other, seat.due_at != due].append(seat.id)
    for (due, assignment_id, course_key, other, moved), enrolment_ids in sorted(set_to.items()):
        if moved:
            _note(row.id, enrolment_ids, due, now)
            row.moved += len(enrolment_ids)
        if other:
            # Counted under the assignment that holds now, in this commit.
            counting.hand_over(
                (Enrolment.id.in_(enrolment_ids),),
                course_key=course_key,
                to=assignment_id,
                due_at=due,
                at=now,
            )
        if moved:
            _set(enrolment_ids, due, now)
    db.session.flush()


def _note(redating_id: int, enrolment_ids: list[int], due: datetime, now: datetime) -> None:
    """What the dates were and what they are about to be, in one statement."""
    instant = DueChange.after_at.type
    before = select(
        Enrolment.id, literal(redating_id), Enrolment.due_at, literal(due, instant), literal(now, instant)
    )
    db.session.execute(
        insert(DueChange).from_select(
            ["enrolment_id", "redating_id", "before_at", "after_at", "changed_at"],
            before.where(Enrolment.id.in_(enrolment_ids)),
        )
    )


def _set(enrolment_ids: list[int], due: datetime, moved_at: datetime) -> None:
    """Write a date that has moved, and when; the rows are locked."""
    db.session.execute(
        update(Enrolment)
        .where(Enrolment.id.in_(enrolment_ids))
        .values(due_at=due, due_moved_at=moved_at)
        .execution_options(synchronize_session=False)
    )


def _finish(row: Redating, now: datetime) -> None:
    row.finished_at = now
    db.session.flush()
    db.session.expire_all()
    audit.record("records.redated", f"redating:{row.id}", looked=row.looked, moved=row.moved)


def _replace_others(redating_id: int, ids: set[int], now: datetime) -> None:
    running = db.session.scalars(
        select(Redating)
        .where(Redating.finished_at.is_(None), Redating.id != redating_id)
        .order_by(Redating.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for other in running:
        if set(_assignments_of(other.id)) <= ids:
            other.replaced, other.finished_at = True, now
    db.session.flush()


def _assignments_of(redating_id: int) -> list[int]:
    return list(
        db.session.scalars(
            select(RedatingAssignment.assignment_id)
            .where(RedatingAssignment.redating_id == redating_id)
            .order_by(RedatingAssignment.assignment_id)
        )
    )


def _duties(assignment_ids: Collection[int]) -> list[Duty]:
    wanted = set(assignment_ids)
    keys = db.session.scalars(
        select(Assignment.course_key).where(among(Assignment.id, wanted)).distinct()
    ).all()
    found = {duty.id: duty for key in sorted(keys) for duty in duties.open_duties(course_key=key)}
    return [duty for _id, duty in sorted(found.items()) if duty.id in wanted]


def _courses(resting: Sequence[Duty]) -> set[str]:
    """The courses that people may have these duties for: each one's course and its refresher."""
    again = {duty.refresher.course_key for duty in resting if duty.refresher is not None}
    return {duty.course_key for duty in resting} | again


def _reach(resting: Sequence[Duty]) -> tuple[ColumnElement[bool], ...]:
    if len(resting) > SUBTREES:
        return ()
    return (or_(*(OrgUnit.id.in_(duties.units_of(duty)) for duty in resting)),) if resting else ()


def _window(outage_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """Of an outage only those are looked at whose date it can move: due from its beginning on, before the day it gives."""
    if outage_id is None:
        return ()
    outage = db.session.get_one(Outage, outage_id)
    last = max(due_at(outage.until_on, 0, zone) for zone in clock.ZONE_NAMES)
    return Enrolment.due_at >= outage.began_at, Enrolment.due_at < last


def _few(resting: Sequence[Duty], window: tuple[ColumnElement[bool], ...]) -> list[_Seat] | None:
    """Everybody concerned, locked; None when they are more than `AT_ONCE`."""
    courses = _courses(resting)
    if len(resting) > SUBTREES and not window and _expected(courses) > AT_ONCE:
        return None
    if not resting:
        return []
    query = _rows(courses).where(*window)
    if len(resting) <= SUBTREES:
        query = query.where(or_(*(Enrolment.org_unit_id.in_(duties.units_of(duty)) for duty in resting)))
    counted = select(func.count()).select_from(
        query.with_only_columns(Enrolment.id).order_by(None).limit(AT_ONCE + 1).subquery()
    )
    if db.session.execute(counted).scalar_one() > AT_ONCE:
        return None
    return _seats(query)


def _rows(courses: Collection[str]) -> Select[Any]:
    return (
        select(
            Enrolment.id,
            Enrolment.person_id,
            Enrolment.org_unit_id,
            Enrolment.course_key,
            Enrolment.due_at,
            Enrolment.extended_on,
            Enrolment.assignment_id,
        )
        .where(
            Enrolment.course_key.in_(sorted(courses)),
            Enrolment.ended_at.is_(None),
            Enrolment.status != EnrolmentStatus.PASSED,
            Enrolment.org_unit_id.is_not(None),
        )
        .order_by(Enrolment.org_unit_id, Enrolment.id)
    )


def _seats(query: Select[Any]) -> list[_Seat]:
    return [_Seat(*row) for row in db.session.execute(query.with_for_update())]


def _units(*conditions: ColumnElement[bool], most: int | None = None) -> dict[int, str]:
    """Id and path of units, in the order of their ids."""
    query = select(OrgUnit.id, OrgUnit.path).where(*conditions).order_by(OrgUnit.id)
    if most is not None:
        query = query.limit(most)
    return dict(db.session.execute(query).tuples().all())


def _expected(courses: Collection[str]) -> int:
    query = select(func.coalesce(func.sum(UnitCount.assigned - UnitCount.passed), 0))
    return int(db.session.execute(query.where(UnitCount.course_key.in_(sorted(courses)))).scalar_one())
