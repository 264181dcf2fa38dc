"""What every question kind can do, and the registry of kinds. See the package docstring for the mechanism."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from quizzes.items import Item, ItemKind
from quizzes.layout import Place

Answer = Mapping[str, Any]
"""A canonical answer: a JSON object over the author's keys, without positions. `{}` means not answered."""

Form = Mapping[str, Sequence[str]]
"""Submitted form fields, each with all its values."""

FIELD = "jawaban"
"""Name of the answer field; kinds with several fields number them, "jawaban-1" being the first shown row."""


class AnswerRefused(ValueError):
    """What was submitted cannot be an answer to this question. `code` and `params` say why."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


_registry: dict[ItemKind, Kind] = {}


class Kind(ABC):
    """One question kind. Stateless: every method is a pure function of its arguments."""

    kind: ClassVar[ItemKind]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "kind" in cls.__dict__:
            if cls.kind in _registry:
                raise TypeError(f"two classes for question kind {cls.kind!r}")
            _registry[cls.kind] = cls()

    @abstractmethod
    def parse(self, item: Item, place: Place, form: Form) -> Answer:
        """The canonical answer in the submitted fields, `{}` for none; `AnswerRefused` for what was not offered.

        Fields this kind does not know are ignored. A half-finished answer is accepted (it is saved and, at the
        end, graded for what it is); only values the page never offered are refused.
        """

    @abstractmethod
    def to_form(self, item: Item, place: Place, answer: Answer) -> dict[str, list[str]]:
        """The inverse of `parse`: the fields that show this answer on the page."""

    @abstractmethod
    def is_complete(self, item: Item, answer: Answer) -> bool:
        """Whether nothing is left to fill in."""

    @abstractmethod
    def fraction(self, item: Item, answer: Answer) -> Fraction:
        """The share of the mark, 0 to 1, exactly; 0 for `{}`."""

    @abstractmethod
    def summary(self, item: Item, answer: Answer) -> str:
        """The answer in plain text, as a person would say it; empty for `{}`."""

    @abstractmethod
    def key_summary(self, item: Item) -> str:
        """The full-mark answer in plain text. Only for released results."""

    def same_as(self, one: Answer, other: Answer) -> bool:
        """Whether two canonical answers mean the same."""
        return dict(one) == dict(other)


def kind_of(item: Item) -> Kind:
    """The kind of this item; `LookupError` when no class defines it."""
    return _registry[item.kind]


def all_kinds() -> Mapping[ItemKind, Kind]:
    """Every registered kind."""
    return dict(_registry)


def values(form: Form, name: str) -> list[str]:
    """The non-empty values of one field. An empty value is the page's way of saying "nothing chosen"."""
    return [value for value in form.get(name, ()) if value]


def position(value: str, count: int) -> int:
    """The index (from 0) a submitted position ("1" … "count") stands for; refused when it was not offered."""
    # isascii: int() would also take other scripts' digits, which no page ever sends.
    if not (value.isascii() and value.isdigit() and len(value) <= 3 and 1 <= int(value) <= count):
        raise AnswerRefused("answer.not_offered")
    return int(value) - 1


def only(form: Form, name: str) -> str | None:
    """The single value of a field, None when empty; refused when several were sent."""
    found = values(form, name)
    if len(found) > 1:
        raise AnswerRefused("answer.one_only")
    return found[0] if found else None
