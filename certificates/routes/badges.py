"""The badge of a certificate, for its holder: as JSON, as a compact JWT, or as a picture that carries it."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from certificates import codes, queries
from certificates.badge import picture
from certificates.badge import queries as badges
from certificates.badge.jobs import ask_for_badge
from certificates.queries import CertificateRow
from learning.kernel import access, clock
from learning.kernel.errors import NotFound
from learning.kernel.transaction import write

bp = Blueprint("badges", __name__)
RETRY_SECONDS = 5


@bp.get("/sertifikat/<code>.badge.json")
@access.signed_in
def credential(code: str) -> Response:
    """The Open Badge with its proof, as wallets take it in."""
    row = _own(code)
    badge = badges.badge_of(row.id)
    return _file(row, badge.credential, "application/vc", "json") if badge else _not_yet(row)


@bp.get("/sertifikat/<code>.badge.jwt")
@access.signed_in
def jwt(code: str) -> Response:
    """The same badge as a compact JWT, for wallets that read no linked data."""
    row = _own(code)
    badge = badges.badge_of(row.id)
    return _file(row, badge.jwt, "application/jwt", "jwt") if badge else _not_yet(row)


@bp.get("/sertifikat/<code>.badge.svg")
@access.signed_in
def svg(code: str) -> Response:
    """The badge as a picture with the credential baked in."""
    row = _own(code)
    badge = badges.badge_of(row.id)
    return _file(row, picture.svg(badge.credential), "image/svg+xml", "svg") if badge else _not_yet(row)


@bp.get("/sertifikat/<code>.badge.png")
@access.signed_in
def png(code: str) -> Response:
    """The same picture as PNG, for places that take no SVG."""
    row = _own(code)
    badge = badges.badge_of(row.id)
    return _file(row, picture.png(badge.credential), "image/png", "png") if badge else _not_yet(row)


def _own(code: str) -> CertificateRow:
    """Only the holder's own: a badge is what somebody shows of themselves. Whoever checks has the public page."""
    who, folded = access.principal(), codes.fold(code)
    row = queries.visible_certificate(who, folded, now=clock.now()) if codes.readable(folded) else None
    if row is None or row.person_id != who.person_id:
        raise NotFound("certificates.unknown")
    return row


def _file(row: CertificateRow, content: bytes, kind: str, ending: str) -> Response:
    number = "".join(char if char.isalnum() or char in ".-" else "-" for char in row.number)
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="lencana-{number}.{ending}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _not_yet(row: CertificateRow) -> Response:
    """The worker signs within minutes of a pass; whoever is faster asks for it here and looks again."""
    write(ask_for_badge, certificate_id=row.id, minute=int(clock.now().timestamp()) // 60)
    response = make_response(
        render_template("certificates/badge_not_yet.html", row=row, display=codes.display), 503
    )
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
