"""The print edition of a unit's papers: ordered beside the archive, fetched by whoever ordered it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, stream_with_context, url_for
from werkzeug.wrappers import Response

from certificates import batches
from certificates.editions import queries, services
from certificates.routes.unit_papers import bp, found_batch
from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import Conflict, NotFound
from learning.kernel.transaction import write


@bp.post("/sertifikat/kumpulan/<public_id>/edisi-cetak")
@access.role(Role.HR, Role.ADMIN)
def order_edition(public_id: str) -> Any:
    """Have the papers bound; twice is once."""
    who, found = access.principal(), found_batch(public_id)
    write(services.order, batch_id=found.id, requested_by=who.person_id, now=clock.now())
    return redirect(url_for("unit_papers.batch", public_id=public_id))


@bp.get("/sertifikat/kumpulan/<public_id>.pdf")
@access.role(Role.HR, Role.ADMIN)
def edition(public_id: str) -> Any:
    """The edition, while one may still open every paper in it."""
    who, found = access.principal(), found_batch(public_id)
    row = queries.of_batch(found.id)
    if row is None or row.file_id is None:
        raise NotFound("certificates.edition_unknown")
    open_now = {paper.id for paper in batches.ready(who, found, now=clock.now())}
    if not open_now.issuperset(row.certificate_ids):
        raise Conflict("certificates.edition_outdated")
    if not row.there:
        raise Conflict("certificates.edition_gone")
    response = Response(stream_with_context(queries.pieces(row.file_id)), content_type="application/pdf")
    response.headers["Content-Length"] = str(row.size)
    name = "".join(char if char.isalnum() else "-" for char in row.number)
    response.headers["Content-Disposition"] = f'attachment; filename="edisi-cetak-{name}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    response.set_etag(row.sha256)
    return response.make_conditional(request)
