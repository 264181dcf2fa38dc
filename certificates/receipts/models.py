"""Tables of the paper of receipts: what it says, frozen with the receipt, and the file that was signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from certificates.receipts.payload import ReceiptKind
from learning.kernel.audit import BIG_ID
from learning.kernel.db import CanonicalJson, Model, enum_column


class ReceiptPaper(Model):
    """What the paper of one receipt says (`PaperPayload`) and the version of the template it is drawn with. Append-only.

    Written in the transaction of the receipt, so that a letterhead or a unit renamed later changes nothing on it.
    """

    __tablename__ = "receipt_paper"
    __table_args__ = (
        UniqueConstraint("number", name="uq_receipt_paper_number"),
        UniqueConstraint("code", name="uq_receipt_paper_code"),
        UniqueConstraint("eligibility_receipt_id", name="uq_receipt_paper_eligibility_receipt_id"),
        UniqueConstraint("verification_receipt_id", name="uq_receipt_paper_verification_receipt_id"),
        CheckConstraint(
            "(kind = 'ELIGIBILITY') = (eligibility_receipt_id IS NOT NULL)"
            " AND (kind = 'CERTIFICATES') = (verification_receipt_id IS NOT NULL)",
            name="one_receipt",
        ),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    kind: Mapped[ReceiptKind] = mapped_column(enum_column(ReceiptKind))
    eligibility_receipt_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("eligibility_receipt.id"))
    verification_receipt_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("verification_receipt.id"))
    number: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(40))
    template: Mapped[str] = mapped_column(String(12))
    payload: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    created_at: Mapped[datetime]


class ReceiptDocument(Model):
    """The signed PDF of a receipt, byte for byte as everybody gets it; one for each. Append-only."""

    __tablename__ = "receipt_document"
    __table_args__ = (
        UniqueConstraint("paper_id", name="uq_receipt_document_paper_id"),
        UniqueConstraint("sha256", name="uq_receipt_document_sha256"),
        CheckConstraint("length(content) = size", name="size"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    paper_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("receipt_paper.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    renderer: Mapped[str] = mapped_column(String(60))
    signer_id: Mapped[int] = mapped_column(ForeignKey("signer_certificate.id"))
    made_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
