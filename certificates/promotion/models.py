"""Tables of promotion rules: versions, who decided on them, and exemptions granted in person."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.db import CanonicalJson, Model, enum_column


class RuleOrigin(StrEnum):
    """Whether a version was written on a page, by a person, or loaded on the command line, where nobody is signed in."""

    PAGE = "PAGE"
    COMMAND = "COMMAND"


class RuleVerdict(StrEnum):
    """How a proposal ended: in force from its day on, sent back by the second person, or taken back by the first."""

    APPROVED = "APPROVED"
    RETURNED = "RETURNED"
    WITHDRAWN = "WITHDRAWN"


class PromotionRule(Model):
    """One version of a rule that asks for certificates, proposed or approved. Append-only: a change is another version.

    `body` is the whole rule in the author's words (`rulebook.plain`), `body_hash` its SHA-256; `valid_from` and `valid_to`
    repeat what stands in it. `agency_id` None: for every agency. Of the approved versions that have begun on a day the
    highest number counts; a lower one never comes back.
    """

    __tablename__ = "promotion_rule_version"
    __table_args__ = (
        UniqueConstraint("key", "version", name="uq_promotion_rule_version_key_version"),
        UniqueConstraint("public_id", name="uq_promotion_rule_version_public_id"),
        # What a decision names, so that it cannot speak of another origin or another author.
        UniqueConstraint("id", "origin", name="uq_promotion_rule_version_id_origin"),
        UniqueConstraint("id", "proposed_by", name="uq_promotion_rule_version_id_proposed_by"),
        Index("ix_promotion_rule_version_agency_id", "agency_id"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        CheckConstraint("(origin = 'PAGE') = (proposed_by IS NOT NULL)", name="proposer"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36))
    key: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    body: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    body_hash: Mapped[str] = mapped_column(String(64))
    origin: Mapped[RuleOrigin] = mapped_column(enum_column(RuleOrigin))
    purpose: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]


class RuleDecision(Model):
    """How a proposed version ended, once. Append-only.

    Two people: the author's name is bound to the version by a foreign key, and a check refuses the same name for the
    decision, unless the author takes it back. Only what came by the command line has neither name.
    """

    __tablename__ = "promotion_rule_decision"
    __table_args__ = (
        UniqueConstraint("rule_id", name="uq_promotion_rule_decision_rule_id"),
        ForeignKeyConstraint(
            ["rule_id", "origin"],
            ["promotion_rule_version.id", "promotion_rule_version.origin"],
            name="fk_promotion_rule_decision_origin",
        ),
        ForeignKeyConstraint(
            ["rule_id", "proposed_by"],
            ["promotion_rule_version.id", "promotion_rule_version.proposed_by"],
            name="fk_promotion_rule_decision_author",
        ),
        CheckConstraint(
            "(origin = 'PAGE') = (proposed_by IS NOT NULL) AND (origin = 'PAGE') = (decided_by IS NOT NULL)",
            name="people",
        ),
        CheckConstraint("origin = 'COMMAND' OR (verdict = 'WITHDRAWN') = (decided_by = proposed_by)", name="two_people"),
        CheckConstraint("origin = 'PAGE' OR verdict = 'APPROVED'", name="command"),
        {"info": {"append_only": True}},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    rule_id: Mapped[int]
    origin: Mapped[RuleOrigin] = mapped_column(enum_column(RuleOrigin))
    proposed_by: Mapped[int | None]
    verdict: Mapped[RuleVerdict] = mapped_column(enum_column(RuleVerdict))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    remark: Mapped[str] = mapped_column(Text)


class RuleWaiver(Model):
    """A named reason of exemption granted to one person for one rule, from a day to a day. Ended, never deleted.

    `basis` names the decision it rests on. Nobody grants one to themselves.
    """

    __tablename__ = "rule_waiver"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_rule_waiver_public_id"),
        Index("ix_rule_waiver_person_id", "person_id"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("granted_by <> person_id", name="not_oneself"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_whole"),
        {
            "info": {
                "frozen": [
                    "public_id",
                    "person_id",
                    "rule_key",
                    "waiver_key",
                    "starts_on",
                    "ends_on",
                    "basis",
                    "granted_by",
                    "granted_at",
                ],
                "frozen_when": "OLD.ended_at IS NOT NULL",
            }
        },
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rule_key: Mapped[str] = mapped_column(String(60))
    waiver_key: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    basis: Mapped[str] = mapped_column(Text)
    granted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
