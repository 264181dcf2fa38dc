"""Tables of deputies: whose supervision somebody else carries for a while, and what they did in that name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.audit import BIG_ID
from learning.kernel.db import Model

MOST_DAYS = 90
"""How long one handing over lasts at most; the table holds the same number. A seat that is empty for longer is filled."""
_OPEN = text("ended_at IS NULL")


class Deputation(Model):
    """A supervisor's grant in somebody else's hands from `starts_at` to `ends_at` (instants; midnight where the unit is).

    It names a grant that the giver holds, never another deputation, so that nothing can be handed on; the database keeps
    giver and grant together. One stands for each grant. Both seats of that day are named: whoever leaves one ends it for
    good, also when they come back. Whether it is in force is asked of all these rows at each request (`deputies.in_force`).
    """

    __tablename__ = "deputation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["grant_id", "giver_id"], ["role_grant.id", "role_grant.person_id"], name="fk_deputation_grant_id"
        ),
        Index("uq_deputation_open", "grant_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_deputation_deputy_id", "deputy_id"),
        Index("ix_deputation_giver_id", "giver_id"),
        CheckConstraint("deputy_id <> giver_id", name="two_people"),
        CheckConstraint("ends_at > starts_at", name="period"),
        CheckConstraint("length(trim(reason)) >= 5", name="reason"),
        # Dates are no numbers that both databases could subtract in one way.
        CheckConstraint("julianday(ends_at) - julianday(starts_at) < 90.001", name="length").ddl_if("sqlite"),
        CheckConstraint("ends_at <= starts_at + interval '2160 hours'", name="length").ddl_if("postgresql"),
        {
            "info": {
                "frozen": [
                    "grant_id", "giver_id", "deputy_id", "giver_posting_id", "deputy_posting_id", "starts_at",
                    "ends_at", "reason", "given_at",
                ],
                "frozen_when": "OLD.ended_at IS NOT NULL",
            }
        },
    )  # fmt: skip
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    grant_id: Mapped[int]
    giver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    giver_posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    deputy_posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300))
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # None with `ended_at`: closed to make room for the next one, after it had ended by itself.
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class DeputyAct(Model):
    """What a deputy did in the giver's name: shown to both. `subject` is the audit log's word for the thing. Append-only."""

    __tablename__ = "deputy_act"
    __table_args__ = (
        Index("ix_deputy_act_deputation_id", "deputation_id"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    deputation_id: Mapped[int] = mapped_column(ForeignKey("deputation.id"))
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
