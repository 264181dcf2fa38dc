"""Which unit has earned a letter, and the ways to look like it that do not count."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from learning.records.honours.earning import Standing, earned, evening, last_evening, most_lately

CASES = list(
    csv.DictReader((Path(__file__).parent / "data" / "honours.csv").read_text(encoding="utf-8").splitlines())
)
TODAY = date(2026, 11, 25)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_who_has_earned_a_letter(case: dict[str, str]) -> None:
    figures = (int(case[name]) for name in ("assigned", "passed", "exempt", "most"))
    assert earned(Standing(*figures)) is (case["earned"] == "yes")


def test_the_evening_before_the_stage_is_the_last_and_a_fixed_day_counts_itself() -> None:
    assert last_evening(date(2026, 12, 1), None) == date(2026, 11, 30)
    assert last_evening(None, date(2026, 12, 1)) == date(2026, 12, 1)
    assert last_evening(None, None) is None


@pytest.mark.parametrize(
    ("last", "looked_at"),
    [
        (TODAY + timedelta(days=20), TODAY - timedelta(days=1)),  # yesterday is over, today is not
        (TODAY, TODAY - timedelta(days=1)),
        (TODAY - timedelta(days=1), TODAY - timedelta(days=1)),
        (TODAY - timedelta(days=8), TODAY - timedelta(days=8)),  # a worker that stood still for a week
        (TODAY - timedelta(days=9), None),
    ],
)
def test_only_evenings_that_are_over_are_looked_at(last: date, looked_at: date | None) -> None:
    assert evening(TODAY, last) == looked_at


@pytest.mark.parametrize(
    ("changes", "most"),
    [
        ([], 0),
        ([(-90, 20)], 20),
        ([(-90, 20), (-3, -8)], 20),  # sent away for the week of the deadline
        ([(-90, 20), (-29, -8)], 20),  # still there on an evening that is remembered
        ([(-90, 20), (-30, -8)], 12),  # gone before that
        ([(-90, 20), (-3, -8), (-2, 8)], 20),
        ([(-2, 10), (-2, -4)], 6),  # came and went within a day: no evening saw them
        ([(-90, 5), (-1, 2), (1, 50)], 7),  # what comes later is not known
    ],
)
def test_the_most_people_of_the_last_thirty_days(changes: list[tuple[int, int]], most: int) -> None:
    assert most_lately([(TODAY + timedelta(days=days), more) for days, more in changes], TODAY) == most
