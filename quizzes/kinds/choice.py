"""One option out of several: single choice and true/false. Right is 1, anything else 0."""

from __future__ import annotations

from fractions import Fraction

from quizzes.items import Item, ItemKind, Option
from quizzes.kinds.base import FIELD, Answer, Form, Kind, only, position
from quizzes.kinds.plain import plain
from quizzes.layout import Place


class OneChoice(Kind):
    """Exactly one option may be chosen; canonical answer `{"choice": key}`."""

    def parse(self, item: Item, place: Place, form: Form) -> Answer:
        value = only(form, FIELD)
        if value is None:
            return {}
        return {"choice": place.shown[position(value, len(place.shown))]}

    def to_form(self, item: Item, place: Place, answer: Answer) -> dict[str, list[str]]:
        chosen = answer.get("choice")
        return {FIELD: [str(place.shown.index(chosen) + 1)]} if chosen in place.shown else {}

    def is_complete(self, item: Item, answer: Answer) -> bool:
        return chosen_option(item, answer) is not None

    def fraction(self, item: Item, answer: Answer) -> Fraction:
        option = chosen_option(item, answer)
        return self.worth(option) if option else Fraction(0)

    def worth(self, option: Option) -> Fraction:
        """What choosing this option earns."""
        return Fraction(int(option.correct))

    def summary(self, item: Item, answer: Answer) -> str:
        option = chosen_option(item, answer)
        return plain(option.text) if option else ""

    def key_summary(self, item: Item) -> str:
        return "; ".join(plain(option.text) for option in item.options if self.worth(option) == 1)


class Single(OneChoice):
    """Single choice."""

    kind = ItemKind.SINGLE


class TrueFalse(OneChoice):
    """True or false: two options that always stand in the author's order."""

    kind = ItemKind.TRUE_FALSE


def chosen_option(item: Item, answer: Answer) -> Option | None:
    """The option a one-choice answer names, None when there is none."""
    return next((option for option in item.options if option.key == answer.get("choice")), None)
