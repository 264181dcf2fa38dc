"""Proof that the kept sums of what lies below a unit are those of the book, less what waits to be added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, join, literal, select, true, union_all

from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.records.booking import FIGURES, NONE, Counts
from learning.records.count_models import UnitBelow, UnitBelowDay, UnitCountPending
from learning.records.models import UnitCountChange
from learning.records.sums import ancestor_ids

Place = tuple[int, str, int, date | None]
"""(unit, course, assignment, day; None for the sum of all days)."""


@dataclass(frozen=True, slots=True)
class Unsummed:
    """A kept sum that differs from what the units below it booked; `day` is None for the sum of all days."""

    org_unit_id: int
    course_key: str
    assignment_id: int
    day: date | None
    kept: Counts
    booked: Counts


def unsummed() -> list[Unsummed]:
    """Every sum of what lies below a unit that is not what the book says; empty means all agree."""
    kept, expected = _kept(), _expected()
    places = sorted(kept.keys() | expected.keys(), key=lambda p: (p[0], p[1], p[2], p[3] or date.min))
    return [
        Unsummed(*place, kept.get(place, NONE), expected.get(place, NONE))
        for place in places
        if kept.get(place, NONE) != expected.get(place, NONE)
    ]


def _kept() -> dict[Place, Counts]:
    whole, days = UnitBelow, UnitBelowDay
    found: dict[Place, Counts] = {}
    for row in db.session.execute(_rows(whole)):
        found[(row[0], row[1], row[2], None)] = (row[3], row[4], row[5], row[6])
    for row in db.session.execute(_rows(days, days.day)):
        found[(row[0], row[1], row[2], row[3])] = (row[4], row[5], row[6], row[7])
    return found


def _rows(table: Any, *more: Any) -> Any:
    return select(
        table.org_unit_id,
        table.course_key,
        table.assignment_id,
        *more,
        *(getattr(table, name) for name in FIGURES),
    )


def _expected() -> dict[Place, Counts]:
    entries = union_all(
        *(
            select(
                table.org_unit_id,
                table.course_key,
                table.assignment_id,
                table.day,
                *((literal(sign) * getattr(table, name)).label(name) for name in FIGURES),
            )
            for table, sign in ((UnitCountChange, 1), (UnitCountPending, -1))
        )
    ).subquery()
    # Summed by unit first: each of its days is then handed up a few levels, instead of each change.
    by_unit = (entries.c.org_unit_id, entries.c.course_key, entries.c.assignment_id, entries.c.day)
    own = (
        select(*by_unit, *(func.sum(entries.c[name]).label(name) for name in FIGURES))
        .group_by(*by_unit)
        .subquery()
    )
    above = ancestor_ids(OrgUnit.path)
    by = (above.c.value, own.c.course_key, own.c.assignment_id, own.c.day)
    days: dict[Place, Counts] = {}
    whole: dict[Place, list[int]] = {}
    for unit_id, course_key, assignment_id, day, *figures in db.session.execute(
        select(*by, *(func.sum(own.c[name]) for name in FIGURES))
        .select_from(join(own, OrgUnit, OrgUnit.id == own.c.org_unit_id).join(above, true()))
        .where(above.c.value != OrgUnit.id)
        .group_by(*by)
    ):
        counts = [int(figure) for figure in figures]
        unit = int(unit_id)
        days[(unit, course_key, assignment_id, day)] = (counts[0], counts[1], counts[2], counts[3])
        total = whole.setdefault((unit, course_key, assignment_id, None), [0, 0, 0, 0])
        for at, figure in enumerate(counts):
            total[at] += figure
    return days | {place: (t[0], t[1], t[2], t[3]) for place, t in whole.items()}
