"""What a form edits: dilemmas and questions as plain frozen values, and the order in which the house writes their attributes.

Texts of several lines keep their lines, joined by a line feed; everything else is one line. A value says nothing about how
it stands in a file: spaces, quotes and line ends belong to the source and are kept there (see `locating` and `rewriting`).
"""

from __future__ import annotations

from dataclasses import dataclass

from quizzes.items import ItemKind

DILEMMA_ORDER = ("varian", "fase", "tempat", "peran", "katalog")
QUESTION_ORDER = (
    "jenis",
    "dilema",
    "varian",
    "adegan",
    "tujuan",
    "tingkat",
    "varian-dari",
    "acak",
    "katalog",
)
"""The order of attributes on an opening line, as the official curriculum writes it."""
KIND_WORDS = {ItemKind.MULTIPLE: "majemuk", ItemKind.ORDERING: "urutan"}
"""Kinds that the answers alone do not show, with the word that says so."""
CHOICE_KINDS = (ItemKind.SINGLE, ItemKind.MULTIPLE, ItemKind.TRUE_FALSE)

Attributes = tuple[tuple[str, str], ...]
FieldPath = tuple[str | int, ...]
"""A field of a block: `("scenes", 0, "options", 2, "goto")`."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to act. `weight` is empty while none is said, `goto` while the story ends here."""

    text: str = ""
    weight: str = ""
    goto: str = ""
    consequence: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene; the first one of a dilemma has neither key nor title of its own."""

    key: str = ""
    title: str = ""
    story: str = ""
    legend: str = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Dilemma:
    """One variant of a dilemma: one block of the file."""

    key: str = ""
    title: str = ""
    attributes: Attributes = ()
    scenes: tuple[Scene, ...] = (Scene(),)

    def value(self, name: str) -> str:
        """An attribute, or an empty text."""
        return dict(self.attributes).get(name, "")


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that is offered, or a step to be put in order. `feedback` stands after two slashes."""

    text: str = ""
    correct: bool = False
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sides that belong together."""

    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One answer that counts as right."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of any kind; of its answers only those of its kind are filled.

    A dilemma question either names a dilemma of the module (`dilema`), or has options and a legend of its own.
    """

    kind: ItemKind = ItemKind.SINGLE
    key: str = ""
    attributes: Attributes = ()
    stem: str = ""
    legend: str = ""
    choices: tuple[Choice, ...] = ()
    pairs: tuple[Pair, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    options: tuple[Option, ...] = ()
    explanation: str = ""

    def value(self, name: str) -> str:
        """An attribute, or an empty text."""
        return dict(self.attributes).get(name, "")

    @property
    def refers(self) -> bool:
        """Whether it asks a dilemma of the module again."""
        return self.kind is ItemKind.DILEMMA and bool(self.value("dilema"))


Block = Dilemma | Question
Row = Option | Choice | Pair | Accepted


def order_of(block: Block) -> tuple[str, ...]:
    """The attributes that a block of this kind may have, in the order of writing."""
    return DILEMMA_ORDER if isinstance(block, Dilemma) else QUESTION_ORDER


def attributes_of(values: dict[str, str], order: tuple[str, ...]) -> Attributes:
    """The known attributes that say something, in the order of writing."""
    return tuple((name, values[name]) for name in order if values.get(name))
