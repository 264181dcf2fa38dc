"""How the passes of a subtree grew, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func, select

from learning.kernel import clock
from learning.kernel.db import db
from learning.records.models import Enrolment, UnitCountChange
from learning.records.rates import UnitHead, in_subtree


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """People of a subtree who had passed by the end of a day."""

    day: date
    passed: int


def trend(unit: UnitHead, course_key: str, now: datetime, days: int = 31) -> list[TrendPoint]:
    """Passes of the subtree's people, cumulated by day on the unit's calendar, for the last `days` days."""
    today = clock.local_date(now, unit.timezone)
    day = _local_day(Enrolment.completed_at, unit.timezone, now)
    per_day = {
        date.fromisoformat(str(row.day)): int(row.people)
        for row in db.session.execute(
            select(day.label("day"), func.count().label("people"))
            .where(
                Enrolment.course_key == course_key,
                Enrolment.ended_at.is_(None),
                Enrolment.completed_at.is_not(None),
                in_subtree(Enrolment.org_unit_id, unit.path),
            )
            .group_by(day)
        )
    }
    first = today - timedelta(days=days - 1)
    running = sum(count for day_of, count in per_day.items() if day_of < first)
    points = []
    for offset in range(days):
        running += per_day.get(first + timedelta(days=offset), 0)
        points.append(TrendPoint(first + timedelta(days=offset), running))
    return points


def first_day(unit: UnitHead, course_key: str) -> date | None:
    """The first day that can be asked for: the earliest entry in the book of the subtree."""
    return db.session.execute(
        select(func.min(UnitCountChange.day)).where(
            UnitCountChange.course_key == course_key, in_subtree(UnitCountChange.org_unit_id, unit.path)
        )
    ).scalar_one()


def _local_day(column: Any, zone: str, now: datetime) -> ColumnElement[Any]:
    """The calendar day of an instant. Indonesian zones have no summer time, so one offset holds for all."""
    if db.engine.dialect.name == "postgresql":
        return cast(func.timezone(zone, column), Date)
    hours = (clock.local(now, zone).utcoffset() or timedelta()).total_seconds() / 3600
    return func.date(column, f"{hours:+.2f} hours")
