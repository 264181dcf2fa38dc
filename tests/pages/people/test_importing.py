"""A spreadsheet's way on the pages: upload, look, apply."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from learning.kernel import jobs
from learning.people import queries
from tests import factories

Login = Callable[[int], FlaskClient]
HEAD = "nip;nama;surel;unit-kode;jabatan;jenis-jabatan;golongan;jenis-pegawai;mulai\n"
GOOD = "199003032015032901;Dewi Lestari;dewi@contoh.invalid;DINKES;Perawat;fungsional;III/b;PNS;2026-01-02\n"


@pytest.fixture
def office(db_session: Any) -> tuple[int, int]:
    agency = factories.make_agency(code="KAB")
    factories.make_unit(agency, "Dinas Kesehatan", code="DINKES")
    return agency, factories.make_person(agency, name="Ani Admin", roles=[("ADMIN", agency)])


def upload(browser: FlaskClient, content: str | bytes, agency: int, kind: str = "PEOPLE") -> Any:
    body = content.encode() if isinstance(content, str) else content
    data = {"jenis": kind, "instansi": str(agency), "berkas": (io.BytesIO(body), "pegawai.csv")}
    return browser.post("/admin/impor", data=data, content_type="multipart/form-data")


def confirm(browser: FlaskClient, at: str, **more: str) -> Any:
    """Tap the button of the dry run that the page shows now."""
    seen = re.search(r'name="sidik"[^>]*value="([0-9a-f]{64})"', browser.get(at).text)
    return browser.post(f"{at}/terapkan", data={"sidik": seen[1] if seen else "", **more})


def test_good_rows_are_applied_after_somebody_looked(office: tuple[int, int], login: Login) -> None:
    agency, admin = office
    browser = login(admin)
    at = upload(browser, HEAD + GOOD, agency).location
    assert "sedang diperiksa" in browser.get(at).text
    assert browser.get(f"{at}/kemajuan").get_json()["finished"] is False
    jobs.drain()
    assert queries.person_by_number("199003032015032901") is None, "nothing happens before the look"
    assert browser.get(f"{at}/kemajuan").get_json()["finished"] is True
    assert "1 baris dapat diterapkan" in browser.get(at).text
    page = browser.get(at).text
    seen = re.search(r'name="sidik"[^>]*value="([0-9a-f]{64})"', page)
    assert seen is not None
    for _ in range(2):
        assert browser.post(f"{at}/terapkan", data={"sidik": seen[1]}).status_code == 302  # tapped twice
    jobs.drain()
    assert "Impor selesai" in browser.get(at).text
    assert queries.person_by_number("199003032015032901") is not None


def test_damaged_numbers_are_refused_row_by_row_and_the_rest_goes_on(
    office: tuple[int, int], login: Login
) -> None:
    agency, admin = office
    bad = [
        GOOD.replace("199003032015032901", nip) for nip in ("1.99003E+17", "199003032015032000", "19900303")
    ]
    browser = login(admin)
    at = upload(browser, HEAD + GOOD + "".join(bad), agency).location
    jobs.drain()
    page = browser.get(at).text
    assert "3 baris perlu diperbaiki, 1 baris dapat diterapkan" in page
    assert "1.99003E+17" in page
    assert "mengubah NIP menjadi bilangan" in page
    assert "bekas pembulatan" in page
    assert "Lengkapi 10 angka" in page
    confirm(browser, at)
    jobs.drain()
    assert "3</b>" in browser.get(at).text


def test_a_number_cell_of_a_workbook_is_refused_whatever_it_shows(
    office: tuple[int, int], login: Login
) -> None:
    agency, admin = office
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD.strip().split(";"))
    row: list[Any] = GOOD.strip().split(";")
    row[0] = 199003032015032901
    sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    browser = login(admin)
    at = upload(browser, out.getvalue(), agency).location
    jobs.drain()
    assert "hanya menyimpan 15 angka pertama" in browser.get(at).text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Berkas kosong."),
        (b"PK\x03\x04rusak", "Berkas rusak dan tidak terbaca."),
        (b"%PDF-1.7 x", "Ini bukan berkas CSV atau XLSX."),
        (b"nama;kota\nDewi;Sigi\n", "Kolom ini tidak ditemukan"),
        (b"\x00\x01\x02", "Huruf-hurufnya tidak terbaca."),
    ],
)
def test_a_file_that_is_no_table_gets_a_sentence_and_a_remedy(
    office: tuple[int, int], login: Login, content: bytes, sentence: str
) -> None:
    agency, admin = office
    browser = login(admin)
    answer = upload(browser, content, agency)
    if answer.status_code == 302:
        jobs.drain()
        answer = browser.get(answer.location)
    assert answer.status_code in {200, 422}
    assert sentence in answer.text


def test_without_a_file_the_form_says_so(office: tuple[int, int], login: Login) -> None:
    agency, admin = office
    answer = login(admin).post("/admin/impor", data={"jenis": "PEOPLE", "instansi": str(agency)})
    assert answer.status_code == 422
    assert "Pilih berkas CSV atau XLSX." in answer.text


def test_formulas_stay_text_on_the_page_and_in_the_list(office: tuple[int, int], login: Login) -> None:
    agency, admin = office
    evil = GOOD.replace("Perawat", '=HYPERLINK("http://jahat")').replace("fungsional", "=cmd|' /C calc'!A1")
    browser = login(admin)
    at = upload(browser, HEAD + evil + GOOD.replace("DINKES", "+1<script>"), agency).location
    jobs.drain()
    assert "<script>" not in browser.get(at).text.replace("<script src", "")
    body = browser.get(f"{at}/temuan.csv").data.decode("utf-8-sig")
    cells = [cell.strip('"') for line in body.splitlines() for cell in line.split(";")]
    assert not [cell for cell in cells if cell[:1] in "=+-@\t" and cell]


def test_only_the_uploader_sees_a_file(office: tuple[int, int], login: Login) -> None:
    agency, admin = office
    at = upload(login(admin), HEAD + GOOD, agency).location
    colleague = login(factories.make_person(agency, name="Rekan", roles=[("ADMIN", agency)]))
    for path in (at, f"{at}/kemajuan", f"{at}/temuan.csv"):
        assert colleague.get(path).status_code == 404
    assert colleague.post(f"{at}/terapkan").status_code == 404


def test_an_agency_admin_cannot_import_into_another_agency(office: tuple[int, int], login: Login) -> None:
    _agency, admin = office
    other = factories.make_agency("Kabupaten B", code="KABB")
    browser = login(admin)
    for target in (str(other), ""):
        data = {
            "jenis": "PEOPLE",
            "instansi": target,
            "berkas": (io.BytesIO((HEAD + GOOD).encode()), "a.csv"),
        }
        assert browser.post("/admin/impor", data=data).status_code == 422


def test_a_file_cannot_take_over_somebody_of_another_agency(office: tuple[int, int], login: Login) -> None:
    agency, admin = office
    other = factories.make_agency("Kabupaten B", code="KABB")
    foreign = factories.make_person(other, name="Bejo Seberang", employee_number="199003032015032901")
    browser = login(admin)
    at = upload(browser, HEAD + GOOD, agency).location
    jobs.drain()
    confirm(browser, at)
    jobs.drain()
    assert "Pegawai ini tercatat di instansi lain." in browser.get(at).text
    row = queries.person_row(foreign)
    assert row is not None
    assert row.name == "Bejo Seberang"


def test_a_file_cannot_put_a_new_address_on_an_admin_of_everything(
    office: tuple[int, int], login: Login
) -> None:
    agency, admin = office
    chief = factories.make_person(
        agency,
        name="Dewi Lestari",
        employee_number="199003032015032901",
        email="asli@contoh.invalid",
        roles=[("ADMIN", None)],
    )
    browser = login(admin)
    at = upload(browser, HEAD + GOOD, agency).location
    jobs.drain()
    confirm(browser, at)
    jobs.drain()
    assert "memegang peran di atas peran Anda" in browser.get(at).text
    row = queries.person_row(chief)
    assert row is not None
    assert row.email == "asli@contoh.invalid"


def test_the_same_file_again_changes_nothing(office: tuple[int, int], login: Login) -> None:
    agency, admin = office
    browser = login(admin)
    for expected in ("1</b>", "baris sudah sama"):
        at = upload(browser, HEAD + GOOD, agency).location
        jobs.drain()
        confirm(browser, at)
        jobs.drain()
        assert expected in browser.get(at).text
    person = queries.person_by_number("199003032015032901")
    assert person is not None
    assert len(queries.postings_of(person.id)) == 1


def test_units_come_in_parents_first_whatever_the_order(office: tuple[int, int], login: Login) -> None:
    agency, admin = office
    content = (
        "kode;kode-induk;nama;jenis\nSEKSI-1;BIDANG-1;Seksi Satu;seksi\nBIDANG-1;DINKES;Bidang Satu;bidang\n"
    )
    browser = login(admin)
    at = upload(browser, content, agency, kind="UNITS").location
    jobs.drain()
    confirm(browser, at)
    jobs.drain()
    assert "Impor selesai" in browser.get(at).text
    assert set(queries.unit_codes(agency)) >= {"seksi-1", "bidang-1"}


@pytest.mark.parametrize("kind", ["orang", "unit"])
def test_the_template_keeps_numbers_as_text_and_is_accepted(
    office: tuple[int, int], login: Login, kind: str
) -> None:
    answer = login(office[1]).get(f"/admin/impor/contoh/{kind}.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert sheet["A2"].number_format == "@"
    assert isinstance(sheet["A2"].value, str)
    assert login(office[1]).get("/admin/impor/contoh/rahasia.xlsx").status_code == 404


def test_a_class_of_rows_can_be_looked_at_by_itself(office: tuple[int, int], login: Login) -> None:
    agency, admin = office
    factories.make_person(
        agency, name="Dewi Lama", employee_number="199003032015032901", position_title="Perawat"
    )
    browser = login(admin)
    other = GOOD.replace("199003032015032901", "199003032015032902").replace("Dewi", "Tono")
    at = upload(browser, HEAD + GOOD + other, agency).location
    jobs.drain()
    moved = browser.get(f"{at}?kelas=MOVED").text
    assert "<del>Kabupaten Uji</del>" in moved
    assert "<ins>Dinas Kesehatan</ins>" in moved
    assert "Tono Lestari" not in moved
    assert "Tono Lestari" in browser.get(f"{at}?kelas=NEW").text
    assert browser.get(f"{at}?kelas=<script>").status_code == 200


def test_refused_rows_are_downloaded_in_their_own_columns_by_the_uploader_alone(
    office: tuple[int, int], login: Login
) -> None:
    agency, admin = office
    browser = login(admin)
    at = upload(browser, HEAD + GOOD + GOOD.replace("DINKES", "DINKEZ"), agency).location
    jobs.drain()
    body = browser.get(f"{at}/perbaiki.csv").data.decode("utf-8-sig").splitlines()
    assert body[0].startswith("nip;nama;surel;unit-kode;")
    assert body[0].endswith("nomor baris;masalah;perbaikan")
    assert len(body) == 2
    assert body[1].startswith("199003032015032901;Dewi Lestari;dewi@contoh.invalid;DINKEZ;")
    colleague = login(factories.make_person(agency, name="Rekan", roles=[("ADMIN", agency)]))
    assert colleague.get(f"{at}/perbaiki.csv").status_code == 404


def test_a_complete_list_that_is_too_short_asks_why_and_a_stale_look_is_refused(
    office: tuple[int, int], login: Login
) -> None:
    agency, admin = office
    for n in range(6):
        factories.make_person(agency, name=f"Pegawai {'abcdef'[n]}")
    browser = login(admin)
    data = {
        "jenis": "PEOPLE",
        "instansi": str(agency),
        "lengkap": "y",
        "berkas": (io.BytesIO((HEAD + GOOD).encode()), "a.csv"),
    }
    at = browser.post("/admin/impor", data=data, content_type="multipart/form-data").location
    jobs.drain()
    assert "6 dari 7 orang di Kabupaten Uji" in browser.get(at).text
    answer = confirm(browser, at, alasan="ya")
    assert answer.status_code == 422
    assert "Tulis alasannya, paling sedikit 10 huruf." in answer.text
    stale = browser.post(f"{at}/terapkan", data={"sidik": "0" * 64, "alasan": "Perda 3 Tahun 2026"})
    assert stale.status_code == 422
    assert "sudah diganti yang lebih baru" in stale.text
    assert confirm(browser, at, alasan="Perda 3 Tahun 2026").status_code == 302
    jobs.drain()
    assert "6</b>" in browser.get(at).text


def test_who_retired_is_shown_apart_and_a_row_that_does_not_add_up_comes_back(
    office: tuple[int, int], login: Login
) -> None:
    agency, admin = office
    retires, unclear = (factories.make_person(agency, "Dewi Lestari") for _ in range(2))
    numbers = []
    for who in (retires, unclear):
        found = queries.person_row(who)
        assert found is not None
        numbers.append(found.employee_number)
    head = HEAD.strip() + ";TMT Pensiun;Sebab Berhenti\n"
    rows = (
        f"{numbers[0]};Dewi Lestari;;;;;;;;2026-03-01;Pensiun\n{numbers[1]};Dewi Lestari;;;;;;;;2026-03-01;\n"
    )
    browser = login(admin)
    at = upload(browser, head + rows, agency).location
    jobs.drain()
    page = browser.get(at).text.replace("\u00a0", " ")
    assert "Pensiun atau berhenti" in page
    assert "28 Februari 2026" in page, "the last day is the day before the TMT"
    assert "Tanggal berhentinya sudah lewat, tetapi sebabnya tidak terisi." in page
    refused = browser.get(f"{at}/perbaiki.csv").get_data(as_text=True)
    assert "tmt-berhenti" in refused
    assert numbers[1] in refused
    confirm(browser, at)
    jobs.drain()
    assert "Impor selesai" in browser.get(at).text
    gone = queries.person_by_number(numbers[0])
    assert gone is not None
    assert gone.status.value == "RETIRED"
