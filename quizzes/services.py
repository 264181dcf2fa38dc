"""Use cases that write: publish a set, start, answer, flag, submit, close.

All of them run inside `transaction.write`, take plain values and `now`, and never commit. Rights, state and
deadline are read again under the lock of the attempt row: an answer that was acknowledged is graded, because
whoever closes the attempt waits for it and whoever comes later is refused.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.records import queries as records
from quizzes import limits, own_exam
from quizzes.closing import close, close_if_overdue
from quizzes.drawing import draw
from quizzes.history import history_of, past_attempts, seen_keys
from quizzes.items import QuestionSet, set_problems, to_json
from quizzes.kinds import AnswerRefused, Form, kind_of
from quizzes.layout import paper_from_json, paper_to_json
from quizzes.models import Attempt, AttemptState, ClosedBy, QuestionSetRow, Response
from quizzes.question_sets import question_set as load_set
from quizzes.responses import latest_responses


@dataclass(frozen=True, slots=True)
class Started:
    """The attempt to continue with. `created` is False when an open one was found instead."""

    public_id: uuid.UUID
    created: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer that is in the database. `revision` is the one that stands now; `added` whether a row was added."""

    number: int
    revision: int
    saved_at: datetime
    complete: bool
    deadline_at: datetime
    answered: int
    total: int
    added: bool


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt ended: the same however often it is asked for."""

    public_id: uuid.UUID
    state: AttemptState
    score: Decimal
    passed: bool
    submitted_at: datetime


def publish_question_set(question_set: QuestionSet, now: datetime) -> int:
    """Keep the question set of one course edition; returns its id.

    Idempotent: the same edition with the same content returns the id it has. The same edition with other content
    raises Conflict `quiz.set_differs`; a set no paper can be drawn from raises Invalid `quiz.set_unusable`.
    """
    problems = set_problems(question_set)
    if problems:
        raise Invalid("quiz.set_unusable", problems="; ".join(problems))
    known = db.session.execute(
        select(QuestionSetRow.id, QuestionSetRow.content_hash).where(
            QuestionSetRow.course_key == question_set.course_key,
            QuestionSetRow.edition == question_set.edition,
        )
    ).one_or_none()
    if known is not None:
        if known.content_hash != question_set.content_hash:
            raise Conflict("quiz.set_differs", edition=question_set.edition)
        return known.id
    row = QuestionSetRow(
        course_key=question_set.course_key,
        edition=question_set.edition,
        content_hash=question_set.content_hash,
        payload=to_json(question_set),
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def start_attempt(*, person_id: int, course_key: str, now: datetime, seed: str | None = None) -> Started:
    """Start an attempt, or return the one that is open (a second tap, another device).

    Freezes question set, seed, layout and deadline. Whoever holds or held the course gets only questions whose key
    she could not read (`quizzes.own_exam`). Refuses with Forbidden and the code of the limit that stands in the way
    (`quizzes.limits`; `quiz.knows_the_key` when too few such questions are left); NotFound when the person is not enrolled or the edition has no quiz; Conflict
    `quiz.attempt_open` when two devices start in the same instant and the other was first.
    """
    enrolment = records.enrolment_for(person_id, course_key)
    if enrolment is None:
        raise NotFound("quiz.not_enrolled")
    rows = past_attempts(person_id, course_key)
    for row in rows:
        if row.state is AttemptState.OPEN and close_if_overdue(attempt_id=row.id, now=now) is None:
            return Started(row.public_id, created=False)
    if any(row.state is AttemptState.OPEN for row in rows):
        rows = past_attempts(person_id, course_key)
        enrolment = records.enrolment_for(person_id, course_key) or enrolment

    known = db.session.execute(
        select(QuestionSetRow.id, QuestionSetRow.content_hash).where(
            QuestionSetRow.course_key == course_key, QuestionSetRow.edition == enrolment.edition
        )
    ).one_or_none()
    if known is None:
        if enrolment.edition is None:
            raise Forbidden("quiz.modules_left", left=enrolment.steps_total)
        raise NotFound("quiz.no_set")
    question_set = load_set(known.id, known.content_hash)
    settings = question_set.settings
    offered = own_exam.askable(person_id, question_set, now)
    history = history_of(enrolment, rows, knows_the_key=not own_exam.fills_a_paper(offered))
    refusal = limits.first_refusal(limits.rules_for(settings), history, now)
    if refusal is not None:
        raise Forbidden(refusal.code, **refusal.params)

    seed = seed or secrets.token_hex(16)
    attempt = Attempt(
        public_id=uuid.uuid4(),
        question_set_id=known.id,
        enrolment_id=enrolment.id,
        person_id=person_id,
        course_key=course_key,
        edition=question_set.edition,
        number=history.last_number + 1,
        max_attempts=settings.attempts,
        seed=seed,
        layout=paper_to_json(draw(offered, seed, seen_keys(rows))),
        flags=[],
        started_at=now,
        deadline_at=limits.TimeLimit(settings.minutes).deadline(now),
        state=AttemptState.OPEN,
    )
    db.session.add(attempt)
    try:
        db.session.flush()
    except IntegrityError as error:
        if violated(error, "uq_attempt_one_open") or violated(error, "uq_attempt_enrolment_id_number"):
            raise Conflict("quiz.attempt_open", number=attempt.number) from error
        raise
    audit.record(
        "quiz.started",
        f"attempt/{attempt.public_id}",
        actor_id=person_id,
        about_id=person_id,
        course=course_key,
        edition=attempt.edition,
        number=attempt.number,
    )
    return Started(attempt.public_id, created=True)


def save_response(
    *, public_id: uuid.UUID, person_id: int, number: int, revision: int, form: Form, now: datetime
) -> Saved:
    """Save one answer; when this returns and the section commits, the answer counts.

    `revision` is one more than the revision the page was built from. An answer that says what stands already is
    acknowledged, however old the page, and nothing is written: so a repeated request and a change taken back are
    harmless. Otherwise it must be the next revision; anything else raises Conflict `quiz.newer_answer` with the
    standing `revision`, `saved_at` and answer (`current` as form fields, `current_text` in words; `mine_text` is the refused one). After deadline and grace: Gone `quiz.late`;
    after the end: Gone `quiz.closed`. Foreign attempt or unknown question: NotFound. An answer the page never
    offered: Invalid.
    """
    attempt = _lock_attempt(public_id, person_id)
    if attempt.state is not AttemptState.OPEN:
        raise Gone("quiz.closed")
    if limits.is_late(attempt.deadline_at, now):
        raise Gone("quiz.late", deadline_at=attempt.deadline_at)
    paper = paper_from_json(attempt.layout)
    place = paper.place(number)
    if place is None:
        raise NotFound("quiz.no_question")
    item = load_set(attempt.question_set_id, attempt.content_hash).by_key[place.item_key]
    kind = kind_of(item)
    try:
        answer = kind.parse(item, place, form)
    except AnswerRefused as refusal:
        raise Invalid(refusal.code, **refusal.params) from refusal

    standing = latest_responses(attempt.id)
    current = standing.get(number)
    latest = current.revision if current else 0
    same = kind.same_as(current.answer if current else {}, answer)
    answered = sum(row.complete for row in standing.values())
    if same:
        saved_at = current.saved_at if current else now
        full = current.complete if current else False
        return Saved(number, latest, saved_at, full, attempt.deadline_at, answered, len(paper), added=False)
    if revision != latest + 1:
        raise Conflict(
            "quiz.newer_answer",
            revision=latest,
            saved_at=current.saved_at if current else None,
            current=kind.to_form(item, place, current.answer) if current else {},
            current_text=kind.summary(item, current.answer) if current else "",
            mine_text=kind.summary(item, answer),
        )
    complete = kind.is_complete(item, answer)
    db.session.add(
        Response(
            attempt_id=attempt.id,
            item_no=number,
            revision=revision,
            answer=dict(answer),
            complete=complete,
            saved_at=now,
        )
    )
    answered += complete - (current.complete if current else False)
    return Saved(number, revision, now, complete, attempt.deadline_at, answered, len(paper), added=True)


def set_flag(
    *, public_id: uuid.UUID, person_id: int, number: int, flagged: bool, now: datetime
) -> Sequence[int]:
    """Mark a question to come back to, or unmark it; returns the marked numbers. Refuses like `save_response`."""
    locked = _lock_attempt(public_id, person_id)
    if locked.state is not AttemptState.OPEN:
        raise Gone("quiz.closed")
    if limits.is_late(locked.deadline_at, now):
        raise Gone("quiz.late", deadline_at=locked.deadline_at)
    if not 1 <= number <= len(locked.layout):
        raise NotFound("quiz.no_question")
    attempt = db.session.get_one(Attempt, locked.id, populate_existing=True)
    flags = set(attempt.flags) - {number} | ({number} if flagged else set())
    attempt.flags = sorted(flags)
    return attempt.flags


def save_and_flag(
    *,
    public_id: uuid.UUID,
    person_id: int,
    number: int,
    revision: int,
    form: Form,
    flagged: bool,
    now: datetime,
) -> Sequence[int]:
    """`save_response` and `set_flag` together: on a page without script the flag button sends the answer along."""
    save_response(
        public_id=public_id, person_id=person_id, number=number, revision=revision, form=form, now=now
    )
    return set_flag(public_id=public_id, person_id=person_id, number=number, flagged=flagged, now=now)


def submit(*, public_id: uuid.UUID, person_id: int, now: datetime) -> Result:
    """Hand in: grade what was saved and close the attempt, once. However often it is called, the same result.

    After deadline and grace the attempt is closed as expired at its deadline; what was saved in time counts.
    NotFound for a foreign attempt.
    """
    row = _lock_attempt(public_id, person_id)
    attempt = db.session.get_one(Attempt, row.id, populate_existing=True)
    if attempt.state is AttemptState.OPEN:
        if limits.is_late(attempt.deadline_at, now):
            close(attempt, AttemptState.EXPIRED, ClosedBy.DEADLINE, attempt.deadline_at)
        else:
            close(attempt, AttemptState.SUBMITTED, ClosedBy.LEARNER, min(now, attempt.deadline_at))
    return _result(attempt)


def close_one_overdue(*, attempt_id: int, now: datetime) -> bool:
    """Close an abandoned attempt, grading what was saved; False when it is closed already or somebody is at it.

    One attempt a section: what fails for one must not keep the others open.
    """
    attempt = db.session.execute(
        select(Attempt)
        .where(
            Attempt.id == attempt_id,
            Attempt.state == AttemptState.OPEN,
            Attempt.deadline_at < now - limits.GRACE,
        )
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if attempt is None:
        return False
    close(attempt, AttemptState.EXPIRED, ClosedBy.DEADLINE, attempt.deadline_at)
    return True


def close_own_overdue(*, public_id: uuid.UUID, person_id: int, now: datetime) -> Result | None:
    """Close this attempt if its time is over; the result, or None while it is still running.

    What the sweeper would do a moment later, for a learner who is looking at the page now.
    """
    row = _lock_attempt(public_id, person_id)
    closed = close_if_overdue(attempt_id=row.id, now=now)
    return _result(closed) if closed else None


@dataclass(frozen=True, slots=True)
class _Locked:
    id: int
    person_id: int
    question_set_id: int
    content_hash: str
    state: AttemptState
    deadline_at: datetime
    layout: list[dict[str, object]]


# Columns, not the object, and built once: this is the hottest write of the product.
_LOCK = (
    select(
        Attempt.id,
        Attempt.person_id,
        Attempt.question_set_id,
        QuestionSetRow.content_hash,
        Attempt.state,
        Attempt.deadline_at,
        Attempt.layout,
    )
    .join(QuestionSetRow, QuestionSetRow.id == Attempt.question_set_id)
    .where(Attempt.public_id == bindparam("public_id"))
    .with_for_update(of=Attempt)
)


def _lock_attempt(public_id: uuid.UUID, person_id: int) -> _Locked:
    # The attempt row is the lock of the whole attempt: saving, flagging and closing take turns on it.
    row = db.session.execute(_LOCK, {"public_id": public_id}).one_or_none()
    if row is None or row.person_id != person_id:
        raise NotFound("quiz.no_attempt")
    return _Locked(*row)


def _result(attempt: Attempt) -> Result:
    if attempt.score is None or attempt.passed is None or attempt.submitted_at is None:
        raise RuntimeError("an open attempt has no result")
    return Result(attempt.public_id, attempt.state, attempt.score, attempt.passed, attempt.submitted_at)
