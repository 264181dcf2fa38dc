"""How the passes of a subtree grew, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from learning.kernel import clock
from learning.kernel.db import db
from learning.records import sums
from learning.records.rates import UnitHead


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """People of a subtree who had passed by the end of a day."""

    day: date
    passed: int


def trend(
    unit: UnitHead, course_key: str, now: datetime, days: int = 31, assignment_id: int | None = None
) -> list[TrendPoint]:
    """How many of the subtree had passed by the end of each of the last `days` days, from the book of changes.

    The same book as a past day's page, so that the two never say different things of one day; the last point is the
    count of now. Begins with the book where that is younger, but always has two points.
    """
    today = clock.local_date(now, unit.timezone)
    changes = sums.of_units(sums.one(unit.id), course_key, assignment_id=assignment_id, by_day=True)
    per_day = {
        row.day: int(row.people)
        for row in db.session.execute(
            select(changes.c.day, func.sum(changes.c.passed).label("people")).group_by(changes.c.day)
        )
    }
    opened = min(per_day, default=today)
    first = min(max(opened, today - timedelta(days=days - 1)), today - timedelta(days=1))
    running = sum(count for day_of, count in per_day.items() if day_of < first)
    points = []
    for offset in range((today - first).days + 1):
        day = first + timedelta(days=offset)
        running += per_day.get(day, 0)
        points.append(TrendPoint(day, running))
    # In the east the next day begins earlier; what is booked there already belongs to the count of now.
    ahead = sum(count for day_of, count in per_day.items() if day_of > today)
    points[-1] = TrendPoint(today, running + ahead)
    return points


def first_day(unit: UnitHead, course_key: str) -> date | None:
    """The first day that can be asked for: the earliest entry in the book of the subtree."""
    changes = sums.of_units(sums.one(unit.id), course_key, by_day=True)
    return db.session.execute(select(func.min(changes.c.day))).scalar_one()
