"""Our check of requests agrees with an independent implementation of JSON Schema on the words we use."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from certificates.api.schemas import CODE, CURSOR, DAY, LIMIT, MOMENT, NIP, RULE_KEY, SCHEMAS
from certificates.api.validation import faults, read_moment, unknown_words

HERE = {"bulk": SCHEMAS["BulkQuestion"], "codes": SCHEMAS["VerificationQuestion"], "line": SCHEMAS["Line"],
        "nip": NIP, "code": CODE, "rule": RULE_KEY, "day": DAY, "moment": MOMENT, "cursor": CURSOR, "limit": LIMIT}  # fmt: skip

words = st.sampled_from(
    ["", "promosi", "Promosi!", "198501012010011001", "19850101", "2026-02-28", "2026-02-30", "2026-11-25T01:02:03Z",
     "2026-11-25", "x" * 41, "x" * 201, "ELIGIBLE", "0001-01-01T00:27:01+06:40"]
)  # fmt: skip
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words | st.text(max_size=5)
names = st.sampled_from(
    ["rule", "as_of", "known_at", "people", "codes", "line", "nip", "outcome", "reasons", "x"]
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6),
    max_leaves=12,
)


def allowed(value: Any, schema: Any) -> bool:
    whole = {**schema, "components": {"schemas": SCHEMAS}}
    return bool(Draft202012Validator(whole, format_checker=FormatChecker()).is_valid(value))


@pytest.mark.parametrize("name", HERE)
@settings(max_examples=150, deadline=None)
@given(value=values)
def test_what_is_published_is_what_is_checked(name: str, value: Any) -> None:
    ours = not faults(value, HERE[name], SCHEMAS)
    theirs = allowed(value, HERE[name])
    if ours:
        assert theirs
    elif theirs:
        # The independent one has no check for moments without a further package; ours refuses what is no moment.
        assert {fault.code for fault in faults(value, HERE[name], SCHEMAS)} == {"format"}


@pytest.mark.parametrize(
    ("value", "place", "code"),
    [
        ({"people": ["1"]}, "/rule", "required"),
        ({"rule": "promosi", "people": []}, "/people", "minItems"),
        ({"rule": "promosi", "people": [1]}, "/people/0", "type"),
        ({"rule": "promosi", "people": ["1"], "as_of": "2026-02-30"}, "/as_of", "format"),
        ({"rule": "promosi", "people": ["1"], "a/b~c": 1}, "/a~1b~0c", "unknown"),
        ({"rule": "promosi", "people": ["1"] * 5001}, "/people", "maxItems"),
        ([], "", "type"),
    ],
)
def test_a_fault_says_where_and_why(value: Any, place: str, code: str) -> None:
    found = faults(value, SCHEMAS["BulkQuestion"], SCHEMAS)
    assert (place, code) in {(fault.place, fault.code) for fault in found}


def test_a_schema_may_only_use_words_that_are_checked() -> None:
    assert unknown_words({"type": "object", "properties": {"a": {"anyOf": []}}}) == {"anyOf"}
    assert {name: unknown_words(schema) for name, schema in SCHEMAS.items() if unknown_words(schema)} == {}


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:27:01+06:40", "9999-12-31T23:59:59-01:00", "2026-02-30T00:00:00Z"]
)
def test_a_moment_outside_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_moment(text)
    assert [fault.code for fault in faults(text, MOMENT, SCHEMAS)] == ["format"]


def test_a_crowd_of_faults_is_cut_off() -> None:
    assert len(faults({"codes": [1] * 1000}, SCHEMAS["VerificationQuestion"], SCHEMAS)) == 20
