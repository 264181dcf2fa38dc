"""Giving and ending roles."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from learning.kernel import access, clock
from learning.kernel.access import Principal, Role
from learning.kernel.errors import DomainError, NotFound
from learning.kernel.transaction import write
from learning.people import administration, nip, queries, texts
from learning.people.forms import GrantForm, options, refuse
from learning.people.routes.blueprint import BAD_INPUT, bp, page_number, page_range

FIELDS = {
    "people__no_such_number": "nip",
    "people__not_active": "nip",
    "people__supervisor_needs_unit": "unit",
    "people__hr_needs_agency": "unit",
    "people__admin_needs_agency": "unit",
    "people__trainer_has_courses": "unit",
    "people__unit_unknown": "unit",
    "people__only_trainer_has_courses": "kursus",
    "people__grant_above_self": "peran",
    "people__role_held": "peran",
}


@bp.get("/admin/peran", endpoint="roles")
@access.role(Role.ADMIN, Role.HR)
def roles() -> Any:
    """Roles held within reach, and the form to give one."""
    who = access.principal()
    form = GrantForm(formdata=None)
    form.unit.choices = _units(who)
    return _page(who, form)


@bp.post("/admin/peran", endpoint="grant_role")
@access.role(Role.ADMIN, Role.HR)
def grant_role() -> Any:
    """Give a role; nobody gives more than they hold."""
    who, now = access.principal(), clock.now()
    form = GrantForm()
    form.unit.choices = _units(who)
    if form.validate():
        reading = nip.read(form.nip.data, today=clock.local_date(now))
        if reading.digits is None:
            problem = reading.problems[0]
            form.nip.errors = [texts.what(problem.code, problem.params)]
            return _page(who, form), BAD_INPUT
        try:
            write(
                administration.give_role,
                principal=who,
                employee_number=reading.digits,
                role=form.role,
                org_unit_id=int(form.unit.data) if form.unit.data else None,
                course_key=form.kursus.data or None,
                now=now,
            )
        except DomainError as error:
            refuse(form, error, **FIELDS)
        else:
            flash(_("Peran diberikan. Berlaku mulai halaman berikutnya yang dibuka penerimanya."), "ok")
            return redirect(url_for("people.roles"))
    return _page(who, form), BAD_INPUT


@bp.post("/admin/peran/<int:grant_id>/akhiri", endpoint="end_role")
@access.role(Role.ADMIN, Role.HR)
def end_role(grant_id: int) -> Any:
    """End a role at once."""
    try:
        write(administration.take_role, principal=access.principal(), grant_id=grant_id, now=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        flash(texts.what(error.code, error.params), "bad")
    else:
        flash(_("Peran diakhiri."), "ok")
    return redirect(url_for("people.roles"))


def _units(who: Principal) -> list[SelectChoice]:
    return options(queries.unit_options(who, Role.ADMIN, Role.HR), _("Semua (admin dan pengajar saja)"))


def _page(who: Principal, form: GrantForm) -> str:
    page = page_number()
    grants, total = queries.open_grants(who, page=page)
    return render_template(
        "people/admin_peran.html",
        form=form,
        grants=grants,
        pages=page_range(page, len(grants), total),
        texts=texts,
    )
