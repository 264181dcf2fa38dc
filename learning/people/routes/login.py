"""Signing in and out, and the letters of the demo."""

from __future__ import annotations

import secrets
from typing import Any

from flask import abort, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learning.kernel import access, clock, mail, panels, web
from learning.kernel.errors import NotFound
from learning.kernel.throttle import RetryAfter
from learning.kernel.transaction import write
from learning.people import login, passwords, services
from learning.people.forms import SignInForm
from learning.people.login import DEVICE_COOKIE, DEVICE_COOKIE_AGE
from learning.people.routes.blueprint import BAD_INPUT, bp, device_name

TOO_MANY = 429


@bp.route("/masuk", methods=["GET", "POST"], endpoint="sign_in")
@access.public
def sign_in() -> Any:
    """NIP and password. The answer to an unknown NIP and to a wrong password is the same."""
    onward = web.safe_next(request.values.get("next"), "/")
    form = SignInForm()
    if request.method == "GET":
        return redirect(onward) if access.optional_principal() else _page(form, onward)
    if not form.validate():
        return _page(form, onward), BAD_INPUT
    now = clock.now()
    outcome = login.attempt(
        employee_number=form.nip.data or "",
        password=form.sandi.data,
        client=request.remote_addr or "",
        device_cookie=request.cookies.get(DEVICE_COOKIE),
    )
    if outcome.wait:
        form.form_errors.append(waiting(outcome.wait))
        return _page(form, onward), TOO_MANY
    if outcome.person_id is None:
        return _refused(form, onward)
    present = access.optional_principal()
    token = secrets.token_urlsafe(32)
    try:
        write(
            services.sign_in,
            person_id=outcome.person_id,
            token=token,
            device=device_name(),
            now=now,
            replaced_session_id=present.session_id if present else None,
            old_hash=outcome.outdated,
            new_hash=passwords.hash_password(form.sandi.data) if outcome.outdated else None,
        )
    except NotFound:  # left the service between the check and now
        return _refused(form, onward)
    carry(token)
    response: Response = redirect(onward)
    remember_device(response, outcome.public_id)
    return response


@bp.post("/keluar", endpoint="sign_out")
@access.signed_in
def sign_out() -> Any:
    """End this browser's session on the server; a copy of the cookie is worth nothing afterwards."""
    write(services.end_session, session_id=access.principal().session_id, now=clock.now())
    session.clear()
    return redirect(url_for("people.sign_in"))


@bp.get("/surat", endpoint="demo_letters")
@access.public
def demo_letters() -> Any:
    """The letters that the demo did not send."""
    if not current_app.config["NETRA"].demo:
        abort(404)
    letters = [
        {"to": letter.to, "subject": letter.subject, "at": letter.at, "lines": letter.body.splitlines()}
        for letter in mail.demo_messages()
    ]
    base = current_app.config["NETRA"].base_url
    return render_template("people/surat.html", letters=letters, base=base)


def carry(token: str) -> None:
    """Give this browser a fresh cookie that names only the new session; whatever it carried before is dropped."""
    session.clear()
    session["_user_id"] = token
    session["_fresh"] = True


def remember_device(response: Response, public_id: str) -> None:
    """Mark this browser as known to the account, so that strangers' tries never hold it up."""
    response.set_cookie(
        DEVICE_COOKIE,
        login.make_device_cookie(public_id),
        max_age=DEVICE_COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["NETRA"].https,
    )


def waiting(wait: RetryAfter) -> str:
    """How long to wait, in whole minutes."""
    return _(
        "Terlalu banyak percobaan. Tunggu %(minutes)s menit. Akun Anda tidak dikunci.",
        minutes=max(1, -(-wait.seconds // 60)),
    )


def _refused(form: SignInForm, onward: str) -> Any:
    form.form_errors.append(_("NIP atau kata sandi tidak cocok."))
    return _page(form, onward), BAD_INPUT


def _page(form: SignInForm, onward: str) -> str:
    personas = []
    if current_app.config["NETRA"].demo:
        personas = [persona for group in panels.collect("login.demo") for persona in group]
    return render_template("people/masuk.html", form=form, onward=onward, personas=personas)
