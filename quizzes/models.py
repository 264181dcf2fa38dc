"""Tables of the quiz engine. Everything that was published, drawn, answered or passed is frozen by the database."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.db import CanonicalJson, Model, enum_column

BIG_ID = BigInteger().with_variant(Integer, "sqlite")


class AttemptState(StrEnum):
    """OPEN takes answers; SUBMITTED was handed in by the learner; EXPIRED was closed at its deadline."""

    OPEN = "OPEN"
    SUBMITTED = "SUBMITTED"
    EXPIRED = "EXPIRED"


class ClosedBy(StrEnum):
    """Who ended an attempt."""

    LEARNER = "LEARNER"
    DEADLINE = "DEADLINE"


class Outcome(StrEnum):
    """How a proposed correction ended: confirmed by a second person, declined by one, or withdrawn by the proposer."""

    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class QuestionSetRow(Model):
    """One published question set: the compiled questions of one course edition. Append-only."""

    __tablename__ = "question_set"
    __table_args__ = (
        UniqueConstraint("course_key", "edition", name="uq_question_set_course_key_edition"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_key: Mapped[str] = mapped_column(String(80))
    edition: Mapped[str] = mapped_column(String(16))
    content_hash: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    created_at: Mapped[datetime]


class Attempt(Model):
    """One try at the quiz. What was drawn, for whom and until when never changes; nothing changes once closed.

    `seed` draws the paper again, `layout` is the paper itself (`quizzes.layout`): the paper shown stays what it
    was even if the drawing rule is improved. `marks` are the exact fractions earned per question ("2/3"), so a
    result is read, not graded again. `flags` are questions the learner wants to come back to. `score` is 0–100 with two decimals, cut.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_attempt_public_id"),
        UniqueConstraint("enrolment_id", "number", name="uq_attempt_enrolment_id_number"),
        # A second device continues the attempt; it never gets one of its own.
        Index(
            "uq_attempt_one_open",
            "person_id",
            "course_key",
            unique=True,
            sqlite_where=text("state = 'OPEN'"),
            postgresql_where=text("state = 'OPEN'"),
        ),
        # All attempts of a person in a course: what was seen before, history on the start page.
        Index("ix_attempt_person_id_course_key", "person_id", "course_key"),
        # All attempts at a set in order: the item analysis reads the newest, a regrade goes through them.
        Index("ix_attempt_question_set_id_id", "question_set_id", "id"),
        # The sweeper looks for open attempts past their deadline, among millions of closed ones.
        Index(
            "ix_attempt_open_deadline",
            "deadline_at",
            sqlite_where=text("state = 'OPEN'"),
            postgresql_where=text("state = 'OPEN'"),
        ),
        CheckConstraint("number >= 1 AND number <= max_attempts", name="number_within_limit"),
        CheckConstraint("deadline_at > started_at", name="deadline_after_start"),
        CheckConstraint("score IS NULL OR (score >= 0 AND score <= 100)", name="score_range"),
        CheckConstraint(
            "(state = 'OPEN') = (submitted_at IS NULL) AND (state = 'OPEN') = (score IS NULL)"
            " AND (state = 'OPEN') = (passed IS NULL) AND (state = 'OPEN') = (closed_by IS NULL)"
            " AND (state = 'OPEN') = (marks IS NULL)",
            name="closed_with_result",
        ),
        {
            "info": {
                "frozen": [
                    "public_id",
                    "question_set_id",
                    "enrolment_id",
                    "person_id",
                    "course_key",
                    "edition",
                    "number",
                    "max_attempts",
                    "seed",
                    "layout",
                    "started_at",
                    "deadline_at",
                ],
                "frozen_when": "OLD.state <> 'OPEN'",
            }
        },
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    public_id: Mapped[uuid.UUID]
    question_set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_key: Mapped[str] = mapped_column(String(80))
    edition: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    max_attempts: Mapped[int]
    seed: Mapped[str] = mapped_column(String(32))
    layout: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson)
    flags: Mapped[list[int]] = mapped_column(CanonicalJson, default=list)
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    state: Mapped[AttemptState] = mapped_column(enum_column(AttemptState), default=AttemptState.OPEN)
    submitted_at: Mapped[datetime | None]
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    marks: Mapped[list[str] | None] = mapped_column(CanonicalJson)
    passed: Mapped[bool | None]
    closed_by: Mapped[ClosedBy | None] = mapped_column(enum_column(ClosedBy))


