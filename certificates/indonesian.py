"""Dates and numbers in Indonesian form for the paper, whatever language the page around it speaks.

Pure. A certificate is an official Indonesian document: its dates and numbers never follow the reader's locale.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
NBSP = "\u00a0"


def date_words(day: date) -> str:
    """`24 November 2026`, with spaces that do not break at a line end."""
    return f"{day.day}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


def period_words(first: date, last: date) -> str:
    """A span without repetition: `3 s.d. 28 November 2026`; one day is named once."""
    if first >= last:
        return date_words(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{NBSP}s.d.{NBSP}{date_words(last)}"
    if first.year == last.year:
        return f"{first.day}{NBSP}{MONTHS[first.month - 1]} s.d. {date_words(last)}"
    return f"{date_words(first)} s.d. {date_words(last)}"


def english_date(day: date) -> str:
    """`24 November 2026` in English, for the second line of a bilingual paper."""
    return f"{day.day}{NBSP}{ENGLISH_MONTHS[day.month - 1]}{NBSP}{day.year}"


def english_period(first: date, last: date) -> str:
    """A span in English, both ends in full unless it is one day."""
    return english_date(last) if first >= last else f"{english_date(first)} to {english_date(last)}"


def number_words(value: Decimal | str | int) -> str:
    """A number with a decimal comma and no useless zeros: `96,3`, `90`, `1.250`."""
    number = Decimal(value)
    text = f"{number:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate({ord(","): ".", ord("."): ","})


def employee_number_words(digits: str) -> str:
    """An 18-digit NIP in its usual groups: `19850101 201001 1 001`; anything else unchanged."""
    if len(digits) != 18:
        return digits
    return NBSP.join((digits[:8], digits[8:14], digits[14], digits[15:]))


def masked_employee_number(digits: str) -> str:
    """A NIP from which nobody can be looked up: the first two and last three digits remain."""
    if len(digits) != 18:
        return "•" * len(digits)
    return NBSP.join((digits[:2] + "•" * 6, "•" * 6, "•", digits[15:]))
