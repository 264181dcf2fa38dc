"""Several options may be right: (right ones chosen − wrong ones chosen) ÷ right ones, never below 0.

Choosing everything therefore earns little or nothing, and half of the right ones earn half.
"""

from __future__ import annotations

from fractions import Fraction

from quizzes.items import Item, ItemKind
from quizzes.kinds.base import FIELD, Answer, AnswerRefused, Form, Kind, position, values
from quizzes.kinds.plain import plain
from quizzes.layout import Place


class Multiple(Kind):
    """Any number of options; canonical answer `{"choices": [keys, sorted]}`."""

    kind = ItemKind.MULTIPLE

    def parse(self, item: Item, place: Place, form: Form) -> Answer:
        submitted = values(form, FIELD)
        if len(submitted) > len(place.shown):
            raise AnswerRefused("answer.not_offered")
        chosen = {place.shown[position(value, len(place.shown))] for value in submitted}
        return {"choices": sorted(chosen)} if chosen else {}

    def to_form(self, item: Item, place: Place, answer: Answer) -> dict[str, list[str]]:
        chosen = set(answer.get("choices", ()))
        shown = [str(n) for n, key in enumerate(place.shown, 1) if key in chosen]
        return {FIELD: shown} if shown else {}

    def is_complete(self, item: Item, answer: Answer) -> bool:
        return bool(answer.get("choices"))

    def fraction(self, item: Item, answer: Answer) -> Fraction:
        chosen = set(answer.get("choices", ()))
        correct = {option.key for option in item.options if option.correct}
        wrong = {option.key for option in item.options} - correct
        return max(Fraction(0), Fraction(len(chosen & correct) - len(chosen & wrong), len(correct)))

    def summary(self, item: Item, answer: Answer) -> str:
        chosen = set(answer.get("choices", ()))
        return "; ".join(plain(option.text) for option in item.options if option.key in chosen)

    def key_summary(self, item: Item) -> str:
        return "; ".join(plain(option.text) for option in item.options if option.correct)
