"""What the news tells a head: of each course how far, what changed, what is needed, where it is worst. Pure, no names of persons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from learning.records.outlook import at_most

COURSES, WORST = 5, 3
SMALL = 5
"""Of fewer people than this a letter gives no figure: it would say of single persons whether they have passed."""
WEEK = 7


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit below the head's own, with everything below it. `expected`: people from whom the pass is expected."""

    name: str
    expected: int
    passed: int

    @property
    def missing(self) -> int:
        """People who have not passed."""
        return self.expected - self.passed


@dataclass(frozen=True, slots=True)
class Figures:
    """One course over all units of a head. `then`: (expected, passed) at the end of the day of comparison, if known.

    `week`: passes of the last seven days. `due_on`: the next day by which somebody there must have passed.
    """

    title: str
    expected: int
    passed: int
    then: tuple[int, int] | None
    week: int
    due_on: date | None
    overdue: int
    units: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseNews:
    """One course as the letter tells it. Rates in percent, `needed` and `pace` in people a day; `small`: no figures."""

    title: str
    small: bool
    done: bool
    expected: int
    passed: int
    rate: float
    before: float | None
    due_on: date | None
    days_left: int | None
    needed: int | None
    pace: float
    enough: bool
    overdue: int
    worst: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class News:
    """The whole letter. `more`: courses that found no room. `missing`: how many passes are still expected in all."""

    courses: tuple[CourseNews, ...]
    more: int

    @property
    def open(self) -> tuple[CourseNews, ...]:
        """Courses that somebody has not passed."""
        return tuple(one for one in self.courses if not one.done)


def compose(figures: Iterable[Figures], today: date) -> News | None:
    """The news of a day; None when there is nothing to say: nobody has a duty, or all had passed already last time."""
    told = [one for one in (_told(course, today) for course in figures) if one is not None]
    if not told:
        return None
    ordered = sorted(
        told, key=lambda one: (one.done, one.due_on or date.max, -(one.expected - one.passed), one.title)
    )
    return News(tuple(ordered[:COURSES]), len(ordered[COURSES:]))


def _told(one: Figures, today: date) -> CourseNews | None:
    if one.expected <= 0:
        return None
    done = one.passed >= one.expected
    rate = 100 * one.passed / one.expected
    small = one.expected < SMALL
    before = None
    if one.then is not None and one.then[0] >= SMALL and not small:
        before = 100 * one.then[1] / one.then[0]
    if done and one.then is not None and 0 < one.then[0] <= one.then[1]:
        return None
    left = (one.due_on - today).days if one.due_on is not None else None
    needed = (
        None if done or small or left is None or left <= 0 else math.ceil((one.expected - one.passed) / left)
    )
    pace = max(0, one.week) / WEEK
    enough = needed is not None and left is not None and pace * left >= one.expected - one.passed
    return CourseNews(
        one.title, small, done, one.expected, one.passed, rate, before, one.due_on, left, needed, pace, enough,
        0 if small else one.overdue, () if small or done else worst(one.units),
    )  # fmt: skip


def worst(units: Sequence[Standing]) -> tuple[Standing, ...]:
    """The units whose rate is surely low, the lowest first, as on the page of a unit; none where there is nothing to choose.

    Small units are left out: of them the page tells, behind a login.
    """
    told = [unit for unit in units if unit.expected >= SMALL]
    if len(told) < 2:
        return ()
    ordered = sorted(
        (unit for unit in told if unit.missing),
        key=lambda unit: (at_most(unit.passed, unit.expected), -unit.missing, unit.name),
    )
    return tuple(ordered[:WORST])
