"""Tokens, cursors and lines: the pure pieces of the interface."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.api import credentials, paging
from certificates.api.lines import LONGEST_LINE, closing, numbers, packed, split
from certificates.api.operations import CSV, NDJSON


def test_a_secret_is_read_back_from_its_header_only() -> None:
    secret = credentials.new_secret()
    assert credentials.bearer(f"Bearer {secret}") == secret
    assert credentials.bearer(f"bearer  {secret} ") == secret
    for header in (
        None,
        "",
        secret,
        f"Basic {secret}",
        "Bearer",
        "Bearer x",
        f"Bearer {secret}x",
        f"Bearer {secret}, x",
    ):
        assert credentials.bearer(header) is None
    assert len({credentials.new_secret() for _ in range(100)}) == 100
    assert secret not in credentials.fingerprint(secret)


def test_a_cursor_answers_its_own_question_only() -> None:
    asked = {"list": "certificates", "agency": 1, "filters": ["None"]}
    cursor = paging.seal("key", asked=asked, after=42)
    assert paging.unseal("key", cursor, asked=asked) == 42
    assert paging.unseal("other", cursor, asked=asked) is None
    assert paging.unseal("key", cursor, asked={**asked, "agency": 2}) is None
    assert paging.unseal("key", cursor[:-1], asked=asked) is None


@given(st.text())
def test_no_text_is_a_cursor(text: str) -> None:
    assert paging.unseal("key", text, asked={}) is None


@given(st.binary(max_size=300), st.integers(1, 7))
def test_lines_are_what_splitting_the_whole_gives(content: bytes, step: int) -> None:
    stream = io.BytesIO(content)
    found = dict(split(lambda _size: stream.read(step)))
    whole = {n: line.strip() for n, line in enumerate(content.split(b"\n"), 1) if line.strip()}
    assert found == whole


@pytest.mark.parametrize("length", [LONGEST_LINE, LONGEST_LINE + 1, LONGEST_LINE * 50])
def test_an_endless_line_is_one_bad_line(length: int) -> None:
    stream = io.BytesIO(b"x" * length + b"\nnext\n")
    found = list(split(stream.read))
    assert found[0] == (1, b"x" * length if length <= LONGEST_LINE else None)
    assert found[-1] == (2, b"next")


@given(st.binary(max_size=200), st.sampled_from([CSV, NDJSON]))
def test_any_bytes_are_lines_with_or_without_a_number(content: bytes, media: str) -> None:
    stream = io.BytesIO(content)
    for number, text in numbers(split(stream.read), media):
        assert number >= 1
        assert text is None or "\x00" not in text


def test_answers_say_when_they_are_whole() -> None:
    row = {
        "line": 1,
        "nip": "@x",
        "outcome": None,
        "reasons": [],
        "certificates": [],
        "problem": "nip.other_char",
    }
    assert json.loads(packed([row], NDJSON)) == row
    assert packed([row], CSV) == b"1,'@x,,,,nip.other_char\r\n"
    assert json.loads(closing(1, {"problems": 1}, NDJSON))["end"] is True
    assert closing(1, {"problems": 1}, CSV).startswith(b"end,1,")
