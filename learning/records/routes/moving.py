"""How far a recomputation of dates is, and outages: propose, what they would move, decide."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, text_of
from learning.kernel.fields import Form
from learning.kernel.transaction import write
from learning.kernel.web import format_number
from learning.people.forms import refuse
from learning.people.routes.blueprint import BAD_INPUT
from learning.records import administration, moves, moving_texts, texts
from learning.records.kinds import OutageKind
from learning.records.moves import OutageRow, RedatingRow
from learning.records.moving_models import OutageOutcome
from learning.records.outage_forms import OutageForm, OutageReturnForm
from learning.records.reminders.jobs import holidays
from learning.records.routes.blueprint import bp

FIELDS = {
    "records__outage_order": "jam_selesai",
    "records__outage_future": "jam_selesai",
    "records__outage_short": "jam_selesai",
    "records__outage_long": "selesai",
    "records__outage_same": "jam_mulai",
    "records__outage_note_missing": "penjelasan",
    "records__outage_evidence_missing": "bukti",
}


@bp.get("/admin/tenggat/<int:redating_id>")
@access.role(Role.ADMIN, Role.HR)
def redating(redating_id: int) -> str:
    """How far a recomputation is, and what became of it."""
    return render_template(
        "records/redating.html",
        row=_redating(redating_id),
        may_change=administration.rules_everywhere(access.principal()),
        words=texts,
    )


@bp.get("/admin/tenggat/<int:redating_id>/kemajuan")
@access.role(Role.ADMIN, Role.HR)
def redating_progress(redating_id: int) -> Response:
    """What the progress bar asks every two seconds."""
    row = _redating(redating_id)
    done, total = format_number(row.looked), format_number(max(row.total, row.looked))
    return jsonify(
        done=row.looked,
        total=max(row.total, row.looked),
        text=_("%(done)s dari sekitar %(total)s orang", done=done, total=total),
        finished=row.finished_at is not None or row.given_up,
        href=url_for("records.redating", redating_id=redating_id),
    )


@bp.post("/admin/tenggat/<int:redating_id>/lanjutkan")
@access.role(Role.ADMIN)
def resume_redating(redating_id: int) -> Any:
    """Go on with what was given up."""
    who = access.principal()
    administration.need_everywhere(who)
    try:
        write(administration.resume_redating, principal=who, redating_id=redating_id, now=clock.now())
    except Conflict as error:
        flash(text_of(error), "warn")
    return redirect(url_for("records.redating", redating_id=redating_id))


@bp.get("/admin/gangguan")
@access.role(Role.ADMIN)
def outages() -> str:
    """Outages: what waits for a second person, and what was decided."""
    who = access.principal()
    administration.need_everywhere(who)
    return render_template("records/outages.html", rows=moves.outages(), who=who, words=moving_texts)


@bp.route("/admin/gangguan/baru", methods=["GET", "POST"])
@access.role(Role.ADMIN)
def propose_outage() -> Any:
    """Propose to make up for an outage."""
    who = access.principal()
    administration.need_everywhere(who)
    form = OutageForm()
    if request.method == "POST" and form.validate():
        try:
            public_id = write(
                administration.propose_outage,
                principal=who,
                kind=OutageKind(form.jenis.data),
                began_at=form.began_at,
                ended_at=form.ended_at,
                note=form.penjelasan.data or "",
                evidence=form.bukti.data or "",
                now=clock.now(),
                holidays=holidays(),
            )
        except (Conflict, Invalid) as error:
            refuse(form, error, **FIELDS)
        else:
            flash(_("Usulan disimpan. Tenggat bergeser sesudah orang kedua menyetujuinya."), "ok")
            return redirect(url_for("records.outage", public_id=public_id))
    status = BAD_INPUT if request.method == "POST" else 200
    return render_template("records/outage_new.html", form=form), status


@bp.get("/admin/gangguan/<uuid:public_id>")
@access.role(Role.ADMIN)
def outage(public_id: uuid.UUID) -> str:
    """One outage: what it would move or has moved, and the decision."""
    administration.need_everywhere(access.principal())
    return _outage_page(_outage(public_id), OutageReturnForm(formdata=None))


@bp.post("/admin/gangguan/<uuid:public_id>/setujui")
@access.role(Role.ADMIN)
def approve_outage(public_id: uuid.UUID) -> Any:
    """The second person agrees: dates move, of a few at once, of many by a job."""
    who = access.principal()
    administration.need_everywhere(who)
    try:
        redating_id = write(
            administration.approve_outage, principal=who, public_id=public_id, now=clock.now()
        )
    except (Conflict, Forbidden) as error:
        flash(text_of(error), "warn")
        return redirect(url_for("records.outage", public_id=public_id))
    return say_moved(redating_id) or redirect(url_for("records.outage", public_id=public_id))


@bp.post("/admin/gangguan/<uuid:public_id>/kembalikan")
@access.role(Role.ADMIN)
def decline_outage(public_id: uuid.UUID) -> Any:
    """Take back one's own proposal, or return somebody else's and say why. No date moves."""
    who, form = access.principal(), OutageReturnForm()
    administration.need_everywhere(who)
    row = _outage(public_id)
    try:
        outcome = write(
            administration.decline_outage,
            principal=who,
            public_id=public_id,
            remark=form.catatan.data or "",
            now=clock.now(),
        )
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        if error.code in {"records.outage_remark_missing", "records.outage_text_long"}:
            form.validate()
            return _outage_page(row, form), BAD_INPUT
        flash(text_of(error), "warn")
    else:
        flash(
            _("Usulan ditarik kembali. Tidak ada tenggat yang bergeser.")
            if outcome is OutageOutcome.WITHDRAWN
            else _("Usulan dikembalikan. Tidak ada tenggat yang bergeser."),
            "info",
        )
    return redirect(url_for("records.outage", public_id=public_id))


def say_moved(redating_id: int | None) -> Any:
    """After a move: the page of its progress when people follow by a job; otherwise None, and the final figure is said."""
    row = moves.redating(redating_id) if redating_id is not None else None
    if row is not None and row.finished_at is None:
        return redirect(url_for("records.redating", redating_id=row.id))
    if row is None or not row.moved:
        flash(_("Disimpan. Tidak ada tenggat yang bergeser."), "ok")
    else:
        flash(
            ngettext(
                "Disimpan. Tenggat %(num)s orang bergeser, dan mereka diberi tahu.",
                "Disimpan. Tenggat %(num)s orang bergeser, dan mereka diberi tahu.",
                row.moved,
            ),
            "ok",
        )
    return None


def _redating(redating_id: int) -> RedatingRow:
    row = moves.redating(redating_id)
    if row is None:
        raise NotFound("records.redating_unknown")
    return row


def _outage(public_id: uuid.UUID) -> OutageRow:
    row = moves.outage(public_id)
    if row is None:
        raise NotFound("records.outage_unknown")
    return row


def _outage_page(row: OutageRow, form: Form) -> str:
    return render_template(
        "records/outage.html",
        row=row,
        form=form,
        mine=row.proposed_by == access.principal().person_id,
        people=moves.people_given(row.began_at, row.until_on) if row.outcome is None else None,
        redating=moves.after_outage(row.id),
        words=moving_texts,
    )
