"""What an outage of Netra gives back to those who could not pass meanwhile: a pure rule over days.

An outage gives one day, the first on which everybody has again had as long as the outage lasted and no fewer than
`WHOLE_DAYS` whole working days. Whoever's last day lies between its beginning and that day has that day as the last one. So
nobody's date becomes earlier, of two people the one who was due later is never due first, and the same outage entered
twice gives nothing twice. The day is on Jakarta's calendar, for all: who decides sees one day and not three.

Why it is so, and what was not chosen, stands in `docs/decisions/0029-moving-dates.md`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from learning.kernel import clock
from learning.records import duedates
from learning.records.reminders.schedule import FIXED_HOLIDAYS

SHORTEST = timedelta(minutes=15)
"""What is shorter gives nothing back: every answer is kept, and whoever waits a moment loses none."""
LONGEST = timedelta(days=30)
"""What is longer is no outage; whoever decides about it moves the date of the election's stage or the assignment."""
WHOLE_DAYS = 2
"""Whole working days that follow the day on which the outage ended: half of all passes fall into the last 48 hours."""


@dataclass(frozen=True, slots=True)
class Interruption:
    """An outage that two people agreed on: when it began, and the day it gives."""

    id: int
    began_at: datetime
    until_on: date


def day_given(began_at: datetime, ended_at: datetime, holidays: Collection[date] = ()) -> date | None:
    """The day an outage gives; None for one that is too short. A working day: Monday to Friday and no holiday with a fixed
    day; `holidays` are those that a yearly decree sets.

    Refuses (ValueError) an end before the beginning.
    """
    lasted = ended_at - began_at
    if lasted < timedelta(0):
        raise ValueError("an outage ends after it began")
    if lasted < SHORTEST:
        return None
    day = clock.local_date(ended_at)
    for _ in range(WHOLE_DAYS):
        day = _working(day + timedelta(days=1), holidays)
    return max(day, _working(clock.local_date(ended_at + lasted), holidays))


def held(due: datetime, outages: Iterable[Interruption], zone: str) -> datetime:
    """The date that holds after these outages, in any order: `due`, or the end of the day that one of them gives."""
    return _followed(due, outages, zone)[0]


def behind(due: datetime, outages: Iterable[Interruption], zone: str) -> Interruption | None:
    """The outage that gave the date that holds; None when `due` itself holds."""
    return _followed(due, outages, zone)[1]


def _followed(
    due: datetime, outages: Iterable[Interruption], zone: str
) -> tuple[datetime, Interruption | None]:
    last = None
    for outage in sorted(outages, key=lambda one: (one.began_at, one.until_on, one.id)):
        given = duedates.due_at(outage.until_on, 0, zone)
        if outage.began_at <= due < given:
            due, last = given, outage
    return due, last


def _working(day: date, holidays: Collection[date]) -> date:
    while day.isoweekday() > 5 or (day.month, day.day) in FIXED_HOLIDAYS or day in holidays:
        day += timedelta(days=1)
    return day
