"""The PDF of a receipt, for anybody who has its code: the kept file, or made now and kept, or ordered where signing takes its time.

It holds what the public page of the receipt says and no more, so it needs no account. Drawn by the rendering process.
"""

from __future__ import annotations

import hashlib
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certificates import codes
from certificates.receipts import making, queries, services
from certificates.receipts.payload import file_name
from certificates.receipts.queries import PaperRow
from certificates.rendering import RenderingFailed
from certificates.routes.checking import LONGEST
from certificates.routes.knocking import CHECKS, MISSES, answer, knock, network, refuse_if_used_up
from certificates.routes.receipts import bp
from certificates.signing.backend import SigningFailed
from learning.kernel import access, clock
from learning.kernel.errors import NotFound
from learning.kernel.transaction import write

# Drawing is dearer than looking; a file that is kept already is not counted here.
DRAWINGS = ("10/minute", "60/hour")


@bp.get("/<code>.pdf")
@access.public
def pdf(code: str) -> Any:
    """The paper, always the same bytes."""
    visitor, now = network(), clock.now()
    knock("certificates.check", visitor, CHECKS)
    refuse_if_used_up("certificates.miss", visitor, MISSES)
    folded = codes.fold(code[:LONGEST])
    row = queries.paper_by_code(folded) if codes.readable(folded) else None
    if row is None:
        if codes.readable(folded) and queries.is_receipt(folded):
            # From before receipts had papers: its words are frozen now, and the next request draws them.
            write(services.freeze_earlier, code=folded, now=now)
            return redirect(url_for("receipts.pdf", code=codes.display(folded)))
        knock("certificates.miss", visitor, MISSES)
        raise NotFound("certificates.receipt_unknown")
    settings = current_app.config["NETRA"]
    kept = queries.stored(row.id)
    if kept is not None:
        return _file(row, kept.content, kept.sha256)
    knock("certificates.receipt_drawing", visitor, DRAWINGS)
    try:
        if settings.signing.kind == "none":
            content = making.unsigned(row, settings)
            return _file(row, content, hashlib.sha256(content).hexdigest())
        if settings.signing.deferred:
            write(services.order, paper_id=row.id, now=now)
            return _later(row)
        making.make_kept(row, settings)
    except (RenderingFailed, SigningFailed):
        current_app.logger.exception("the paper of a receipt could not be made", extra={"receipt": row.id})
        response = answer(
            render_template("certificates/receipt_pdf_failed.html", row=row, display=codes.display), 503
        )
        response.headers["Retry-After"] = "60"
        return response
    # Somebody else may have been first: what is served is what was kept.
    kept = queries.stored(row.id)
    assert kept is not None
    return _file(row, kept.content, kept.sha256)


def _later(row: PaperRow) -> Response:
    response = answer(
        render_template("certificates/receipt_pdf_later.html", row=row, display=codes.display), 202
    )
    response.headers["Refresh"] = "5"
    response.headers["Retry-After"] = "5"
    return response


def _file(row: PaperRow, content: bytes, sha256: str) -> Response:
    response = answer(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(row.number)}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.set_etag(sha256)
    return response.make_conditional(request)
