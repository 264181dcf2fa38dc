"""When somebody is reminded of what is due, and of what. Pure.

One digest a person holds everything that is due; it goes when at least one course has reached a step that was not told
yet. A step belongs to the day a course was due on: when that day moves, the steps are counted anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STEPS = (30, 14, 7, 2, 0, -1, -7, -30)
"""Days before the last day (below zero: after it). After a month it is no longer mail's turn but the superior's."""
FARTHEST = STEPS[0]
SILENT_AFTER = 60
"""Days after the last day from which on nothing is sent, not even a step that was missed."""
MOVED = 1_000
"""Not a number of days: the last day has moved and is farther away than the first step. Told once for each last day."""
GAP = 3
"""Whole days between two digests, except where the last day is as near as `URGENT`."""
URGENT = (2, 0, -1)
OPENS, CLOSES = time(7), time(17)
"""Working hours on the wall clock of the person's place; outside them nothing is sent."""
FIXED_HOLIDAYS = ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25))
"""National holidays with a fixed day (month, day). Those that a yearly decree sets are given by the caller."""
LONGEST_REST = 21
"""How many days in a row are looked through for a working day: longer than any leave by decree has been."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One course somebody has not passed, with the last day on the calendar of their place; `moved`: it moved lately."""

    enrolment_id: int
    due_on: date
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A step somebody was told: of which course, for which last day."""

    enrolment_id: int
    due_on: date
    step: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What one letter tells: every open course within reach, the nearest last day first."""

    items: tuple[Told, ...]


def digest_due(
    duties: Iterable[Duty],
    told: Collection[Told],
    last_digest_on: date | None,
    now: datetime,
    zone: str,
    holidays: Collection[date] = (),
) -> Digest | None:
    """The digest to send now to somebody with these open duties (passed ones are not among them); None: nothing now.

    Guarantees: at most one a day; never outside `may_send`; never the same step of the same last day twice.
    """
    if not may_send(now, zone, holidays):
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    if last_digest_on is not None and last_digest_on >= today:
        return None
    items = [
        Told(duty.enrolment_id, duty.due_on, step)
        for duty in sorted(set(duties), key=lambda duty: (duty.due_on, duty.enrolment_id, duty.moved))
        if (step := step_of(duty, today, holidays)) is not None
    ]
    known = set(told)
    fresh = [item for item in items if item not in known]
    if not fresh:
        return None
    rested = last_digest_on is None or (today - last_digest_on).days >= GAP
    if not rested and not any(item.step in URGENT for item in fresh):
        return None
    return Digest(tuple(items))


def step_of(duty: Duty, today: date, holidays: Collection[date] = ()) -> int | None:
    """The step that has begun for a duty, or `MOVED` for one whose day has moved beyond the first step."""
    step = step_on(duty.due_on, today, holidays)
    return MOVED if step is None and duty.moved and duty.due_on > today else step


def step_on(due_on: date, today: date, holidays: Collection[date] = ()) -> int | None:
    """The nearest step that has begun for this last day; None before the first and long after the last.

    Steps that were overtaken are not made up for: after a pause of the worker somebody gets one letter. A step before the
    last day that falls on days of rest is told on the working day ahead of them, while something can still be done.
    """
    left = (due_on - today).days
    if left < -SILENT_AFTER:
        return None
    left_after_rest = (due_on - _last_day_of_rest_after(today, holidays)).days
    begun = [step for step in STEPS if (left_after_rest if step >= 0 and left >= 0 else left) <= step]
    return min(begun, default=None)


def may_send(now: datetime, zone: str, holidays: Collection[date] = ()) -> bool:
    """Whether mail may go out at this instant to somebody in `zone`: in working hours, not on Sundays and holidays."""
    local = now.astimezone(ZoneInfo(zone))
    return OPENS <= local.time() < CLOSES and not is_rest(local.date(), holidays)


def next_opening(now: datetime, zone: str, holidays: Collection[date] = ()) -> datetime:
    """The first instant from `now` on at which mail may go out in `zone`."""
    if may_send(now, zone, holidays):
        return now
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    for _ in range(LONGEST_REST):
        if not is_rest(day, holidays):
            break
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, ZoneInfo(zone))


def is_rest(day: date, holidays: Collection[date] = ()) -> bool:
    """Sunday, a national holiday with a fixed day, or one of `holidays`."""
    return day.isoweekday() == 7 or (day.month, day.day) in FIXED_HOLIDAYS or day in holidays


def _last_day_of_rest_after(today: date, holidays: Collection[date]) -> date:
    """The last of the days of rest that follow `today` without a break; `today` itself when there are none."""
    last = today
    for _ in range(LONGEST_REST):
        if not is_rest(last + timedelta(days=1), holidays):
            break
        last += timedelta(days=1)
    return last
