"""Background work of the interface."""

from __future__ import annotations

from typing import Any

from certificates.api import services
from learning.kernel import clock, jobs
from learning.kernel.jobs import Progress
from learning.kernel.transaction import write


@jobs.task("certificates.api.forget_answers")
def forget_answers(_payload: dict[str, Any], _progress: Progress) -> dict[str, Any]:
    """Drop answers that were kept for a day."""
    return {"forgotten": write(services.forget_answers, now=clock.now())}


jobs.every("certificates.api.forget_answers", 3600)
