"""Background work: closing attempts whose time is over, regrading after a corrected key."""

from __future__ import annotations

import logging
from typing import Any

from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.transaction import write
from quizzes import correcting, corrections, queries, services
from quizzes.models import KeyCorrection
from quizzes.regrading import correction_from_json

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


@jobs.task(correcting.TASK)
def regrade(payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """Carry a confirmed correction out, one write section for each attempt that it lifts.

    Whatever fails is logged, does not hold up the others, and makes the job run again; what is done is not done twice.
    """
    row = db.session.get_one(KeyCorrection, payload["correction"])
    correction_id, set_id, change = row.id, row.question_set_id, correction_from_json(row.change)
    total = corrections.count_asked(set_id, change.item_key)
    looked = lifted = passed = failed = after = 0
    while ids := corrections.attempts_asked(set_id, change.item_key, after=after):
        # Most papers do not change; only those that do are worth a place in the line of writers.
        found = corrections.rising(set_id, change, ids)
        db.session.rollback()
        for rising in found:
            try:
                done = write(
                    correcting.regrade_attempt,
                    correction_id=correction_id,
                    attempt_id=rising.attempt_id,
                    now=clock.now(),
                )
                lifted, passed = lifted + done.rises, passed + done.passed
            except Exception:
                log.exception("an attempt could not be regraded", extra={"attempt_id": rising.attempt_id})
                failed += 1
        looked, after = looked + len(ids), ids[-1]
        progress(looked, max(total, looked))
    if failed:
        raise RuntimeError(f"{failed} attempts could not be regraded")
    return {"looked": looked, "lifted": lifted, "passed": passed}


jobs.every("quizzes.close_overdue", 60)
