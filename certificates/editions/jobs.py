"""Background work: binding an edition, and removing the bytes of old ones."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from certificates import batches, letterheads, papers
from certificates.batches import BatchRow
from certificates.editions import queries, services
from certificates.editions.queries import EditionRow
from certificates.queries import CertificateRow
from certificates.rendering import Bound, Renderer
from certificates.signing.choosing import backend, waits_for_official
from learning.kernel import clock, jobs
from learning.kernel.config import Settings
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people import queries as people
from learning.people.access import acting

TEMPLATE = "edition1"
# A thousand papers take a quarter of a minute of the processor; a busy machine may need ten times as long.
TIME_LIMIT = 600.0


@jobs.task(services.BIND)
def bind_edition(payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """Bind the papers of a batch that whoever ordered them may still open. Again after a crash: a kept file stays."""
    settings: Settings = current_app.config["NETRA"]
    edition, batch = queries.of_batch(payload["batch_id"]), batches.by_id(payload["batch_id"])
    if edition is None or batch is None or edition.file_id is not None:
        return None
    now, who = clock.now(), acting(batch.requested_by)
    rows = batches.ready(who, batch, now=now) if who is not None else []
    if waits_for_official(settings.signing):
        return {"problem": "waits"}
    with tempfile.TemporaryDirectory(prefix="netra-edition-") as name:
        folder = Path(name)
        taken = _collect(rows, folder, settings, progress)
        if not taken:
            return {"problem": "empty"}
        facts = _facts(edition, batch, taken, now, settings)
        db.session.rollback()
        bound = _bind(facts, taken, folder, settings)
        write(
            services.keep,
            edition_id=edition.id,
            certificate_ids=[row.id for row in taken],
            pages=bound.pages,
            path=bound.path,
            chain=bound.chain,
            now=clock.now(),
        )
    return None


def _collect(
    rows: list[CertificateRow], folder: Path, settings: Settings, progress: jobs.Progress
) -> list[CertificateRow]:
    """Lay the papers out as files; those that are there."""
    taken = []
    for done, row in enumerate(rows, 1):
        kept = papers.stored(row.id)
        content = kept.content if kept else b""
        if not content and settings.signing.kind == "none":
            content = papers.unsigned(row, settings)
        db.session.rollback()
        if content:
            (folder / _file(row)).write_bytes(content)
            taken.append(row)
        if done % 20 == 0 or done == len(rows):
            progress(done, len(rows))
    return taken


def _facts(
    edition: EditionRow, batch: BatchRow, rows: list[CertificateRow], now: datetime, settings: Settings
) -> dict[str, Any]:
    unit = people.unit_row(batch.unit_id)
    assert unit is not None
    agency = people.unit_row(int(unit.path.split("/")[1]))
    assert agency is not None
    issuer, _pattern = letterheads.letterhead_on(agency.id, agency.name, clock.local_date(now, unit.timezone))
    issuer = replace(issuer, signatory_office="", signatory_name="", signatory_number="")
    return {
        "number": edition.number,
        "made_at": now.isoformat(),
        "timezone": unit.timezone,
        "unit": unit.name,
        "course": rows[0].payload.course_title,
        "host": urlsplit(settings.base_url).netloc,
        "issuer": {
            "institution": issuer.institution,
            "parent": issuer.parent,
            "address": issuer.address,
            "logo": issuer.logo,
            "colour": issuer.colour,
            "accent": issuer.accent,
        },
    }


def _bind(facts: dict[str, Any], rows: list[CertificateRow], folder: Path, settings: Settings) -> Bound:
    """In a process of its own that ends afterwards: binding takes memory that nobody else should keep."""
    remote = backend(settings.signing) if settings.signing.remote else None
    process = Renderer(time_limit=TIME_LIMIT)
    try:
        bound = process.bind(
            facts,
            [(row.number, _file(row)) for row in rows],
            folder,
            template=TEMPLATE,
            sample=settings.demo,
            logo=letterheads.emblem_content(facts["issuer"]["logo"]),
            sealed=papers.sealed_by(settings.signing),
            signing=None if remote or settings.signing.kind == "none" else settings.signing,
        )
    finally:
        process.close()
    if remote is None:
        return bound
    signed = remote.sign_pdf(bound.path.read_bytes(), reason=f"Edisi cetak {facts['number']}")
    bound.path.write_bytes(signed.pdf)
    return replace(bound, chain=signed.chain)


def _file(row: CertificateRow) -> str:
    return f"{row.id}.pdf"


@jobs.task(services.FORGET)
def forget_editions(_payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any]:
    """Remove what nobody fetched for a month."""
    return {"forgotten": write(services.forget, now=clock.now())}


jobs.every(services.FORGET, 86_400)
