"""Grade a paper: every answer → score, passed or not, result by objective and by module. Pure and exact.

Each question is worth the same. The score is 100 × earned ÷ questions, cut (not rounded) to two decimals, and
passing is judged on the exact value: nobody reads "80" and "not passed" on one page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from quizzes.items import Item, Objective, QuestionSet
from quizzes.kinds import Answer, kind_of
from quizzes.layout import Paper

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ItemGrade:
    """What one question earned. `fraction` is 0 to 1."""

    number: int
    item: Item
    answer: Answer
    fraction: Fraction
    answered: bool


@dataclass(frozen=True, slots=True)
class ObjectiveGrade:
    """What the questions of one learning objective earned together."""

    objective: Objective
    earned: Fraction
    total: int
    wrong: int

    @property
    def percent(self) -> int:
        """Share earned, whole percent, cut."""
        return int(self.earned * 100 / self.total)


@dataclass(frozen=True, slots=True)
class Grade:
    """The result of one paper."""

    score: Decimal
    passed: bool
    items: tuple[ItemGrade, ...]
    objectives: tuple[ObjectiveGrade, ...]
    module_scores: dict[str, Decimal]

    @property
    def answered(self) -> int:
        """Questions with a complete answer."""
        return sum(item.answered for item in self.items)


def grade(
    question_set: QuestionSet,
    paper: Paper,
    answers: Mapping[int, Answer],
    marks: Sequence[Fraction] | None = None,
) -> Grade:
    """Grade the answers by question number (from 1); a missing number earns 0.

    With `marks` (one fraction per question, as stored when the attempt was closed) those stand and nothing is
    graded again: a result once told does not change when a kind learns to grade better.
    `KeyError` when the paper names an item the set does not have: it was drawn from another set.
    """
    items = []
    for number, place in enumerate(paper.places, 1):
        item = question_set.by_key[place.item_key]
        answer = answers.get(number, {})
        kind = kind_of(item)
        fraction = marks[number - 1] if marks is not None else kind.fraction(item, answer)
        items.append(ItemGrade(number, item, answer, fraction, kind.is_complete(item, answer)))
    earned = sum((entry.fraction for entry in items), Fraction(0))
    exact = earned * 100 / len(items) if items else Fraction(0)
    return Grade(
        score=cut(exact),
        passed=bool(items) and exact >= question_set.settings.passing_score,
        items=tuple(items),
        objectives=_by_objective(question_set, items),
        module_scores=_by_module(items),
    )


def cut(value: Fraction) -> Decimal:
    """An exact number as a decimal with two places, cut towards zero."""
    # One extra digit of slack in the division, then cut: prec 28 is far beyond any 0–100 value.
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_CENT, rounding=ROUND_DOWN)


def _by_objective(question_set: QuestionSet, items: list[ItemGrade]) -> tuple[ObjectiveGrade, ...]:
    rows = []
    for objective in question_set.objectives:
        mine = [entry for entry in items if entry.item.objective == objective.key]
        if mine:
            rows.append(
                ObjectiveGrade(
                    objective=objective,
                    earned=sum((entry.fraction for entry in mine), Fraction(0)),
                    total=len(mine),
                    wrong=sum(entry.fraction < 1 for entry in mine),
                )
            )
    return tuple(rows)


def _by_module(items: list[ItemGrade]) -> dict[str, Decimal]:
    scores: dict[str, list[Fraction]] = {}
    for entry in items:
        scores.setdefault(entry.item.pool, []).append(entry.fraction)
    return {slug: cut(sum(found, Fraction(0)) * 100 / len(found)) for slug, found in scores.items()}


@dataclass(frozen=True, slots=True)
class Reread:
    """One module to read again, with how many questions went wrong there."""

    module_slug: str
    module_title: str
    module_number: int
    wrong: int
    objectives: tuple[str, ...]


def to_read_again(objectives: tuple[ObjectiveGrade, ...]) -> tuple[Reread, ...]:
    """The modules where something was not fully right, most wrong first, then in the order of the course."""
    found: dict[str, list[ObjectiveGrade]] = {}
    for row in objectives:
        if row.wrong:
            found.setdefault(row.objective.module_slug, []).append(row)
    modules = [
        Reread(
            module_slug=slug,
            module_title=rows[0].objective.module_title,
            module_number=rows[0].objective.module_number,
            wrong=sum(row.wrong for row in rows),
            objectives=tuple(row.objective.text for row in rows),
        )
        for slug, rows in found.items()
    ]
    return tuple(sorted(modules, key=lambda module: (-module.wrong, module.module_number)))
