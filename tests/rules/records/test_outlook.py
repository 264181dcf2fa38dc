"""What the numbers of a unit say, and the cells of a spreadsheet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.records import duedates, outlook
from learning.records.sheets import BOM, cell, sheet

TODAY = date(2026, 11, 24)


def passes(*counts: int) -> list[tuple[date, int]]:
    return [(TODAY - timedelta(days=len(counts) - 1 - n), count) for n, count in enumerate(counts)]


def test_the_pace_of_a_week_is_carried_on_to_the_due_day() -> None:
    found = outlook.pace(passes(10, 10, 10, 11, 12, 13, 14, 17), 100, TODAY + timedelta(days=10))
    assert found is not None
    assert (found.per_day, found.needed, found.expected) == (1.0, 8.3, 27.0)


def test_nobody_is_expected_to_pass_more_than_everybody() -> None:
    found = outlook.pace(passes(0, 90), 100, TODAY + timedelta(days=30))
    assert found is not None
    assert found.expected == 100.0


@pytest.mark.parametrize(
    ("counts", "assigned", "due"),
    [
        ((5,), 10, None),
        ((5,), 10, TODAY),
        ((10,), 10, TODAY + timedelta(days=3)),
        ((0,), 0, TODAY + timedelta(days=3)),
    ],
)
def test_without_days_or_people_left_there_is_no_outlook(
    counts: tuple[int, ...], assigned: int, due: date | None
) -> None:
    assert outlook.pace(passes(*counts), assigned, due) is None


@pytest.mark.parametrize(
    ("rate", "word"),
    [(None, "none"), (0.0, "behind"), (59.9, "behind"), (60.0, "at_risk"), (79.99, "at_risk"), (80.0, "on_track"),
     (99.9, "on_track"), (100.0, "done")],
)  # fmt: skip
def test_a_rate_has_one_standing(rate: float | None, word: str) -> None:
    assert outlook.standing(rate) == word


def test_the_due_day_lies_on_the_axis_or_nowhere() -> None:
    first = TODAY - timedelta(days=30)
    assert outlook.axis(first, TODAY, TODAY + timedelta(days=10)) == (TODAY + timedelta(days=10), 1.0)
    assert outlook.axis(first, TODAY, TODAY - timedelta(days=15)) == (TODAY, 0.5)
    assert outlook.axis(first, TODAY, first - timedelta(days=1)) == (TODAY, None)
    assert outlook.axis(first, TODAY, None) == (TODAY, None)


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        ("Asia/Jakarta", datetime(2026, 12, 6, 16, 59, 59, tzinfo=UTC)),
        ("Asia/Jayapura", datetime(2026, 12, 6, 14, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_day_ends_on_the_clock_of_the_unit(zone: str, instant: datetime) -> None:
    assert duedates.due_at(date(2026, 12, 20), 14, zone) == instant


@pytest.mark.parametrize(
    "evil", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "\u200b=1", "\r=1"]
)
def test_no_cell_is_read_as_a_formula(evil: str) -> None:
    assert cell(evil).startswith("'")


def test_ordinary_cells_stay_as_they_are() -> None:
    assert [cell(value) for value in (None, 12, -3, 45.8, "Ni Luh", "19900514 201504 2 999")] == [
        "", "12", "-3", "45.8", "Ni Luh", "19900514 201504 2 999",
    ]  # fmt: skip


def test_a_sheet_opens_in_spreadsheet_programs_here() -> None:
    assert sheet(("Nama", "Unit"), [('Budi; "Si"', "Dinas")]) == BOM + 'Nama;Unit\r\n"Budi; ""Si""";Dinas\r\n'


@pytest.mark.parametrize(
    ("worse", "better"),
    [((50, 500), (0, 4)), ((0, 4), (0, 1)), ((0, 50), (0, 4)), ((2, 4), (3, 4)), ((300, 500), (400, 500)), ((9, 10), (10, 10))],
)  # fmt: skip
def test_a_large_unit_far_behind_stands_before_a_tiny_one(
    worse: tuple[int, int], better: tuple[int, int]
) -> None:
    assert outlook.at_most(*worse) < outlook.at_most(*better)


@given(assigned=st.integers(0, 5_000_000), share=st.floats(0, 1))
def test_the_bound_is_a_rate_and_never_below_the_unit_s_own(assigned: int, share: float) -> None:
    passed = int(assigned * share)
    bound = outlook.at_most(passed, assigned)
    assert 0 <= bound <= 1 + 1e-12
    assert not assigned or bound >= passed / assigned - 1e-12


def test_with_as_many_people_the_lower_rate_is_the_worse_one() -> None:
    bounds = [outlook.at_most(passed, 40) for passed in range(41)]
    assert bounds == sorted(bounds)
    assert outlook.at_most(0, 0) == 1.0
