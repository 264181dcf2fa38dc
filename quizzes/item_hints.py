"""What an author should look at, in codes: the thresholds behind the plain-language hints of the item analysis. Pure.

A hint is a reason to read the question again, never a verdict. Where a figure could be chance, it must differ from
chance by 1.64 standard errors (one time in twenty by accident, one-sided), so that small groups do not cry wolf.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from quizzes.analysis import SMALL_GROUP, ItemStats
from quizzes.items import Item, ItemKind

Z = 1.64
EASY = 0.95
"""From here on nearly everybody is right, and the question cannot tell anybody from anybody."""
HARD = 0.20
"""Fewer than one in five of the marks: hardly anybody knows it, or the question is not what it seems."""
WEAK = 0.10
"""Ebel (1965) calls a discrimination below 0.20 poor; against the rest of a short paper, half of that is still normal."""
WEAK_FROM = 50
"""Responses from which a weak correlation is worth a word: the standard error is 0.14 there."""
DEAD = 0.05
"""A distractor chosen by fewer than 5 % does no work (Haladyna & Downing 1993)."""
BLANK = 0.10
SLOW = 2.0
"""Times the median of the set."""


class HintCode(StrEnum):
    """What may be wrong, the gravest first: the order of the list of questions."""

    KEY_SUSPECT = "key_suspect"
    RIVAL = "rival"
    GUESSING = "guessing"
    TOO_HARD = "too_hard"
    WEAK = "weak"
    DEAD_OPTION = "dead_option"
    TOO_EASY = "too_easy"
    OFTEN_BLANK = "often_blank"
    SLOW = "slow"


GRAVE = frozenset({HintCode.KEY_SUSPECT, HintCode.RIVAL})
_ORDER = {code: place for place, code in enumerate(HintCode)}


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing to look at. `options`: the options it speaks of."""

    code: HintCode
    options: tuple[str, ...] = ()


def hints(item: Item, stats: ItemStats, typical_seconds: float | None = None) -> tuple[Hint, ...]:
    """What to look at, gravest first; () below the fewest responses. `typical_seconds`: median time of the set's items."""
    if stats.difficulty is None:
        return ()
    p, r, n = stats.difficulty, stats.discrimination, stats.responses
    found: list[Hint] = []
    # A key that nearly everybody chooses is not the wrong one, whoever the few others are.
    suspect = r is not None and r < -Z / math.sqrt(n) and p < EASY
    if suspect:
        found.append(Hint(HintCode.KEY_SUSPECT))
    rivals = _rivals(item, stats)
    if rivals:
        found.append(Hint(HintCode.RIVAL, rivals))
    guessing = _guessing(item, p, n)
    if guessing:
        found.append(Hint(HintCode.GUESSING))
    elif p < HARD:
        found.append(Hint(HintCode.TOO_HARD))
    if p >= EASY:
        found.append(Hint(HintCode.TOO_EASY))
    elif r is not None and r < WEAK and n >= WEAK_FROM and not suspect:
        found.append(Hint(HintCode.WEAK))
    dead = _dead(item, stats)
    if dead:
        found.append(Hint(HintCode.DEAD_OPTION, dead))
    if stats.blank is not None and stats.blank >= BLANK:
        found.append(Hint(HintCode.OFTEN_BLANK))
    if typical_seconds and stats.median_seconds and stats.median_seconds > SLOW * typical_seconds:
        found.append(Hint(HintCode.SLOW))
    return tuple(sorted(found, key=lambda hint: _ORDER[hint.code]))


def worst_first(stats: ItemStats, found: Collection[Hint]) -> tuple[int, float, float]:
    """The sort key of the list: gravest hint, then the lowest discrimination, then the hardest; without a result last."""
    if stats.difficulty is None:
        return len(_ORDER) + 1, 0.0, 0.0
    gravest = min((_ORDER[hint.code] for hint in found), default=len(_ORDER))
    return gravest, 1.0 if stats.discrimination is None else stats.discrimination, stats.difficulty


def _right(item: Item) -> frozenset[str]:
    if item.kind is ItemKind.DILEMMA:
        return frozenset(option.key for option in item.options if option.weight == "tepat")
    return frozenset(option.key for option in item.options if option.correct)


def _rivals(item: Item, stats: ItemStats) -> tuple[str, ...]:
    """Wrong options whose choosers score better on the other questions than the choosers of the key."""
    right = _right(item)
    known = [option for option in stats.options if option.mean_rest is not None]
    good = [option for option in known if option.key in right]
    if not good or stats.rest_sd is None or stats.responses < SMALL_GROUP:
        return ()
    if item.kind in (ItemKind.MULTIPLE, ItemKind.DILEMMA):
        # Several may be right, or half right: who chose what says less there, and the correlation says enough.
        return ()
    key = good[0]
    assert key.count is not None
    assert key.mean_rest is not None
    found = []
    for option in known:
        if option.key in right or option.count is None or option.mean_rest is None:
            continue
        error = stats.rest_sd * math.sqrt(1 / key.count + 1 / option.count)
        if option.mean_rest - key.mean_rest > Z * error:
            found.append(option.key)
    return tuple(found)


def _guessing(item: Item, p: float, n: int) -> bool:
    """Whether people do as well as dice would: p within 1.64 standard errors of one in so many options."""
    if item.kind not in (ItemKind.SINGLE, ItemKind.TRUE_FALSE) or n < SMALL_GROUP:
        return False
    chance = 1 / len(item.options)
    return abs(p - chance) <= Z * math.sqrt(chance * (1 - chance) / n)


def _dead(item: Item, stats: ItemStats) -> tuple[str, ...]:
    """Wrong options that hardly anybody takes; not asked of a question that nearly everybody gets right anyway."""
    if item.kind is not ItemKind.SINGLE or stats.responses < SMALL_GROUP:
        return ()
    if stats.difficulty is None or stats.difficulty >= 1 - 2 * DEAD:
        return ()
    right = _right(item)
    return tuple(
        option.key
        for option in stats.options
        if option.key not in right and option.share is not None and option.share < DEAD
    )
