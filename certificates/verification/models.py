"""The table of receipts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.audit import BIG_ID
from learning.kernel.db import CanonicalJson, Model


class VerificationReceipt(Model):
    """Proof that a list was checked, when, and with what result. Append-only.

    `code` names it in public, with as many random bits as a certificate's. `payload` is a `ReceiptPayload`. `purpose` and
    the result itself are kept only for somebody signed in, who alone sees them; a visitor's list is not kept.
    """

    __tablename__ = "verification_receipt"
    __table_args__ = (
        UniqueConstraint("code", name="uq_verification_receipt_code"),
        Index("ix_verification_receipt_maker_id_id", "maker_id", "id"),
        CheckConstraint("(maker_id IS NULL) = (content IS NULL)", name="content_for_maker"),
        CheckConstraint("(maker_id IS NULL) = (purpose = '')", name="purpose_of_maker"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    code: Mapped[str] = mapped_column(String(30))
    made_at: Mapped[datetime]
    maker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    content: Mapped[str | None] = mapped_column(Text)
