"""The end of an attempt: grade, freeze, and on a pass everything that hangs on it, in the caller's one commit."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from sqlalchemy import select

from learning.kernel import audit, events
from learning.kernel.db import db
from quizzes import limits
from quizzes.corrections import confirmed
from quizzes.events import QuizFailed, QuizPassed
from quizzes.grading import Grade, grade
from quizzes.layout import paper_from_json
from quizzes.models import Attempt, AttemptState, ClosedBy, PassRecord, QuestionSetRow
from quizzes.question_sets import question_set
from quizzes.regrading import regraded
from quizzes.responses import latest_responses


def close(attempt: Attempt, state: AttemptState, closed_by: ClosedBy, ended_at: datetime) -> None:
    """Grade and close an open attempt whose row is locked; announces QuizPassed or QuizFailed.

    `ended_at` is when it ended for the learner: the tap, or the deadline, however late the sweeper comes.
    """
    result = grade_saved(attempt)
    attempt.state = state
    attempt.closed_by = closed_by
    attempt.submitted_at = ended_at
    attempt.score = result.score
    attempt.passed = result.passed
    attempt.marks = [str(entry.fraction) for entry in result.items]
    db.session.flush()
    audit.record(
        "quiz.closed",
        f"attempt/{attempt.public_id}",
        actor_id=attempt.person_id if closed_by is ClosedBy.LEARNER else None,
        about_id=attempt.person_id,
        course=attempt.course_key,
        edition=attempt.edition,
        number=attempt.number,
        state=str(state),
        answered=result.answered,
        score=str(result.score),
        passed=result.passed,
    )
    if result.passed:
        record_pass(attempt, result, ended_at)
    else:
        events.publish(
            QuizFailed(
                attempt_id=attempt.id,
                person_id=attempt.person_id,
                enrolment_id=attempt.enrolment_id,
                course_key=attempt.course_key,
                edition=attempt.edition,
                score=result.score,
                number=attempt.number,
                max_attempts=attempt.max_attempts,
                failed_at=ended_at,
            )
        )


def close_if_overdue(*, attempt_id: int, now: datetime) -> Attempt | None:
    """Lock the attempt and close it if its time is over; None while it is still running."""
    attempt = db.session.execute(
        select(Attempt)
        .where(Attempt.id == attempt_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    if attempt.state is AttemptState.OPEN:
        if not limits.is_late(attempt.deadline_at, now):
            return None
        close(attempt, AttemptState.EXPIRED, ClosedBy.DEADLINE, attempt.deadline_at)
    return attempt


def grade_saved(attempt: Attempt) -> Grade:
    """The grade of what is saved; for a closed attempt with the marks it was closed with.

    An attempt that ends after a key was corrected is graded with the better of both keys, as the ones before it are: all
    who sit one set are treated alike. The next edition has the right key only.
    """
    content_hash = db.session.execute(
        select(QuestionSetRow.content_hash).where(QuestionSetRow.id == attempt.question_set_id)
    ).scalar_one()
    answers = {number: row.answer for number, row in latest_responses(attempt.id).items()}
    marks = None if attempt.marks is None else [Fraction(mark) for mark in attempt.marks]
    questions, paper = question_set(attempt.question_set_id, content_hash), paper_from_json(attempt.layout)
    result = grade(questions, paper, answers, marks)
    if marks is None and (fixes := confirmed(attempt.question_set_id, hold=True)):
        own = [entry.fraction for entry in result.items]
        return regraded(questions, paper, answers, own, result.passed, fixes).grade
    return result


def record_pass(attempt: Attempt, result: Grade, passed_at: datetime) -> int:
    """Write the pass of a graded attempt and announce QuizPassed; the record's id.

    An enrolment that has its pass keeps that one: while an attempt was open, an earlier one may have become a pass by a
    corrected key.
    """
    earlier = db.session.execute(
        select(PassRecord.id).where(PassRecord.enrolment_id == attempt.enrolment_id)
    ).scalar_one_or_none()
    if earlier is not None:
        return earlier
    record = PassRecord(
        attempt_id=attempt.id,
        person_id=attempt.person_id,
        enrolment_id=attempt.enrolment_id,
        course_key=attempt.course_key,
        edition=attempt.edition,
        question_set_id=attempt.question_set_id,
        score=result.score,
        module_scores={slug: str(score) for slug, score in result.module_scores.items()},
        passed_at=passed_at,
    )
    db.session.add(record)
    db.session.flush()
    audit.record(
        "quiz.passed",
        f"pass_record/{record.id}",
        about_id=attempt.person_id,
        attempt=str(attempt.public_id),
        course=attempt.course_key,
        edition=attempt.edition,
        score=str(result.score),
    )
    events.publish(
        QuizPassed(
            attempt_id=attempt.id,
            pass_record_id=record.id,
            person_id=attempt.person_id,
            enrolment_id=attempt.enrolment_id,
            course_key=attempt.course_key,
            edition=attempt.edition,
            score=result.score,
            passed_at=passed_at,
        )
    )
    return record.id
