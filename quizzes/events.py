"""What the quiz engine announces. Must-happen listeners run in the same transaction as the result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class QuizPassed:
    """Somebody passed, once per enrolment. `score` 0–100; `passed_at` is when the attempt ended."""

    attempt_id: int
    pass_record_id: int
    person_id: int
    enrolment_id: int
    course_key: str
    edition: str
    score: Decimal
    passed_at: datetime


@dataclass(frozen=True, slots=True)
class QuizFailed:
    """An attempt ended without a pass. `number` of `max_attempts`; 0 left means somebody has to help."""

    attempt_id: int
    person_id: int
    enrolment_id: int
    course_key: str
    edition: str
    score: Decimal
    number: int
    max_attempts: int
    failed_at: datetime
