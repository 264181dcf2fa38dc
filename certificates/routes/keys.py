"""The keys that sign, and every one that ever did: open to everybody, so that anybody can check without us."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, make_response, render_template
from werkzeug.wrappers import Response

from certificates import papers
from learning.kernel import access, clock
from learning.kernel.errors import NotFound

bp = Blueprint("keys_page", __name__)


@bp.get("/kunci")
@access.public
def keys() -> Any:
    """Every signer's certificate with fingerprint and validity."""
    return render_template(
        "certificates/keys.html",
        signers=papers.signers(),
        today=clock.now(),
        signing=current_app.config["NETRA"].signing,
        fingerprint=_grouped,
    )


@bp.get("/kunci/<mark>.pem")
@access.public
def certificate(mark: str) -> Response:
    """One certificate with its chain, the signer's own first."""
    signer = next((signer for signer in papers.signers() if signer.fingerprint == mark), None)
    if signer is None:
        raise NotFound
    response = make_response(signer.chain)
    response.headers["Content-Type"] = "application/x-pem-file"
    response.headers["Content-Disposition"] = f'attachment; filename="netra-{mark[:16]}.pem"'
    # A certificate under its fingerprint never changes.
    response.headers["Cache-Control"] = "public, max-age=86400, immutable"
    return response


def _grouped(mark: str) -> str:
    """`AB CD EF …`, as certificate viewers show it."""
    return " ".join(mark[start : start + 2] for start in range(0, len(mark), 2)).upper()
