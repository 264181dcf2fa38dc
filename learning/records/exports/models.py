"""Tables of exports: what was ordered, what the file was, and its bytes for as long as they may be fetched."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.db import Model, enum_column


class ExportForm(StrEnum):
    """The kind of file; the values stand in addresses."""

    CSV = "csv"
    XLSX = "xlsx"


class PeopleExport(Model):
    """An order of the persons behind one number: whose, of which unit and course, and how they were narrowed down.

    `state` is a `rates.State` by its value. Append-only: who took which list out is a question of years later.
    """

    __tablename__ = "people_export"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_people_export_public_id"),
        Index("ix_people_export_requested_by", "requested_by"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36))
    requested_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    org_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    course_key: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(40))
    own_only: Mapped[bool]
    search: Mapped[str] = mapped_column(String(120))
    form: Mapped[ExportForm] = mapped_column(enum_column(ExportForm))
    language: Mapped[str] = mapped_column(String(8))
    job_id: Mapped[int]
    requested_at: Mapped[datetime]


class PeopleExportFile(Model):
    """What came of an order: how many persons, as of which moment, and the hash of the file. Append-only."""

    __tablename__ = "people_export_file"
    __table_args__ = (
        CheckConstraint("people >= 0 AND size > 0", name="not_empty"),
        {"info": {"append_only": True}},
    )
    export_id: Mapped[int] = mapped_column(ForeignKey("people_export.id"), primary_key=True)
    people: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[datetime]
    made_at: Mapped[datetime]


class PeopleExportPart(Model):
    """A megabyte of a file. Removed after some days: these are names, and a list can be ordered again."""

    __tablename__ = "people_export_part"
    export_id: Mapped[int] = mapped_column(ForeignKey("people_export_file.export_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
