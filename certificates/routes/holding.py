"""One's certificates, the certificate on the screen, its PDF, and taking it back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from certificates import codes, queries, services, texts
from certificates.forms import RevokeForm
from certificates.qr import SCREEN_QUIET_ZONE, qr_path
from certificates.queries import CertificateRow
from certificates.rendering import RenderingFailed, certificate_pdf
from learning.kernel import access, clock
from learning.kernel.access import Principal, Role
from learning.kernel.errors import Invalid, NotFound, text_of
from learning.kernel.fields import add_error
from learning.kernel.transaction import write
from learning.kernel.web import format_number
from learning.people import queries as people
from learning.people.scope import visible_people
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
    row = _visible(who, code)
    if code != codes.display(row.code):
        return redirect(url_for("certificates.show", code=codes.display(row.code)))
    page = _page(who, row, RevokeForm(formdata=None) if _may_revoke(who, row) else None)
    _note_view(who, row, now)
    return page


@bp.get("/sertifikat/<code>.pdf")
@access.signed_in
def pdf(code: str) -> Response:
    """The paper. Rendered on first request, from then on the same bytes from disk."""
    who, now = access.principal(), clock.now()
    row = _visible(who, code)
    settings = current_app.config["NETRA"]
    try:
        content = certificate_pdf(
            row.payload, template=row.template, sample=settings.demo, cache=settings.instance / "certificates"
        )
    except RenderingFailed:
        current_app.logger.exception("a certificate could not be rendered", extra={"certificate": row.id})
        response = make_response(render_template("certificates/pdf_failed.html", row=row), 503)
        response.headers["Retry-After"] = "60"
        return response
    _note_view(who, row, now)
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(row)}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.post("/sertifikat/<code>/cabut")
@access.role(Role.ADMIN)
def revoke(code: str) -> Any:
    """Take the force from a certificate; only an admin who looks after the holder."""
    who, now = access.principal(), clock.now()
    row = _visible(who, code)
    if not _may_revoke(who, row):
        abort(404)
    form = RevokeForm()
    reason = form.chosen()
    if form.validate() and reason is None:
        add_error(form.reason, _("Pilih salah satu alasan dari daftar."))
    if form.errors or reason is None:
        return _page(who, row, form), 422
    try:
        write(
            services.revoke,
            certificate_id=row.id,
            principal=who,
            reason=reason,
            note=form.note.data or "",
            now=now,
        )
    except Invalid as error:
        add_error(form.note, text_of(error))
        return _page(who, row, form), 422
    flash(_("Sertifikat dicabut. Halaman verifikasi sudah menampilkannya."), "ok")
    return redirect(url_for("certificates.show", code=codes.display(row.code)))


def _visible(who: Principal, code: str) -> CertificateRow:
    folded = codes.fold(code)
    row = queries.visible_certificate(who, folded, now=clock.now()) if codes.readable(folded) else None
    if row is None:
        raise NotFound("certificates.unknown")
    return row


def _may_revoke(who: Principal, row: CertificateRow) -> bool:
    if not who.grants_for(Role.ADMIN) or row.status.state.value == "REVOKED":
        return False
    reached = visible_people(
        who, Role.ADMIN, on=clock.local_date(clock.now(), who.timezone), with_former=True
    )
    return queries.is_among(row.person_id, reached)


def _page(who: Principal, row: CertificateRow, form: RevokeForm | None) -> str:
    qr = qr_path(row.payload.qr_text, quiet_zone=SCREEN_QUIET_ZONE)
    score = Decimal(row.payload.score).normalize()
    places = -min(0, int(score.as_tuple().exponent))
    holder = people.person_row(row.person_id)
    return render_template(
        "certificates/show.html",
        row=row,
        mine=row.person_id == who.person_id,
        holder=holder,
        code=codes.display(row.code),
        qr={"d": qr.data, "size": qr.size},
        score=format_number(score, places),
        words=texts,
        display=codes.display,
        form=form,
    )


def _note_view(who: Principal, row: CertificateRow, now: Any) -> None:
    if who.person_id != row.person_id:
        write(log_view, subject_id=row.person_id, viewer_id=who.person_id, purpose=PURPOSE, now=now)


def _file_name(row: CertificateRow) -> str:
    number = "".join(char if char.isalnum() or char in ".-" else "-" for char in row.number)
    return f"sertifikat-{number}.pdf"
