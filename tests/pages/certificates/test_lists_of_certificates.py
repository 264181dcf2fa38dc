"""Many certificates at once: codes for everybody, numbers for those who look after the person, receipts for all."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from certificates import codes
from certificates.models import Certificate
from certificates.verification.models import VerificationReceipt
from learning.kernel.audit import AuditEntry
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.models import PersonView
from tests import factories

PASSED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PAGE = "/verifikasi/daftar"
STAFF_PAGE = "/verifikasi/nomor"


class Town:
    """Two agencies with one certificate each, and HR of the first."""

    def __init__(self) -> None:
        factories.make_course(modules=1)
        self.papers: dict[str, tuple[int, str, str]] = {}
        for name in ("Sagara", "Wanaraya"):
            agency = factories.make_agency(f"Kabupaten {name}")
            unit = factories.make_unit(agency)
            person_id = factories.make_person(unit, f"Ratna {name}")
            factories.pass_course(person_id, now=PASSED)
            row = db.session.scalar(select(Certificate).where(Certificate.person_id == person_id))
            assert row is not None
            self.papers[name] = (person_id, row.code, row.number)
            if name == "Sagara":
                self.hr = factories.make_person(unit, "Pengelola Satu", roles=[("HR", agency)])
        db.session.rollback()


@pytest.fixture
def town(db_session: Any) -> Town:
    return Town()


def sent(browser: FlaskClient, **values: Any) -> Any:
    return browser.post(STAFF_PAGE, data=values, follow_redirects=True, content_type="multipart/form-data")


def cells(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_visitor_gets_an_answer_for_each_code_and_keeps_a_file(town: Town, client: FlaskClient) -> None:
    codes_given = [paper[1] for paper in town.papers.values()]
    page = client.post(PAGE, data={"daftar": "\n".join([*codes_given, "0" * 30, "salah"])})
    assert page.status_code == 200
    told = cells(page.text)
    for words in ("Ratna Sagara", "Ratna Wanaraya", "Tidak ditemukan", "Salah tulis", "2 dari 4 baris"):
        assert words in told
    assert page.headers["Referrer-Policy"] == "same-origin"
    file = client.post(PAGE, data={"daftar": codes_given[0], "hasil": "csv"})
    assert file.headers["Content-Type"].startswith("text/csv")
    found = re.search(r"periksa-sertifikat-([A-Z0-9-]+)\.csv", file.headers["Content-Disposition"])
    assert found is not None
    receipt = f"/verifikasi/daftar/tanda-terima/{found[1]}"
    # The door that is printed beside the code serves both kinds of receipt.
    assert client.get(f"/verifikasi/tanda-terima/{found[1]}").headers["Location"] == receipt
    assert "Tanda terima ini asli" in client.get(receipt).text

    def compared(content: bytes) -> str:
        data = {"berkas": (io.BytesIO(content), "hasil.csv")}
        return client.post(receipt, data=data, content_type="multipart/form-data").text

    assert "asli dan tidak berubah" in compared(file.data)
    assert "bukan hasil pemeriksaan itu" in compared(file.data.replace(b"Berlaku", b"Dicabut"))
    assert "Pilih berkas CSV" in client.post(receipt, data={}).text


def test_of_a_visitor_only_counts_and_hash_are_kept(town: Town, client: FlaskClient) -> None:
    client.post(PAGE, data={"daftar": town.papers["Sagara"][1]})
    db.session.rollback()
    row = db.session.scalars(select(VerificationReceipt)).one()
    assert (row.maker_id, row.content, row.purpose) == (None, None, "")
    assert row.payload["counts"] == {"VALID": 1}
    assert "Ratna" not in str(row.payload)
    assert db.session.scalar(select(func.count()).select_from(PersonView)) == 0


def test_a_number_is_answered_to_no_visitor_and_no_learner(
    town: Town, client: FlaskClient, login: Callable[[int], FlaskClient]
) -> None:
    person_id, _code, number = town.papers["Sagara"]
    for browser in (client, login(person_id)):
        told = cells(browser.post(PAGE, data={"daftar": number}).text)
        assert "Nomor tidak dilayani" in told
        assert "Netralitas Uji" not in told


def test_hr_gets_numbers_of_its_own_people_and_nothing_tells_others_from_nobody(
    town: Town, login: Callable[[int], FlaskClient]
) -> None:
    browser = login(town.hr)
    own, foreign = town.papers["Sagara"][2], town.papers["Wanaraya"][2]
    nobody = "99999/NETRA/NTU/XI/2026"
    page = sent(browser, daftar=f"{own}\n{foreign}\n{nobody}", keperluan="Usul kenaikan pangkat")
    told = cells(page.text)
    assert "Ratna Sagara" in told
    assert "Ratna Wanaraya" not in told
    answers = []
    for number in (foreign, nobody):
        told = cells(sent(browser, daftar=number, keperluan="Usul").text)
        told = re.sub(r"[0-9A-Z]{5}(-[0-9A-Z]{5}){5}|pukul\W*[0-9.]+", "", told.replace(number, "N"))
        answers.append(told)
    assert answers[0] == answers[1]


def test_who_was_found_can_see_who_looked_and_the_purpose_is_kept(
    town: Town, login: Callable[[int], FlaskClient]
) -> None:
    own, foreign = town.papers["Sagara"], town.papers["Wanaraya"]
    sent(login(town.hr), daftar=f"{own[2]}\n{own[1]}\n{foreign[1]}", keperluan="Seleksi terbuka")
    db.session.rollback()
    views = db.session.scalars(select(PersonView).order_by(PersonView.subject_id)).all()
    assert [(view.subject_id, view.viewer_id, view.purpose) for view in views] == [
        (own[0], town.hr, "certificates.verification"),
        (foreign[0], town.hr, "certificates.verification"),
    ]
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "certificate.list_checked")
    ).one()
    assert entry.detail["purpose"] == "Seleksi terbuka"
    assert "Memeriksa daftar sertifikat" in login(own[0]).get("/data-saya").text


def test_a_workbook_goes_in_and_csv_and_workbook_come_out(
    town: Town, login: Callable[[int], FlaskClient]
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Nomor sertifikat"],
        [town.papers["Sagara"][2]],
        [codes.display(town.papers["Wanaraya"][1])],
    ):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    browser = login(town.hr)
    page = sent(browser, berkas=(io.BytesIO(out.getvalue()), "daftar.xlsx"), keperluan="Audit")
    assert "2 dari 2 baris" in page.text
    address = page.request.path
    file = browser.get(f"{address}.csv")
    table = openpyxl.load_workbook(io.BytesIO(browser.get(f"{address}.xlsx").data))["Hasil"]
    assert [cell.value for cell in table[2]][2:3] == ["Berlaku"]
    assert table.max_row == 3
    receipt = address.replace("/daftar/", "/daftar/tanda-terima/")
    data = {"berkas": (io.BytesIO(file.data), "hasil.csv")}
    told = browser.post(receipt, data=data, content_type="multipart/form-data").text
    assert "asli dan tidak berubah" in told
    assert "Kabupaten Sagara" in told


def test_a_result_is_for_whoever_made_it_and_its_receipt_for_everybody(
    town: Town, login: Callable[[int], FlaskClient], client: FlaskClient
) -> None:
    page = sent(login(town.hr), daftar=town.papers["Sagara"][2], keperluan="Rahasia dinas")
    address = page.request.path
    other = factories.make_person(
        factories.make_unit(agency := factories.make_agency("Lain")), roles=[("HR", agency)]
    )
    for ending in ("", ".csv", ".xlsx"):
        assert login(other).get(address + ending).status_code == 404
    told = client.get(address.replace("/daftar/", "/daftar/tanda-terima/")).text
    for hidden in ("Ratna", "Rahasia dinas", town.papers["Sagara"][2], "Pengelola Satu"):
        assert hidden not in told


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"daftar": "", "keperluan": "x"}, "Tempel paling sedikit satu"),
        ({"daftar": " \n ;", "keperluan": "x"}, "Tempel paling sedikit satu"),
        ({"daftar": "a", "keperluan": ""}, "untuk apa daftar ini diperiksa"),
        ({"daftar": "a\n" * 1001, "keperluan": "x"}, "paling banyak 1000"),
        ({"daftar": "a", "keperluan": "x" * 201}, "Isian terlalu panjang"),
    ],
)
def test_hr_is_told_what_to_mend_and_loses_nothing(
    town: Town, login: Callable[[int], FlaskClient], values: dict[str, str], sentence: str
) -> None:
    page = sent(login(town.hr), **values)
    assert page.status_code == 422
    assert sentence in page.text
    assert values["keperluan"] in page.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7", "bukan berkas CSV atau XLSX"),
        (b"nama;nip\nA;1\n", "Kolom ini tidak ditemukan"),
        (b"kode\n" + b"x\n" * 1001, "Lebih dari 1000 baris"),
        (b"x" * 20_001, "lebih besar dari 1 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_remedy(
    town: Town,
    login: Callable[[int], FlaskClient],
    content: bytes,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("certificates.routes.lists.MAX_FILE", 20_000)
    page = sent(login(town.hr), berkas=(io.BytesIO(content), "d.csv"), keperluan="Audit")
    assert page.status_code == 422
    assert sentence in page.text


def test_a_visitor_who_asks_too_much_or_too_often_is_refused(town: Town, client: FlaskClient) -> None:
    page = client.post(PAGE, data={"daftar": "a\n" * 101})
    assert page.status_code == 422
    assert "paling banyak 100" in page.text
    for _ in range(5):
        assert client.post(PAGE, data={"daftar": "a"}).status_code == 200
    refused = client.post(PAGE, data={"daftar": "a"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1


def test_an_unknown_receipt_is_a_calm_404(client: FlaskClient) -> None:
    for code in ("x", "0" * 30, "%00", "U" * 500):
        assert client.get(f"/verifikasi/tanda-terima/{code}").status_code == 404
        assert client.get(f"/verifikasi/daftar/tanda-terima/{code}").status_code == 404
    assert client.get("/verifikasi/tanda-terima", query_string={"kode": "0" * 30}).status_code == 302


def test_a_checked_list_costs_few_statements(town: Town, client: FlaskClient, query_count: Any) -> None:
    listed = "\n".join([paper[1] for paper in town.papers.values()] * 20)
    client.get(PAGE)
    with query_count() as statements:
        client.post(PAGE, data={"daftar": listed})
    assert len(statements) < 20


@pytest.mark.parametrize(
    "statement", ["UPDATE verification_receipt SET purpose = 'x'", "DELETE FROM verification_receipt"]
)
def test_the_database_refuses_to_change_a_receipt(town: Town, client: FlaskClient, statement: str) -> None:
    client.post(PAGE, data={"daftar": "a"})
    with pytest.raises(DBAPIError, match="frozen: verification_receipt"):
        write(db.session.execute, statement=text(statement))
