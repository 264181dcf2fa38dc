"""A list in, an answer a line out; a receipt that anybody can check; the same list again later."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from certificates.models import Certificate
from certificates.promotion import bulk, check_queries, check_services
from certificates.promotion.checklines import COLUMNS
from certificates.promotion.receipt_models import EligibilityCheck, Receipt
from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.models import Person, PersonView
from tests import factories

Login = Callable[[int], FlaskClient]
NOBODY = "198001012005011777"
DAY = "2027-04-01"


@pytest.fixture
def office(db_session: Any) -> dict[str, int]:
    agency, other = factories.make_agency("Satu"), factories.make_agency("Dua")
    unit = factories.make_unit(agency, "Dinas Uji")
    factories.make_course(modules=2)
    factories.load_rules(factories.make_rule(title="Kenaikan pangkat uji"))
    person = factories.make_person
    made = {
        "agency": agency,
        "hr": person(agency, "Bagas Pramudita", roles=[("HR", agency)]),
        "colleague": person(agency, "Rekan Pengelola", roles=[("HR", agency)]),
        "other_hr": person(other, "Pengelola Lain", roles=[("HR", other)]),
        "passed": person(unit, "Wening Astuti"),
        "missing": person(unit, "=Rangga Saputra"),
        "foreigner": person(other, "Wening Lain"),
    }
    factories.pass_course(made["passed"], now=clock.now() - timedelta(days=3))
    return made


def number(person_id: int) -> str:
    found = db.session.get_one(Person, person_id).employee_number
    db.session.rollback()
    return found


def paste(browser: FlaskClient, *lines: str, day: str = DAY) -> Any:
    form = {"numbers": "\n".join(lines), "rule": "promosi", "day": day}
    return browser.post("/kelayakan/banyak", data=form, follow_redirects=True)


def upload(browser: FlaskClient, content: bytes, name: str) -> Any:
    form = {"sheet": (io.BytesIO(content), name), "rule": "promosi", "day": DAY}
    page = browser.post("/kelayakan/banyak", data=form, content_type="multipart/form-data")
    assert page.status_code == 302, page.text
    jobs.drain()
    db.session.rollback()
    return browser.get(page.location)


def result(browser: FlaskClient, page: Any) -> list[dict[str, str]]:
    path = page.request.path
    lines = browser.get(f"{path}/hasil.csv").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(lines.removeprefix("\ufeff")), delimiter=";"))


def damaged(office: dict[str, int]) -> list[str]:
    passed, missing = number(office["passed"]), number(office["missing"])
    return [
        passed,
        f"'{missing}",
        "1.99E+17",
        passed[1:],
        f"{passed[:8]} {passed[8:14]} {passed[14]} {passed[15:]}",
        number(office["foreigner"]),
        NOBODY,
        "1990O214201503299" + "9",
        f"{passed[:15]}000",
    ]


def test_every_line_has_its_answer_in_the_order_of_the_list(office: dict[str, int], login: Login) -> None:
    hr = login(office["hr"])
    page = paste(hr, *damaged(office))
    assert page.status_code == 200
    rows = result(hr, page)
    assert tuple(rows[0]) == COLUMNS
    assert [row["Baris"] for row in rows] == [str(at) for at in range(1, 10)]
    assert [row["Kode"] for row in rows] == [
        "valid_certificate", "no_certificate", "nip.scientific", "nip.too_short", "repeated", "not_found", "not_found",
        "nip.letter_for_digit", "nip.serial_zero",
    ]  # fmt: skip
    assert [row["Putusan"] for row in rows[:3]] == ["Memenuhi", "Belum memenuhi", "Tidak diperiksa"]
    assert rows[1]["Nama"] == "'=Rangga Saputra"
    assert "Selesaikan kursus Netralitas Uji paling lambat 1 April 2027." in rows[1]["Tindak lanjut"]
    assert "NIP ini sudah ada pada baris 1." in rows[4]["Alasan"]
    assert all(row["Tindak lanjut"] for row in rows[1:])


def test_a_foreign_number_and_one_of_nobody_read_alike(office: dict[str, int], login: Login) -> None:
    hr = login(office["hr"])
    foreign, nobody = result(hr, paste(hr, number(office["foreigner"]), NOBODY))
    for column in ("Nama", "Jabatan dan unit", "Putusan", "Alasan", "Tindak lanjut", "Sertifikat", "Kode"):
        assert foreign[column] == nobody[column]
    counted = db.session.scalars(select(Receipt.counts)).one()
    assert (counted["REFUSED"], counted["ELIGIBLE"]) == (2, 0)


def test_whoever_is_checked_sees_it_and_the_foreigner_was_not_looked_at(
    office: dict[str, int], login: Login
) -> None:
    paste(login(office["hr"]), *damaged(office))
    seen = db.session.execute(select(PersonView.subject_id, PersonView.viewer_id, PersonView.purpose)).all()
    assert {(subject, viewer) for subject, viewer, _ in seen} == {
        (office["passed"], office["hr"]), (office["missing"], office["hr"]),
    }  # fmt: skip
    assert {purpose for *_, purpose in seen} == {"certificates.eligibility_bulk"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_answered_in_the_background(office: dict[str, int], login: Login, kind: str) -> None:
    rows = [
        ["Daftar usulan"],
        ["No", "NIP", "Nama"],
        [1, number(office["passed"]), "W"],
        [2, 199002142015032999, "R"],
    ]
    if kind == "csv":
        content = "\n".join(";".join(str(cell) for cell in row) for row in rows).encode()
    else:
        book, out = openpyxl.Workbook(), io.BytesIO()
        for row in rows:
            book.active.append(row)
        book.save(out)
        content = out.getvalue()
    hr = login(office["hr"])
    page = upload(hr, content, f"usulan.{kind}")
    found = result(hr, page)
    codes = ["valid_certificate", "not_found" if kind == "csv" else "nip.numeric_cell"]
    assert [row["Kode"] for row in found] == codes
    assert [row["Baris"] for row in found] == ["3", "4"]
    # The list itself is forgotten once it is answered.
    assert db.session.scalars(select(EligibilityCheck.content)).one() == b""


def test_a_list_in_several_parts_keeps_its_order_and_its_fingerprint(
    office: dict[str, int], login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PART", 2)
    hr = login(office["hr"])
    lines = damaged(office)
    in_parts = result(hr, upload(hr, "\n".join(lines).encode(), "daftar.txt"))
    at_once = result(hr, paste(hr, *lines))
    assert in_parts == at_once
    first, second = db.session.scalars(select(EligibilityCheck.id).order_by(EligibilityCheck.id)).all()
    for check_id in (first, second):
        check = check_queries.check_by_id(check_id)
        receipt = check_queries.receipt_of(check_id)
        assert check is not None
        assert receipt is not None
        assert receipt.result_hash == check_queries.digest_so_far(check).hexdigest()
        assert receipt.lines == len(lines)
    found: list[int] = []
    after: int | None = 0
    monkeypatch.setattr(check_queries, "PAGE", 2)
    while after is not None:
        page, after = check_queries.page_of(first, wanted="REFUSED", after=after)
        found += [at for at, _line in page]
    assert found == [3, 4, 5, 6, 7, 8, 9]


def test_a_worker_that_died_goes_on_where_it_was(
    office: dict[str, int], login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PART", 2)
    hr = login(office["hr"])
    kept, died = check_services.keep_part, []

    def keep(**values: Any) -> None:
        if values["number"] == 2 and not died:
            died.append(1)
            raise RuntimeError("the worker dies")
        kept(**values)

    monkeypatch.setattr(check_services, "keep_part", keep)
    form = {
        "sheet": (io.BytesIO("\n".join(damaged(office)).encode()), "d.csv"),
        "rule": "promosi",
        "day": DAY,
    }
    page = hr.post("/kelayakan/banyak", data=form, content_type="multipart/form-data")
    jobs.drain()
    db.session.rollback()
    assert died
    assert "Memeriksa daftar" in hr.get(page.location).text
    with clock.travel(clock.now() + timedelta(minutes=20)):
        jobs.drain()
    db.session.rollback()
    assert len(result(hr, hr.get(page.location))) == 9
    assert db.session.scalars(select(Receipt.lines)).one() == 9


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(80), "Huruf-hurufnya tidak terbaca"),
        (b"nama;unit\nWening;Dinas\n", "nip"),
        (b"PK\x03\x04" + bytes(200), "Berkas rusak"),
        (b"%PDF-1.7 x", "bukan berkas CSV"),
        (b"nip\n", "tidak ada satu baris pun"),
    ],
)
def test_an_unreadable_file_says_why(
    office: dict[str, int], login: Login, content: bytes, sentence: str
) -> None:
    page = upload(login(office["hr"]), content, "berkas.csv")
    assert sentence in page.text
    assert db.session.scalars(select(Receipt)).all() == []


def test_too_long_a_list_is_refused_as_a_whole(
    office: dict[str, int], login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MAX_LINES", 3)
    page = paste(login(office["hr"]), *damaged(office))
    assert page.status_code == 422
    assert "Lebih dari 3 baris" in page.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"numbers": ""}, "Tempelkan NIP"),
        ({"numbers": " \n \n"}, "Tempelkan NIP"),
        ({"rule": "mengada-ada"}, "Pilih salah satu aturan"),
        ({"rule": ""}, "Pilih aturan"),
        ({"day": ""}, "Isi tanggal efektif"),
        ({"day": "2027-02-30"}, "Tulis tanggal lengkap"),
        ({"day": "1899-01-01"}, "antara tahun 2000 dan 2100"),
    ],
)
def test_bad_input_comes_back_with_a_sentence(
    office: dict[str, int], login: Login, fields: dict[str, str], sentence: str
) -> None:
    form = {"numbers": NOBODY, "rule": "promosi", "day": DAY, **fields}
    page = login(office["hr"]).post("/kelayakan/banyak", data=form)
    assert page.status_code == 422
    assert sentence in page.text


@pytest.mark.parametrize("path", ["", "/kemajuan", "/hasil.csv", "/hasil.xlsx", "/ulang"])
def test_another_agency_finds_no_check_and_a_colleague_does(
    office: dict[str, int], login: Login, path: str
) -> None:
    address = paste(login(office["hr"]), *damaged(office)).request.path + path
    method = "POST" if path == "/ulang" else "GET"
    assert login(office["other_hr"]).open(address, method=method).status_code == 404
    assert login(office["passed"]).open(address, method=method).status_code == 403
    colleague = login(office["colleague"])
    assert colleague.open(address, method=method).status_code in {200, 302}
    looks = db.session.scalars(
        select(PersonView.subject_id).where(PersonView.viewer_id == office["colleague"])
    ).all()
    named = {office["passed"], office["missing"]} if path in ("", "/hasil.csv", "/hasil.xlsx") else set()
    assert set(looks) == named


# --- The receipt ---


def receipt_code() -> str:
    code = db.session.scalars(select(Receipt.code).order_by(Receipt.id.desc())).first()
    assert code is not None
    db.session.rollback()
    return code


def compare(visitor: FlaskClient, content: bytes) -> Any:
    return visitor.post(
        f"/verifikasi/tanda-terima/{receipt_code()}",
        data={"hasil": (io.BytesIO(content), "hasil.csv")},
        content_type="multipart/form-data",
    )


def test_anybody_can_check_a_receipt_and_its_file(
    office: dict[str, int], login: Login, client: FlaskClient
) -> None:
    hr = login(office["hr"])
    path = paste(hr, *damaged(office)).request.path
    page = client.get(f"/verifikasi/tanda-terima/{receipt_code().lower()}").text
    assert "TT-000001/" in page
    for secret in ("Wening", "Rangga", number(office["passed"])):
        assert secret not in page
    file = hr.get(f"{path}/hasil.csv").get_data()
    assert "sama persis" in compare(client, file).text
    text_of_file = file.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text_of_file), delimiter=";"))
    out = io.StringIO()
    csv.writer(out, delimiter=",", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [["Judul"], *rows, []]
    )
    assert "sama persis" in compare(client, out.getvalue().encode()).text
    assert "sama persis" in compare(client, text_of_file.replace("\r\n", "\n").encode("utf-8-sig")).text


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[2].__setitem__(6, "Memenuhi"),
        lambda rows: rows.pop(),
        lambda rows: rows.append(rows[-1]),
        lambda rows: rows.insert(1, rows.pop(2)),
        lambda rows: rows[1].__setitem__(4, "Wening  Astuti "),
        lambda rows: rows[1].append("x"),
    ],
    ids=["verdict", "line gone", "line added", "lines exchanged", "name", "cell added"],
)
def test_any_change_of_the_file_is_seen(
    office: dict[str, int], login: Login, client: FlaskClient, change: Callable[[list[list[str]]], Any]
) -> None:
    hr = login(office["hr"])
    path = paste(hr, *damaged(office)).request.path
    content = hr.get(f"{path}/hasil.csv").get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    change(rows)
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    assert "bukan hasil yang dicatat" in compare(client, out.getvalue().encode()).text


@pytest.mark.parametrize(
    "content", [b"", b"a;b\n", b"\xff\xfe\x00", b"PK\x03\x04" + bytes(50), b'"' * 200_000]
)
def test_what_is_no_result_file_is_told_so(
    office: dict[str, int], login: Login, client: FlaskClient, content: bytes
) -> None:
    paste(login(office["hr"]), NOBODY)
    page = compare(client, content)
    assert page.status_code == 422
    assert "Kolom-kolom hasil tidak ditemukan" in page.text


def test_an_unknown_receipt_and_too_many_files(
    office: dict[str, int], login: Login, client: FlaskClient
) -> None:
    assert client.get("/verifikasi/tanda-terima/0000000000000000").status_code == 404
    assert client.get("/verifikasi/tanda-terima?kode=abcd").status_code == 302
    paste(login(office["hr"]), NOBODY)
    answers = [compare(client, b"a;b\n").status_code for _ in range(8)]
    assert answers[:6] == [422] * 6
    assert answers[6:] == [429] * 2


@pytest.mark.parametrize("table", ["eligibility_receipt", "eligibility_check_part", "eligibility_check"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {} + 1", "DELETE FROM {}"])
def test_a_finished_check_is_frozen(office: dict[str, int], login: Login, table: str, verb: str) -> None:
    paste(login(office["hr"]), *damaged(office))
    column = "rule_id" if table == "eligibility_check" else "lines"
    with pytest.raises(DBAPIError, match="frozen: eligibility"):
        write(db.session.execute, statement=text(verb.format(table, column, column)))


# --- Again ---


def test_again_gives_the_same_answer_then_and_shows_what_is_different_today(
    office: dict[str, int], login: Login
) -> None:
    hr = login(office["hr"])
    first = paste(hr, *damaged(office))
    before = result(hr, first)
    certificate_id = db.session.scalars(select(Certificate.id)).one()
    db.session.rollback()
    factories.revoke_certificate(certificate_id)
    # Even what is known of the person changes.
    write(db.session.execute, statement=text("UPDATE person SET name = 'Nama Baru' WHERE id = :id"), params={"id": office["passed"]})  # fmt: skip
    with clock.travel(clock.now() + timedelta(days=40)):
        hr = login(office["hr"])
        page = hr.post(f"{first.request.path}/ulang")
        jobs.drain()
        db.session.rollback()
        again = hr.get(page.location)
        assert "setiap baris keluar sama" in again.text
        assert "1 baris putusannya lain" in again.text
        assert result(hr, first) == before
        changed = hr.get(f"{page.location}?putusan=CHANGED").text
        assert "Nama Baru" in changed
        assert "Rangga" not in changed
        rows = result(hr, again)
    assert [row["Kode"] for row in rows][:3] == ["revoked", "no_certificate", "nip.scientific"]
    assert [row["Alasan"] for row in rows[2:]] == [row["Alasan"] for row in before[2:]]


def test_a_decision_that_would_come_out_otherwise_is_called_out(
    office: dict[str, int], login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a later release decided differently over the same evidence, the repetition says so."""
    from certificates.promotion import jobs as check_jobs
    from certificates.promotion.eligibility import Outcome, Verdict

    hr = login(office["hr"])
    first = paste(hr, *damaged(office))
    monkeypatch.setattr(
        check_jobs, "decide", lambda rule, evidence, day: Verdict(Outcome.UNDETERMINED, rule, day, ())
    )
    page = hr.post(f"{first.request.path}/ulang")
    jobs.drain()
    db.session.rollback()
    assert "2 baris keluar lain" in hr.get(page.location).text


def test_the_day_of_the_question_counts_not_the_day_of_asking(office: dict[str, int], login: Login) -> None:
    hr = login(office["hr"])
    late = date(2030, 1, 1).isoformat()
    rows = result(hr, paste(hr, number(office["passed"]), day=late))
    assert rows[0]["Kode"] == "expired"
    assert "hanya berlaku sampai" in rows[0]["Alasan"]
