"""What an exemption and an extension mean for a date."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from learning.records.duedates import DueReason, due_at
from learning.records.relief import Relief, in_force, later_of, refused_day

TODAY = date(2026, 11, 25)
ZONE = "Asia/Makassar"


def test_the_later_of_assignment_and_extension_holds() -> None:
    assigned = due_at(date(2026, 12, 2), 0, ZONE)
    assert later_of(assigned, None, ZONE) == assigned
    assert later_of(assigned, date(2026, 12, 1), ZONE) == assigned
    assert later_of(assigned, date(2026, 12, 2), ZONE) == assigned
    # The end of the day where the person works: 15:59:59 UTC in Makassar.
    assert later_of(assigned, date(2026, 12, 20), ZONE) == datetime(2026, 12, 20, 15, 59, 59, tzinfo=UTC)


def test_an_exemption_holds_on_its_last_day_and_not_on_the_next() -> None:
    assert in_force([TODAY], [], TODAY) == Relief(exempt_until=TODAY)
    assert in_force([date(2026, 11, 24)], [], TODAY) == Relief()


def test_of_several_the_latest_counts_and_an_extension_outlives_its_day() -> None:
    days = [date(2026, 12, 1), date(2026, 12, 24)]
    assert in_force(days, days, TODAY) == Relief(days[1], days[1])
    # Whoever was late after an extension was late after that day and no other.
    assert in_force([], [date(2026, 11, 1)], TODAY) == Relief(extended_on=date(2026, 11, 1))


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (TODAY, None),
        (date(2026, 11, 24), "records.relief_past"),
        (date(2027, 11, 26), None),
        (date(2027, 11, 27), "records.relief_far"),
        (date(9999, 12, 31), "records.relief_far"),
    ],
)
def test_a_day_lies_between_today_and_a_year_ahead(day: date, refusal: str | None) -> None:
    assert refused_day(day, TODAY) == refusal


def test_the_reason_says_whether_the_date_comes_from_the_extension() -> None:
    def reason(extended_on: date | None) -> DueReason:
        return DueReason(None, None, date(2026, 12, 16), None, 14, "SE", extended_on=extended_on)

    assert not reason(None).extended
    assert not reason(date(2026, 12, 2)).extended
    assert reason(date(2026, 12, 3)).extended
