"""Background work: checking and applying spreadsheets, sending password links, forgetting what is over."""

from __future__ import annotations

import secrets
from typing import Any

from flask import current_app

from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.errors import NotFound
from learning.kernel.transaction import write
from learning.people import importing, services, transfer_queries
from learning.people.kinds import ImportState
from learning.people.models import SheetImport


@jobs.task("people.check_sheet")
def check_sheet(payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """The dry run of an upload. Again after a crash: the same report."""
    sheet = db.session.get(SheetImport, payload["import_id"])
    if sheet is None or sheet.state is not ImportState.UPLOADED:
        return None
    found, refused = importing.check_upload(payload["import_id"], progress=progress)
    write(services.note_checked, import_id=payload["import_id"], report=found, refused=refused)
    return None


@jobs.task("people.apply_sheet")
def apply_sheet(payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """Apply what was confirmed, chunk by chunk. Again after a crash: the chunks that are left."""
    sheet = db.session.get(SheetImport, payload["import_id"])
    if sheet is None or sheet.state is not ImportState.APPLYING:
        return None
    importing.apply(payload["import_id"], progress=progress)
    return None


@jobs.task("people.send_link")
def send_link(payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any] | None:
    """Write the letter with a password link; without a person (unknown NIP) nothing. Twice: the later link counts."""
    person_id = payload.get("person_id")
    if person_id is None:
        return None
    try:
        write(
            services.issue_link,
            person_id=person_id,
            token=secrets.token_urlsafe(32),
            base_url=current_app.config["NETRA"].base_url,
            now=clock.now(),
        )
    except NotFound:
        # No address, or left meanwhile: the page has said the same as always.
        return {"sent": 0}
    return {"sent": 1}


@jobs.task("people.purge")
def purge(_payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any] | None:
    """Forget sessions and links that have long been over."""
    return {"deleted": write(services.purge_expired, now=clock.now())}


@jobs.task("people.tell_transfers")
def tell_transfers(_payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any]:
    """Write to the admins of agencies that somebody came to or went from: one letter a day, in working hours."""
    now, letters = clock.now(), 0
    base_url = current_app.config["NETRA"].base_url
    for person_id in transfer_queries.admins_concerned(now):
        # Most have been told or have nothing new; only a letter opens a write section.
        if transfer_queries.untold(person_id, now) is not None:
            letters += write(services.send_transfer_digest, person_id=person_id, base_url=base_url, now=now)
    return {"letters": letters}


jobs.every("people.purge", 86_400)
jobs.every("people.tell_transfers", 3_600)
