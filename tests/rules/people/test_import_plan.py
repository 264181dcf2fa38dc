"""What a row of a file would do to somebody: each class, and why some rows do nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from learning.people.chunks import Missing, pack, pack_rejected, unpack, unpack_rejected
from learning.people.import_plan import (
    Effect,
    Known,
    KnownUnit,
    Seat,
    Step,
    corrects_seat,
    plan_missing,
    plan_person,
    plan_unit,
    too_many_leave,
)
from learning.people.import_rows import PersonLine, UnitLine, check_person, grade_of
from learning.people.import_words import PERSON_COLUMNS
from learning.people.kinds import EmploymentType, PersonStatus, PositionType, PostingKind, UnitKind
from learning.people.spreadsheet import read_sheet

TODAY = date(2026, 11, 25)
HERE, THERE = 1, 2  # agencies
SEAT = Seat(7, 10, HERE, "Perawat", PositionType.FUNCTIONAL, "III/b", date(2024, 1, 1))
DEWI = Known(
    3, "Dewi Lestari", "", "S.Kep.", "dewi@contoh.invalid", EmploymentType.PNS, PersonStatus.ACTIVE, SEAT
)
LINE = PersonLine(
    2, "199003032015032901", "Dewi Lestari", "", "", None, 10, "Perawat", PositionType.FUNCTIONAL, "III/b",
    EmploymentType.PNS, date(2026, 1, 2),
)  # fmt: skip


def effect(line: PersonLine = LINE, known: Known | None = DEWI, agency: int | None = HERE) -> tuple[str, str]:
    step = plan_person(line, known, agency_id=agency)
    return step.effect.value, step.problem.code if step.problem else ""


@pytest.mark.parametrize(
    ("line", "known", "expected"),
    [
        ({}, None, ("NEW", "")),
        ({}, {}, ("UNCHANGED", "")),
        ({"name": "Dewi  Lestari "}, {}, ("UNCHANGED", "")),
        ({"name": "Dewi Lestari Putri"}, {}, ("CHANGED", "")),
        ({"position_title": "Bidan"}, {}, ("CHANGED", "")),
        ({"position_title": "Bidan", "starts_on": date(2024, 1, 1)}, {}, ("CHANGED", "")),
        ({"position_title": "Bidan", "starts_on": date(2023, 1, 1)}, {}, ("CONFLICT", "people.posting_before_open")),
        ({"unit_id": 11}, {}, ("MOVED", "")),
        ({"unit_id": 11, "starts_on": date(2024, 1, 1)}, {}, ("CONFLICT", "people.posting_before_open")),
        ({}, {"status": PersonStatus.RETIRED, "seat": None, "last_agency_id": HERE}, ("CONFLICT", "people.not_active")),
        ({}, {"status": PersonStatus.ENDED, "seat": None, "last_agency_id": HERE}, ("RETURNED", "")),
        ({}, {"status": PersonStatus.ENDED, "seat": None, "last_agency_id": THERE}, ("CONFLICT", "people.not_active")),
        ({}, {"seat": None, "last_agency_id": THERE}, ("RETURNED", "")),
        (
            {},
            {"seat": None, "last_agency_id": HERE, "last_ends_on": date(2026, 1, 2)},
            ("CONFLICT", "row.start_before_end"),
        ),
        ({}, {"seat": replace(SEAT, agency_id=THERE)}, ("CONFLICT", "people.in_other_agency")),
        ({}, {"above": True}, ("CONFLICT", "people.person_above_self")),
        ({"kind": PostingKind.ACTING}, None, ("CONFLICT", "row.acting_without_seat")),
        ({"kind": PostingKind.ACTING}, {"seat": None}, ("CONFLICT", "row.acting_without_seat")),
        ({"kind": PostingKind.ACTING}, {}, ("CHANGED", "")),
        ({"kind": PostingKind.ACTING}, {"acting": (SEAT,)}, ("UNCHANGED", "")),
    ],
)  # fmt: skip
def test_each_class(line: dict[str, Any], known: dict[str, Any] | None, expected: tuple[str, str]) -> None:
    somebody = None if known is None else replace(DEWI, **known)
    assert effect(replace(LINE, **line), somebody) == expected


def test_an_admin_of_everything_moves_people_between_agencies() -> None:
    elsewhere = replace(DEWI, seat=replace(SEAT, agency_id=THERE, unit_id=99))
    assert effect(LINE, elsewhere, agency=None) == ("MOVED", "")


def test_an_empty_cell_keeps_what_is_there() -> None:
    assert plan_person(replace(LINE, grade_code=None), DEWI, agency_id=HERE) == Step(Effect.UNCHANGED)


def test_the_address_of_somebody_taken_over_stays() -> None:
    released = replace(DEWI, seat=None, last_agency_id=THERE)
    step = plan_person(replace(LINE, email="lain@contoh.invalid"), released, agency_id=HERE)
    assert "surel" not in {change.column for change in step.changes}
    own = plan_person(replace(LINE, email="lain@contoh.invalid"), DEWI, agency_id=HERE)
    assert [change.column for change in own.changes] == ["surel"]


def test_a_seat_that_began_the_same_day_is_corrected_not_followed() -> None:
    assert corrects_seat(replace(LINE, starts_on=date(2024, 1, 1)), SEAT)
    assert not corrects_seat(LINE, SEAT)


def test_who_is_missing_loses_the_seat_unless_somebody_should_look() -> None:
    last = date(2026, 11, 24)
    assert plan_missing(DEWI, agency_id=HERE, last_day=last).effect is Effect.ENDED
    assert plan_missing(DEWI, agency_id=THERE, last_day=last).effect is Effect.UNCHANGED
    for known, code in (
        (replace(DEWI, above=True), "row.missing_holds_role"),
        (replace(DEWI, seat=replace(SEAT, starts_on=date(2026, 12, 1))), "row.missing_starts_later"),
    ):
        step = plan_missing(known, agency_id=HERE, last_day=last)
        assert step.problem is not None
        assert step.problem.code == code


@pytest.mark.parametrize(
    ("leaving", "seated", "many"),
    [(0, 0, False), (3, 10, False), (4, 10, True), (5, 100, False), (6, 100, True), (50, 1_000, False), (51, 1_000, True)],
)  # fmt: skip
def test_where_the_guard_stands(leaving: int, seated: int, many: bool) -> None:
    assert too_many_leave(leaving=leaving, seated=seated) is many


def test_units_new_renamed_moved_and_as_they_are() -> None:
    line = UnitLine(2, "BID", "DINKES", "Bidang", UnitKind.DIVISION, None, None)
    known = KnownUnit(4, "Bidang", UnitKind.DIVISION, "dinkes", "33.74", "Asia/Jakarta")
    assert plan_unit(line, None).effect is Effect.NEW
    assert plan_unit(line, known).effect is Effect.UNCHANGED
    assert plan_unit(replace(line, name="Bidang Satu"), known).effect is Effect.CHANGED
    assert plan_unit(line, replace(known, parent_code="setda")).effect is Effect.MOVED


def test_what_is_packed_comes_out_again() -> None:
    lines = [LINE, replace(LINE, kind=PostingKind.ACTING, ends_on=TODAY), Missing(9)]
    rows = [(line, Step(Effect.NEW)) for line in lines]
    assert [row.line for row in unpack(pack(rows))] == lines  # type: ignore[arg-type]
    assert unpack(b"") == []
    rejected = [(4, {"nip": "1"}, [{"code": "nip.too_short"}])]
    assert unpack_rejected(pack_rejected(rejected)) == rejected
    assert pack_rejected([]) == b""


def test_an_export_with_its_own_headings_and_grade_codes_is_read() -> None:
    head = "NIP BARU;NAMA;UNOR ID;JABATAN NAMA;JENIS JABATAN NAMA;GOL AKHIR NAMA;STATUS PEGAWAI;TMT JABATAN;EMAIL GOV"
    body = "199003032015032901;Dewi Lestari;DINKES;Perawat;Jabatan Fungsional;32;PNS;02-01-2026;dewi@contoh.go.id"
    sheet = read_sheet(f"{head}\n{body}\n;;;;;;;;\n".encode(), columns=PERSON_COLUMNS)
    assert sheet.unknown_columns == ()
    assert len(sheet.rows) == 1, "an empty row at the end is none"
    line, wrong, _odd = check_person(sheet.rows[0], units={"dinkes": 10}, today=TODAY)
    assert wrong == []
    assert line is not None
    assert (line.grade_code, line.starts_on) == ("III/b", date(2026, 1, 2))


def test_grade_codes_that_do_not_exist_are_no_grades() -> None:
    assert grade_of("45", EmploymentType.PNS) == "IV/e"
    assert grade_of("15", EmploymentType.PNS) is None
    assert grade_of("32", EmploymentType.PPPK) is None
