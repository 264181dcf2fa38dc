"""Shares of a mark and exact numbers, as Moodle writes them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

_STEPS = [
    Fraction(9, 10), Fraction(5, 6), Fraction(4, 5), Fraction(3, 4), Fraction(7, 10), Fraction(2, 3), Fraction(3, 5),
    Fraction(1, 2), Fraction(2, 5), Fraction(1, 3), Fraction(3, 10), Fraction(1, 4), Fraction(1, 5), Fraction(1, 6),
    Fraction(1, 7), Fraction(1, 8), Fraction(1, 9), Fraction(1, 10), Fraction(1, 20),
]  # fmt: skip
KNOWN = frozenset([Fraction(0), Fraction(1), Fraction(-1), *_STEPS, *(-step for step in _STEPS)])
"""The shares Moodle accepts (`question_bank::fraction_options_full`)."""
_NEAR = Fraction(4, 1000)
"""33 % is meant as a third, 17 % as a sixth; 15 % is not a seventh."""
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?")


def share(percent: str) -> Fraction | None:
    """The share a percentage stands for, the nearest known one when it is a rounding of it; None when it is no number."""
    text = percent.strip().replace(",", ".")
    if not _PLAIN_NUMBER.fullmatch(text):
        return None
    exact = Fraction(Decimal(text)) / 100
    nearest = min(KNOWN, key=lambda known: (abs(known - exact), known))
    return nearest if abs(nearest - exact) < _NEAR else exact


def percent(value: Fraction) -> str:
    """A share in percent with at most five decimals, the way Moodle writes it: 33.33333, -50, 100."""
    text = f"{float(value * 100):.5f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def number(text: str) -> Decimal | None:
    """A number as PHP's `is_numeric` takes it, or None."""
    stripped = text.strip()
    if not _PLAIN_NUMBER.fullmatch(stripped):
        return None
    try:
        return Decimal(stripped)
    except InvalidOperation:  # pragma: no cover - the pattern lets only numbers through
        return None


def with_comma(value: Decimal) -> str | None:
    """A number the way Netra compares it: decimal comma, no idle zeros; None when it has more than 15 digits."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", "", "-"):
        text = "0"
    return text.replace(".", ",") if len(text.strip("-").replace(".", "")) <= 15 else None


def with_point(text: str) -> str:
    """The same with a decimal point, for Moodle."""
    return text.replace(",", ".")
