"""Reads of the paper of receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from certificates.promotion.receipt_models import Receipt
from certificates.receipts.models import ReceiptDocument, ReceiptPaper
from certificates.receipts.payload import PaperPayload, from_json
from certificates.verification.models import VerificationReceipt
from learning.kernel.db import db


@dataclass(frozen=True, slots=True)
class PaperRow:
    """The frozen words of a receipt's paper."""

    id: int
    number: str
    code: str
    template: str
    payload: PaperPayload


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """The kept file of a receipt."""

    paper_id: int
    sha256: str
    made_at: datetime
    signer_id: int
    content: bytes


def paper_by_id(paper_id: int) -> PaperRow | None:
    """The paper of a receipt by its id."""
    return _paper(ReceiptPaper.id == paper_id)


def paper_by_code(code: str) -> PaperRow | None:
    """The paper of a receipt by the receipt's whole code."""
    return _paper(ReceiptPaper.code == code)


def paper_by_number(number: str) -> PaperRow | None:
    """The paper of a receipt by its number: for the command line and genuine files, never for a visitor, who could count."""
    return _paper(ReceiptPaper.number == number)


def unsigned_papers(limit: int) -> list[PaperRow]:
    """Papers of receipts whose signed file is not made yet, the oldest first."""
    rows = db.session.scalars(
        select(ReceiptPaper)
        .outerjoin(ReceiptDocument, ReceiptDocument.paper_id == ReceiptPaper.id)
        .where(ReceiptDocument.id.is_(None))
        .order_by(ReceiptPaper.id)
        .limit(limit)
    )
    return [_row(row) for row in rows]


def is_receipt(code: str) -> bool:
    """Whether there is a receipt with this whole code, with or without a paper."""
    return any(
        db.session.scalar(select(table.id).where(table.code == code)) is not None
        for table in (Receipt, VerificationReceipt)
    )


def stored(paper_id: int) -> StoredReceipt | None:
    """The kept file of a receipt."""
    return _stored(ReceiptDocument.paper_id == paper_id)


def stored_by_hash(sha256: str) -> StoredReceipt | None:
    """The kept file with exactly these bytes."""
    return _stored(ReceiptDocument.sha256 == sha256)


def _paper(condition: ColumnElement[bool]) -> PaperRow | None:
    row = db.session.scalar(select(ReceiptPaper).where(condition))
    return _row(row) if row is not None else None


def _row(row: ReceiptPaper) -> PaperRow:
    return PaperRow(row.id, row.number, row.code, row.template, from_json(row.payload))


def _stored(condition: ColumnElement[bool]) -> StoredReceipt | None:
    row = db.session.execute(
        select(
            ReceiptDocument.paper_id,
            ReceiptDocument.sha256,
            ReceiptDocument.made_at,
            ReceiptDocument.signer_id,
            ReceiptDocument.content,
        ).where(condition)
    ).one_or_none()
    return StoredReceipt(*row) if row is not None else None
