"""The 18-digit employee number (NIP of a PNS, NI PPPK of a PPPK): reading, refusing, showing, masking.

Digits 1-8 birth date, 9-12 year of appointment, 13-14 month of appointment (PNS, 01-12) or kind of
appointment (PPPK, from 21), 15 sex (1 or 2), 16-18 serial number (001-999). There is no check digit: a
well-formed number proves nothing about the person, only a register does. Source: fact sheet 4.1.

A damaged number is never repaired by guessing, because the guess may be somebody else's number. Pure: no
clock (`today` is an argument), no text; a finding is a code with params, `texts.py` says the sentence.
"""

from __future__ import annotations

import enum
import functools
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from learning.people.problem import Problem

LENGTH = 18
YOUNGEST, OLDEST = 18, 70
_MONTHS = frozenset(f"{month:02d}" for month in range(1, 13))

_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
_SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+")
_FLOAT_TEXT = re.compile(r"([0-9]{15,21})[.,]0+")
_SEPARATORS = re.compile(r"[0-9]+([.,\-/_][0-9]+)+")
_FORMULA_TEXT = re.compile(r'=\s*"([^"]*)"')
# Letters that typists and text recognition put where a digit belongs.
LOOKALIKES = {
    "O": "0",
    "o": "0",
    "Q": "0",
    "l": "1",
    "I": "1",
    "i": "1",
    "|": "1",
    "Z": "2",
    "S": "5",
    "B": "8",
}
_APOSTROPHES = "'\u2018\u2019\u02bc`\u00b4"


class EmployeeKind(enum.StrEnum):
    """What digits 13-14 say: a month means PNS (or CPNS), a code from 21 means PPPK."""

    PNS = "PNS"
    PPPK = "PPPK"


@dataclass(frozen=True, slots=True)
class EmployeeNumber:
    """A well-formed number. `digits` is what is stored: 18 ASCII digits, no spaces."""

    digits: str
    birth_date: date
    appointed_year: int
    appointed_month: int | None
    kind: EmployeeKind
    appointment_code: int
    sex_digit: int

    def age_on(self, day: date) -> int:
        """Whole years lived on `day`."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one cell or field: a number or problems, never both; warnings only beside a number."""

    raw: str
    number: EmployeeNumber | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = field(default=())

    @property
    def digits(self) -> str | None:
        """The 18 digits, or None when the reading was refused."""
        return self.number.digits if self.number else None


def read(raw: Any, *, today: date) -> Reading:
    """Read one typed value or spreadsheet cell.

    Guarantees: a returned number has exactly 18 ASCII digits, a real birth date not after `today`, a possible
    appointment code, sex 1 or 2 and a serial other than 000. Every structural problem of an 18-digit value is
    reported at once. A cell that is a number rather than text is refused whatever it shows: spreadsheets keep
    15 digits, so two different people may end up with one number.
    """
    if type(raw) is str and len(raw) == LENGTH and raw.isascii() and raw.isdigit():
        return _read_digits(raw, raw, apostrophe=False, today=today)
    shown = _shown(raw)
    if isinstance(raw, bool | int | float | Decimal):
        return _refused(shown, Problem("nip.numeric_cell", {"found": shown}))
    if isinstance(raw, datetime | date | time):
        return _refused(shown, Problem("nip.date_cell", {"found": shown}))
    if raw is None or not str(raw).strip():
        return _refused("", Problem("nip.empty"))
    text, apostrophe = _without_wrapping(str(raw))
    text = _SPACES.sub("", text)
    if not text:
        return _refused(shown, Problem("nip.empty"))
    damage = _damage(text)
    if damage:
        return _refused(shown, damage)
    if len(text) != LENGTH:
        code = "nip.too_short" if len(text) < LENGTH else "nip.too_long"
        return _refused(shown, Problem(code, {"count": len(text), "missing": abs(LENGTH - len(text))}))
    return _read_digits(shown, text, apostrophe=apostrophe, today=today)


def stands_as_it_is(text: object, *, today: date) -> bool:
    """Whether `text` is a number that `read` would take, written as it is stored. False says nothing: ask `read`.

    For lists of a million lines, most of which are just that.
    """
    return (
        type(text) is str
        and len(text) == LENGTH
        and text.isascii()
        and text.isdigit()
        and text[14] in "12"
        and text[15:] != "000"
        and (text[12:14] in _MONTHS or text[12:14] > "20")
        and (born := _known_date(text[:8])) is not None
        and born <= today
    )


def is_number(text: str) -> bool:
    """Whether `text` is stored form: 18 ASCII digits. Says nothing about the birth date."""
    return len(text) == LENGTH and text.isascii() and text.isdigit()


