"""A system of an agency: it asks with its token, and holds every answer against the published description."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker

from certificates.api import credentials, services
from certificates.api.gate import OPERATIONS
from certificates.api.openapi import document
from certificates.api.scopes import Scope
from learning.kernel import clock
from learning.kernel.access import Grant, Role
from learning.kernel.transaction import write
from learning.people.access import bare_principal

PURPOSE = "usul kenaikan pangkat"
DESCRIBED = document(OPERATIONS, base_url="http://localhost")


def make_token(
    agency: int, maker: int, *scopes: Scope, days: int = 90, now: Any = None, name: str = "SIMPEG Uji"
) -> str:
    """A token as the admin's page makes it; its secret."""
    from learning.people.queries import unit_row

    unit = unit_row(agency)
    assert unit is not None
    secret = credentials.new_secret()
    write(
        services.make_token,
        principal=bare_principal(maker, (Grant(Role.ADMIN, agency, unit.path),)),
        public_id=str(uuid.uuid4()),
        agency_id=agency,
        name=name,
        purpose=PURPOSE,
        scopes=scopes or tuple(Scope),
        days=days,
        secret_hash=credentials.fingerprint(secret),
        hint=credentials.hint(secret),
        now=now or clock.now(),
    )
    return secret


class Machine:
    """Asks in the name of a token."""

    def __init__(self, app: Flask, secret: str | None) -> None:
        from tests.conftest import Client

        app.test_client_class = Client
        self.browser = app.test_client()
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The answer; fails when the description does not allow it."""
        headers = {**self.headers, **more.pop("headers", {})}
        response = self.browser.open(f"/api/v1{path}", method=method, headers=headers, **more)
        judge(method, path.partition("?")[0], response)
        return response

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any, **more: Any) -> Any:
        return self.ask("POST", path, json=body, **more)


def judge(method: str, path: str, response: Any) -> None:
    """Hold an answer against the description, by an implementation of JSON Schema that is not ours."""
    assert response.status_code < 500, response.text[:300]
    found = described(method, path)
    if found is None:
        assert response.status_code in {401, 404, 405}, response.status
        schema: Any = {"$ref": "#/components/schemas/Problem"}
        assert response.mimetype == "application/problem+json"
    else:
        reply = found["responses"].get(str(response.status_code))
        assert reply is not None, f"{method} {path}: {response.status} is not described"
        media = reply["content"].get(response.mimetype)
        assert media is not None, f"{method} {path}: {response.mimetype} is not described"
        schema = media["schema"]
    if response.mimetype.endswith("json") and "ndjson" not in response.mimetype:
        check(json.loads(response.text), schema)


def check(value: Any, schema: Any) -> None:
    """Raise unless the value is what the schema allows."""
    whole = {**schema, "components": DESCRIBED["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)


def described(method: str, path: str) -> Any:
    """The operation of the description that an address belongs to."""
    for pattern, operations in DESCRIBED["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path):
            return operations.get(method.lower())
    return None
