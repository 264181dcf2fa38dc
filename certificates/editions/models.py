"""Tables of print editions: what was ordered, what was made of it, and its bytes for as long as somebody may fetch them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.db import CanonicalJson, Model


class PrintEdition(Model):
    """The order to bind the papers of a `PaperBatch`; one for each. Append-only."""

    __tablename__ = "print_edition"
    __table_args__ = (
        UniqueConstraint("batch_id", name="uq_print_edition_batch_id"),
        UniqueConstraint("number", name="uq_print_edition_number"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"))
    number: Mapped[str] = mapped_column(String(60))
    job_id: Mapped[int]
    ordered_at: Mapped[datetime]


class PrintEditionFile(Model):
    """What was bound: which certificates, how many pages, and the hash, by which the file is known for ever. Append-only.

    `signer_id` is empty where nothing signs.
    """

    __tablename__ = "print_edition_file"
    __table_args__ = (
        UniqueConstraint("edition_id", name="uq_print_edition_file_edition_id"),
        UniqueConstraint("sha256", name="uq_print_edition_file_sha256"),
        CheckConstraint("pages > 0 AND size > 0", name="not_empty"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("print_edition.id"))
    certificate_ids: Mapped[list[int]] = mapped_column(CanonicalJson)
    pages: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("signer_certificate.id"))
    made_at: Mapped[datetime]


class PrintEditionPart(Model):
    """A megabyte of an edition. Removed after some weeks: the single papers are kept, and an edition can be ordered again."""

    __tablename__ = "print_edition_part"

    file_id: Mapped[int] = mapped_column(ForeignKey("print_edition_file.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
