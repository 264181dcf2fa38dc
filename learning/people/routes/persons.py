"""Persons: searching, looking, registering, correcting, moving, ending."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from learning.kernel import access, clock, panels, refusals
from learning.kernel.access import Principal, Role
from learning.kernel.errors import DomainError, NotFound
from learning.kernel.transaction import write
from learning.people import administration, queries, texts
from learning.people.forms import LeaveForm, NewPersonForm, PersonForm, SeatForm, options, refuse
from learning.people.kinds import PersonStatus
from learning.people.queries import PersonRow
from learning.people.routes.blueprint import BAD_INPUT, bp, page_number, page_range

FIELDS = {
    "nip": "nip",
    "people__number_taken": "nip",
    "people__name": "nama",
    "people__email": "surel",
    "people__no_address": "surel",
    "people__unit_unknown": "unit",
    "people__unit_ended": "unit",
    "people__grade": "golongan",
    "people__posting_before_open": "mulai",
    "people__far_date": "mulai",
}
LEAVE_FIELDS = {"people__end_before_start": "terakhir", "people__far_date": "terakhir"}


@bp.get("/orang/<public_id>", endpoint="person")
@access.role(Role.SUPERVISOR, Role.HR, Role.ADMIN)
def person(public_id: str) -> Any:
    """What supervisors and HR see of somebody. The look is noted for the person to see."""
    who, now = access.principal(), clock.now()
    row = write(
        administration.look,
        principal=who,
        public_id=public_id,
        roles=(Role.SUPERVISOR, Role.HR, Role.ADMIN),
        purpose="people.profile",
        now=now,
    )
    return render_template(
        "people/orang.html",
        person=row,
        seats=queries.postings_of(row.id),
        facts_of=panels.collect("person.facts", principal=who, person_id=row.id, now=now),
        may_edit=_may_edit(who, public_id, now),
        texts=texts,
    )


@bp.get("/admin/orang", endpoint="persons")
@access.role(Role.ADMIN, Role.HR)
def persons() -> Any:
    """Search among the persons within reach."""
    who, now = access.principal(), clock.now()
    text = request.args.get("q", "")[:120].replace("\x00", "")
    page = page_number()
    hits, total = queries.search_people(
        who, Role.ADMIN, Role.HR, text=text, on=clock.local_date(now, who.timezone), page=page
    )
    return render_template(
        "people/admin_orang.html",
        hits=hits,
        q=text,
        pages=page_range(page, len(hits), total),
        may_edit=Role.ADMIN in who.roles,
        texts=texts,
    )


@bp.route("/admin/orang/baru", methods=["GET", "POST"], endpoint="new_person")
@access.role(Role.ADMIN)
def new_person() -> Any:
    """Register somebody with a first seat."""
    who, now = access.principal(), clock.now()
    form = NewPersonForm()
    form.unit.choices = _units(who)
    if request.method == "GET":
        form.mulai.data = clock.local_date(now, who.timezone)
    elif form.validate():
        try:
            public_id = write(
                administration.register,
                principal=who,
                employee_number=form.nip.data or "",
                person=_facts(form),
                employment_type=form.employment,
                seat=_seat(form),
                now=now,
            )
        except DomainError as error:
            refuse(form, error, **FIELDS)
        else:
            flash(
                _("Pegawai didaftarkan. Tautan aktivasi dikirim ke surelnya.")
                if form.surel.data
                else _("Pegawai didaftarkan. Isi surelnya agar tautan aktivasi dapat dikirim."),
                "ok",
            )
            return redirect(url_for("people.edit_person", public_id=public_id))
    return render_template("people/admin_orang_baru.html", form=form), BAD_INPUT if form.errors else 200


@bp.get("/admin/orang/<public_id>", endpoint="edit_person")
@access.role(Role.ADMIN)
def edit_person(public_id: str) -> Any:
    """Everything an admin may change about somebody."""
    who, now = access.principal(), clock.now()
    row = write(
        administration.look,
        principal=who,
        public_id=public_id,
        roles=(Role.ADMIN,),
        purpose="people.administration",
        now=now,
    )
    return _edit(who, row, now)


@bp.post("/admin/orang/<public_id>", endpoint="correct_person")
@access.role(Role.ADMIN)
def correct_person(public_id: str) -> Any:
    """Correct names, titles, address and kind of employment."""
    who, now = access.principal(), clock.now()
    form = PersonForm()
    row = administration.visible(who, public_id, now=now)
    if form.validate():
        try:
            changed = write(
                administration.correct,
                principal=who,
                public_id=public_id,
                person=_facts(form),
                employment_type=form.employment,
                now=now,
            )
        except NotFound:
            raise
        except DomainError as error:
            refuse(form, error, **FIELDS)
        else:
            flash(_("Perubahan disimpan.") if changed else _("Tidak ada yang berubah."), "ok")
            return redirect(url_for("people.edit_person", public_id=public_id))
    return _edit(who, row, now, person_form=form), BAD_INPUT


@bp.post("/admin/orang/<public_id>/pindah", endpoint="move_person")
@access.role(Role.ADMIN)
def move_person(public_id: str) -> Any:
    """Another seat from a day on."""
    who, now = access.principal(), clock.now()
    form = SeatForm()
    form.unit.choices = _units(who)
    row = administration.visible(who, public_id, now=now)
    if form.validate():
        try:
            write(administration.move, principal=who, public_id=public_id, seat=_seat(form), now=now)
        except DomainError as error:
            refuse(form, error, **FIELDS)
        else:
            flash(_("Penempatan baru dicatat."), "ok")
            return redirect(url_for("people.edit_person", public_id=public_id))
    return _edit(who, row, now, seat_form=form), BAD_INPUT


@bp.post("/admin/orang/<public_id>/berhenti", endpoint="retire_person")
@access.role(Role.ADMIN)
def retire_person(public_id: str) -> Any:
    """End somebody's service."""
    who, now = access.principal(), clock.now()
    form = LeaveForm()
    row = administration.visible(who, public_id, now=now)
    if form.validate():
        try:
            write(
                administration.retire,
                principal=who,
                public_id=public_id,
                on=form.terakhir.data,
                status=PersonStatus(form.status.data),
                now=now,
            )
        except NotFound:
            raise
        except DomainError as error:
            refuse(form, error, **LEAVE_FIELDS)
        else:
            flash(_("Masa tugas diakhiri. Catatan dan sertifikatnya tetap ada."), "ok")
            return redirect(url_for("people.edit_person", public_id=public_id))
    return _edit(who, row, now, leave_form=form), BAD_INPUT


