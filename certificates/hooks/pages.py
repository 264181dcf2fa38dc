"""Subscriptions of one's agencies (admin): make, try out, end, and the log of what was sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from certificates.api.queries import agencies_for
from certificates.hooks import queries, services, signature, texts
from certificates.hooks.forms import HookForm
from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import Conflict, DomainError, NotFound, text_of
from learning.kernel.transaction import write

bp = Blueprint("hooks", __name__)


@bp.get("/admin/webhook", endpoint="index")
@access.role(Role.ADMIN)
def index() -> Any:
    """The subscriptions within reach, and the form for another."""
    return _page(_form(HookForm(formdata=None, mark=str(uuid.uuid4()))))


@bp.post("/admin/webhook", endpoint="subscribe")
@access.role(Role.ADMIN)
def subscribe() -> Any:
    """Make a subscription and show its secret, this once. A form sent twice makes one."""
    form = _form(HookForm())
    if not form.validate():
        return _page(form), 422
    public_id = _mark(form)
    agency = form.agency.data or ""
    try:
        write(
            services.subscribe,
            principal=access.principal(),
            public_id=public_id,
            agency_id=int(agency) if agency.isascii() and agency.isdigit() and len(agency) <= 9 else 0,
            url=form.url.data or "",
            kinds=form.chosen(),
            now=clock.now(),
        )
    except DomainError as error:
        place = {"hooks.agency_unknown": "agency", "hooks.url": "url", "hooks.kinds": "kinds"}.get(error.code)
        if place:
            form[place].errors = [text_of(error)]
        else:
            form.form_errors.append(text_of(error))
        return _page(form), 409 if isinstance(error, Conflict) else 422
    secret = signature.shown(signature.secret_for(current_app.config["NETRA"].secret_key, public_id))
    return _page(_form(HookForm(formdata=None, mark=str(uuid.uuid4()))), secret=secret)


@bp.get("/admin/webhook/<public_id>", endpoint="log")
@access.role(Role.ADMIN)
def log(public_id: str) -> Any:
    """What was sent to one address, and what became of it."""
    found = queries.hooks_for(access.principal(), public_id)
    if not found:
        raise NotFound("hooks.unknown")
    return render_template(
        "api/hook.html",
        hook=found[0],
        rows=queries.messages_of(public_id),
        kinds=texts.KINDS,
        problems=texts.PROBLEMS,
        shown=queries.SHOWN,
    )


@bp.post("/admin/webhook/<public_id>/coba", endpoint="ping")
@access.role(Role.ADMIN)
def ping(public_id: str) -> Any:
    """Send a message that says nothing."""
    return _done(
        services.ping,
        public_id,
        _("Pesan uji coba masuk antrean. Muat ulang halaman untuk melihat hasilnya."),
    )


@bp.post("/admin/webhook/<public_id>/akhiri", endpoint="end")
@access.role(Role.ADMIN)
def end(public_id: str) -> Any:
    """Send nothing more there."""
    return _done(services.end, public_id, _("Langganan diakhiri. Tidak ada lagi yang dikirim ke alamat itu."))


def _done(service: Callable[..., None], public_id: str, sentence: str) -> Any:
    try:
        write(service, principal=access.principal(), public_id=public_id, now=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        flash(text_of(error), "bad")
    else:
        flash(sentence, "ok")
    return redirect(url_for("hooks.log", public_id=public_id))


def _form(form: HookForm) -> HookForm:
    form.agency.choices = [
        SelectChoice(str(agency_id), name) for agency_id, name in agencies_for(access.principal())
    ]
    return form


def _mark(form: HookForm) -> str:
    try:
        return str(uuid.UUID(form.mark.data or ""))
    except ValueError:
        return str(uuid.uuid4())


def _page(form: HookForm, *, secret: str | None = None) -> str:
    rows = queries.hooks_for(access.principal())
    return render_template("api/hooks.html", form=form, rows=rows, secret=secret, kinds=texts.KINDS)
