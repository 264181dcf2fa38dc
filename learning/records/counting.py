"""Unit counts: kept per own unit, changed in the commit of what they count, summed up the tree when read.

Each change is also booked with its day (`UnitCountChange`), so that a past day can be asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    case,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from learning.kernel import clock
from learning.kernel.db import db
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Posting
from learning.records.models import Enrolment, EnrolmentStatus, UnitCount, UnitCountChange

Counts = tuple[int, int, int, int]
"""(assigned, started, passed, exempt)."""
NONE: Counts = (0, 0, 0, 0)
FIGURES = ("assigned", "started", "passed", "exempt")


@dataclass(frozen=True, slots=True)
class Drift:
    """A unit whose kept count differs from the persons behind it; each side is (assigned, started, passed, exempt)."""

    org_unit_id: int
    course_key: str
    kept: Counts
    counted: Counts


@dataclass(frozen=True, slots=True)
class Unbooked:
    """A unit whose kept count differs from the sum of its booked changes."""

    org_unit_id: int
    course_key: str
    kept: Counts
    booked: Counts


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A running enrolment that names another unit than the person's seat."""

    enrolment_id: int
    counted_unit_id: int | None
    seat_unit_id: int


def figures(enrolment: Enrolment) -> Counts:
    """What one enrolment adds to its unit: a person is exempt, or not started, or under way, or passed."""
    passed = enrolment.status is EnrolmentStatus.PASSED
    exempt = enrolment.exempt_until is not None and not passed
    started = enrolment.status is not EnrolmentStatus.NOT_STARTED and not exempt
    return 1, int(started), int(passed), int(exempt)


def changed(enrolment: Enrolment, before: Counts, *, at: datetime) -> None:
    """Count that an enrolment in its place now stands otherwise than `before` (its `figures` then)."""
    difference = [now - then for now, then in zip(figures(enrolment), before, strict=True)]
    if any(difference):
        shift(
            enrolment.org_unit_id, enrolment.course_key, at=at, **dict(zip(FIGURES, difference, strict=True))
        )


def shift(
    org_unit_id: int | None,
    course_key: str,
    *,
    at: datetime,
    assigned: int = 0,
    started: int = 0,
    passed: int = 0,
    exempt: int = 0,
) -> None:
    """Add to a unit's counts in one statement; concurrent passes of one unit wait for each other, none is lost.

    The change is booked on the day of `at` (see `book`).
    """
    if org_unit_id is None:
        return
    upsert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = upsert(UnitCount).values(
        org_unit_id=org_unit_id,
        course_key=course_key,
        assigned=assigned,
        started=started,
        passed=passed,
        exempt=exempt,
    )
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["org_unit_id", "course_key"],
            set_={
                "assigned": UnitCount.assigned + statement.excluded.assigned,
                "started": UnitCount.started + statement.excluded.started,
                "passed": UnitCount.passed + statement.excluded.passed,
                "exempt": UnitCount.exempt + statement.excluded.exempt,
            },
        )
    )
    book(org_unit_id, course_key, (assigned, started, passed, exempt), at)


def shift_many(changes: Mapping[tuple[int, str], Mapping[str, int]], *, at: datetime) -> None:
    """As `shift`, for many units and courses at once, in one order, so that two of them wait instead of deadlocking."""
    none = dict.fromkeys(FIGURES, 0)
    rows: list[dict[str, Any]] = [
        {"org_unit_id": unit_id, "course_key": key, **none, **changes[(unit_id, key)]}
        for unit_id, key in sorted(changes)
        if any(changes[(unit_id, key)].values())
    ]
    if not rows:
        return
    upsert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = upsert(UnitCount.__table__)
    statement = statement.on_conflict_do_update(
        index_elements=["org_unit_id", "course_key"],
        set_={
            name: getattr(UnitCount.__table__.c, name) + getattr(statement.excluded, name) for name in none
        },
    )
    db.session.flush()
    db.session.connection().execute(statement, rows)
    _append_many(rows, at)


