"""Admins keep the election calendar; admins and HR assign courses. Effects are shown before they happen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from learning.kernel import clock
from learning.records import calendar, counting
from learning.records.duedates import StageKind
from learning.records.models import Assignment, Enrolment
from tests import factories

Login = Callable[[int], FlaskClient]
NEW = "/admin/penugasan/baru"
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


def confirm(client: FlaskClient, values: dict[str, Any]) -> TestResponse:
    """Look, then give what was seen."""
    seen = re.search(r'name="dilihat" value="([0-9a-f]{64})"', client.post(NEW, data=values).text)
    assert seen is not None, "the look shows something to confirm"
    return client.post(NEW, data={**values, "dilihat": seen[1]})


def test_a_course_is_assigned_after_a_look_at_the_effect(
    admin: FlaskClient, agency: int, db_session: Any
) -> None:
    factories.make_course()
    event_id = factories.make_election(date(2027, 1, 10))
    asked = admin.post(NEW, data=form(agency, event_id))
    assert asked.status_code == 200
    assert "3 orang akan wajib mengikuti kursus ini" in asked.text
    assert "27 Desember 2026".replace(" ", "\u00a0") in asked.text
    assert db_session.query(Assignment).count() == 0, "looking assigns nothing"
    assert confirm(admin, form(agency, event_id)).status_code == 302
    db_session.rollback()
    assert db_session.query(Enrolment).count() == 3
    again = confirm(admin, form(agency, event_id))
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
    answer = admin.post(NEW, data={**form(agency, event_id, dilihat="0" * 64), field: value})
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
    asked = admin.post(NEW, data=values)
    assert "3 orang akan wajib mengikuti kursus ini" in asked.text
    assert "1 orang di unit itu tidak ikut" in asked.text
    assert "1 orang bertugas di wilayah lain" in asked.text
    assert "(Kantor Penghubung)" in asked.text, "an example by name and unit"
    assert confirm(admin, values).status_code == 302
    db_session.rollback()
    assert db_session.query(Enrolment).count() == 3
    assert "hanya yang bertugas di wilayah pemilihan" in admin.get("/admin/penugasan").text


def test_a_course_may_be_due_on_a_fixed_date(
    admin: FlaskClient, agency: int, login: Login, db_session: Any
) -> None:
    factories.make_course()
    values = {**form(agency, 0, bagi="WILAYAH", hari=""), "tahapan": "TANGGAL", "tanggal": "2026-12-31"}
    far = admin.post(NEW, data={**values, "tanggal": "9999-12-31"})
    assert "Tanggal ini terlalu jauh" in far.text
    asked = admin.post(NEW, data=values)
    assert asked.status_code == 200
    assert "Tanggal tetap" in asked.text
    assert "31 Desember 2026".replace(" ", "\u00a0") in asked.text
    assert "tidak ikut" not in asked.text, "without an election there is no region to be outside of"
    assert confirm(admin, values).status_code == 302
    again = confirm(admin, values)
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
    assert hr.post(NEW, data=form(other, event_id, dilihat="0" * 64)).status_code == 422
    assert "Kementerian Lain" not in hr.get("/admin/penugasan?semua=1").text
    assert hr.get(f"/admin/penugasan/{foreign}/akhiri").status_code == 404
    assert hr.post(f"/admin/penugasan/{foreign}/akhiri").status_code == 404
    assert hr.post(NEW, data={**form(other, event_id), "unit": "INDONESIA"}).status_code == 422
    assert confirm(hr, form(agency, event_id)).status_code == 302


# --- Whom exactly -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("unit_lain", "TIDAK-ADA", "tidak ditemukan di antara unit Anda"),
        ("kecuali", "RAHASIA", "tidak ditemukan di antara unit Anda"),
        ("jabatan", "DUKE", "Pilih hanya dari daftar."),
        ("golongan", "V/z", "tidak dikenal"),
        ("pegawai", "HONORER", "Pilih hanya dari daftar."),
        ("jenis_instansi", "SCHOOL", "Pilih hanya dari daftar."),
        ("wilayah", "00.99", "tidak ada dalam daftar resmi"),
        ("daftar_nip", "1.98501012010011e+17", "NIP ke-1"),
        ("daftar", "Tim tanpa anggota", "Isi NIP dalam daftar ini"),
        ("buka", "0", "Tulis angka bulat"),
        ("buka", "²", "Tulis angka bulat"),
        ("kelonggaran", "5", "Pilih salah satu dari daftar."),
        ("berlaku", "12", "Pilih kursus penyegarannya"),
        ("penyegar", factories.COURSE, "Pilih kursus lain"),
    ],
)
def test_a_choice_of_people_that_cannot_be_is_refused_and_kept(
    admin: FlaskClient, agency: int, login: Login, db_session: Any, field: str, value: str, sentence: str
) -> None:
    factories.make_course()
    factories.make_unit(factories.make_agency(name="Instansi Lain"), name="Unit Rahasia", code="RAHASIA")
    hr = login(factories.make_person(agency, name="Pengelola", roles=[("HR", agency)]))
    answer = hr.post(NEW, data={**form(agency, 0, tahapan="TANGGAL", tanggal="2026-12-31"), field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "SE Uji" in answer.text, "nothing typed is lost"
    assert db_session.query(Assignment).count() == 0


def test_a_list_is_named_looked_at_and_given_as_it_was_seen(
    admin: FlaskClient, agency: int, login: Login, db_session: Any
) -> None:
    factories.make_course()
    number, coming = factories.make_number(), factories.make_number()
    chosen = factories.make_person(agency, name="Siti Terpilih", employee_number=number)
    values: dict[str, Any] = {
        **form(agency, 0, tahapan="TANGGAL", tanggal="2026-12-31", buka="10", kelonggaran="7"),
        "daftar": "Tim pengawas", "daftar_nip": f"{number[:8]} {number[8:]}\n{coming}", "jabatan": ["FUNCTIONAL", "OPERATIONAL"],
    }  # fmt: skip
    asked = admin.post(NEW, data=values)
    assert "1 orang akan wajib mengikuti kursus ini" in asked.text
    assert "3 orang NIP-nya tidak tercantum dalam daftar" in asked.text
    assert "1 NIP dalam daftar tidak ditemukan" in asked.text
    token = re.search(r'name="dilihat" value="([0-9a-f]{64})"', asked.text)
    assert token is not None
    # Meanwhile somebody on the list takes a seat there: what was seen is not given any more.
    factories.make_person(agency, employee_number=coming)
    changed = admin.post(NEW, data={**values, "dilihat": token[1]})
    assert "berubah sejak Anda memeriksanya" in changed.text
    assert "2 orang akan wajib" in changed.text
    assert db_session.query(Assignment).count() == 0
    tampered = admin.post(NEW, data={**values, "dilihat": token[1], "jabatan": ["ADMINISTRATOR"]})
    assert "berubah sejak Anda memeriksanya" in tampered.text, "only what was seen is given"
    assert db_session.query(Assignment).count() == 0
    assert confirm(admin, values).status_code == 302
    listed = admin.get("/admin/penugasan").text
    assert "Daftar “Tim pengawas”: 2 NIP" in listed
    assert "Jabatan: Jabatan Fungsional, Pelaksana" in listed
    home = login(chosen).get("/").text
    assert "Dibuka pada 21 Desember 2026. Anda boleh mulai sekarang." in home.replace("\u00a0", " ")
    assert "NIP Anda tercantum dalam daftar peserta yang ditetapkan instansi." in home
    assert "kelonggaran 7 hari" in home
    with clock.travel(datetime(2027, 1, 3, 3, 0, tzinfo=UTC)):
        assert "masih dalam masa kelonggaran" in login(chosen).get("/").text
        unit = f"/unit/{agency}/orang?kursus={factories.COURSE}&keadaan=terlambat"
        assert "Siti Terpilih" not in admin.get(unit).text
    with clock.travel(datetime(2027, 1, 8, 3, 0, tzinfo=UTC)):
        assert "Terlambat 8 hari" in login(chosen).get("/").text


def test_an_assignment_over_two_agencies_belongs_to_whoever_holds_both(
    admin: FlaskClient, agency: int, login: Login, db_session: Any
) -> None:
    other = factories.make_agency(name="Instansi Kedua")
    both = factories.assign(agency, due_on=date(2027, 1, 10), unit_ids=[other], now=NOW)
    country = factories.assign(None, due_on=date(2027, 1, 11), now=NOW)
    hr = login(factories.make_person(agency, name="Pengelola", roles=[("HR", agency)]))
    assert "Instansi Kedua" not in hr.get("/admin/penugasan").text
    for assignment in (both, country):
        assert hr.post(f"/admin/penugasan/{assignment}/akhiri").status_code == 404
    seen = admin.get("/admin/penugasan").text
    assert "Instansi Kedua" in seen
    assert "Seluruh Indonesia" in seen
    assert admin.post(f"/admin/penugasan/{country}/akhiri").status_code == 302


def test_who_passed_long_ago_reads_why_the_refresher_is_enough(
    agency: int, login: Login, db_session: Any
) -> None:
    from learning.records.services import Terms

    factories.make_course()
    factories.make_course("penyegaran-uji")
    person = factories.make_person(agency, name="Siti Lama")
    factories.pass_course(person, now=datetime(2024, 5, 1, 3, 0, tzinfo=UTC))
    terms = Terms(valid_months=12, refresher_key="penyegaran-uji", refresher_title="Penyegaran Uji")
    factories.assign(agency, due_on=date(2027, 1, 10), now=NOW, terms=terms)
    home = login(person).get("/").text.replace("\u00a0", " ")
    assert "Anda pernah lulus sebelum 10 Januari 2026, karena itu cukup mengikuti penyegaran ini." in home


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
    assert "Belum ada kursus yang terbit" in admin.get(NEW).text
    factories.make_course()
    assert "Belum ada tahapan yang akan datang" in admin.get(NEW).text


def test_an_invisible_nul_in_a_long_text_is_dropped(admin: FlaskClient) -> None:
    """PostgreSQL stores no NUL: without dropping it the form would end in an error page."""
    answer = new_election(admin, dasar="UU\x0010/2016\r\nPasal 70")
    assert answer.status_code == 302
    assert "UU10/2016" in admin.get(answer.location).text
