"""The limits of a quiz, one line a case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quizzes.items import QuizSettings
from quizzes.limits import (
    GRACE,
    History,
    PastAttempt,
    TimeLimit,
    descriptions,
    first_refusal,
    is_late,
    review_released,
    rules_for,
)
from quizzes.texts import RULES, TEXTS, rule, said

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SETTINGS = QuizSettings(attempts=3, cooldown_minutes=60, minutes=40, draw=(("m", 1),))


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def failed(number: int, minutes_ago: float) -> PastAttempt:
    return PastAttempt(number, False, ago(minutes_ago), False)


OPEN = PastAttempt(1, True, None, False)
PASSED = PastAttempt(1, False, ago(5), True)


@pytest.mark.parametrize(
    ("history", "code"),
    [
        (History(False, True, 4, 4), None),
        (History(False, False, 0, 4), "quiz.modules_left"),
        (History(False, True, 3, 4), "quiz.modules_left"),
        (History(True, True, 4, 4), "quiz.enrolment_ended"),
        (History(False, True, 4, 4, (OPEN,)), "quiz.attempt_open"),
        (History(False, True, 4, 4, (PASSED,)), "quiz.already_passed"),
        (History(True, True, 4, 4, (PASSED,)), "quiz.already_passed"),
        (History(False, True, 4, 4, (failed(1, 59.9),)), "quiz.cooldown"),
        (History(False, True, 4, 4, (failed(1, 60),)), None),
        (History(False, True, 4, 4, (failed(1, 200), failed(2, 30))), "quiz.cooldown"),
        (History(False, True, 4, 4, (failed(1, 300), failed(2, 200))), None),
        (History(False, True, 4, 4, (failed(1, 300), failed(2, 200), failed(3, 100))), "quiz.attempts_used_up"),
        (History(False, True, 4, 4, (failed(1, 300), failed(2, 200), failed(3, 1))), "quiz.attempts_used_up"),
    ],
)  # fmt: skip
def test_whether_an_attempt_may_start(history: History, code: str | None) -> None:
    refusal = first_refusal(rules_for(SETTINGS), history, NOW)
    assert (refusal.code if refusal else None) == code


def test_without_a_cool_down_the_next_attempt_may_start_at_once() -> None:
    rules = rules_for(QuizSettings(cooldown_minutes=0, draw=(("m", 1),)))
    assert first_refusal(rules, History(False, True, 4, 4, (failed(1, 0),)), NOW) is None


@pytest.mark.parametrize(
    ("after_deadline", "late"),
    [(-1, False), (0, False), (5, False), (5.001, True), (60, True)],
)
def test_an_answer_has_five_seconds_of_grace(after_deadline: float, late: bool) -> None:
    assert GRACE.total_seconds() == 5
    assert is_late(NOW, NOW + timedelta(seconds=after_deadline)) is late


def test_the_deadline_is_so_many_minutes_after_the_start() -> None:
    assert TimeLimit(40).deadline(NOW) == NOW + timedelta(minutes=40)


@pytest.mark.parametrize(
    ("attempts", "released"),
    [
        ((), False),
        ((OPEN,), False),
        ((failed(1, 9),), False),
        ((failed(1, 9), failed(2, 5)), False),
        ((failed(1, 9), failed(2, 5), failed(3, 1)), True),
        ((PASSED,), True),
        ((PASSED, PastAttempt(2, True, None, False)), False),
    ],
)
def test_key_and_explanations_stay_until_they_can_no_longer_help(
    attempts: tuple[PastAttempt, ...], released: bool
) -> None:
    assert review_released(attempts, 3) is released


def test_every_refusal_and_every_rule_has_a_sentence() -> None:
    histories = [
        History(False, False, 0, 4),
        History(True, True, 4, 4),
        History(False, True, 4, 4, (OPEN,)),
        History(False, True, 4, 4, (PASSED,)),
        History(False, True, 4, 4, (failed(3, 100),)),
    ]
    for history in histories:
        refusal = first_refusal(rules_for(SETTINGS), history, NOW)
        assert refusal is not None
        assert refusal.code in TEXTS
        assert "%(" not in said(refusal)
    told = descriptions(rules_for(SETTINGS))
    assert {description.code for description in told} == set(RULES)
    assert all("%(" not in rule(description) for description in told)
