"""The papers of a whole unit at once: ordering, making ready in the background, one archive while it is downloaded."""

from __future__ import annotations

import csv
import io
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from certificates import papers, queries
from certificates.models import Certificate
from certificates.numbering import file_name
from certificates.paper_models import PaperBatch
from certificates.queries import SEEING, CertificateRow
from learning.kernel import audit, clock, jobs
from learning.kernel.access import Principal
from learning.kernel.config import Settings
from learning.kernel.db import db
from learning.kernel.errors import Invalid
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Posting
from learning.people.queries import UnitRow
from learning.people.scope import units_in, visible_people
from learning.people.services import log_view

MAKE = "certificates.make_papers"
PURPOSE = "certificates.papers"
MOST = 5_000
# Begins of cells that a spreadsheet program takes for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class BatchRow:
    """An order as its page shows it."""

    id: int
    requested_by: int
    public_id: str
    unit_id: int
    course_key: str
    certificate_ids: tuple[int, ...]
    job_id: int
    requested_at: datetime


def courses_of(principal: Principal, unit: UnitRow, *, now: datetime) -> list[tuple[str, int]]:
    """(course key, how many valid certificates) of the people who sit in a unit or below it today."""
    counts: dict[str, int] = {}
    rows = db.session.execute(
        select(Certificate.course_key, Certificate.id).where(_of_unit(principal, unit, now))
    )
    for key, _ in rows:
        counts[key] = counts.get(key, 0) + 1
    return sorted(counts.items())


def order(*, principal: Principal, unit: UnitRow, course_key: str, now: datetime) -> str:
    """Order the valid certificates of one course of the people of a unit; the public id of the order.

    Each person later sees who fetched their paper. Refuses: none there, more than MOST.
    """
    rows = db.session.execute(
        select(Certificate.id, Certificate.person_id)
        .where(_of_unit(principal, unit, now), Certificate.course_key == course_key)
        .order_by(Certificate.id)
        .limit(MOST + 1)
    ).all()
    if not rows:
        raise Invalid("certificates.batch_empty")
    if len(rows) > MOST:
        raise Invalid("certificates.batch_too_many", most=MOST)
    ids = [row[0] for row in rows]
    public_id = uuid.uuid4()
    job_id = jobs.enqueue(MAKE, {"certificate_ids": ids}, created_by=principal.person_id)
    db.session.add(
        PaperBatch(
            public_id=public_id,
            requested_by=principal.person_id,
            unit_id=unit.id,
            course_key=course_key,
            certificate_ids=ids,
            job_id=job_id,
            requested_at=now,
        )
    )
    for person_id in {row[1] for row in rows}:
        log_view(subject_id=person_id, viewer_id=principal.person_id, purpose=PURPOSE, now=now)
    audit.record(
        "certificate.papers_ordered",
        f"unit/{unit.id}",
        actor_id=principal.person_id,
        course=course_key,
        certificates=len(ids),
    )
    return str(public_id)


def find(public_id: str, *, requested_by: int) -> BatchRow | None:
    """An order of this person."""
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        return None
    row = db.session.scalar(
        select(PaperBatch).where(PaperBatch.public_id == wanted, PaperBatch.requested_by == requested_by)
    )
    return _row(row) if row is not None else None


def by_id(batch_id: int) -> BatchRow | None:
    """An order by its id, for background work."""
    row = db.session.get(PaperBatch, batch_id)
    return _row(row) if row is not None else None


def _row(row: PaperBatch) -> BatchRow:
    return BatchRow(
        row.id,
        row.requested_by,
        str(row.public_id),
        row.unit_id,
        row.course_key,
        tuple(row.certificate_ids),
        row.job_id,
        row.requested_at,
    )


def ready(principal: Principal, batch: BatchRow, *, now: datetime) -> list[CertificateRow]:
    """The certificates of an order that this person may still open, in its order."""
    on = clock.local_date(now, principal.timezone)
    seen = visible_people(principal, *SEEING, on=on, with_former=True)
    rows: list[CertificateRow] = []
    for start in range(0, len(batch.certificate_ids), 500):
        part = batch.certificate_ids[start : start + 500]
        rows += queries.certificates_by_id(part, now=now, condition=Certificate.person_id.in_(seen))
    return rows


def archive(rows: list[CertificateRow], settings: Settings) -> Iterator[bytes]:
    """A ZIP of the papers, piece by piece, with a list of what is in it. The files are those that a download gives, signature
    included. A bound file (`editions`) is for printing only: putting them together breaks every signature.
    """
    sink = _Sink()
    listing = io.StringIO()
    lines = csv.writer(listing)
    lines.writerow(["nomor", "nama", "kursus", "terbit", "berkas", "sha256"])
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as target:
        for row in rows:
            kept = papers.stored(row.id)
            content = kept.content if kept else papers.unsigned(row, settings)
            if kept is None and settings.signing.kind != "none":
                continue
            name = file_name(row.number)
            target.writestr(_entry(name, row.issued_at), content)
            lines.writerow(
                [
                    _plain(cell)
                    for cell in (
                        row.number,
                        row.payload.holder_name,
                        row.payload.course_title,
                        row.payload.issued_on,
                        name,
                        kept.sha256 if kept else "",
                    )
                ]
            )
            yield sink.taken()
        # The mark at the beginning tells spreadsheet programs that this is UTF-8.
        now = rows[-1].issued_at if rows else clock.now()
        target.writestr(_entry("daftar.csv", now), "\ufeff" + listing.getvalue())
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Where the archive is written to: holds what has not been sent yet."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()
        self._position = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._held += piece
        self._position += len(piece)
        return len(piece)

    def taken(self) -> bytes:
        piece, self._held = bytes(self._held), bytearray()
        return piece


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second))


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _of_unit(principal: Principal, unit: UnitRow, now: datetime) -> ColumnElement[bool]:
    on = clock.local_date(now, unit.timezone)
    seated = (
        select(Posting.person_id)
        .join(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .where(
            units_in(unit.path),
            Posting.kind == PostingKind.DEFINITIVE,
            Posting.starts_on <= on,
            or_(Posting.ends_on.is_(None), Posting.ends_on >= on),
        )
    )
    return and_(
        Certificate.person_id.in_(seated),
        Certificate.person_id.in_(visible_people(principal, *SEEING, on=on)),
        queries.standing(now),
    )
