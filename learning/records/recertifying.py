"""Who takes the course and who its refresher: the rule of an assignment with a path for those who passed before. Pure.

A pass counts when it is not older than the assignment's `counts_from`. Whoever passed before that takes the refresher;
whoever never passed takes the course itself.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

LONGEST_MONTHS = 120


class Owed(StrEnum):
    """What an assignment asks of somebody it reaches."""

    COURSE = "COURSE"
    REFRESHER = "REFRESHER"
    NOTHING = "NOTHING"


@dataclass(frozen=True, slots=True)
class Refresher:
    """The course for those who passed before, and the first instant at which a pass still counts."""

    course_key: str
    course_title: str
    counts_from: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What somebody has behind them of a course and its refresher: the latest pass of either, in any cycle.

    `kept`: the course itself was given to them by this very assignment and is not passed. What somebody has been told
    to take stays what they take (a new edition that all must take, for example, opens the course again).
    """

    passed_at: datetime | None = None
    kept: bool = False


NO_PAST = Past()


def owed(refresher: Refresher | None, past: Past) -> Owed:
    """What an assignment asks of somebody it reaches. Without a refresher always the course."""
    if refresher is None or past.kept or past.passed_at is None:
        return Owed.COURSE
    return Owed.NOTHING if past.passed_at >= refresher.counts_from else Owed.REFRESHER


def counts_from(due_on: date, given_on: date, months: int) -> date:
    """The first day of a pass that is still valid on the due day, valid for so many months; at the latest the day on
    which the assignment was given, because nobody passes what they were given in vain.

    Frozen with the assignment: whoever was told that their pass counts is not told otherwise when a date moves.
    """
    if not 1 <= months <= LONGEST_MONTHS:
        raise ValueError("months out of range")
    return min(months_before(due_on, months), given_on)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, of a shorter month its last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
