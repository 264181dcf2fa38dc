"""Who is late and what is due first, from groups of people who share a date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from learning.records.deadlines import Group, first, late

DUE = datetime(2027, 1, 10, 16, 59, 59, tzinfo=UTC)


def test_somebody_is_late_after_the_last_instant_and_not_in_it() -> None:
    groups = [Group(1, 40, DUE), Group(1, 2, DUE + timedelta(days=30)), Group(2, 7, DUE - timedelta(hours=2))]
    assert late(groups, DUE) == 7
    assert late(groups, DUE + timedelta(seconds=1)) == 47
    assert late(groups, DUE + timedelta(days=31)) == 49
    assert late([], DUE) == 0


def test_the_first_date_is_one_that_somebody_still_has_to_meet() -> None:
    gone = Group(1, 0, DUE - timedelta(days=1))
    held = Group(2, 1, DUE)
    assert first([gone, Group(3, 5, DUE), held]) == held, "of equal dates the oldest assignment"
    assert first([gone]) is None
    assert first([]) is None
