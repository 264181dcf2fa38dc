"""What a person has done in a course so far, read once and handed to the rules."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, func, or_, select

from learning.kernel.db import db
from learning.records.models import EnrolmentStatus
from learning.records.queries import EnrolmentRow
from quizzes.limits import History, PastAttempt
from quizzes.models import Attempt, AttemptState, PassRecord, Regrade


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt as read; `layout` is the stored paper. `score` and `passed` as they count: after a corrected key too."""

    id: int
    public_id: uuid.UUID
    enrolment_id: int
    number: int
    max_attempts: int
    state: AttemptState
    started_at: datetime
    deadline_at: datetime
    submitted_at: datetime | None
    score: Decimal | None
    passed: bool | None
    layout: Sequence[dict[str, Any]]


def past_attempts(person_id: int, course_key: str) -> list[AttemptRow]:
    """Every attempt of a person in a course, of all enrolments, oldest first."""
    lifted = select(func.max(Regrade.score_after)).where(Regrade.attempt_id == Attempt.id).scalar_subquery()
    rows = db.session.execute(
        select(
            Attempt.id,
            Attempt.public_id,
            Attempt.enrolment_id,
            Attempt.number,
            Attempt.max_attempts,
            Attempt.state,
            Attempt.started_at,
            Attempt.deadline_at,
            Attempt.submitted_at,
            func.coalesce(lifted, Attempt.score),
            or_(Attempt.passed.is_(True), exists().where(PassRecord.attempt_id == Attempt.id)),
            Attempt.layout,
        )
        .where(Attempt.person_id == person_id, Attempt.course_key == course_key)
        .order_by(Attempt.started_at, Attempt.id)
    )
    return [AttemptRow(*row) for row in rows]


def history_of(
    enrolment: EnrolmentRow, rows: Iterable[AttemptRow], *, knows_the_key: bool = False
) -> History:
    """The history of one enrolment; an attempt still open in an earlier one counts as open too."""
    return History(
        ended=enrolment.ended_at is not None,
        started=enrolment.edition is not None and enrolment.status != EnrolmentStatus.NOT_STARTED,
        steps_done=enrolment.steps_done,
        steps_total=enrolment.steps_total,
        attempts=tuple(
            as_past(row) for row in rows if row.enrolment_id == enrolment.id or row.state is AttemptState.OPEN
        ),
        knows_the_key=knows_the_key,
    )


def as_past(row: AttemptRow) -> PastAttempt:
    """The attempt as the rules see it."""
    return PastAttempt(row.number, row.state is AttemptState.OPEN, row.submitted_at, bool(row.passed))


def seen_keys(rows: Iterable[AttemptRow]) -> frozenset[str]:
    """Keys of all questions this person was ever asked in this course."""
    return frozenset(place["item"] for row in rows for place in row.layout)
