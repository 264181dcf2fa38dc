"""Reading what people keep in spreadsheets."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.people.import_rows import check_people, check_units, grade_of, is_email, is_region_code
from learning.people.import_words import PERSON_COLUMNS, UNIT_COLUMNS
from learning.people.kinds import EmploymentType
from learning.people.spreadsheet import SheetError, read_sheet

TODAY = date(2026, 11, 24)
HEAD = "NIP;Nama;Surel;Kode Unit;Jabatan;Jenis Jabatan;Golongan;Jenis Pegawai;Mulai"
ROW = "199002142015032999;Ratna;ratna@contoh.go.id;PKM;Perawat;fungsional;III/b;PNS;2026-01-02"


def people(text: str | bytes) -> Any:
    body = text.encode() if isinstance(text, str) else text
    return check_people(read_sheet(body, columns=PERSON_COLUMNS).rows, units={"pkm": 7}, today=TODAY)


def found(text: str) -> list[tuple[int, str, str]]:
    return [(item.row, item.column, item.problem.code) for item in people(text).findings]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_in_every_dress(delimiter: str, encoding: str) -> None:
    text = f"{HEAD}\r\n{ROW}\r\n".replace(";", delimiter)
    line = people(text.encode(encoding)).lines[0]
    assert (line.employee_number, line.unit_id, line.starts_on) == ("199002142015032999", 7, date(2026, 1, 2))


def test_a_title_above_the_header_does_not_matter_and_rows_keep_their_numbers() -> None:
    assert found(
        f"DAFTAR PEGAWAI\n\n{HEAD}\n{ROW}\n\n{ROW.replace('PKM', 'ZZZ').replace('999;', '998;')}\n"
    ) == [(6, "unit-kode", "row.unit_unknown")]


def test_every_fault_of_a_row_is_reported_and_other_rows_go_on() -> None:
    bad = "1.99E+17;R4tna;bukan surel;ZZZ;;nakhoda;IX;HONORER;32 Januari"
    checked = people(f"{HEAD}\n{bad}\n{ROW}\n")
    assert len(checked.lines) == 1
    assert {item.column for item in checked.findings} >= {"nip", "nama", "surel", "unit-kode", "jabatan"}
    assert {item.row for item in checked.findings} == {2}


def test_the_same_number_twice_with_other_content_is_refused() -> None:
    assert found(f"{HEAD}\n{ROW}\n{ROW.replace('Ratna', 'Dewi')}\n") == [(3, "nip", "row.nip_twice")]
    assert not found(f"{HEAD}\n{ROW}\n{ROW}\n")


def test_the_kind_of_employment_must_agree_with_the_number() -> None:
    assert found(f"{HEAD}\n{ROW.replace('III/b;PNS', 'IX;PPPK')}\n") == [
        (2, "jenis-pegawai", "row.employment_mismatch")
    ]


@pytest.mark.parametrize(
    ("text", "employment", "grade"),
    [
        ("iii/B", EmploymentType.PNS, "III/b"),
        ("III / c", EmploymentType.PNS, "III/c"),
        ("IV/e", EmploymentType.PNS, "IV/e"),
        ("III/e", EmploymentType.PNS, None),
        ("V/a", EmploymentType.PNS, None),
        ("ix", EmploymentType.PPPK, "IX"),
        ("XVIII", EmploymentType.PPPK, None),
        ("III/a", EmploymentType.PPPK, None),
    ],
)
def test_grades(text: str, employment: EmploymentType, grade: str | None) -> None:
    assert grade_of(text, employment) == grade


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("a@b.go.id", True),
        ("a@b", False),
        ("a b@c.id", False),
        ("a@b..id", False),
        ("a\n@b.id", False),
        ("", False),
    ],
)
def test_mail_addresses(text: str, fine: bool) -> None:
    assert is_email(text) is fine


@pytest.mark.parametrize(
    ("text", "fine"),
    [("33", True), ("33.74", True), ("33.74.01.1001", True), ("3374", False), ("33.", False)],
)
def test_region_codes(text: str, fine: bool) -> None:
    assert is_region_code(text) is fine


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_keeps_the_types_of_its_cells() -> None:
    row: list[Any] = ROW.split(";")
    row[8] = datetime(2026, 1, 2)
    assert people(workbook(HEAD.split(";"), row)).lines[0].starts_on == date(2026, 1, 2)
    row[0] = 199002142015032999
    assert [item.problem.code for item in people(workbook(HEAD.split(";"), row)).findings] == [
        "nip.numeric_cell"
    ]


def refused(content: bytes) -> str:
    with pytest.raises(SheetError) as error:
        read_sheet(content, columns=PERSON_COLUMNS)
    return error.value.code


def test_bombs_entities_and_other_animals_are_refused() -> None:
    def packed(**parts: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            for name, body in parts.items():
                archive.writestr(f"xl/{name}.xml", body)
        return out.getvalue()

    assert refused(packed(sheet=b"0" * (81 * 1024 * 1024))) == "sheet.bomb"
    assert refused(packed(sheet=b'<!DOCTYPE x [<!ENTITY a "b">]>')) == "sheet.bomb"
    assert refused(b"PK\x03\x04") == "sheet.broken"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old") == "sheet.locked_or_old"
    assert refused(b"<html><table>") == "sheet.not_a_table"
    assert refused((HEAD + "\n").encode()) == "sheet.no_rows"
    assert refused(HEAD.replace("Nama", "NIP").encode()) == "sheet.column_twice"
    assert refused(b"x" * (5 * 1024 * 1024 + 1)) == "sheet.too_large"
    assert refused(f"{HEAD}\n{(ROW + chr(10)) * 20_001}".encode()) == "sheet.too_many_rows"


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(content: bytes) -> None:
    with suppress(SheetError):
        read_sheet(content, columns=PERSON_COLUMNS)


@given(st.lists(st.text(max_size=12), max_size=12))
def test_no_cells_crash_the_check(cells: list[str]) -> None:
    text = f"{HEAD}\n" + ";".join(cell.replace("\n", " ").replace("\r", " ") for cell in cells)
    with suppress(SheetError):
        people(text)


def test_units_come_parents_first_and_circles_are_named() -> None:
    text = "kode;kode induk;nama;jenis\nC;B;Seksi;seksi\nB;A;Bidang;bidang\nX;Y;Satu;seksi\nY;X;Dua;seksi\n"
    checked = check_units(
        read_sheet(text.encode(), columns=UNIT_COLUMNS).rows, known_codes={"a": None}, may_add_agency=False
    )
    assert [line.code for line in checked.lines] == ["B", "C"]
    assert {item.problem.code for item in checked.findings} == {"row.parent_circle_or_bad"}
