"""Elements to be put in order, graded by pairs (Kendall's tau, never below 0).

Of all n(n−1)/2 pairs of elements, count those ranked in the right direction (C) and those ranked the wrong way
round (D); a pair with an equal or a missing rank counts as neither. The share is max(0, (C − D) ÷ n(n−1)/2).
Right order 1; one neighbouring swap among four elements 4/6; the order reversed 0; a random order about 0.
Unlike "how many stand in their own place", one element moved by one place does not cost everything after it.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from quizzes.items import Item, ItemKind
from quizzes.kinds.base import FIELD, Answer, Form, Kind, only, position
from quizzes.kinds.plain import plain
from quizzes.layout import Place


class Ordering(Kind):
    """A rank for each element shown; canonical answer `{"ranks": {option key: rank from 1}}`.

    Ranks may repeat or be missing while someone is still choosing (with plain selects there is no other way to
    swap two elements), so such an answer is saved but not complete.
    """

    kind = ItemKind.ORDERING

    def parse(self, item: Item, place: Place, form: Form) -> Answer:
        ranks = {}
        for number, key in enumerate(place.shown, 1):
            value = only(form, f"{FIELD}-{number}")
            if value is not None:
                ranks[key] = position(value, len(place.shown)) + 1
        return {"ranks": ranks} if ranks else {}

    def to_form(self, item: Item, place: Place, answer: Answer) -> dict[str, list[str]]:
        ranks = answer.get("ranks", {})
        return {
            f"{FIELD}-{number}": [str(ranks[key])]
            for number, key in enumerate(place.shown, 1)
            if key in ranks
        }

    def is_complete(self, item: Item, answer: Answer) -> bool:
        ranks = answer.get("ranks", {})
        given = [ranks.get(option.key) for option in item.options]
        return None not in given and len(set(given)) == len(given)

    def fraction(self, item: Item, answer: Answer) -> Fraction:
        ranks = answer.get("ranks", {})
        balance = 0
        pairs = list(combinations([option.key for option in item.options], 2))
        for earlier, later in pairs:
            if earlier in ranks and later in ranks:
                balance += (ranks[earlier] < ranks[later]) - (ranks[earlier] > ranks[later])
        return max(Fraction(0), Fraction(balance, len(pairs)))

    def summary(self, item: Item, answer: Answer) -> str:
        ranks = answer.get("ranks", {})
        ranked = sorted((ranks[o.key], plain(o.text)) for o in item.options if o.key in ranks)
        return "; ".join(f"{rank}. {text}" for rank, text in ranked)

    def key_summary(self, item: Item) -> str:
        return "; ".join(f"{number}. {plain(o.text)}" for number, o in enumerate(item.options, 1))
