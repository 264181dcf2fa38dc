"""Handing one's supervision over for a while: the page of both sides, and all of an agency for its admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from learning.kernel import access, clock
from learning.kernel.access import Principal, Role
from learning.kernel.errors import DomainError, NotFound, text_of
from learning.kernel.panels import Panel
from learning.kernel.transaction import write
from learning.people import deputies
from learning.people import deputy_texts as texts
from learning.people.deputy_forms import DeputyForm
from learning.people.deputy_models import MOST_DAYS
from learning.people.forms import options, refuse
from learning.people.routes.blueprint import BAD_INPUT, bp
from learning.people.services import deputies as services

FIELDS = {
    "people__deputy_unknown": "nip",
    "people__deputy_self": "nip",
    "people__deputy_begins_past": "mulai",
    "people__deputy_too_far": "mulai",
    "people__deputy_order": "sampai",
    "people__deputy_too_long": "sampai",
    "people__deputy_reason": "alasan",
    "people__deputy_stands": "unit",
}


@bp.get("/akun/wakil", endpoint="deputies")
@access.signed_in
def own_deputies() -> Any:
    """What one has handed over, what one carries for others, what was done in whose name, and the form."""
    who = access.principal()
    return _page(who, _form(who, empty=True))


@bp.post("/akun/wakil", endpoint="name_deputy")
@access.role(Role.SUPERVISOR)
def name_deputy() -> Any:
    """First shows who it is; hands over when that was confirmed. A number mistyped by one figure is a stranger's."""
    who, now = access.principal(), clock.now()
    form = _form(who)
    if not form.validate():
        return _page(who, form), BAD_INPUT
    asked: dict[str, Any] = {
        "giver_id": who.person_id,
        "grant_id": int(form.unit.data),
        "employee_number": form.nip.data,
        "first": form.mulai.data,
        "last": form.sampai.data,
    }
    try:
        if form.pasti.data != form.asked_for():
            unit, found = services.find_deputy(**asked, now=now)
            form.pasti.data = form.asked_for()
            return render_template(
                "people/wakil_pasti.html", form=form, unit_name=unit.name, found=found, texts=texts
            )
        write(services.hand_over, **asked, reason=form.alasan.data or "", now=now)
    except NotFound:
        raise
    except DomainError as error:
        form.pasti.data = ""
        refuse(form, error, **FIELDS)
        return _page(who, form), BAD_INPUT
    flash(
        _("Tugas pengawasan sudah diserahkan. Anda tetap melihat dan mengerjakan semuanya seperti biasa."),
        "ok",
    )
    return redirect(url_for("people.deputies"))


@bp.post("/akun/wakil/<int:deputation_id>/akhiri", endpoint="end_deputation")
@access.signed_in
def end_deputation(deputation_id: int) -> Any:
    """Taken back by the giver or given back by the deputy, at once."""
    _end(access.principal(), deputation_id, clock.now())
    return redirect(url_for("people.deputies"))


@bp.get("/admin/wakil", endpoint="agency_deputies")
@access.role(Role.ADMIN)
def agency_deputies() -> Any:
    """All handings over within an admin's reach."""
    who = access.principal()
    rows = deputies.in_reach(who, clock.now())
    return render_template("people/admin_wakil.html", rows=rows, texts=texts)


@bp.post("/admin/wakil/<int:deputation_id>/akhiri", endpoint="end_agency_deputation")
@access.role(Role.ADMIN)
def end_agency_deputation(deputation_id: int) -> Any:
    """Ended by an admin of the agency, at once."""
    _end(access.principal(), deputation_id, clock.now())
    return redirect(url_for("people.agency_deputies"))


def account_link(**_more: Any) -> Panel | None:
    """Place "account.links": for whoever supervises a unit, or did until lately as a deputy."""
    who = access.principal()
    if Role.SUPERVISOR not in who.roles and not deputies.of_person(who.person_id, clock.now()):
        return None
    return Panel("people/panel_wakil_akun.html")


def home_notice(*, principal: Principal, now: datetime, **_more: Any) -> Panel | None:
    """Place "home.notice": tells a deputy for whom and until when, and the giver who acts in their name."""
    if Role.SUPERVISOR not in principal.roles:
        return None
    rows = [row for row in deputies.of_person(principal.person_id, now) if row.in_force]
    if not rows:
        return None
    return Panel("people/panel_wakil.html", {"rows": rows, "me": principal.person_id})


def _end(who: Principal, deputation_id: int, now: datetime) -> None:
    try:
        write(services.end_deputation, principal=who, deputation_id=deputation_id, now=now)
    except NotFound:
        raise
    except DomainError as error:
        flash(text_of(error), "bad")
    else:
        flash(_("Penyerahan tugas sudah diakhiri."), "ok")


def _form(who: Principal, *, empty: bool = False) -> DeputyForm:
    form = DeputyForm(formdata=None) if empty else DeputyForm()
    grants = deputies.grants_to_hand_over(who.person_id)
    form.unit.choices = options(((str(grant), name) for grant, name in grants), _("Pilih unit"))
    if empty and len(grants) == 1:
        form.unit.data = str(grants[0][0])
    return form


def _page(who: Principal, form: DeputyForm) -> str:
    now = clock.now()
    rows = deputies.of_person(who.person_id, now)
    return render_template(
        "people/wakil.html",
        form=form,
        may_give=len(form.unit.choices) > 1,
        given=[row for row in rows if row.giver_id == who.person_id],
        carried=[row for row in rows if row.deputy_id == who.person_id],
        acts=deputies.acts_of([row.id for row in rows]),
        by_id={row.id: row for row in rows},
        most=MOST_DAYS,
        texts=texts,
    )
