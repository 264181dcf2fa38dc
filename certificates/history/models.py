"""Tables of the queue to the national system: what was handed over, and the receipt for each course."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.audit import BIG_ID
from learning.kernel.db import Model, enum_column


class SubmissionState(StrEnum):
    """WAITING in the queue, HANDED_OVER with receipts, or FAILED and to be sent again by hand."""

    WAITING = "WAITING"
    HANDED_OVER = "HANDED_OVER"
    FAILED = "FAILED"


class HistorySubmission(Model):
    """A batch of courses of one agency's people for one registry. Frozen once handed over."""

    __tablename__ = "history_submission"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_history_submission_public_id"),
        Index("ix_history_submission_agency_id", "agency_id"),
        CheckConstraint("(state = 'HANDED_OVER') = (handed_over_at IS NOT NULL)", name="handed_over"),
        {
            "info": {
                "frozen": ["public_id", "agency_id", "destination", "purpose", "made_by", "made_at"],
                "frozen_when": "OLD.state = 'HANDED_OVER'",
            }
        },
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36))
    agency_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    destination: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(80))
    state: Mapped[SubmissionState] = mapped_column(enum_column(SubmissionState))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(200))


class HistoryLine(Model):
    """One certificate in a batch. A certificate goes to a registry once; its receipt is written once."""

    __tablename__ = "history_line"
    __table_args__ = (
        UniqueConstraint("destination", "certificate_id", name="uq_history_line_destination_certificate_id"),
        Index("ix_history_line_submission_id", "submission_id"),
        {
            "info": {
                "frozen": ["submission_id", "destination", "certificate_id"],
                "frozen_when": "OLD.receipt IS NOT NULL",
            }
        },
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("history_submission.id"))
    destination: Mapped[str] = mapped_column(String(20))
    certificate_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("certificate.id"))
    receipt: Mapped[str | None] = mapped_column(String(100))
