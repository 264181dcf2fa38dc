"""The same act from many sides at once: nothing is counted twice, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask

from learning.kernel.db import db
from learning.kernel.errors import DomainError
from learning.kernel.transaction import write
from learning.people import services as people
from learning.people.kinds import PositionType
from learning.records import counting, queries, services
from learning.records.models import NO_ASSIGNMENT, Enrolment, UnitCount
from tests import factories

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
COURSE = factories.COURSE


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Run every act in its own thread; what each returned, or the refusal it got."""
    gate, answers = threading.Barrier(len(acts)), [object() for _ in acts]

    def run(place: int, act: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                answers[place] = act()
            except Exception as error:
                answers[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def begun(person_id: int, steps: int = 3) -> int:
    enrolment = write(services.enrol, person_id=person_id, course_key=COURSE, course_title="Uji", now=NOW)
    write(services.start, enrolment_id=enrolment, edition="a" * 16, steps_total=steps, now=NOW)
    return enrolment


def test_one_pass_told_sixteen_times_is_counted_once(app: Flask, db_session: Any) -> None:
    unit = factories.make_agency()
    enrolment = begun(factories.make_person(unit))
    db_session.remove()
    answers = at_once(app, *[lambda: write(services.complete, enrolment_id=enrolment, passed_at=NOW)] * 16)
    assert sorted(map(str, answers)) == ["False"] * 15 + ["True"]
    assert db_session.get(UnitCount, (unit, COURSE, NO_ASSIGNMENT)).passed == 1


def test_one_step_marked_sixteen_times_is_one_step(app: Flask, db_session: Any) -> None:
    enrolment = begun(factories.make_person(factories.make_agency()))
    db_session.remove()
    mark = [lambda: write(services.mark_step, enrolment_id=enrolment, step_key="m/1", now=NOW)] * 16
    assert sorted(map(str, at_once(app, *mark))) == ["False"] * 15 + ["True"]
    found = queries.enrolment(enrolment)
    assert found is not None
    assert found.steps_done == 1


def test_people_of_one_unit_who_pass_together_are_all_counted(app: Flask, db_session: Any) -> None:
    unit = factories.make_agency()
    enrolments = [begun(factories.make_person(unit)) for _ in range(12)]
    db_session.remove()

    def passes(enrolment: int) -> Callable[[], object]:
        return lambda: write(services.complete, enrolment_id=enrolment, passed_at=NOW)

    assert at_once(app, *map(passes, enrolments)) == [True] * 12
    assert db_session.get(UnitCount, (unit, COURSE, NO_ASSIGNMENT)).passed == 12


def test_an_assignment_while_people_enrol_begin_pass_and_move_leaves_true_counts(
    app: Flask, db_session: Any
) -> None:
    unit, other = factories.make_agency(), factories.make_agency(name="Lain")
    event = factories.make_election(date(2027, 1, 10))
    newcomers = [factories.make_person(unit) for _ in range(6)]
    passers = [begun(factories.make_person(unit)) for _ in range(4)]
    movers = [factories.make_person(unit) for _ in range(4)]
    for mover in movers:
        begun(mover)
    db_session.remove()

    def enrols(person: int) -> Callable[[], object]:
        return lambda: write(services.enrol, person_id=person, course_key=COURSE, course_title="Uji", now=NOW)

    def passes(enrolment: int) -> Callable[[], object]:
        return lambda: write(services.complete, enrolment_id=enrolment, passed_at=NOW)

    def moves(person: int) -> Callable[[], object]:
        return lambda: write(
            people.post_person,
            person_id=person,
            org_unit_id=other,
            position_title="Guru",
            position_type=PositionType.FUNCTIONAL,
            starts_on=NOW.date(),
            now=NOW,
        )

    def assigns() -> object:
        return write(
            services.assign,
            course_key=COURSE,
            course_title="Uji",
            org_unit_id=unit,
            event_id=event,
            days_before=3,
            legal_basis="SE",
            now=NOW,
        )

    answers = at_once(
        app, assigns, assigns, *map(enrols, newcomers), *map(passes, passers), *map(moves, movers)
    )
    assert [a for a in answers if isinstance(a, Exception) and not isinstance(a, DomainError)] == []
    assert sum(isinstance(a, DomainError) for a in answers) == 1, "of two equal assignments one is refused"
    assert counting.drifts() == []
    running = db_session.query(Enrolment).filter(Enrolment.ended_at.is_(None)).count()
    assert running == len(newcomers) + len(passers) + len(movers)
