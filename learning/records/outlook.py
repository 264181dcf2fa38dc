"""What the numbers of a unit say: how long is left, the pace of the last week, where it leads. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = 7
ON_TRACK, AT_RISK = 80, 60
CERTAINTY = 1.96
"""Standard deviations; 95 of 100 intervals hold the true rate."""


@dataclass(frozen=True, slots=True)
class Pace:
    """People a day in the last week, people a day that are needed, and the share passed on the day itself."""

    per_day: float
    needed: float
    expected: float


def pace(passes: Sequence[tuple[date, int]], assigned: int, due: date | None) -> Pace | None:
    """The outlook from cumulated passes by day (the last entry is today). None without a day ahead, or when all have
    passed, or when there is nobody.
    """
    today, passed = passes[-1]
    if due is None or due <= today or not assigned or passed >= assigned:
        return None
    week_ago = next((count for day, count in passes if day >= today - timedelta(days=WEEK)), passed)
    per_day = (passed - week_ago) / WEEK
    days = (due - today).days
    expected = min(100.0, 100 * (passed + per_day * days) / assigned)
    return Pace(per_day, (assigned - passed) / days, expected)


def standing(rate: float | None) -> str:
    """The state of a rate in one word: none, done, on_track, at_risk, behind."""
    if rate is None:
        return "none"
    if rate >= 100:
        return "done"
    if rate >= ON_TRACK:
        return "on_track"
    return "at_risk" if rate >= AT_RISK else "behind"


def at_most(passed: int, assigned: int) -> float:
    """The rate (0 to 1) that a unit has at most with reasonable certainty; 1 when nobody is assigned.

    The upper end of the Wilson score interval (E. B. Wilson, 1927). By it a school of four without a pass does not stand
    before an office of five hundred with ten per cent: four people say little, five hundred say much.
    """
    if not assigned:
        return 1.0
    rate, spread = passed / assigned, CERTAINTY**2 / assigned
    margin = CERTAINTY * math.sqrt(rate * (1 - rate) / assigned + spread / (4 * assigned))
    return (rate + spread / 2 + margin) / (1 + spread)


def axis(first: date, today: date, due: date | None) -> tuple[date, float | None]:
    """The last day of a time axis from `first`, and where on it (0 to 1) the due day lies, if it is on it."""
    last = max(today, due) if due is not None else today
    if due is None or due < first:
        return last, None
    return last, (due - first).days / max(1, (last - first).days)
