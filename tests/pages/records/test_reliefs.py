"""HR proposes, a second officer decides, the learner reads it at home, the supervisor sees one figure more."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from learning.kernel import clock
from tests import factories

Login = Callable[[int], FlaskClient]
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
FORM = {
    "kursus": factories.COURSE,
    "jenis": "EXEMPTION",
    "sampai": "2026-12-31",
    "alasan": "STUDY",
    "penjelasan": "Tugas belajar di Yogyakarta.",
    "bukti": "SK 800/12/2026, arsip BKPSDM",
}


@dataclass(frozen=True)
class Place:
    unit: int
    learner: int
    learner_id: str
    first: int
    second: int
    chief: int
    stranger: int


@pytest.fixture
def place(db_session: Any) -> Place:
    factories.make_course()
    agency = factories.make_agency(timezone="Asia/Makassar")
    unit = factories.make_unit(agency, "Dinas Uji")
    elsewhere = factories.make_agency("Kementerian Lain")
    learner = factories.make_person(unit, "Wening Astuti")
    factories.make_person(unit, "Budi Belum")
    factories.assign(unit, due_on=date(2026, 12, 2), now=NOW)
    from learning.people.models import Person

    public_id = db_session.get_one(Person, learner).public_id
    db_session.rollback()
    return Place(
        unit,
        learner,
        public_id,
        factories.make_person(agency, "Pengusul", roles=[("HR", agency)]),
        factories.make_person(agency, "Pemutus", roles=[("HR", agency)]),
        factories.make_person(agency, "Kepala Dinas", roles=[("SUPERVISOR", unit)]),
        factories.make_person(elsewhere, "Orang Lain", roles=[("HR", elsewhere)]),
    )


@pytest.fixture(autouse=True)
def morning() -> Any:
    with clock.travel(NOW):
        yield


def propose(place: Place, login: Login, **values: str) -> str:
    answer = login(place.first).post(f"/orang/{place.learner_id}/pengecualian", data={**FORM, **values})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ")


def test_an_exemption_from_the_proposal_to_the_supervisors_figure(place: Place, login: Login) -> None:
    first, second = login(place.first), login(place.second)
    assert f"/orang/{place.learner_id}/pengecualian" in first.get(f"/orang/{place.learner_id}").text
    case = propose(place, login)
    assert "Setujui" not in words(first.get(case).text)
    assert "Wening Astuti" in words(second.get("/admin/pengecualian").text)
    assert second.post(f"{case}/setujui").status_code == 302
    assert "Disetujui" in words(second.get(case).text)
    home = words(login(place.learner).get("/").text)
    assert "Anda dikecualikan sampai dengan 31 Desember 2026" in home
    assert "Tugas belajar di Yogyakarta." in home
    assert "SK 800/12/2026" not in home
    assert "Tidak wajib untuk sementara" in home
    chief = login(place.chief)
    figures = words(chief.get(f"/unit/{place.unit}").text)
    assert "0 dari 1 orang sudah lulus" in figures
    assert "1 orang dikecualikan, tidak dihitung dalam persen" in figures
    listed = words(chief.get(f"/unit/{place.unit}/orang?keadaan=dikecualikan").text)
    assert "Wening Astuti" in listed
    assert "Budi Belum" not in listed
    sheet = io.StringIO(chief.get(f"/unit/{place.unit}/unduh").text.lstrip("\ufeff"))
    [row] = csv.DictReader(sheet, delimiter=";")
    assert (row["Wajib"], row["Dikecualikan"], row["Belum lulus"]) == ("1", "1", "1")


def test_an_extension_is_told_with_its_reason(place: Place, login: Login) -> None:
    case = propose(place, login, jenis="EXTENSION", sampai="2026-12-20", alasan="DISASTER")
    login(place.second).post(f"{case}/setujui")
    home = words(login(place.learner).get("/").text)
    assert "Tenggat Anda diperpanjang sampai dengan 20 Desember 2026" in home
    assert "Minggu, 20 Desember 2026" in home
    assert "Bencana atau keadaan darurat" in home


def test_what_is_refused_comes_back_with_a_sentence_and_what_was_typed(place: Place, login: Login) -> None:
    for values, sentence in (
        ({"sampai": "2026-11-01"}, "Hari itu sudah lewat"),
        ({"jenis": "EXTENSION", "sampai": "2026-12-01"}, "tidak lebih lambat"),
        ({"bukti": ""}, "Sebutkan buktinya"),
        ({"alasan": "APA SAJA"}, "Pilih salah satu"),
    ):
        answer = login(place.first).post(f"/orang/{place.learner_id}/pengecualian", data={**FORM, **values})
        assert answer.status_code == 422
        assert sentence in words(answer.text)
        assert "Tugas belajar di Yogyakarta." in answer.text


def test_a_double_click_makes_one_proposal_and_one_decision(place: Place, login: Login) -> None:
    case = propose(place, login)
    again = login(place.first).post(f"/orang/{place.learner_id}/pengecualian", data=FORM)
    assert again.status_code == 422
    assert "sudah ada usulan yang menunggu" in words(again.text)
    second = login(place.second)
    for _ in range(2):
        assert second.post(f"{case}/setujui", follow_redirects=True).status_code == 200
    assert "sudah diputuskan" in words(second.post(f"{case}/setujui", follow_redirects=True).text)


def test_the_proposer_cannot_approve_and_others_see_nothing(place: Place, login: Login) -> None:
    case = propose(place, login)
    answer = login(place.first).post(f"{case}/setujui", follow_redirects=True)
    assert "harus diputuskan oleh orang kedua" in words(answer.text)
    stranger = login(place.stranger)
    assert stranger.get(case).status_code == 404
    assert stranger.post(f"{case}/setujui").status_code == 404
    assert stranger.get(f"/orang/{place.learner_id}/pengecualian").status_code == 404
    assert "Wening" not in stranger.get("/admin/pengecualian").text
    assert login(place.chief).get(case).status_code == 403


def test_a_proposal_is_returned_with_a_word_or_ended_early(place: Place, login: Login) -> None:
    case = propose(place, login)
    second = login(place.second)
    assert second.post(f"{case}/kembalikan", data={"catatan": ""}).status_code == 422
    second.post(f"{case}/kembalikan", data={"catatan": "Surat belum ada."})
    assert "Surat belum ada." in second.get(case).text
    case = propose(place, login)
    second.post(f"{case}/setujui")
    ending = second.post(f"{case}/akhiri", data={"penjelasan": "Sudah kembali.", "bukti": "SK 13"}).location
    login(place.first).post(f"{ending}/setujui")
    assert "Tidak berlaku lagi" in words(second.get(case).text)
    assert "dikecualikan" not in login(place.learner).get("/").text
