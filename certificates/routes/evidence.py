"""What stands behind a certificate, one click from it: for the holder, and for those who look after the holder."""

from __future__ import annotations

from flask import Blueprint, render_template

from certificates import codes, queries, texts
from certificates.life import provenance
from certificates.queries import CertificateRow
from courses import texts as course_texts
from courses.editions import edition_of
from learning.kernel import access, clock
from learning.kernel.access import Principal
from learning.kernel.errors import NotFound
from learning.kernel.transaction import write
from learning.people import texts as people_texts
from learning.people.services import log_view

bp = Blueprint("certificate_evidence", __name__, url_prefix="/sertifikat")
PURPOSE = "certificates.evidence"


@bp.get("/<code>/bukti")
@access.signed_in
def show(code: str) -> str:
    """From the certificate to the source text on one printable page. Somebody else's look is noted."""
    who, now = access.principal(), clock.now()
    row = _visible(who, code)
    mine = row.person_id == who.person_id
    found = provenance.evidence_of(row, viewer_id=who.person_id, now=now)
    titles = {module.slug: module.title for module in found.edition.modules}
    page = render_template(
        "certificates/evidence.html",
        row=row,
        found=found,
        mine=mine,
        titles=titles,
        code=codes.display(row.code),
        display=codes.display,
        words=texts,
        course_words=course_texts,
        people_words=people_texts,
        printed_at=now,
    )
    _note_view(who, row)
    return page


@bp.get("/<code>/bukti/<slug>")
@access.signed_in
def module(code: str, slug: str) -> str:
    """A module of the edition that was passed, as its readers saw it; without consequences and weights of dilemmas."""
    who = access.principal()
    row = _visible(who, code)
    edition = edition_of(row.course_key, row.payload.edition)
    found = edition.module(slug) if edition is not None else None
    if edition is None or found is None:
        raise NotFound("courses.module_unknown")
    page = render_template(
        "certificates/evidence_module.html",
        row=row,
        edition=edition,
        module=found,
        code=codes.display(row.code),
    )
    _note_view(who, row)
    return page


def _visible(who: Principal, code: str) -> CertificateRow:
    folded = codes.fold(code)
    row = queries.visible_certificate(who, folded, now=clock.now()) if len(folded) == codes.LENGTH else None
    if row is None:
        raise NotFound("certificates.unknown")
    return row


def _note_view(who: Principal, row: CertificateRow) -> None:
    if who.person_id != row.person_id:
        write(log_view, subject_id=row.person_id, viewer_id=who.person_id, purpose=PURPOSE, now=clock.now())
