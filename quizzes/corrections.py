"""Corrections of keys as they stand: reads for closing, results, the trainer's pages and the regrade."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import ColumnElement, Text, exists, func, or_, select, type_coerce

from learning.kernel.db import db
from quizzes.items import canonical
from quizzes.layout import paper_from_json
from quizzes.models import Attempt, AttemptState, KeyCorrection, Outcome, PassRecord, Regrade, Response
from quizzes.question_sets import question_set_by_id
from quizzes.regrading import Correction, Regraded, better, correction_from_json, regraded
from quizzes.responses import latest_responses

PREVIEW_MOST = 20_000
"""Attempts a preview looks at, the newest: the regrade itself looks at all."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction with where it stands. `lifted` scores that rose, `passed` people who passed by it."""

    id: int
    public_id: uuid.UUID
    question_set_id: int
    correction: Correction
    reason: str
    proposed_by: int
    proposed_at: datetime
    outcome: Outcome | None
    decided_by: int | None
    decided_at: datetime | None
    job_id: int | None
    lifted: int
    passed: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a correction would do: attempts looked at, scores that rise, people who pass by it."""

    attempts: int
    rises: int
    passes: int
    capped: bool


@dataclass(frozen=True, slots=True)
class Rising:
    """An attempt that a correction would lift, and whether its person would pass by it."""

    attempt_id: int
    enrolment_id: int
    passes: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The result of a closed attempt as it counts: as closed, or as the last correction left it."""

    score: Decimal
    marks: tuple[Fraction, ...]
    passed: bool
    before: Decimal | None


def confirmed(set_id: int, *, hold: bool = False) -> list[Correction]:
    """The corrections in force of a set, oldest first.

    `hold` keeps proposals from being confirmed until the caller has committed: an attempt that is being closed is graded
    either with the correction, or before the regrade looks for closed attempts; none falls between.
    """
    query = (
        select(KeyCorrection.outcome, KeyCorrection.change)
        .where(
            KeyCorrection.question_set_id == set_id,
            or_(KeyCorrection.outcome.is_(None), KeyCorrection.outcome == Outcome.CONFIRMED),
        )
        .order_by(KeyCorrection.id)
    )
    rows = db.session.execute(query.with_for_update(read=True) if hold else query)
    return [correction_from_json(change) for outcome, change in rows if outcome is Outcome.CONFIRMED]


def find(public_id: uuid.UUID) -> CorrectionRow | None:
    """One correction."""
    return next(iter(_rows(KeyCorrection.public_id == public_id)), None)


def of_set(set_id: int) -> list[CorrectionRow]:
    """Every correction ever proposed for a set, newest first."""
    return _rows(KeyCorrection.question_set_id == set_id)


def _rows(condition: ColumnElement[bool]) -> list[CorrectionRow]:
    lifted = (
        select(func.count()).where(Regrade.correction_id == KeyCorrection.id).correlate(KeyCorrection)
    ).scalar_subquery()
    passed = (
        select(func.count(Regrade.pass_record_id))
        .where(Regrade.correction_id == KeyCorrection.id)
        .correlate(KeyCorrection)
    ).scalar_subquery()
    rows = db.session.execute(
        select(KeyCorrection, lifted, passed).where(condition).order_by(KeyCorrection.id.desc())
    )
    return [
        CorrectionRow(
            row.id,
            row.public_id,
            row.question_set_id,
            correction_from_json(row.change),
            row.reason,
            row.proposed_by,
            row.proposed_at,
            row.outcome,
            row.decided_by,
            row.decided_at,
            row.job_id,
            lifts,
            passes,
        )
        for row, lifts, passes in rows
    ]


def standing(attempt: Attempt) -> Standing:
    """The result of a closed attempt as it counts now. Two statements."""
    if attempt.score is None or attempt.marks is None:
        raise ValueError("an open attempt has no result")
    last = db.session.execute(
        select(Regrade.score_after, Regrade.marks)
        .where(Regrade.attempt_id == attempt.id)
        .order_by(Regrade.id.desc())
        .limit(1)
    ).one_or_none()
    passed = db.session.execute(
        select(PassRecord.id).where(PassRecord.attempt_id == attempt.id)
    ).scalar_one_or_none()
    marks = attempt.marks if last is None else last.marks
    return Standing(
        attempt.score if last is None else last.score_after,
        tuple(Fraction(mark) for mark in marks),
        bool(attempt.passed) or passed is not None,
        None if last is None else attempt.score,
    )


def lifted_scores(attempt_ids: Sequence[int]) -> dict[int, Decimal]:
    """Attempt id → the score that counts, for those that a corrected key has lifted."""
    rows = db.session.execute(
        select(Regrade.attempt_id, func.max(Regrade.score_after))
        .where(Regrade.attempt_id.in_(attempt_ids))
        .group_by(Regrade.attempt_id)
    )
    return dict(rows.tuples().all())


