"""Promotion periods: the first of every month (Peraturan BKN 4/2025, in force since 1 October 2025). Pure."""

from __future__ import annotations

from datetime import date

from certificates.payload import add_months


def next_period(day: date) -> date:
    """The first day of the month after `day`; `day` itself when it is one."""
    return day if day.day == 1 else add_months(day.replace(day=1), 1)


def periods_from(day: date, count: int) -> tuple[date, ...]:
    """So many periods, beginning with the next one."""
    first = next_period(day)
    return tuple(add_months(first, months) for months in range(count))
