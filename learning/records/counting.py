"""Unit counts: kept per own unit, changed in the commit of what they count, summed up the tree when read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from learning.kernel.db import db
from learning.people.kinds import PostingKind
from learning.people.models import Posting
from learning.records.models import Enrolment, EnrolmentStatus, UnitCount


@dataclass(frozen=True, slots=True)
class Drift:
    """A unit whose kept count differs from the persons behind it; each triple is (assigned, started, passed)."""

    org_unit_id: int
    course_key: str
    kept: tuple[int, int, int]
    counted: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A running enrolment that names another unit than the person's seat."""

    enrolment_id: int
    counted_unit_id: int | None
    seat_unit_id: int


def shift(
    org_unit_id: int | None, course_key: str, *, assigned: int = 0, started: int = 0, passed: int = 0
) -> None:
    """Add to a unit's counts in one statement; concurrent passes of one unit wait for each other, none is lost."""
    if org_unit_id is None:
        return
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(UnitCount).values(
        org_unit_id=org_unit_id, course_key=course_key, assigned=assigned, started=started, passed=passed
    )
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["org_unit_id", "course_key"],
            set_={
                "assigned": UnitCount.assigned + statement.excluded.assigned,
                "started": UnitCount.started + statement.excluded.started,
                "passed": UnitCount.passed + statement.excluded.passed,
            },
        )
    )


def shift_many(changes: Mapping[tuple[int, str], Mapping[str, int]]) -> None:
    """As `shift`, for many units and courses at once, in one order, so that two of them wait instead of deadlocking."""
    none = {"assigned": 0, "started": 0, "passed": 0}
    rows = [
        {"org_unit_id": unit_id, "course_key": key, **none, **changes[(unit_id, key)]}
        for unit_id, key in sorted(changes)
        if any(changes[(unit_id, key)].values())
    ]
    if not rows:
        return
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(UnitCount.__table__)
    statement = statement.on_conflict_do_update(
        index_elements=["org_unit_id", "course_key"],
        set_={
            name: getattr(UnitCount.__table__.c, name) + getattr(statement.excluded, name) for name in none
        },
    )
    db.session.flush()
    db.session.connection().execute(statement, rows)


def count(enrolment: Enrolment, sign: int = 1) -> None:
    """Add one enrolment as it stands to the counts of its unit, or with -1 take it off."""
    shift(
        enrolment.org_unit_id,
        enrolment.course_key,
        assigned=sign,
        started=sign if enrolment.status is not EnrolmentStatus.NOT_STARTED else 0,
        passed=sign if enrolment.status is EnrolmentStatus.PASSED else 0,
    )


def add_assigned(assignment_id: int, course_key: str) -> None:
    """Count what an assignment has just enrolled, before anything else has its mark.

    Nobody else can see those rows before the commit, so adding is safe beside passes and moves that run now.
    """
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    fresh = (
        select(Enrolment.org_unit_id, literal(course_key), func.count(), literal(0), literal(0))
        .where(Enrolment.assignment_id == assignment_id, Enrolment.org_unit_id.is_not(None))
        .group_by(Enrolment.org_unit_id)
        .order_by(Enrolment.org_unit_id)
    )
    statement = insert(UnitCount).from_select(
        ["org_unit_id", "course_key", "assigned", "started", "passed"], fresh
    )
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["org_unit_id", "course_key"],
            set_={"assigned": UnitCount.assigned + statement.excluded.assigned},
        )
    )


def _persons_behind() -> Any:
    return (
        select(
            Enrolment.org_unit_id,
            Enrolment.course_key,
            func.count().label("assigned"),
            func.sum(case((Enrolment.status != EnrolmentStatus.NOT_STARTED, 1), else_=0)).label("started"),
            func.sum(case((Enrolment.status == EnrolmentStatus.PASSED, 1), else_=0)).label("passed"),
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


def drifts() -> list[Drift]:
    """Every unit whose kept counts differ from the persons behind them; empty means all agree."""
    counted = {
        (row.org_unit_id, row.course_key): (row.assigned, int(row.started), int(row.passed))
        for row in db.session.execute(_persons_behind())
    }
    kept = {
        (row.org_unit_id, row.course_key): (row.assigned, row.started, row.passed)
        for row in db.session.execute(select(UnitCount)).scalars()
    }
    none = (0, 0, 0)
    return [
        Drift(unit_id, key, kept.get((unit_id, key), none), counted.get((unit_id, key), none))
        for unit_id, key in sorted(kept.keys() | counted.keys())
        if kept.get((unit_id, key), none) != counted.get((unit_id, key), none)
    ]
