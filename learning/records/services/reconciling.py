"""Mending counts that differ from the persons behind them (after a restored backup or a change by hand)."""

from __future__ import annotations

from sqlalchemy import text

from learning.kernel import audit, clock
from learning.kernel.db import db
from learning.records import counting
from learning.records.models import Enrolment, UnitCount


def repair() -> list[counting.Drift]:
    """Set every differing count from the persons behind it, and book what is missing in the book of changes; the
    counts that were mended. Writers wait meanwhile.
    """
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
        row.assigned, row.started, row.passed, row.exempt = drift.counted
    db.session.flush()
    # The book is only added to: the correction is an entry of today, past days stay as they were shown.
    unbooked = counting.unbooked()
    for gap in unbooked:
        assigned, started, passed, exempt = (
            kept - booked for kept, booked in zip(gap.kept, gap.booked, strict=True)
        )
        counting.book(gap.org_unit_id, gap.course_key, (assigned, started, passed, exempt), clock.now())
    if found or unbooked:
        units = {drift.org_unit_id for drift in found} | {gap.org_unit_id for gap in unbooked}
        audit.record("records.reconciled", "unit_count", units=len(units))
    return found
