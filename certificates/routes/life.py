"""For those who look after holders: the register, what is proposed and asked, and the second person's decision."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from certificates import codes, queries, texts
from certificates.forms import CorrectForm, DeclineForm, RevokeForm
from certificates.life import correcting, ending, lifecycle, proposals
from certificates.life import queries as life_queries
from certificates.life.lifecycle import Outcome, ProposalKind
from certificates.life.queries import ProposalRow
from certificates.queries import CertificateRow
from certificates.status import State
from learning.kernel import access, clock
from learning.kernel.access import Principal, Role
from learning.kernel.errors import DomainError, NotFound, text_of
from learning.kernel.fields import Form, add_error
from learning.kernel.transaction import write
from learning.people import queries as people
from learning.people.services import log_view

bp = Blueprint("certificate_life", __name__)
PURPOSE = "certificates.proposal"
FILTERS = (State.VALID, State.EXPIRED, State.SUPERSEDED, State.REVOKED)
LONGEST_SEARCH = 120


@bp.get("/admin/sertifikat")
@access.role(Role.HR, Role.ADMIN)
def register() -> str:
    """The certificates of the people one looks after, the newest first, by state, name, NIP, number or code."""
    who, now = access.principal(), clock.now()
    asked = request.args.get("keadaan", "")
    state = State(asked) if asked in FILTERS else None
    text = request.args.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    page = life_queries.register(who, state=state, text=text, before=_cursor(), now=now)
    return render_template(
        "certificates/register.html",
        page=page,
        state=state,
        text=text,
        choices=[("", _("Semua keadaan")), *((str(one), texts.STATES[one]) for one in FILTERS)],
        later="sebelum" in request.args,
        waiting=len(life_queries.waiting(who, now=now)) + len(life_queries.requests_waiting(who, now=now)),
        words=texts,
        display=codes.display,
    )


@bp.get("/admin/sertifikat/usulan")
@access.role(Role.HR, Role.ADMIN)
def waiting() -> str:
    """What waits: requests of holders, proposals for a second person, overdue ones marked; and what was decided lately."""
    who, now = access.principal(), clock.now()
    return render_template(
        "certificates/waiting.html",
        proposals=life_queries.waiting(who, now=now),
        requests=life_queries.requests_waiting(who, now=now),
        decided=life_queries.decided_lately(who, now=now),
        days=lifecycle.DECIDE_WITHIN.days,
        who=who,
        words=texts,
        display=codes.display,
    )


@bp.route("/sertifikat/<code>/cabut", methods=["GET", "POST"])
@access.role(Role.HR, Role.ADMIN)
def propose_revocation(code: str) -> Any:
    """Propose to revoke: reason for everybody, explanation for the holder, evidence for the second person."""
    who, now = access.principal(), clock.now()
    row = _others(who, code)
    form = RevokeForm()
    if request.method == "GET":
        return _propose_page(row, form, ProposalKind.REVOCATION)
    reason = form.chosen()
    if form.validate() and reason is None:
        add_error(form.reason, _("Pilih salah satu alasan dari daftar."))
    if form.errors or reason is None:
        return _propose_page(row, form, ProposalKind.REVOCATION), 422
    try:
        public_id = write(
            ending.propose_revocation,
            certificate_id=row.id,
            principal=who,
            reason=reason,
            note=form.note.data or "",
            evidence=form.evidence.data or "",
            now=now,
        )
    except DomainError as error:
        return _refused(error, row, form, ProposalKind.REVOCATION)
    return _sent(public_id)


@bp.route("/sertifikat/<code>/perbaikan", methods=["GET", "POST"])
@access.role(Role.HR, Role.ADMIN)
def propose_correction(code: str) -> Any:
    """Propose to issue the certificate again with the words of the personnel record, shown beside the printed ones."""
    who, now = access.principal(), clock.now()
    row = _others(who, code)
    form = CorrectForm()
    if request.method == "GET":
        return _propose_page(row, form, ProposalKind.CORRECTION)
    if not form.validate():
        return _propose_page(row, form, ProposalKind.CORRECTION), 422
    try:
        public_id = write(
            correcting.propose_correction,
            certificate_id=row.id,
            principal=who,
            note=form.note.data or "",
            evidence=form.evidence.data or "",
            now=now,
        )
    except DomainError as error:
        return _refused(error, row, form, ProposalKind.CORRECTION)
    return _sent(public_id)


@bp.get("/admin/sertifikat/usulan/<uuid:public_id>")
@access.role(Role.HR, Role.ADMIN)
def case(public_id: uuid.UUID) -> str:
    """One proposal with everything the second person needs, and the decision. The look is noted."""
    who, now = access.principal(), clock.now()
    row = _case(who, public_id)
    page = _case_page(who, row, DeclineForm(formdata=None))
    write(log_view, subject_id=row.holder_id, viewer_id=who.person_id, purpose=PURPOSE, now=now)
    return page


@bp.post("/admin/sertifikat/usulan/<uuid:public_id>/setujui")
@access.role(Role.ADMIN)
def confirm(public_id: uuid.UUID) -> Response:
    """The second person agrees: revoked, or issued again, in this commit."""
    who, now = access.principal(), clock.now()
    row = _case(who, public_id)
    service = (
        ending.confirm_revocation if row.kind is ProposalKind.REVOCATION else correcting.confirm_correction
    )
    try:
        write(service, public_id=public_id, principal=who, now=now)
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        flash(text_of(error), "warn")
    else:
        flash(
            _("Sertifikat dicabut. Halaman verifikasi sudah menampilkannya.")
            if row.kind is ProposalKind.REVOCATION
            else _("Sertifikat perbaikan terbit. Yang lama sudah tampil sebagai diganti."),
            "ok",
        )
    return redirect(url_for(".case", public_id=public_id))


@bp.post("/admin/sertifikat/usulan/<uuid:public_id>/tolak")
@access.role(Role.HR, Role.ADMIN)
def decline(public_id: uuid.UUID) -> Any:
    """Withdraw one's own proposal, or decline somebody else's with a reason. Nothing happens to the certificate."""
    who, now = access.principal(), clock.now()
    row = _case(who, public_id)
    form = DeclineForm()
    try:
        outcome = write(
            proposals.decline, public_id=public_id, principal=who, remark=form.remark.data or "", now=now
        )
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        if proposals.field_of(error) == "remark":
            form.validate()
            if not form.remark.errors:
                add_error(form.remark, text_of(error))
            return _case_page(who, _case(who, public_id), form), error.status
        flash(text_of(error), "warn")
    else:
        flash(
            _("Usul ditarik kembali. Sertifikat tetap seperti semula.")
            if outcome is Outcome.WITHDRAWN
            else _("Usul ditolak. Sertifikat tetap seperti semula."),
            "info",
        )
    return redirect(url_for(".case", public_id=row.public_id))


@bp.route("/admin/sertifikat/permintaan/<uuid:public_id>", methods=["GET", "POST"])
@access.role(Role.ADMIN)
def answer_request(public_id: uuid.UUID) -> Any:
    """A holder's request: propose the correction, or say why the paper stays as it is."""
    who, now = access.principal(), clock.now()
    row = life_queries.request_row(who, public_id, now=now)
    if row is None:
        raise NotFound("certificates.request_unknown")
    form = DeclineForm()
    status = 200
    if form.is_submitted():
        if form.validate():
            try:
                write(
                    correcting.refuse_request,
                    public_id=public_id,
                    principal=who,
                    answer=form.remark.data or "",
                    now=now,
                )
            except DomainError as error:
                if isinstance(error, NotFound):
                    raise
                add_error(form.remark, text_of(error))
                status = error.status
            else:
                flash(_("Jawaban terkirim kepada pemegang sertifikat."), "ok")
                return redirect(url_for(".waiting"))
        else:
            status = 422
        # Somebody may have answered meanwhile: the page then shows that answer above what was typed.
        row = life_queries.request_row(who, public_id, now=now) or row
    found = queries.certificate_by_id(row.certificate_id, now=now)
    assert found is not None
    page = render_template(
        "certificates/request.html",
        row=row,
        certificate=found,
        form=form,
        words=texts,
        display=codes.display,
        open_to_correction=lifecycle.is_open_to(ProposalKind.CORRECTION, found.status.state),
    )
    return page, status


