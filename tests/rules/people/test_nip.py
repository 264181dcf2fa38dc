"""The employee number: what is read, what is refused and why, and that nothing is ever guessed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.people import nip
from learning.people.nip import EmployeeKind

TODAY = date(2026, 11, 24)
GOOD = "199002142015032999"


def codes(raw: Any) -> list[str]:
    return [problem.code for problem in nip.read(raw, today=TODAY).problems]


@pytest.mark.parametrize(
    "raw",
    [
        GOOD,
        "19900214 201503 2 999",
        " 19900214\u00a0201503 2 999 ",
        "\ufeff199002142015032999",
        "'199002142015032999",
        "\u2019199002142015032999",
        '="199002142015032999"',
        "199002142015\u200b032999",
    ],
)
def test_the_same_number_however_it_was_wrapped(raw: str) -> None:
    assert nip.read(raw, today=TODAY).digits == GOOD


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (None, "nip.empty"),
        ("", "nip.empty"),
        ("   ", "nip.empty"),
        ("'", "nip.empty"),
        (199002142015032999, "nip.numeric_cell"),
        (1.99002142015033e17, "nip.numeric_cell"),
        (Decimal(GOOD), "nip.numeric_cell"),
        (True, "nip.numeric_cell"),
        (datetime(1990, 2, 14), "nip.date_cell"),
        ("1.99E+17", "nip.scientific"),
        ("1,99002E+17", "nip.scientific"),
        ("199002142015032999.0", "nip.float_text"),
        ("199002142015032999,00", "nip.float_text"),
        ("19900214.201503.2.999", "nip.separator"),
        ("19900214-201503-2-999", "nip.separator"),
        ("19900214201503299O", "nip.letter_for_digit"),
        ("l99002142015032999", "nip.letter_for_digit"),
        ("١99002142015032999", "nip.foreign_digit"),
        ("19900214201503299९", "nip.foreign_digit"),
        ("19900214201503299?", "nip.other_char"),
        ("Ratna", "nip.other_char"),
        (GOOD[:-1], "nip.too_short"),
        (GOOD + "1", "nip.too_long"),
        (GOOD + "/" + GOOD, "nip.separator"),
        ("199002302015032999", "nip.birth_date"),
        ("200102292015032999", "nip.birth_date"),
        ("203001012015032999", "nip.birth_in_future"),
        ("199002142015002999", "nip.appointment_code"),
        ("199002142015132999", "nip.appointment_code"),
        ("199002142015202999", "nip.appointment_code"),
        ("199002142015030999", "nip.sex_digit"),
        ("199002142015033999", "nip.sex_digit"),
        ("199002142015032000", "nip.serial_zero"),
    ],
)
def test_damage_is_named_and_refused(raw: Any, code: str) -> None:
    assert codes(raw) == [code]
    assert nip.read(raw, today=TODAY).number is None


def test_every_fault_of_an_eighteen_digit_number_is_reported_at_once() -> None:
    assert codes("199013322015153000") == [
        "nip.birth_date", "nip.appointment_code", "nip.sex_digit", "nip.serial_zero",
    ]  # fmt: skip


@pytest.mark.parametrize(("code", "kind"), [("01", "PNS"), ("12", "PNS"), ("21", "PPPK"), ("24", "PPPK")])
def test_digits_thirteen_and_fourteen_tell_pns_from_pppk(code: str, kind: str) -> None:
    number = nip.read(f"199002142021{code}2999", today=TODAY).number
    assert number is not None
    assert number.kind is EmployeeKind(kind)
    assert (number.appointed_month is None) == (kind == "PPPK")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("194002141965032999", "nip.age"),
        ("201002142028032999", "nip.age"),
        ("199002142000032999", "nip.appointed_young"),
        ("199002142030032999", "nip.appointed_in_future"),
        ("'199002142015032999", "nip.apostrophe"),
    ],
)
def test_what_is_odd_is_accepted_with_a_warning(raw: str, code: str) -> None:
    reading = nip.read(raw, today=TODAY)
    assert reading.number is not None
    assert code in [warning.code for warning in reading.warnings]


def test_a_birthday_today_counts() -> None:
    number = nip.read("199011242015032999", today=TODAY).number
    assert number is not None
    assert number.age_on(TODAY) == 36
    assert number.age_on(date(2026, 11, 23)) == 35


def test_shown_in_groups_and_masked_without_the_birthday() -> None:
    assert nip.show(GOOD) == "19900214 201503 2 999"
    assert nip.mask(GOOD) == "19•••••• •••••• • 999"
    assert nip.show("123") == "123"
    assert nip.mask("123") == "•••"


births = st.dates(date(1950, 1, 1), date(2008, 1, 1))
appointed = st.one_of(st.integers(1, 12), st.integers(21, 99))


@given(births, st.integers(1980, 2026), appointed, st.sampled_from("12"), st.integers(1, 999))
def test_every_well_formed_number_is_read_back_digit_by_digit(
    born: date, year: int, code: int, sex: str, serial: int
) -> None:
    digits = f"{born:%Y%m%d}{year}{code:02d}{sex}{serial:03d}"
    number = nip.read(nip.show(digits), today=TODAY).number
    assert number is not None
    assert (number.digits, number.birth_date, number.appointed_year) == (digits, born, year)


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.dates(), st.none(), st.booleans()))
def test_nothing_makes_it_crash_and_a_number_is_always_eighteen_digits(raw: Any) -> None:
    reading = nip.read(raw, today=TODAY)
    assert (reading.number is None) == bool(reading.problems)
    if reading.digits is not None:
        assert nip.is_number(reading.digits)
        assert isinstance(raw, str)


@given(births, st.integers(0, 17), st.sampled_from("OolISBZ?x.-"))
def test_one_damaged_digit_never_becomes_another_number(born: date, at: int, wrong: str) -> None:
    digits = f"{born:%Y%m%d}2015032999"
    assert nip.read(digits[:at] + wrong + digits[at + 1 :], today=TODAY).number is None
