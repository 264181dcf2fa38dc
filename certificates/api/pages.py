"""Pages about the interface: tokens of one's agencies (admin), the readable description and the document itself (everybody)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from certificates.api import credentials, openapi, queries, services, texts
from certificates.api.forms import TokenForm
from certificates.api.gate import OPERATIONS, PREFIX
from certificates.api.operations import ALLOWANCE
from certificates.api.refusals import KINDS
from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.db import canonical_json
from learning.kernel.errors import Conflict, DomainError, NotFound, text_of
from learning.kernel.transaction import write

bp = Blueprint("machines", __name__)


@bp.get("/admin/token", endpoint="tokens")
@access.role(Role.ADMIN)
def tokens() -> Any:
    """The tokens of the agencies one looks after, and the form for another."""
    return _page(_form(TokenForm(formdata=None, mark=str(uuid.uuid4()))))


@bp.post("/admin/token", endpoint="make_token")
@access.role(Role.ADMIN)
def make_token() -> Any:
    """Make a token and show its secret, this once. A form sent twice makes one."""
    who, now = access.principal(), clock.now()
    form = _form(TokenForm())
    if not form.validate():
        return _page(form), 422
    secret = credentials.new_secret()
    try:
        write(
            services.make_token,
            principal=who,
            public_id=_mark(form),
            agency_id=form.number(form.agency.data),
            name=form.system.data or "",
            purpose=form.purpose.data or "",
            scopes=form.chosen(),
            days=form.number(form.days.data),
            secret_hash=credentials.fingerprint(secret),
            hint=credentials.hint(secret),
            now=now,
        )
    except DomainError as error:
        place = {"api.agency_unknown": "agency", "api.token_scopes": "scopes", "api.token_days": "days"}.get(
            error.code
        )
        if place:
            form[place].errors = [text_of(error)]
        else:
            form.form_errors.append(text_of(error))
        return _page(form), 409 if isinstance(error, Conflict) else 422
    return _page(
        _form(TokenForm(formdata=None, mark=str(uuid.uuid4()))), secret=secret, made=form.system.data
    )


@bp.post("/admin/token/<public_id>/cabut", endpoint="revoke_token")
@access.role(Role.ADMIN)
def revoke_token(public_id: str) -> Any:
    """End a token at once."""
    try:
        write(services.revoke_token, principal=access.principal(), public_id=public_id, now=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        flash(text_of(error), "bad")
    else:
        flash(_("Token dicabut. Permintaan berikutnya dengan token itu ditolak."), "ok")
    return redirect(url_for("machines.tokens"))


@bp.get("/api", endpoint="about")
@access.public
def about() -> str:
    """The description for readers: every operation, every type of problem."""
    base_url = current_app.config["NETRA"].base_url
    return render_template(
        "api/about.html",
        document=openapi.document(OPERATIONS, base_url=base_url),
        operations=OPERATIONS,
        kinds=KINDS,
        allowance=ALLOWANCE,
        base_url=base_url,
        prefix=PREFIX,
        scopes=texts.SCOPES,
    )


@bp.get(f"{PREFIX}/openapi.json", endpoint="document")
@access.public
def document() -> Response:
    """The description for programs; holds no data, so no token is asked."""
    body = openapi.document(OPERATIONS, base_url=current_app.config["NETRA"].base_url)
    response = make_response(canonical_json(body))
    response.headers["Content-Type"] = "application/json"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _form(form: TokenForm) -> TokenForm:
    form.agency.choices = [
        SelectChoice(str(agency_id), name) for agency_id, name in queries.agencies_for(access.principal())
    ]
    return form


def _mark(form: TokenForm) -> str:
    """The id that came with the form; a fresh one where it is none."""
    try:
        return str(uuid.UUID(form.mark.data or ""))
    except ValueError:
        return str(uuid.uuid4())


def _page(form: TokenForm, *, secret: str | None = None, made: str | None = None) -> str:
    return render_template(
        "api/tokens.html",
        form=form,
        rows=queries.tokens_for(access.principal()),
        now=clock.now(),
        secret=secret,
        made=made,
        words=texts.SCOPES,
    )