def _others(who: Principal, code: str) -> CertificateRow:
    """A certificate that this person may propose something about: of somebody they look after, never their own."""
    folded = codes.fold(code)
    row = queries.visible_certificate(who, folded, now=clock.now()) if len(folded) == codes.LENGTH else None
    if row is None or row.person_id == who.person_id:
        raise NotFound("certificates.unknown")
    return row


def _case(who: Principal, public_id: uuid.UUID) -> ProposalRow:
    row = life_queries.proposal(who, public_id, now=clock.now())
    if row is None:
        raise NotFound("certificates.proposal_unknown")
    return row


def _case_page(who: Principal, row: ProposalRow, form: DeclineForm) -> str:
    now = clock.now()
    certificate = queries.certificate_by_id(row.certificate_id, now=now)
    assert certificate is not None
    successor = certificate.status.event.successor_code if certificate.status.event else None
    return render_template(
        "certificates/case.html",
        row=row,
        certificate=certificate,
        successor=successor if certificate.corrected else None,
        holder=people.person_row(row.holder_id),
        mine=row.proposed_by == who.person_id,
        may_decide=Role.ADMIN in who.roles and row.proposed_by != who.person_id,
        request_row=life_queries.request_about(row.certificate_id, now=now),
        form=form,
        words=texts,
        display=codes.display,
    )


def _propose_page(row: CertificateRow, form: Form, kind: ProposalKind) -> str:
    now = clock.now()
    return render_template(
        "certificates/propose.html",
        row=row,
        form=form,
        kind=kind,
        open_to=lifecycle.is_open_to(kind, row.status.state),
        standing=life_queries.open_about(row.id, now=now),
        changes=correcting.pending_changes(row.id) if kind is ProposalKind.CORRECTION else (),
        holder=people.person_row(row.person_id),
        request_row=life_queries.request_about(row.id, now=now),
        words=texts,
        display=codes.display,
    )


def _refused(
    error: DomainError, row: CertificateRow, form: RevokeForm | CorrectForm, kind: ProposalKind
) -> Any:
    """What was typed comes back with the sentence; what is out of reach stays 404."""
    if isinstance(error, NotFound):
        raise error
    named = proposals.field_of(error)
    add_error(form.evidence if named == "evidence" else form.note, text_of(error))
    return _propose_page(row, form, kind), error.status


def _sent(public_id: uuid.UUID) -> Response:
    flash(_("Usul tersimpan. Sertifikat tetap berlaku sampai admin lain menyetujuinya."), "ok")
    return redirect(url_for(".case", public_id=public_id))


def _cursor() -> int | None:
    """The cursor of the address; anything that cannot be one counts as the first page."""
    text = request.args.get("sebelum", "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 15 else None
