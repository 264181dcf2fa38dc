"""Handing a batch over to the registry."""

from __future__ import annotations

from typing import Any

from certificates.history import queries, services
from certificates.history.registries import registry
from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.jobs import Progress
from learning.kernel.transaction import write


@jobs.task(services.HAND_OVER)
def hand_over(payload: dict[str, Any], _progress: Progress) -> dict[str, Any] | None:
    """Hand one batch over and keep its receipts. A failure is noted, and the job is tried again."""
    submission_id: int = payload["submission_id"]
    found = queries.to_hand_over(submission_id)
    if found is None:
        return None
    batch, lines = found
    db.session.rollback()
    try:
        receipts = registry().hand_over(batch, [record for _, record in lines])
    except Exception as error:
        write(services.note_problem, submission_id=submission_id, problem=type(error).__name__)
        raise
    noted = {line_id: receipt for (line_id, _), receipt in zip(lines, receipts, strict=True)}
    write(services.note_receipts, submission_id=submission_id, receipts=noted, now=clock.now())
    return {"lines": len(noted)}
