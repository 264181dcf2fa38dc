"""Whom an assignment reaches: a subtree of units, and of it, if asked so, those who work where the election is. Pure.

The same rule is asked of one person (who joins or moves) here and of everybody at once in SQL (`services/duties.py`); a
test holds both against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from learning.people.tree import is_inside
from learning.records import regions


@dataclass(frozen=True, slots=True)
class Audience:
    """A subtree by its path. `regions`: only who works in one of these (none: the whole country); None: wherever."""

    path: str
    regions: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody works: the unit's path, and the code of its region if it has one."""

    path: str
    region: str | None


class LeftOut(StrEnum):
    """Why somebody is not reached."""

    OTHER_UNIT = "OTHER_UNIT"
    OTHER_REGION = "OTHER_REGION"
    NO_REGION = "NO_REGION"


def left_out(audience: Audience, place: Place) -> LeftOut | None:
    """Why somebody in a place is not reached; None when they are."""
    if not is_inside(place.path, audience.path):
        return LeftOut.OTHER_UNIT
    if audience.regions is None or regions.covers(audience.regions, place.region):
        return None
    return LeftOut.NO_REGION if place.region is None else LeftOut.OTHER_REGION


def reaches(audience: Audience, place: Place) -> bool:
    """Whether somebody in a place is reached."""
    return left_out(audience, place) is None