class Response(Model):
    """One saved answer to one question; a changed answer is a new row with the next revision. Append-only.

    `complete` is the kind's verdict at the time, kept so that "7 of 20 answered" is one count.
    """

    __tablename__ = "response"
    __table_args__ = (
        # Also the way in for "the latest answer of each question of this attempt".
        UniqueConstraint("attempt_id", "item_no", "revision", name="uq_response_attempt_id_item_no_revision"),
        CheckConstraint("item_no >= 1 AND revision >= 1", name="numbers_from_one"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("attempt.id"))
    item_no: Mapped[int]
    revision: Mapped[int]
    answer: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    complete: Mapped[bool]
    saved_at: Mapped[datetime]


class PassRecord(Model):
    """The fact that somebody passed: one per attempt, one per enrolment. Append-only.

    `score` 0–100; `module_scores` {module slug: "0.00"–"100.00"}.
    """

    __tablename__ = "pass_record"
    __table_args__ = (
        UniqueConstraint("attempt_id", name="uq_pass_record_attempt_id"),
        UniqueConstraint("enrolment_id", name="uq_pass_record_enrolment_id"),
        Index("ix_pass_record_person_id_course_key", "person_id", "course_key"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("attempt.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    course_key: Mapped[str] = mapped_column(String(80))
    edition: Mapped[str] = mapped_column(String(16))
    question_set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id"))
    score: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    module_scores: Mapped[dict[str, str]] = mapped_column(CanonicalJson)
    passed_at: Mapped[datetime]


class KeyCorrection(Model):
    """A key found wrong, with the corrected one, beside the frozen question set. Counts once a second person confirms it.

    `change` is a `regrading.Correction`. Frozen but for how it ended, and whole once it has. One of an item is open at a time.
    """

    __tablename__ = "key_correction"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_key_correction_public_id"),
        Index(
            "uq_key_correction_open",
            "question_set_id",
            "item_key",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        # Every closing asks whether its set has corrections; nearly always there are none.
        Index("ix_key_correction_question_set_id", "question_set_id"),
        CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by IS NULL)",
            name="decided_whole",
        ),
        CheckConstraint(
            "coalesce(outcome = 'WITHDRAWN', true) OR decided_by <> proposed_by", name="two_people"
        ),
        {
            "info": {
                "frozen": [
                    "public_id",
                    "question_set_id",
                    "item_key",
                    "change",
                    "reason",
                    "proposed_by",
                    "proposed_at",
                ],
                "frozen_when": "OLD.outcome IS NOT NULL",
            }
        },
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[uuid.UUID]
    question_set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id"))
    item_key: Mapped[str] = mapped_column(String(200))
    change: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    job_id: Mapped[int | None]


class Regrade(Model):
    """A closed attempt that a confirmed correction lifted; the attempt itself stays as it was closed. Append-only.

    `marks` as in `Attempt`. `pass_record_id` when the pass came from this. The highest row of an attempt is its result.
    """

    __tablename__ = "regrade"
    __table_args__ = (
        UniqueConstraint("attempt_id", "correction_id", name="uq_regrade_attempt_id_correction_id"),
        Index("ix_regrade_correction_id", "correction_id"),
        CheckConstraint("score_after >= score_before", name="never_lower"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("attempt.id"))
    correction_id: Mapped[int] = mapped_column(ForeignKey("key_correction.id"))
    score_before: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    score_after: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    marks: Mapped[list[str]] = mapped_column(CanonicalJson)
    pass_record_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("pass_record.id"))
    regraded_at: Mapped[datetime]
