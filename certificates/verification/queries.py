"""Reads for many certificates at once, and of receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import select

from certificates import queries, texts
from certificates.indonesian import masked_employee_number
from certificates.queries import CertificateRow
from certificates.status import State
from certificates.verification.lists import Answer, Entry, EntryKind, Line, ReceiptPayload, payload_from_json
from certificates.verification.models import VerificationReceipt
from learning.kernel.access import Principal
from learning.kernel.db import db


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as its public page shows it."""

    id: int
    code: str
    made_at: datetime
    payload: ReceiptPayload


@dataclass(frozen=True, slots=True)
class OwnReceipt:
    """A receipt as whoever made it sees it: with what it was for, and the result file."""

    receipt: Receipt
    purpose: str
    content: bytes


def answers(
    entries: Sequence[Entry], *, principal: Principal | None, now: datetime
) -> tuple[list[Line], set[int]]:
    """What each entry is worth now, in the order given; and the ids of the persons whose certificates were found.

    A code is answered to everybody, as on the public page. A number can be guessed, so it is answered only to HR and
    admins (`principal`), and only for the people they look after; any other number is unknown.
    """
    found_codes = queries.certificates_by_codes(
        {entry.value for entry in entries if entry.kind is EntryKind.CODE}, now=now
    )
    numbers = {entry.value for entry in entries if entry.kind is EntryKind.NUMBER}
    found_numbers = queries.visible_by_numbers(principal, numbers, now=now) if principal else {}
    lines, people = [], set()
    with force_locale("id"):
        for entry in entries:
            if entry.kind is EntryKind.MISTYPED:
                lines.append(Line(entry.place, entry.typed, Answer.MISTYPED))
                continue
            if entry.kind is EntryKind.NUMBER and principal is None:
                lines.append(Line(entry.place, entry.typed, Answer.NUMBER_NOT_ANSWERED))
                continue
            row = (found_codes if entry.kind is EntryKind.CODE else found_numbers).get(entry.value)
            if row is None or row.status.state is State.NOT_YET_ISSUED:
                lines.append(Line(entry.place, entry.typed, Answer.UNKNOWN))
                continue
            people.add(row.person_id)
            lines.append(_line(entry, row))
    return lines, people


def receipt(code: str) -> Receipt | None:
    """A receipt by its whole code, for the public check."""
    row = db.session.execute(
        select(
            VerificationReceipt.id,
            VerificationReceipt.code,
            VerificationReceipt.made_at,
            VerificationReceipt.payload,
        ).where(VerificationReceipt.code == code)
    ).first()
    return Receipt(row.id, row.code, row.made_at, payload_from_json(row.payload)) if row else None


def own_receipt(code: str, *, maker_id: int) -> OwnReceipt | None:
    """A receipt with its result, for whoever made it; None for everybody else."""
    row = db.session.scalar(
        select(VerificationReceipt).where(
            VerificationReceipt.code == code, VerificationReceipt.maker_id == maker_id
        )
    )
    if row is None or row.content is None:
        return None
    return OwnReceipt(
        Receipt(row.id, row.code, row.made_at, payload_from_json(row.payload)),
        row.purpose,
        row.content.encode(),
    )


def own_receipts(maker_id: int, *, limit: int = 10) -> list[tuple[Receipt, str]]:
    """Somebody's last receipts with what each was for, the newest first."""
    rows = db.session.execute(
        select(
            VerificationReceipt.id,
            VerificationReceipt.code,
            VerificationReceipt.made_at,
            VerificationReceipt.payload,
            VerificationReceipt.purpose,
        )
        .where(VerificationReceipt.maker_id == maker_id)
        .order_by(VerificationReceipt.id.desc())
        .limit(limit)
    )
    return [
        (Receipt(row.id, row.code, row.made_at, payload_from_json(row.payload)), row.purpose) for row in rows
    ]


def _line(entry: Entry, row: CertificateRow) -> Line:
    paper = row.payload
    return Line(
        entry.place,
        entry.typed,
        Answer(str(row.status.state)),
        since=row.status.since.isoformat(),
        reason=str(texts.REASONS[row.reason]) if row.reason else "",
        number=paper.number,
        name=paper.holder_name,
        employee_number=masked_employee_number(paper.employee_number),
        agency=paper.agency_name,
        course=paper.course_title,
        jp=str(paper.jp),
        issued_on=paper.issued_on,
        expires_on=paper.expires_on or "",
        issuer=paper.issuer.institution,
    )
