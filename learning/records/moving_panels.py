"""What moved dates show on other pages: the learner's home, and "my data"."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.kernel.panels import Panel
from learning.records import moves, queries, texts
from learning.records.models import Enrolment
from learning.records.moving_models import DueChange
from learning.records.moving_texts import OUTAGE_SAID


def home_notice(*, principal: Principal, now: datetime, **_more: Any) -> Panel | None:
    """Place "home.notice": which of one's dates have moved, from when to when and why; one notice for all of them."""
    told = moves.told_now(principal.person_id, now)
    # What has moved once more since then, and may not have been reached yet, is told when it has.
    holds = {row.id: row.due_at for row in queries.enrolments_of(principal.person_id)} if told else {}
    told = [one for one in told if holds.get(one.enrolment_id) == one.after_at]
    if not told:
        return None
    return Panel("records/panel_moved_home.html", {"told": told, "words": texts, "outages": OUTAGE_SAID})


def stored_here(*, principal: Principal, now: datetime) -> dict[str, list[dict[str, str | None]]]:
    """This part of "my data" (panel `me.data`): every recomputation that changed one of one's dates."""
    rows = db.session.execute(
        select(DueChange, Enrolment.course_key)
        .join(Enrolment, Enrolment.id == DueChange.enrolment_id)
        .where(Enrolment.person_id == principal.person_id)
        .order_by(DueChange.redating_id, DueChange.enrolment_id)
    )
    return {
        "tenggat yang bergeser": [
            {
                "kursus": course,
                "semula": row.before_at.isoformat() if row.before_at else None,
                "menjadi": row.after_at.isoformat(),
                "pada": row.changed_at.isoformat(),
            }
            for row, course in rows
        ]
    }
