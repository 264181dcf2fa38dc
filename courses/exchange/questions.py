"""One question, whatever file it came from, and what a reader has to say about a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from quizzes.items import ItemKind

MAX_BYTES = 5 * 1024 * 1024
MAX_QUESTIONS = 5_000
MAX_FIELD = 64 * 1024
MAX_ANSWERS = 100
"""More than any format offers on a page; a longer list is damage, not a question."""
TRUE, FALSE = "Benar", "Salah"
WILDCARD = "*"
"""A short answer that is only this takes whatever is left; Moodle uses it to comment on wrong answers."""


@dataclass(frozen=True, slots=True)
class Answer:
    r"""One option, accepted answer or step.

    `text` is one line of clean Markdown; of a short answer it is the plain words, where `*` stands for any text and
    `\\*` for an asterisk, as in Moodle. `fraction` is the share of the mark, −1 to 1; steps of an ordering have none.
    """

    text: str
    fraction: Fraction = Fraction(0)
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A left side and the right side that belongs to it, both one line of clean Markdown."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question between two formats.

    `stem` and `feedback` (the general one) are clean Markdown: no raw HTML, nothing the course format would stumble
    over. True/false has the two answers `TRUE`, `FALSE` in this order; the answers of an ordering stand in the right
    order. `numeric` marks a short answer whose accepted texts are exact numbers, written with a decimal comma.
    `place` says where it stood and does not count when two questions are compared.
    """

    kind: ItemKind
    stem: str
    answers: tuple[Answer, ...] = ()
    pairs: tuple[Match, ...] = ()
    distractors: tuple[str, ...] = ()
    name: str = ""
    category: str = ""
    feedback: str = ""
    shuffle: bool = True
    case_sensitive: bool = False
    numeric: bool = False
    objective: str = ""
    difficulty: str = ""
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell about one question (or about the file, when `name` is empty)."""

    place: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What came out of a file.

    `fault` is one line and says why the file could not be read at all; then there is nothing else. Every question that
    was found is in `questions` or in `refused`.
    """

    questions: tuple[Question, ...] = ()
    refused: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    fault: str = ""

    @property
    def found(self) -> int:
        """How many questions (and other items that stand in a bank) the file holds."""
        return len(self.questions) + len(self.refused)


@dataclass(frozen=True, slots=True)
class Writing:
    """A finished text, how many questions are in it, and which could not be said in that format."""

    text: str
    carried: int
    refused: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
