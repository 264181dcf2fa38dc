"""Nobody is reminded twice, at night, or of what they have passed. Cases: data/reminder_steps.csv, data/reminder_hours.csv."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kernel import clock
from learning.records.reminders import schedule
from learning.records.reminders.schedule import (
    Digest,
    Duty,
    Told,
    digest_due,
    may_send,
    next_opening,
    step_on,
)

DATA = Path(__file__).parent / "data"
START = date(2026, 11, 2)
ZONES = st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
DUTIES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 100)), min_size=1, max_size=4
)  # last day and day of the pass, counted from START
HOURS = st.lists(st.integers(0, 130 * 24), min_size=1, max_size=200).map(sorted)


def rows(name: str) -> list[dict[str, str]]:
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows("reminder_steps.csv"), ids=lambda r: f"{r['due_on']} on {r['today']}")
def test_steps(row: dict[str, str]) -> None:
    holidays = {date.fromisoformat(day) for day in row["holidays"].split()}
    found = step_on(date.fromisoformat(row["due_on"]), date.fromisoformat(row["today"]), holidays)
    assert found == (int(row["step"]) if row["step"] else None), row["why"]


@pytest.mark.parametrize("row", rows("reminder_hours.csv"), ids=lambda r: f"{r['instant']} {r['zone']}")
def test_hours(row: dict[str, str]) -> None:
    instant = datetime.fromisoformat(row["instant"])
    assert may_send(instant, row["zone"]) is (row["may_send"] == "yes")
    assert next_opening(instant, row["zone"]) == datetime.fromisoformat(row["next"])


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=7)


def due(
    duties: list[Duty], day: date, told: tuple[Told, ...] = (), last: date | None = None
) -> Digest | None:
    return digest_due(duties, told, last, at(day), "Asia/Jakarta")


def test_two_courses_are_one_letter_the_nearest_first() -> None:
    digest = due([Duty(1, date(2026, 12, 9)), Duty(2, date(2026, 12, 2))], date(2026, 11, 25))
    assert digest == Digest((Told(2, date(2026, 12, 2), 7), Told(1, date(2026, 12, 9), 14)))


def test_what_was_told_with_another_course_is_not_told_again() -> None:
    told = (Told(1, date(2026, 12, 9), 14),)
    assert due([Duty(1, date(2026, 12, 9))], date(2026, 11, 30), told, date(2026, 11, 25)) is None


def test_a_day_that_moved_far_away_is_told_once() -> None:
    far = date(2027, 2, 10)
    assert due([Duty(1, far)], date(2026, 11, 25)) is None
    digest = due([Duty(1, far, moved=True)], date(2026, 11, 25))
    assert digest == Digest((Told(1, far, schedule.MOVED),))
    assert due([Duty(1, far, moved=True)], date(2026, 11, 30), digest.items) is None
    # Nearer than the first step the step itself speaks of the new day, and long after it nothing does.
    assert due([Duty(1, date(2026, 12, 9), moved=True)], date(2026, 11, 25)) == Digest(
        (Told(1, date(2026, 12, 9), 14),)
    )
    assert due([Duty(1, date(2026, 8, 1), moved=True)], date(2026, 11, 25)) is None


def test_a_step_soon_after_another_letter_waits_unless_it_is_urgent() -> None:
    duties, last = [Duty(1, date(2026, 12, 2))], date(2026, 11, 24)
    assert due(duties, date(2026, 11, 25), (), last) is None
    assert due(duties, date(2026, 11, 27), (), last) is not None
    assert due([Duty(1, date(2026, 11, 27))], date(2026, 11, 25), (), last) is not None


def test_what_becomes_due_after_the_letter_of_a_day_waits_for_the_next() -> None:
    duties, told = (
        [Duty(1, date(2026, 11, 27)), Duty(2, date(2026, 11, 27))],
        (Told(1, date(2026, 11, 27), 2),),
    )
    assert due(duties, date(2026, 11, 25), told, date(2026, 11, 25)) is None
    assert due(duties, date(2026, 11, 26), told, date(2026, 11, 25)) is not None


def test_a_day_that_moved_is_told_anew() -> None:
    told = (Told(1, date(2026, 12, 2), 7),)
    digest = due([Duty(1, date(2026, 12, 5))], date(2026, 11, 30), told, date(2026, 11, 25))
    assert digest == Digest((Told(1, date(2026, 12, 5), 7),))


@given(duties=DUTIES, hours=HOURS, zone=ZONES, holidays=st.sets(st.integers(0, 130), max_size=20))
def test_whatever_the_worker_does_nobody_is_pestered(
    duties: list[tuple[int, int]], hours: list[int], zone: str, holidays: set[int]
) -> None:
    free = {START + timedelta(days=day) for day in holidays}
    told: list[Told] = []
    days: list[date] = []
    for hour in hours:
        now = datetime(START.year, START.month, START.day, tzinfo=UTC) + timedelta(hours=hour)
        open_now = [
            Duty(number, START + timedelta(days=last))
            for number, (last, passed) in enumerate(duties)
            if now < at(START + timedelta(days=passed))
        ]
        digest = digest_due(open_now, told, days[-1] if days else None, now, zone, free)
        if digest is None:
            continue
        local = clock.local(now, zone)
        assert 7 <= local.hour < 17
        assert local.isoweekday() != 7
        assert local.date() not in free
        assert {item.enrolment_id for item in digest.items} <= {duty.enrolment_id for duty in open_now}
        fresh = [item for item in digest.items if item not in told]
        assert fresh
        days.append(local.date())
        told.extend(fresh)
    assert len(days) == len(set(days))
    assert len(told) == len(set(told))
    assert len(days) <= len(duties) * len(schedule.STEPS)


@given(last=st.integers(0, 400))
def test_with_a_worker_that_runs_daily_the_last_days_are_never_missed(last: int) -> None:
    due_on = START + timedelta(days=last)
    told: set[Told] = set()
    previous: date | None = None
    day = due_on - timedelta(days=40)
    while day <= due_on + timedelta(days=70):
        digest = due([Duty(1, due_on)], day, tuple(told), previous)
        if digest is not None:
            told |= set(digest.items)
            previous = day
        day += timedelta(days=1)
    steps = {item.step for item in told}
    assert steps >= {30, 14, 7, -7, -30}
    # Days of rest may let two days and the last day fall together; one of them is always told in time.
    assert steps & {2, 0}
