"""Tables of bulk checks: what was asked, the answers in parts, and the receipt that binds them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.audit import BIG_ID
from learning.kernel.db import CanonicalJson, Model, PathString, enum_column


class CheckState(StrEnum):
    """WAITING -> DONE or REFUSED. What is going on meanwhile is the job's."""

    WAITING = "WAITING"
    DONE = "DONE"
    REFUSED = "REFUSED"


class EligibilityCheck(Model):
    """A list of numbers to be checked by one version of a rule as of a day. What was asked never changes.

    `known_at` is the moment whose knowledge counts. `scope_path` is the narrowest unit that holds everything its maker
    could see ("/": everything): colleagues who can see all of that see the check. `content` is the list as it came,
    emptied at the end. `again_of` names the check that this one repeats with today's knowledge.
    """

    __tablename__ = "eligibility_check"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_eligibility_check_public_id"),
        Index("ix_eligibility_check_scope_path", "scope_path"),
        Index("ix_eligibility_check_made_by", "made_by"),
        {
            "info": {
                "frozen": [
                    "public_id", "filename", "rule_id", "as_of", "known_at", "scope_path", "made_by", "made_at", "again_of",
                ],
                "frozen_when": "OLD.state <> 'WAITING'",
            }
        },
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36))
    state: Mapped[CheckState] = mapped_column(enum_column(CheckState))
    filename: Mapped[str] = mapped_column(String(120))
    # Read when asked for only: of a long list it is twenty megabytes, and each of its thousand parts looks at this row.
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("promotion_rule_version.id"))
    as_of: Mapped[date]
    known_at: Mapped[datetime]
    scope_path: Mapped[str] = mapped_column(PathString)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    again_of: Mapped[int | None] = mapped_column(ForeignKey("eligibility_check.id"))
    problem: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    job_id: Mapped[int | None]


class CheckPart(Model):
    """So many answers of a check in the order of its list, packed (`checklines`). Append-only."""

    __tablename__ = "eligibility_check_part"
    __table_args__ = (
        CheckConstraint("number >= 0 AND lines > 0", name="number"),
        {"info": {"append_only": True}},
    )

    check_id: Mapped[int] = mapped_column(ForeignKey("eligibility_check.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[int]
    counts: Mapped[dict[str, int]] = mapped_column(CanonicalJson)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Receipt(Model):
    """What a finished check said, for whoever must be able to prove it later. Append-only.

    `result_hash` covers every cell of the result (`receipts.digest`); `counts` says how often each outcome came.
    """

    __tablename__ = "eligibility_receipt"
    __table_args__ = (
        UniqueConstraint("check_id", name="uq_eligibility_receipt_check_id"),
        UniqueConstraint("number", name="uq_eligibility_receipt_number"),
        UniqueConstraint("code", name="uq_eligibility_receipt_code"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    number: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(40))
    check_id: Mapped[int] = mapped_column(ForeignKey("eligibility_check.id"))
    agency_name: Mapped[str] = mapped_column(String(160))
    rule_id: Mapped[int] = mapped_column(ForeignKey("promotion_rule_version.id"))
    as_of: Mapped[date]
    known_at: Mapped[datetime]
    lines: Mapped[int]
    counts: Mapped[dict[str, int]] = mapped_column(CanonicalJson)
    form: Mapped[str] = mapped_column(String(20))
    result_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
