"""A list as people paste it is read; the file that goes back can be proven and hurts no spreadsheet program."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import codes
from certificates.status import State
from certificates.verification.lists import (
    HEADINGS,
    WORDS,
    Answer,
    EntryKind,
    Line,
    ReceiptPayload,
    counts_of,
    hash_of,
    payload_from_json,
    read_list,
    result_file,
    rows_of,
)

CODE = codes.new_code(b"any key", lambda bits: 0x123456789ABCDEFFEDCBA987654321F0F % 2**bits)
OLD = "K7QF2M9TXR4C8HPW"
AT = datetime(2026, 11, 25, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        (CODE, EntryKind.CODE, CODE),
        (codes.display(CODE).lower(), EntryKind.CODE, CODE),
        (codes.display(CODE).replace("-", " "), EntryKind.CODE, CODE),
        (f'"{CODE}"', EntryKind.CODE, CODE),
        (f"https://netra.contoh.go.id/v/{CODE}", EntryKind.CODE, CODE),
        (f"HTTPS://NETRA.CONTOH.GO.ID/V/{CODE}", EntryKind.CODE, CODE),
        (f"http://127.0.0.1:8000/verifikasi/{codes.display(CODE)}/", EntryKind.CODE, CODE),
        (codes.display(OLD), EntryKind.CODE, OLD),
        ("0412/NETRA/NAP/XI/2026", EntryKind.NUMBER, "0412/NETRA/NAP/XI/2026"),
        (" 12345 / netra / nap / xi / 2026 ", EntryKind.NUMBER, "12345/NETRA/NAP/XI/2026"),
        (CODE[:-1], EntryKind.MISTYPED, ""),
        ("412/NETRA/NAP/XI/2026", EntryKind.MISTYPED, ""),
        ("Ratna Wulandari", EntryKind.MISTYPED, ""),
        ("198501012010011001", EntryKind.MISTYPED, ""),
    ],
)
def test_each_entry_is_taken_for_what_it_is(typed: str, kind: EntryKind, value: str) -> None:
    (entry,) = read_list(typed)
    assert (entry.kind, entry.value) == (kind, value)


def test_entries_keep_their_order_and_empty_lines_do_not_count() -> None:
    found = read_list(f"\ufeff{CODE}\r\n\r\n  \n0412/NETRA/NAP/XI/2026; {OLD},x\t{CODE}\n")
    assert [entry.place for entry in found] == [1, 2, 3, 4, 5]
    assert [entry.value for entry in found] == [CODE, "0412/NETRA/NAP/XI/2026", OLD, "", CODE]


@given(st.text(max_size=400))
def test_any_text_is_a_list_and_comes_back_in_its_file(text: str) -> None:
    found = read_list(text)
    lines = [Line(entry.place, entry.typed, Answer.UNKNOWN) for entry in found]
    rows = rows_of(result_file(lines, checked_at=AT))
    assert len(rows) == len(found)
    for row, entry in zip(rows, found, strict=True):
        assert row[1].removeprefix("'") == entry.typed.removeprefix("'")
        assert not row[1].startswith(("=", "+", "-", "@"))


def test_the_hash_is_the_one_any_program_computes_over_the_file() -> None:
    content = result_file([Line(1, CODE, Answer.VALID, since="2026-11-24")], checked_at=AT)
    assert hash_of(content) == hashlib.sha256(content).hexdigest()
    assert hash_of(content) != hash_of(content.replace(b"Berlaku", b"Dicabut"))
    told = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert told[0] == list(HEADINGS)
    assert told[1][2] == "Berlaku"
    assert len(told[1]) == len(HEADINGS)


def test_counts_and_receipts_come_back_equal() -> None:
    lines = [Line(1, "a", Answer.VALID), Line(2, "b", Answer.UNKNOWN), Line(3, "c", Answer.VALID)]
    assert counts_of(lines) == {"VALID": 2, "UNKNOWN": 1}
    payload = ReceiptPayload("certificates", AT.isoformat(), "Kabupaten", 3, counts_of(lines), "0" * 64)
    assert payload_from_json(payload.to_json()) == payload
    with pytest.raises(ValueError, match="another schema"):
        payload_from_json({**payload.to_json(), "schema": 2})


def test_every_state_of_a_certificate_has_its_answer() -> None:
    for state in State:
        assert state is State.NOT_YET_ISSUED or Answer(str(state)) in WORDS
    assert set(WORDS) == set(Answer)
