"""Admins keep the election calendar; admins and HR assign courses. Effects are shown before they happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from learning.kernel import clock
from learning.records import calendar, counting
from learning.records.duedates import StageKind
from learning.records.models import Assignment, Enrolment
from tests import factories

Login = Callable[[int], FlaskClient]
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
STAGE = {
    "tahapan": "CAMPAIGN",
    "mulai": "2027-01-10",
    "status": "PROVISIONAL",
    "sumber": "PKPU Uji",
    "tanda": "READ",
}


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.travel(NOW):
        yield


@pytest.fixture
def agency(db_session: Any) -> int:
    unit = factories.make_agency(timezone="Asia/Makassar")
    for _ in range(3):
        factories.make_person(unit)
    return unit


@pytest.fixture
def admin(agency: int, login: Login) -> FlaskClient:
    return login(factories.make_person(None, name="Admin Netra", roles=[("ADMIN", None)]))


def new_election(browser: FlaskClient, **values: str) -> Any:
    form = {
        "nama": "Pilkada Uji",
        "jenis": "REGIONAL",
        "wilayah": "99.01\n99.02",
        "dasar": "UU 10/2016",
        **values,
    }
    return browser.post("/admin/pemilihan/baru", data=form)


def test_an_election_is_entered_then_its_stages(admin: FlaskClient) -> None:
    answer = new_election(admin)
    assert answer.status_code == 302
    assert admin.post(answer.location, data=STAGE).status_code == 302
    page = admin.get(answer.location).text
    assert "99.01, 99.02" in page
    assert "10 Januari 2027".replace(" ", "\u00a0") in page
    assert "Sementara" in page
    assert "Pilkada Uji" in admin.get("/admin/pemilihan").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("nama", "", "Tulis nama pemilihan."),
        ("nama", "x" * 300, "Isian terlalu panjang"),
        ("dasar", "", "Tulis dasar hukumnya."),
        ("jenis", "LAIN", "Pilih salah satu dari daftar."),
        ("wilayah", "99.1", "Kode wilayah “99.1” tidak terbaca"),
        ("wilayah", "<script>", "tidak terbaca"),
        ("wilayah", "52.99", "Kode wilayah 52.99 tidak ada dalam daftar resmi"),
    ],
)
def test_a_bad_entry_is_named_and_the_rest_kept(
    admin: FlaskClient, field: str, value: str, sentence: str
) -> None:
    answer = new_election(admin, **{"nama": "Nama Tersimpan", field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<script>\n" not in answer.text
    assert field == "nama" or "Nama Tersimpan" in answer.text


def test_two_elections_of_one_name_are_refused(admin: FlaskClient) -> None:
    new_election(admin)
    answer = new_election(admin)
    assert answer.status_code == 422
    assert "sudah dipakai pemilihan lain" in answer.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("mulai", "", "Isi hari pertama tahapan."),
        ("mulai", "31-12-2026", "Tulis tanggal lengkap"),
        ("mulai", "2026-02-30", "Tulis tanggal lengkap"),
        ("sampai", "2027-01-01", "mendahului hari pertamanya"),
        ("tahapan", "PESTA", "Pilih salah satu dari daftar."),
        ("status", "", "Pilih salah satu dari daftar."),
        ("sumber", " ", "Tulis sumber tanggal ini."),
        ("tanda", "PASTI", "Pilih salah satu dari daftar."),
        ("catatan", "x" * 400, "Isian terlalu panjang"),
    ],
)
def test_a_stage_that_cannot_be_is_refused(admin: FlaskClient, field: str, value: str, sentence: str) -> None:
    address = new_election(admin).location
    answer = admin.post(address, data={**STAGE, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_moving_a_stage_first_shows_whom_it_concerns_then_moves_their_dates(
    admin: FlaskClient, agency: int, db_session: Any
) -> None:
    event_id = factories.make_election(date(2027, 1, 10))
    factories.assign(agency, event_id=event_id, days_before=14)
    address = f"/admin/pemilihan/{event_id}"
    moved = {**STAGE, "mulai": "2027-01-20"}
    asked = admin.post(address, data=moved)
    assert asked.status_code == 200
    assert "Tenggat 3 orang ikut bergeser" in asked.text
    assert "10 hari lebih lambat" in asked.text
    stage = calendar.election(event_id).stage(StageKind.CAMPAIGN)  # type: ignore[union-attr]
    assert stage is not None
    assert stage.starts_on == date(2027, 1, 10), "nothing has moved yet"
    assert admin.post(address, data={**moved, "pasti": "1"}).status_code == 302
    dues = {row.due_at for row in db_session.query(Enrolment)}
    assert dues == {datetime(2027, 1, 6, 15, 59, 59, tzinfo=UTC)}


def test_only_an_admin_of_everything_changes_the_calendar(agency: int, login: Login) -> None:
    event_id = factories.make_election()
    local = login(factories.make_person(agency, name="Admin Kabupaten", roles=[("ADMIN", agency)]))
    assert local.get("/admin/pemilihan").status_code == 200
    assert new_election(local).status_code == 403
    assert local.post(f"/admin/pemilihan/{event_id}", data={**STAGE, "pasti": "1"}).status_code == 403
    hr = login(factories.make_person(agency, name="Pengelola", roles=[("HR", agency)]))
    assert hr.get(f"/admin/pemilihan/{event_id}").status_code == 200
    assert hr.post(f"/admin/pemilihan/{event_id}", data=STAGE).status_code == 403


def test_unknown_elections_and_assignments_do_not_exist(admin: FlaskClient) -> None:
    for address in ("/admin/pemilihan/77", "/admin/pemilihan/99999999999999", "/admin/penugasan/77/akhiri",
                    "/admin/penugasan/99999999999999/akhiri"):  # fmt: skip
        assert admin.get(address).status_code == 404
        assert admin.post(address, data=STAGE).status_code in {404, 405}


def form(unit: int, event_id: int, **values: str) -> dict[str, str]:
    return {
        "kursus": factories.COURSE,
        "unit": str(unit),
        "tahapan": f"{event_id}:CAMPAIGN",
        "hari": "14",
        "bagi": "SEMUA",
        "dasar": "SE Uji",
        **values,
    }


def test_a_course_is_assigned_after_a_look_at_the_effect(
    admin: FlaskClient, agency: int, db_session: Any
) -> None:
    factories.make_course()
    event_id = factories.make_election(date(2027, 1, 10))
    asked = admin.post("/admin/penugasan/baru", data=form(agency, event_id))
    assert asked.status_code == 200
    assert "3 orang akan wajib mengikuti kursus ini" in asked.text
    assert "27 Desember 2026".replace(" ", "\u00a0") in asked.text
    assert db_session.query(Assignment).count() == 0, "looking assigns nothing"
    assert admin.post("/admin/penugasan/baru", data=form(agency, event_id, pasti="1")).status_code == 302
    db_session.rollback()
    assert db_session.query(Enrolment).count() == 3
    again = admin.post("/admin/penugasan/baru", data=form(agency, event_id, pasti="1"))
    assert again.status_code == 422
    assert "sudah ditugaskan kepada unit itu" in again.text
    assert "0 dari 3" in admin.get("/admin/penugasan").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("hari", "", "Isi jumlah hari."),
        ("hari", "-3", "Tulis angka bulat"),
        ("hari", "empat belas", "Tulis angka bulat"),
        ("hari", "366", "Tulis angka bulat"),
        ("hari", "²", "Tulis angka bulat"),
        ("unit", "", "Pilih unit kerja."),
        ("unit", "999999", "Pilih salah satu dari daftar."),
        ("unit", "1 OR 1=1", "Pilih salah satu dari daftar."),
        ("tahapan", "9999:CAMPAIGN", "Pilih salah satu dari daftar."),
        ("tahapan", "TANGGAL", "Isi tanggal tetapnya di bawah."),
        ("tanggal", "31-12-2026", "Tulis tanggal lengkap"),
        ("bagi", "TEMAN", "Pilih salah satu dari daftar."),
        ("kursus", "tidak-ada", "Pilih salah satu dari daftar."),
        ("dasar", "", "Tulis dasar hukum penugasan ini."),
    ],
)
def test_an_assignment_that_cannot_be_is_refused(
    admin: FlaskClient, agency: int, db_session: Any, field: str, value: str, sentence: str
) -> None:
    factories.make_course()
    event_id = factories.make_election(date(2027, 1, 10))
    answer = admin.post("/admin/penugasan/baru", data={**form(agency, event_id, pasti="1"), field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db_session.query(Assignment).count() == 0


def test_who_works_elsewhere_is_left_out_and_named_before(
    admin: FlaskClient, agency: int, db_session: Any
) -> None:
    factories.make_course()
    branch = factories.make_unit(agency, name="Kantor Penghubung", region_code="31.71")
    factories.make_person(branch)
    event_id = factories.make_election(date(2027, 1, 10), region_codes=("99.01",))
    values = form(agency, event_id, bagi="WILAYAH")
    asked = admin.post("/admin/penugasan/baru", data=values)
    assert "3 orang akan wajib mengikuti kursus ini" in asked.text
    assert "1 orang tidak ikut, karena bertugas di luar wilayah pemilihan" in asked.text
    assert "Kota Administrasi Jakarta Pusat (31.71): 1 orang" in asked.text
    assert admin.post("/admin/penugasan/baru", data={**values, "pasti": "1"}).status_code == 302
    db_session.rollback()
    assert db_session.query(Enrolment).count() == 3
    assert "hanya yang bertugas di wilayah pemilihan" in admin.get("/admin/penugasan").text


def test_a_course_may_be_due_on_a_fixed_date(
    admin: FlaskClient, agency: int, login: Login, db_session: Any
) -> None:
    factories.make_course()
    values = {**form(agency, 0, bagi="WILAYAH", hari=""), "tahapan": "TANGGAL", "tanggal": "2026-12-31"}
    far = admin.post("/admin/penugasan/baru", data={**values, "tanggal": "9999-12-31"})
    assert "Tanggal ini terlalu jauh" in far.text
    asked = admin.post("/admin/penugasan/baru", data=values)
    assert asked.status_code == 200
    assert "Tanggal tetap" in asked.text
    assert "31 Desember 2026".replace(" ", "\u00a0") in asked.text
    assert "tidak ikut, karena" not in asked.text, "without an election there is no region to be outside of"
    assert admin.post("/admin/penugasan/baru", data={**values, "pasti": "1"}).status_code == 302
    again = admin.post("/admin/penugasan/baru", data={**values, "pasti": "1"})
    assert "sudah ditugaskan kepada unit itu" in again.text
    assert "Tanggal tetap" in admin.get("/admin/penugasan").text
    home = login(factories.make_person(agency, name="Siti")).get("/").text
    assert "Tanggal ini ditetapkan instansi Anda." in home
    assert "Lihat semua tahapannya" not in home
    assert (
        "Tanggal tetap yang ditentukan instansi."
        in admin.get(f"/unit/{agency}?kursus={factories.COURSE}").text
    )


def test_hr_assigns_in_the_own_agency_only(agency: int, login: Login, db_session: Any) -> None:
    factories.make_course()
    other = factories.make_agency(name="Kementerian Lain")
    foreign = factories.assign(other)
    event_id = factories.make_election(date(2027, 1, 10))
    hr = login(factories.make_person(agency, name="Pengelola", roles=[("HR", agency)]))
    assert hr.post("/admin/penugasan/baru", data=form(other, event_id, pasti="1")).status_code == 422
    assert "Kementerian Lain" not in hr.get("/admin/penugasan?semua=1").text
    assert hr.get(f"/admin/penugasan/{foreign}/akhiri").status_code == 404
    assert hr.post(f"/admin/penugasan/{foreign}/akhiri").status_code == 404
    assert hr.post("/admin/penugasan/baru", data=form(agency, event_id, pasti="1")).status_code == 302


def test_ending_an_assignment_frees_those_who_have_not_begun(
    admin: FlaskClient, agency: int, db_session: Any
) -> None:
    factories.make_course()
    begun = factories.make_person(agency, name="Sudah Mulai")
    assignment = factories.assign(agency)
    factories.begin(begun)
    assert "Akhiri penugasan ini?" in admin.get(f"/admin/penugasan/{assignment}/akhiri").text
    assert admin.post(f"/admin/penugasan/{assignment}/akhiri").status_code == 302
    assert admin.post(f"/admin/penugasan/{assignment}/akhiri").status_code == 302, "twice tapped is no error"
    db_session.rollback()
    left = [
        (row.person_id, row.due_at, row.assignment_id)
        for row in db_session.query(Enrolment)
        if row.ended_at is None
    ]
    assert left == [(begun, None, None)]
    assert counting.drifts() == []


def test_without_courses_or_stages_the_form_says_what_to_do_first(admin: FlaskClient) -> None:
    assert "Belum ada kursus yang terbit" in admin.get("/admin/penugasan/baru").text
    factories.make_course()
    assert "Belum ada tahapan yang akan datang" in admin.get("/admin/penugasan/baru").text


def test_an_invisible_nul_in_a_long_text_is_dropped(admin: FlaskClient) -> None:
    """PostgreSQL stores no NUL: without dropping it the form would end in an error page."""
    answer = new_election(admin, dasar="UU\x0010/2016\r\nPasal 70")
    assert answer.status_code == 302
    assert "UU10/2016" in admin.get(answer.location).text
