"""Once a day: which units have everybody through. The evenings looked at are over, so it does not matter when in the day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.records.honours import queries, services

HONOUR = "records.honour_units"
AT_ONCE = 50
"""Units kept in one commit: others must be able to write in between."""


def run(now: datetime, progress: jobs.Progress = lambda _done, _total: None) -> int:
    """Find and keep what was earned; how many units. Again at once: nought. Killed half-way, the next run goes on."""
    found, open_duties = 0, queries.duties(now)
    for done, duty in enumerate(open_duties, start=1):
        earned = queries.earned(duty, now)
        db.session.rollback()
        for start in range(0, len(earned), AT_ONCE):
            found += write(services.keep, earned=earned[start : start + AT_ONCE], now=now)
        progress(done, len(open_duties))
    return found


@jobs.task(HONOUR)
def honour_units(_payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any]:
    """The day's search."""
    return {"units": run(clock.now(), progress)}


jobs.every(HONOUR, 86_400)
