"""Tables of certificates, what happened to them, the letterheads they carry and the rules that ask for them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from certificates.eligibility import RuleKind
from certificates.status import CertificateEventKind
from learning.kernel.audit import BIG_ID
from learning.kernel.db import CanonicalJson, Model, enum_column


class RevocationReason(StrEnum):
    """Why a certificate was revoked, as told to everybody. Details are told to the holder only."""

    TAKEN_BY_OTHER = "TAKEN_BY_OTHER"
    QUIZ_RULES_BROKEN = "QUIZ_RULES_BROKEN"
    WRONG_DATA = "WRONG_DATA"
    ISSUED_BY_MISTAKE = "ISSUED_BY_MISTAKE"
    OFFICIAL_DECISION = "OFFICIAL_DECISION"


class RequirementSource(StrEnum):
    """Who asks for the certificate: the law itself, the agency's own policy, or nobody (a rule of the demo)."""

    LAW = "LAW"
    AGENCY_POLICY = "AGENCY_POLICY"
    DEMO_POLICY = "DEMO_POLICY"


class Certificate(Model):
    """One certificate, exactly one per pass. Append-only: `payload` is every word on the paper, for ever.

    `number` is made of `id`, which the database's own counter gives: no two writers wait for each other.
    `expires_on` is the last valid day in `timezone`, None when it does not expire.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("pass_record_id", name="uq_certificate_pass_record_id"),
        UniqueConstraint("enrolment_id", name="uq_certificate_enrolment_id"),
        UniqueConstraint("number", name="uq_certificate_number"),
        UniqueConstraint("code", name="uq_certificate_code"),
        # A person's certificates: own list, eligibility, what a new one replaces.
        Index("ix_certificate_person_id_course_key", "person_id", "course_key"),
        # Thirty symbols; papers from before have sixteen and keep them.
        CheckConstraint("length(code) IN (16, 30)", name="code_length"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    number: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(30))
    pass_record_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("pass_record.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_key: Mapped[str] = mapped_column(String(80))
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    timezone: Mapped[str] = mapped_column(String(40))
    template: Mapped[str] = mapped_column(String(8))
    payload: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    payload_hash: Mapped[str] = mapped_column(String(64))


class CertificateEvent(Model):
    """What happened to a certificate after it was issued; each thing at most once. Append-only.

    `reason` is public, `note` is for the holder and for those who may see the holder's records.
    """

    __tablename__ = "certificate_event"
    __table_args__ = (
        UniqueConstraint("certificate_id", "kind", name="uq_certificate_event_certificate_id_kind"),
        CheckConstraint("(kind = 'SUPERSEDED') = (successor_id IS NOT NULL)", name="successor"),
        CheckConstraint("(kind = 'REVOKED') = (reason IS NOT NULL)", name="reason"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("certificate.id"))
    kind: Mapped[CertificateEventKind] = mapped_column(enum_column(CertificateEventKind))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[RevocationReason | None] = mapped_column(enum_column(RevocationReason))
    note: Mapped[str] = mapped_column(Text)
    successor_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("certificate.id"))


class Letterhead(Model):
    """Head and signatory of an agency's certificates from a day on. Append-only; the newest that has begun counts.

    Without one a certificate carries the agency's name and nobody's signature block.
    """

    __tablename__ = "letterhead"
    __table_args__ = (
        UniqueConstraint("agency_id", "valid_from", name="uq_letterhead_agency_id_valid_from"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    valid_from: Mapped[date]
    institution: Mapped[str] = mapped_column(String(120))
    parent: Mapped[str] = mapped_column(String(160))
    address: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(60))
    signatory_office: Mapped[str] = mapped_column(String(120))
    signatory_name: Mapped[str] = mapped_column(String(120))
    signatory_number: Mapped[str] = mapped_column(String(18))
    created_at: Mapped[datetime]


class PromotionRule(Model):
    """One version of a rule that asks for a certificate. Its words never change; it can only be ended, once.

    `legal_basis` is what the demand rests on, `note` what the law itself says about it: both stand beside every verdict.
    """

    __tablename__ = "promotion_rule"
    __table_args__ = (
        UniqueConstraint("key", "version", name="uq_promotion_rule_key_version"),
        # One open version of a rule at a time.
        Index(
            "uq_promotion_rule_open",
            "key",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        {
            "info": {
                "frozen": [
                    "key",
                    "version",
                    "title",
                    "kind",
                    "target_level",
                    "course_key",
                    "course_title",
                    "legal_basis",
                    "source",
                    "note",
                    "valid_from",
                ],
                "frozen_when": "OLD.valid_to IS NOT NULL",
            }
        },
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    kind: Mapped[RuleKind] = mapped_column(enum_column(RuleKind))
    target_level: Mapped[str] = mapped_column(String(60))
    course_key: Mapped[str] = mapped_column(String(80))
    course_title: Mapped[str] = mapped_column(String(200))
    legal_basis: Mapped[str] = mapped_column(Text)
    source: Mapped[RequirementSource] = mapped_column(enum_column(RequirementSource))
    note: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    created_at: Mapped[datetime]
