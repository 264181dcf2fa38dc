"""Use cases that write: the receipt of a checked list. None of them commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from certificates import codes
from certificates.receipts.services import freeze_certificates
from certificates.services import code_key
from certificates.verification.lists import ReceiptPayload, hash_of
from certificates.verification.models import VerificationReceipt
from learning.kernel import audit
from learning.kernel.db import db
from learning.people.services import log_view

SUBJECT = "certificates"
VIEW_PURPOSE = "certificates.verification"


def give_receipt(
    *,
    content: bytes,
    total: int,
    counts: dict[str, int],
    maker: str,
    maker_id: int | None,
    purpose: str,
    seen: Collection[int],
    now: datetime,
    answers_for: int | None = None,
) -> str:
    """Keep what was answered, and note with every person `seen` who looked; the receipt's code.

    `content` are the bytes of the result file as handed out. Of a visitor or a system (`maker_id` None) only counts and
    hash are kept; `answers_for` is who stands behind a system, named in the audit and given no right to the result.
    """
    payload = ReceiptPayload(SUBJECT, now.isoformat(), maker, total, counts, hash_of(content))
    row = VerificationReceipt(
        code=_unused_code(),
        made_at=now,
        maker_id=maker_id,
        purpose=purpose if maker_id is not None else "",
        payload=payload.to_json(),
        content=content.decode() if maker_id is not None else None,
    )
    db.session.add(row)
    db.session.flush()
    freeze_certificates(receipt_id=row.id, now=now)
    if maker_id is not None:
        for person_id in sorted(seen):
            log_view(subject_id=person_id, viewer_id=maker_id, purpose=VIEW_PURPOSE, now=now)
    audit.record(
        "certificate.list_checked",
        f"verification_receipt/{row.id}",
        actor_id=maker_id if maker_id is not None else answers_for,
        total=total,
        counts=counts,
        result_hash=payload.result_hash,
        purpose=purpose,
    )
    return row.code


def _unused_code() -> str:
    while True:
        code = codes.new_code(code_key())
        known = select(VerificationReceipt.id).where(VerificationReceipt.code == code)
        if db.session.scalar(known) is None:
            return code
