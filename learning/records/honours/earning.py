"""Which unit has earned a letter of appreciation, and on which evening that is asked. Pure.

Issue: everybody of whom the pass is expected has passed before the campaign begins. What one could do to look so without
learning (exempt the slow ones, move them away for a week, be a unit of two) is what the limits below are for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

LEAST_PASSED = 5
"""People who have passed. In a smaller unit "everybody" says little, and says it about persons."""
FULL, NEEDED = 5, 4
"""Of five who had the duty lately, four must be here and have passed: at most one in five is exempt or gone."""
REMEMBERED = timedelta(days=30)
"""How far back it is asked how many people had the duty."""
LOOKED_BACK = timedelta(days=7)
"""How long after the last evening a worker that stood still may make up for it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit with everything below it at the end of a day. `most`: the most people who had the duty on any evening lately."""

    assigned: int
    passed: int
    exempt: int
    most: int


def earned(unit: Standing) -> bool:
    """Whether everybody of whom it is expected has passed, and enough of all who had the duty are among them."""
    return (
        unit.passed >= LEAST_PASSED
        and unit.passed == unit.assigned - unit.exempt
        and unit.passed * FULL >= unit.most * NEEDED
    )


def last_evening(starts_on: date | None, due_on: date | None) -> date | None:
    """The last day whose evening counts: the day before the stage begins, or the fixed day itself; None without a date."""
    return starts_on - timedelta(days=1) if starts_on is not None else due_on


def evening(today: date, last: date) -> date | None:
    """The evening to look at now: yesterday's, or the last that counts when it has gone by lately; None when long ago."""
    yesterday = today - timedelta(days=1)
    if last < yesterday - LOOKED_BACK:
        return None
    return min(yesterday, last)


def most_lately(changes: Iterable[tuple[date, int]], day: date) -> int:
    """The most people who had the duty on any evening of the last thirty days up to `day`, from (day, how many more)."""
    standing, most, first = 0, 0, day - REMEMBERED
    for changed_on, more in sorted(changes):
        if changed_on > day:
            break
        if changed_on > first:
            # Who was there until then was there on an evening that is remembered.
            most = max(most, standing)
        standing += more
    return max(most, standing)
