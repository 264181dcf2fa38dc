"""Whoever looks after many units gets all their numbers at once: right ones, and not a question to the database for each."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from flask.testing import FlaskClient

from learning.kernel.db import db
from learning.records import rates
from learning.records.standings import standings
from tests import factories

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def agency(number: int, people: int, *, passed: int = 0, course: str = factories.COURSE) -> int:
    """An agency with everybody in a unit two levels below, all with a duty."""
    root = factories.make_agency(f"Kabupaten {number:02d}")
    below = factories.make_unit(factories.make_unit(root))
    persons = [factories.make_person(below) for _ in range(people)]
    if people:
        factories.assign(root, course, due_on=date(2027, 1, 10), now=NOW)
    for person_id in persons[:passed]:
        factories.pass_course(person_id, course)
    return root


def test_the_list_says_what_the_page_of_each_unit_says(db_session: Any) -> None:
    factories.make_course()
    agency(1, 3, passed=2)
    agency(2, 1)
    agency(3, 0)
    who = factories.make_admin()
    roots = rates.scope_roots(who)
    listed = {head.name: (rate, title) for head, rate, title in standings(roots)}
    assert listed["Kabupaten 03"] == (None, None)
    for head in roots:
        courses = rates.courses_in(head.path)
        if courses:
            key, title = courses[0]
            assert listed[head.name] == (rates.total(head, key), title)
    first = listed["Kabupaten 01"][0]
    assert first is not None
    assert (first.assigned, first.started, first.passed) == (3, 2, 2)


def test_units_within_agencies_are_summed_with_what_is_below_them(db_session: Any) -> None:
    factories.make_course()
    root, other = agency(1, 1), agency(2, 2)
    office = factories.make_unit(root, "Dinas")
    for unit_id in (office, factories.make_unit(office, "Sekolah"), root):
        factories.make_person(unit_id)
    chief = factories.make_person(None, roles=[("SUPERVISOR", office), ("SUPERVISOR", other)])
    listed = {
        head.name: rate.assigned
        for head, rate, _title in standings(rates.scope_roots(factories.make_principal(chief)))
        if rate is not None
    }
    assert listed == {"Dinas": 2, "Kabupaten 02": 2}


def test_a_unit_is_listed_with_the_course_that_most_have(db_session: Any) -> None:
    factories.make_course()
    factories.make_course("netralitas-lain", text="Lain")
    root = agency(1, 2)
    lonely = factories.make_person(root)
    factories.begin(lonely, "netralitas-lain")
    [(_head, rate, title)] = standings(rates.scope_roots(factories.make_admin()))
    assert rate is not None
    assert title == "Netralitas Uji"
    assert rate.assigned == 3


def test_more_units_ask_the_database_no_more_often(
    db_session: Any, login: Callable[[int], FlaskClient], query_count: Callable[[], Any]
) -> None:
    factories.make_course()
    admin = factories.make_person(None, "Admin Pusat", roles=[("ADMIN", None)])
    agency(1, 1)
    agency(2, 1)
    db.session.remove()
    browser = login(admin)
    browser.get("/unit")
    with query_count() as few:
        browser.get("/unit")
    for number in range(3, 9):
        agency(number, 1)
    db.session.remove()
    with query_count() as many:
        page = browser.get("/unit").get_data(as_text=True)
    assert len(set(re.findall(r"Kabupaten \d\d", page))) == 8
    assert len(many) == len(few)
