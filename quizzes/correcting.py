"""A wrong key found late, carried out: propose, decide, regrade one attempt. Like all services they never commit.

What the records then show. The question set, the attempt and the answers stay as they are: frozen. Beside them stand the
correction (who found it and why, who confirmed it, when), one regrade row for each attempt that was lifted (old score, new
score, new marks), and for who passes by it a pass record whose score is the new one; its certificate rests on that. Pass
records and certificates that exist stay untouched, even where the score would be higher now. Each regrade and each
decision stands in the audit log. The pass counts from the end of the attempt, as every pass does: people lose nothing
by the late discovery, not even the day.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit, jobs
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import violated
from quizzes import corrections
from quizzes.closing import record_pass
from quizzes.models import Attempt, AttemptState, KeyCorrection, Outcome, Regrade
from quizzes.question_sets import question_set_by_id
from quizzes.regrading import Correction, correction_from_json, problem

TASK = "quizzes.regrade"
REASON_LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class Lifted:
    """What a regrade did to one attempt."""

    rises: bool
    passed: bool


NOTHING = Lifted(rises=False, passed=False)


def propose(
    *, question_set_id: int, correction: Correction, reason: str, proposed_by: int, now: datetime
) -> uuid.UUID:
    """Keep a corrected key until a second person decides; its public id.

    Refuses with Invalid what changes nothing or does not fit the item (`quiz.correction_…`) and an empty reason, with
    Conflict `quiz.correction_open` a second open proposal for the item, with NotFound an unknown item.
    """
    item = question_set_by_id(question_set_id).by_key.get(correction.item_key)
    if item is None:
        raise NotFound("quiz.no_question")
    wrong = problem(item, correction)
    if wrong is not None:
        raise Invalid(wrong)
    if not reason.strip() or len(reason) > REASON_LENGTH:
        raise Invalid("quiz.correction_reason", limit=REASON_LENGTH)
    if correction in corrections.confirmed(question_set_id):
        raise Conflict("quiz.correction_same")
    row = KeyCorrection(
        public_id=uuid.uuid4(),
        question_set_id=question_set_id,
        item_key=correction.item_key,
        change=correction.to_json(),
        reason=reason.strip(),
        proposed_by=proposed_by,
        proposed_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        if violated(error, "uq_key_correction_open"):
            raise Conflict("quiz.correction_open") from error
        raise
    audit.record(
        "quiz.correction_proposed",
        f"key_correction/{row.public_id}",
        actor_id=proposed_by,
        question_set=question_set_id,
        change=correction.to_json(),
    )
    return row.public_id


def confirm(*, public_id: uuid.UUID, decided_by: int, now: datetime) -> int:
    """The second person agrees: the correction is in force, and the regrade is queued; the job's id.

    Refuses the proposer (Conflict `quiz.correction_two_people`, and the database too) and what is decided already.
    """
    row = _open(public_id)
    if row.proposed_by == decided_by:
        raise Conflict("quiz.correction_two_people")
    row.job_id = jobs.enqueue(
        TASK, {"correction": row.id}, key=f"{TASK}/{row.public_id}", created_by=decided_by
    )
    _decide(row, Outcome.CONFIRMED, decided_by, now)
    return row.job_id


def decline(*, public_id: uuid.UUID, decided_by: int, now: datetime) -> None:
    """The proposer withdraws, or somebody else declines: nothing changes. Refuses what is decided already."""
    row = _open(public_id)
    own = row.proposed_by == decided_by
    _decide(row, Outcome.WITHDRAWN if own else Outcome.DECLINED, decided_by, now)


def regrade_attempt(*, correction_id: int, attempt_id: int, now: datetime) -> Lifted:
    """Carry a confirmed correction out for one attempt: one commit for each person, and twice does nothing twice.

    A score that rises is written down; who reaches the passing score and has not passed since passes the normal way (pass
    record, completion, certificate). Nothing is lowered or taken away. An open attempt is left: closing grades it with
    the correction.
    """
    correction = db.session.get_one(KeyCorrection, correction_id, populate_existing=True)
    if correction.outcome is not Outcome.CONFIRMED:
        raise Conflict("quiz.correction_undecided")
    attempt = db.session.execute(
        select(Attempt)
        .where(Attempt.id == attempt_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    if attempt.state is AttemptState.OPEN or attempt.submitted_at is None or _done(attempt_id, correction_id):
        return NOTHING
    after = corrections.under(attempt, [correction_from_json(correction.change)])
    if not after.rises:
        return NOTHING
    before = corrections.standing(attempt)
    record_id = None
    if after.newly_passed and not corrections.passed_since(attempt):
        record_id = record_pass(attempt, after.grade, attempt.submitted_at)
    db.session.add(
        Regrade(
            attempt_id=attempt.id,
            correction_id=correction_id,
            score_before=before.score,
            score_after=after.grade.score,
            marks=after.marks,
            pass_record_id=record_id,
            regraded_at=now,
        )
    )
    db.session.flush()
    audit.record(
        "quiz.regraded",
        f"attempt/{attempt.public_id}",
        actor_id=correction.decided_by,
        about_id=attempt.person_id,
        correction=str(correction.public_id),
        score_before=str(before.score),
        score_after=str(after.grade.score),
        pass_record=record_id,
    )
    return Lifted(rises=True, passed=record_id is not None)


def _done(attempt_id: int, correction_id: int) -> bool:
    found = db.session.execute(
        select(Regrade.id).where(Regrade.attempt_id == attempt_id, Regrade.correction_id == correction_id)
    ).scalar_one_or_none()
    return found is not None


def _open(public_id: uuid.UUID) -> KeyCorrection:
    row = db.session.execute(
        select(KeyCorrection)
        .where(KeyCorrection.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("quiz.correction_unknown")
    if row.outcome is not None:
        raise Conflict("quiz.correction_decided")
    return row


def _decide(row: KeyCorrection, outcome: Outcome, decided_by: int, now: datetime) -> None:
    row.outcome, row.decided_by, row.decided_at = outcome, decided_by, now
    db.session.flush()
    audit.record(
        f"quiz.correction_{outcome.value.lower()}",
        f"key_correction/{row.public_id}",
        actor_id=decided_by,
        question_set=row.question_set_id,
        item=row.item_key,
    )
