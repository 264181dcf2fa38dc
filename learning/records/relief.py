"""What an exemption or an extension means for a duty: pure rules over dates.

An exemption lifts the duty up to and including a day: nobody is reminded, late, or counted in the base of a rate. It
never forbids to learn or to pass. An extension is a floor under the due date: of it and what the assignments say, the
later holds, whichever moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from learning.records import duedates

LONGEST_DAYS = 366
"""How far ahead a day may lie; whoever is away for longer is proposed again, with new evidence."""


@dataclass(frozen=True, slots=True)
class Relief:
    """What is in force for one person and course: the last day of the exemption, the day of the extension."""

    exempt_until: date | None = None
    extended_on: date | None = None


def later_of(due: datetime, extended_on: date | None, zone: str) -> datetime:
    """The date that holds: what the assignment says, or the end of the extension's day in `zone` if that is later."""
    if extended_on is None:
        return due
    return max(due, duedates.due_at(extended_on, 0, zone))


def in_force(exemptions: Iterable[date], extensions: Iterable[date], today: date) -> Relief:
    """Of what was approved and not ended, what holds on `today`: an exemption that has run out is none, the latest
    day of several counts, and an extension keeps its day also when that is past.
    """
    return Relief(
        max((day for day in exemptions if day >= today), default=None),
        max(extensions, default=None),
    )


def refused_day(until: date, today: date) -> str | None:
    """The refusal of a day that is proposed, or None: not before today, at most `LONGEST_DAYS` ahead."""
    if until < today:
        return "records.relief_past"
    if (until - today).days > LONGEST_DAYS:
        return "records.relief_far"
    return None
