"""Left sides with the right sides that belong to them: each pair counts the same."""

from __future__ import annotations

from fractions import Fraction

from quizzes.items import Item, ItemKind
from quizzes.kinds.base import FIELD, Answer, Form, Kind, only, position
from quizzes.kinds.plain import plain
from quizzes.layout import Place


class Matching(Kind):
    """One right side per left side; canonical answer `{"pairs": {left key: right key}}`.

    The same right side may be given to two left sides while someone is still thinking; right sides differ, so
    at most one of the two can be right.
    """

    kind = ItemKind.MATCHING

    def parse(self, item: Item, place: Place, form: Form) -> Answer:
        pairs = {}
        for number, left in enumerate(place.shown, 1):
            value = only(form, f"{FIELD}-{number}")
            if value is not None:
                pairs[left] = place.rights[position(value, len(place.rights))]
        return {"pairs": pairs} if pairs else {}

    def to_form(self, item: Item, place: Place, answer: Answer) -> dict[str, list[str]]:
        pairs = answer.get("pairs", {})
        return {
            f"{FIELD}-{number}": [str(place.rights.index(pairs[left]) + 1)]
            for number, left in enumerate(place.shown, 1)
            if pairs.get(left) in place.rights
        }

    def is_complete(self, item: Item, answer: Answer) -> bool:
        pairs = answer.get("pairs", {})
        return all(pair.key in pairs for pair in item.pairs)

    def fraction(self, item: Item, answer: Answer) -> Fraction:
        pairs = answer.get("pairs", {})
        return Fraction(sum(pairs.get(pair.key) == pair.key for pair in item.pairs), len(item.pairs))

    def summary(self, item: Item, answer: Answer) -> str:
        pairs = answer.get("pairs", {})
        rights = {pair.key: pair.right for pair in item.pairs}
        return "; ".join(
            f"{plain(pair.left)} = {plain(rights[pairs[pair.key]])}"
            for pair in item.pairs
            if pairs.get(pair.key) in rights
        )

    def key_summary(self, item: Item) -> str:
        return "; ".join(f"{plain(pair.left)} = {plain(pair.right)}" for pair in item.pairs)
