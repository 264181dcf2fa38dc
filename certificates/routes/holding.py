"""One's certificates, the certificate on the screen, its PDF, and saying that something printed is wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from certificates import codes, queries, texts
from certificates.forms import AskForm
from certificates.life import correcting, lifecycle
from certificates.life import queries as life_queries
from certificates.life.lifecycle import ProposalKind
from certificates.qr import SCREEN_QUIET_ZONE, qr_path
from certificates.queries import CertificateRow
from learning.kernel import access, clock
from learning.kernel.access import Principal
from learning.kernel.errors import DomainError, NotFound, text_of
from learning.kernel.fields import add_error
from learning.kernel.transaction import write
from learning.kernel.web import format_number
from learning.people import queries as people
from learning.people.services import log_view

bp = Blueprint("certificates", __name__)
PURPOSE = "certificates.certificate"


@bp.get("/sertifikat")
@access.signed_in
def mine() -> str:
    """All certificates of whoever asks, the newest first, with what each is worth today."""
    who = access.principal()
    rows = queries.certificates_of(who.person_id, now=clock.now())
    return render_template("certificates/mine.html", rows=rows, words=texts, display=codes.display)


@bp.get("/sertifikat/<code>")
@access.signed_in
def show(code: str) -> Any:
    """The certificate on the screen: the holder, and HR or admin who look after the holder (which is noted)."""
    who, now = access.principal(), clock.now()
    row = visible_or_404(who, code)
    if code != codes.display(row.code):
        return redirect(url_for("certificates.show", code=codes.display(row.code)))
    page = _page(who, row)
    note_view(who, row, now)
    return page


@bp.post("/sertifikat/<code>/keliru")
@access.signed_in
def ask_correction(code: str) -> Any:
    """The holder says what is wrong on the paper. An admin answers; nothing is changed by asking."""
    who, now = access.principal(), clock.now()
    row = visible_or_404(who, code)
    if row.person_id != who.person_id:
        raise NotFound("certificates.unknown")
    form = AskForm()
    if not form.validate():
        return _page(who, row, form), 422
    try:
        write(
            correcting.ask,
            certificate_id=row.id,
            person_id=who.person_id,
            said=form.said.data or "",
            now=now,
        )
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        add_error(form.said, text_of(error))
        return _page(who, row, form), error.status
    flash(_("Permintaan Anda terkirim. Jawabannya muncul di halaman ini dan dikirim lewat surel."), "ok")
    return redirect(url_for("certificates.show", code=codes.display(row.code)))


def visible_or_404(who: Principal, code: str) -> CertificateRow:
    folded = codes.fold(code)
    row = queries.visible_certificate(who, folded, now=clock.now()) if codes.readable(folded) else None
    if row is None:
        raise NotFound("certificates.unknown")
    return row


def _page(who: Principal, row: CertificateRow, form: AskForm | None = None) -> str:
    now = clock.now()
    qr = qr_path(row.payload.qr_text, quiet_zone=SCREEN_QUIET_ZONE)
    score = Decimal(row.payload.score).normalize()
    places = -min(0, int(score.as_tuple().exponent))
    mine = row.person_id == who.person_id
    state = row.status.state
    return render_template(
        "certificates/show.html",
        row=row,
        mine=mine,
        holder=people.person_row(row.person_id),
        code=codes.display(row.code),
        qr={"d": qr.data, "size": qr.size},
        score=format_number(score, places),
        words=texts,
        display=codes.display,
        corrects=queries.certificate_by_id(row.corrects_id, now=now) if row.corrects_id else None,
        request_row=life_queries.request_about(row.id, now=now),
        form=(form or AskForm(formdata=None))
        if mine and lifecycle.is_open_to(ProposalKind.CORRECTION, state)
        else None,
        proposal=None if mine else life_queries.open_about(row.id, now=now),
        may_revoke=not mine and lifecycle.is_open_to(ProposalKind.REVOCATION, state),
        may_correct=not mine and lifecycle.is_open_to(ProposalKind.CORRECTION, state),
    )


def note_view(who: Principal, row: CertificateRow, now: Any) -> None:
    if who.person_id != row.person_id:
        write(log_view, subject_id=row.person_id, viewer_id=who.person_id, purpose=PURPOSE, now=now)
