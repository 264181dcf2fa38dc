"""One's own account and everything that is stored about one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from learning.kernel import panels
from learning.people import queries
from tests import factories

Login = Callable[[int], FlaskClient]
NEW = "kuda lumping menari"


@pytest.fixture
def ratna(db_session: Any) -> int:
    return factories.make_person(factories.make_agency(), name="Ratna Wulandari", password=factories.PASSWORD)


def change(browser: FlaskClient, now: str = factories.PASSWORD, new: str = NEW) -> Any:
    return browser.post("/akun/sandi", data={"sekarang": now, "sandi": new, "ulangi": new})


def test_a_new_password_ends_all_devices_and_keeps_this_one(ratna: int, login: Login) -> None:
    here, phone = login(ratna), login(ratna)
    before = here.get_cookie("netra")
    assert change(here).status_code == 302
    assert here.get("/akun").status_code == 200
    assert phone.get("/akun").status_code == 302
    copy = here.application.test_client()
    assert before is not None
    copy.set_cookie("netra", before.value)
    assert copy.get("/akun").status_code == 302, "the cookie from before is dead, even on this device"


def test_the_present_password_is_asked_for(ratna: int, login: Login) -> None:
    answer = change(login(ratna), now="bukan yang sekarang")
    assert answer.status_code == 422
    assert "Kata sandi sekarang tidak cocok." in answer.text


def test_guessing_the_present_password_is_slowed(ratna: int, login: Login) -> None:
    browser = login(ratna)
    answers = [change(browser, now="bukan yang sekarang").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_one_other_device_is_sent_away_from_the_list(ratna: int, login: Login) -> None:
    here, phone = login(ratna), login(ratna)
    found = re.search(r"/akun/sesi/([0-9a-f-]{36})/akhiri", here.get("/akun").text)
    assert found is not None
    assert here.post(found.group(0)).status_code == 302
    assert phone.get("/akun").status_code == 302
    assert here.get("/akun").status_code == 200
    assert here.post(found.group(0)).status_code == 404, "twice is not possible"


def test_nobody_ends_a_session_of_somebody_else(ratna: int, login: Login) -> None:
    login(ratna)
    mine = login(ratna)
    found = re.search(r"/akun/sesi/([0-9a-f-]{36})/akhiri", mine.get("/akun").text)
    assert found is not None
    stranger = login(factories.make_person(name="Andi"))
    assert stranger.post(found.group(0)).status_code == 404


def test_all_other_devices_at_once(ratna: int, login: Login) -> None:
    here, phone, office = login(ratna), login(ratna), login(ratna)
    here.post("/akun/sesi/akhiri-lainnya")
    assert [browser.get("/akun").status_code for browser in (here, phone, office)] == [200, 302, 302]


def test_my_data_shows_who_looked_and_why(ratna: int, login: Login, db_session: Any) -> None:
    person, agency = queries.person_row(ratna), queries.postings_of(ratna)[0].agency_id
    assert person is not None
    boss = factories.make_person(agency, name="Hesti Maheswari", roles=[("SUPERVISOR", agency)])
    assert "Ratna Wulandari" in login(boss).get(f"/orang/{person.public_id}").text
    page = login(ratna).get("/data-saya").text
    assert "Hesti Maheswari" in page
    assert "Melihat halaman pegawai" in page


def test_my_data_gathers_what_every_package_keeps(
    ratna: int, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def records(principal: Any, now: Any) -> dict[str, list[dict[str, Any]]]:
        seen.append(principal.person_id)
        return {"Percobaan kuis": [{"Nilai": 80, "Waktu": now, "Catatan": "<b>tebal</b>"}], "Kosong": []}

    monkeypatch.setitem(panels._panels, "me.data", (records,))
    browser = login(ratna)
    page = browser.get("/data-saya").text
    assert "Percobaan kuis" in page
    assert "&lt;b&gt;tebal" in page
    body = browser.get("/data-saya/unduh").get_json()
    assert body["Percobaan kuis"][0]["Nilai"] == 80
    assert body["Identitas"][0]["Nama"] == "Ratna Wulandari"
    assert body["Riwayat perubahan"]
    assert seen == [ratna, ratna]


def test_the_download_holds_nothing_that_opens_the_account(ratna: int, login: Login) -> None:
    text = login(ratna).get("/data-saya/unduh").text
    assert "argon2" not in text
    assert not re.search(r"\b[0-9a-f]{64}\b", text)
