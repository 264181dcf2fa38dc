"""The only door of the interface: token, scope, allowance, parameters, body, then the view, then one commit.

A view takes the caller and checked values and returns an `Outcome`. It reads; what is to be written (the log of looks,
the last use, an effect, the kept answer) happens here in one section before anything is sent. A session cookie opens
nothing: nobody here asks who is signed in, so there is nothing a foreign page could forge either.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, g, make_response, request
from werkzeug.wrappers import Response

from certificates.api import problems, services
from certificates.api.credentials import bearer, fingerprint
from certificates.api.operations import ALLOWANCE, JSON, Body, Operation, Parameter, Place
from certificates.api.problems import BadRequest, NotAcceptable, Unauthenticated, UnsupportedMedia
from certificates.api.queries import Caller, caller_by
from certificates.api.schemas import SCHEMAS
from certificates.api.texts import fault_sentence
from certificates.api.validation import Fault, faults, read_parameter, unknown_words
from learning.kernel import access, clock, throttle
from learning.kernel.db import canonical_json, db
from learning.kernel.errors import Forbidden, Invalid, TooMany
from learning.kernel.http import csrf
from learning.kernel.transaction import write
from learning.people.login import client_key

PREFIX = "/api/v1"
# Wrong tokens from one address; a right one is not counted.
STRANGERS = "30/minute"

bp = Blueprint("api", __name__, url_prefix=PREFIX)
csrf.exempt(bp)
OPERATIONS: list[Operation] = []


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a view found. `looks`: the persons whose data it shows by name or number.

    `act` runs in the write section; what it returns is the body. `stream` is sent as it comes, as `media`.
    """

    body: Any = None
    looks: Iterable[int] = ()
    act: Callable[[], Any] | None = None
    stream: Iterator[bytes] | None = None
    media: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that passed the gate: who asks, when, the checked parameters by name, and the body."""

    caller: Caller
    now: datetime
    values: dict[str, Any]
    body: Any
    media: str


View = Callable[[Asked], Outcome]


def operation(described: Operation) -> Callable[[View], View]:
    """Make the address of an operation; its view is entered through the gate only."""
    for schema in _schemas_of(described):
        unknown = unknown_words(schema)
        if unknown:
            raise ValueError(f"{described.id}: the check does not know {sorted(unknown)}")
    OPERATIONS.append(described)

    def register(view: View) -> View:
        @functools.wraps(view)
        def entered(**path: str) -> Response:
            return _enter(described, view, path)

        # Open to everybody as far as sessions go; the gate asks for the token.
        access.public(entered)
        bp.add_url_rule(described.address, described.id, entered, methods=[described.method])
        return view

    return register


def _schemas_of(described: Operation) -> Iterator[dict[str, Any]]:
    yield from (parameter.schema for parameter in described.parameters)
    if described.body and described.body.schema:
        yield described.body.schema
    if described.reply.schema:
        yield described.reply.schema


def _enter(described: Operation, view: View, path: dict[str, str]) -> Response:
    now = clock.now()
    caller = _caller(now)
    if described.scope is not None and described.scope not in caller.scopes:
        raise Forbidden("api.scope_missing", scope=str(described.scope))
    _count(described, caller)
    media = _acceptable(described)
    values = _values(described, path)
    body = _body(described.body) if described.body else None
    asked = Asked(caller, now, values, body, media)
    key = request.headers.get("Idempotency-Key") if described.keeps else None
    if key is None:
        return _settle(described, asked, view(asked), None)
    return _once(described, asked, view, key)


def _caller(now: datetime) -> Caller:
    header = request.headers.get("Authorization")
    address = client_key(request.remote_addr or "")
    wait = throttle.check("api-stranger", address, STRANGERS)
    if wait:
        raise TooMany("api.too_many", retry_after=wait.seconds)
    secret = bearer(header)
    caller = caller_by(fingerprint(secret), now=now) if secret else None
    if caller is None:
        throttle.hit("api-stranger", address, STRANGERS)
        raise Unauthenticated("api.token_invalid" if header else "api.token_missing")
    return caller


def _count(described: Operation, caller: Caller) -> None:
    quota = ALLOWANCE[described.budget]
    limit = f"{quota}/minute"
    bucket = f"api-{described.budget}"
    wait = throttle.hit(bucket, caller.public_id, limit)
    left, seconds = throttle.remaining(bucket, caller.public_id, limit)
    g.api_allowance = (str(described.budget), quota, left, wait.seconds if wait else seconds)
    if wait:
        raise TooMany("api.too_many", retry_after=wait.seconds)


def _acceptable(described: Operation) -> str:
    offered = described.reply.media
    if "Accept" not in request.headers:
        return offered[0]
    best = request.accept_mimetypes.best_match(offered)
    if best is None:
        raise NotAcceptable("api.not_acceptable", wanted=", ".join(offered))
    return best


def _values(described: Operation, path: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    wrong: list[Fault] = []
    for parameter in described.of(Place.PATH):
        found[parameter.name] = path[parameter.name]
        wrong += faults(path[parameter.name], parameter.schema, SCHEMAS, parameter.name)
    known = {parameter.name: parameter for parameter in described.of(Place.QUERY)}
    for name, texts in request.args.lists():
        if name not in known:
            wrong.append(Fault(name[:80], "unknown", {}))
        elif len(texts) > 1:
            wrong.append(Fault(name, "twice", {}))
        else:
            found[name] = read_parameter(texts[0], known[name].schema)
            wrong += faults(found[name], known[name].schema, SCHEMAS, name)
    wrong += (Fault(name, "required", {}) for name in _missing(known.values(), found))
    _refuse(wrong, "parameter")
    for name, parameter in known.items():
        found.setdefault(name, parameter.schema.get("default"))
    return found


def _missing(known: Iterable[Parameter], found: dict[str, Any]) -> Iterator[str]:
    return (one.name for one in known if one.required and one.name not in found)


def _body(expected: Body) -> Any:
    if request.mimetype not in expected.media:
        raise UnsupportedMedia("api.media_type", wanted=", ".join(expected.media))
    # The gate knows who is there and how much this operation reads; nothing has touched the stream yet.
    request.max_content_length = expected.max_bytes
    if expected.schema is None:
        return request.stream
    try:
        text = request.get_data(cache=True).decode("utf-8")
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequest("api.json_invalid") from error
    wrong = faults(value, expected.schema, SCHEMAS)
    if "\\u0000" in text or "\x00" in text:
        # No text of ours holds NUL, and PostgreSQL refuses it even in a comparison.
        wrong.append(Fault("", "pattern", {"wanted": "[^\\u0000]"}))
    _refuse(wrong, "pointer")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _refuse(wrong: list[Fault], place: str) -> None:
    if wrong:
        errors = [
            {place: fault.place, "code": fault.code, "detail": fault_sentence(fault.code, fault.params)}
            for fault in wrong
        ]
        raise Invalid("api.request_invalid", errors=errors)


def _once(described: Operation, asked: Asked, view: View, key: str) -> Response:
    """Do it unless it was done: the key is taken in a commit of its own, so that a second request sees it at once."""
    token_id = asked.caller.token_id
    if re.fullmatch(r"[0-9A-Za-z._-]{1,100}", key) is None:
        raise BadRequest("api.key_form")
    asked_for = "\n".join((request.method, request.full_path, str(asked.media)))
    digest = hashlib.sha256(asked_for.encode() + b"\n" + request.get_data()).hexdigest()
    with _own_commit():
        kept = write(services.reserve, token_id=token_id, key=key, request_hash=digest, now=asked.now)
        if kept is not None:
            response = make_response(zlib.decompress(kept.body or b""), kept.status or 200)
            response.headers.update(kept.headers or {})
            response.headers["Idempotency-Replayed"] = "true"
            return response
    try:
        return _settle(described, asked, view(asked), key)
    except BaseException:
        db.session.rollback()
        with _own_commit():
            write(services.release, token_id=token_id, key=key)
        raise


def _own_commit() -> Any:
    """A context with a session of its own beside the request's."""
    return current_app.app_context()


