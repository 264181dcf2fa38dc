"""What an outage gives back. The cases stand in `data/outages.csv`, times in WIB, for personnel officers to read and add to."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kernel import clock
from learning.records import fairness
from learning.records.duedates import due_at
from learning.records.fairness import Interruption

WIB = ZoneInfo("Asia/Jakarta")
with (Path(__file__).parent / "data" / "outages.csv").open(encoding="utf-8") as file:
    CASES = list(csv.DictReader(file))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_the_cases_of_the_table(case: dict[str, str]) -> None:
    began, zone = at(case["began"]), case["zone"]
    holidays = [date.fromisoformat(day) for day in case["holidays"].split()]
    until = fairness.day_given(began, at(case["ended"]), holidays)
    outages = [Interruption(1, began, until)] if until else []
    due = due_at(date.fromisoformat(case["due"]), 0, zone)
    assert clock.local_date(fairness.held(due, outages, zone), zone).isoformat() == case["expected"]


def test_a_second_outage_counts_from_the_day_the_first_gave() -> None:
    first = Interruption(1, at("2026-11-24 14:00"), date(2026, 11, 26))
    second = Interruption(2, at("2026-11-26 20:00"), date(2026, 11, 30))
    due = due_at(date(2026, 11, 24), 0, "Asia/Jakarta")
    assert fairness.held(due, [second, first], "Asia/Jakarta") == due_at(
        date(2026, 11, 30), 0, "Asia/Jakarta"
    )
    assert fairness.behind(due, [second, first], "Asia/Jakarta") is second
    assert fairness.behind(due_at(date(2026, 12, 9), 0, "Asia/Jakarta"), [first], "Asia/Jakarta") is None


def test_the_same_outage_entered_twice_gives_nothing_twice() -> None:
    due = due_at(date(2026, 11, 24), 0, "Asia/Jakarta")
    one = Interruption(1, at("2026-11-24 14:00"), date(2026, 11, 26))
    twin = Interruption(2, at("2026-11-24 14:05"), date(2026, 11, 26))
    assert fairness.held(due, [one], "Asia/Jakarta") == fairness.held(due, [one, twin], "Asia/Jakarta")


def test_an_end_before_the_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after"):
        fairness.day_given(at("2026-11-24 15:00"), at("2026-11-24 14:00"))


MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 31), timezones=st.just(WIB))
OUTAGES = st.lists(
    st.tuples(MOMENTS, st.timedeltas(fairness.SHORTEST, fairness.LONGEST)).map(
        lambda pair: (pair[0], pair[0] + pair[1])
    ),
    max_size=4,
)
DAYS = st.dates(date(2026, 10, 25), date(2027, 2, 10))


@given(OUTAGES, DAYS, DAYS, st.sampled_from(sorted(clock.ZONE_NAMES)))
def test_nobody_loses_and_the_order_of_people_stays(
    times: list[tuple[datetime, datetime]], one: date, other: date, zone: str
) -> None:
    """Never earlier; who is due later is not due first; asking again changes nothing; always at the end of a working day."""
    outages = []
    for n, (began, ended) in enumerate(times):
        until = fairness.day_given(began, ended)
        assert until is not None
        assert until.isoweekday() <= 5
        assert datetime.combine(until, datetime.max.time(), WIB) - ended >= min(
            ended - began, timedelta(days=fairness.WHOLE_DAYS)
        )
        outages.append(Interruption(n, began, until))
    early, late = due_at(min(one, other), 0, zone), due_at(max(one, other), 0, zone)
    first, second = (fairness.held(due, outages, zone) for due in (early, late))
    assert early <= first <= second
    assert late <= second
    assert fairness.held(first, outages, zone) == first
    assert (fairness.behind(early, outages, zone) is None) == (first == early)
