"""The paper behind a pass record, for whoever must be shown years later what somebody passed. Frozen rows.

Holds the record itself: when, how it ended, which questions in which order, under which hashes. No question's text and no
key: those are read by the person herself through `queries.result_view`, under the rule that releases them.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from learning.kernel.db import db
from quizzes.items import Item, ItemKind, canonical, item_to_json
from quizzes.layout import Place, paper_from_json
from quizzes.models import Attempt, AttemptState, ClosedBy, PassRecord, QuestionSetRow, Regrade, Response
from quizzes.queries import ReviewItem, ReviewOption, result_view
from quizzes.question_sets import question_set_by_id
from quizzes.responses import latest_responses


@dataclass(frozen=True, slots=True)
class SealedItem:
    """One question as drawn. `fingerprint` is the SHA-256 of the whole item with its key: only for who may see the key,
    because whoever knows the text could find the key by trying.
    """

    number: int
    item_key: str
    pool: str
    kind: ItemKind
    fingerprint: str
    revisions: int
    saved_at: datetime | None
    answered: bool


@dataclass(frozen=True, slots=True)
class SealedPaper:
    """A pass, its attempt and the paper drawn for it. Scores 0–100; hashes are SHA-256 in hex.

    `set_intact`: the stored questions still have the hash they were published under. `regraded`: the pass came, or its
    score rose, by a key corrected later.
    """

    record_id: int
    record_score: Decimal
    module_scores: dict[str, str]
    passed_at: datetime
    attempt_id: int
    public_id: uuid.UUID
    person_id: int
    course_key: str
    edition: str
    number: int
    max_attempts: int
    state: AttemptState
    closed_by: ClosedBy | None
    started_at: datetime
    deadline_at: datetime
    submitted_at: datetime | None
    seed: str
    layout_hash: str
    answers_hash: str
    question_set_id: int
    question_set_hash: str
    set_intact: bool
    regraded: bool
    items: tuple[SealedItem, ...]


def sealed_paper(pass_record_id: int) -> SealedPaper | None:
    """The paper behind a pass record; None when there is no such record. Says nothing about who may see it."""
    found = db.session.execute(
        select(PassRecord, Attempt, QuestionSetRow.content_hash)
        .join(Attempt, Attempt.id == PassRecord.attempt_id)
        .join(QuestionSetRow, QuestionSetRow.id == Attempt.question_set_id)
        .where(PassRecord.id == pass_record_id)
    ).one_or_none()
    if found is None:
        return None
    record, attempt, set_hash = found
    questions = question_set_by_id(attempt.question_set_id)
    answers = latest_responses(attempt.id)
    revisions = dict(
        db.session.execute(
            select(Response.item_no, func.count())
            .where(Response.attempt_id == attempt.id)
            .group_by(Response.item_no)
        )
        .tuples()
        .all()
    )
    regraded = db.session.scalar(select(Regrade.id).where(Regrade.attempt_id == attempt.id).limit(1))
    items = []
    for number, place in enumerate(paper_from_json(attempt.layout).places, 1):
        item, standing = questions.by_key[place.item_key], answers.get(number)
        items.append(
            SealedItem(
                number,
                place.item_key,
                item.pool,
                item.kind,
                _sha256(canonical(item_to_json(item))),
                revisions.get(number, 0),
                standing.saved_at if standing else None,
                standing is not None and standing.complete,
            )
        )
    return SealedPaper(
        record.id,
        record.score,
        record.module_scores,
        record.passed_at,
        attempt.id,
        attempt.public_id,
        attempt.person_id,
        attempt.course_key,
        attempt.edition,
        attempt.number,
        attempt.max_attempts,
        attempt.state,
        attempt.closed_by,
        attempt.started_at,
        attempt.deadline_at,
        attempt.submitted_at,
        attempt.seed,
        _sha256(canonical(attempt.layout)),
        _sha256(canonical({str(number): row.answer for number, row in answers.items()})),
        attempt.question_set_id,
        set_hash,
        _stored_hash(attempt.question_set_id) == set_hash,
        regraded is not None,
        tuple(items),
    )


def _stored_hash(set_id: int) -> str:
    # Read from the row and not from memory: the question is what stands in the database now.
    payload = db.session.execute(
        select(QuestionSetRow.payload).where(QuestionSetRow.id == set_id)
    ).scalar_one()
    return _sha256(canonical(payload))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One question as it was shown, with the answer, the key and the points. `shown`: options in the order of the paper."""

    number: int
    stem: str
    shown: tuple[ReviewOption, ...]
    review: ReviewItem
    fingerprint: str


def shown_paper(sealed: SealedPaper, person_id: int, now: datetime) -> tuple[ShownQuestion, ...]:
    """The paper with answers and key, for the person who sat it; empty while the key is not released to them.

    The rule is that of the result page (`queries.result_view`): a key that could still be an answer of the next attempt
    is not shown. NotFound for anybody else's paper.
    """
    view = result_view(sealed.public_id, person_id, now)
    if view is None or not view.review:
        return ()
    layout = db.session.scalar(select(Attempt.layout).where(Attempt.id == sealed.attempt_id))
    places = paper_from_json(layout or []).places
    return tuple(
        ShownQuestion(
            review.number, review.stem, _in_order(entry.item, place, review), review, seal.fingerprint
        )
        for review, entry, place, seal in zip(
            view.review, view.grade.items, places, sealed.items, strict=True
        )
    )


def _in_order(item: Item, place: Place, review: ReviewItem) -> tuple[ReviewOption, ...]:
    if review.options:
        made = dict(zip((option.key for option in item.options), review.options, strict=True))
    else:
        # What was to be put in order, or the left sides to be matched: whether it was right says the whole answer.
        texts = {option.key: option.text for option in item.options} or {
            pair.key: pair.left for pair in item.pairs
        }
        made = {key: ReviewOption(text, False, None, None, "") for key, text in texts.items()}
    return tuple(made[key] for key in place.shown if key in made)
