"""The demo: some three hundred invented people, the same at every load."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from learning.kernel.transaction import write
from learning.people import demo as people_demo
from learning.people import demo_people, nip, passwords
from learning.people.import_rows import grade_of
from learning.people.models import Person, Posting
from learning.records import counting
from learning.records import demo as records_demo
from learning.records.models import Enrolment

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_every_number_is_well_formed_marked_as_invented_and_plausible() -> None:
    for person in demo_people.plan():
        reading = nip.read(person.number, today=date(2026, 11, 24))
        assert not reading.problems
        assert not reading.warnings
        assert person.number.endswith("999")
        assert person.grade is None or grade_of(person.grade, person.employment)
        assert (reading.number.kind == "PPPK") == person.employment.value.startswith("PPPK")  # type: ignore[union-attr]


def test_the_password_of_the_demo_keeps_the_rules_for_passwords() -> None:
    assert passwords.password_problem(demo_people.PASSWORD) is None


def test_loading_twice_gives_the_same_people_once(db_session: Any) -> None:
    def load() -> Any:
        people = people_demo.load(NOW)
        return people, records_demo.load(NOW, people)

    first = write(load)
    assert write(load) == first
    people, records = first
    assert db_session.query(Person).count() == demo_people.PEOPLE == len(people.members)
    assert db_session.query(Posting).filter(Posting.kind == "ACTING").count() == len(people_demo.VACANT)
    assert set(people.personas) == {p.key for p in people_demo.PERSONAS}
    assert counting.drifts() == []

    turns = (records.not_started, records.in_progress, records.passed, records.failed_once, records.expired)
    everybody = Counter(turn.person_id for group in turns for turn in group)
    assert set(everybody) == {member.person_id for member in people.active}
    assert set(everybody.values()) == {1}
    assert all(group for group in turns)
    assert all(turn.begun < turn.at < NOW for group in turns for turn in group)
    dated = db_session.query(Enrolment.person_id).filter(Enrolment.due_at.is_not(None)).distinct().count()
    assert dated == len(people.active)
    depths = {unit.key: unit.key for unit in people_demo.UNITS}
    assert len(depths) == len(people.units)
