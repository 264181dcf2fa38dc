"""Snippet by snippet: what is written in tests/fixtures/exchange/kasus-*.yaml is what the readers make of it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from courses.exchange import conversion
from tests.rules.exchange import telling

CASES: list[tuple[str, dict[str, Any]]] = [
    (source, case)
    for source in ("gift", "moodle-xml", "aiken", "text2qti", "sheet")
    for case in yaml.safe_load((telling.FIXTURES / f"kasus-{source}.yaml").read_text())
]


@pytest.mark.parametrize(
    ("source", "case"), CASES, ids=[f"{source}-{case['nama']}" for source, case in CASES]
)
def test_a_snippet_is_read_as_it_is_told(source: str, case: dict[str, Any]) -> None:
    reading = conversion.read(case["isi"].encode(), source)
    assert telling.told(reading) == case["terbaca"].rstrip("\n")


def test_every_kind_of_refusal_of_moodle_has_a_case() -> None:
    from courses.exchange.read_moodle_xml import _NOT_CARRIED

    told = "\n".join(case["terbaca"] for source, case in CASES if source == "moodle-xml")
    assert {reason for reason in _NOT_CARRIED.values() if reason not in told} == set()
