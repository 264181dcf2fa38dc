"""The day's reminders, zone by zone, and the letters they order."""

from __future__ import annotations

import logging
import smtplib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import current_app

from learning.kernel import clock, jobs, mail, panels
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.records import moves
from learning.records.reminders import asking, queries, schedule, services

log = logging.getLogger(__name__)
REMIND = "records.remind"


def holidays() -> frozenset[date]:
    """Days of rest that a decree sets: one date a line in `libur.txt` of the instance folder; a line may end in a remark.

    A line that holds no date is left out and logged: better one letter on a holiday than none at all.
    """
    path = Path(current_app.config["NETRA"].instance) / "libur.txt"
    if not path.is_file():
        return frozenset()
    found = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        word = line.partition("#")[0].strip().partition(" ")[0]
        try:
            if word:
                found.add(date.fromisoformat(word))
        except ValueError:
            log.warning("no date in libur.txt", extra={"line": line[:80]})
    return frozenset(found)


def run(now: datetime) -> dict[str, int]:
    """Order what is due at `now`, in every zone where mail may go out; how many people were passed over by zone.

    While dates are being recomputed nothing is ordered: nobody is told a day that has just moved.
    """
    free, pages = holidays(), {}
    if moves.keeps_waiting(now):
        db.session.rollback()
        return {}
    zones = queries.zones()
    db.session.rollback()
    for zone in zones:
        pages[zone] = 0
        while write(services.order_page, zone=zone, now=now, holidays=free):
            pages[zone] += 1
    return pages


@jobs.task(REMIND)
def remind(_payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any]:
    """Look every quarter of an hour whether the day has begun somewhere; a day that is done is not done again."""
    return run(clock.now())


@jobs.task(asking.REMIND_THESE)
def remind_these(payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """Order the letters somebody asked for, chunk by chunk; killed half-way, the next run goes on behind the cursor."""
    free = holidays()
    db.session.rollback()
    while (
        done := write(asking.order_chunk, asking_id=payload["asking_id"], now=clock.now(), holidays=free)
    ) is not None:
        progress(*done)
    return None


@jobs.task(services.DELIVER)
def deliver(payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """Hand over the letters of one page. A refused address holds nobody up; what failed for now is tried again alone."""
    digest_ids: list[int] = payload["digest_ids"]
    zone: str = payload["zone"]
    waiting = queries.waiting(digest_ids)
    minutes = {key: length for table in panels.collect("reminder.minutes") for key, length in table.items()}
    free = holidays()
    db.session.rollback()
    failed: list[int] = []
    failure: Exception | None = None
    for done, digest_id in enumerate(waiting, start=1):
        now = clock.now()
        if not schedule.may_send(now, zone, free):
            until = schedule.next_opening(now, zone, free)
            write(services.postpone, digest_ids=failed + waiting[done - 1 :], zone=zone, until=until)
            return {"postponed": len(failed) + len(waiting) - done + 1}
        try:
            _hand_over(digest_id, minutes)
        except Exception as error:
            db.session.rollback()
            log.warning("a reminder could not be handed over", exc_info=True, extra={"digest": digest_id})
            failure = error
            failed.append(digest_id)
            if _concerns_all(error):
                failed += waiting[done:]
                break
        if done % 50 == 0:
            progress(done, len(waiting))
    if failure is None:
        return None
    if write(services.try_later, digest_ids=failed, zone=zone, now=clock.now()) is None:
        raise failure
    return {"postponed": len(failed)}


def _concerns_all(error: Exception) -> bool:
    """Whether the next letter would meet the same: the server is away, hangs, or does not let us in."""
    return isinstance(error, OSError) and not isinstance(
        error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError
    )


def _hand_over(digest_id: int, minutes: dict[str, int]) -> None:
    mail_id = write(services.make_ready, digest_id=digest_id, now=clock.now(), minutes=minutes)
    if mail_id is None:
        return
    try:
        mail.hand_over(mail_id)
    except mail.Refused as refusal:
        write(services.refused, digest_id=digest_id, answer=refusal.said, now=clock.now())
        return
    write(services.handed_over, digest_id=digest_id, now=clock.now())


jobs.every(REMIND, 900)
