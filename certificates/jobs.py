"""Background work: the daily look for certificates that are about to expire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import IntegrityError

from certificates import telling
from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.transaction import write

TASK = "certificates.remind"
BATCH = 200


@jobs.task(TASK)
def remind(_payload: dict[str, Any], progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Remind every holder once at ninety, thirty and seven days before the last valid day.

    Batches of two hundred, each one commit. Two workers at once: the one whose row comes second in the unique key loses
    its batch, and goes through it again with what the first has told.
    """
    now, after, sent = clock.now(), 0, 0
    while True:
        ids = telling.about_to_expire(now=now, after=after, most=BATCH)
        db.session.rollback()
        if not ids:
            return {"sent": sent}
        try:
            sent += write(telling.remind, certificate_ids=ids, now=now)
        except IntegrityError:
            sent += write(telling.remind, certificate_ids=ids, now=now)
        after = ids[-1]


jobs.every(TASK, 86_400)
