"""Use cases that write bulk checks: received, answered part by part, ended with a receipt. None of them commits."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from certificates import codes, viewing
from certificates.promotion import checklines
from certificates.promotion.checklines import OUTCOMES, CheckLine, Part
from certificates.promotion.receipt_models import CheckPart, CheckState, EligibilityCheck, Receipt
from certificates.receipts.services import freeze_eligibility
from certificates.services import code_key
from learning.kernel import audit, jobs
from learning.kernel.db import db
from learning.kernel.errors import NotFound

JOB = "certificates.check_list"


def receive(
    *,
    content: bytes,
    filename: str,
    rule_id: int,
    as_of: date,
    scope_path: str,
    made_by: int | None,
    now: datetime,
    again_of: int | None = None,
    queue: bool = True,
) -> tuple[int, str]:
    """Take a list in; its id and public id. `queue`: have the worker answer it. What is known now is what counts."""
    row = EligibilityCheck(
        public_id=str(uuid.uuid4()),
        state=CheckState.WAITING,
        filename="".join(ch for ch in filename if ch >= " ")[:120],
        content=content,
        rule_id=rule_id,
        as_of=as_of,
        known_at=now,
        scope_path=scope_path,
        made_by=made_by,
        made_at=now,
        again_of=again_of,
        problem=None,
        job_id=None,
    )
    db.session.add(row)
    db.session.flush()
    if queue:
        row.job_id = jobs.enqueue(JOB, {"check_id": row.id}, key=f"check-list-{row.id}", created_by=made_by)
    audit.record("certificate.list_checked", f"eligibility_check/{row.id}", actor_id=made_by, rule=rule_id)
    return row.id, row.public_id


def refuse(*, check_id: int, problem: dict[str, Any]) -> None:
    """End a check whose list cannot be read; the list is forgotten, the reason stays."""
    row = _waiting(check_id)
    if row is not None:
        row.problem, row.content, row.state = problem, b"", CheckState.REFUSED


def keep_part(*, check_id: int, number: int, part: Part, now: datetime) -> None:
    """Keep the answers of one part, and note the looks. Twice is once: a worker may begin again after a crash."""
    row = _waiting(check_id)
    if row is None or db.session.get(CheckPart, (check_id, number)) is not None:
        return
    db.session.add(
        CheckPart(
            check_id=check_id,
            number=number,
            lines=part.lines,
            counts=part.counts,
            content=part.content,
        )
    )
    if row.made_by is not None:
        viewing.log_views(
            subject_ids=part.seen,
            viewer_id=row.made_by,
            purpose=viewing.BULK,
            now=now,
        )


def finish(*, check_id: int, result_hash: str, agency_name: str, now: datetime) -> str:
    """End a check with its receipt; the receipt's code. Twice gives the same receipt."""
    row = _waiting(check_id)
    if row is None:
        code = db.session.scalar(select(Receipt.code).where(Receipt.check_id == check_id))
        if code is None:
            raise NotFound("certificates.check_gone")
        return code
    counts: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
    for part in db.session.scalars(select(CheckPart.counts).where(CheckPart.check_id == check_id)):
        counts.update(part)
    lines = db.session.scalar(select(func.sum(CheckPart.lines)).where(CheckPart.check_id == check_id)) or 0
    receipt = Receipt(
        number=f"TT-{check_id:06d}/{row.made_at.year}",
        code=_unused_code(),
        check_id=check_id,
        agency_name=agency_name[:160],
        rule_id=row.rule_id,
        as_of=row.as_of,
        known_at=row.known_at,
        lines=lines,
        counts=dict(counts),
        form=checklines.FORM,
        result_hash=result_hash,
        made_at=now,
    )
    db.session.add(receipt)
    row.state, row.content = CheckState.DONE, b""
    db.session.flush()
    freeze_eligibility(receipt_id=receipt.id, now=now)
    audit.record(
        "certificate.receipt_made",
        f"eligibility_check/{check_id}",
        actor_id=row.made_by,
        number=receipt.number,
        result_hash=result_hash,
    )
    return receipt.code


def at_once(
    *, lines: Sequence[CheckLine], result_hash: str, agency_name: str, now: datetime, **asked: Any
) -> str:
    """Receive, keep and finish a short list whose answers are there already; the check's public id."""
    check_id, public_id = receive(now=now, content=b"", queue=False, **asked)
    keep_part(check_id=check_id, number=0, part=checklines.part_of(lines), now=now)
    finish(check_id=check_id, result_hash=result_hash, agency_name=agency_name, now=now)
    return public_id


def _waiting(check_id: int) -> EligibilityCheck | None:
    return db.session.scalar(
        select(EligibilityCheck)
        .where(EligibilityCheck.id == check_id, EligibilityCheck.state == CheckState.WAITING)
        .with_for_update()
    )


def _unused_code() -> str:
    while True:
        code = codes.new_code(code_key())
        if db.session.scalar(select(Receipt.id).where(Receipt.code == code)) is None:
            return code
