"""What docs/exchange.md shows is right: its examples are read without a refusal, its columns are the columns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from courses.exchange import conversion, read_sheet
from quizzes.items import ItemKind

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "exchange.md").read_text()
EXAMPLES = re.findall(r"```(gift|aiken|sheet)\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("source", "example"), EXAMPLES, ids=[source for source, _text in EXAMPLES])
def test_an_example_is_carried_whole(source: str, example: str) -> None:
    result = conversion.convert(example.encode(), source, "netra")
    assert (result.fault, result.refused, result.read) == ("", (), result.carried)


def test_the_examples_show_what_the_text_promises() -> None:
    found = {source: conversion.read(text.encode(), source).questions for source, text in EXAMPLES}
    assert [len(found[source]) for source in ("gift", "aiken", "sheet")] == [5, 1, 5]
    assert ItemKind.MATCHING in {question.kind for question in found["sheet"]}


def test_every_format_and_column_is_named() -> None:
    for name in (*conversion.READERS, *conversion.WRITERS):
        assert f"`{name}`" in TEXT
    for column in read_sheet._HEADINGS:
        if column != "nomor":
            assert f"| `{column}` |" in TEXT
    for kind in ("tunggal", "majemuk", "benar-salah", "jodoh", "urutan", "isian"):
        assert kind in read_sheet._KINDS
