"""Every endpoint × every role × own and foreign objects, generated from the URL map.

What somebody gets is derived from the endpoint's declared rule: visitors are sent to the login, who lacks the role gets
403, who has it is let in to what is theirs and gets 404 for what is not. Exceptions stand in `EXCEPTIONS` with their
reason. An endpoint whose address names an object and that is not in `OBJECTS` fails the test: nobody can forget one.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from learning.kernel import access
from tests.pages.world import World, address, objects_for

ACTORS = ("visitor", "learner", "supervisor", "hr", "trainer", "admin")
OPEN, LOGIN, FORBIDDEN, MISSING = "let in", "sent to the login", "403", "404"
# (endpoint or blueprint, own or foreign or "*", actor or "*") -> what they get instead, and why.
EXCEPTIONS: dict[tuple[str, str, str], tuple[str, str]] = {
    ("api", "*", "*"): (LOGIN, "opened by an agency's token, never by a session"),
    ("history.batch_file", "own", "*"): (MISSING, "the test's batch was not handed over"),
    ("courses.media", "own", "*"): (MISSING, "the test's course has no image"),
    ("people.activate", "foreign", "*"): (OPEN, "a link of nobody shows the same page as a used one"),
    ("people.reset", "foreign", "*"): (OPEN, "a link of nobody shows the same page as a used one"),
    ("keys_page.certificate", "own", "*"): (MISSING, "nothing has signed in the test"),
    ("letterheads.emblem", "own", "admin"): (MISSING, "the test's agency has no emblem"),
    ("kernel.components", "own", "*"): (MISSING, "exists in demo mode only"),
    ("people.demo_letters", "own", "*"): (MISSING, "exists in demo mode only"),
    ("health.readyz", "own", "*"): ("503", "the tests make their schema without migrations"),
    ("quizzes.save", "own", "*"): (MISSING, "an empty form names no question"),
    ("people.new_agency", "own", "admin"): (MISSING, "agencies are made by an admin without an agency"),
    ("records.set_stage", "*", "admin"): (
        FORBIDDEN,
        "dates hold for every agency: changed by an admin without one",
    ),
    ("records.apply_rule", "*", "admin"): (FORBIDDEN, "as above"),
    ("records.resume_redating", "*", "admin"): (FORBIDDEN, "as above"),
    ("records.outages", "*", "admin"): (FORBIDDEN, "outages concern every agency, as above"),
    ("records.propose_outage", "*", "admin"): (FORBIDDEN, "as above"),
    ("records.outage", "*", "admin"): (FORBIDDEN, "as above"),
    ("records.approve_outage", "*", "admin"): (FORBIDDEN, "as above"),
    ("records.decline_outage", "*", "admin"): (FORBIDDEN, "as above"),
    ("studio", "*", "admin"): (FORBIDDEN, "courses belong to no agency: an agency's admin has no studio"),
    ("editor", "*", "admin"): (FORBIDDEN, "as in the studio"),
    ("forms", "*", "admin"): (FORBIDDEN, "as in the studio"),
    ("images", "*", "admin"): (FORBIDDEN, "as in the studio"),
    ("branching", "*", "admin"): (FORBIDDEN, "as in the studio"),
    ("images.file", "own", "*"): (MISSING, "the test's draft has no image"),
    ("images.remove", "own", "*"): (MISSING, "an empty form names no image"),
    ("images.describe", "own", "*"): (MISSING, "an empty form names no image"),
    ("editions", "*", "admin"): (FORBIDDEN, "as in the studio"),
    ("sandbox", "*", "admin"): (FORBIDDEN, "as in the studio"),
    ("sandbox.draft_dilemma", "own", "trainer"): (MISSING, "the test's draft has no dilemma"),
    ("desk", "*", "admin"): (FORBIDDEN, "as in the studio"),
    ("reviews", "*", "admin"): (FORBIDDEN, "as in the studio"),
    ("reference.open_points", "*", "admin"): (FORBIDDEN, "as in the studio"),
    ("analysis", "*", "admin"): (FORBIDDEN, "as in the studio"),
    ("keys", "*", "admin"): (FORBIDDEN, "as in the studio"),
    ("studio.preview_module", "own", "*"): (MISSING, "the test's upload has no module"),
    ("studio.preview_image", "own", "*"): (MISSING, "the test's upload has no image"),
}


@pytest.fixture
def world(app: Flask, db_session: Any) -> World:
    return World()


def outcome(response: Any) -> str:
    if response.status_code == 401 or response.headers.get("Location", "").startswith("/masuk?next="):
        return LOGIN
    if response.status_code == 403:
        return FORBIDDEN
    if response.status_code == 404:
        return MISSING
    if response.status_code >= 500 or response.status_code == 405:
        return str(response.status_code)
    return OPEN


def expected(app: Flask, rule: Rule, actor: str, whose: str) -> str:
    declared = access.rule_of(app, rule.endpoint)
    assert declared is not None
    if not declared.public:
        if actor == "visitor":
            return LOGIN
        roles = {} if actor == "learner" else {access.Role(actor.upper())}
        if declared.roles and not declared.roles & frozenset(roles):
            return FORBIDDEN
    names = (rule.endpoint, rule.endpoint.split(".", maxsplit=1)[0])
    for actor_or_any, name, whose_or_any in product((actor, "*"), names, (whose, "*")):
        if (name, whose_or_any, actor_or_any) in EXCEPTIONS:
            return EXCEPTIONS[name, whose_or_any, actor_or_any][0]
    return MISSING if whose == "foreign" else OPEN


def test_every_address_that_names_an_object_is_in_the_table(app: Flask) -> None:
    forgotten = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.arguments and objects_for(rule.endpoint) is None
    }
    assert forgotten == set()


def test_exceptions_speak_of_endpoints_that_exist(app: Flask) -> None:
    known = {*app.view_functions, *app.blueprints}
    assert {endpoint for endpoint, _whose, _actor in EXCEPTIONS} <= known


@pytest.mark.parametrize("actor", ACTORS)
def test_everybody_gets_what_is_theirs_and_nothing_else(
    app: Flask, world: World, login: Callable[[int], FlaskClient], client: FlaskClient, actor: str
) -> None:
    wrong = []
    me = world.people.get(actor, 0)
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for whose in ("own", "foreign") if rule.arguments else ("own",):
                found = objects_for(rule.endpoint)
                values = (found[whose == "foreign"](world, me)) if rule.arguments and found else {}
                browser = login(me) if me else client
                response = browser.open(
                    address(app, rule, values), method=method, data={} if method == "POST" else None
                )
                response.close()
                got, wanted = outcome(response), expected(app, rule, actor, whose)
                if got != wanted:
                    wrong.append(
                        f"{method} {rule.endpoint} {whose}: {got} ({response.status}), expected {wanted}"
                    )
    assert not wrong, "\n" + "\n".join(wrong)
