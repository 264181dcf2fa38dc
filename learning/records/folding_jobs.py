"""What waits to be added to the sums of the units above."""

from __future__ import annotations

from typing import Any

from learning.kernel import jobs
from learning.kernel.transaction import write
from learning.records import services

FOLD = "records.fold"
EVERY = 30
"""Seconds. At a hundred passes a second some three thousand changes wait at most, which every page of a unit sums."""


@jobs.task(FOLD)
def fold(_payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any]:
    """Add what waits, some thousand changes a commit. Running it twice adds nothing twice."""
    changes = 0
    while done := write(services.fold):
        changes += done
        progress(changes, changes)
    return {"changes": changes}


jobs.every(FOLD, EVERY)
