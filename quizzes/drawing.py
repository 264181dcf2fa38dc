"""Draw a paper: (question set, seed, keys already seen) → which questions, in which order, options how. Pure.

The shuffle sorts by SHA-256 of "seed | purpose | element". It uses no random generator, so the same attempt can
be drawn again, to the letter, in another process, on another Python, years later; and it depends on the set of
elements only, not on the order in which they happen to be listed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from quizzes.items import Item, ItemKind, QuestionSet
from quizzes.layout import Paper, Place


class TooFewItems(ValueError):
    """A pool offers fewer questions than the settings draw from it; `items.set_problems` says so on publish."""


def draw(question_set: QuestionSet, seed: str, seen: Collection[str] = ()) -> Paper:
    """The paper for this seed.

    From each pool as many questions as the settings say; at most one of a variant group; questions not seen
    before come first, and among them those of which no sister variant was seen; option order shuffled except
    for true/false and for items that keep the author's order; the elements of an ordering never stand in the
    right order. Raises `TooFewItems` when a pool is too small.
    """
    seen_keys = frozenset(seen)
    chosen: list[Item] = []
    for pool, number in question_set.settings.draw:
        chosen += _from_pool(question_set.items, pool, number, seed, seen_keys)
    by_key = {item.key: item for item in chosen}
    return Paper(tuple(_place(by_key[key], seed) for key in shuffled(by_key, seed, "paper")))


def _from_pool(items: Iterable[Item], pool: str, number: int, seed: str, seen: frozenset[str]) -> list[Item]:
    offered = {item.key: item for item in items if item.pool == pool}
    seen_groups = {item.variant_group for item in offered.values() if item.key in seen and item.variant_group}
    order = shuffled(offered, seed, f"pool/{pool}")
    # sorted() is stable: inside each freshness the hash order stays.
    order.sort(key=lambda key: (key in seen, offered[key].variant_group in seen_groups))
    taken: list[Item] = []
    groups: set[str] = set()
    for key in order:
        item = offered[key]
        if len(taken) == number:
            break
        if item.variant_group in groups:
            continue
        if item.variant_group:
            groups.add(item.variant_group)
        taken.append(item)
    if len(taken) < number:
        raise TooFewItems(f"pool {pool!r} offers {len(taken)} questions, {number} are drawn")
    return taken


def _place(item: Item, seed: str) -> Place:
    if item.kind is ItemKind.MATCHING:
        keys = [pair.key for pair in item.pairs]
        lefts = shuffled(keys, seed, f"left/{item.key}") if item.shuffle else keys
        # The right sides are shuffled even when the author fixed the order: left and right in the same
        # order would be the answer.
        return Place(item.key, tuple(lefts), tuple(shuffled(keys, seed, f"right/{item.key}")))
    keys = [option.key for option in item.options]
    if item.kind is ItemKind.ORDERING:
        scrambled = shuffled(keys, seed, f"options/{item.key}")
        return Place(item.key, tuple(scrambled[1:] + scrambled[:1] if scrambled == keys else scrambled))
    if item.kind is ItemKind.TRUE_FALSE or not item.shuffle:
        return Place(item.key, tuple(keys))
    return Place(item.key, tuple(shuffled(keys, seed, f"options/{item.key}")))


def shuffled(elements: Iterable[str], seed: str, purpose: str) -> list[str]:
    """The elements in the order of their salted hashes; equal input, equal output, for ever."""
    return sorted(elements, key=lambda e: hashlib.sha256(f"{seed}|{purpose}|{e}".encode()).digest())
