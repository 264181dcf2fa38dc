"""Tables of certificates, what happened to them and the letterheads they carry. Rules: `rule_models`; checks: `receipt_models`."""

from __future__ import annotations

import uuid
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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from certificates.life.lifecycle import Outcome, ProposalKind, RequestOutcome
from certificates.life.notices import NoticeKind
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


class Certificate(Model):
    """One certificate. Append-only: `payload` is every word on the paper, for ever.

    The certificates of one pass form a chain: the first one, and corrections, each pointing to the one it corrects
    (`corrects_id`). The database keeps the chain a line with one end: a pass has one first certificate, a certificate is
    corrected at most once and only by one of the same pass and person, and whoever corrects must, in the same commit, have
    superseded what it corrects by a confirmed proposal. So at most one certificate of a pass stands.

    `number` is made of `id`, which the database's own counter gives: no two writers wait for each other.
    `expires_on` is the last valid day in `timezone`, None when it does not expire; a correction inherits it.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index(
            "uq_certificate_pass_record_id",
            "pass_record_id",
            unique=True,
            sqlite_where=text("corrects_id IS NULL"),
            postgresql_where=text("corrects_id IS NULL"),
        ),
        Index(
            "uq_certificate_enrolment_id",
            "enrolment_id",
            unique=True,
            sqlite_where=text("corrects_id IS NULL"),
            postgresql_where=text("corrects_id IS NULL"),
        ),
        UniqueConstraint("corrects_id", name="uq_certificate_corrects_id"),
        UniqueConstraint("number", name="uq_certificate_number"),
        UniqueConstraint("code", name="uq_certificate_code"),
        # What chains and proposals point to: the certificate together with whose and for which pass it is.
        UniqueConstraint(
            "id", "person_id", "pass_record_id", name="uq_certificate_id_person_id_pass_record_id"
        ),
        ForeignKeyConstraint(
            ["corrects_id", "person_id", "pass_record_id"],
            ["certificate.id", "certificate.person_id", "certificate.pass_record_id"],
            name="fk_certificate_corrects",
        ),
        # Deferred to the commit, because each of the two rows names the other.
        ForeignKeyConstraint(
            ["corrects_id", "id", "proposal_id"],
            [
                "certificate_event.certificate_id",
                "certificate_event.successor_id",
                "certificate_event.proposal_id",
            ],
            name="fk_certificate_superseding",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        CheckConstraint("(corrects_id IS NULL) = (proposal_id IS NULL)", name="correction_whole"),
        # The certificates of a pass, corrections included: the unique index above holds only first ones, so no question
        # about a pass may use it.
        Index("ix_certificate_pass_record_id", "pass_record_id"),
        # A person's certificates: own list, eligibility, what a new one replaces.
        Index("ix_certificate_person_id_course_key", "person_id", "course_key"),
        # All certificates of a pass, the standing one last.
        Index("ix_certificate_enrolment_id", "enrolment_id"),
        # The daily look for those that are about to expire.
        Index("ix_certificate_expires_on", "expires_on"),
        # Thirty symbols; papers from before have sixteen and keep them.
        CheckConstraint("length(code) IN (16, 30)", name="code_length"),
        {"info": {"append_only": True}},
    )

    # Part of a foreign key below, so the counter has to be asked for.
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement="ignore_fk")
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
    corrects_id: Mapped[int | None] = mapped_column(BIG_ID)
    proposal_id: Mapped[int | None]


class CertificateEvent(Model):
    """What happened to a certificate after it was issued; each thing at most once. Append-only.

    `reason` is public, `note` is for the holder and for those who may see the holder's records. What two people decided
    names their proposal; the foreign key takes only a confirmed one of this certificate, decided by `actor_id`. A
    revocation without one is refused; those from before two people were asked stay as they are.
    """

    __tablename__ = "certificate_event"
    __table_args__ = (
        UniqueConstraint("certificate_id", "kind", name="uq_certificate_event_certificate_id_kind"),
        UniqueConstraint(
            "certificate_id", "successor_id", "proposal_id", name="uq_certificate_event_superseding"
        ),
        ForeignKeyConstraint(
            ["proposal_id", "certificate_id", "actor_id", "proposal_outcome"],
            [
                "certificate_proposal.id",
                "certificate_proposal.certificate_id",
                "certificate_proposal.decided_by",
                "certificate_proposal.outcome",
            ],
            name="fk_certificate_event_proposal",
        ),
        CheckConstraint("(kind = 'SUPERSEDED') = (successor_id IS NOT NULL)", name="successor"),
        CheckConstraint("(kind = 'REVOKED') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("(proposal_id IS NULL) = (proposal_outcome IS NULL)", name="proposal_whole"),
        CheckConstraint("proposal_id IS NULL OR actor_id IS NOT NULL", name="proposal_actor"),
        CheckConstraint("coalesce(proposal_outcome, 'CONFIRMED') = 'CONFIRMED'", name="proposal_confirmed"),
        {"info": {"append_only": True, "refuse_insert": "NEW.kind = 'REVOKED' AND NEW.proposal_id IS NULL"}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("certificate.id"))
    kind: Mapped[CertificateEventKind] = mapped_column(enum_column(CertificateEventKind))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[RevocationReason | None] = mapped_column(enum_column(RevocationReason))
    note: Mapped[str] = mapped_column(Text)
    successor_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("certificate.id"))
    proposal_id: Mapped[int | None]
    proposal_outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))


class CertificateProposal(Model):
    """What one person proposes about a certificate and another decides. Frozen but for how it ended, and whole once it has.

    `reason` is what everybody will read of a revocation, `note` what the holder will read, `evidence` what only those
    read who may decide. `words` is who and where a corrected certificate will print. Nothing happens to the certificate
    before the outcome is CONFIRMED. The database refuses the proposer as the second person, and the holder as either.
    """

    __tablename__ = "certificate_proposal"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_certificate_proposal_public_id"),
        # What events point to: which certificate, who decided, and how.
        UniqueConstraint(
            "id", "certificate_id", "decided_by", "outcome", name="uq_certificate_proposal_decision"
        ),
        ForeignKeyConstraint(
            ["certificate_id", "holder_id", "pass_record_id"],
            ["certificate.id", "certificate.person_id", "certificate.pass_record_id"],
            name="fk_certificate_proposal_certificate",
        ),
        Index(
            "uq_certificate_proposal_open",
            "certificate_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index("ix_certificate_proposal_holder_id", "holder_id"),
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
            "proposed_by <> holder_id AND (decided_by IS NULL OR decided_by <> holder_id)",
            name="not_the_holder",
        ),
        CheckConstraint(
            "(kind = 'REVOCATION') = (reason IS NOT NULL) AND (kind = 'CORRECTION') = (words IS NOT NULL)",
            name="kind_whole",
        ),
        {
            "info": {
                "frozen": [
                    "public_id",
                    "certificate_id",
                    "holder_id",
                    "pass_record_id",
                    "kind",
                    "reason",
                    "note",
                    "evidence",
                    "words",
                    "proposed_by",
                    "proposed_at",
                ],
                "frozen_when": "OLD.outcome IS NOT NULL",
            }
        },
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[uuid.UUID]
    certificate_id: Mapped[int] = mapped_column(BIG_ID)
    holder_id: Mapped[int]
    pass_record_id: Mapped[int] = mapped_column(BIG_ID)
    kind: Mapped[ProposalKind] = mapped_column(enum_column(ProposalKind))
    reason: Mapped[RevocationReason | None] = mapped_column(enum_column(RevocationReason))
    note: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    words: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(Text)


class CorrectionRequest(Model):
    """A holder says that something printed is wrong. Frozen but for the answer; one of a certificate is open at a time."""

    __tablename__ = "correction_request"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_correction_request_public_id"),
        ForeignKeyConstraint(
            ["certificate_id", "person_id", "pass_record_id"],
            ["certificate.id", "certificate.person_id", "certificate.pass_record_id"],
            name="fk_correction_request_certificate",
        ),
        Index(
            "uq_correction_request_open",
            "certificate_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index("ix_correction_request_person_id", "person_id"),
        CheckConstraint(
            "(outcome IS NULL) = (answered_at IS NULL) AND (outcome IS NULL) = (answered_by IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint("answered_by IS NULL OR answered_by <> person_id", name="not_the_holder"),
        {
            "info": {
                "frozen": ["public_id", "certificate_id", "person_id", "pass_record_id", "said", "asked_at"],
                "frozen_when": "OLD.outcome IS NOT NULL",
            }
        },
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[uuid.UUID]
    certificate_id: Mapped[int] = mapped_column(BIG_ID)
    person_id: Mapped[int]
    pass_record_id: Mapped[int] = mapped_column(BIG_ID)
    said: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    outcome: Mapped[RequestOutcome | None] = mapped_column(enum_column(RequestOutcome))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text)


class CertificateNotice(Model):
    """What the holder was told about a certificate, each thing exactly once: the row commits with the letter. Append-only.

    `mail_id` names the letter (no foreign key: letters may be cleared away); None where the holder has no address.
    """

    __tablename__ = "certificate_notice"
    __table_args__ = (
        UniqueConstraint("certificate_id", "kind", name="uq_certificate_notice_certificate_id_kind"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("certificate.id"))
    kind: Mapped[NoticeKind] = mapped_column(enum_column(NoticeKind))
    told_at: Mapped[datetime]
    mail_id: Mapped[int | None]
