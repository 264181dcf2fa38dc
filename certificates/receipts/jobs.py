"""Background work: papers of receipts that somebody far away signs."""

from __future__ import annotations

from typing import Any

from flask import current_app

from certificates.receipts import making, queries, services
from certificates.signing.choosing import backend, waits_for_official
from learning.kernel import jobs
from learning.kernel.config import Settings
from learning.kernel.db import db


@jobs.task(services.MAKE)
def make_paper(payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any] | None:
    """Make and keep one paper. Again after a crash: the one that was kept stays."""
    settings: Settings = current_app.config["NETRA"]
    row = queries.paper_by_id(payload["paper_id"])
    if row is None or settings.signing.kind == "none" or waits_for_official(settings.signing):
        return None
    db.session.rollback()
    making.make_kept(row, settings, remote=backend(settings.signing) if settings.signing.remote else None)
    return None
