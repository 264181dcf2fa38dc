"""Background work: closing attempts whose time is over."""

from __future__ import annotations

import logging
from typing import Any

from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.transaction import write
from quizzes import queries, services

log = logging.getLogger(__name__)
BATCH = 200


@jobs.task("quizzes.close_overdue")
def close_overdue(_payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """Close abandoned attempts, one in each write section so that answers of others pass in between.

    An attempt that cannot be closed is logged and left for the next run; it does not hold up the others.
    """
    closed, failed, after = 0, 0, 0
    while ids := queries.overdue(clock.now(), most=BATCH, after=after):
        # The read must be over before the first write section begins.
        db.session.rollback()
        for attempt_id in ids:
            try:
                closed += write(services.close_one_overdue, attempt_id=attempt_id, now=clock.now())
            except Exception:
                log.exception("an overdue attempt could not be closed", extra={"attempt_id": attempt_id})
                failed += 1
        after = ids[-1]
        progress(closed, closed)
    return {"closed": closed, "failed": failed}


jobs.every("quizzes.close_overdue", 60)
