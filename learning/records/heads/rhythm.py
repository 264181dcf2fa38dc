"""When a head of a unit gets news. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

WEEK_OPEN, MONTH_OPEN = 3, 10
"""For so many days of a week or month news still goes out, when the first ones were rest or the worker stood still."""
NEAR = 30
"""Days before a deadline from which on `SUITED` is weekly."""
APART = {"week": 4, "month": 7}
"""Days between two letters at least: the last weekly one and the first of the month would else come a day apart."""


class Rhythm(StrEnum):
    """How often. SUITED is what somebody has who never chose: monthly, and weekly when a deadline of theirs is near."""

    SUITED = "SUITED"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    NONE = "NONE"


def may_be_due(today: date) -> bool:
    """Whether anybody at all can get news on this day; on the others nobody has to be looked up."""
    return _week_open(today) or _month_open(today)


def is_due(rhythm: Rhythm, last_on: date | None, today: date, nearest_due: date | None) -> bool:
    """Whether news is due today for somebody whose last letter was of `last_on`.

    `nearest_due`: the next day by which somebody of their units must have passed. At most one letter a week; days of rest
    are the caller's.
    """
    if rhythm is Rhythm.NONE:
        return False
    if (
        rhythm is not Rhythm.WEEKLY
        and _month_open(today)
        and _fits(last_on, today.replace(day=1), today, "month")
    ):
        return True
    near = nearest_due is not None and 0 <= (nearest_due - today).days <= NEAR
    weekly = rhythm is Rhythm.WEEKLY or (rhythm is Rhythm.SUITED and near)
    return weekly and _week_open(today) and _fits(last_on, week_of(today), today, "week")


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _fits(last_on: date | None, begins: date, today: date, span: str) -> bool:
    return last_on is None or (last_on < begins and (today - last_on).days >= APART[span])


def _week_open(today: date) -> bool:
    return today.isoweekday() <= WEEK_OPEN


def _month_open(today: date) -> bool:
    return today.day <= MONTH_OPEN
