"""Tables of the paper: the head it carries, the file that was signed, the keys that signed, and papers ordered by the unit."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.audit import BIG_ID
from learning.kernel.db import CanonicalJson, Model


class Letterhead(Model):
    """Head, signatory and look of an agency's certificates from a day on. Append-only; of those that have begun the one
    that begins last counts, and among those the newest version: a mistake is mended by another version.

    Without one a certificate carries the agency's name and nobody's signature block. `version` counts within the agency.
    `logo` is the hash of a LetterheadEmblem, `colour` and `accent` are #RRGGBB; empty means the house's own.
    `number_pattern` empty: the house's own (`numbering`).
    """

    __tablename__ = "letterhead"
    __table_args__ = (
        UniqueConstraint("agency_id", "version", name="uq_letterhead_agency_id_version"),
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
    version: Mapped[int]
    logo: Mapped[str] = mapped_column(String(64))
    colour: Mapped[str] = mapped_column(String(7))
    accent: Mapped[str] = mapped_column(String(7))
    bilingual: Mapped[bool]
    number_pattern: Mapped[str] = mapped_column(String(40))


class LetterheadEmblem(Model):
    """The picture at the head of an agency's paper, re-encoded by us as PNG, named by its hash. Append-only: paper that
    carries it may be drawn again in twenty years.
    """

    __tablename__ = "letterhead_emblem"
    __table_args__ = (
        UniqueConstraint("sha256", name="uq_letterhead_emblem_sha256"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class SignerCertificate(Model):
    """A certificate (X.509) that ever signed for us. Append-only and public: old signatures are checked against it for ever.

    `chain` holds PEM, the signer's own first; `fingerprint` is the SHA-256 of that one's DER form.
    """

    __tablename__ = "signer_certificate"
    __table_args__ = (
        UniqueConstraint("fingerprint", name="uq_signer_certificate_fingerprint"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(400))
    issuer: Mapped[str] = mapped_column(String(400))
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    chain: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[datetime]


class SignerDistrust(Model):
    """A key that others may have had: from then on only files that we kept ourselves count as signed by it. Append-only."""

    __tablename__ = "signer_distrust"
    __table_args__ = (
        UniqueConstraint("signer_id", name="uq_signer_distrust_signer_id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    signer_id: Mapped[int] = mapped_column(ForeignKey("signer_certificate.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)


class CertificateDocument(Model):
    """The signed PDF of a certificate, byte for byte as everybody gets it; one for each certificate. Append-only.

    In the database and not in a folder, so that every web machine serves the same bytes and one backup holds them.
    """

    __tablename__ = "certificate_document"
    __table_args__ = (
        UniqueConstraint("certificate_id", name="uq_certificate_document_certificate_id"),
        UniqueConstraint("sha256", name="uq_certificate_document_sha256"),
        CheckConstraint("length(content) = size", name="size"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("certificate.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    template: Mapped[str] = mapped_column(String(8))
    renderer: Mapped[str] = mapped_column(String(60))
    signer_id: Mapped[int] = mapped_column(ForeignKey("signer_certificate.id"))
    made_at: Mapped[datetime]
    # Last, and read only when asked for: SQLite then finds the other columns without the pages of the file.
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class PaperBatch(Model):
    """The papers of one unit, ordered at once: which certificates, by whom, when, and the job that makes them ready.

    The files are not kept a second time: the archive is put together from the stored papers while it is downloaded.
    """

    __tablename__ = "paper_batch"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_paper_batch_public_id"),
        Index("ix_paper_batch_requested_by_id", "requested_by", "id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    requested_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    course_key: Mapped[str] = mapped_column(String(80))
    certificate_ids: Mapped[list[int]] = mapped_column(CanonicalJson)
    job_id: Mapped[int]
    requested_at: Mapped[datetime]
