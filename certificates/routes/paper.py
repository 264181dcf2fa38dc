"""The PDF of a certificate: the kept file, or made now and kept, or ordered where signing takes its time."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from flask import current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from certificates import papers
from certificates.numbering import file_name
from certificates.queries import CertificateRow
from certificates.rendering import Paper, RenderingFailed
from certificates.routes.holding import bp, note_view, visible_or_404
from certificates.signing.backend import SigningFailed
from learning.kernel import access, clock
from learning.kernel.access import Principal
from learning.kernel.transaction import write


@bp.get("/sertifikat/<code>.pdf")
@access.signed_in
def pdf(code: str) -> Any:
    """The paper, always the same bytes."""
    who, now = access.principal(), clock.now()
    row = visible_or_404(who, code)
    settings = current_app.config["NETRA"]
    kept = papers.stored(row.id)
    if kept is not None:
        note_view(who, row, now)
        return _file(row, kept.content, kept.sha256)
    try:
        if settings.signing.kind == "none":
            content = papers.unsigned(row, settings)
            note_view(who, row, now)
            return _file(row, content, hashlib.sha256(content).hexdigest())
        if settings.signing.deferred:
            write(papers.order, certificate_id=row.id, now=now, actor_id=who.person_id)
            return _later(row)
        paper = papers.make(row, settings)
    except (RenderingFailed, SigningFailed) as error:
        current_app.logger.exception("a certificate could not be made", extra={"certificate": row.id})
        undrawable = isinstance(error, RenderingFailed) and error.undrawable
        page = render_template("certificates/pdf_failed.html", row=row, undrawable=undrawable)
        response = make_response(page, 503)
        response.headers["Retry-After"] = "60"
        return response
    if not write(_keep, row=row, paper=paper, who=who, now=now):
        return _later(row)
    # Somebody else may have been first: what is served is what was kept.
    kept = papers.stored(row.id)
    assert kept is not None
    return _file(row, kept.content, kept.sha256)


def _keep(*, row: CertificateRow, paper: Paper, who: Principal, now: datetime) -> bool:
    kept = papers.keep(certificate_id=row.id, template=row.template, paper=paper, now=now)
    if kept:
        note_view(who, row, now)
    return kept


def _later(row: CertificateRow) -> Response:
    response = make_response(render_template("certificates/pdf_later.html", row=row), 202)
    response.headers["Refresh"] = "5"
    response.headers["Retry-After"] = "5"
    return response


def _file(row: CertificateRow, content: bytes, sha256: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(row.number)}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.set_etag(sha256)
    return response.make_conditional(request)
