"""Use cases that write exports: ordered, kept, noted, and their bytes removed after some days. None of them commits."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import IO

from sqlalchemy import delete, insert, select

from learning.kernel import audit, jobs
from learning.kernel.access import Grant
from learning.kernel.db import db
from learning.kernel.errors import Conflict
from learning.kernel.jobs import Job, JobState
from learning.people.services.deputies import note_act
from learning.records.exports.models import ExportForm, PeopleExport, PeopleExportFile, PeopleExportPart
from learning.records.exports.queries import Selection

MAKE = "records.make_export"
FORGET = "records.forget_exports"
AT_ONCE = 2_000
"""Up to so many persons the file comes with the click; more are put together in the background."""
OPEN_MOST = 3
KEPT = timedelta(days=3)
PART = 1 << 20


def order(
    *,
    chosen: Selection,
    form: ExportForm,
    language: str,
    requested_by: int,
    now: datetime,
    by: Grant | None = None,
) -> str:
    """Order a file; the public id of the order. The same list while it is still being made is the same order.

    `by`: the grant that a deputy carries for somebody else, so that it is noted in whose name this was done.
    Refuses a fourth order while three of the same person are being made (Conflict).
    """
    waiting = db.session.execute(
        select(PeopleExport)
        .join(Job, Job.id == PeopleExport.job_id)
        .where(PeopleExport.requested_by == requested_by, Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
        .order_by(PeopleExport.id)
    ).scalars()
    count = 0
    for earlier in waiting:
        count += 1
        if (
            earlier.org_unit_id,
            earlier.course_key,
            earlier.state,
            earlier.own_only,
            earlier.search,
            earlier.form,
            earlier.language,
        ) == (
            chosen.unit.id,
            chosen.course_key,
            chosen.state.value,
            chosen.own_only,
            chosen.search,
            form,
            language,
        ):
            return earlier.public_id
    if count >= OPEN_MOST:
        raise Conflict("records.export_waiting", most=OPEN_MOST)
    public_id = str(uuid.uuid4())
    job_id = jobs.enqueue(MAKE, {"public_id": public_id}, created_by=requested_by)
    db.session.add(
        PeopleExport(
            public_id=public_id,
            requested_by=requested_by,
            org_unit_id=chosen.unit.id,
            course_key=chosen.course_key,
            state=chosen.state.value,
            own_only=chosen.own_only,
            search=chosen.search,
            form=form,
            language=language,
            job_id=job_id,
            requested_at=now,
        )
    )
    audit.record(
        "records.export_ordered",
        f"unit:{chosen.unit.id}",
        actor_id=requested_by,
        **_in_whose_name(by, "records.export_ordered", chosen.unit.id, now),
        course=chosen.course_key,
        state=chosen.state.value,
    )
    return public_id


def measured(content: IO[bytes]) -> tuple[str, int]:
    """(SHA-256, size in bytes) of a file; outside the write section, because it takes as long as the file is large."""
    content.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := content.read(PART):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def keep(
    *, export_id: int, people: int, content: IO[bytes], sha256: str, size: int, as_of: datetime, now: datetime
) -> None:
    """Keep a finished file. If one is kept already, that one stays: a worker may begin again after a crash."""
    if db.session.get(PeopleExportFile, export_id) is not None:
        return
    db.session.add(
        PeopleExportFile(
            export_id=export_id,
            people=people,
            size=size,
            sha256=sha256,
            as_of=as_of,
            made_at=now,
        )
    )
    db.session.flush()
    content.seek(0)
    number = 0
    while piece := content.read(PART):
        db.session.execute(insert(PeopleExportPart).values(export_id=export_id, number=number, content=piece))
        number += 1


def note(
    *,
    unit_id: int,
    course_key: str,
    state: str,
    people: int,
    actor_id: int,
    now: datetime,
    by: Grant | None = None,
) -> None:
    """Put into the audit log that a list of names left the house, and who took it. `by`: as in `order`."""
    audit.record(
        "records.people_exported",
        f"unit:{unit_id}",
        actor_id=actor_id,
        **_in_whose_name(by, "records.people_exported", unit_id, now),
        course=course_key,
        state=state,
        people=people,
    )


def _in_whose_name(by: Grant | None, action: str, unit_id: int, now: datetime) -> dict[str, int]:
    giver_id = note_act(grant=by, action=action, subject=f"unit:{unit_id}", now=now)
    return {} if giver_id is None else {"on_behalf_of": giver_id}


def forget(*, now: datetime) -> int:
    """Remove the bytes of files older than KEPT; how many parts. What was ordered and how many it were stays."""
    old = select(PeopleExportFile.export_id).where(PeopleExportFile.made_at < now - KEPT)
    done = db.session.execute(delete(PeopleExportPart).where(PeopleExportPart.export_id.in_(old)))
    return int(getattr(done, "rowcount", 0))
