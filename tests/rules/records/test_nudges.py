"""Which times make a plan, and when it is said how many colleagues have passed."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from learning.records.ics import Appointment, calendar
from learning.records.nudges.peers import may_be_said
from learning.records.nudges.planning import FARTHEST, HALF_HOURS, refused, suggestion

PEERS = list(
    csv.DictReader(
        (Path(__file__).parent / "data" / "nudge_peers.csv").read_text(encoding="utf-8").splitlines()
    )
)
NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)  # Friday, ten in Makassar
ZONE = "Asia/Makassar"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("case", PEERS, ids=[case["case"] for case in PEERS])
def test_only_a_true_majority_of_a_large_unit_is_told(case: dict[str, str]) -> None:
    assert may_be_said(int(case["passed"]), int(case["expected"])) is (case["said"] == "yes")


@pytest.mark.parametrize(
    ("starts_at", "due_at", "refusal"),
    [
        (NOW, None, "plan_past"),
        (NOW - HOUR, NOW + DAY, "plan_past"),
        (NOW + HOUR, None, None),
        (NOW + HOUR, NOW + HOUR, None),
        (NOW + 2 * HOUR, NOW + HOUR, "plan_after_due"),
        (NOW + DAY, NOW - DAY, None),  # late already: the way back
        (NOW + FARTHEST, None, None),
        (NOW + FARTHEST + HOUR, None, "plan_far"),
    ],
)
def test_a_plan_lies_ahead_and_before_the_last_day(
    starts_at: datetime, due_at: datetime | None, refusal: str | None
) -> None:
    assert refused(starts_at, NOW, due_at) == refusal


@pytest.mark.parametrize(
    ("now", "due_at", "offered"),
    [
        (NOW, None, "2026-11-30T09:00:00+08:00"),  # Monday
        (NOW - DAY, NOW + 9 * DAY, "2026-11-27T09:00:00+08:00"),
        (NOW, NOW + 8 * HOUR, "2026-11-27T10:30:00+08:00"),  # the last day is today
        (NOW + 12 * HOUR, NOW + 13 * HOUR, "2026-11-30T09:00:00+08:00"),  # nothing is left to offer
    ],
)
def test_what_the_form_offers_first(now: datetime, due_at: datetime | None, offered: str) -> None:
    assert suggestion(now, ZONE, due_at) == datetime.fromisoformat(offered)


def test_the_times_offered_are_half_hours_from_five_to_half_past_nine() -> None:
    assert (f"{HALF_HOURS[0]:%H.%M}", f"{HALF_HOURS[-1]:%H.%M}", len(HALF_HOURS)) == ("05.00", "21.30", 34)


def test_a_planned_time_is_an_hour_of_the_day_with_an_alarm() -> None:
    lines = calendar("Uji", [], appointments=[Appointment("u@netra", NOW, 45, "Belajar", "", NOW, 3)]).split(
        "\r\n"
    )
    assert {
        "DTSTART:20261127T020000Z",
        "DTEND:20261127T024500Z",
        "SEQUENCE:3",
        "BEGIN:VALARM",
        "END:VALARM",
    } <= set(lines)
    assert lines.index("END:VALARM") < lines.index("END:VEVENT")
