"""An admin moves a date for many: preview, progress, what the learner reads; and makes up for an outage with a colleague."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.jobs import Job, JobState
from learning.kernel.transaction import write
from learning.records.services import redating
from tests import factories

Login = Callable[[int], FlaskClient]
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MOVE = {
    "tahapan": "CAMPAIGN", "mulai": "2027-02-10", "status": "CONFIRMED", "sumber": "PKPU Uji 2", "tanda": "READ",
}  # fmt: skip
OUTAGE = {
    "jenis": "QUIZ", "mulai": "2026-11-24", "jam_mulai": "14:00", "selesai": "2026-11-24", "jam_selesai": "16.00",
    "penjelasan": "Server padam.", "bukti": "Catatan pemantauan 12",
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.travel(NOW):
        yield


@pytest.fixture
def agency(db_session: Any) -> int:
    factories.make_course()
    return factories.make_agency()


@pytest.fixture
def learner(agency: int) -> int:
    factories.make_person(agency)
    return factories.make_person(agency, "Wening Astuti")


def admin() -> int:
    return factories.make_person(None, "Admin Netra", roles=[("ADMIN", None)])


def plain(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.text.replace("\u00a0", " ")


def test_a_date_moves_for_many_with_preview_and_progress_and_the_learner_reads_it(
    agency: int, learner: int, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redating, "AT_ONCE", 1)
    event_id = factories.make_election(date(2027, 1, 10))
    factories.assign(agency, event_id=event_id, now=NOW)
    browser, address = login(admin()), f"/admin/pemilihan/{event_id}"
    preview = browser.post(address, data=MOVE)
    assert "Tenggat 2 orang ikut bergeser" in preview.text
    assert "bertahap di belakang layar" in preview.text
    answer = browser.post(address, data={**MOVE, "pasti": "1"})
    assert (answer.status_code, "/admin/tenggat/" in answer.location) == (302, True)
    assert "0 dari sekitar 2 orang" in plain(browser, answer.location)
    assert "Tenggat sedang dihitung ulang" in plain(browser, address)
    told = browser.get(f"{answer.location}/kemajuan").get_json()
    assert (told["done"], told["total"], told["finished"]) == (0, 2, False)
    # The chunk has not come, and yet the learner reads the new day.
    home = plain(login(learner), "/")
    assert "Minggu, 7 Februari 2027" in home
    assert "Tenggat Anda bergeser" not in home

    def give_up(state: JobState) -> None:
        db.session.query(Job).filter(Job.name == redating.REDATE).update({"state": state})

    write(give_up, state=JobState.FAILED)
    assert "Lanjutkan perhitungan" in plain(browser, answer.location)
    assert browser.post(f"{answer.location}/lanjutkan").status_code == 302
    assert "Lanjutkan perhitungan" not in plain(browser, answer.location)
    jobs.drain()
    assert browser.get(f"{answer.location}/kemajuan").get_json()["finished"] is True
    assert "Tenggat 2 orang sudah bergeser" in plain(browser, answer.location)
    home = plain(login(learner), "/")
    assert "Tenggat Anda bergeser" in home
    assert "semula Kamis, 7 Januari 2027, sekarang Minggu, 7 Februari 2027" in home
    assert "bergeser dari 10 Januari 2027 ke 10 Februari 2027" in home
    # The next move is under way: the notice of the last one would name a day that holds no more.
    browser.post(address, data={**MOVE, "mulai": "2027-03-10", "pasti": "1"})
    home = plain(login(learner), "/")
    assert "Minggu, 7 Maret 2027" in home
    assert "Tenggat Anda bergeser" not in home


def test_a_few_move_at_once_and_the_page_says_how_many(agency: int, learner: int, login: Login) -> None:
    event_id = factories.make_election(date(2027, 1, 10))
    factories.assign(agency, event_id=event_id, now=NOW)
    browser = login(admin())
    answer = browser.post(f"/admin/pemilihan/{event_id}", data={**MOVE, "pasti": "1"}, follow_redirects=True)
    assert "Tenggat 2 orang ikut bergeser." in answer.text


def test_an_outage_is_entered_agreed_to_and_read_by_whom_it_concerned(
    agency: int, learner: int, login: Login
) -> None:
    factories.assign(agency, due_on=date(2026, 11, 24), now=NOW)
    one, other = login(admin()), login(admin())
    wrong = one.post("/admin/gangguan/baru", data={**OUTAGE, "jam_selesai": "24:61", "mulai": "0999-01-01"})
    assert wrong.status_code == 422
    assert "Tulis pukul seperti 14:05." in wrong.text
    assert "terlalu jauh" in wrong.text
    assert "Catatan pemantauan 12" in wrong.text
    answer = one.post("/admin/gangguan/baru", data=OUTAGE)
    assert answer.status_code == 302
    assert "tenggat 2 orang bergeser ke 26 November 2026" in plain(one, answer.location)
    assert "Setujui" not in plain(one, answer.location)
    one.post(f"{answer.location}/setujui")
    assert "harus diputuskan oleh orang kedua" in plain(one, answer.location)
    assert other.post(f"{answer.location}/kembalikan").status_code == 422
    said = other.post(f"{answer.location}/setujui", follow_redirects=True)
    assert "Tenggat 2 orang bergeser, dan mereka diberi tahu." in said.text
    again = other.post(f"{answer.location}/setujui", follow_redirects=True)
    assert "sudah diputuskan atau ditarik" in again.text
    assert "Disetujui" in plain(other, "/admin/gangguan")
    home = plain(login(learner), "/")
    assert "semula Selasa, 24 November 2026, sekarang Kamis, 26 November 2026" in home
    assert "kuis tidak dapat dikerjakan atau dikumpulkan dari 24 November 2026 pukul 14.00 WIB" in home
    assert "Karena itu tenggat Anda menjadi 26 November 2026. Server padam." in home
