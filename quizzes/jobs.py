"""Background work: closing attempts whose time is over."""

from __future__ import annotations

from typing import Any

from learning.kernel import clock, jobs
from learning.kernel.transaction import write
from quizzes import services


@jobs.task("quizzes.close_overdue")
def close_overdue(_payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """Close abandoned attempts, a few in each write section so that answers of others pass in between."""
    closed = 0
    while batch := write(services.close_overdue, now=clock.now(), most=20):
        closed += batch
        progress(closed, closed)
    return {"closed": closed}


jobs.every("quizzes.close_overdue", 60)
