"""The book of changes: each change of a count with its day, and the same change waiting for the sums above."""

from __future__ import annotations

from datetime import datetime
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

from learning.kernel import clock
from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.records.count_models import UnitCountPending
from learning.records.models import UnitCountChange

Counts = tuple[int, int, int, int]
"""(assigned, started, passed, exempt)."""
Key = tuple[int, str, int]
"""(unit, course, assignment or `NO_ASSIGNMENT`): what is counted apart."""
NONE: Counts = (0, 0, 0, 0)
FIGURES = ("assigned", "started", "passed", "exempt")

_BOOKED = ("org_unit_id", "course_key", "assignment_id", "day", *FIGURES)


def book(org_unit_id: int, course_key: str, assignment_id: int, change: Counts, at: datetime) -> None:
    """Append a change to the book, without touching the count.

    Its day is that of `at` where the unit is, or that of the unit's last entry if that is later: the book is written
    forwards, so a pass that becomes known late changes no day on which the unit had already moved on.
    """
    added = [literal(figure) for figure in change]
    append(
        select(
            OrgUnit.id, literal(course_key), literal(assignment_id), day_there(course_key, at), *added
        ).where(OrgUnit.id == org_unit_id)
    )


def book_many(rows: list[dict[str, Any]], at: datetime) -> None:
    """As `book`, for many units in one round trip; each row names unit, course, assignment and the four figures."""
    key: Any = bindparam("course_key", type_=String)
    booked = select(
        OrgUnit.id,
        key,
        bindparam("assignment_id", type_=Integer),
        day_there(key, at),
        *(bindparam(name, type_=Integer) for name in FIGURES),
    ).where(OrgUnit.id == bindparam("org_unit_id"))
    for statement in _statements(booked):
        db.session.connection().execute(statement, rows)


def append(rows: Select[Any]) -> None:
    """Append what a query finds: unit, course, assignment, day (`day_there`) and the four figures, in this order."""
    for statement in _statements(rows):
        db.session.execute(statement)


def _statements(rows: Select[Any]) -> list[Any]:
    recorded = literal(clock.now(), UnitCountChange.recorded_at.type).label("recorded_at")
    change, waiting = UnitCountChange.__table__, UnitCountPending.__table__
    entry: Any = insert(change).from_select([*_BOOKED, "recorded_at"], rows.add_columns(recorded))  # type: ignore[arg-type]
    if db.engine.dialect.name != "postgresql":
        # Nobody else writes meanwhile, and the last day of the unit is by now that of the entry: the same rows again.
        return [entry, insert(waiting).from_select(_BOOKED, rows)]  # type: ignore[arg-type]
    booked = entry.returning(*(change.c[name] for name in _BOOKED)).cte("booked")
    return [
        insert(waiting)  # type: ignore[arg-type]
        .from_select(_BOOKED, select(*(booked.c[name] for name in _BOOKED)))
        .add_cte(booked)
    ]


def day_there(course_key: Any, at: datetime) -> ColumnElement[Any]:
    """The day on which a change at `at` is booked for a row of OrgUnit."""
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
