"""Signing in and out, and the links that set a password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from learning.kernel import access, clock, jobs, mail, panels
from learning.kernel.db import db
from learning.kernel.errors import Gone
from learning.kernel.fields import add_error
from learning.kernel.transaction import write
from learning.kernel.web import safe_next
from learning.people import login, passwords, services, texts
from learning.people.forms import LinkForm, NewPasswordForm, SignInForm
from learning.people.models import AccessToken, Person
from learning.people.nip import is_number

bp = Blueprint("people", __name__)


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody of the demo whom visitors may sign in as: only shown, and only existing, in demo mode."""

    name: str
    note: str
    employee_number: str
    password: str


@bp.route("/masuk", methods=["GET", "POST"])
@access.public
def sign_in() -> Any:
    """The login page. The same answer for an unknown NIP and a wrong password."""
    if request.method == "GET" and access.optional_principal() is not None:
        return redirect(safe_next(request.args.get("next"), "/"))
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        outcome = login.attempt(
            employee_number=(form.nip.data or "")[:40],
            password=form.sandi.data,
            client=request.remote_addr or "",
            device_cookie=request.cookies.get(login.DEVICE_COOKIE),
        )
        if outcome.person_id is not None:
            return _signed_in(outcome, form.sandi.data, safe_next(request.form.get("next"), "/"))
        if outcome.wait is not None:
            status = 429
            add_error(form.nip, texts.what("people.wait", {"minutes": -(-outcome.wait.seconds // 60)}))
        else:
            status = 401
            add_error(form.nip, _wrong(form.nip.data or ""))
    elif request.method == "POST":
        status = 422
    answer = make_response(render_template("people/sign_in.html", form=form, personas=_personas()), status)
    if status == 429:
        answer.headers["Retry-After"] = "900"
    return answer


def _wrong(entered: str) -> str:
    # A slip in the shape of the number tells nothing about who has an account, and saves a call to the help desk.
    if not is_number(entered):
        return str(_("NIP harus 18 angka; yang Anda isi %(count)s. Periksa kembali.", count=len(entered)))
    return str(_("NIP atau kata sandi tidak cocok. Periksa keduanya, atau pakai “Lupa kata sandi”."))


def _personas() -> list[Persona]:
    if not current_app.config["NETRA"].demo:
        return []
    return [persona for group in panels.collect("login.personas") for persona in group]


def _signed_in(outcome: login.Attempt, password: str, target: str) -> Response:
    token, now = secrets.token_urlsafe(32), clock.now()
    new_hash = passwords.hash_password(password) if outcome.outdated else None

    def enter(*, now: datetime) -> None:
        services.open_session(person_id=outcome.person_id or 0, token=token, device=device_name(), now=now)
        if new_hash is not None and outcome.outdated is not None:
            services.renew_hash(
                person_id=outcome.person_id or 0, old_hash=outcome.outdated, new_hash=new_hash
            )

    write(enter, now=now)
    response = redirect(target)
    begin_session(token)
    remember_device(response, outcome.public_id)
    return response


def begin_session(token: str) -> None:
    """Put a fresh session into the cookie; whatever was in it before is dropped (session fixation)."""
    cookie.clear()
    cookie["_user_id"] = token
    cookie["_fresh"] = True


def remember_device(response: Response, public_id: str) -> None:
    """Let this browser be known as one of this person's, so that strangers' tries do not hold it up."""
    response.set_cookie(
        login.DEVICE_COOKIE,
        login.make_device_cookie(public_id),
        max_age=login.DEVICE_COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["NETRA"].https,
        path="/masuk",
    )


def device_name() -> str:
    """What the list of sessions calls this browser: system and program in two words, nothing that identifies more."""
    agent = request.user_agent.string
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    program = next((name for mark, name in _PROGRAMS if mark in agent), "")
    return ", ".join(part for part in (program, system) if part) or agent[:40] or "?"


_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_PROGRAMS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


@bp.post("/keluar")
@access.public
def sign_out() -> Response:
    """End this browser's session on the server, and its cookie."""
    who = access.optional_principal()
    if who is not None:
        write(services.end_session, session_id=who.session_id, now=clock.now())
    cookie.clear()
    flash(_("Anda sudah keluar."), "ok")
    return redirect(url_for("people.sign_in"))


@bp.route("/lupa-sandi", methods=["GET", "POST"])
@access.public
def forgotten() -> Any:
    """Ask for a link. Says the same whether the account exists or not."""
    form = LinkForm()
    if form.validate_on_submit():
        number = (form.nip.data or "")[:40]
        if not is_number(number):
            add_error(
                form.nip,
                _("NIP harus 18 angka; yang Anda isi %(count)s. Periksa kembali.", count=len(number)),
            )
            return render_template("people/forgotten.html", form=form), 422
        allowed, wait = login.may_ask_for_link(employee_number=number, client=request.remote_addr or "")
        if wait is not None:
            add_error(form.nip, texts.what("people.wait", {"minutes": -(-wait.seconds // 60)}))
            return render_template("people/forgotten.html", form=form), 429
        if allowed:
            person_id = db.session.scalar(select(Person.id).where(Person.employee_number == number))
            # Queued for unknown numbers too: the time of the answer tells nothing.
            write(lambda: jobs.enqueue("people.send_link", {"person_id": person_id}))
        return render_template("people/forgotten_sent.html")
    return render_template("people/forgotten.html", form=form), 422 if request.method == "POST" else 200


@bp.route("/atur-sandi/<token>", methods=["GET", "POST"])
@access.public
def set_password(token: str) -> Any:
    """Choose a password by a link that works once. Opening the page uses nothing up (mail scanners open links)."""
    now = clock.now()
    person = db.session.execute(
        select(Person.public_id, Person.employee_number, Person.name)
        .join(AccessToken, AccessToken.person_id == Person.id)
        .where(
            AccessToken.token_hash == services.token_hash(token),
            AccessToken.used_at.is_(None),
            AccessToken.expires_at > now,
        )
    ).first()
    if person is None:
        return render_template("people/link_used.html"), 410
    form = NewPasswordForm()
    if form.validate_on_submit():
        problem = passwords.password_problem(form.sandi.data, employee_number=person.employee_number)
        if problem is None:
            db.session.rollback()
            digest = passwords.hash_password(form.sandi.data)
            try:
                write(services.set_password_by_link, token=token, password_hash=digest, now=now)
            except Gone:
                return render_template("people/link_used.html"), 410
            flash(_("Kata sandi sudah dibuat. Silakan masuk."), "ok")
            response = redirect(url_for("people.sign_in"))
            cookie.clear()
            remember_device(response, person.public_id)
            return response
        add_error(form.sandi, texts.what(problem.code, problem.params))
    return (
        render_template("people/set_password.html", form=form, name=person.name),
        422 if request.method == "POST" else 200,
    )


@bp.get("/surat")
@access.public
def demo_mails() -> Any:
    """The letters of the demo, which go nowhere else. Outside demo mode the page does not exist."""
    if not current_app.config["NETRA"].demo:
        abort(404)
    return render_template("people/mails.html", letters=mail.demo_messages())
