"""One's due dates in a calendar program: an address that only its owner makes, sees once, and can end."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people import services as people
from learning.records.reminders import links
from learning.records.reminders.models import CalendarLink
from tests import factories

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
LAST_DAY = date(2026, 11, 24)


@pytest.fixture
def learner(db_session: Any) -> int:
    agency = factories.make_agency(timezone="Asia/Jayapura")
    factories.make_course()
    person = factories.make_person(agency, "Wening Astuti")
    factories.assign(agency, days_before=3)  # the campaign begins on 10 January 2027
    return person


def make(browser: FlaskClient) -> str:
    page = browser.post("/akun/kalender").get_data(as_text=True)
    found = re.search(r"http://localhost(/tenggat/[\w-]{43}\.ics)", page)
    assert found is not None
    return found.group(1)


def lines(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_the_address_is_shown_once_and_gives_the_dates_without_a_session(
    learner: int, login: Callable[[int], FlaskClient], client: FlaskClient
) -> None:
    browser = login(learner)
    assert "belum punya alamat" in browser.get("/akun/kalender").get_data(as_text=True)
    address = make(browser)
    assert address not in browser.get("/akun/kalender").get_data(as_text=True)
    answer = client.get(address)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    said = lines(answer.get_data(as_text=True))
    assert "DTSTART;VALUE=DATE:20270107" in said
    assert "SUMMARY:Tenggat: Netralitas Uji" in said
    assert any("masa kampanye Pemilihan Uji dimulai" in line for line in said)
    whole = answer.get_data(as_text=True)
    assert "Wening" not in whole
    assert db.session.execute(select(CalendarLink.token_hash)).scalar_one() not in address


def test_what_is_passed_is_no_longer_in_it(
    learner: int, login: Callable[[int], FlaskClient], client: FlaskClient
) -> None:
    address = make(login(learner))
    factories.pass_course(learner)
    assert "VEVENT" not in client.get(address).get_data(as_text=True)


def test_a_new_address_ends_the_old_and_an_ended_one_is_nobodys(
    learner: int, login: Callable[[int], FlaskClient], client: FlaskClient
) -> None:
    browser = login(learner)
    first, second = make(browser), make(browser)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    browser.post("/akun/kalender/akhiri")
    assert client.get(second).status_code == 404
    assert browser.post("/akun/kalender/akhiri").status_code == 302


def test_my_data_names_the_address_without_its_secret(
    learner: int, login: Callable[[int], FlaskClient]
) -> None:
    browser = login(learner)
    address = make(browser)
    whole = browser.get("/data-saya/unduh").get_data(as_text=True)
    assert "alamat kalender" in whole
    assert address not in whole


def test_who_has_left_shows_nothing(
    learner: int, login: Callable[[int], FlaskClient], client: FlaskClient
) -> None:
    address = make(login(learner))
    write(lambda: people.retire_person(person_id=learner, on=LAST_DAY, now=clock.now()))
    assert client.get(address).status_code == 404


def test_clicks_at_once_leave_one_address(learner: int, app: Flask) -> None:
    db.session.rollback()
    start, failures = threading.Barrier(4), []

    def click(n: int) -> None:
        with app.app_context():
            start.wait()
            try:
                write(links.make, person_id=learner, token=f"{n}" * 43, locale="id", now=NOW)
            except Exception as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=click, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    in_force = select(func.count()).select_from(CalendarLink).where(CalendarLink.ended_at.is_(None))
    assert db.session.scalar(in_force) == 1
