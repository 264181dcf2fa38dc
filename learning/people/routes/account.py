"""One's own account: seats, roles, devices, password; and everything that is stored about one."""

from __future__ import annotations

import json
import secrets
from datetime import date, datetime
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from learning.kernel import access, clock, panels
from learning.kernel.transaction import write
from learning.people import login, own, passwords, queries, services, texts
from learning.people.forms import ChangePasswordForm
from learning.people.routes.blueprint import BAD_INPUT, bp, device_name
from learning.people.routes.login import TOO_MANY, carry, waiting


@bp.get("/akun", endpoint="account")
@access.signed_in
def account() -> Any:
    """Seats, roles, devices."""
    return _account(ChangePasswordForm(formdata=None))


@bp.post("/akun/sandi", endpoint="change_password")
@access.signed_in
def change_password() -> Any:
    """A new password: every session ends, this browser goes on with a new one."""
    who = access.principal()
    form = ChangePasswordForm()
    valid = form.validate()
    problem = passwords.password_problem(form.sandi.data or "", employee_number=who.employee_number)
    if form.sandi.data and problem:
        form.sandi.errors = [texts.what(problem.code, problem.params)]
        valid = False
    if not valid:
        return _account(form), BAD_INPUT
    outcome = login.own_password_attempt(person_id=who.person_id, password=form.sekarang.data)
    if outcome.wait:
        form.form_errors.append(waiting(outcome.wait))
        return _account(form), TOO_MANY
    if outcome.person_id is None:
        form.sekarang.errors = [texts.what("people.own_password_wrong", {})]
        return _account(form), BAD_INPUT
    token = secrets.token_urlsafe(32)
    write(
        services.change_password,
        person_id=who.person_id,
        password_hash=passwords.hash_password(form.sandi.data),
        token=token,
        device=device_name(),
        now=clock.now(),
    )
    carry(token)
    flash(_("Kata sandi diganti. Semua perangkat lain sudah dikeluarkan."), "ok")
    return redirect(url_for("people.account"))


@bp.post("/akun/sesi/<public_id>/akhiri", endpoint="end_session")
@access.signed_in
def end_session(public_id: str) -> Any:
    """Sign out one of one's own devices; a foreign or ended session is 404."""
    who = access.principal()
    write(services.end_one_session, person_id=who.person_id, public_id=public_id, now=clock.now())
    flash(_("Perangkat itu sudah dikeluarkan."), "ok")
    return redirect(url_for("people.account"))


@bp.post("/akun/sesi/akhiri-lainnya", endpoint="end_other_sessions")
@access.signed_in
def end_other_sessions() -> Any:
    """Sign out every device but this one."""
    who = access.principal()
    ended = write(
        services.end_other_sessions, person_id=who.person_id, kept_session_id=who.session_id, now=clock.now()
    )
    flash(ngettext("%(num)s perangkat lain dikeluarkan.", "%(num)s perangkat lain dikeluarkan.", ended), "ok")
    return redirect(url_for("people.account"))


@bp.get("/data-saya", endpoint="my_data")
@access.signed_in
def my_data() -> Any:
    """What is stored about me, and who looked at it."""
    who, now = access.principal(), clock.now()
    return render_template(
        "people/data_saya.html",
        groups=_collected(who, now),
        views=own.views_of(who.person_id),
        acts=own.acts_on(who.person_id, by_others=True),
    )


@bp.get("/data-saya/unduh", endpoint="download_my_data")
@access.signed_in
def download_my_data() -> Any:
    """The same as one JSON file, complete."""
    who, now = access.principal(), clock.now()
    body = {
        _("Dibuat"): now,
        **{name: rows for name, rows, _columns in _collected(who, now)},
        _("Siapa yang melihat"): [
            {_("Waktu"): view.at, _("Siapa"): view.viewer, _("Keperluan"): view.purpose}
            for view in own.views_of(who.person_id, limit=None)
        ],
        _("Riwayat perubahan"): [
            {_("Waktu"): act.at, _("Siapa"): act.viewer, _("Perubahan"): act.purpose}
            for act in own.acts_on(who.person_id, limit=None)
        ],
    }
    text = json.dumps(body, ensure_ascii=False, indent=2, default=_plain)
    return Response(
        text,
        mimetype="application/json",
        headers={"Content-Disposition": 'attachment; filename="netra-data-saya.json"'},
    )


def _collected(who: access.Principal, now: datetime) -> list[tuple[str, list[dict[str, Any]], list[str]]]:
    """Every package's account of the principal: heading, rows, columns in the order of their first appearance."""
    found = []
    answers = [own.my_data(principal=who, now=now), *panels.collect("me.data", principal=who, now=now)]
    for answer in answers:
        for name, rows in answer.items():
            columns = list(dict.fromkeys(key for row in rows for key in row))
            found.append((str(name), rows, columns))
    return found


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _account(form: ChangePasswordForm) -> str:
    who, now = access.principal(), clock.now()
    return render_template(
        "people/akun.html",
        form=form,
        person=queries.person_row(who.person_id),
        seats=queries.postings_of(who.person_id),
        grants=[grant for grant in queries.grants_of(who.person_id) if grant.ended_at is None],
        sessions=own.sessions_of(who, now=now),
        texts=texts,
        today=clock.local_date(now, who.timezone),
        demo=current_app.config["NETRA"].demo,
        links=panels.collect("account.links"),
    )
