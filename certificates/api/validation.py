"""Whether a value is what its schema allows. Pure.

Knows the part of JSON Schema 2020-12 that our description uses and refuses, at import time of the description, any
word it does not know: what is published is never wider or narrower than what is checked. In the tests an independent
implementation judges the same values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from certificates.api.operations import Schema

KNOWN = {
    "type", "enum", "const", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "items", "minItems",
    "maxItems", "properties", "required", "additionalProperties", "$ref", "description", "examples", "default",
}  # fmt: skip
MAX_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not allowed: where (JSON Pointer, RFC 6901, or the parameter's name), and which word forbids it."""

    place: str
    code: str
    params: Mapping[str, object]


def unknown_words(schema: Schema) -> set[str]:
    """Words of a schema that this module does not check."""
    found = schema.keys() - KNOWN
    for inner in schema.get("properties", {}).values():
        found |= unknown_words(inner)
    if "items" in schema:
        found |= unknown_words(schema["items"])
    return set(found)


def faults(value: Any, schema: Schema, schemas: Mapping[str, Schema], place: str = "") -> list[Fault]:
    """What is wrong with a value, at most `MAX_FAULTS`; empty when it is allowed."""
    found = []
    for fault in _faults(value, schema, schemas, place):
        found.append(fault)
        if len(found) == MAX_FAULTS:
            break
    return found


def _faults(value: Any, schema: Schema, schemas: Mapping[str, Schema], place: str) -> Iterator[Fault]:
    if "$ref" in schema:
        schema = schemas[str(schema["$ref"]).rsplit("/", maxsplit=1)[-1]]
    kinds = schema.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield Fault(place, "type", {"wanted": ", ".join(kinds)})
        return
    if "enum" in schema and value not in schema["enum"]:
        yield Fault(place, "enum", {"wanted": ", ".join(map(str, schema["enum"]))})
    if "const" in schema and value != schema["const"]:
        yield Fault(place, "enum", {"wanted": str(schema["const"])})
    if isinstance(value, str):
        yield from _text(value, schema, place)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if value < schema.get("minimum", value):
            yield Fault(place, "minimum", {"wanted": schema["minimum"]})
        if value > schema.get("maximum", value):
            yield Fault(place, "maximum", {"wanted": schema["maximum"]})
    elif isinstance(value, list):
        yield from _list(value, schema, schemas, place)
    elif isinstance(value, dict):
        yield from _object(value, schema, schemas, place)


def _is(value: Any, kind: str) -> bool:
    if kind == "null":
        return value is None
    if kind == "integer":
        # JSON Schema: 1.0 is an integer too.
        return _number(value) and (isinstance(value, int) or value.is_integer())
    if kind == "number":
        return _number(value)
    return isinstance(value, {"string": str, "boolean": bool, "array": list, "object": dict}[kind])


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: str, schema: Schema, place: str) -> Iterator[Fault]:
    if len(value) < schema.get("minLength", 0):
        yield Fault(place, "minLength", {"wanted": schema["minLength"]})
    if len(value) > schema.get("maxLength", len(value)):
        yield Fault(place, "maxLength", {"wanted": schema["maxLength"]})
    if "pattern" in schema and re.search(schema["pattern"], value) is None:
        yield Fault(place, "pattern", {"wanted": schema["pattern"]})
    if "format" in schema and not _formed(value, schema["format"]):
        yield Fault(place, "format", {"wanted": schema["format"]})


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def _formed(value: str, form: str) -> bool:
    """RFC 3339 days and moments; other formats only describe."""
    try:
        if form == "date":
            return _DATE.fullmatch(value) is not None and date.fromisoformat(value) is not None
        if form == "date-time":
            return _MOMENT.fullmatch(value) is not None and read_moment(value) is not None
    except ValueError:
        return False
    return True


def read_moment(value: str) -> datetime:
    """An RFC 3339 moment in UTC; ValueError when it is none, or lies outside the years a clock can show there.

    Finer than microseconds is cut off.
    """
    text = re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", value.upper().replace("Z", "+00:00"))
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(value) from error


def _list(value: list[Any], schema: Schema, schemas: Mapping[str, Schema], place: str) -> Iterator[Fault]:
    if len(value) < schema.get("minItems", 0):
        yield Fault(place, "minItems", {"wanted": schema["minItems"]})
    if len(value) > schema.get("maxItems", len(value)):
        yield Fault(place, "maxItems", {"wanted": schema["maxItems"]})
        return
    if "items" in schema:
        for number, item in enumerate(value):
            yield from _faults(item, schema["items"], schemas, f"{place}/{number}")


def _object(
    value: dict[str, Any], schema: Schema, schemas: Mapping[str, Schema], place: str
) -> Iterator[Fault]:
    for name in schema.get("required", ()):
        if name not in value:
            yield Fault(f"{place}/{name}", "required", {})
    known = schema.get("properties", {})
    for name, inner in value.items():
        if name in known:
            yield from _faults(inner, known[name], schemas, f"{place}/{_escaped(name)}")
        elif schema.get("additionalProperties") is False:
            yield Fault(f"{place}/{_escaped(name)}", "unknown", {})
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from _faults(inner, schema["additionalProperties"], schemas, f"{place}/{_escaped(name)}")


def _escaped(name: str) -> str:
    return name[:80].replace("~", "~0").replace("/", "~1")


def read_parameter(text: str, schema: Schema) -> Any:
    """A parameter as its schema's kind of value; the text itself where it cannot be read as such."""
    if schema.get("type") == "integer" and re.fullmatch(r"-?[0-9]{1,9}", text):
        return int(text)
    if schema.get("type") == "boolean" and text in {"true", "false"}:
        return text == "true"
    return text