def show(digits: str) -> str:
    """`199002142015032999` as `19900214 201503 2 999`. Anything else than 18 digits comes back unchanged."""
    if len(digits) != LENGTH or not is_number(digits):
        return digits
    return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"


def mask(digits: str) -> str:
    """The public form `19•••••• •••••• • 999`: century and serial stay, the birth date does not."""
    if not is_number(digits):
        return "•" * len(digits)
    return f"{digits[:2]}•••••• •••••• • {digits[15:]}"


def _read_digits(shown: str, text: str, *, apostrophe: bool, today: date) -> Reading:
    problems: list[Problem] = []
    born = _date(text[:8])
    if born is None:
        problems.append(Problem("nip.birth_date", {"found": text[:8]}))
    elif born > today:
        problems.append(Problem("nip.birth_in_future", {"found": text[:8]}))
    code = int(text[12:14])
    if code == 0 or 13 <= code <= 20:
        problems.append(Problem("nip.appointment_code", {"found": text[12:14]}))
    if text[14] not in "12":
        problems.append(Problem("nip.sex_digit", {"found": text[14]}))
    if text[15:] == "000":
        # A spreadsheet keeps 15 significant digits and fills up with zeros: the commonest silent damage.
        problems.append(Problem("nip.serial_zero"))
    if problems or born is None:
        return Reading(shown, None, tuple(problems))
    year = int(text[8:12])
    kind = EmployeeKind.PNS if code <= 12 else EmployeeKind.PPPK
    month = code if kind is EmployeeKind.PNS else None
    number = EmployeeNumber(text, born, year, month, kind, code, int(text[14]))
    return Reading(shown, number, (), _warnings(number, apostrophe=apostrophe, today=today))


def _warnings(number: EmployeeNumber, *, apostrophe: bool, today: date) -> tuple[Problem, ...]:
    found: list[Problem] = []
    if apostrophe:
        found.append(Problem("nip.apostrophe"))
    age = number.age_on(today)
    if not YOUNGEST <= age <= OLDEST:
        found.append(Problem("nip.age", {"age": age}))
    at_appointment = number.appointed_year - number.birth_date.year
    if at_appointment < YOUNGEST:
        found.append(Problem("nip.appointed_young", {"year": number.appointed_year, "age": at_appointment}))
    if number.appointed_year > today.year:
        found.append(Problem("nip.appointed_in_future", {"year": number.appointed_year}))
    return tuple(found)


def _without_wrapping(text: str) -> tuple[str, bool]:
    """Take off what people put around a number to force text: a leading apostrophe, or ="...". Digits inside
    are whole, so nothing is guessed.
    """
    text = _SPACES.sub(" ", text).strip()
    formula = _FORMULA_TEXT.fullmatch(text)
    if formula:
        return formula.group(1), True
    bare = text.lstrip(_APOSTROPHES)
    return bare, bare != text


def _damage(text: str) -> Problem | None:
    """Name the damage of a text that is not plain digits, or None."""
    if text.isascii() and text.isdigit():
        return None
    if _SCIENTIFIC.fullmatch(text):
        return Problem("nip.scientific", {"found": text})
    as_float = _FLOAT_TEXT.fullmatch(text)
    if as_float:
        return Problem("nip.float_text", {"found": text})
    if _SEPARATORS.fullmatch(text):
        mark = next(c for c in text if not c.isdigit())
        return Problem("nip.separator", {"mark": mark})
    at, char = next((i, c) for i, c in enumerate(text) if not (c.isascii() and c.isdigit()))
    others = [c for c in text if not (c.isascii() and c.isdigit())]
    if all(c in LOOKALIKES for c in others):
        return Problem("nip.letter_for_digit", {"char": char, "digit": LOOKALIKES[char], "position": at + 1})
    if char.isdigit() or unicodedata.category(char) == "Nd":
        return Problem("nip.foreign_digit", {"char": char, "position": at + 1})
    return Problem("nip.other_char", {"char": char if char.isprintable() else "?", "position": at + 1})


@functools.lru_cache(maxsize=40_000)  # a hundred years of birthdays
def _known_date(text: str) -> date | None:
    return _date(text)


def _date(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _shown(raw: Any) -> str:
    """The cell as the person saw it, shortened, for the list of bad rows."""
    if raw is None:
        return ""
    if isinstance(raw, datetime | date | time):
        return raw.isoformat()[:40]
    return _SPACES.sub(" ", str(raw)).strip()[:40]


def _refused(shown: str, problem: Problem) -> Reading:
    return Reading(shown, None, (problem,))
