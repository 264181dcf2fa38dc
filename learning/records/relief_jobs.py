"""Exemptions run out on the day after their last one."""

from __future__ import annotations

from typing import Any

from learning.kernel import clock, jobs
from learning.kernel.transaction import write
from learning.records import services

RUN_OUT = "records.reliefs_run_out"


@jobs.task(RUN_OUT)
def run_out(_payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any]:
    """End what is over, wherever the day has changed; some hundred people a commit. Running it again ends nothing twice."""
    people = 0
    while done := write(services.run_out, now=clock.now()):
        people += done
        progress(people, people)
    return {"people": people}


# Three zones change their day at three hours; looking is one read of a small index.
jobs.every(RUN_OUT, 900)
