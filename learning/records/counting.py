"""Unit counts: kept per own unit, changed in the commit of what they count, summed up the tree when read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.records.models import Enrolment, EnrolmentStatus, UnitCount


@dataclass(frozen=True, slots=True)
class Drift:
    """A unit whose kept count differs from the persons behind it; each triple is (assigned, started, passed)."""

    org_unit_id: int
    course_key: str
    kept: tuple[int, int, int]
    counted: tuple[int, int, int]


def shift(org_unit_id: int | None, course_key: str, *, assigned: int = 0, started: int = 0, passed: int = 0) -> None:
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


def _persons_behind(course_key: str | None = None, path: str | None = None) -> Any:
    query = (
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
    if course_key is not None:
        query = query.where(Enrolment.course_key == course_key)
    if path is not None:
        query = query.where(Enrolment.org_unit_id.in_(_subtree(path)))
    return query


def _subtree(path: str) -> Any:
    return select(OrgUnit.id).where(OrgUnit.path >= path, OrgUnit.path < path[:-1] + "0")


def recount(*, course_key: str, path: str) -> None:
    """Set the counts of one course in one subtree from the persons behind them (after bulk changes)."""
    db.session.execute(
        delete(UnitCount).where(UnitCount.course_key == course_key, UnitCount.org_unit_id.in_(_subtree(path)))
    )
    rows = db.session.execute(_persons_behind(course_key, path)).all()
    db.session.add_all(
        UnitCount(
            org_unit_id=row.org_unit_id,
            course_key=row.course_key,
            assigned=row.assigned,
            started=row.started,
            passed=row.passed,
        )
        for row in rows
    )
    db.session.flush()


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
