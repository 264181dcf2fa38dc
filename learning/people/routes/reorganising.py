"""Splitting a unit, and how careful an agency wants to be with files that take people away."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import DomainError, NotFound
from learning.kernel.transaction import write
from learning.people import administration
from learning.people.forms import GuardForm, SplitUnitForm, refuse
from learning.people.routes.blueprint import BAD_INPUT, bp
from learning.people.routes.units import title_choices, unit_page

SPLITTING = {
    "people__unit_code": "kode",
    "people__unit_code_taken": "kode",
    "people__merge_starts_later": "mulai",
    "people__far_date": "mulai",
    "people__split_nobody": "jabatan",
    "people__split_unknown": "pegawai",
}


@bp.post("/admin/unit/<int:unit_id>/pisah", endpoint="split_unit")
@access.role(Role.ADMIN)
def split_unit(unit_id: int) -> Any:
    """Make a unit beside this one and seat the chosen people there from a day on."""
    who, now = access.principal(), clock.now()
    unit = administration.visible_unit(who, unit_id)
    form = SplitUnitForm()
    form.jabatan.choices = title_choices(unit_id)
    if form.validate():
        try:
            new_id, people = write(
                administration.split_unit,
                principal=who,
                unit_id=unit_id,
                name=form.nama.data or "",
                code=form.kode.data or "",
                numbers=form.numbers,
                titles=frozenset(form.jabatan.data or ()),
                on=form.mulai.data,
                now=now,
            )
        except DomainError as error:
            refuse(form, error, **SPLITTING)
        else:
            flash(
                ngettext(
                    "Unit dipisahkan. %(num)s orang pindah; riwayatnya tetap ada.",
                    "Unit dipisahkan. %(num)s orang pindah; riwayatnya tetap ada.",
                    people,
                ),
                "ok",
            )
            return redirect(url_for("people.unit_admin", unit_id=new_id))
    return unit_page(who, unit, now, split_form=form), BAD_INPUT


@bp.post("/admin/unit/<int:unit_id>/penjaga-impor", endpoint="import_guard")
@access.role(Role.ADMIN)
def import_guard(unit_id: int) -> Any:
    """Set from which share of its people on a file of this agency needs a reason."""
    who, now = access.principal(), clock.now()
    unit = administration.visible_unit(who, unit_id)
    if unit.parent_id is not None:
        raise NotFound("people.unit_unknown")
    form = GuardForm()
    if form.validate():
        try:
            changed = write(
                administration.set_guard, principal=who, unit_id=unit_id, percent=int(form.persen.data)
            )
        except DomainError as error:
            refuse(form, error, people__guard_percent="persen")
        else:
            flash(_("Perubahan disimpan.") if changed else _("Tidak ada yang berubah."), "ok")
            return redirect(url_for("people.unit_admin", unit_id=unit_id))
    return unit_page(who, unit, now, guard_form=form), BAD_INPUT
