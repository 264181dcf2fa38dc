"""Dates of many people follow a stage that moved or an outage, chunk by chunk."""

from __future__ import annotations

from typing import Any

from learning.kernel import clock, jobs
from learning.kernel.transaction import write
from learning.records.services import redating


@jobs.task(redating.REDATE)
def redate(payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """Go on behind the cursor until everybody is done; killed half-way, the next run does the rest."""
    while (done := write(redating.step, redating_id=payload["redating_id"], now=clock.now())) is not None:
        progress(*done)
    return None
