"""Use cases that write print editions: ordered, kept, and their bytes removed after some weeks. None of them commits."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, insert, select

from certificates import papers
from certificates.editions.models import PrintEdition, PrintEditionFile, PrintEditionPart
from certificates.paper_models import PaperBatch
from learning.kernel import audit, jobs
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.jobs import JobState

BIND = "certificates.bind_edition"
FORGET = "certificates.forget_editions"
# Binding a thousand takes a quarter of a minute and 600 MB in a process of its own; twice as many would not be printed anyway.
MOST = 1_000
KEPT = timedelta(days=30)
PART = 1 << 20


def order(*, batch_id: int, requested_by: int, now: datetime) -> int:
    """Order the print edition of one's own batch whose papers are ready; the edition's id. Twice is once.

    Refuses: somebody else's or an unknown batch (NotFound), papers still being made, more than MOST papers.
    """
    batch = db.session.get(PaperBatch, batch_id)
    if batch is None or batch.requested_by != requested_by:
        raise NotFound("certificates.unknown")
    known = db.session.scalar(select(PrintEdition.id).where(PrintEdition.batch_id == batch_id))
    if known is not None:
        return known
    if len(batch.certificate_ids) > MOST:
        raise Invalid("certificates.edition_too_many", most=MOST)
    making = jobs.view(batch.job_id)
    if making is not None and making.state is not JobState.DONE:
        raise Conflict("certificates.edition_not_yet")
    job_id = jobs.enqueue(
        BIND, {"batch_id": batch_id}, key=f"{BIND}/{batch_id}", created_by=batch.requested_by
    )
    row = PrintEdition(
        batch_id=batch_id, number=f"EC-{batch_id:06d}/{now.year}", job_id=job_id, ordered_at=now
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "certificate.edition_ordered", f"paper_batch/{batch_id}", actor_id=requested_by, number=row.number
    )
    return row.id


def keep(
    *,
    edition_id: int,
    certificate_ids: Sequence[int],
    pages: int,
    path: Path,
    chain: Sequence[str],
    now: datetime,
) -> None:
    """Keep the bound file at `path`. If one is kept already, that one stays: a worker may begin again after a crash."""
    known = select(PrintEditionFile.id).where(PrintEditionFile.edition_id == edition_id)
    if db.session.scalar(known) is not None:
        return
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        row = PrintEditionFile(
            edition_id=edition_id,
            certificate_ids=list(certificate_ids),
            pages=pages,
            sha256=sha256,
            size=path.stat().st_size,
            signer_id=papers.signer_id(chain, now) if chain else None,
            made_at=now,
        )
        db.session.add(row)
        db.session.flush()
        file.seek(0)
        number = 0
        while content := file.read(PART):
            db.session.execute(
                insert(PrintEditionPart).values(file_id=row.id, number=number, content=content)
            )
            number += 1
    audit.record(
        "certificate.edition_made", f"print_edition/{edition_id}", sha256=sha256, papers=len(certificate_ids)
    )


def forget(*, now: datetime) -> int:
    """Remove the bytes of editions older than KEPT; how many parts. What they were stays known by their hash."""
    old = select(PrintEditionFile.id).where(PrintEditionFile.made_at < now - KEPT)
    done = db.session.execute(delete(PrintEditionPart).where(PrintEditionPart.file_id.in_(old)))
    return int(getattr(done, "rowcount", 0))
