"""The last minutes before the deadline: double taps, two devices, a rush of people. Real commits, real threads."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from certificates.models import Certificate
from learning.kernel import audit
from learning.kernel.db import db
from learning.records import counting
from learning.records.models import Enrolment, EnrolmentStatus, UnitCount
from quizzes import demo
from quizzes.models import Attempt, AttemptState, PassRecord, Response
from tests import factories as make


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Do `work(0…)` in so many threads that start together; the first failure is raised."""
    results: list[Any] = [None] * count
    errors: list[BaseException] = []
    gate = threading.Barrier(count, timeout=60)

    def run(number: int) -> None:
        try:
            gate.wait()
            results[number] = work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


def count(model: Any) -> int:
    return int(db.session.execute(select(func.count()).select_from(model)).scalar_one())


def test_sixteen_taps_on_hand_in_are_one_pass_one_certificate_and_sixteen_equal_answers(
    app: Flask, db_session: Any, login: Any
) -> None:
    unit = make.make_unit(make.make_agency())
    make.make_course()
    make.assign(unit)
    person = make.make_person(unit)
    make.finish_steps(person)
    public_id = make.start_attempt(person)
    browsers = [login(person) for _ in range(16)]
    for number, form in demo.answer_forms(public_id).items():
        answer = browsers[0].post(
            f"/kuis/percobaan/{public_id}/jawaban", data={"number": number, "revision": 1, **form}
        )
        assert answer.status_code == 302
    db_session.remove()

    def tap(number: int) -> Any:
        response = browsers[number].post(
            f"/kuis/percobaan/{public_id}/kumpulkan", headers={"Accept": "application/json"}
        )
        return response.status_code, response.get_data()

    answers = at_once(16, tap)

    assert {status for status, _body in answers} == {200}
    assert len({body for _status, body in answers}) == 1
    assert count(PassRecord) == 1
    assert count(Certificate) == 1
    enrolment = db_session.execute(select(Enrolment)).scalar_one()
    assert enrolment.status is EnrolmentStatus.PASSED
    kept = db_session.execute(select(UnitCount)).scalar_one()
    assert (kept.assigned, kept.started, kept.passed) == (1, 1, 1)
    assert counting.drifts() == []
    assert list(audit.verify()) == []


def test_sixteen_people_of_one_unit_pass_at_once_and_every_number_agrees(app: Flask, db_session: Any) -> None:
    unit = make.make_unit(make.make_agency())
    make.make_course()
    make.assign(unit)
    people = [make.make_person(unit) for _ in range(12)]
    for person in people:
        make.finish_steps(person)
    db_session.remove()

    def sit(number: int) -> bool:
        with app.app_context():
            passed = make.sit_quiz(people[number])
            db.session.remove()
            return passed

    assert at_once(len(people), sit) == [True] * len(people)
    assert count(PassRecord) == count(Certificate) == len(people)
    numbers = db_session.execute(select(Certificate.number)).scalars().all()
    assert len(set(numbers)) == len(people)
    assert db_session.execute(select(UnitCount.passed)).scalar_one() == len(people)
    assert counting.drifts() == []
    assert list(audit.verify()) == []


def test_sixty_four_people_answer_at_once_and_nobody_sees_an_error(
    app: Flask, database: Any, db_session: Any, login: Any
) -> None:
    people = 64 if database.sqlite else 24
    unit = make.make_unit(make.make_agency())
    make.make_course()
    browsers, papers = [], []
    for _ in range(people):
        person = make.make_person(unit)
        make.finish_steps(person)
        papers.append(make.start_attempt(person))
        browsers.append(login(person))
    forms = [demo.answer_forms(paper) for paper in papers]
    db_session.remove()

    def answer(number: int) -> set[int]:
        seen = set()
        for question, form in list(forms[number].items())[:5]:
            response = browsers[number].post(
                f"/kuis/percobaan/{papers[number]}/jawaban",
                data={"number": question, "revision": 1, **form},
                headers={"Accept": "application/json"},
            )
            assert response.get_json()["saved"] is True
            seen.add(response.status_code)
        return seen

    assert at_once(people, answer) == [{200}] * people
    assert count(Response) == 5 * people


def test_two_devices_start_at_once_and_share_one_attempt(app: Flask, db_session: Any, login: Any) -> None:
    unit = make.make_unit(make.make_agency())
    make.make_course()
    person = make.make_person(unit)
    make.finish_steps(person)
    browsers = [login(person) for _ in range(8)]
    db_session.remove()

    places = at_once(8, lambda n: browsers[n].post(f"/kuis/{make.COURSE}/mulai").headers["Location"])

    assert count(Attempt) == 1
    attempt = db_session.execute(select(Attempt)).scalar_one()
    assert attempt.state is AttemptState.OPEN
    # Whoever came second is led to the same paper, at once or by way of the start page.
    assert set(places) <= {f"/kuis/percobaan/{uuid.UUID(str(attempt.public_id))}", f"/kuis/{make.COURSE}"}