def under(attempt: Attempt, corrections: Sequence[Correction]) -> Regraded:
    """A closed attempt under these corrections, from how it stands now."""
    now = standing(attempt)
    answers = {number: row.answer for number, row in latest_responses(attempt.id).items()}
    return regraded(
        question_set_by_id(attempt.question_set_id),
        paper_from_json(attempt.layout),
        answers,
        now.marks,
        now.passed,
        corrections,
    )


def passed_since(attempt: Attempt) -> bool:
    """Whether the person has passed: in this enrolment, or in a later one of the same course."""
    return _has_passed(attempt.person_id, attempt.course_key, attempt.enrolment_id, attempt.submitted_at)


def _has_passed(person_id: int, course_key: str, enrolment_id: int, since: datetime | None) -> bool:
    return db.session.execute(
        select(
            exists().where(
                PassRecord.person_id == person_id,
                PassRecord.course_key == course_key,
                or_(PassRecord.enrolment_id == enrolment_id, PassRecord.passed_at >= since),
            )
        )
    ).scalar_one()


def attempts_asked(set_id: int, item_key: str, *, after: int = 0, most: int = _BATCH) -> list[int]:
    """Ids above `after` of closed attempts of a set whose paper has the item, in order."""
    return list(
        db.session.execute(
            select(Attempt.id)
            .where(*_asked(set_id, item_key), Attempt.id > after)
            .order_by(Attempt.id)
            .limit(most)
        ).scalars()
    )


def count_asked(set_id: int, item_key: str) -> int:
    """How many closed attempts of a set have the item on their paper."""
    return db.session.execute(
        select(func.count()).select_from(Attempt).where(*_asked(set_id, item_key))
    ).scalar_one()


def _asked(set_id: int, item_key: str) -> tuple[ColumnElement[bool], ...]:
    # The layout is canonical JSON, so this is how the item stands in its text.
    written = f'"item":{canonical(item_key)}'
    return (
        Attempt.question_set_id == set_id,
        Attempt.state != AttemptState.OPEN,
        type_coerce(Attempt.layout, Text).contains(written, autoescape=True),
    )


def rising(set_id: int, correction: Correction, attempt_ids: Sequence[int]) -> list[Rising]:
    """Of these closed attempts, all with the item on their paper, those that the correction would lift. Four statements."""
    questions = question_set_by_id(set_id)
    item = questions.by_key[correction.item_key]
    lifted: dict[int, list[str]] = dict(
        db.session.execute(
            select(Regrade.attempt_id, Regrade.marks)
            .where(Regrade.attempt_id.in_(attempt_ids))
            .order_by(Regrade.id)
        )
        .tuples()
        .all()
    )
    passes = set(
        db.session.scalars(select(PassRecord.attempt_id).where(PassRecord.attempt_id.in_(attempt_ids)))
    )
    answers = {
        (attempt_id, number): answer
        for attempt_id, number, answer in db.session.execute(
            # As text: of twenty answers of a paper only one is looked into.
            select(Response.attempt_id, Response.item_no, type_coerce(Response.answer, Text))
            .where(Response.attempt_id.in_(attempt_ids))
            .order_by(Response.attempt_id, Response.item_no, Response.revision)
        )
    }
    found = []
    for row in db.session.execute(
        select(
            Attempt.id,
            Attempt.person_id,
            Attempt.enrolment_id,
            Attempt.course_key,
            Attempt.submitted_at,
            Attempt.passed,
            Attempt.layout,
            Attempt.marks,
        )
        .where(Attempt.id.in_(attempt_ids))
        .order_by(Attempt.id)
    ):
        number = next(n for n, place in enumerate(row.layout, 1) if place["item"] == correction.item_key)
        marks = [Fraction(mark) for mark in lifted.get(row.id, row.marks)]
        answer = json.loads(answers.get((row.id, number), "{}"))
        if better(item, correction, answer, marks[number - 1]) > marks[number - 1]:
            passed = bool(row.passed) or row.id in passes
            after = regraded(
                questions, paper_from_json(row.layout), {number: answer}, marks, passed, [correction]
            )
            found.append(
                Rising(
                    row.id,
                    row.enrolment_id,
                    after.newly_passed
                    and not _has_passed(row.person_id, row.course_key, row.enrolment_id, row.submitted_at),
                )
            )
    return found


def preview(set_id: int, correction: Correction) -> Preview:
    """What a correction would do to the newest attempts, without doing it."""
    floor = db.session.execute(
        select(Attempt.id)
        .where(Attempt.question_set_id == set_id, Attempt.state != AttemptState.OPEN)
        .order_by(Attempt.id.desc())
        .offset(PREVIEW_MOST)
        .limit(1)
    ).scalar_one_or_none()
    looked = rises = 0
    passing: set[int] = set()
    after = floor or 0
    while ids := attempts_asked(set_id, correction.item_key, after=after):
        found = rising(set_id, correction, ids)
        looked, rises, after = looked + len(ids), rises + len(found), ids[-1]
        passing.update(row.enrolment_id for row in found if row.passes)
    return Preview(looked, rises, len(passing), floor is not None)
