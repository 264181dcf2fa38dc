"""Mending counts that differ from the persons behind them (after a restored backup or a change by hand)."""

from __future__ import annotations

from sqlalchemy import text

from learning.kernel import audit
from learning.kernel.db import db
from learning.records import counting
from learning.records.models import Enrolment, UnitCount


def repair() -> list[counting.Drift]:
    """Set every differing count from the persons behind it; what was mended. Writers wait meanwhile."""
    if db.engine.dialect.name == "postgresql":
        # Whoever changes an enrolment changes a count after it: with counts locked, none can slip in between.
        db.session.execute(text("LOCK TABLE unit_count IN SHARE ROW EXCLUSIVE MODE"))
    for moved in counting.misplaced():
        db.session.get_one(Enrolment, moved.enrolment_id).org_unit_id = moved.seat_unit_id
    db.session.flush()
    found = counting.drifts()
    for drift in found:
        row = db.session.get(UnitCount, (drift.org_unit_id, drift.course_key))
        if row is None:
            row = UnitCount(org_unit_id=drift.org_unit_id, course_key=drift.course_key)
            db.session.add(row)
        row.assigned, row.started, row.passed = drift.counted
    if found:
        audit.record("records.reconciled", "unit_count", units=len({drift.org_unit_id for drift in found}))
    return found
