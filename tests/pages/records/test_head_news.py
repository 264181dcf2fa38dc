"""How often a head gets news, on the page; and the door in the letter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from learning.kernel import clock
from learning.records.heads import links
from tests import factories

Login = Callable[[int], FlaskClient]


@pytest.fixture
def chief(db_session: Any) -> int:
    factories.make_course()
    agency = factories.make_agency("Kabupaten Uji")
    office = factories.make_unit(agency, "Dinas Uji")
    for letter in "ABCDE":
        factories.make_person(office, f"Guru {letter}")
    person = factories.make_person(agency, "Kepala Dinas", roles=[("SUPERVISOR", office)])
    factories.assign(office, due_on=clock.local_date(clock.now()) + timedelta(days=20))
    return person


def test_choosing_and_looking_at_an_example(chief: int, login: Login) -> None:
    browser = login(chief)
    assert "Kabar berkala" in browser.get("/akun").text
    shown = browser.get("/akun/kabar?contoh=1").text
    assert "0 dari 5 orang sudah lulus" in shown
    assert "Guru" not in shown

    saved = browser.post("/akun/kabar", data={"irama": "WEEKLY"}, follow_redirects=True).text
    assert 'value="WEEKLY" checked' in saved
    refused = browser.post("/akun/kabar", data={"irama": "SELALU"}, follow_redirects=True).text
    assert "Pilih salah satu dari daftar" in refused
    assert 'value="WEEKLY" checked' in refused


def test_the_door_in_the_letter_asks_before_it_closes(chief: int, login: Login, client: FlaskClient) -> None:
    door = f"/kabar/berhenti/{links.token(chief)}"
    assert "Berhenti menerima" in client.get(door).text
    assert 'value="SUITED" checked' in login(chief).get("/akun/kabar").text
    assert "dihentikan" in client.post(door).text
    assert 'value="NONE" checked' in login(chief).get("/akun/kabar").text
    for wrong in ("", "1", "1-", "-" + "0" * 32, "zz-" + "0" * 32, "é-" + "0" * 32, f"{links.token(chief)}0"):
        assert client.post(f"/kabar/berhenti/{wrong}").status_code == 404


def test_who_supervises_nothing_has_no_settings(chief: int, login: Login) -> None:
    learner = login(factories.make_person(factories.make_agency("Kabupaten Lain")))
    assert "Kabar berkala" not in learner.get("/akun").text
    assert learner.get("/akun/kabar").status_code == 403
