"""Certificate numbers in the form of Indonesian official letters. Pure."""

from __future__ import annotations

import re
from datetime import date

from .indonesian import ROMAN_MONTHS

ISSUER = "NETRA"
_CODE = re.compile(r"[^A-Z0-9.-]+")


def certificate_number(serial: int, course_code: str, issued_on: date) -> str:
    """`0412/NETRA/NAP/XI/2026`: serial, issuer, course code, month in Roman figures, year.

    The serial alone makes the number unique; it is padded to four digits and may grow beyond. The course code is
    brought to upper case and cleared of anything that could be taken for a separator.
    Raises ValueError for a serial below one or a code without a usable character.
    """
    if serial < 1:
        raise ValueError("a serial starts at one")
    code = _CODE.sub("", course_code.upper())
    if not code:
        raise ValueError("the course code is empty")
    return f"{serial:04d}/{ISSUER}/{code}/{ROMAN_MONTHS[issued_on.month - 1]}/{issued_on.year}"
