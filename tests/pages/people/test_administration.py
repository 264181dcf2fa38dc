"""Admins at work on persons, units and roles, and where their reach ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.kernel import clock, jobs
from learning.kernel.access import Role
from learning.kernel.mail import MailMessage
from learning.people import queries
from learning.people.kinds import PersonStatus
from learning.people.models import Person, PersonView
from tests import factories

Login = Callable[[int], FlaskClient]
NIP = "199003032015032901"


@dataclass
class Town:
    """Two agencies; the admin and the HR officer belong to the first."""

    agency: int
    office: int
    admin: int
    hr: int
    worker: int
    other_agency: int
    other_worker: int

    def public_id(self, person_id: int) -> str:
        row = queries.person_row(person_id)
        assert row is not None
        return row.public_id


@pytest.fixture
def town(db_session: Any) -> Town:
    agency, other = factories.make_agency("Kabupaten A"), factories.make_agency("Kabupaten B")
    office = factories.make_unit(agency, "Dinas Kesehatan")
    return Town(
        agency,
        office,
        factories.make_person(agency, name="Ani Admin", roles=[("ADMIN", agency)]),
        factories.make_person(agency, name="Hadi Kepegawaian", roles=[("HR", agency)]),
        factories.make_person(office, name="Wati Pegawai"),
        other,
        factories.make_person(other, name="Bejo Seberang"),
    )


def new_person(town: Town, **changed: str) -> dict[str, str]:
    return {
        "nip": NIP,
        "nama": "Dewi Lestari",
        "surel": "dewi@contoh.invalid",
        "jenis_pegawai": "PNS",
        "unit": str(town.office),
        "jabatan": "Perawat Ahli Pertama",
        "jenis_jabatan": "FUNCTIONAL",
        "golongan": "iii/b",
        "mulai": "2026-01-02",
        **changed,
    }


def test_an_admin_registers_somebody_who_gets_a_letter(town: Town, login: Login, db_session: Any) -> None:
    answer = login(town.admin).post("/admin/orang/baru", data=new_person(town))
    assert answer.status_code == 302
    jobs.drain()
    db_session.rollback()
    letter = db_session.scalar(select(MailMessage))
    assert letter.recipient == "dewi@contoh.invalid"
    person = queries.person_by_number(NIP)
    assert person is not None
    assert queries.postings_of(person.id)[0].grade_code == "III/b"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"nip": "1.99E+17"}, "mengubah NIP menjadi bilangan"),
        ({"nip": "199003032015132901"}, "bukan bulan pengangkatan"),
        ({"nip": ""}, "Isi 18 angka NIP."),
        ({"nama": "D3wi"}, "Tulis nama tanpa gelar"),
        ({"surel": "dewi di kantor"}, "Tulis alamat surel seperti"),
        ({"jenis_pegawai": "HONORER"}, "Pilih salah satu dari daftar."),
        ({"golongan": "IX"}, "Golongan ini tidak ada untuk jenis pegawainya"),
        ({"mulai": "besok"}, "Tulis tanggal lengkap, misalnya 2026-12-01."),
        ({"mulai": "2126-01-01"}, "Tanggal ini terlalu jauh"),
        ({"mulai": ""}, "Isi tanggal mulai"),
        ({"unit": "999999"}, "Pilih salah satu dari daftar."),
        ({"unit": "x"}, "Pilih salah satu dari daftar."),
        ({"jabatan": "x" * 200}, "Isian terlalu panjang"),
        ({"gelar_depan": "x" * 61}, "Isian terlalu panjang"),
    ],
)
def test_a_bad_entry_says_what_to_mend_and_loses_nothing(
    town: Town, login: Login, changed: dict[str, str], sentence: str, db_session: Any
) -> None:
    before = db_session.scalar(select(func.count()).select_from(Person))
    answer = login(town.admin).post("/admin/orang/baru", data=new_person(town, **changed))
    assert answer.status_code == 422
    assert sentence in answer.text
    kept = {"nama": "Dewi Lestari", "jabatan": "Perawat Ahli Pertama", "surel": "dewi@contoh.invalid"}
    for key, value in kept.items():
        assert key in changed or value in answer.text
    assert db_session.scalar(select(func.count()).select_from(Person)) == before


def test_a_number_that_is_registered_already_is_said_on_its_field(town: Town, login: Login) -> None:
    browser = login(town.admin)
    browser.post("/admin/orang/baru", data=new_person(town))
    answer = browser.post("/admin/orang/baru", data=new_person(town, nama="Orang Lain"))
    assert answer.status_code == 422
    assert "NIP ini sudah terdaftar." in answer.text


def test_somebody_who_starts_next_month_can_be_opened_today(town: Town, login: Login) -> None:
    start = clock.local_date(clock.now()) + timedelta(days=30)
    browser = login(town.admin)
    answer = browser.post("/admin/orang/baru", data=new_person(town, mulai=start.isoformat()))
    assert browser.get(answer.location).status_code == 200
    assert "Dewi Lestari" in browser.get("/admin/orang?q=dewi").text


def test_correcting_moving_and_retiring(town: Town, login: Login) -> None:
    browser, at = login(town.admin), f"/admin/orang/{town.public_id(town.worker)}"
    data = {"nama": "Wati Sekarang", "surel": "", "gelar_belakang": "S.Kep.", "jenis_pegawai": "PPPK"}
    assert browser.post(at, data=data).status_code == 302
    assert "Wati Sekarang, S.Kep." in browser.get(at).text
    seat = {
        "unit": str(town.agency),
        "jabatan": "Analis",
        "jenis_jabatan": "OPERATIONAL",
        "mulai": "2026-03-01",
    }
    assert browser.post(f"{at}/pindah", data=seat).status_code == 302
    assert queries.postings_of(town.worker)[1].ends_on is not None
    early = browser.post(f"{at}/pindah", data={**seat, "mulai": "2026-03-01"})
    assert early.status_code == 422
    assert "yang baru harus mulai sesudahnya" in early.text
    gone = browser.post(f"{at}/berhenti", data={"status": "RETIRED", "terakhir": "2026-06-30"})
    assert gone.status_code == 302
    row = queries.person_row(town.worker)
    assert row is not None
    assert row.status is PersonStatus.RETIRED
    assert (
        browser.post(f"{at}/berhenti", data={"status": "RETIRED", "terakhir": "2026-06-30"}).status_code
        == 422
    )
    assert (
        browser.post(f"{at}/berhenti", data={"status": "ACTIVE", "terakhir": "2026-06-30"}).status_code == 422
    )


def test_the_activation_is_sent_again_or_it_is_said_why_not(
    town: Town, login: Login, db_session: Any
) -> None:
    browser = login(town.admin)
    browser.post(f"/admin/orang/{town.public_id(town.worker)}/tautan")
    jobs.drain()
    db_session.rollback()
    assert db_session.scalar(select(func.count()).select_from(MailMessage)) == 1
    silent = factories.make_person(town.office, name="Tanpa Surel", email=None)
    at = f"/admin/orang/{town.public_id(silent)}"
    browser.post(f"{at}/tautan")
    assert "belum punya surel" in browser.get(at).text


def test_another_agency_does_not_exist_for_an_agency_admin(town: Town, login: Login, db_session: Any) -> None:
    browser, foreign = login(town.admin), town.public_id(town.other_worker)
    grant = factories.make_person(town.other_agency, name="Citra", roles=[("HR", town.other_agency)])
    grant_id = queries.grants_of(grant)[0].id
    person, seat = {"nama": "Diubah", "jenis_pegawai": "PNS"}, new_person(town)
    calls = [
        browser.get(f"/orang/{foreign}"),
        browser.get(f"/admin/orang/{foreign}"),
        browser.post(f"/admin/orang/{foreign}", data=person),
        browser.post(f"/admin/orang/{foreign}/pindah", data=seat),
        browser.post(f"/admin/orang/{foreign}/berhenti", data={"status": "ENDED", "terakhir": "2026-01-01"}),
        browser.post(f"/admin/orang/{foreign}/tautan"),
        browser.get(f"/admin/unit/{town.other_agency}"),
        browser.post(f"/admin/unit/{town.other_agency}", data={"nama": "x", "jenis": "OFFICE", "zona": ""}),
        browser.get(f"/admin/unit/{town.other_agency}/baru"),
        browser.post(f"/admin/unit/{town.other_agency}/tutup", data={"terakhir": "2026-01-01"}),
        browser.post(f"/admin/unit/{town.other_agency}/pindah", data={"induk": str(town.agency)}),
        browser.get("/admin/unit/baru"),
        browser.post(f"/admin/peran/{grant_id}/akhiri"),
    ]
    assert [call.status_code for call in calls] == [404] * len(calls)
    assert "Bejo" not in browser.get("/admin/orang").text
    assert "Citra" not in browser.get("/admin/peran").text
    db_session.rollback()
    row = queries.person_row(town.other_worker)
    assert row is not None
    assert (row.name, row.status) == ("Bejo Seberang", PersonStatus.ACTIVE)


def test_admin_in_one_agency_and_hr_in_another_changes_nobody_in_the_other(town: Town, login: Login) -> None:
    both = factories.make_person(
        town.agency, name="Dua Peran", roles=[("ADMIN", town.agency), ("HR", town.other_agency)]
    )
    browser, foreign = login(both), town.public_id(town.other_worker)
    assert browser.get(f"/orang/{foreign}").status_code == 200
    assert browser.get(f"/admin/orang/{foreign}").status_code == 404
    data = {"nama": "Diubah", "jenis_pegawai": "PNS"}
    assert browser.post(f"/admin/orang/{foreign}", data=data).status_code == 404
    assert browser.get(f"/admin/unit/{town.other_agency}/baru").status_code == 404


def test_nobody_is_moved_into_or_given_a_role_over_another_agency(town: Town, login: Login) -> None:
    browser = login(town.admin)
    seat = {
        "unit": str(town.other_agency),
        "jabatan": "Analis",
        "jenis_jabatan": "OPERATIONAL",
        "mulai": "2026-03-01",
    }
    assert browser.post(f"/admin/orang/{town.public_id(town.worker)}/pindah", data=seat).status_code == 422
    worker = queries.person_row(town.worker)
    assert worker is not None
    data = {"nip": worker.employee_number, "peran": "HR", "unit": str(town.other_agency)}
    assert browser.post("/admin/peran", data=data).status_code == 422
    assert not queries.grants_of(town.worker)


def test_hr_reads_its_own_agency_and_changes_nobody(town: Town, login: Login) -> None:
    browser, at = login(town.hr), town.public_id(town.worker)
    assert "Wati Pegawai" in browser.get("/admin/orang").text
    assert browser.get(f"/orang/{at}").status_code == 200
    assert browser.get(f"/admin/orang/{at}").status_code == 403
    assert browser.get("/admin/orang/baru").status_code == 403
    assert browser.get("/admin/impor").status_code == 403
    assert browser.get("/admin/unit").status_code == 200


def test_hr_names_supervisors_but_no_admins(town: Town, login: Login) -> None:
    browser, worker = login(town.hr), queries.person_row(town.worker)
    assert worker is not None
    data = {"nip": worker.employee_number, "peran": "SUPERVISOR", "unit": str(town.office)}
    assert browser.post("/admin/peran", data=data).status_code == 302
    answer = browser.post("/admin/peran", data={**data, "peran": "ADMIN", "unit": str(town.agency)})
    assert answer.status_code == 422
    assert "di atas peran Anda sendiri" in answer.text
    assert [grant.role for grant in queries.grants_of(town.worker)] == [Role.SUPERVISOR]


def test_an_agency_admin_cannot_take_over_an_admin_of_everything(
    town: Town, login: Login, db_session: Any
) -> None:
    chief = factories.make_person(
        town.agency, name="Yosep Rumbiak", roles=[("ADMIN", None)], email="yosep@contoh.invalid"
    )
    browser, at = login(town.admin), f"/admin/orang/{town.public_id(chief)}"
    data = {"nama": "Yosep Rumbiak", "surel": "penyerang@contoh.invalid", "jenis_pegawai": "PNS"}
    answer = browser.post(at, data=data)
    assert answer.status_code == 422
    assert "memegang peran di atas peran Anda" in answer.text
    browser.post(f"{at}/tautan")
    assert (
        browser.post(f"{at}/berhenti", data={"status": "ENDED", "terakhir": "2026-06-30"}).status_code == 422
    )
    jobs.drain()
    db_session.rollback()
    row = queries.person_row(chief)
    assert row is not None
    assert (row.email, row.status) == ("yosep@contoh.invalid", PersonStatus.ACTIVE)
    assert db_session.scalar(select(func.count()).select_from(MailMessage)) == 0


def test_a_role_taken_away_is_gone_with_the_next_click(town: Town, login: Login) -> None:
    boss = factories.make_person(town.agency, name="Hesti", roles=[("SUPERVISOR", town.office)])
    browser = login(boss)
    at = f"/orang/{town.public_id(town.worker)}"
    assert browser.get(at).status_code == 200
    login(town.admin).post(f"/admin/peran/{queries.grants_of(boss)[0].id}/akhiri")
    assert browser.get(at).status_code == 403


def test_the_last_admin_of_everything_stays(db_session: Any, login: Login) -> None:
    only = factories.make_person(name="Satu Satunya", roles=[("ADMIN", None)])
    browser = login(only)
    browser.post(f"/admin/peran/{queries.grants_of(only)[0].id}/akhiri")
    assert "Ini admin terakhir" in browser.get("/admin/peran").text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"nip": "123"}, "NIP harus 18 angka"),
        ({"nip": "199003032015032999"}, "Tidak ada pegawai dengan NIP ini dalam jangkauan Anda."),
        ({"peran": "RAJA"}, "Pilih salah satu dari daftar."),
        ({"unit": ""}, "Atasan perlu unit."),
        ({"kursus": "netralitas-uji"}, "Hanya pengajar yang berlaku untuk kursus."),
    ],
)
def test_a_bad_grant_says_what_to_mend(
    town: Town, login: Login, changed: dict[str, str], sentence: str
) -> None:
    worker = queries.person_row(town.worker)
    assert worker is not None
    data = {"nip": worker.employee_number, "peran": "SUPERVISOR", "unit": str(town.office), **changed}
    answer = login(town.admin).post("/admin/peran", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_unit_is_added_renamed_moved_and_closed(town: Town, login: Login, db_session: Any) -> None:
    browser = login(town.admin)
    data = {"nama": "Puskesmas Baru", "kode": "pkm-1", "jenis": "HEALTH_CENTRE", "wilayah": "", "zona": ""}
    answer = browser.post(f"/admin/unit/{town.office}/baru", data=data)
    assert answer.status_code == 302
    at = answer.location
    assert "PKM-1" in browser.get(at).text
    renamed = {"nama": "Puskesmas Lama", "jenis": "HEALTH_CENTRE", "wilayah": "", "zona": ""}
    assert browser.post(at, data=renamed).status_code == 302
    assert browser.post(f"{at}/pindah", data={"induk": str(town.agency)}).status_code == 302
    today = clock.local_date(clock.now()).isoformat()
    assert browser.post(f"{at}/tutup", data={"terakhir": today}).status_code == 302
    unit = queries.unit_row(int(at.rsplit("/", 1)[1]))
    assert unit is not None
    assert (unit.name, unit.parent_id, unit.valid_to is not None) == ("Puskesmas Lama", town.agency, True)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"nama": ""}, "Isi nama unit."),
        ({"kode": "=1+1"}, "Kode unit hanya huruf"),
        ({"jenis": "REGIONAL_AGENCY"}, "Instansi tidak dapat berada di bawah unit lain."),
        ({"wilayah": "jauh"}, "Kode wilayah seperti 33.74, bukan jauh."),
        ({"zona": "Europe/Berlin"}, "Pilih salah satu dari daftar."),
    ],
)
def test_a_bad_unit_says_what_to_mend(
    town: Town, login: Login, changed: dict[str, str], sentence: str
) -> None:
    data = {"nama": "Puskesmas", "kode": "P1", "jenis": "HEALTH_CENTRE", "wilayah": "", "zona": "", **changed}
    answer = login(town.admin).post(f"/admin/unit/{town.office}/baru", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_unit_cannot_hang_below_itself_nor_close_while_people_sit_there(town: Town, login: Login) -> None:
    browser, child = login(town.admin), factories.make_unit(town.office, "Seksi")
    answer = browser.post(f"/admin/unit/{town.office}/pindah", data={"induk": str(child)})
    assert answer.status_code == 422
    assert "bawah dirinya sendiri" in answer.text
    closing = browser.post(f"/admin/unit/{town.office}/tutup", data={"terakhir": "2026-11-01"})
    assert closing.status_code == 422
    assert "Masih ada 1 orang" in closing.text


def test_bad_page_numbers_and_search_words_do_no_harm(town: Town, login: Login) -> None:
    browser = login(town.admin)
    for query in (
        "hal=0",
        "hal=-1",
        "hal=x",
        "hal=99999999999999",
        "q=%25_",
        "q=" + "x" * 5000,
        "hal=²",
    ):
        assert browser.get(f"/admin/orang?{query}").status_code == 200
    for at in ("/admin/orang?q=%00", "/admin/unit/0", "/admin/unit/99999999", "/orang/x", "/admin/orang/%00"):
        assert browser.get(at).status_code == 404
    assert browser.get("/admin/unit/99999999999999999999").status_code == 404


def test_looking_is_noted_and_looking_at_oneself_is_not(town: Town, login: Login, db_session: Any) -> None:
    browser = login(town.admin)
    browser.get(f"/admin/orang/{town.public_id(town.worker)}")
    browser.get(f"/admin/orang/{town.public_id(town.admin)}")
    db_session.rollback()
    assert [view.subject_id for view in db_session.scalars(select(PersonView))] == [town.worker]


def test_a_link_sent_to_a_wrong_address_dies_when_the_address_is_corrected(
    town: Town, login: Login, client: FlaskClient, db_session: Any
) -> None:
    admin = login(town.admin)
    admin.post("/admin/orang/baru", data=new_person(town, surel="orang.lain@contoh.invalid"))
    jobs.drain()
    db_session.rollback()
    link = re.search(r"http://localhost(/aktivasi/\S+)", db_session.scalar(select(MailMessage)).body)
    person = queries.person_by_number(NIP)
    assert link is not None
    assert person is not None
    client = client.application.test_client()
    assert client.get(link[1]).status_code == 200
    corrected = {"nama": "Dewi Lestari", "surel": "dewi@contoh.invalid", "jenis_pegawai": "PNS"}
    assert admin.post(f"/admin/orang/{person.public_id}", data=corrected).status_code == 302
    assert client.get(link[1]).status_code == 410
