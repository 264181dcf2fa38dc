"""Exemptions and extensions: propose, what waits for a second person, decide, end early."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import DomainError, Forbidden, NotFound, text_of
from learning.kernel.fields import Form
from learning.kernel.transaction import write
from learning.people import administration
from learning.people.forms import options, refuse
from learning.people.queries import PersonRow
from learning.people.routes.blueprint import BAD_INPUT
from learning.people.services import log_view
from learning.records import queries, relief_texts, reliefs, services
from learning.records.exemption_models import ReliefKind, ReliefOutcome, ReliefReason
from learning.records.models import EnrolmentStatus
from learning.records.relief_forms import EndingForm, ReliefForm, ReturnForm
from learning.records.reliefs import ReliefRow
from learning.records.routes.blueprint import bp

PURPOSE = "records.relief"
FIELDS = {
    "records__relief_past": "sampai",
    "records__relief_far": "sampai",
    "records__relief_not_later": "sampai",
    "records__relief_no_date": "jenis",
    "records__relief_no_duty": "kursus",
    "records__relief_note_missing": "penjelasan",
    "records__relief_evidence_missing": "bukti",
    "records__relief_remark_missing": "catatan",
}


@bp.get("/admin/pengecualian")
@access.role(Role.HR, Role.ADMIN)
def relief_list() -> str:
    """What waits for a second person, what is in force, and what was decided lately, within reach."""
    who, now = access.principal(), clock.now()
    return render_template(
        "records/reliefs.html",
        waiting=reliefs.waiting(who, now),
        standing=reliefs.standing(who, now),
        decided=reliefs.decided_lately(who, now),
        who=who,
        words=relief_texts,
    )


@bp.route("/orang/<public_id>/pengecualian", methods=["GET", "POST"])
@access.role(Role.HR, Role.ADMIN)
def propose_relief(public_id: str) -> Any:
    """Propose an exemption or an extension for somebody. The look is noted for the person to see."""
    who, now = access.principal(), clock.now()
    person = administration.visible(who, public_id, *reliefs.TAKING_PART, now=now)
    open_courses = [
        (row.course_key, row.course_title)
        for row in queries.enrolments_of(person.id)
        if row.status is not EnrolmentStatus.PASSED
    ]
    form = ReliefForm()
    form.kursus.choices = options(open_courses)
    if request.method == "GET" and request.args.get("kursus") in dict(open_courses):
        form.kursus.data = request.args["kursus"]
    if request.method == "POST" and form.validate():
        assert form.sampai.data is not None  # required
        try:
            made = write(
                services.propose_relief,
                principal=who,
                person_id=person.id,
                course_key=form.kursus.data,
                kind=ReliefKind(form.jenis.data),
                until=form.sampai.data,
                reason=ReliefReason(form.alasan.data),
                note=form.penjelasan.data or "",
                evidence=form.bukti.data or "",
                now=now,
            )
        except DomainError as error:
            if isinstance(error, NotFound):
                raise
            refuse(form, error, **FIELDS)
        else:
            return _sent(made)
    page = _propose_page(person, form, open_courses)
    if request.method == "GET":
        write(log_view, subject_id=person.id, viewer_id=who.person_id, purpose=PURPOSE, now=now)
    return page


@bp.get("/admin/pengecualian/<uuid:public_id>")
@access.role(Role.HR, Role.ADMIN)
def relief(public_id: uuid.UUID) -> str:
    """One proposal with everything the second person needs, and the decision. The look is noted."""
    who, now = access.principal(), clock.now()
    row = _row(public_id)
    page = _relief_page(row, ReturnForm(formdata=None))
    write(log_view, subject_id=row.person_id, viewer_id=who.person_id, purpose=PURPOSE, now=now)
    return page


@bp.post("/admin/pengecualian/<uuid:public_id>/setujui")
@access.role(Role.HR, Role.ADMIN)
def approve_relief(public_id: uuid.UUID) -> Response:
    """The second person agrees: it holds from this commit on."""
    _row(public_id)
    try:
        write(services.approve_relief, principal=access.principal(), public_id=public_id, now=clock.now())
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        flash(text_of(error), "warn")
    else:
        flash(_("Usulan disetujui dan berlaku sejak sekarang."), "ok")
    return redirect(url_for("records.relief", public_id=public_id))


@bp.post("/admin/pengecualian/<uuid:public_id>/kembalikan")
@access.role(Role.HR, Role.ADMIN)
def decline_relief(public_id: uuid.UUID) -> Any:
    """Take back one's own proposal, or return somebody else's and say why. Nothing changes for the person."""
    form = ReturnForm()
    row = _row(public_id)
    try:
        outcome = write(
            services.decline_relief,
            principal=access.principal(),
            public_id=public_id,
            remark=form.catatan.data or "",
            now=clock.now(),
        )
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        if error.code in {"records.relief_remark_missing", "records.relief_text_long"}:
            form.validate()
            return _relief_page(row, form), BAD_INPUT
        flash(text_of(error), "warn")
    else:
        flash(
            _("Usulan ditarik kembali. Tidak ada yang berubah.")
            if outcome is ReliefOutcome.WITHDRAWN
            else _("Usulan dikembalikan. Tidak ada yang berubah."),
            "info",
        )
    return redirect(url_for("records.relief", public_id=public_id))


@bp.route("/admin/pengecualian/<uuid:public_id>/akhiri", methods=["GET", "POST"])
@access.role(Role.HR, Role.ADMIN)
def end_relief(public_id: uuid.UUID) -> Any:
    """Propose to end early what is in force; it holds on until a second person agrees."""
    row = _row(public_id)
    form = EndingForm()
    if request.method == "POST" and form.validate():
        try:
            made = write(
                services.propose_ending,
                principal=access.principal(),
                public_id=public_id,
                note=form.penjelasan.data or "",
                evidence=form.bukti.data or "",
                now=clock.now(),
            )
        except DomainError as error:
            if isinstance(error, NotFound):
                raise
            refuse(form, error, **FIELDS)
        else:
            return _sent(made)
    status = BAD_INPUT if request.method == "POST" else 200
    return render_template("records/relief_end.html", row=row, form=form, words=relief_texts), status


def _sent(public_id: uuid.UUID) -> Response:
    flash(_("Usulan disimpan. Berlaku sesudah disetujui orang kedua."), "ok")
    return redirect(url_for("records.relief", public_id=public_id))


def _row(public_id: uuid.UUID) -> ReliefRow:
    row = reliefs.proposal(access.principal(), public_id, clock.now())
    if row is None:
        raise NotFound("records.relief_unknown")
    return row


def _relief_page(row: ReliefRow, form: Form) -> str:
    who = access.principal()
    return render_template(
        "records/relief.html",
        row=row,
        form=form,
        mine=row.proposed_by == who.person_id,
        may_decide=who.person_id not in {row.proposed_by, row.person_id},
        words=relief_texts,
    )


def _propose_page(person: PersonRow, form: ReliefForm, open_courses: list[tuple[str, str]]) -> Any:
    if person.id == access.principal().person_id:
        raise Forbidden("records.relief_oneself")
    status = BAD_INPUT if request.method == "POST" else 200
    page = render_template(
        "records/relief_new.html", person=person, form=form, open_courses=open_courses, words=relief_texts
    )
    return page, status
