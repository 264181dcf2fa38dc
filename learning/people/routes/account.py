"""One's own account, and everything that is stored about oneself."""

from __future__ import annotations

import json
import secrets
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learning.kernel import access, clock, panels
from learning.kernel.fields import add_error
from learning.kernel.transaction import write
from learning.people import login, passwords, queries, services, texts
from learning.people.forms import ChangePasswordForm
from learning.people.kinds import SessionEnd
from learning.people.routes.login import begin_session, device_name

bp = Blueprint("account", __name__)


@bp.route("/akun", methods=["GET", "POST"])
@access.signed_in
def overview() -> Any:
    """Seats, roles, sessions, and changing the password."""
    who, now = access.principal(), clock.now()
    form = ChangePasswordForm()
    status = 200
    if form.validate_on_submit():
        answer = _change_password(who, form)
        if answer is not None:
            return answer
        status = 422
    elif form.is_submitted():
        status = 422
    page = render_template(
        "people/account.html",
        form=form,
        person=queries.person_row(who.person_id),
        postings=queries.postings_of(who.person_id),
        grants=[grant for grant in queries.grants_of(who.person_id) if grant.ended_at is None],
        sessions=queries.sessions_of(who.person_id, now),
        session_id=who.session_id,
        labels=texts,
    )
    return page, status


def _change_password(who: access.Principal, form: ChangePasswordForm) -> Response | None:
    outcome = login.own_password_attempt(person_id=who.person_id, password=form.sekarang.data)
    if outcome.wait is not None:
        add_error(form.sekarang, texts.what("people.wait", {"minutes": -(-outcome.wait.seconds // 60)}))
        return None
    if outcome.person_id is None:
        add_error(form.sekarang, texts.what("people.own_password_wrong", {}))
        return None
    problem = passwords.password_problem(form.sandi.data, employee_number=who.employee_number)
    if problem is not None:
        add_error(form.sandi, texts.what(problem.code, problem.params))
        return None
    digest, token = passwords.hash_password(form.sandi.data), secrets.token_urlsafe(32)
    write(
        services.change_password,
        person_id=who.person_id,
        password_hash=digest,
        token=token,
        device=device_name(),
        now=clock.now(),
    )
    begin_session(token)
    flash(_("Kata sandi sudah diganti. Semua perangkat lain sudah keluar."), "ok")
    return redirect(url_for("account.overview"))


@bp.post("/akun/sesi/<public_id>/akhiri")
@access.signed_in
def end_one(public_id: str) -> Response:
    """End one of one's own sessions."""
    write(
        services.end_one_session,
        person_id=access.principal().person_id,
        public_id=public_id,
        now=clock.now(),
    )
    flash(_("Perangkat itu sudah keluar."), "ok")
    return redirect(url_for("account.overview"))


@bp.post("/akun/keluar-semua")
@access.signed_in
def end_all() -> Response:
    """End all sessions on all devices, this one too."""
    write(
        services.end_all_sessions,
        person_id=access.principal().person_id,
        reason=SessionEnd.LOGOUT_ALL,
        now=clock.now(),
    )
    flash(_("Anda sudah keluar dari semua perangkat."), "ok")
    return redirect(url_for("people.sign_in"))


def _stored(who: access.Principal) -> dict[str, Any]:
    """Everything that the packages keep about this person: package -> list of plain rows."""
    data: dict[str, Any] = {}
    for part in panels.collect("me.data", principal=who, now=clock.now()):
        data.update(part)
    return data


@bp.get("/data-saya")
@access.signed_in
def my_data() -> Any:
    """What is stored about me, and who looked at it."""
    who = access.principal()
    return render_template(
        "people/my_data.html",
        person=queries.person_row(who.person_id),
        posting=queries.posting_on(who.person_id, clock.local_date(clock.now(), who.timezone)),
        views=queries.views_of(who.person_id),
        counts=[(name, len(rows)) for name, rows in _stored(who).items()],
        labels=texts,
    )


@bp.get("/data-saya/unduh")
@access.signed_in
def download_my_data() -> Response:
    """The same, complete, as a JSON file (right of access, UU 27/2022 Pasal 7)."""
    who, now = access.principal(), clock.now()
    body = json.dumps(
        {"dibuat": now.isoformat(), "layanan": current_app.config["NETRA"].base_url, **_stored(who)},
        ensure_ascii=False,
        indent=2,
        default=str,
    )
    response = make_response(body)
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="data-saya-netra.json"'
    return response


def stored_here(*, principal: access.Principal, now: Any) -> dict[str, Any]:
    """This package's part of "my data": person, seats, roles, sessions, who looked (panel `me.data`)."""
    person_id = principal.person_id
    return {
        "orang": [queries.as_plain(queries.person_row(person_id))],
        "penempatan": [queries.as_plain(row) for row in queries.postings_of(person_id)],
        "peran": [queries.as_plain(row) for row in queries.grants_of(person_id)],
        "sesi": [queries.as_plain(row) for row in queries.sessions_of(person_id)],
        "dilihat": [queries.as_plain(row) for row in queries.views_of(person_id, limit=None)],
    }
