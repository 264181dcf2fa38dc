"""A spreadsheet's way: received, checked, looked at by a person, applied. The work itself is in `jobs.py`."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from learning.kernel import audit, jobs
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.people.kinds import ImportKind, ImportState
from learning.people.models import SheetImport
from learning.people.spreadsheet import MAX_BYTES

KEPT = timedelta(days=7)


def receive_sheet(
    *, kind: ImportKind, filename: str, content: bytes, agency_id: int | None, actor_id: int, now: datetime
) -> str:
    """Keep an upload and queue its check; returns its public id. Nothing of it touches persons or units yet.

    Refuses more than 5 MB. Contents older than a week are forgotten on the way.
    """
    if not content:
        raise Invalid("sheet.empty")
    if len(content) > MAX_BYTES:
        raise Invalid("sheet.too_large", megabytes=MAX_BYTES // (1024 * 1024))
    sheet = SheetImport(
        public_id=str(uuid.uuid4()),
        kind=kind,
        state=ImportState.UPLOADED,
        filename=filename[:120],
        content=content,
        agency_id=agency_id,
        uploaded_by=actor_id,
        uploaded_at=now,
        report={},
        job_id=None,
    )
    db.session.add(sheet)
    db.session.flush()
    sheet.job_id = jobs.enqueue(
        "people.check_sheet", {"import_id": sheet.id}, key=f"check-sheet-{sheet.id}", created_by=actor_id
    )
    _forget_old(now)
    return sheet.public_id


def note_checked(*, import_id: int, report: dict[str, Any], refused: bool) -> None:
    """Store what the check found. A refused file keeps its report, not its content."""
    sheet = _sheet(import_id)
    if sheet.state is not ImportState.UPLOADED:
        return
    sheet.report = report
    sheet.state = ImportState.REFUSED if refused else ImportState.CHECKED
    if refused:
        sheet.content = b""


def start_applying(*, public_id: str, actor_id: int) -> int:
    """Queue the good rows of a checked file; returns the job. Tapping twice gives the same job.

    Refuses a file that is not checked, has no good row, or was uploaded by somebody else (NotFound).
    """
    sheet = db.session.scalar(
        select(SheetImport)
        .where(SheetImport.public_id == public_id, SheetImport.uploaded_by == actor_id)
        .with_for_update()
    )
    if sheet is None:
        raise NotFound
    if sheet.state in (ImportState.APPLYING, ImportState.APPLIED) and sheet.job_id is not None:
        return sheet.job_id
    if sheet.state is not ImportState.CHECKED or not sheet.report.get("good") or not sheet.content:
        raise Conflict("people.import_not_ready")
    sheet.state = ImportState.APPLYING
    sheet.job_id = jobs.enqueue(
        "people.apply_sheet", {"import_id": sheet.id}, key=f"apply-sheet-{sheet.id}", created_by=actor_id
    )
    audit.record(
        "people.import_applied",
        f"import:{sheet.id}",
        actor_id=actor_id,
        kind=sheet.kind.value,
        good=sheet.report.get("good"),
        bad=sheet.report.get("bad"),
    )
    return sheet.job_id


def note_applied(*, import_id: int, result: dict[str, Any]) -> None:
    """Store the outcome and forget the content."""
    sheet = _sheet(import_id)
    sheet.report = {**sheet.report, "result": result}
    sheet.state = ImportState.APPLIED
    sheet.content = b""


def _forget_old(now: datetime) -> None:
    db.session.execute(
        update(SheetImport)
        .where(SheetImport.uploaded_at < now - KEPT, SheetImport.state == ImportState.CHECKED)
        .values(content=b"", state=ImportState.REFUSED)
        .execution_options(synchronize_session=False)
    )


def _sheet(import_id: int) -> SheetImport:
    sheet = db.session.get(SheetImport, import_id)
    if sheet is None:
        raise NotFound
    return sheet
