"""A long list is answered by several processes, and nobody could tell: the same bytes in the same order, the same reach."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from certificates.promotion import answering, bulk, checklines
from certificates.promotion import queries as rule_queries
from certificates.promotion.answering import HandLost, Question
from certificates.promotion.bulk import Entry
from learning.kernel import clock
from learning.kernel.access import Role
from learning.kernel.db import db
from learning.people.access import acting
from learning.people.models import Person
from tests import factories as make


@pytest.fixture
def asked(db_session: Any) -> tuple[list[Entry], Question]:
    """A list of five parts, asked by the first agency: two of theirs, one of another agency, and lines that are wrong."""
    first, second = make.make_agency("Satu"), make.make_agency("Dua")
    make.make_course(modules=2)
    make.load_rules(make.make_rule())
    hr = make.make_person(first, roles=[(str(Role.HR), first)])
    people = [make.make_person(first), make.make_person(first), make.make_person(second)]
    for person in (people[0], people[2]):
        make.pass_course(person, now=clock.now() - timedelta(days=3))
    numbers = list(
        db.session.scalars(select(Person.employee_number).where(Person.id.in_(people)).order_by(Person.id))
    )
    day = date(2027, 4, 1)
    rule, who, now = rule_queries.rule_on("promosi", day, agencies=None), acting(hr), clock.now()
    assert rule is not None
    assert who is not None
    db.session.rollback()
    lines = [*numbers, f"'{numbers[0]}", "1.99E+17", "198001012005011777", numbers[1], f"0{numbers[1]}", "x1"]
    entries = bulk.read_list("\n".join(lines).encode(), today=clock.local_date(now))
    return entries, Question(who, clock.local_date(now), rule, day, now)


def test_several_processes_give_what_one_gives(
    asked: tuple[list[Entry], Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PART", 2)
    entries, question = asked
    plain = bulk.answers(
        entries, start=10, principal=question.principal, on=question.on, rule=question.rule,
        as_of=question.as_of, known_at=question.known_at,
    )  # fmt: skip
    wanted = [checklines.part_of(plain[at : at + 2]) for at in range(0, len(plain), 2)]
    assert len(wanted) == 5
    assert [line.outcome for line in plain[:3]] == ["ELIGIBLE", "NOT_YET", "REFUSED"]
    assert list(answering.parts(iter(entries), question, start=10, processes=1)) == wanted
    assert list(answering.parts(iter(entries), question, start=10, processes=2)) == wanted


def test_a_process_that_dies_ends_the_list_and_no_part_is_left_out(
    asked: tuple[list[Entry], Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PART", 1)
    entries, question = asked
    started: list[answering.Hand] = []
    begin = answering.Hand.__init__

    def noted(hand: answering.Hand, one: Question) -> None:
        begin(hand, one)
        started.append(hand)

    monkeypatch.setattr(answering.Hand, "__init__", noted)

    def endless() -> Iterator[Entry]:
        while True:
            yield entries[0]

    made = answering.parts(endless(), question, start=0, processes=2)
    assert next(made).lines == 1
    started[0]._process.kill()
    with pytest.raises(HandLost):
        deque(made, maxlen=0)
    assert all(hand._process.poll() is not None for hand in started), "none is left behind"


def test_a_short_list_is_not_worth_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: range(64))
    assert [answering.processes_for(lines) for lines in (0, 39_999, 40_000, 10**6)] == [1, 1, 2, 8]
