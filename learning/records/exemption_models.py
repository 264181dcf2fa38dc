"""The table of exemptions and extensions: what one person proposes about somebody's duty and another decides."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.db import Model, enum_column


class ReliefKind(StrEnum):
    """What is proposed: nobody waits for the pass until a day, a later last day, or the end of one of the two."""

    EXEMPTION = "EXEMPTION"
    EXTENSION = "EXTENSION"
    ENDING = "ENDING"


class ReliefReason(StrEnum):
    """Why a duty is lifted or put off. Closed, so that agencies can be compared; the note says the rest."""

    LEAVE_UNPAID = "LEAVE_UNPAID"
    LEAVE_ILLNESS = "LEAVE_ILLNESS"
    LEAVE_BIRTH = "LEAVE_BIRTH"
    STUDY = "STUDY"
    SECONDED = "SECONDED"
    SUSPENDED = "SUSPENDED"
    DISASTER = "DISASTER"
    NO_ACCESS = "NO_ACCESS"
    OTHER = "OTHER"


class ReliefOutcome(StrEnum):
    """How a proposal ended: a second person approved or returned it, or the proposer took it back."""

    APPROVED = "APPROVED"
    RETURNED = "RETURNED"
    WITHDRAWN = "WITHDRAWN"


class ExemptionProposal(Model):
    """A proposal about one person and one course. Frozen but for how it ended, and whole once it has.

    `until` is the last day of an exemption or the new last day of an extension, on the calendar of the person's unit; an
    ENDING names with `ends_id` what it ends and has no day. `note` is what the person reads, `evidence` (a letter's
    number, where it is kept) what only those read who may decide. Nothing happens before the outcome is APPROVED. The
    database refuses the proposer as the second person, and the person concerned as either.
    """

    __tablename__ = "exemption_proposal"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_exemption_proposal_public_id"),
        Index(
            "uq_exemption_proposal_open",
            "person_id",
            "course_key",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index(
            "uq_exemption_proposal_ended",
            "ends_id",
            unique=True,
            sqlite_where=text("outcome = 'APPROVED'"),
            postgresql_where=text("outcome = 'APPROVED'"),
        ),
        Index("ix_exemption_proposal_person_id_course_key", "person_id", "course_key"),
        CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by IS NULL)",
            name="decided_whole",
        ),
        CheckConstraint(
            "coalesce(outcome = 'WITHDRAWN', true) OR decided_by <> proposed_by", name="two_people"
        ),
        CheckConstraint(
            "coalesce(outcome <> 'WITHDRAWN', true) OR decided_by = proposed_by", name="withdrawn"
        ),
        CheckConstraint(
            "proposed_by <> person_id AND (decided_by IS NULL OR decided_by <> person_id)",
            name="not_the_person",
        ),
        CheckConstraint(
            "(kind = 'ENDING') = (ends_id IS NOT NULL) AND (kind = 'ENDING') = (until IS NULL)"
            " AND (kind = 'ENDING') = (reason IS NULL)",
            name="kind_whole",
        ),
        {
            "info": {
                "frozen": [
                    "public_id",
                    "person_id",
                    "course_key",
                    "course_title",
                    "kind",
                    "ends_id",
                    "until",
                    "reason",
                    "note",
                    "evidence",
                    "proposed_by",
                    "proposed_at",
                ],
                "frozen_when": "OLD.outcome IS NOT NULL",
            }
        },
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[uuid.UUID]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_key: Mapped[str] = mapped_column(String(80))
    course_title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ReliefKind] = mapped_column(enum_column(ReliefKind))
    ends_id: Mapped[int | None] = mapped_column(ForeignKey("exemption_proposal.id"))
    until: Mapped[date | None]
    reason: Mapped[ReliefReason | None] = mapped_column(enum_column(ReliefReason))
    note: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    outcome: Mapped[ReliefOutcome | None] = mapped_column(enum_column(ReliefOutcome))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(Text)
