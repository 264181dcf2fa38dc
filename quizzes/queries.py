"""Reads for the quiz pages: the start page, one question, the overview, the result. Frozen rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import bindparam, select

from learning.kernel.db import db
from learning.kernel.errors import NotFound
from learning.records import queries as records
from learning.records.models import Enrolment
from learning.records.queries import EnrolmentRow
from quizzes import corrections, limits, own_exam
from quizzes.grading import Grade, Reread, grade, to_read_again
from quizzes.history import AttemptRow, as_past, history_of, past_attempts
from quizzes.items import Citation, Item, ItemKind, QuestionSet, QuizSettings
from quizzes.kinds import Answer, kind_of
from quizzes.layout import Paper, paper_from_json
from quizzes.limits import Description, Reason
from quizzes.models import Attempt, AttemptState, QuestionSetRow
from quizzes.papers import PaperItem, paper_item
from quizzes.question_sets import question_set, question_set_by_id
from quizzes.regrading import Correction, key_text
from quizzes.responses import Standing, latest_responses


@dataclass(frozen=True, slots=True)
class StartView:
    """What awaits somebody before the quiz, and whether it may start now."""

    enrolment: EnrolmentRow
    settings: QuizSettings
    rules: tuple[Description, ...]
    refusal: Reason | None
    attempts: tuple[AttemptRow, ...]

    @property
    def open_attempt(self) -> AttemptRow | None:
        """The attempt to go on with."""
        return next((row for row in self.attempts if row.state is AttemptState.OPEN), None)

    @property
    def left(self) -> int:
        """Attempts that are left."""
        return max(0, self.settings.attempts - max((row.number for row in self.attempts), default=0))


@dataclass(frozen=True)
class OpenPaper:
    """An attempt being taken: paper, standing answers, time. Holds nothing of the key."""

    public_id: uuid.UUID
    course_key: str
    course_title: str
    number: int
    state: AttemptState
    deadline_at: datetime
    paper: Paper
    flags: frozenset[int]
    standing: dict[int, Standing]
    questions: QuestionSet

    @property
    def total(self) -> int:
        """Number of questions."""
        return len(self.paper)

    @property
    def answered(self) -> int:
        """Questions with a complete answer."""
        return sum(row.complete for row in self.standing.values())

    @property
    def unanswered(self) -> list[int]:
        """Numbers of the questions that are not fully answered."""
        return [
            n for n in range(1, self.total + 1) if n not in self.standing or not self.standing[n].complete
        ]

    def item(self, number: int) -> PaperItem:
        """What the page may know of a question; NotFound when the paper has no such number."""
        place = self.paper.place(number)
        if place is None:
            raise NotFound("quiz.no_question")
        standing = self.standing.get(number)
        return paper_item(
            number, self.questions.by_key[place.item_key], place, standing.answer if standing else {}
        )


@dataclass(frozen=True, slots=True)
class ReviewOption:
    """One option afterwards: whether one chose it, whether it is right (None for a dilemma, which has a weight)."""

    text: str
    chosen: bool
    right: bool | None
    weight: str | None
    feedback: str


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One question afterwards: one's own answer, the key, why, and the law. Only made when released.

    `corrected`: what is right by a corrected key ("" for a void question), None while the key stands as published.
    """

    number: int
    stem: str
    own: str
    key: str
    right: bool
    partly: bool
    percent: int
    options: tuple[ReviewOption, ...]
    explanation: str
    citations: tuple[Citation, ...]
    topics: tuple[str, ...]
    corrected: str | None


