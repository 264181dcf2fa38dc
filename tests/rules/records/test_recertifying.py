"""Who takes the course, who its refresher, who nothing; from which day a pass counts; when an assignment opens."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from learning.records import duedates
from learning.records.duedates import DueReason
from learning.records.recertifying import Owed, Past, Refresher, counts_from, months_before, owed

FROM = datetime(2026, 1, 10, 17, 0, tzinfo=UTC)
PATH = Refresher("penyegaran", "Penyegaran", FROM)
BEFORE, SINCE = FROM - timedelta(seconds=1), FROM


@pytest.mark.parametrize(
    ("path", "past", "asks"),
    [
        (None, Past(), Owed.COURSE),
        (None, Past(BEFORE), Owed.COURSE),
        (PATH, Past(), Owed.COURSE),
        (PATH, Past(BEFORE), Owed.REFRESHER),
        (PATH, Past(SINCE), Owed.NOTHING),
        (PATH, Past(BEFORE, kept=True), Owed.COURSE),
        (PATH, Past(SINCE, kept=True), Owed.COURSE),
        (PATH, Past(None, kept=True), Owed.COURSE),
    ],
)
def test_what_is_asked_of_whom(path: Refresher | None, past: Past, asks: Owed) -> None:
    assert owed(path, past) is asks


@pytest.mark.parametrize(
    ("due", "given", "months", "first"),
    [
        (date(2027, 1, 10), date(2026, 11, 25), 12, date(2026, 1, 10)),
        (date(2027, 3, 31), date(2026, 11, 25), 13, date(2026, 2, 28)),
        (date(2028, 3, 31), date(2026, 11, 25), 25, date(2026, 2, 28)),
        (date(2028, 3, 31), date(2028, 3, 1), 1, date(2028, 2, 29)),
        # Due farther ahead than a pass is valid: still nobody passes in vain what they were given.
        (date(2028, 6, 1), date(2026, 11, 25), 6, date(2026, 11, 25)),
    ],
)
def test_from_which_day_a_pass_counts(due: date, given: date, months: int, first: date) -> None:
    assert counts_from(due, given, months) == first


def test_months_out_of_range_are_refused() -> None:
    for months in (0, -1, 121):
        with pytest.raises(ValueError, match="months"):
            counts_from(date(2027, 1, 1), date(2026, 1, 1), months)
    assert months_before(date(2026, 1, 31), 120) == date(2016, 1, 31)


def test_the_window_moves_along_with_the_due_day_and_grace_does_not_move_it() -> None:
    reason = DueReason(None, None, date(2027, 1, 10), None, 0, "SE", window_days=30, grace_days=7)
    assert reason.opens_on == date(2026, 12, 11)
    assert DueReason(None, None, date(2027, 1, 20), None, 0, "SE", window_days=30).opens_on == date(
        2026, 12, 21
    )
    assert DueReason(None, None, date(2027, 1, 10), None, 0, "SE").opens_on is None
    due = duedates.due_at(date(2027, 1, 10), 0, "Asia/Jayapura")
    assert not duedates.is_late(due, 7, due + timedelta(days=7))
    assert duedates.is_late(due, 7, due + timedelta(days=7, seconds=1))
    assert duedates.is_late(due, 0, due + timedelta(seconds=1))
