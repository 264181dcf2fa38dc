"""A wrong key found late: what a corrected key changes in a paper that is graded already. Pure.

In people's favour only. A question is worth the better of what it was worth and what the corrected key gives, so whoever
followed the wrong key loses nothing and whoever was right all along gets the mark. No mark falls, so no score falls, and
a pass stays a pass. The question set itself is frozen and stays as it was; a correction stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from quizzes.grading import Grade, grade
from quizzes.items import Item, ItemKind, QuestionSet, Weight
from quizzes.kinds import Answer, kind_of
from quizzes.kinds.plain import plain
from quizzes.layout import Paper

ACCEPTED_MOST = 20
ACCEPTED_LENGTH = 200


class Remedy(StrEnum):
    """What is done about a question. KEY: the right options are others; ACCEPT: further short answers are right;
    VOID: no answer can be called wrong, and everybody who was asked gets the mark.
    """

    KEY = "KEY"
    ACCEPT = "ACCEPT"
    VOID = "VOID"


@dataclass(frozen=True, slots=True)
class Correction:
    """One item with what is right from now on: `right` option keys for KEY, `accepted` texts for ACCEPT."""

    item_key: str
    remedy: Remedy
    right: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "item": self.item_key,
            "remedy": str(self.remedy),
            "right": list(self.right),
            "accepted": list(self.accepted),
        }


def correction_from_json(data: Mapping[str, Any]) -> Correction:
    """Read a stored correction."""
    return Correction(data["item"], Remedy(data["remedy"]), tuple(data["right"]), tuple(data["accepted"]))


def remedies(item: Item) -> tuple[Remedy, ...]:
    """What can be done about an item. The order of an ordering and the halves of a pair are no list of right options:
    there only the whole question can be given to everybody.
    """
    if item.kind in (ItemKind.MATCHING, ItemKind.ORDERING):
        return (Remedy.VOID,)
    return (Remedy.ACCEPT if item.kind is ItemKind.SHORT else Remedy.KEY, Remedy.VOID)


def right_options(item: Item) -> tuple[str, ...]:
    """The options that earn the full mark by the key as published."""
    if item.kind is ItemKind.DILEMMA:
        return tuple(option.key for option in item.options if option.weight == Weight.RIGHT)
    if item.kind is ItemKind.ORDERING:
        return ()
    return tuple(option.key for option in item.options if option.correct)


def problem(item: Item, correction: Correction) -> str | None:
    """The code of what is wrong with a correction; None when it can be carried out and changes something."""
    if correction.item_key != item.key or correction.remedy not in remedies(item):
        return "quiz.correction_unfit"
    if correction.remedy is Remedy.KEY:
        keys = {option.key for option in item.options}
        if not correction.right or not keys.issuperset(correction.right):
            return "quiz.correction_no_option"
        if set(correction.right) == set(right_options(item)):
            return "quiz.correction_same"
    if correction.remedy is Remedy.ACCEPT:
        texts = [text for text in correction.accepted if text.strip()]
        if not texts or len(texts) > ACCEPTED_MOST or any(len(text) > ACCEPTED_LENGTH for text in texts):
            return "quiz.correction_no_text"
        if all(kind_of(item).fraction(item, {"text": text}) == 1 for text in texts):
            return "quiz.correction_same"
    return None


def corrected_items(item: Item, correction: Correction) -> tuple[Item, ...]:
    """The item with its corrected key. Several for one choice with several right options: each has one of them.

    () for VOID, which needs no key.
    """
    right = set(correction.right)
    if correction.remedy is Remedy.VOID:
        return ()
    if correction.remedy is Remedy.ACCEPT:
        return (replace(item, accepted=tuple(text for text in correction.accepted if text.strip())),)
    if item.kind is ItemKind.DILEMMA:
        return (
            replace(
                item,
                options=tuple(replace(o, weight=Weight.RIGHT) if o.key in right else o for o in item.options),
            ),
        )
    if item.kind is ItemKind.MULTIPLE:
        return (replace(item, options=tuple(replace(o, correct=o.key in right) for o in item.options)),)
    return tuple(
        replace(item, options=tuple(replace(o, correct=o.key == key) for o in item.options))
        for key in correction.right
    )


def better(item: Item, correction: Correction, answer: Answer, mark: Fraction) -> Fraction:
    """What an answer is worth now: never less than `mark`. A void question gives the full mark to a blank too."""
    if correction.remedy is Remedy.VOID:
        return Fraction(1)
    kind = kind_of(item)
    return max([mark, *(kind.fraction(each, answer) for each in corrected_items(item, correction))])


@dataclass(frozen=True, slots=True)
class Regraded:
    """A paper before and after. `passed` also when it was passed before."""

    before: Decimal
    grade: Grade
    passed: bool
    rises: bool
    newly_passed: bool

    @property
    def marks(self) -> list[str]:
        """The marks as they are stored."""
        return [str(entry.fraction) for entry in self.grade.items]


def regraded(
    question_set: QuestionSet,
    paper: Paper,
    answers: Mapping[int, Answer],
    marks: Sequence[Fraction],
    passed: bool,
    corrections: Iterable[Correction],
) -> Regraded:
    """The paper under the corrections, in people's favour. `marks`: what each question had earned; `passed`: whether
    this was enough. Doing it again with the new marks changes nothing.
    """
    by_item: dict[str, list[Correction]] = {}
    for correction in corrections:
        by_item.setdefault(correction.item_key, []).append(correction)
    after: list[Fraction] = []
    for number, place in enumerate(paper.places, 1):
        mark = marks[number - 1]
        for correction in by_item.get(place.item_key, ()):
            item = question_set.by_key[place.item_key]
            mark = better(item, correction, answers.get(number, {}), mark)
        after.append(mark)
    before = grade(question_set, paper, answers, list(marks))
    result = grade(question_set, paper, answers, after)
    return Regraded(
        before=before.score,
        grade=result,
        passed=passed or result.passed,
        rises=after != list(marks),
        newly_passed=result.passed and not passed,
    )


def key_text(item: Item, correction: Correction) -> str:
    """The corrected key in plain words; empty for VOID. Only for results that are released and for trainers."""
    if correction.remedy is Remedy.ACCEPT:
        return "; ".join(correction.accepted)
    return "; ".join(plain(option.text) for option in item.options if option.key in correction.right)
