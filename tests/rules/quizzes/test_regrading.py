"""A corrected key: in people's favour only, whatever the question, the answers and the order of corrections."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.demo import key_answer
from quizzes.drawing import draw
from quizzes.grading import grade
from quizzes.items import Item, ItemKind, Objective, Option, QuestionSet, QuizSettings, Weight
from quizzes.kinds import kind_of
from quizzes.layout import Paper, Place
from quizzes.regrading import (
    Correction,
    Regraded,
    Remedy,
    better,
    corrected_items,
    correction_from_json,
    key_text,
    problem,
    regraded,
    remedies,
)
from tests.rules.quizzes.sets import forms, items, question_sets

# --- By hand ----------------------------------------------------------------------------------------------------


def single(key: str = "m/1", right: str = "a") -> Item:
    return Item(
        key=key,
        pool="m",
        kind=ItemKind.SINGLE,
        stem="?",
        objective="m/1",
        options=tuple(Option(c, f"<b>Pilihan {c}</b>", correct=c == right) for c in "abc"),
    )


SET = QuestionSet(
    "uji",
    "1",
    tuple(single(f"m/{n}") for n in range(1, 6)),
    (Objective("m/1", "Tujuan", "m", "Modul", 1),),
    QuizSettings(passing_score=80, draw=(("m", 5),)),
)
PAPER = Paper(tuple(Place(f"m/{n}", ("a", "b", "c")) for n in range(1, 6)))
NOW_B = Correction("m/1", Remedy.KEY, ("b",))


def taken(choices: str, *corrections: Correction, marks: str = "") -> Regraded:
    """A paper with these choices ("-": blank), graded by the published key, then corrected."""
    answers: dict[int, Mapping[str, Any]] = {n: {"choice": c} for n, c in enumerate(choices, 1) if c != "-"}
    first = grade(SET, PAPER, answers)
    own = [Fraction(int(m)) for m in marks] if marks else [entry.fraction for entry in first.items]
    return regraded(SET, PAPER, answers, own, sum(own) >= 4, corrections)


def test_whoever_was_right_all_along_passes_now() -> None:
    after = taken("baaab", NOW_B)
    assert (after.before, after.grade.score, after.passed, after.newly_passed) == (
        Decimal("60.00"),
        Decimal("80.00"),
        True,
        True,
    )


def test_whoever_followed_the_wrong_key_keeps_the_mark() -> None:
    after = taken("aaaab", NOW_B)
    assert (after.rises, after.passed, after.newly_passed, after.grade.score) == (
        False,
        True,
        False,
        Decimal("80.00"),
    )


def test_a_pass_stays_a_pass_whatever_the_marks_say() -> None:
    answers = {1: {"choice": "c"}}
    after = regraded(SET, PAPER, answers, [Fraction(0)] * 5, True, [NOW_B])
    assert after.passed
    assert not after.newly_passed


def test_a_score_may_rise_without_a_pass() -> None:
    after = taken("bcaac", NOW_B)
    assert (after.rises, after.newly_passed, after.grade.score) == (True, False, Decimal("60.00"))


def test_two_right_options_and_a_void_question() -> None:
    both = Correction("m/1", Remedy.KEY, ("b", "c"))
    assert taken("caaab", both).newly_passed
    assert taken("-aaab", both).grade.score == Decimal("60.00")
    assert taken("-aaab", Correction("m/1", Remedy.VOID)).newly_passed


def test_several_corrections_add_up() -> None:
    after = taken("bbaac", NOW_B, Correction("m/2", Remedy.KEY, ("b",)))
    assert after.grade.score == Decimal("80.00")
    assert after.newly_passed


def test_marks_of_an_earlier_correction_count() -> None:
    assert taken("caaab", Correction("m/5", Remedy.KEY, ("b",)), marks="11110").grade.score == Decimal(
        "100.00"
    )


def test_other_kinds() -> None:
    multiple = Item(
        "m/1",
        "m",
        ItemKind.MULTIPLE,
        "?",
        "m/1",
        tuple(Option(c, c, correct=c == "a") for c in "abc"),
    )
    fixed = Correction("m/1", Remedy.KEY, ("a", "b"))
    assert better(multiple, fixed, {"choices": ["a", "b"]}, Fraction(0)) == 1
    assert better(multiple, fixed, {"choices": ["a"]}, Fraction(1)) == 1
    dilemma = Item(
        "m/1",
        "m",
        ItemKind.DILEMMA,
        "?",
        "m/1",
        (Option("a", "a", weight=Weight.RIGHT), Option("b", "b", weight=Weight.BREACH)),
    )
    (now,) = corrected_items(dilemma, NOW_B)
    assert [option.weight for option in now.options] == [Weight.RIGHT, Weight.RIGHT]
    short = Item("m/1", "m", ItemKind.SHORT, "?", "m/1", accepted=("netral",))
    more = Correction("m/1", Remedy.ACCEPT, accepted=("tidak memihak",))
    assert better(short, more, {"text": "Tidak  MEMIHAK!"}, Fraction(0)) == 1
    assert key_text(short, more) == "tidak memihak"
    assert key_text(single(), NOW_B) == "Pilihan b"


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        (NOW_B, None),
        (Correction("m/1", Remedy.VOID), None),
        (Correction("m/1", Remedy.KEY, ("a", "b")), None),
        (Correction("m/1", Remedy.KEY, ("a",)), "quiz.correction_same"),
        (Correction("m/1", Remedy.KEY), "quiz.correction_no_option"),
        (Correction("m/1", Remedy.KEY, ("z",)), "quiz.correction_no_option"),
        (Correction("m/1", Remedy.ACCEPT, accepted=("x",)), "quiz.correction_unfit"),
        (Correction("m/2", Remedy.KEY, ("b",)), "quiz.correction_unfit"),
    ],
)
def test_what_may_be_proposed(correction: Correction, code: str | None) -> None:
    assert problem(single(), correction) == code


def test_short_answers_that_may_be_added() -> None:
    short = Item("m/1", "m", ItemKind.SHORT, "?", "m/1", accepted=("netral",))
    assert problem(short, Correction("m/1", Remedy.ACCEPT, accepted=("  ",))) == "quiz.correction_no_text"
    assert problem(short, Correction("m/1", Remedy.ACCEPT, accepted=("NETRAL",))) == "quiz.correction_same"
    assert problem(short, Correction("m/1", Remedy.ACCEPT, accepted=("adil", "netral"))) is None


# --- Whatever comes ---------------------------------------------------------------------------------------------


@st.composite
def corrections(draw_: Any, item: Item) -> Correction:
    remedy = draw_(st.sampled_from(remedies(item)))
    if remedy is Remedy.KEY:
        keys = [option.key for option in item.options]
        return Correction(item.key, remedy, tuple(draw_(st.sets(st.sampled_from(keys), min_size=1))))
    if remedy is Remedy.ACCEPT:
        return Correction(
            item.key, remedy, accepted=tuple(draw_(st.lists(st.sampled_from(["adil", "netral"]), min_size=1)))
        )
    return Correction(item.key, remedy)


@given(st.data(), question_sets())
def test_no_mark_falls_and_doing_it_twice_changes_nothing(data: Any, question_set: QuestionSet) -> None:
    paper = draw(question_set, "0" * 32)
    answers = {}
    for number, place in enumerate(paper.places, 1):
        item = question_set.by_key[place.item_key]
        answers[number] = kind_of(item).parse(item, place, data.draw(forms(item, place)))
    first = grade(question_set, paper, answers)
    marks = [entry.fraction for entry in first.items]
    fixes = [data.draw(corrections(item)) for item in question_set.items if data.draw(st.booleans())]
    after = regraded(question_set, paper, answers, marks, first.passed, fixes)
    new = [entry.fraction for entry in after.grade.items]
    assert all(mark <= now <= 1 for mark, now in zip(marks, new, strict=True))
    assert after.grade.score >= first.score
    assert after.passed or not first.passed
    assert after.newly_passed == (after.passed and not first.passed)
    touched = {fix.item_key for fix in fixes}
    for entry, mark in zip(after.grade.items, marks, strict=True):
        assert entry.item.key in touched or entry.fraction == mark
    again = regraded(question_set, paper, answers, new, after.passed, reversed(fixes))
    assert [entry.fraction for entry in again.grade.items] == new
    assert not again.rises
    assert not again.newly_passed


@given(st.data(), items())
def test_the_new_key_earns_everything_and_can_be_stored(data: Any, item: Item) -> None:
    fix = data.draw(corrections(item))
    assert correction_from_json(fix.to_json()) == fix
    for version in corrected_items(item, fix):
        assert better(item, fix, key_answer(version), Fraction(0)) == 1
    assert better(item, fix, key_answer(item), Fraction(1)) == 1
