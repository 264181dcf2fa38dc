"""Who is late, in SQL: the rule of `duedates.is_late` over enrolments, with the grace of the assignment behind the date."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, literal, or_, select

from learning.records.duedates import GRACE_DAYS
from learning.records.models import Assignment, Enrolment


def over(now: datetime) -> ColumnElement[bool]:
    """Whether the date of an enrolment is over, the grace of its assignment included. Unknown where there is no date."""
    in_grace = (
        select(literal(1))
        .where(
            Assignment.id == Enrolment.assignment_id,
            or_(
                *(
                    and_(Assignment.grace_days == days, Enrolment.due_at >= now - timedelta(days=days))
                    for days in GRACE_DAYS
                    if days
                )
            ),
        )
        .correlate(Enrolment)
        .exists()
    )
    return (Enrolment.due_at < now) & ~in_grace
