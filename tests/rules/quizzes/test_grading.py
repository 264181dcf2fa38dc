"""Grading: every kind, partial credit, exact sums, and a key that always earns the full mark."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.demo import key_answer
from quizzes.drawing import draw
from quizzes.grading import cut, grade, to_read_again
from quizzes.items import Item, ItemKind, Option, Pair, QuestionSet, Weight
from quizzes.kinds import AnswerRefused, all_kinds, kind_of
from quizzes.kinds.short import normalised
from quizzes.layout import Place
from quizzes.papers import paper_item
from tests.rules.quizzes.sets import forms, items, question_sets


def place_of(item: Item, order: st.DataObject | None = None) -> Place:
    keys = [o.key for o in item.options] or [p.key for p in item.pairs]
    shown = order.draw(st.permutations(keys)) if order else keys
    rights = (order.draw(st.permutations(keys)) if order else keys) if item.kind is ItemKind.MATCHING else ()
    return Place(item.key, tuple(shown), tuple(rights))


def test_every_kind_has_its_class() -> None:
    assert set(all_kinds()) == set(ItemKind)


@given(items(), st.data())
def test_whatever_is_answered_earns_between_nothing_and_one(item: Item, data: st.DataObject) -> None:
    place = place_of(item, data)
    kind = kind_of(item)
    answer = kind.parse(item, place, data.draw(forms(item, place)))
    assert 0 <= kind.fraction(item, answer) <= 1
    assert kind.fraction(item, {}) == 0
    assert not kind.is_complete(item, {})


@given(items(), st.data())
def test_the_page_shows_what_was_saved(item: Item, data: st.DataObject) -> None:
    place = place_of(item, data)
    kind = kind_of(item)
    answer = kind.parse(item, place, data.draw(forms(item, place)))
    assert kind.same_as(kind.parse(item, place, kind.to_form(item, place, answer)), answer)


@given(items(), st.data())
def test_the_key_earns_everything_in_whatever_order_the_options_stand(
    item: Item, data: st.DataObject
) -> None:
    place = place_of(item, data)
    kind = kind_of(item)
    answer = kind.parse(item, place, kind.to_form(item, place, key_answer(item)))
    assert kind.fraction(item, answer) == 1
    assert kind.is_complete(item, answer)
    assert kind.key_summary(item)


@given(items(), st.data())
def test_the_order_shown_does_not_change_what_an_answer_earns(item: Item, data: st.DataObject) -> None:
    one, two = place_of(item, data), place_of(item, data)
    kind = kind_of(item)
    answer = kind.parse(item, one, data.draw(forms(item, one)))
    seen_elsewhere = kind.parse(item, two, kind.to_form(item, two, answer))
    assert kind.fraction(item, seen_elsewhere) == kind.fraction(item, answer)


@given(items(), st.data())
def test_choosing_everything_is_not_a_way_to_pass(item: Item, data: st.DataObject) -> None:
    if item.kind is not ItemKind.MULTIPLE or all(option.correct for option in item.options):
        return
    everything = {"choices": [option.key for option in item.options]}
    assert kind_of(item).fraction(item, everything) < 1


@given(
    items(),
    st.dictionaries(
        st.sampled_from(["jawaban", "jawaban-1", "jawaban-9", "x"]), st.lists(st.text(max_size=5), max_size=3)
    ),
)
def test_anything_else_sent_is_refused_or_read_never_a_crash(item: Item, form: dict[str, list[str]]) -> None:
    kind = kind_of(item)
    try:
        answer = kind.parse(item, place_of(item), form)
    except AnswerRefused:
        return
    assert 0 <= kind.fraction(item, answer) <= 1


@given(items(), st.data())
def test_what_a_page_is_built_from_has_no_place_for_the_key(item: Item, data: st.DataObject) -> None:
    place = place_of(item, data)
    shown = paper_item(1, item, place, {})
    wrong_way_round = Item(**{**{f: getattr(item, f) for f in item.__slots__}, **_other_key(item)})
    assert paper_item(1, wrong_way_round, place, {}) == shown


def _other_key(item: Item) -> dict[str, Any]:
    """The same question with another key, where the kind allows one."""
    changed: dict[str, Any] = {
        "explanation": "lain",
        "citations": (),
        "objective": "m/2",
        "difficulty": "sulit",
    }
    if item.kind in (ItemKind.SINGLE, ItemKind.TRUE_FALSE):
        first_wrong = next(o.key for o in item.options if not o.correct)
        changed["options"] = tuple(
            Option(o.key, o.text, o.key == first_wrong, None, "lain") for o in item.options
        )
    elif item.kind is ItemKind.DILEMMA:
        changed["options"] = tuple(Option(o.key, o.text, weight=Weight.RIGHT) for o in item.options)
    elif item.kind is ItemKind.SHORT:
        changed["accepted"] = ("lain",)
    return changed


CHOICES = tuple(Option(c, c, c in "ab") for c in "abcd")
STEPS = tuple(Option(c, c) for c in "abcd")
PAIRS = tuple(Pair(c, c, c.upper()) for c in "abcd")
ACTS = tuple(Option(c, c, weight=w) for c, w in zip("abcde", Weight, strict=True))


@pytest.mark.parametrize(
    ("kind", "values", "answer", "earned"),
    [
        (ItemKind.MULTIPLE, {"options": CHOICES}, {"choices": ["a", "b"]}, Fraction(1)),
        (ItemKind.MULTIPLE, {"options": CHOICES}, {"choices": ["a"]}, Fraction(1, 2)),
        (ItemKind.MULTIPLE, {"options": CHOICES}, {"choices": ["a", "b", "c"]}, Fraction(1, 2)),
        (ItemKind.MULTIPLE, {"options": CHOICES}, {"choices": ["a", "c"]}, Fraction(0)),
        (ItemKind.MULTIPLE, {"options": CHOICES}, {"choices": ["c", "d"]}, Fraction(0)),
        (ItemKind.MATCHING, {"pairs": PAIRS}, {"pairs": {"a": "a", "b": "b", "c": "d", "d": "c"}}, Fraction(1, 2)),
        (ItemKind.MATCHING, {"pairs": PAIRS}, {"pairs": {"a": "a"}}, Fraction(1, 4)),
        (ItemKind.ORDERING, {"options": STEPS}, {"ranks": {"a": 1, "b": 2, "c": 3, "d": 4}}, Fraction(1)),
        (ItemKind.ORDERING, {"options": STEPS}, {"ranks": {"a": 2, "b": 1, "c": 3, "d": 4}}, Fraction(4, 6)),
        (ItemKind.ORDERING, {"options": STEPS}, {"ranks": {"a": 4, "b": 3, "c": 2, "d": 1}}, Fraction(0)),
        (ItemKind.ORDERING, {"options": STEPS}, {"ranks": {"a": 1, "b": 2}}, Fraction(1, 6)),
        (ItemKind.DILEMMA, {"options": ACTS}, {"choice": "a"}, Fraction(1)),
        (ItemKind.DILEMMA, {"options": ACTS}, {"choice": "b"}, Fraction(1, 2)),
        (ItemKind.DILEMMA, {"options": ACTS}, {"choice": "c"}, Fraction(1, 4)),
        (ItemKind.DILEMMA, {"options": ACTS}, {"choice": "d"}, Fraction(0)),
        (ItemKind.DILEMMA, {"options": ACTS}, {"choice": "e"}, Fraction(0)),
    ],
)  # fmt: skip
def test_partial_credit(
    kind: ItemKind, values: dict[str, Any], answer: dict[str, Any], earned: Fraction
) -> None:
    item = Item("m/x", "m", kind, "<p>?</p>", "m/1", **values)
    assert kind_of(item).fraction(item, answer) == earned


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("UU 20/2023", "uu  20 / 2023", True),
        ("94/2021", "942021", False),
        ("Rp 1.000", "rp1000", True),
        ("2,50", "2,5", True),
        ("05", "5", True),
        ("Netral.", "netral", True),
        ("nétral", "netral", True),
        ("netral", "tidak netral", False),
        ("-5", "5", False),
    ],
)
def test_short_answers_are_compared_as_people_read_them(one: str, other: str, same: bool) -> None:
    assert (normalised(one) == normalised(other)) is same


@given(st.text(max_size=60))
def test_comparing_settles_at_once(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@given(question_sets(), st.data())
def test_the_score_is_the_exact_mean_cut_and_passing_goes_by_the_exact_value(
    question_set: QuestionSet, data: st.DataObject
) -> None:
    paper = draw(question_set, "benih")
    answers = {}
    for number, place in enumerate(paper.places, 1):
        item = question_set.by_key[place.item_key]
        answers[number] = kind_of(item).parse(item, place, data.draw(forms(item, place)))
    result = grade(question_set, paper, answers)
    exact = sum((entry.fraction for entry in result.items), Fraction(0)) * 100 / len(paper)
    assert Decimal(0) <= result.score <= Decimal(100)
    assert 0 <= exact - Fraction(result.score) < Fraction(1, 100)
    assert result.passed == (exact >= question_set.settings.passing_score)
    assert sum(row.total for row in result.objectives) == len(paper)
    assert sum(row.earned for row in result.objectives) == sum(entry.fraction for entry in result.items)
    wrong = sum(entry.fraction < 1 for entry in result.items)
    assert sum(module.wrong for module in to_read_again(result.objectives)) == wrong
    # What was stored when it was closed stands, whatever a kind would say later.
    marks = [entry.fraction for entry in result.items]
    assert grade(question_set, paper, {}, marks).score == result.score


@pytest.mark.parametrize(
    ("value", "text"), [("80", "80.00"), ("239/3", "79.66"), ("2/3", "0.66"), ("100", "100.00")]
)
def test_scores_are_cut_not_rounded(value: str, text: str) -> None:
    assert str(cut(Fraction(value))) == text
