"""Background work: papers that a service signs, the papers of a whole unit, and who is told of an expiry."""

from __future__ import annotations

import logging
from typing import Any

from flask import current_app
from sqlalchemy import true
from sqlalchemy.exc import IntegrityError

from certificates import batches, papers, press, queries
from certificates.life import telling
from certificates.queries import CertificateRow
from certificates.rendering import RenderingFailed
from certificates.signing.backend import SigningBackend, SigningRefused
from certificates.signing.choosing import backend, waits_for_official
from learning.kernel import clock, jobs
from learning.kernel.config import Settings
from learning.kernel.db import db
from learning.kernel.transaction import write

log = logging.getLogger(__name__)
REMIND = "certificates.remind"
BATCH = 200


@jobs.task(papers.SIGN)
def sign_paper(payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any] | None:
    """Make and keep one paper. Again after a crash: the one that was kept stays."""
    settings: Settings = current_app.config["NETRA"]
    row = queries.certificate_by_id(payload["certificate_id"], now=clock.now())
    if row is None or settings.signing.kind == "none" or waits_for_official(settings.signing):
        return None
    _make(row, settings, _remote(settings))
    return None


@jobs.task(batches.MAKE)
def make_papers(payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """Make what is not there yet of an order. One that cannot be made is counted and does not hold up the others."""
    settings: Settings = current_app.config["NETRA"]
    ids: list[int] = payload["certificate_ids"]
    if settings.signing.kind == "none" or waits_for_official(settings.signing):
        return {"failed": _without_key(ids, settings, progress)}
    remote = _remote(settings)
    missing = papers.without(ids)
    db.session.rollback()
    done, failed = len(ids) - len(missing), 0
    # Told at once, so that an order begun again after a crash does not look as if it began from nothing.
    progress(done, len(ids))
    rows = (
        row
        for start in range(0, len(missing), BATCH)
        for row in queries.certificates_by_id(
            missing[start : start + BATCH], now=clock.now(), condition=true()
        )
    )
    processes = press.processes_for(len(missing))
    for row, error in press.make_many(rows, settings, processes=processes, remote=remote):
        done += 1
        if error is not None:
            if not isinstance(error, RenderingFailed | SigningRefused):
                raise error
            log.warning("a paper could not be made", exc_info=error, extra={"certificate": row.id})
            failed += 1
        if done % 10 == 0:
            progress(done, len(ids))
    progress(len(ids), len(ids))
    return {"failed": failed}


def _without_key(ids: list[int], settings: Settings, progress: jobs.Progress) -> int:
    """Where nothing signs here: draw what is not drawn yet, or count what waits for its official."""
    failed = 0
    for done, certificate_id in enumerate(ids, start=1):
        row = queries.certificate_by_id(certificate_id, now=clock.now())
        db.session.rollback()
        if row is not None:
            try:
                if settings.signing.kind == "none":
                    papers.unsigned(row, settings)
                else:
                    failed += papers.hash_of(row.id) is None
            except RenderingFailed:
                log.warning("a paper could not be made", exc_info=True, extra={"certificate": certificate_id})
                failed += 1
        if done % 10 == 0 or done == len(ids):
            progress(done, len(ids))
    return failed


def _make(row: CertificateRow, settings: Settings, remote: SigningBackend | None) -> None:
    if papers.hash_of(row.id) is not None:
        return
    papers.make_kept(row, settings, remote=remote)


def _remote(settings: Settings) -> SigningBackend | None:
    return backend(settings.signing) if settings.signing.remote else None


@jobs.task(REMIND)
def remind(_payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any]:
    """Remind every holder once at ninety, thirty and seven days before the last valid day.

    Batches of two hundred, each one commit. Two workers at once: the one whose row comes second in the unique key loses
    its batch, and goes through it again with what the first has told.
    """
    now, after, sent = clock.now(), 0, 0
    while True:
        ids = telling.about_to_expire(now=now, after=after, most=BATCH)
        db.session.rollback()
        if not ids:
            return {"sent": sent}
        try:
            sent += write(telling.remind, certificate_ids=ids, now=now)
        except IntegrityError:
            sent += write(telling.remind, certificate_ids=ids, now=now)
        after = ids[-1]


jobs.every(REMIND, 86_400)
