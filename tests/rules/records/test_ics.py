"""Calendar files keep to RFC 5545: line ends, folding by octets, escaping, the end after the last day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.records import ics

AT = datetime(2026, 11, 25, 3, 4, 5, tzinfo=UTC)


def entry(**values: object) -> ics.Entry:
    plain = {"uid": "a@netra", "first": date(2024, 11, 24), "last": date(2024, 11, 26), "summary": "Masa tenang",
             "description": "", "changed_at": AT}  # fmt: skip
    return ics.Entry(**{**plain, **values})  # type: ignore[arg-type]


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_whole_days_end_on_the_day_after() -> None:
    lines = unfolded(ics.calendar("Kalender", [entry(sequence=2, tentative=True)]))
    assert "DTSTART;VALUE=DATE:20241124" in lines
    assert "DTEND;VALUE=DATE:20241127" in lines
    assert "DTSTAMP:20261125T030405Z" in lines
    assert "SEQUENCE:2" in lines
    assert "STATUS:TENTATIVE" in lines


def test_what_has_a_meaning_is_escaped_and_nothing_is_smuggled_in() -> None:
    text = ics.calendar("K", [entry(summary="a;b,c\\d\r\nEND:VCALENDAR\x00\x0b")])
    assert "SUMMARY:a\\;b\\,c\\\\d\\nEND:VCALENDAR" in unfolded(text)
    assert text.count("\r\nEND:VCALENDAR\r\n") == 1


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_are_no_accident(day: date) -> None:
    assert f"DTSTART;VALUE=DATE:{day.year:04}" in ics.calendar("K", [entry(first=day, last=day)])


@given(st.text(max_size=400))
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(said: str) -> None:
    text = ics.calendar("K", [entry(description=said)])
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.endswith("END:VCALENDAR\r\n")
