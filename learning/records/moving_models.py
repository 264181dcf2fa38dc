"""Tables of dates that move for many: the recomputation and how far it is, what it changed for whom, outages."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.audit import BIG_ID
from learning.kernel.db import Model, enum_column
from learning.records.kinds import OutageKind


class OutageOutcome(StrEnum):
    """How a proposal ended: a second person approved or returned it, or the proposer took it back."""

    APPROVED = "APPROVED"
    RETURNED = "RETURNED"
    WITHDRAWN = "WITHDRAWN"


class Outage(Model):
    """An outage that somebody proposes to make up for. Frozen but for how it ended, and whole once it has.

    `until_on` is the day it gives (`fairness.day_given`), computed when it is proposed and kept, so that a list of holidays
    that changes later changes no date. `note` is read by everybody concerned, `evidence` by those who decide. Nothing
    happens before the outcome is APPROVED; what was approved is not taken back. The database refuses one person for both
    parts.
    """

    __tablename__ = "outage"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_outage_public_id"),
        # Twice the same: a double click, or two who saw the same night.
        Index(
            "uq_outage_same",
            "began_at",
            "ended_at",
            unique=True,
            sqlite_where=text("outcome IS NULL OR outcome = 'APPROVED'"),
            postgresql_where=text("outcome IS NULL OR outcome = 'APPROVED'"),
        ),
        CheckConstraint("ended_at > began_at", name="order"),
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
        {
            "info": {
                "frozen": [
                    "public_id",
                    "kind",
                    "began_at",
                    "ended_at",
                    "until_on",
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
    kind: Mapped[OutageKind] = mapped_column(enum_column(OutageKind))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    until_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    outcome: Mapped[OutageOutcome | None] = mapped_column(enum_column(OutageOutcome))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(Text)


class Redating(Model):
    """Everybody's date computed anew after a stage moved or an outage was approved, and how far that is.

    Units up to `last_unit_id` are done, of the last one the enrolments up to `last_enrolment_id`; the cursor moves in the
    commit of what it passes. `total` is an estimate for the progress bar, `looked` and `moved` are enrolments. `replaced`: a
    later one that covers the same assignments began before this one was through.
    """

    __tablename__ = "redating"
    __table_args__ = (
        CheckConstraint("(change_id IS NULL) <> (outage_id IS NULL)", name="one_cause"),
        # The few that run, which every learner's page asks for.
        Index(
            "ix_redating_running",
            "id",
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
        {
            "info": {
                "frozen": ["change_id", "outage_id", "total", "started_at"],
                "frozen_when": "OLD.finished_at IS NOT NULL",
            }
        },
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    change_id: Mapped[int | None] = mapped_column(ForeignKey("stage_change.id"))
    outage_id: Mapped[int | None] = mapped_column(ForeignKey("outage.id"))
    job_id: Mapped[int | None]
    last_unit_id: Mapped[int]
    last_enrolment_id: Mapped[int] = mapped_column(BIG_ID)
    total: Mapped[int]
    looked: Mapped[int]
    moved: Mapped[int]
    replaced: Mapped[bool]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class RedatingAssignment(Model):
    """An assignment whose people a recomputation looks at; of each course everything that is open counts anew."""

    __tablename__ = "redating_assignment"
    __table_args__ = ({"info": {"append_only": True}},)
    redating_id: Mapped[int] = mapped_column(ForeignKey("redating.id"), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), primary_key=True)


class DueChange(Model):
    """Somebody's date before and after a recomputation, written in the commit that changed it. Append-only.

    It is the trace of the date and what the person is told; the key refuses to tell the same twice.
    """

    __tablename__ = "due_change"
    __table_args__ = ({"info": {"append_only": True}},)
    enrolment_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("enrolment.id"), primary_key=True)
    redating_id: Mapped[int] = mapped_column(ForeignKey("redating.id"), primary_key=True)
    before_at: Mapped[datetime | None]
    after_at: Mapped[datetime]
    changed_at: Mapped[datetime]