@dataclass(frozen=True, slots=True)
class ResultView:
    """How an attempt ended, what to read again, and, once released, every question with its key.

    `score` and `passed` as they count. `score_before`: as it was closed, when a corrected key has lifted it since.
    """

    attempt_id: int
    public_id: uuid.UUID
    enrolment_id: int
    course_key: str
    course_title: str
    number: int
    max_attempts: int
    state: AttemptState
    score: Decimal
    passed: bool
    passing_score: int
    started_at: datetime
    submitted_at: datetime
    due_at: datetime | None
    answered: int
    grade: Grade
    reread: tuple[Reread, ...]
    review: tuple[ReviewItem, ...]
    next_refusal: Reason | None
    attempts_left: int
    score_before: Decimal | None

    @property
    def total(self) -> int:
        """Number of questions."""
        return len(self.grade.items)

    @property
    def minutes(self) -> int:
        """Minutes taken, every begun one counted."""
        return max(1, -(-int((self.submitted_at - self.started_at).total_seconds()) // 60))


def start_view(person_id: int, course_key: str, now: datetime) -> StartView:
    """The start page of a quiz; NotFound when not enrolled or the edition has no quiz."""
    enrolment = records.enrolment_for(person_id, course_key)
    if enrolment is None:
        raise NotFound("quiz.not_enrolled")
    rows = past_attempts(person_id, course_key)
    if enrolment.edition is None:
        refusal: Reason | None = Reason("quiz.modules_left", {"left": max(1, enrolment.steps_total)})
        return StartView(enrolment, QuizSettings(), (), refusal, ())
    set_id = db.session.execute(
        select(QuestionSetRow.id).where(
            QuestionSetRow.course_key == course_key, QuestionSetRow.edition == enrolment.edition
        )
    ).scalar_one_or_none()
    if set_id is None:
        raise NotFound("quiz.no_set")
    questions = question_set_by_id(set_id)
    settings = questions.settings
    rules = limits.rules_for(settings)
    knows = not own_exam.fills_a_paper(own_exam.askable(person_id, questions, now))
    refusal = limits.first_refusal(rules, history_of(enrolment, rows, knows_the_key=knows), now)
    # An attempt left open in an earlier cycle is shown too: it has to be finished first.
    mine = tuple(row for row in rows if row.enrolment_id == enrolment.id or row.state is AttemptState.OPEN)
    return StartView(enrolment, settings, limits.descriptions(rules), refusal, mine)


def has_open_attempt(person_id: int, course_key: str) -> bool:
    """Whether this person is taking the quiz of this course right now.

    While she is, no page may show her a key of this course, whatever her roles: somebody who becomes its trainer in
    the middle of an attempt must not profit. An attempt past its deadline counts until it is closed (by the sweeper,
    or by its own result page).
    """
    return (
        db.session.execute(
            select(Attempt.id).where(
                Attempt.person_id == person_id,
                Attempt.course_key == course_key,
                Attempt.state == AttemptState.OPEN,
            )
        ).first()
        is not None
    )


# Built once, because every question page runs it.
_PAPER = (
    select(
        Attempt.id,
        Attempt.course_key,
        Attempt.number,
        Attempt.state,
        Attempt.deadline_at,
        Attempt.layout,
        Attempt.flags,
        Attempt.question_set_id,
        Enrolment.course_title,
    )
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .where(Attempt.public_id == bindparam("public_id"), Attempt.person_id == bindparam("person_id"))
)


def open_paper(public_id: uuid.UUID, person_id: int) -> OpenPaper:
    """An attempt of this person; NotFound for anybody else's."""
    row = db.session.execute(_PAPER, {"public_id": public_id, "person_id": person_id}).one_or_none()
    if row is None:
        raise NotFound("quiz.no_attempt")
    return OpenPaper(
        public_id,
        row.course_key,
        row.course_title,
        row.number,
        row.state,
        row.deadline_at,
        paper_from_json(row.layout),
        frozenset(row.flags),
        latest_responses(row.id),
        question_set_by_id(row.question_set_id),
    )


def result_view(public_id: uuid.UUID, person_id: int, now: datetime) -> ResultView | None:
    """The result of an attempt of this person; None while it is open, NotFound for anybody else's."""
    attempt = db.session.execute(
        select(Attempt).where(Attempt.public_id == public_id, Attempt.person_id == person_id)
    ).scalar_one_or_none()
    if attempt is None:
        raise NotFound("quiz.no_attempt")
    if attempt.state is AttemptState.OPEN or attempt.score is None or attempt.submitted_at is None:
        return None
    content_hash = db.session.execute(
        select(QuestionSetRow.content_hash).where(QuestionSetRow.id == attempt.question_set_id)
    ).scalar_one()
    questions = question_set(attempt.question_set_id, content_hash)
    stands = corrections.standing(attempt)
    result = grade(
        questions,
        paper_from_json(attempt.layout),
        {number: row.answer for number, row in latest_responses(attempt.id).items()},
        stands.marks,
    )
    rows = past_attempts(person_id, attempt.course_key)
    enrolment = records.enrolment(attempt.enrolment_id)
    assert enrolment is not None
    mine = [row for row in rows if row.enrolment_id == attempt.enrolment_id]
    refusal = limits.first_refusal(limits.rules_for(questions.settings), history_of(enrolment, rows), now)
    return ResultView(
        attempt.id,
        attempt.public_id,
        attempt.enrolment_id,
        attempt.course_key,
        enrolment.course_title,
        attempt.number,
        attempt.max_attempts,
        attempt.state,
        stands.score,
        stands.passed,
        questions.settings.passing_score,
        attempt.started_at,
        attempt.submitted_at,
        enrolment.due_at,
        result.answered,
        result,
        to_read_again(result.objectives),
        review(result, corrections.confirmed(attempt.question_set_id))
        if _released(attempt.enrolment_id, rows)
        else (),
        refusal,
        max(0, attempt.max_attempts - max((past.number for past in mine), default=0)),
        stands.before,
    )


def _released(enrolment_id: int, rows: list[AttemptRow]) -> bool:
    """Whether the key of an attempt of this enrolment may be shown.

    Later cycles of the same course draw from the same pools, so the latest one must be over as well.
    """
    return all(
        limits.review_released(
            [as_past(row) for row in rows if row.enrolment_id == cycle or row.state is AttemptState.OPEN],
            next(row.max_attempts for row in reversed(rows) if row.enrolment_id == cycle),
        )
        for cycle in {enrolment_id, rows[-1].enrolment_id}
    )


def review(result: Grade, corrected: Iterable[Correction] = ()) -> tuple[ReviewItem, ...]:
    """Every question with key and explanation: for a result whose key is released, or one that was never kept."""
    fixes: dict[str, list[Correction]] = {}
    for fix in corrected:
        fixes.setdefault(fix.item_key, []).append(fix)
    return tuple(
        ReviewItem(
            entry.number,
            entry.item.stem,
            kind_of(entry.item).summary(entry.item, entry.answer),
            kind_of(entry.item).key_summary(entry.item),
            entry.fraction == 1,
            0 < entry.fraction < 1,
            int(entry.fraction * 100),
            _review_options(entry.item, entry.answer, fixes.get(entry.item.key, [])),
            entry.item.explanation,
            entry.item.citations,
            entry.item.topics,
            _corrected_key(entry.item, fixes.get(entry.item.key, [])),
        )
        for entry in result.items
    )


def _corrected_key(item: Item, fixes: list[Correction]) -> str | None:
    return "; ".join(key_text(item, fix) for fix in fixes) if fixes else None


def _review_options(item: Item, answer: Answer, fixes: list[Correction]) -> tuple[ReviewOption, ...]:
    # The elements of an ordering are options too, but what counts there is their order.
    if item.kind is ItemKind.ORDERING:
        return ()
    chosen = {answer.get("choice"), *answer.get("choices", ())}
    dilemma = item.kind is ItemKind.DILEMMA
    # Under a corrected key either key earned the mark, so neither is called wrong.
    right = {key for fix in fixes for key in fix.right}
    return tuple(
        ReviewOption(
            option.text,
            option.key in chosen,
            None if dilemma else option.correct or option.key in right,
            option.weight if dilemma else None,
            option.feedback,
        )
        for option in item.options
    )


def overdue(now: datetime, *, most: int, after: int = 0) -> list[int]:
    """Ids above `after` of open attempts whose deadline and grace are over, in order."""
    return list(
        db.session.execute(
            select(Attempt.id)
            .where(
                Attempt.state == AttemptState.OPEN,
                Attempt.deadline_at < now - limits.GRACE,
                Attempt.id > after,
            )
            .order_by(Attempt.id)
            .limit(most)
        ).scalars()
    )
