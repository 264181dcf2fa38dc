"""Background work: forgetting zips that were never published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from courses import services
from learning.kernel import clock, jobs
from learning.kernel.transaction import write

KEPT = timedelta(days=90)


@jobs.task("courses.forget_uploads")
def forget_uploads(_payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any] | None:
    """Empty uploads that nobody published in three months."""
    return {"emptied": write(services.forget_uploads, before=clock.now() - KEPT)}


jobs.every("courses.forget_uploads", 86_400)
