"""Choosing a password through a link: asking for one, and using it once."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, session, url_for

from learning.kernel import access, clock, jobs
from learning.kernel.errors import Gone, NotFound, TooMany
from learning.kernel.transaction import write
from learning.people import login, passwords, queries, services, texts
from learning.people.forms import LinkForm, NewPasswordForm
from learning.people.kinds import PersonStatus
from learning.people.routes.blueprint import BAD_INPUT, bp
from learning.people.routes.login import TOO_MANY, remember_device, waiting

GONE = 410


@bp.route("/lupa-sandi", methods=["GET", "POST"], endpoint="forgotten")
@access.public
def forgotten() -> Any:
    """Ask for a link. Whether the number has an account, an address or too many letters: the answer is the same."""
    form = LinkForm()
    if request.method == "GET":
        return render_template("people/lupa_sandi.html", form=form)
    if not form.validate():
        return render_template("people/lupa_sandi.html", form=form), BAD_INPUT
    number = form.nip.data or ""
    allowed, wait = login.may_ask_for_link(employee_number=number, client=request.remote_addr or "")
    if wait:
        form.form_errors.append(waiting(wait))
        return render_template("people/lupa_sandi.html", form=form), TOO_MANY
    person = queries.person_by_number(number)
    known = allowed and person is not None and person.status is PersonStatus.ACTIVE
    # A job is queued in every case, so that the time of the answer tells nothing either.
    write(_queue_letter, person_id=person.id if known and person else None)
    return render_template("people/surat_terkirim.html")


@bp.route("/atur-sandi/<token>", methods=["GET", "POST"], endpoint="reset")
@access.public
def reset(token: str) -> Any:
    """Use a reset link."""
    return _by_link(token, activation=False)


@bp.route("/aktivasi/<token>", methods=["GET", "POST"], endpoint="activate")
@access.public
def activate(token: str) -> Any:
    """Use an activation link."""
    return _by_link(token, activation=True)


def _queue_letter(*, person_id: int | None) -> None:
    jobs.enqueue("people.send_link", {"person_id": person_id})


def _by_link(token: str, *, activation: bool) -> Any:
    """Opening the page uses nothing up, because mail scanners open links too; sending the form does, once."""
    now = clock.now()
    owner = services.link_owner(token[:100], now=now)
    if owner is None:
        return render_template("people/tautan_usang.html"), GONE
    _person_id, public_id, number = owner
    form = NewPasswordForm()
    if request.method == "GET":
        return render_template("people/sandi_baru.html", form=form, activation=activation)
    valid = form.validate()
    problem = passwords.password_problem(form.sandi.data or "", employee_number=number)
    if form.sandi.data and problem:
        form.sandi.errors = [texts.what(problem.code, problem.params)]
        valid = False
    if not valid:
        return render_template("people/sandi_baru.html", form=form, activation=activation), BAD_INPUT
    try:
        new_hash = passwords.hash_password(form.sandi.data)
        write(services.set_password_by_link, token=token, password_hash=new_hash, now=now)
    except (Gone, NotFound):
        return render_template("people/tautan_usang.html"), GONE
    except TooMany:
        form.form_errors.append(texts.what("people.busy", {}))
        return render_template("people/sandi_baru.html", form=form, activation=activation), TOO_MANY
    session.clear()
    response = redirect(url_for("people.password_ready"))
    remember_device(response, public_id)
    return response


@bp.get("/sandi-siap", endpoint="password_ready")
@access.public
def password_ready() -> Any:
    """Where a used link leads."""
    return render_template("people/sandi_siap.html")
