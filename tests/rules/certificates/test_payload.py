"""Composing, freezing and wording of the paper; states over time; the file of rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import payload
from certificates.composing import (
    NO_AGENCY,
    CourseFacts,
    HolderFacts,
    ModuleFacts,
    ResultFacts,
    compose,
    default_issuer,
)
from certificates.indonesian import masked_employee_number, number_words, period_words
from certificates.numbering import certificate_number
from certificates.payload import CertificatePayload, add_months, from_json, payload_hash
from certificates.pdf.view import balanced, view
from certificates.status import CertificateEventKind, LifeEvent, State, status_at

COURSE = CourseFacts(
    "netralitas", "0123456789abcdef", "Netralitas ASN", "NAP", 6, 24,
    (ModuleFacts(1, "dasar", "Dasar", 2), ModuleFacts(2, "medsos", "Media sosial", 4)),
)  # fmt: skip
HOLDER = HolderFacts(
    "Wening Astuti, S.Pd.", "199002142015032999", "Guru", "SMP 4", "Kabupaten", "Asia/Jayapura"
)
RESULT = ResultFacts(
    Decimal("96.25"),
    {"dasar": "92.50"},
    datetime(2026, 11, 3, 2, 0, tzinfo=UTC),
    datetime(2026, 11, 27, 15, 30, tzinfo=UTC),
)


def composed(**values: object) -> CertificatePayload:
    facts = {
        "holder": HOLDER,
        "course": COURSE,
        "result": RESULT,
        "issuer": default_issuer("Kabupaten"),
        **values,
    }
    return compose(serial=412, code="K7QF2M9TXR4C8HPW", base_url="https://netra.contoh.go.id", **facts)  # type: ignore[arg-type]


def test_days_are_days_of_the_holder() -> None:
    made = composed()
    assert (made.started_on, made.issued_on, made.expires_on) == ("2026-11-03", "2026-11-28", "2028-11-28")
    assert made.number == "0412/NETRA/NAP/XI/2026"


def test_a_module_without_questions_has_no_score() -> None:
    assert [line.score for line in composed().modules] == ["92.50", None]


def test_a_course_without_validity_gives_a_certificate_without_end() -> None:
    assert composed(course=replace(COURSE, validity_months=0)).expires_on is None


def test_without_an_agency_the_paper_names_only_netra() -> None:
    assert default_issuer("").institution == NO_AGENCY


def test_the_payload_is_the_same_after_storage_and_its_hash_covers_every_word() -> None:
    made = composed()
    assert from_json(made.to_json()) == made
    assert payload_hash(from_json(made.to_json())) == payload_hash(made)
    for name, value in made.to_json().items():
        if isinstance(value, str):
            assert payload_hash(replace(made, **{name: value + "x"})) != payload_hash(made), name


def test_an_unknown_schema_is_refused_not_guessed() -> None:
    with pytest.raises(ValueError, match="unknown certificate payload schema"):
        from_json({**composed().to_json(), "schema": 99})


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 28), 24, date(2028, 11, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_months_are_added_by_the_calendar(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_adding_months_never_overshoots_its_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@pytest.mark.parametrize(
    ("value", "words"), [("96.25", "96,25"), ("90.00", "90"), ("1250", "1.250"), ("0.5", "0,5")]
)
def test_numbers_are_indonesian(value: str, words: str) -> None:
    assert number_words(value) == words


def test_periods_do_not_repeat_themselves() -> None:
    nbsp = "\u00a0"
    assert period_words(date(2026, 11, 28), date(2026, 11, 28)) == f"28{nbsp}November{nbsp}2026"
    assert period_words(date(2026, 11, 3), date(2026, 11, 28)).startswith(f"3{nbsp}s.d.")
    assert period_words(date(2026, 10, 3), date(2026, 11, 28)).startswith(f"3{nbsp}Oktober s.d. ")
    assert "2025" in period_words(date(2025, 12, 3), date(2026, 1, 28))


def test_a_masked_number_keeps_neither_birth_date_nor_sex() -> None:
    assert masked_employee_number("199002142015032999").replace("\u00a0", " ") == "19•••••• •••••• • 999"
    assert masked_employee_number("123") == "•••"


@pytest.mark.parametrize(("serial", "code"), [(0, "NAP"), (-1, "NAP"), (1, "///"), (1, "")])
def test_numbers_that_mean_nothing_are_refused(serial: int, code: str) -> None:
    with pytest.raises(ValueError, match=r"serial|code"):
        certificate_number(serial, code, date(2026, 11, 28))


def test_a_large_serial_grows_beyond_four_digits() -> None:
    assert certificate_number(5_000_000, "n a/p", date(2026, 1, 1)) == "5000000/NETRA/NAP/I/2026"


@given(st.text(alphabet="abcdefgh ijkl", min_size=1, max_size=300), st.integers(20, 90))
def test_broken_lines_lose_no_word(text: str, limit: int) -> None:
    assert balanced(text, limit).split() == text.split()


def test_the_view_holds_every_word_of_the_paper() -> None:
    words = view(composed().to_json())
    assert words["verify_short"] == "netra.contoh.go.id/v/K7QF2M9TXR4C8HPW"
    assert words["score"] == "96,25"
    assert words["missing_scores"] is True
    assert [row["score"] for row in words["modules"]] == ["92,5", "–"]


# --- States over time ---


ISSUED = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)


def state(moment: datetime, *events: LifeEvent, expires_on: date | None = date(2028, 11, 28)) -> State:
    return status_at(
        moment, issued_at=ISSUED, expires_on=expires_on, timezone="Asia/Jayapura", events=events
    ).state


def test_states_follow_the_clock_of_the_holder() -> None:
    assert state(datetime(2026, 11, 27, 15, 29, tzinfo=UTC)) is State.NOT_YET_ISSUED
    assert state(ISSUED) is State.VALID
    assert state(datetime(2028, 11, 28, 14, 59, tzinfo=UTC)) is State.VALID
    assert state(datetime(2028, 11, 28, 15, 0, tzinfo=UTC)) is State.EXPIRED
    assert state(datetime(2090, 1, 1, tzinfo=UTC), expires_on=None) is State.VALID


def test_the_gravest_truth_is_told() -> None:
    day = datetime(2027, 3, 3, tzinfo=UTC)
    revoked = LifeEvent(CertificateEventKind.REVOKED, day)
    replaced = LifeEvent(CertificateEventKind.SUPERSEDED, day, successor_code="X")
    assert state(day, replaced) is State.SUPERSEDED
    assert state(day, replaced, revoked) is State.REVOKED
    assert state(datetime(2029, 1, 1, tzinfo=UTC), revoked) is State.REVOKED
    assert state(datetime(2027, 3, 2, tzinfo=UTC), revoked, replaced) is State.VALID


def test_a_payload_knows_its_canonical_bytes() -> None:
    assert payload.canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
