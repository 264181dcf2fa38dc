"""A spreadsheet's way: received, checked, looked at by a person, applied. The work itself is in `jobs.py`."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from learning.kernel import audit, jobs
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.people.import_plan import LEAVING_PERCENT
from learning.people.kinds import ImportKind, ImportState
from learning.people.models import ImportGuard, OrgUnit, SheetChunk, SheetImport
from learning.people.spreadsheet import MAX_BYTES

KEPT = timedelta(days=7)
LEAST_REASON = 10
MOST_LATE_FINDINGS = 500
# A guard above half of an agency would never speak.
LEAST_PERCENT, MOST_PERCENT = 1, 50


def receive_sheet(
    *,
    kind: ImportKind,
    filename: str,
    content: bytes,
    agency_id: int | None,
    actor_id: int,
    now: datetime,
    complete: bool = False,
) -> str:
    """Keep an upload and queue its check; returns its public id. Nothing of it touches persons or units yet.

    `complete`: the file names everybody of the agency; whoever is missing loses the seat when it is applied. Refuses
    more than 5 MB, and a complete file of units or without an agency. Contents older than a week are forgotten on the way.
    """
    if complete and (agency_id is None or kind is not ImportKind.PEOPLE):
        raise Invalid("people.complete_needs_agency")
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
        complete=complete,
        reason="",
    )
    db.session.add(sheet)
    db.session.flush()
    sheet.job_id = jobs.enqueue(
        "people.check_sheet", {"import_id": sheet.id}, key=f"check-sheet-{sheet.id}", created_by=actor_id
    )
    _forget_old(now)
    return sheet.public_id


def open_import(
    *, kind: ImportKind, filename: str, agency_id: int | None, complete: bool, now: datetime
) -> int:
    """An import that the command line reads from a file of its own; returns its id."""
    if complete and (agency_id is None or kind is not ImportKind.PEOPLE):
        raise Invalid("people.complete_needs_agency")
    sheet = SheetImport(
        public_id=str(uuid.uuid4()),
        kind=kind,
        state=ImportState.UPLOADED,
        filename=filename[:120],
        content=b"",
        agency_id=agency_id,
        uploaded_by=None,
        uploaded_at=now,
        report={},
        job_id=None,
        complete=complete,
        reason="",
    )
    db.session.add(sheet)
    db.session.flush()
    return sheet.id


def note_checked(*, import_id: int, report: dict[str, Any], refused: bool) -> None:
    """Store what the dry run found and forget the file: its rows are kept in chunks from here on."""
    sheet = _sheet(import_id)
    if sheet.state is not ImportState.UPLOADED:
        return
    sheet.report = report
    sheet.state = ImportState.REFUSED if refused else ImportState.CHECKED
    sheet.content = b""
    if refused:
        forget_chunks(import_id=import_id)


def keep_chunk(*, import_id: int, number: int, body: bytes, rejected: bytes) -> None:
    """Keep some checked rows."""
    db.session.add(
        SheetChunk(
            import_id=import_id, number=number, body=body, rejected=rejected, applied_at=None, result={}
        )
    )


def rewrite_chunk(*, import_id: int, number: int, body: bytes) -> None:
    """The same rows with the steps they would take now. One that is applied stays as it is."""
    db.session.execute(
        update(SheetChunk)
        .where(
            SheetChunk.import_id == import_id, SheetChunk.number == number, SheetChunk.applied_at.is_(None)
        )
        .values(body=body)
    )


def forget_chunks(*, import_id: int) -> None:
    """Drop the rows of an import of which nothing has been applied; a check that begins anew does."""
    db.session.execute(
        delete(SheetChunk).where(SheetChunk.import_id == import_id, SheetChunk.applied_at.is_(None))
    )


def start_applying(*, public_id: str, actor_id: int | None, fingerprint: str, reason: str = "") -> int | None:
    """Queue exactly the dry run whose `fingerprint` was seen; returns the job. Tapping twice gives the same job.

    Refuses a file that is not checked, does nothing, or was uploaded by somebody else (NotFound); another fingerprint
    than that of the latest dry run (Conflict "people.import_changed"); more people losing their seat than usual
    without a `reason` of ten letters (Invalid "people.import_needs_reason"). `actor_id` None: the command line, which
    applies it itself and gets no job.
    """
    sheet = db.session.scalar(
        select(SheetImport)
        .where(SheetImport.public_id == public_id, SheetImport.uploaded_by.is_not_distinct_from(actor_id))
        .with_for_update()
    )
    if sheet is None:
        raise NotFound
    if sheet.state in (ImportState.APPLYING, ImportState.APPLIED) and sheet.job_id is not None:
        return sheet.job_id
    if sheet.state is not ImportState.CHECKED or not sheet.report.get("acting"):
        raise Conflict("people.import_not_ready")
    if sheet.report.get("fingerprint") != fingerprint:
        raise Conflict("people.import_changed")
    if sheet.report.get("over") and len(reason.strip()) < LEAST_REASON:
        raise Invalid("people.import_needs_reason", least=LEAST_REASON)
    sheet.state = ImportState.APPLYING
    sheet.reason = reason.strip()[:300]
    if actor_id is not None:
        sheet.job_id = jobs.enqueue(
            "people.apply_sheet",
            {"import_id": sheet.id},
            key=f"apply-sheet-{sheet.id}-{fingerprint[:16]}",
            created_by=actor_id,
        )
    audit.record(
        "people.import_applied",
        f"import:{sheet.id}",
        actor_id=actor_id,
        kind=sheet.kind.value,
        good=sheet.report.get("good"),
        bad=sheet.report.get("bad"),
        counts=sheet.report.get("counts"),
        complete=sheet.complete,
        reason=sheet.reason,
    )
    return sheet.job_id


def ask_again(*, import_id: int, found: dict[str, Any]) -> None:
    """The data changed between look and confirmation: the new dry run takes the place of the one that was seen."""
    sheet = _sheet(import_id)
    if sheet.state is ImportState.APPLYING:
        sheet.report = {**sheet.report, **found, "asked_again": True}
        sheet.state = ImportState.CHECKED


def note_applied(*, import_id: int) -> None:
    """Add up what the chunks did. Examples with names go; refused rows stay for a week, to be corrected."""
    sheet = _sheet(import_id)
    results = db.session.scalars(select(SheetChunk.result).where(SheetChunk.import_id == import_id))
    total: dict[str, Any] = {"created": 0, "changed": 0, "ended": 0, "unchanged": 0, "findings": []}
    for result in results:
        for key in ("created", "changed", "ended", "unchanged"):
            total[key] += result.get(key, 0)
        total["findings"] += result.get("findings", [])[: MOST_LATE_FINDINGS - len(total["findings"])]
    sheet.report = {**sheet.report, "examples": {}, "result": total}
    sheet.state = ImportState.APPLIED


def set_guard(*, agency_id: int, percent: int, actor_id: int | None = None) -> bool:
    """From which share of its people on a file of this agency needs a reason, 1 to 50 percent; True when it changed.

    It counts for files that are checked from now on. Refuses a unit that is no agency (NotFound), another share
    (Invalid "people.guard_percent").
    """
    agency = db.session.get(OrgUnit, agency_id, with_for_update=True)
    if agency is None or agency.parent_id is not None:
        raise NotFound("people.unit_unknown")
    if not LEAST_PERCENT <= percent <= MOST_PERCENT:
        raise Invalid("people.guard_percent", least=LEAST_PERCENT, most=MOST_PERCENT)
    guard = db.session.get(ImportGuard, agency_id)
    before = guard.percent if guard else LEAVING_PERCENT
    if percent == before:
        return False
    if guard is None:
        db.session.add(ImportGuard(agency_id=agency_id, percent=percent))
    else:
        guard.percent = percent
    audit.record(
        "people.import_guard_set", f"unit:{agency_id}", actor_id=actor_id, percent=percent, before=before
    )
    return True


def _forget_old(now: datetime) -> None:
    old = select(SheetImport.id).where(
        SheetImport.uploaded_at < now - KEPT, SheetImport.state != ImportState.APPLYING
    )
    db.session.execute(
        update(SheetChunk)
        .where(SheetChunk.import_id.in_(old), SheetChunk.rejected != b"")
        .values(body=b"", rejected=b"")
        .execution_options(synchronize_session=False)
    )
    for sheet in db.session.scalars(
        select(SheetImport)
        .where(SheetImport.uploaded_at < now - KEPT, SheetImport.state == ImportState.CHECKED)
        .limit(100)
    ):
        sheet.content, sheet.state = b"", ImportState.REFUSED
        sheet.report = {**sheet.report, "examples": {}}


def _sheet(import_id: int) -> SheetImport:
    sheet = db.session.get(SheetImport, import_id)
    if sheet is None:
        raise NotFound
    return sheet