def _append_many(rows: list[dict[str, Any]], at: datetime) -> None:
    """As `book`, for many units in one round trip."""
    key: Any = bindparam("course_key", type_=String)
    booked = select(
        OrgUnit.id,
        key,
        _day(key, at),
        *(bindparam(name, type_=Integer) for name in FIGURES),
        literal(clock.now(), UnitCountChange.recorded_at.type),
    ).where(OrgUnit.id == bindparam("org_unit_id"))
    statement = insert(UnitCountChange.__table__).from_select(  # type: ignore[arg-type]
        ["org_unit_id", "course_key", "day", *FIGURES, "recorded_at"], booked
    )
    db.session.connection().execute(statement, rows)


def book(org_unit_id: int, course_key: str, change: Counts, at: datetime) -> None:
    """Append a change to the book, without touching the count.

    Its day is that of `at` where the unit is, or that of the unit's last entry if that is later: the book is written
    forwards, so a pass that becomes known late changes no day on which the unit had already moved on.
    """
    added = [literal(figure) for figure in change]
    _append(
        select(OrgUnit.id, literal(course_key), _day(course_key, at), *added).where(OrgUnit.id == org_unit_id)
    )


def _append(rows: Select[Any]) -> None:
    recorded = literal(clock.now(), UnitCountChange.recorded_at.type).label("recorded_at")
    db.session.execute(
        insert(UnitCountChange).from_select(
            ["org_unit_id", "course_key", "day", *FIGURES, "recorded_at"],
            rows.add_columns(recorded),
        )
    )


def _day(course_key: Any, at: datetime) -> ColumnElement[Any]:
    last = (
        select(func.max(UnitCountChange.day))
        .where(UnitCountChange.org_unit_id == OrgUnit.id, UnitCountChange.course_key == course_key)
        .correlate(OrgUnit)
        .scalar_subquery()
    )
    there = case(
        *(
            (OrgUnit.timezone == zone, literal(clock.local_date(at, zone), Date))
            for zone in clock.ZONE_NAMES
            if zone != clock.DEFAULT_ZONE
        ),
        else_=literal(clock.local_date(at), Date),
    )
    return case((last > there, last), else_=there)


def count(enrolment: Enrolment, sign: int = 1, *, at: datetime) -> None:
    """Add one enrolment as it stands to the counts of its unit, or with -1 take it off."""
    stands = dict(zip(FIGURES, (sign * figure for figure in figures(enrolment)), strict=True))
    shift(enrolment.org_unit_id, enrolment.course_key, at=at, **stands)


def add_assigned(assignment_id: int, course_key: str, at: datetime) -> None:
    """Count what an assignment has just enrolled, before anything else has its mark.

    Nobody else can see those rows before the commit, so adding is safe beside passes and moves that run now.
    """
    upsert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    fresh = (
        select(
            Enrolment.org_unit_id,
            literal(course_key),
            func.count(),
            literal(0),
            literal(0),
            func.count(Enrolment.exempt_until),
        )
        .where(
            Enrolment.assignment_id == assignment_id,
            Enrolment.course_key == course_key,
            Enrolment.org_unit_id.is_not(None),
        )
        .group_by(Enrolment.org_unit_id)
        .order_by(Enrolment.org_unit_id)
    )
    statement = upsert(UnitCount).from_select(["org_unit_id", "course_key", *FIGURES], fresh)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["org_unit_id", "course_key"],
            set_={
                "assigned": UnitCount.assigned + statement.excluded.assigned,
                "exempt": UnitCount.exempt + statement.excluded.exempt,
            },
        )
    )
    _append(
        select(
            OrgUnit.id,
            literal(course_key),
            _day(course_key, at),
            func.count(),
            literal(0),
            literal(0),
            func.count(Enrolment.exempt_until),
        )
        .join(Enrolment, Enrolment.org_unit_id == OrgUnit.id)
        .where(Enrolment.assignment_id == assignment_id, Enrolment.course_key == course_key)
        .group_by(OrgUnit.id, OrgUnit.timezone)
        .order_by(OrgUnit.id)
    )


