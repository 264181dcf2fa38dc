"""A new edition that everybody must take is due by the assignments of today, not by those of the pass."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from learning.kernel.transaction import write
from learning.records import counting, dating, queries, services
from learning.records.duedates import due_at
from tests import factories
from tests.factories import COURSE, LONG_AGO

NEW = "b" * 16


def test_who_passed_takes_it_by_the_date_that_holds_now(db_session: Any) -> None:
    agency = factories.make_agency(timezone="Asia/Jakarta")
    person = factories.make_person(agency)
    ended = factories.assign(agency, due_on=date(2026, 1, 20), now=LONG_AGO)
    row = queries.enrolment_for(person, COURSE)
    assert row is not None
    write(services.start, enrolment_id=row.id, edition="a" * 16, steps_total=1, now=LONG_AGO)
    write(services.complete, enrolment_id=row.id, passed_at=LONG_AGO + timedelta(days=1))
    write(services.end_assignment, assignment_id=ended, now=LONG_AGO + timedelta(days=2))
    today = factories.assign(agency, due_on=date(2027, 1, 20), now=LONG_AGO + timedelta(days=3))

    again = {"course_key": COURSE, "edition": NEW, "steps_total": 1, "everyone": True}
    assert write(services.repin, **again, now=LONG_AGO + timedelta(days=4)) == 1
    fresh = queries.enrolment_for(person, COURSE)
    assert fresh is not None
    assert (fresh.assignment_id, fresh.due_at) == (today, due_at(date(2027, 1, 20), 0, "Asia/Jakarta"))
    assert (counting.drifts(), list(dating.misdated())) == ([], [])
