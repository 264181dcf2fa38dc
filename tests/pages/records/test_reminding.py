"""A superior on the list of persons asks that they be reminded: looks first, confirms, sees what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.kernel import clock, jobs, mail
from learning.kernel.db import db
from learning.records.reminders import asking
from learning.records.reminders.models import ReminderAsking, ReminderDigest
from tests import factories

Login = Callable[[int], FlaskClient]
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    office: int
    elsewhere: int
    chief: int
    hr: int
    learner: int
    stranger: int


@pytest.fixture
def place(db_session: Any) -> Place:
    factories.make_course()
    agency = factories.make_agency("Kabupaten Uji", timezone="Asia/Jakarta")
    office = factories.make_unit(agency, "Dinas Uji", timezone="Asia/Jakarta")
    elsewhere = factories.make_agency("Kementerian Lain", timezone="Asia/Jakarta")
    learner = factories.make_person(office, "Agus Salim")
    factories.make_person(office, "Budi Utomo")
    factories.make_person(office, "Cici Paramida", email=None)
    chief = factories.make_person(agency, "Kepala Dinas", roles=[("SUPERVISOR", office)])
    hr = factories.make_person(agency, "Pengelola", roles=[("HR", agency)])
    stranger = factories.make_person(elsewhere, "Orang Lain", roles=[("SUPERVISOR", elsewhere)])
    factories.assign(office, due_on=date(2026, 12, 10), now=NOW - timedelta(days=9))
    return Place(office, elsewhere, chief, hr, learner, stranger)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.travel(NOW):
        yield


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def send(browser: FlaskClient, unit: int, **fields: str) -> Any:
    page = browser.get(f"/unit/{unit}/ingatkan").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    token = found[1] if found else ""
    return browser.post(
        f"/unit/{unit}/ingatkan",
        data={"csrf_token": token, "kursus": factories.COURSE, "keadaan": "belum", **fields},
    )


def test_from_the_list_over_the_preview_to_what_became_of_it(
    place: Place, login: Login, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["NETRA"] = replace(app.config["NETRA"], smtp_url="smtp://mail.invalid")
    monkeypatch.setattr(mail, "_smtp", lambda _url, _letter: None)
    browser = login(place.chief)
    people = browser.get(f"/unit/{place.office}/orang?keadaan=belum-mulai").text
    link = re.search(r'href="(/unit/\d+/ingatkan\?[^"]+)"', people)
    assert link
    preview = browser.get(link[1].replace("&amp;", "&")).text
    assert "2 orang akan mendapat satu surat" in preview
    assert "1 orang tidak disurati" in preview
    assert "1 orang tidak punya alamat surel" in preview
    assert "atas permintaan pimpinan Dinas Uji." in preview
    assert "Kalimat sendiri tidak dapat ditambahkan" in preview
    assert count(ReminderDigest) == 0
    answer = send(browser, place.office, keadaan="belum-mulai")
    assert answer.status_code == 302
    done = browser.get(answer.location).text
    assert "2 orang disurati" in done
    assert "menunggu berangkat" in done
    jobs.drain()
    done = browser.get(answer.location).text
    assert re.search(r"<b>2</b><span[^>]*>surat sudah berangkat", done)
    assert "menunggu berangkat" not in done


def test_a_double_click_and_a_replayed_form_end_at_the_same_page(place: Place, login: Login) -> None:
    browser = login(place.chief)
    first = send(browser, place.office)
    again = send(browser, place.office)
    assert first.location == again.location
    assert (count(ReminderAsking), count(ReminderDigest)) == (1, 2)


def test_who_finds_nobody_left_to_remind_is_told_so_and_keeps_the_selection(
    place: Place, login: Login
) -> None:
    send(login(place.chief), place.office)
    answer = send(login(place.hr), place.office, keadaan="belum-mulai", q="budi")
    assert answer.status_code == 409
    assert "Tidak ada yang perlu disurati sekarang: semua sudah lulus" in answer.text
    assert "budi" in answer.text
    assert "Surat bagi 1 orang sudah disiapkan atau dikirim dalam 3 hari terakhir" in answer.text
    assert "Permintaan sebelumnya" in answer.text


def test_another_agencys_people_cannot_be_reminded_nor_their_askings_read(place: Place, login: Login) -> None:
    mine = send(login(place.chief), place.office).location
    stranger = login(place.stranger)
    assert stranger.get(f"/unit/{place.office}/ingatkan").status_code == 404
    assert send(stranger, place.office).status_code == 404
    assert stranger.get(mine).status_code == 404
    assert stranger.get(mine + "/kemajuan").status_code == 404
    # Nor through a unit of their own.
    number = mine.rsplit("/", 1)[1]
    assert stranger.get(f"/unit/{place.elsewhere}/ingatkan/{number}").status_code == 404
    assert login(place.learner).get(f"/unit/{place.office}/ingatkan").status_code == 403
    assert count(ReminderAsking) == 1


@pytest.mark.parametrize(
    "fields", [{"keadaan": "semua"}, {"keadaan": "lulus"}, {"keadaan": "x"}, {"q": "x" * 121}]
)
def test_a_selection_that_cannot_be_read_reminds_nobody(
    place: Place, login: Login, fields: dict[str, str]
) -> None:
    answer = send(login(place.chief), place.office, **fields)
    assert answer.status_code == 422
    assert "Pilihan orang ini tidak dikenal" in answer.text
    assert count(ReminderAsking) == 0


def test_a_course_nobody_has_there_is_not_found(place: Place, login: Login) -> None:
    assert send(login(place.chief), place.office, kursus="tidak-ada").status_code == 404


def test_many_show_how_far_they_are(place: Place, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "AT_ONCE", 1)
    browser = login(place.hr)
    where = send(browser, place.office).location
    page = browser.get(where).text
    assert "Menyiapkan surat" in page
    assert "Muat ulang halaman ini" in page
    assert browser.get(where + "/kemajuan").json["finished"] is False
    jobs.drain()
    assert browser.get(where + "/kemajuan").json["finished"] is True
    assert "2 orang disurati" in browser.get(where).text


def test_after_five_times_a_day_the_page_says_when_again(place: Place, login: Login) -> None:
    browser = login(place.chief)
    for letter in "abcdef":
        factories.make_person(place.office, f"Baru {letter}", now=NOW)
        answer = send(browser, place.office, q=f"baru {letter}")
    assert answer.status_code == 429
    assert "dapat diminta besok" in answer.text
    assert count(ReminderAsking) == 5
