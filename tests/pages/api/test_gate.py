"""The door of the interface: who gets in, how far, how often, and how a refusal is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from certificates.api import gate, services, verdicts
from certificates.api.models import ApiToken, KeptAnswer
from certificates.api.operations import ALLOWANCE, Budget
from certificates.api.refusals import KINDS
from certificates.api.scopes import Scope
from certificates.api.texts import TEXTS
from learning.kernel import clock, jobs, throttle
from learning.kernel.access import PUBLIC, Grant, Role, rule_of
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.access import bare_principal
from tests.pages.api.asking import DESCRIBED, Machine, make_token
from tests.pages.api.conftest import RULE, Office


def test_every_address_below_the_interface_is_a_described_operation(app: Flask) -> None:
    made = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.endpoint != "machines.document"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    told = {
        (method.upper(), "/api/v1" + path.replace("{", "<").replace("}", ">"))
        for path, operations in DESCRIBED["paths"].items()
        for method in operations
    }
    assert made == told
    assert len(made) > 7


def test_nothing_but_a_token_opens_it(
    app: Flask, offices: dict[str, Office], login: Callable[[int], FlaskClient]
) -> None:
    """A session of an admin, a token in the address, a token of another form: 401 everywhere, and a reason."""
    office = offices["A"]
    signed_in = login(office.admin)
    for one in gate.OPERATIONS:
        path = (
            one.path.replace("{nip}", office.nip(office.passed))
            .replace("{code}", "0000000000000000")
            .replace("{public_id}", "x")
        )
        for headers in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer netra_" + "x" * 43}):
            http_answer = signed_in.open(
                f"/api/v1{path}?access_token={office.secret}", method=one.method, headers=headers, json={}
            )
            throttle.reset()
            assert http_answer.status_code == 401, (one.id, headers)
            assert http_answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert http_answer.mimetype == "application/problem+json"
        assert rule_of(app, f"api.{one.id}") is PUBLIC


def test_a_token_opens_no_page(office: Office) -> None:
    for path in ("/sertifikat", "/kelayakan", "/admin/token"):
        answer = office.machine.browser.get(path, headers=office.machine.headers)
        assert answer.status_code == 302
        assert answer.location.startswith("/masuk")


def test_a_token_goes_as_far_as_its_scopes(app: Flask, office: Office) -> None:
    for one in gate.OPERATIONS:
        others = [scope for scope in Scope if scope is not one.scope]
        machine = Machine(app, make_token(office.agency, office.admin, *others))
        path = (
            one.path.replace("{nip}", office.nip(office.passed))
            .replace("{code}", "0000000000000000")
            .replace("{public_id}", "x")
        )
        answer = machine.ask(one.method, path)
        if one.scope is None:
            assert answer.status_code == 200
        else:
            assert answer.status_code == 403, one.id
            assert answer.get_json()["type"] == "http://localhost/api#scope-missing"


def test_ended_unknown_and_foreign_tokens_are_not_told_apart(app: Flask, office: Office) -> None:
    old = make_token(office.agency, office.admin, days=1, now=clock.now() - timedelta(days=2))
    revoked = make_token(office.agency, office.admin)
    with app.app_context():
        token = db.session.scalars(select(ApiToken).order_by(ApiToken.id.desc())).first()
        assert token is not None
        who = bare_principal(office.admin, (Grant(Role.ADMIN),))
        write(services.revoke_token, principal=who, public_id=token.public_id, now=clock.now())
    answers = []
    for secret in (old, revoked, "netra_" + "x" * 43):
        answer = Machine(app, secret).get("/token").get_json()
        answer.pop("request_id")
        answers.append(answer)
    assert answers[0] == answers[1] == answers[2]
    assert office.machine.get("/token").status_code == 200


def test_guessing_tokens_is_slow_and_hinders_only_the_guesser(app: Flask, office: Office) -> None:
    stranger = Machine(app, "netra_" + "x" * 43)
    answers = [stranger.get("/token", environ_base={"REMOTE_ADDR": "192.0.2.9"}) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [401] * 30 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert office.machine.get("/token", environ_base={"REMOTE_ADDR": "192.0.2.10"}).status_code == 200


def test_the_allowance_is_told_and_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ALLOWANCE, Budget.DEFAULT, 3)
    left = [office.machine.get("/token").headers["RateLimit"].split(";")[1] for _ in range(3)]
    assert left == ["r=2", "r=1", "r=0"]
    refused = office.machine.get("/token")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert refused.headers["RateLimit-Policy"] == '"default";q=3;w=60'
    assert refused.get_json()["type"].endswith("#too-many")


def test_every_refusal_has_a_type_and_every_type_a_sentence() -> None:
    pages_only = ("token_name", "token_purpose", "token_scopes", "token_days", "token_unknown", "token_revoked",
                  "token_made_already", "agency_unknown")  # fmt: skip
    for code in TEXTS:
        name = code.removeprefix("api.")
        if name not in pages_only and not name.startswith("hook_"):
            assert name.replace("_", "-") in KINDS, code


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("GET", "/certificates/%00", 404, "not-found"),
        ("DELETE", "/rules", 405, "method-not-allowed"),
        ("POST", "/eligibility/checks", 415, "media-type"),
    ],
)
def test_refusals_of_the_server_itself_are_problems_too(
    office: Office, method: str, path: str, status: int, slug: str
) -> None:
    answer = office.machine.ask(method, path)
    assert answer.status_code == status
    assert answer.get_json()["type"] == f"http://localhost/api#{slug}"
    if status == 405:
        assert "GET" in answer.headers["Allow"]


def test_a_body_that_is_too_large_or_no_json(office: Office) -> None:
    large = office.machine.ask("POST", "/verifications", data=b" " * 600_000, content_type="application/json")
    assert large.status_code == 413
    for body in (b"", b"{", b"\xff", b"NaN", b"[" * 100_000):
        broken = office.machine.ask("POST", "/verifications", data=body, content_type="application/json")
        assert broken.status_code == 400, body[:10]
    named = office.machine.post("/verifications", {"codes": [], "more": 1})
    assert named.status_code == 422
    assert {error["pointer"] for error in named.get_json()["errors"]} == {"/codes", "/more"}


def test_details_come_in_the_callers_language(office: Office) -> None:
    english = office.machine.get("/rules?on=kemarin", headers={"Accept-Language": "en"})
    indonesian = office.machine.get("/rules?on=kemarin")
    assert english.headers["Content-Language"] == "en"
    assert indonesian.headers["Content-Language"] == "id"
    assert "Permintaan tidak sesuai" in indonesian.get_json()["detail"]


def test_a_crash_is_a_problem_too(app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "caller_by", lambda *_a, **_k: 1 / 0)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = office.machine.browser.get("/api/v1/token", headers=office.machine.headers)
    assert answer.status_code == 500
    assert answer.get_json()["type"].endswith("#internal")
    assert "ZeroDivision" not in answer.text


# --- The same request twice ------------------------------------------------------------------------------------


def test_the_same_key_gets_the_same_answer(office: Office) -> None:
    body = {"rule": RULE, "people": [office.nip(office.passed)]}
    key = {"Idempotency-Key": "satu"}
    first = office.machine.post("/eligibility/checks", body, headers=key)
    again = office.machine.post("/eligibility/checks", body, headers=key)
    assert first.status_code == again.status_code == 200
    assert first.text == again.text  # known_at of the first: it was not asked anew
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    other = office.machine.post("/eligibility/checks", {**body, "rule": "lain"}, headers=key)
    assert other.status_code == 422
    assert other.get_json()["type"].endswith("#key-reused")


def test_a_key_belongs_to_its_token(offices: dict[str, Office]) -> None:
    body = {"codes": ["0000000000000000"]}
    for office in offices.values():
        answer = office.machine.post("/verifications", body, headers={"Idempotency-Key": "satu"})
        assert "Idempotency-Replayed" not in answer.headers


def test_a_refused_request_may_be_mended_under_its_key(office: Office) -> None:
    key = {"Idempotency-Key": "satu"}
    refused = office.machine.post("/eligibility/checks", {"rule": "lain", "people": ["1"]}, headers=key)
    assert refused.status_code == 404
    mended = office.machine.post("/eligibility/checks", {"rule": RULE, "people": ["1"]}, headers=key)
    assert mended.status_code == 200


def test_a_request_that_is_being_worked_on(
    app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at once: one does it, the other hears 409; later it gets the answer of the first."""
    body = {"rule": RULE, "people": [office.nip(office.passed)]}
    key = {"Idempotency-Key": "dua"}
    entered, go_on, found = threading.Event(), threading.Event(), []
    original = verdicts.lines

    def ask() -> None:
        with app.app_context():
            answer = Machine(app, office.secret).post("/eligibility/checks", body, headers=key)
            found.append(answer.status_code)

    def waiting(*values: Any) -> Any:
        entered.set()
        assert go_on.wait(20)
        return original(*values)

    monkeypatch.setattr(verdicts, "lines", waiting)
    thread = threading.Thread(target=ask)
    thread.start()
    try:
        assert entered.wait(20)
        second = office.machine.post("/eligibility/checks", body, headers=key)
        assert second.status_code == 409
        assert second.get_json()["type"].endswith("#key-in-progress")
    finally:
        go_on.set()
        thread.join()
    assert found == [200]
    third = office.machine.post("/eligibility/checks", body, headers=key)
    assert third.headers["Idempotency-Replayed"] == "true"


def test_kept_answers_are_forgotten_after_a_day(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.machine.post(
        "/verifications", {"codes": ["0000000000000000"]}, headers={"Idempotency-Key": "satu"}
    )
    write(services.forget_answers, now=clock.now() + timedelta(hours=23))
    assert db.session.scalar(select(KeptAnswer.id)) is not None
    write(services.forget_answers, now=clock.now() + timedelta(hours=25))
    assert db.session.scalar(select(KeptAnswer.id)) is None
    write(jobs.enqueue, name="certificates.api.forget_answers", payload={})
    assert jobs.drain() >= 1


def test_use_is_noted_but_not_with_every_question(office: Office, query_count: Callable[[], Any]) -> None:
    office.machine.get("/token")
    used = db.session.scalar(select(ApiToken.last_used_at).order_by(ApiToken.id))
    assert used is not None
    with query_count() as statements:
        office.machine.get("/token")
    assert not [one for one in statements if one.startswith("UPDATE")]
