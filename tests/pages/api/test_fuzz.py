"""A stranger's fuzzer (schemathesis) walks the published description: what it allows, what it forbids, and worse.

Every answer must be one the description knows, none may be an error of ours, and what the description forbids must not
be accepted.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask, g
from hypothesis import HealthCheck
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from certificates.api.operations import ALLOWANCE, Budget
from learning.kernel import throttle
from learning.kernel.db import db
from tests.pages.api.asking import DESCRIBED
from tests.pages.api.conftest import RULE, Office

EXAMPLES = 40


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    for budget in Budget:
        monkeypatch.setitem(ALLOWANCE, budget, 1_000_000)


def as_served(app: Flask) -> Any:
    """The application without what a test's own context would carry from one request into the next."""

    def serve(environ: Any, start_response: Any) -> Any:
        vars(g).clear()
        throttle.reset()  # it also forges tokens; how that is slowed down has a test of its own
        db.session.rollback()
        return app(environ, start_response)

    return serve


@pytest.fixture
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the fuzzer's own libraries announce what they will drop
        yield


@pytest.mark.slow
@pytest.mark.parametrize(
    "operation", [one["operationId"] for path in DESCRIBED["paths"].values() for one in path.values()]
)
def test_the_description_is_true(
    app: Flask, office: Office, unlimited: None, quiet: None, operation: str
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", as_served(app))
    schema = schema.include(operation_id=operation)
    headers = office.machine.headers
    known = {"nip": office.nip(office.passed), "rule": RULE}
    seen: dict[int, int] = {}
    found = next(iter(schema.get_all_operations())).ok()
    everything = found.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE) | found.as_strategy(
        generation_mode=schemathesis.GenerationMode.NEGATIVE
    )

    # Of a text nothing is forbidden by the description: a line that is no number is answered as such.
    judged = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
        checks.response_headers_conformance,
    ]

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=everything, usual=hypothesis.strategies.booleans())
    def walk(case: Any, usual: bool) -> None:
        if usual:  # half of the time ask about what is there
            for name, value in known.items():
                if name in (case.path_parameters or {}):
                    case.path_parameters[name] = value
                if name in (case.query or {}):
                    case.query[name] = value
        response = case.call(headers=headers)
        seen[response.status_code] = seen.get(response.status_code, 0) + 1
        case.validate_response(
            response,
            checks=judged
            if usual or operation == "stream_eligibility"
            else [*judged, checks.negative_data_rejection],
        )

    walk()
    assert sum(seen.values()) >= EXAMPLES // 2
    assert seen.keys() & {200, 404}, seen  # it came past the door
