"""The analysis reads what the services left: last answers of closed attempts, times, newest first, nobody's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from quizzes import analysis_queries
from quizzes.items import ItemKind
from quizzes.layout import paper_from_json
from quizzes.models import Attempt, QuestionSetRow
from quizzes.question_sets import question_set_by_id
from tests import crowd
from tests.services.quizzes.conftest import START, Sitting

Sit = Callable[..., Sitting]


@pytest.fixture
def set_id(course: str, db_session: Any) -> int:
    analysis_queries.forget()
    return db_session.scalar(select(QuestionSetRow.id).where(QuestionSetRow.course_key == course))


def test_only_the_last_answer_of_a_closed_attempt_counts(set_id: int, sitting: Sit, db_session: Any) -> None:
    attempts = []
    for _person in range(12):
        sat = sitting()
        attempt = db_session.scalars(select(Attempt).where(Attempt.public_id == sat.public_id)).one()
        paper = paper_from_json(attempt.layout)
        by_key = question_set_by_id(set_id).by_key
        number, place = next(
            (n, place)
            for n, place in enumerate(paper.places, 1)
            if by_key[place.item_key].kind is ItemKind.SINGLE
        )
        db_session.rollback()
        right, wrong = (str(place.shown.index(key) + 1) for key in ("a", "b"))
        sat.save(number, {"jawaban": [wrong]}, at=1)
        sat.save(number, {"jawaban": [right]}, revision=2, at=2)
        attempts.append((sat, place.item_key))
    for sat, _key in attempts[:11]:
        sat.submit()
    found = analysis_queries.set_analysis(set_id)
    item = found.stats.items[attempts[0][1]]
    assert item.responses == 11  # the twelfth is still open
    assert item.difficulty == 1
    assert item.median_seconds == 60  # from the start to the first save; the change of mind does not count
    assert [option.count for option in item.options] == [
        None
    ] * 3  # eleven people, and two options nobody chose


def test_papers_without_any_answer_and_second_attempts(set_id: int, sitting: Sit, db_session: Any) -> None:
    left = sitting()
    left.submit()
    tried = sitting()
    tried.answer_all(wrong=5)
    tried.submit()
    again = sitting(tried.person_id, now=START + timedelta(hours=3))
    again.answer_all(wrong=4, at=181)
    again.submit(at=190)
    assert analysis_queries.set_analysis(set_id).stats.sittings == 1
    assert analysis_queries.set_analysis(set_id, first_only=False).stats.sittings == 2


def test_it_agrees_with_the_rows_one_by_one(set_id: int, db_session: Any) -> None:
    crowd.fill(set_id, 150)
    found = analysis_queries.set_analysis(set_id)
    marks: dict[str, list[float]] = {}
    for attempt in db_session.scalars(select(Attempt)):
        for place, mark in zip(attempt.layout, attempt.marks, strict=True):
            top, _slash, bottom = mark.partition("/")
            marks.setdefault(place["item"], []).append(int(top) / int(bottom or 1))
    for key, item in found.stats.items.items():
        assert item.responses == len(marks.get(key, []))
        if item.enough:
            assert item.difficulty == pytest.approx(sum(marks[key]) / len(marks[key]))
            assert item.discrimination is not None
            assert 15 <= (item.median_seconds or 0) <= 75
    assert found.stats.reliability is not None
    assert 0.3 < (found.stats.reliability.alpha or 0) < 1


def test_it_is_kept_until_another_attempt_is_closed(
    set_id: int, sitting: Sit, db_session: Any, query_count: Any
) -> None:
    crowd.fill(set_id, 30)
    first = analysis_queries.set_analysis(set_id)
    with query_count() as statements:
        assert analysis_queries.set_analysis(set_id) is first
    assert len(statements) == 1
    sat = sitting()
    sat.answer_all()
    assert analysis_queries.set_analysis(set_id) is first
    sat.submit()
    assert analysis_queries.set_analysis(set_id).stats.sittings == 31


def test_a_large_set_is_read_from_the_newest(
    set_id: int, db_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_queries, "MOST", 40)
    monkeypatch.setattr(analysis_queries, "_BATCH", 16)
    crowd.fill(set_id, 40, answers=lambda *_: {})
    crowd.fill(set_id, 40, seed=2)
    found = analysis_queries.set_analysis(set_id)
    assert (found.stats.sittings, found.capped) == (40, True)


def test_nothing_that_leaves_names_anybody(set_id: int, db_session: Any) -> None:
    crowd.fill(set_id, 60)
    told = str(asdict(analysis_queries.set_analysis(set_id).stats))
    assert "Orang Rahasia" not in told
    assert "1990010120150310" not in told
    assert "person" not in told
