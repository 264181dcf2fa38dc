"""Which rows end somebody's service, which only look so, and what the end does to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from learning.people.import_leaving import LeavingLine, check_leaving, plan_leaving
from learning.people.import_plan import Known, Seat, too_many_leave
from learning.people.kinds import EmploymentType, PersonStatus, PositionType
from learning.people.spreadsheet import Row

TODAY = date(2026, 11, 25)
HERE, THERE = 1, 2
NUMBER = "196603032015032901"
SEAT = Seat(5, 10, HERE, "Perawat", PositionType.FUNCTIONAL, "III/b", date(2024, 1, 1))
DEWI = Known(7, "Dewi", "", "", None, EmploymentType.PNS, PersonStatus.ACTIVE, SEAT)
LINE = LeavingLine(2, NUMBER, "Dewi", date(2026, 10, 31), PersonStatus.RETIRED)


def read(**cells: Any) -> tuple[LeavingLine | None, list[str], list[str]]:
    named = {"last": "hari-terakhir", "tmt": "tmt-berhenti", "why": "sebab-berhenti"}
    row = Row(2, {"nip": NUMBER, "nama": "Dewi"} | {named.get(key, key): cells[key] for key in cells})
    line, wrong, odd = check_leaving(row, today=TODAY)
    return line, [item.problem.code for item in wrong], [item.problem.code for item in odd]


@pytest.mark.parametrize(
    "cells",
    [
        {"last": "2026-10-31", "why": "Pensiun"},
        {"tmt": "1 November 2026", "why": "batas usia pensiun"},
        {"tmt": date(2026, 11, 1), "last": "31-10-2026", "why": "BUP"},
    ],
)
def test_the_last_day_and_the_first_day_out_name_the_same_end(cells: dict[str, Any]) -> None:
    assert read(**cells) == (LINE, [], [])


@pytest.mark.parametrize(
    "cells",
    [{}, {"why": "Aktif"}, {"tmt": "2031-04-01"}, {"tmt": "2031-04-01", "why": "aktif"}, {"why": "CLTN"}],
)
def test_a_row_of_somebody_in_service_is_like_any_other(cells: dict[str, Any]) -> None:
    assert read(**cells) == (None, [], []), "exports carry everybody's pension day"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"last": "2026-10-31"}, "row.leaving_reason_missing"),
        ({"last": "2026-10-31", "why": "aktif"}, "row.leaving_contradicts"),
        ({"last": "2026-10-31", "why": "hilang"}, "row.unknown_word"),
        ({"why": "pensiun"}, "row.leaving_day_missing"),
        ({"last": "2026-10-31", "tmt": "2026-10-31", "why": "pensiun"}, "row.leaving_days_differ"),
        ({"last": "kemarin", "why": "pensiun"}, "row.date"),
        ({"last": "0226-10-31", "why": "pensiun"}, "row.date_range"),
        ({"last": "2026-10-31", "why": "mutasi keluar"}, "row.leaving_elsewhere"),
        ({"last": "2026-10-31", "why": "pensiun", "nip": 1.96603032015033e17}, "nip.numeric_cell"),
    ],
)
def test_a_row_that_does_not_add_up_is_refused(cells: dict[str, Any], code: str) -> None:
    assert read(**cells) == (None, [code], [])


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"last": "2026-11-25", "why": "pensiun"}, "row.leaves_later"),
        ({"tmt": "2026-12-01", "why": "pensiun"}, "row.leaves_later"),
        ({"why": "pegawai titipan"}, "row.leaving_word"),
    ],
)
def test_what_is_still_to_come_is_said_and_ends_nothing(cells: dict[str, Any], code: str) -> None:
    assert read(**cells) == (None, [], [code]), "nobody is signed out on their last day"


@pytest.mark.parametrize(
    ("known", "agency", "expected"),
    [
        (None, HERE, "row.leaving_unknown"),
        ({}, HERE, "LEFT"),
        ({}, None, "LEFT"),
        ({"seat": None, "last_agency_id": HERE}, HERE, "LEFT"),
        ({"seat": None}, HERE, "row.leaving_unknown"),
        ({"seat": replace(SEAT, agency_id=THERE)}, HERE, "people.in_other_agency"),
        ({"seat": None, "last_agency_id": THERE}, HERE, "people.in_other_agency"),
        ({"status": PersonStatus.RETIRED}, HERE, "UNCHANGED"),
        ({"status": PersonStatus.ENDED, "seat": None, "last_agency_id": HERE}, HERE, "UNCHANGED"),
        ({"above": True}, HERE, "row.leaving_holds_role"),
        ({"seat": replace(SEAT, starts_on=date(2026, 11, 1))}, HERE, "row.leaving_before_seat"),
        ({"acting": (replace(SEAT, starts_on=date(2026, 11, 1)),)}, HERE, "row.leaving_before_seat"),
        ({"acting": (replace(SEAT, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 1)),)}, HERE, "LEFT"),
    ],
)
def test_whom_an_end_reaches(known: dict[str, Any] | None, agency: int | None, expected: str) -> None:
    step = plan_leaving(LINE, None if known is None else replace(DEWI, **known), agency_id=agency)
    assert (step.problem.code if step.problem else step.effect.value) == expected


def test_what_is_shown_of_an_end() -> None:
    step = plan_leaving(LINE, DEWI, agency_id=HERE)
    assert [(change.column, change.old, change.new) for change in step.changes] == [
        ("hari-terakhir", "", "2026-10-31"), ("sebab-berhenti", "", "RETIRED"), ("unit-kode", "10", ""),
    ]  # fmt: skip
    assert too_many_leave(leaving=4, seated=10)
