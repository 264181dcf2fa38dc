"""The unit tree: looking, adding, renaming, moving, closing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from learning.kernel import access, clock
from learning.kernel.access import Principal, Role
from learning.kernel.errors import DomainError, NotFound
from learning.kernel.transaction import write
from learning.people import administration, known_people, queries, texts, unit_queries
from learning.people.forms import (
    EndUnitForm,
    GuardForm,
    MergeUnitForm,
    MoveUnitForm,
    NewUnitForm,
    SplitUnitForm,
    UnitForm,
    options,
    refuse,
)
from learning.people.queries import UnitRow
from learning.people.routes.blueprint import BAD_INPUT, bp
from learning.people.tree import ancestors, is_inside

FIELDS = {
    "people__unit_code": "kode",
    "people__unit_code_taken": "kode",
    "people__root_not_agency": "jenis",
    "people__agency_below": "jenis",
    "people__region_code": "wilayah",
    "people__timezone": "zona",
    "people__unit_circle": "induk",
    "people__other_agency": "induk",
    "people__too_deep": "induk",
    "people__unit_unknown": "induk",
    "people__end_before_start": "terakhir",
    "people__far_date": "terakhir",
}
MERGING = {
    "people__unit_circle": "tujuan",
    "people__other_agency": "tujuan",
    "people__too_deep": "tujuan",
    "people__unit_ended": "tujuan",
    "people__unit_unknown": "tujuan",
    "people__end_before_start": "mulai",
    "people__merge_starts_later": "mulai",
    "people__far_date": "mulai",
}


@bp.get("/admin/unit", endpoint="units")
@access.role(Role.ADMIN, Role.HR)
def units() -> Any:
    """The tops of what the principal may see."""
    who = access.principal()
    return render_template(
        "people/admin_unit.html",
        unit=None,
        above=[],
        children=queries.unit_tree(who, Role.ADMIN, Role.HR),
        may_edit=Role.ADMIN in who.roles,
        may_add=administration.is_unlimited(who),
        texts=texts,
    )


@bp.get("/admin/unit/<int:unit_id>", endpoint="unit_admin")
@access.role(Role.ADMIN, Role.HR)
def unit_admin(unit_id: int) -> Any:
    """One unit with what is below it, and its forms."""
    who = access.principal()
    unit = administration.visible_unit(who, unit_id, Role.ADMIN, Role.HR)
    return unit_page(who, unit, clock.now())


@bp.route("/admin/unit/baru", methods=["GET", "POST"], endpoint="new_agency")
@access.role(Role.ADMIN)
def new_agency() -> Any:
    """Add an agency; only an admin of everything may."""
    if not administration.is_unlimited(access.principal()):
        raise NotFound("people.unit_unknown")
    return _add(None)


@bp.route("/admin/unit/<int:unit_id>/baru", methods=["GET", "POST"], endpoint="new_unit")
@access.role(Role.ADMIN)
def new_unit(unit_id: int) -> Any:
    """Add a unit below this one."""
    return _add(administration.visible_unit(access.principal(), unit_id))


@bp.post("/admin/unit/<int:unit_id>", endpoint="change_unit")
@access.role(Role.ADMIN)
def change_unit(unit_id: int) -> Any:
    """Rename a unit or correct where it lies."""
    who, now = access.principal(), clock.now()
    unit = administration.visible_unit(who, unit_id)
    form = UnitForm()
    if form.validate():
        try:
            changed = write(
                administration.change_unit,
                principal=who,
                unit_id=unit_id,
                name=form.nama.data or "",
                kind=form.kind,
                region_code=form.wilayah.data or None,
                timezone=form.zona.data or None,
            )
        except DomainError as error:
            refuse(form, error, **FIELDS)
        else:
            flash(_("Perubahan disimpan.") if changed else _("Tidak ada yang berubah."), "ok")
            return redirect(url_for("people.unit_admin", unit_id=unit_id))
    return unit_page(who, unit, now, unit_form=form), BAD_INPUT


@bp.post("/admin/unit/<int:unit_id>/pindah", endpoint="move_unit")
@access.role(Role.ADMIN)
def move_unit(unit_id: int) -> Any:
    """Hang a unit with everything below it under another parent."""
    who, now = access.principal(), clock.now()
    unit = administration.visible_unit(who, unit_id)
    form = MoveUnitForm()
    form.induk.choices = _parents(who, unit)
    if form.validate():
        try:
            write(administration.hang_unit, principal=who, unit_id=unit_id, parent_id=int(form.induk.data))
        except DomainError as error:
            refuse(form, error, **FIELDS)
        else:
            flash(_("Unit dipindahkan beserta semua yang di bawahnya."), "ok")
            return redirect(url_for("people.unit_admin", unit_id=unit_id))
    return unit_page(who, unit, now, move_form=form), BAD_INPUT


@bp.post("/admin/unit/<int:unit_id>/gabung", endpoint="merge_unit")
@access.role(Role.ADMIN)
def merge_unit(unit_id: int) -> Any:
    """Seat everybody of a unit in another one from a day on, and close it."""
    who, now = access.principal(), clock.now()
    unit = administration.visible_unit(who, unit_id)
    form = MergeUnitForm()
    form.tujuan.choices = _parents(who, unit, _("Pilih unit tujuan"))
    if form.validate():
        into_id = int(form.tujuan.data)
        try:
            people = write(
                administration.merge_unit,
                principal=who,
                unit_id=unit_id,
                into_id=into_id,
                on=form.mulai.data,
                now=now,
            )
        except DomainError as error:
            refuse(form, error, **MERGING)
        else:
            flash(_("Unit digabung. %(count)s orang pindah; riwayatnya tetap ada.", count=people), "ok")
            return redirect(url_for("people.unit_admin", unit_id=into_id))
    return unit_page(who, unit, now, merge_form=form), BAD_INPUT


@bp.post("/admin/unit/<int:unit_id>/tutup", endpoint="end_unit")
@access.role(Role.ADMIN)
def end_unit(unit_id: int) -> Any:
    """Close an empty unit."""
    who, now = access.principal(), clock.now()
    unit = administration.visible_unit(who, unit_id)
    form = EndUnitForm()
    if form.validate():
        try:
            write(administration.close_unit, principal=who, unit_id=unit_id, on=form.terakhir.data, now=now)
        except DomainError as error:
            refuse(form, error, **FIELDS)
        else:
            flash(_("Unit ditutup. Riwayatnya tetap ada."), "ok")
            return redirect(url_for("people.unit_admin", unit_id=unit_id))
    return unit_page(who, unit, now, end_form=form), BAD_INPUT


def _add(parent: UnitRow | None) -> Any:
    who, now = access.principal(), clock.now()
    form = NewUnitForm()
    if request.method == "POST" and form.validate():
        try:
            unit_id = write(
                administration.add_unit,
                principal=who,
                parent_id=parent.id if parent else None,
                code=form.kode.data or "",
                name=form.nama.data or "",
                kind=form.kind,
                region_code=form.wilayah.data or None,
                timezone=form.zona.data or None,
                now=now,
            )
        except DomainError as error:
            refuse(form, error, **{**FIELDS, "people__too_deep": "."})
        else:
            flash(_("Unit ditambahkan."), "ok")
            return redirect(url_for("people.unit_admin", unit_id=unit_id))
    page = render_template("people/admin_unit_baru.html", form=form, parent=parent)
    return page, BAD_INPUT if form.errors else 200


def unit_page(
    who: Principal,
    unit: UnitRow,
    now: datetime,
    *,
    unit_form: UnitForm | None = None,
    move_form: MoveUnitForm | None = None,
    end_form: EndUnitForm | None = None,
    merge_form: MergeUnitForm | None = None,
    split_form: SplitUnitForm | None = None,
    guard_form: GuardForm | None = None,
) -> str:
    """The page of one unit; a form that was refused is given, the others are made afresh."""
    may_edit = any(
        grant.unit_path is None or is_inside(unit.path, grant.unit_path)
        for grant in who.grants_for(Role.ADMIN)
    )
    if unit_form is None:
        unit_form = UnitForm(formdata=None)
        unit_form.nama.data, unit_form.jenis.data = unit.name, unit.kind.value
        unit_form.wilayah.data, unit_form.zona.data = unit.region_code or "", unit.timezone
    if move_form is None:
        move_form = MoveUnitForm(formdata=None)
        move_form.induk.choices = _parents(who, unit) if may_edit else []
    if end_form is None:
        end_form = EndUnitForm(formdata=None)
        end_form.terakhir.data = clock.local_date(now, unit.timezone)
    if merge_form is None:
        merge_form = MergeUnitForm(formdata=None)
        merge_form.tujuan.choices = _parents(who, unit, _("Pilih unit tujuan")) if may_edit else []
    if split_form is None:
        split_form = SplitUnitForm(formdata=None)
        split_form.jabatan.choices = title_choices(unit.id) if may_edit else []
    if guard_form is None:
        guard_form = GuardForm(formdata=None)
        guard_form.persen.data = str(known_people.guard_percent(unit.id)) if unit.parent_id is None else ""
    seen = {int(key) for key, _label in queries.unit_options(who, Role.ADMIN, Role.HR)}
    above = [queries.unit_row(at) for at in ancestors(unit.path)[:-1] if at in seen]
    return render_template(
        "people/admin_unit.html",
        unit=unit,
        form=next(
            (f for f in (unit_form, move_form, end_form, merge_form, split_form, guard_form) if f.errors),
            unit_form,
        ),
        above=above,
        children=queries.unit_tree(who, Role.ADMIN, Role.HR, below=unit.id),
        unit_form=unit_form,
        move_form=move_form,
        end_form=end_form,
        merge_form=merge_form,
        split_form=split_form,
        guard_form=guard_form,
        may_edit=may_edit,
        may_add=may_edit and unit.valid_to is None,
        texts=texts,
    )


def title_choices(unit_id: int) -> list[SelectChoice]:
    """The positions held in a unit, each with how many hold it."""
    return [SelectChoice(title, f"{title} ({count})") for title, count in unit_queries.titles_in(unit_id)]


def _parents(who: Principal, unit: UnitRow, empty: str | None = None) -> list[SelectChoice]:
    """Where the unit could hang: open units of its agency, not itself; circles are refused by the service."""
    found = [(key, label) for key, label in queries.unit_options(who, Role.ADMIN) if key != str(unit.id)]
    return options(found, empty or _("Pilih induk baru"))
