"""Reads of print editions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from certificates.editions.models import PrintEdition, PrintEditionFile, PrintEditionPart
from learning.kernel.db import db


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition; what was bound is empty until it is ready. `there`: its bytes are still kept."""

    id: int
    batch_id: int
    number: str
    job_id: int
    file_id: int | None
    certificate_ids: tuple[int, ...]
    pages: int
    sha256: str
    size: int
    signer_id: int | None
    made_at: datetime | None
    there: bool


def of_batch(batch_id: int) -> EditionRow | None:
    """The edition that was ordered for a batch."""
    return _one(PrintEdition.batch_id == batch_id)


def by_hash(sha256: str) -> EditionRow | None:
    """The edition that was handed out with exactly these bytes, also long after they were removed."""
    return _one(PrintEditionFile.sha256 == sha256)


def by_number(number: str) -> EditionRow | None:
    """An edition by its number, for files whose signature is genuine."""
    return _one(PrintEdition.number == number)


def pieces(file_id: int) -> Iterator[bytes]:
    """The bytes of an edition, a megabyte at a time."""
    number = 0
    while True:
        content = db.session.scalar(
            select(PrintEditionPart.content).where(
                PrintEditionPart.file_id == file_id, PrintEditionPart.number == number
            )
        )
        if content is None:
            return
        yield content
        number += 1


def _one(condition: ColumnElement[bool]) -> EditionRow | None:
    there = exists().where(PrintEditionPart.file_id == PrintEditionFile.id)
    found = db.session.execute(
        select(PrintEdition, PrintEditionFile, there)
        .outerjoin(PrintEditionFile, PrintEditionFile.edition_id == PrintEdition.id)
        .where(condition)
    ).first()
    if found is None:
        return None
    row, file, kept = found
    return EditionRow(
        row.id,
        row.batch_id,
        row.number,
        row.job_id,
        file.id if file else None,
        tuple(file.certificate_ids) if file else (),
        file.pages if file else 0,
        file.sha256 if file else "",
        file.size if file else 0,
        file.signer_id if file else None,
        file.made_at if file else None,
        bool(kept),
    )