def _settle(described: Operation, asked: Asked, outcome: Outcome, key: str | None) -> Response:
    if outcome.stream is not None:
        try:
            _finish(described, asked, outcome, key)
        except BaseException:
            close = getattr(outcome.stream, "close", None)
            if close is not None:
                close()
            raise
        response = Response(
            outcome.stream, described.reply.status, content_type=f"{outcome.media}; charset=utf-8"
        )
    else:
        body = canonical_json(outcome.body).encode() if outcome.act is None else b""
        body = _finish(described, asked, outcome, key, body)
        response = make_response(body, described.reply.status)
        response.headers["Content-Type"] = outcome.media
    response.headers.update(outcome.headers)
    return response


def _finish(
    described: Operation, asked: Asked, outcome: Outcome, key: str | None, body: bytes = b""
) -> bytes:
    looks = list(outcome.looks)
    used = asked.caller.last_used_at
    if not looks and outcome.act is None and key is None and used and asked.now - used < services.USE_STEP:
        return body
    packed = zlib.compress(body, 6) if key is not None else b""
    return write(
        _write_all,
        described=described,
        asked=asked,
        outcome=outcome,
        looks=looks,
        key=key,
        body=body,
        packed=packed,
    )


def _write_all(
    *,
    described: Operation,
    asked: Asked,
    outcome: Outcome,
    looks: list[int],
    key: str | None,
    body: bytes,
    packed: bytes,
) -> bytes:
    caller = asked.caller
    services.note_use(token_id=caller.token_id, now=asked.now)
    services.log_looks(subject_ids=looks, made_by=caller.made_by, purpose=caller.purpose, now=asked.now)
    if outcome.act is not None:
        body = canonical_json(outcome.act()).encode()
        packed = zlib.compress(body, 6)
    if key is not None:
        headers = {"Content-Type": outcome.media, **outcome.headers}
        services.keep(
            token_id=caller.token_id, key=key, status=described.reply.status, headers=headers, body=packed
        )
    return body


@bp.after_request
def _headers(response: Response) -> Response:
    allowance = g.pop("api_allowance", None)
    if allowance:
        name, quota, left, seconds = allowance
        response.headers["RateLimit-Policy"] = f'"{name}";q={quota};w=60'
        response.headers["RateLimit"] = f'"{name}";r={left};t={seconds}'
    response.headers["Vary"] = "Authorization, Accept, Accept-Language"
    return response


def problem(status: int, code: str, sentence: str | None, extra: dict[str, Any] | None) -> Response:
    """How every refusal below /api/ is told, those before an address was found included."""
    return problems.answer(status, code, sentence, extra)
