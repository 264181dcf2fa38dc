"""Codes survive people: every way of typing is read, every slip is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.codes import (
    ALPHABET,
    EARLIER,
    LENGTH,
    RANDOM_BITS,
    CodeProblem,
    check,
    display,
    new_code,
    readable,
)

KEY = b"a key for these tests only"
FIXED = new_code(KEY, lambda bits: 0x123456789ABCDEFFEDCBA987654321F0F % 2**bits)
OLD = new_code(KEY, lambda bits: 0x123456789ABCDEF % 2**bits, EARLIER)
# Made by the code as it was when papers carried sixteen symbols.
OLD_PRINTED = "28T5CY4TQKFFMZV9"
bodies = st.integers(0, 2**RANDOM_BITS - 1)


@given(bodies)
def test_a_code_is_its_own_reading(body: int) -> None:
    code = new_code(KEY, lambda _bits: body)
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert check(code, KEY).code == code


@given(bodies, st.sampled_from(["", " ", "-", " - ", "\u2013", "\u00a0", "."]), st.booleans())
def test_separators_case_and_lookalikes_do_not_matter(body: int, separator: str, upper: bool) -> None:
    code = new_code(KEY, lambda _bits: body)
    typed = separator.join(display(code).split("-")).replace("0", "O").replace("1", "l")
    assert check(typed.upper() if upper else typed.lower(), KEY).code == code


def test_every_single_wrong_symbol_is_noticed() -> None:
    for place, right in enumerate(FIXED):
        for symbol in ALPHABET:
            if symbol != right:
                typed = FIXED[:place] + symbol + FIXED[place + 1 :]
                assert check(typed, KEY).problem is CodeProblem.CHECKSUM, typed


def test_every_swap_of_neighbours_is_noticed() -> None:
    for place in range(LENGTH - 1):
        typed = FIXED[:place] + FIXED[place + 1] + FIXED[place] + FIXED[place + 2 :]
        if typed != FIXED:
            assert check(typed, KEY).problem is CodeProblem.CHECKSUM


@given(bodies, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_wrong_symbols_slip_through_about_never(body: int, place: int, symbol: str) -> None:
    code = new_code(KEY, lambda _bits: body)
    typed = code[:place] + symbol + code[place + 1 :]
    assert check(typed, KEY).code == (code if typed == code else None)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", CodeProblem.EMPTY),
        (" - ", CodeProblem.EMPTY),
        ("K7QF", CodeProblem.LENGTH),
        (FIXED + "0", CodeProblem.LENGTH),
        (FIXED[:-1], CodeProblem.LENGTH),
        (OLD + "0", CodeProblem.LENGTH),
        (FIXED[:-1] + "U", CodeProblem.SYMBOL),
        (FIXED[:-1] + "é", CodeProblem.SYMBOL),
        ("\U0001f600", CodeProblem.SYMBOL),
    ],
)
def test_what_cannot_be_a_code_says_why(typed: str, problem: CodeProblem) -> None:
    assert check(typed, KEY).problem is problem


@given(st.text(max_size=200))
def test_nothing_typed_ever_raises(typed: str) -> None:
    found = check(typed, KEY)
    assert (found.code is None) != (found.problem is None)


def test_another_key_makes_another_checksum() -> None:
    assert check(FIXED, b"another key").problem is CodeProblem.CHECKSUM


def test_ten_thousand_codes_are_ten_thousand() -> None:
    assert len({new_code(KEY) for _ in range(10_000)}) == 10_000


def test_a_new_code_has_more_than_128_random_bits_in_six_groups_of_five() -> None:
    assert RANDOM_BITS >= 128
    asked: list[int] = []
    code = new_code(KEY, lambda bits: asked.append(bits) or 2**bits - 1)  # type: ignore[func-returns-value]
    assert asked == [RANDOM_BITS]
    assert code[:26] == "Z" * 26
    assert [len(group) for group in display(code).split("-")] == [5] * 6


@given(st.integers(0, 2**EARLIER.random_bits - 1))
def test_codes_of_sixteen_symbols_stay_valid_for_ever(body: int) -> None:
    code = new_code(KEY, lambda _bits: body, EARLIER)
    assert len(code) == 16
    assert check(display(code).lower(), KEY).code == code
    assert [len(group) for group in display(code).split("-")] == [4] * 4


def test_an_old_code_is_what_it_was_before_codes_became_longer() -> None:
    """Printed papers: bytes of the checksum must never move."""
    assert new_code(b"netra", lambda _bits: 0x123456789ABCDEF, EARLIER) == OLD_PRINTED


@given(st.text(max_size=80))
def test_whatever_checks_is_readable(typed: str) -> None:
    if check(typed, KEY).code is not None:
        assert readable(typed.upper())


def test_the_form_of_a_code_is_judged_without_its_checksum() -> None:
    wrong = FIXED[:-1] + ("A" if FIXED[-1] != "A" else "B")
    assert readable(wrong)
    assert readable(OLD)
    assert not readable(FIXED[:-1])
    assert not readable("U" * LENGTH)
