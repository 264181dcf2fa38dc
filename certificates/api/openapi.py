"""The published description (OpenAPI 3.1.1), made of the same operations and schemas that the gate checks with. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from certificates.api.operations import ALLOWANCE, JSON, PROBLEM, Operation, Parameter
from certificates.api.refusals import EVERYWHERE, KINDS
from certificates.api.schemas import SCHEMAS, ref

VERSION = "1.0"
ABOUT = """The interface for an agency's own systems: eligibility for promotion, certificates and their verification, training
history. An admin of the agency makes a token for one purpose; it sees the people of that agency and nobody else. Every
look at a named person is shown to that person with the purpose of the token.

Refusals are RFC 9457 documents (`application/problem+json`) with a stable `type`; their `detail` follows Accept-Language
(`id`, `en`). Employee numbers are always strings of 18 digits: a JSON number loses the last ones.

This description is exact: requests are refused by it, answers are tested against it. Within version 1 nothing is removed or
given another meaning; what is added appears here first."""


def document(operations: Iterable[Operation], *, base_url: str) -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, base_url)
    return {
        "openapi": "3.1.1",
        "info": {"title": "Netra", "version": VERSION, "description": ABOUT},
        "servers": [{"url": f"{base_url}/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(one.tag for one in operations)],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by an admin of the agency; shown once, at most a year long, for named scopes.",
                }
            },
            "schemas": SCHEMAS,
        },
    }


def _operation(one: Operation, base_url: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": one.id,
        "summary": one.summary,
        "description": _text(one),
        "tags": [one.tag],
        "parameters": [_parameter(parameter) for parameter in one.parameters],
        "responses": _responses(one, base_url),
        "x-scope": str(one.scope) if one.scope else None,
    }
    if one.keeps:
        found["parameters"].append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same key with the same request gets the same answer for 24 hours.",
                "schema": {"type": "string", "pattern": "^[0-9A-Za-z._-]{1,100}$"},
            }
        )
    if one.body:
        schema = one.body.schema or {"type": "string"}
        media: dict[str, Any] = {"schema": schema}
        if one.body.example is not None:
            media["example"] = one.body.example
        found["requestBody"] = {
            "required": True,
            "description": one.body.text,
            "content": dict.fromkeys(one.body.media, media),
        }
    return found


def _text(one: Operation) -> str:
    scope = f"Needs the scope `{one.scope}`." if one.scope else "Any living token may ask."
    return f"{one.text} {scope} At most {ALLOWANCE[one.budget]} requests a minute for one token."


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": str(parameter.place),
        "required": parameter.required,
        "description": parameter.text,
        "schema": parameter.schema,
    }


def _responses(one: Operation, base_url: str) -> dict[str, Any]:
    content = {
        media: {"schema": one.reply.schema if media == JSON and one.reply.schema else {"type": "string"}}
        for media in one.reply.media
    }
    found: dict[str, Any] = {
        str(one.reply.status): {"description": one.reply.text, "headers": _HEADERS, "content": content}
    }
    by_status: dict[int, list[str]] = {}
    for slug in (*EVERYWHERE, *one.problems, "request-unreadable"):
        by_status.setdefault(KINDS[slug].status, []).append(slug)
    for status, slugs in sorted(by_status.items()):
        told = "; ".join(f"`{base_url}/api#{slug}` {KINDS[slug].title}" for slug in dict.fromkeys(slugs))
        found[str(status)] = {"description": told, "content": {PROBLEM: {"schema": ref("Problem")}}}
    return found


_HEADERS = {
    "RateLimit": {
        "description": "What is left of the allowance (r) and for how many seconds (t).",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": "The allowance (q) in a window of seconds (w).",
        "schema": {"type": "string"},
    },
}