@bp.post("/admin/orang/<public_id>/tautan", endpoint="resend_link")
@access.role(Role.ADMIN)
def resend_link(public_id: str) -> Any:
    """Send the activation or reset link again."""
    who, now = access.principal(), clock.now()
    try:
        write(administration.resend_link, principal=who, public_id=public_id, now=now)
    except NotFound:
        raise
    except DomainError as error:
        flash(texts.what(error.code, error.params), "bad")
    else:
        flash(_("Tautan dikirim ke surelnya. Tautan sebelumnya tidak berlaku lagi."), "ok")
    return redirect(url_for("people.edit_person", public_id=public_id))


def _edit(
    who: Principal,
    row: PersonRow,
    now: datetime,
    *,
    person_form: PersonForm | None = None,
    seat_form: SeatForm | None = None,
    leave_form: LeaveForm | None = None,
) -> str:
    """The page with its three forms; the one that came back keeps what was typed."""
    today = clock.local_date(now, who.timezone)
    if person_form is None:
        person_form = PersonForm(formdata=None)
        person_form.nama.data, person_form.surel.data = row.name, row.email or ""
        person_form.gelar_depan.data, person_form.gelar_belakang.data = row.front_title, row.back_title
        person_form.jenis_pegawai.data = row.employment_type.value
    if seat_form is None:
        seat_form = SeatForm(formdata=None)
        seat_form.mulai.data = today
    seat_form.unit.choices = _units(who)
    if leave_form is None:
        leave_form = LeaveForm(formdata=None)
        leave_form.terakhir.data = today
    came_back = next((f for f in (person_form, seat_form, leave_form) if f.errors), None)
    return render_template(
        "people/admin_orang_ubah.html",
        form=came_back or person_form,
        person=row,
        person_form=person_form,
        seat_form=seat_form,
        leave_form=leave_form,
        seats=queries.postings_of(row.id),
        grants=queries.grants_of(row.id),
        refusal=refusals.standing(row.email) if row.email else None,
        texts=texts,
    )


def _facts(form: PersonForm) -> dict[str, Any]:
    return {
        "name": form.nama.data or "",
        "front_title": form.gelar_depan.data or "",
        "back_title": form.gelar_belakang.data or "",
        "email": form.surel.data or None,
    }


def _seat(form: SeatForm) -> dict[str, Any]:
    return {
        "org_unit_id": int(form.unit.data),
        "position_title": form.jabatan.data,
        "position_type": form.position,
        "grade": form.golongan.data or None,
        "starts_on": form.mulai.data,
    }


def _units(who: Principal) -> list[SelectChoice]:
    return options(queries.unit_options(who, Role.ADMIN), _("Pilih unit kerja"))


def _may_edit(who: Principal, public_id: str, now: datetime) -> bool:
    if Role.ADMIN not in who.roles:
        return False
    on = clock.local_date(now, who.timezone)
    return queries.person_by_public_id(who, public_id, Role.ADMIN, on=on) is not None
