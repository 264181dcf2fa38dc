"""Figures for readers who see no names: small groups are left out, and what is left out does not follow from the rest. Pure.

Needed where a figure leaves the circle of those who may see the persons behind it: a sheet to hand on, the comparison
with units that one does not look after, a sentence about one's colleagues. Not needed on pages of one's own units and
regions: whoever opens them sees each person by name one page further on, and a gap there would only hide work.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

FEWEST = 5
"""A figure that is shown speaks of at least so many people, and so do those left out together."""
LOW = 20
"""Percent; a share is not said more exactly than "at most this". Of five people that is nobody or one, of more it is
always one of several numbers: it never says that each of them has not passed. That everybody has passed may be said."""
FEWEST_UNITS = 3
"""With one other unit the figure of "the others" is that of the one; with two, each could subtract its own."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share in whole percent; `at_most`: it is that or less."""

    percent: int
    at_most: bool


@dataclass(frozen=True, slots=True)
class Protected(Generic[K]):
    """Which cells of a sum may be shown, and whether the sum may."""

    shown: frozenset[K]
    total: bool


@dataclass(frozen=True, slots=True)
class Peers:
    """A unit among units of the same level: how they do together, and of `ranked` of them how many do worse."""

    units: int
    share: Share
    ranked: int
    below: int


def share(passed: int, expected: int) -> Share | None:
    """The share as somebody without names may read it; None for fewer than FEWEST people."""
    if expected < FEWEST:
        return None
    if 100 * passed <= LOW * expected:
        return Share(LOW, at_most=True)
    # Rounded down: 99.6 per cent is not everybody.
    return Share(100 * passed // expected, at_most=False)


def protect(people: Mapping[K, int], known: Collection[K] = ()) -> Protected[K]:
    """Which numbers of people may stand beside their sum. A cell with nobody is shown: it speaks of nobody.

    `known`: cells that the reader knows anyway (the own unit); they hide nothing and are not hidden. Hidden are cells
    with fewer than FEWEST people; then the smallest ones shown, until those hidden hold FEWEST together and none of them
    follows from the sum. Where that cannot be reached the sum is hidden as well.
    """
    others = {key: count for key, count in people.items() if count and key not in known}
    hidden = {key for key, count in others.items() if count < FEWEST}
    while hidden and not _covered([others[key] for key in hidden]):
        left = [count for key, count in others.items() if key not in hidden]
        if not left:
            break
        # All of the smallest: which of equals is hidden would say something about the others.
        hidden |= {key for key, count in others.items() if count == min(left)}
    return Protected(
        frozenset(key for key in people if key not in hidden),
        total=not hidden or _covered([others[key] for key in hidden]),
    )


def _covered(counts: Sequence[int]) -> bool:
    """Whether the sum of hidden cells leaves open what each of them is, also to a reader who knows this rule: of two
    cells below five with eight people together each holds four.
    """
    small = len(counts)
    return small > 1 and sum(counts) >= FEWEST and sum(counts) not in {small, (FEWEST - 1) * small}


def peers(own: tuple[int, int], others: Collection[tuple[int, int]]) -> Peers | None:
    """The unit (passed, expected) among others of its level. None where that would speak of too few people or units, or
    where the own unit has nobody.
    """
    counted = [other for other in others if other[1]]
    passed, expected = (sum(column) for column in zip(*counted, strict=True)) if counted else (0, 0)
    together = share(passed, expected)
    ranked = [other for other in counted if other[1] >= FEWEST]
    if together is None or len(counted) < FEWEST_UNITS or len(ranked) < FEWEST_UNITS or not own[1]:
        return None
    below = sum(other[0] * own[1] < own[0] * other[1] for other in ranked)
    return Peers(len(counted), together, len(ranked), below)
