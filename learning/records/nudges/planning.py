"""A time somebody plans for themselves: which times make sense, and what they are offered. Pure.

Whoever says when and where they will do something does it more often than whoever only means to (Gollwitzer 1999); a date
with a time of day helped more than a date alone (Milkman et al. 2011). What that does not prove: decision 0033.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FARTHEST = timedelta(days=60)
"""A plan for later than that is none."""
MINUTES = 45
"""How long a planned time is in the calendar: one lesson hour (JP)."""
HALF_HOURS = tuple(time(minutes // 60, minutes % 60) for minutes in range(5 * 60, 22 * 60, 30))
"""The times offered, from five in the morning to half past nine at night: people learn when they can."""


def at(day: date, clock_time: time, zone: str) -> datetime:
    """The instant of a day and time on the wall clock of `zone`."""
    return datetime.combine(day, clock_time, ZoneInfo(zone))


def refused(starts_at: datetime, now: datetime, due_at: datetime | None) -> str | None:
    """Why a time makes no plan, as the last part of a code; None when it does.

    After the last day no plan is refused for being late: it is then the way back.
    """
    if starts_at <= now:
        return "plan_past"
    if starts_at > now + FARTHEST:
        return "plan_far"
    if due_at is not None and now <= due_at < starts_at:
        return "plan_after_due"
    return None


def suggestion(now: datetime, zone: str, due_at: datetime | None) -> datetime:
    """What the form offers first: nine o'clock of the next working day, or the next half hour when the last day is today."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=1)
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    found = at(day, time(9), zone)
    if due_at is None or due_at < now or found <= due_at:
        return found
    soon = [at(local.date(), half, zone) for half in HALF_HOURS if half > local.time()]
    return soon[0] if soon and soon[0] <= due_at else found
