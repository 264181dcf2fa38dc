"""An admin makes a token, sees its secret once and ends it; others' tokens do not exist; the description is readable."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from certificates.api.models import ApiToken
from certificates.api.refusals import KINDS
from learning.kernel.audit import AuditEntry
from learning.kernel.db import db
from tests import factories as make
from tests.pages.api.asking import DESCRIBED, Machine
from tests.pages.api.conftest import Office
from tests.pages.forms import read_page


def filled(page: str, agency: int | str, **values: Any) -> dict[str, Any]:
    form = next(form for form in read_page(page, "/admin/token").forms if "system" in form.fields)
    return {
        "mark": form.fields["mark"].value,
        "agency": str(agency),
        "system": "SIMPEG Kota",
        "purpose": "usul jabatan",
        "scopes": ["eligibility:read"],
        "days": "90",
        **values,
    }


def test_from_form_to_first_question_to_the_end(
    app: Flask, office: Office, login: Callable[[int], FlaskClient]
) -> None:
    admin = login(office.admin)
    sent = filled(admin.get("/admin/token").text, office.agency)
    made = admin.post("/admin/token", data=sent)
    assert made.status_code == 200
    secret = re.findall(r"netra_[\w-]{43}", html.unescape(made.text))[0]
    assert "no-store" in made.headers["Cache-Control"]
    token = db.session.scalar(select(ApiToken).order_by(ApiToken.id.desc()))
    assert token is not None
    assert secret not in str(vars(token))
    assert (token.expires_at - token.created_at).days == 90
    assert secret not in admin.get("/admin/token").text
    machine = Machine(app, secret)
    assert machine.get("/token").get_json()["scopes"] == ["eligibility:read"]
    assert machine.get("/certificates").status_code == 403
    ended = admin.post(f"/admin/token/{token.public_id}/cabut", follow_redirects=True)
    assert "Token dicabut" in ended.text
    assert machine.get("/token").status_code == 401
    acts = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == f"api-token/{token.public_id}")
    )
    assert list(acts) == ["api.token_made", "api.token_revoked"]
    assert "sudah dicabut" in admin.post(f"/admin/token/{token.public_id}/cabut", follow_redirects=True).text


def test_a_form_sent_twice_makes_one_token(office: Office, login: Callable[[int], FlaskClient]) -> None:
    admin = login(office.admin)
    sent = filled(admin.get("/admin/token").text, office.agency, system="Dua Kali")
    assert admin.post("/admin/token", data=sent).status_code == 200
    again = admin.post("/admin/token", data=sent)
    assert again.status_code == 409
    assert "sudah dibuat" in again.text
    assert len(db.session.scalars(select(ApiToken.id).where(ApiToken.name == "Dua Kali")).all()) == 1


def test_only_for_agencies_of_ones_own(
    offices: dict[str, Office], login: Callable[[int], FlaskClient]
) -> None:
    a, b = offices["A"], offices["B"]
    admin = login(a.admin)
    page = admin.get("/admin/token").text
    assert "Kabupaten A" in page
    assert "Kabupaten B" not in page
    for agency in (b.agency, make.make_unit(a.agency, "Dinas"), 10**8, "x", ""):
        refused = admin.post("/admin/token", data=filled(page, agency))
        assert refused.status_code == 422
        assert "SIMPEG Kota" in refused.text
    foreign = db.session.scalar(select(ApiToken.public_id).where(ApiToken.agency_id == b.agency))
    assert admin.post(f"/admin/token/{foreign}/cabut").status_code == 404


def test_no_token_for_ever_and_none_for_nothing(office: Office, login: Callable[[int], FlaskClient]) -> None:
    admin = login(office.admin)
    page = admin.get("/admin/token").text
    for values in (
        {"days": "366"},
        {"days": "0"},
        {"scopes": []},
        {"scopes": ["all"]},
        {"purpose": "x" * 61},
    ):
        assert admin.post("/admin/token", data=filled(page, office.agency, **values)).status_code == 422, (
            values
        )


def test_the_description_is_there_for_programs_and_readers(client: FlaskClient) -> None:
    assert client.get("/api/v1/openapi.json").get_json() == DESCRIBED
    page = client.get("/api").text
    for slug in KINDS:
        assert f'id="{slug}"' in page
    for operations in DESCRIBED["paths"].values():
        for one in operations.values():
            assert f'id="{one["operationId"]}"' in page
    assert "<script>" not in page
