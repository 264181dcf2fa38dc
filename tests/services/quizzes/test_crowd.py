"""Many at once, with real threads and real commits: nobody is turned away, nothing counts twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from learning.kernel import audit
from learning.kernel.audit import AuditEntry
from learning.kernel.db import db
from learning.kernel.errors import Conflict
from learning.kernel.transaction import write
from learning.records.models import Enrolment, EnrolmentStatus, UnitCount
from quizzes import services
from quizzes.models import Attempt, AttemptState, PassRecord, Response
from tests import factories as make
from tests.services.quizzes.conftest import START, Sitting

Sit = Callable[..., Sitting]


def at_once(app: Flask | None, acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all acts in threads that start together; what each returned or raised.

    Services need the application's context; browsers (`app` None) must not have one, or their requests share it.
    """
    barrier = threading.Barrier(len(acts), timeout=60)
    answers: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        with app.app_context() if app else nullcontext():
            try:
                barrier.wait()
                answers[number] = act()
            except BaseException as error:
                answers[number] = error
            finally:
                if app:
                    db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def total(session: Any, model: type, *where: Any) -> int:
    session.rollback()
    return session.execute(select(func.count()).select_from(model).where(*where)).scalar_one()


def test_sixteen_final_submits_are_one_pass_and_sixteen_equal_answers(
    app: Flask, sitting: Sit, db_session: Any
) -> None:
    sat = sitting()
    sat.answer_all(wrong=1)
    db_session.remove()
    answers = at_once(app, [sat.submit] * 16)
    assert [type(answer).__name__ for answer in answers] == ["Result"] * 16, answers
    assert len(set(answers)) == 1
    assert answers[0].passed
    assert total(db_session, PassRecord) == 1
    assert total(db_session, AuditEntry, AuditEntry.action == "quiz.passed") == 1
    assert total(db_session, Enrolment, Enrolment.status == EnrolmentStatus.PASSED) == 1
    assert db_session.execute(select(func.sum(UnitCount.passed))).scalar_one() == 1
    assert list(audit.verify()) == []


def test_learner_and_sweeper_end_it_at_the_same_time(app: Flask, sitting: Sit, db_session: Any) -> None:
    sat = sitting()
    sat.answer_all()
    attempt_id = db_session.execute(select(Attempt.id).where(Attempt.public_id == sat.public_id)).scalar_one()
    db_session.remove()
    late = START + timedelta(hours=1)
    answers = at_once(
        app,
        [
            lambda: sat.submit(at=60),
            lambda: write(services.close_one_overdue, attempt_id=attempt_id, now=late),
        ]
        * 4,
    )
    assert not [answer for answer in answers if isinstance(answer, BaseException)], answers
    assert total(db_session, PassRecord) == 1


def test_an_acknowledged_answer_is_graded_whoever_hands_in_meanwhile(
    app: Flask, sitting: Sit, db_session: Any
) -> None:
    sat = sitting()
    db_session.remove()
    acts: list[Callable[[], Any]] = [
        lambda number=number, form=form: sat.save(number, form) for number, form in sat.key.items()
    ]
    answers = at_once(app, [*acts, sat.submit])
    acknowledged = sum(isinstance(answer, services.Saved) for answer in answers)
    refused = [answer for answer in answers[:-1] if not isinstance(answer, services.Saved)]
    assert {getattr(error, "code", repr(error)) for error in refused} <= {"quiz.closed"}
    assert answers[-1].score == acknowledged * 10


def test_sixteen_starts_are_one_attempt(
    app: Flask, course: str, learner: Callable[[], int], db_session: Any
) -> None:
    person_id = learner()
    db_session.remove()
    answers = at_once(
        app,
        [lambda: write(services.start_attempt, person_id=person_id, course_key=course, now=START)] * 16,
    )
    # On PostgreSQL whoever comes in the same instant is told so, and finds the attempt on the start page.
    assert {getattr(answer, "code", "started") for answer in answers} <= {"started", "quiz.attempt_open"}
    assert len({answer.public_id for answer in answers if isinstance(answer, services.Started)}) == 1
    assert total(db_session, Attempt, Attempt.state == AttemptState.OPEN) == 1


def test_two_devices_answering_one_question_leave_one_order_of_revisions(
    app: Flask, sitting: Sit, db_session: Any
) -> None:
    sat = sitting()
    number = next(n for n, form in sat.key.items() if form.get("jawaban") == ["1"])
    db_session.remove()
    answers = at_once(
        app, [lambda value=str(1 + n % 2): sat.save(number, {"jawaban": [value]}) for n in range(8)]
    )
    assert all(isinstance(answer, services.Saved | Conflict) for answer in answers), answers
    assert total(db_session, Response) == 1


@pytest.mark.slow
def test_sixty_four_people_answer_at_once_and_nobody_sees_an_error(
    app: Flask, database: Any, course: str, db_session: Any
) -> None:
    """Through the pages, as their phones do it: session, save, acknowledgement."""
    app.config["WTF_CSRF_ENABLED"] = False
    agency = make.make_agency()
    # On PostgreSQL each of them holds a connection of the pool while it waits.
    people = 64 if database.sqlite else 14
    tokens, attempts = [], []
    for _ in range(people):
        person_id = make.make_person(agency)
        make.finish_steps(person_id, course)
        attempts.append(make.start_attempt(person_id, course))
        tokens.append(make.make_session(person_id))
    db_session.remove()

    def person(index: int) -> list[tuple[int, bool, int]]:
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"] = tokens[index]
            session["_fresh"] = True
        answers = []
        for number in range(1, 6):
            told = browser.post(
                f"/kuis/percobaan/{attempts[index]}/jawaban",
                data={"number": number, "revision": 1, "jawaban": "1", "jawaban-1": "1"},
                headers={"Accept": "application/json"},
            )
            answers.append((told.status_code, told.json["saved"], told.json["revision"]))
        return answers

    answers = at_once(None, [lambda index=index: person(index) for index in range(people)])
    assert answers == [[(200, True, 1)] * 5] * people
    assert total(db_session, Response) == 5 * people
