"""A file from check to applied, used by the job and the command line alike.

Applying goes chunk by chunk, each a write section of its own that also notes that it is done: whoever goes on after a
crash does the chunks that are left, and none twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer

from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.errors import DomainError
from learning.kernel.transaction import write
from learning.people import chunks, services, staging
from learning.people.chunks import Line
from learning.people.import_plan import Effect, Known, Step, plan_unit
from learning.people.import_rows import UnitLine
from learning.people.import_words import PERSON_COLUMNS, UNIT_COLUMNS
from learning.people.kinds import ImportKind
from learning.people.models import OrgUnit, SheetChunk, SheetImport
from learning.people.services import crowds
from learning.people.services.imports import ask_again, note_applied
from learning.people.spreadsheet import Column, SheetError, read_sheet
from learning.people.staging import Progress, Source


def columns_of(kind: ImportKind) -> tuple[Column, ...]:
    """The columns a file of this kind may have."""
    return PERSON_COLUMNS if kind is ImportKind.PEOPLE else UNIT_COLUMNS


def check_upload(import_id: int, *, progress: Progress) -> tuple[dict[str, Any], bool]:
    """The dry run of an uploaded file as plain values, and whether the file was refused as a whole."""
    sheet = db.session.get_one(SheetImport, import_id)
    try:
        read = read_sheet(sheet.content, columns=columns_of(sheet.kind))
        source = Source(
            import_id, sheet.kind, read.rows, read.unknown_columns, sheet.agency_id, sheet.uploaded_by,
            sheet.complete, len(read.rows),
        )  # fmt: skip
        return staging.stage(source, today=clock.local_date(clock.now()), progress=progress), False
    except SheetError as error:
        return refusal(error), True


def refusal(error: SheetError) -> dict[str, Any]:
    """The report of a file that could not be read as a whole."""
    return {"error": error.code, "params": dict(error.params)}


def apply(import_id: int, *, progress: Progress) -> bool:
    """Do what was confirmed, or go on with it; False when the data changed since, and the new dry run waits for a look.

    Planned again as a whole only before the first chunk: afterwards part of it is done, and the rest goes on row by
    row, each compared with what was confirmed.
    """
    sheet = db.session.get_one(SheetImport, import_id, options=[defer(SheetImport.content)])
    source = Source(import_id, sheet.kind, (), (), sheet.agency_id, sheet.uploaded_by, sheet.complete)
    confirmed = sheet.report["fingerprint"]
    today = clock.local_date(clock.now())
    if not _begun(import_id):
        found = staging.plan_again(source, today=today)
        if found["fingerprint"] != confirmed:
            write(ask_again, import_id=import_id, found=found)
            return False
    agency = staging.agencies(source)
    total = int(sum(sheet.report["counts"].values()))
    waiting = staging.chunk_numbers(import_id, waiting=True)
    done = max(0, total - len(waiting) * chunks.SIZE)
    for number in waiting:
        done += write(_apply_chunk, source=source, number=number, agency=agency, today=today, now=clock.now())
        progress(min(done, total), total)
    write(note_applied, import_id=import_id)
    return True


def _apply_chunk(*, source: Source, number: int, agency: dict[int, int], today: date, now: datetime) -> int:
    if source.kind is ImportKind.UNITS:
        return _apply_units(source, number, now)

    def planner(lines: Sequence[Line]) -> tuple[list[Step], list[Known | None]]:
        return staging.plan(lines, source, today, staging.Tally(), agency, lock=True)

    return crowds.apply_people(
        import_id=source.import_id,
        number=number,
        planner=planner,
        actor_id=source.actor_id,
        today=today,
        now=now,
    )


def _apply_units(source: Source, number: int, now: datetime) -> int:
    """Units one by one, parents first: a tree is thousands, not millions, and each move touches its whole subtree."""
    chunk = db.session.get_one(
        SheetChunk, (source.import_id, number), with_for_update=True, populate_existing=True
    )
    if chunk.applied_at is not None:
        return 0
    result: dict[str, Any] = {"created": 0, "changed": 0, "ended": 0, "unchanged": 0, "findings": []}
    staged = chunks.unpack(chunk.body)
    for row in staged:
        assert isinstance(row.line, UnitLine)
        known = staging.known_units([row.line.code], source.agency_id)
        step = plan_unit(row.line, known.get(row.line.code.casefold()))
        if step.effect is Effect.UNCHANGED:
            result["unchanged"] += 1
            continue
        if step.said != row.said:
            result["findings"].append(_late(row.line, "row.changed_meanwhile", {}))
            continue
        try:
            with db.session.begin_nested():
                result[_apply_unit(row.line, source.agency_id, source.actor_id, now)] += 1
        except DomainError as error:
            result["findings"].append(_late(row.line, error.code, error.params))
    chunk.result, chunk.applied_at, chunk.body = result, now, b""
    return len(staged)


def _late(line: UnitLine, code: str, params: dict[str, Any]) -> dict[str, Any]:
    said = {key: str(value) for key, value in params.items()}
    return {"row": line.row, "column": "", "found": line.code, "code": code, "params": said}


def _apply_unit(line: UnitLine, agency_id: int | None, actor_id: int | None, now: datetime) -> str:
    unit = _unit_by_code(line.code, agency_id)
    parent = _unit_by_code(line.parent_code, agency_id) if line.parent_code else None
    if unit is None:
        services.create_unit(
            name=line.name,
            kind=line.kind,
            parent_id=parent.id if parent else None,
            code=line.code,
            region_code=line.region_code,
            timezone=line.timezone,
            now=now,
            actor_id=actor_id,
        )
        return "created"
    if parent is not None:
        services.move_unit(unit_id=unit.id, parent_id=parent.id, actor_id=actor_id)
    services.update_unit(
        unit_id=unit.id,
        name=line.name,
        kind=line.kind,
        region_code=line.region_code,
        timezone=line.timezone,
        actor_id=actor_id,
    )
    return "changed"


def _unit_by_code(code: str | None, agency_id: int | None) -> OrgUnit | None:
    query = select(OrgUnit).where(OrgUnit.code == (code or "").upper())
    if agency_id is not None:
        query = query.where(OrgUnit.agency_id == agency_id)
    return db.session.scalars(query.order_by(OrgUnit.id)).first()


def _begun(import_id: int) -> bool:
    query = select(SheetChunk.number).where(
        SheetChunk.import_id == import_id, SheetChunk.applied_at.is_not(None)
    )
    return db.session.execute(query.limit(1)).first() is not None
