"""Use cases that write: put certificates into the queue, note receipts. None of them commits."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from certificates.history.models import HistoryLine, HistorySubmission, SubmissionState
from learning.kernel import audit, jobs
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid
from learning.kernel.transaction import violated

HAND_OVER = "certificates.history.hand_over"
MAX_LINES = 1_000


def queue(
    *,
    agency_id: int,
    destination: str,
    certificate_ids: Sequence[int],
    purpose: str,
    made_by: int,
    now: datetime,
) -> str:
    """A batch of these certificates; its public id. The caller has settled whose they are and that they count.

    Refuses: an empty batch, more than `MAX_LINES`, a certificate that is in the queue already (two clicks, two systems).
    """
    if not certificate_ids:
        raise Invalid("history.nothing")
    if len(certificate_ids) > MAX_LINES:
        raise Invalid("history.too_many", max=MAX_LINES)
    batch = HistorySubmission(
        public_id=str(uuid.uuid4()),
        agency_id=agency_id,
        destination=destination,
        purpose=purpose[:80],
        state=SubmissionState.WAITING,
        made_by=made_by,
        made_at=now,
        handed_over_at=None,
        problem="",
    )
    db.session.add(batch)
    db.session.flush()
    try:
        with db.session.begin_nested():
            db.session.add_all(
                HistoryLine(
                    submission_id=batch.id,
                    destination=destination,
                    certificate_id=certificate_id,
                    receipt=None,
                )
                for certificate_id in sorted(set(certificate_ids))
            )
    except IntegrityError as error:
        if violated(error, "uq_history_line_destination_certificate_id"):
            raise Conflict("history.queued_already") from error
        raise
    jobs.enqueue(HAND_OVER, {"submission_id": batch.id}, key=f"history-{batch.public_id}")
    audit.record(
        "history.queued",
        f"history/{batch.public_id}",
        actor_id=made_by,
        agency=agency_id,
        lines=len(set(certificate_ids)),
    )
    return batch.public_id


def note_receipts(*, submission_id: int, receipts: Mapping[int, str], now: datetime) -> None:
    """Keep the receipts by line and close the batch. Noted already: changes nothing."""
    state = db.session.scalar(
        select(HistorySubmission.state).where(HistorySubmission.id == submission_id).with_for_update()
    )
    if state is SubmissionState.HANDED_OVER:
        return
    for line_id, receipt in receipts.items():
        db.session.execute(update(HistoryLine).where(HistoryLine.id == line_id).values(receipt=receipt))
    db.session.execute(
        update(HistorySubmission)
        .where(HistorySubmission.id == submission_id)
        .values(state=SubmissionState.HANDED_OVER, handed_over_at=now, problem="")
    )


def note_problem(*, submission_id: int, problem: str) -> None:
    """Keep why a try failed; the job comes back by itself."""
    db.session.execute(
        update(HistorySubmission)
        .where(HistorySubmission.id == submission_id, HistorySubmission.state != SubmissionState.HANDED_OVER)
        .values(state=SubmissionState.FAILED, problem=problem[:200])
    )