def standing(course_key: str, day: date | None) -> Any:
    """The counts of each unit for a course: as they stand, or as they stood at the end of a day.

    A past day is the sum of what was booked until then, so a person who moved later is counted where they sat.
    """
    if day is None:
        return (
            select(UnitCount.org_unit_id, *(getattr(UnitCount, name) for name in FIGURES))
            .where(UnitCount.course_key == course_key)
            .subquery()
        )
    change = UnitCountChange
    return (
        select(
            change.org_unit_id,
            *(func.sum(getattr(change, name)).label(name) for name in FIGURES),
        )
        .where(change.course_key == course_key, change.day <= day)
        .group_by(change.org_unit_id)
        .subquery()
    )


def _persons_behind() -> Any:
    passed = Enrolment.status == EnrolmentStatus.PASSED
    exempt = Enrolment.exempt_until.is_not(None) & ~passed
    started = (Enrolment.status != EnrolmentStatus.NOT_STARTED) & ~exempt
    return (
        select(
            Enrolment.org_unit_id,
            Enrolment.course_key,
            func.count().label("assigned"),
            func.sum(case((started, 1), else_=0)).label("started"),
            func.sum(case((passed, 1), else_=0)).label("passed"),
            func.sum(case((exempt, 1), else_=0)).label("exempt"),
        )
        .where(Enrolment.ended_at.is_(None), Enrolment.org_unit_id.is_not(None))
        .group_by(Enrolment.org_unit_id, Enrolment.course_key)
    )


def misplaced() -> list[Misplaced]:
    """Running enrolments that are counted elsewhere than where the person sits."""
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.org_unit_id, Posting.org_unit_id)
        .join(Posting, Posting.person_id == Enrolment.person_id)
        .where(
            Enrolment.ended_at.is_(None),
            Posting.kind == PostingKind.DEFINITIVE,
            Posting.ends_on.is_(None),
            Enrolment.org_unit_id.is_distinct_from(Posting.org_unit_id),
        )
        .order_by(Enrolment.id)
    )
    return [Misplaced(*row) for row in rows]


def persons_behind() -> dict[tuple[int, str], Counts]:
    """(unit, course) → what the running enrolments say."""
    return {
        (row.org_unit_id, row.course_key): (row.assigned, int(row.started), int(row.passed), int(row.exempt))
        for row in db.session.execute(_persons_behind())
    }


def booked() -> dict[tuple[int, str], Counts]:
    """(unit, course) → the sum of all booked changes."""
    changes = UnitCountChange
    return {
        (row.org_unit_id, row.course_key): (
            int(row.assigned),
            int(row.started),
            int(row.passed),
            int(row.exempt),
        )
        for row in db.session.execute(
            select(
                changes.org_unit_id,
                changes.course_key,
                *(func.sum(getattr(changes, name)).label(name) for name in FIGURES),
            ).group_by(changes.org_unit_id, changes.course_key)
        )
    }


def _kept() -> dict[tuple[int, str], Counts]:
    return {
        (row.org_unit_id, row.course_key): (row.assigned, row.started, row.passed, row.exempt)
        for row in db.session.execute(select(UnitCount)).scalars()
    }


def drifts() -> list[Drift]:
    """Every unit whose kept counts differ from the persons behind them; empty means all agree."""
    counted, kept = persons_behind(), _kept()
    return [
        Drift(*place, kept.get(place, NONE), counted.get(place, NONE))
        for place in sorted(kept.keys() | counted.keys())
        if kept.get(place, NONE) != counted.get(place, NONE)
    ]


def unbooked() -> list[Unbooked]:
    """Every unit whose kept counts differ from the sum of its booked changes; empty means all agree."""
    kept, book_says = _kept(), booked()
    return [
        Unbooked(*place, kept.get(place, NONE), book_says.get(place, NONE))
        for place in sorted(kept.keys() | book_says.keys())
        if kept.get(place, NONE) != book_says.get(place, NONE)
    ]
