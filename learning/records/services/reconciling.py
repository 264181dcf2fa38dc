"""Mending counts that differ from the persons behind them (after a restored backup or a change by hand)."""

from __future__ import annotations

from sqlalchemy import text

from learning.kernel import audit, clock
from learning.kernel.db import db
from learning.records import counting, proving
from learning.records.booking import FIGURES, book
from learning.records.models import Enrolment, UnitCount
from learning.records.services import folding


def repair() -> list[counting.Drift]:
    """Set every differing count from the persons behind it, book what is missing in the book of changes, and set the sums
    of what lies below from the book; the counts that were mended. Writers wait meanwhile.
    """
    if db.engine.dialect.name == "postgresql":
        # Whoever changes an enrolment changes a count after it: with counts locked, none can slip in between.
        db.session.execute(text("LOCK TABLE unit_count IN SHARE ROW EXCLUSIVE MODE"))
    for moved in counting.misplaced():
        db.session.get_one(Enrolment, moved.enrolment_id).org_unit_id = moved.seat_unit_id
    db.session.flush()
    found = counting.drifts()
    for drift in found:
        key = (drift.org_unit_id, drift.course_key, drift.assignment_id)
        row = db.session.get(UnitCount, key)
        if row is None:
            row = UnitCount(**dict(zip(("org_unit_id", "course_key", "assignment_id"), key, strict=True)))
            db.session.add(row)
        row.assigned, row.started, row.passed, row.exempt = drift.counted
    db.session.flush()
    # The book is only added to: the correction is an entry of today, past days stay as they were shown.
    unbooked = counting.unbooked()
    for gap in unbooked:
        assigned, started, passed, exempt = (
            kept - booked for kept, booked in zip(gap.kept, gap.booked, strict=True)
        )
        book(
            gap.org_unit_id,
            gap.course_key,
            gap.assignment_id,
            (assigned, started, passed, exempt),
            clock.now(),
        )
    summed = _mend_sums()
    if found or unbooked or summed:
        units = {drift.org_unit_id for drift in found} | {gap.org_unit_id for gap in unbooked} | summed
        audit.record("records.reconciled", "unit_count", units=len(units))
    return found


def _mend_sums() -> set[int]:
    """Add to each differing sum what it lacks; the units whose sums were mended."""
    folding.hold()
    gaps = proving.unsummed()
    for table, dated in ((folding.DAYS, True), (folding.WHOLE, False)):
        lacking = {
            (gap.org_unit_id, gap.course_key, gap.assignment_id, *((gap.day,) if dated else ())): dict(
                zip(FIGURES, (b - k for k, b in zip(gap.kept, gap.booked, strict=True)), strict=True)
            )
            for gap in gaps
            if (gap.day is not None) is dated
        }
        folding.upsert(table, lacking)
    return {gap.org_unit_id for gap in gaps}
