"""The news of the day, zone by zone, and the letters it orders."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from learning.kernel import clock, jobs, mail
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.records import moves
from learning.records.heads import queries, services
from learning.records.reminders import schedule
from learning.records.reminders.jobs import holidays
from learning.records.reminders.queries import zones

log = logging.getLogger(__name__)
TELL = "records.tell_heads"
AGAIN = timedelta(minutes=30)


def run(now: datetime) -> dict[str, int]:
    """Order the news that is due at `now`, in every zone where mail may go out; how many pages of heads by zone.

    While dates are being recomputed nothing is ordered: the next last day in a letter would be one that has just moved.
    """
    free, pages = holidays(), {}
    if moves.keeps_waiting(now):
        db.session.rollback()
        return {}
    places = zones()
    db.session.rollback()
    for zone in places:
        pages[zone] = 0
        while write(services.order_page, zone=zone, now=now, holidays=free):
            pages[zone] += 1
    return pages


@jobs.task(TELL)
def tell_heads(_payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any]:
    """Look every half hour whether the day has begun somewhere; a day that is done is not done again."""
    return run(clock.now())


@jobs.task(services.DELIVER)
def deliver(payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """Hand over the letters of one page: figures of all its heads at once, then letter by letter. What fails waits."""
    zone: str = payload["zone"]
    open_ = queries.waiting(payload["digest_ids"])
    persons = {one.id: one.person_id for one in open_}
    since = {one.person_id: one.since for one in open_}
    if not persons:
        return None
    now, free = clock.now(), holidays()
    if not schedule.may_send(now, zone, free):
        return _later(list(persons), zone, schedule.next_opening(now, zone, free))
    if moves.keeps_waiting(now):
        return _later(list(persons), zone, now + AGAIN)
    roots = queries.roots(since)
    figures = queries.figures(roots, since, now, zone)
    db.session.rollback()
    failed: list[int] = []
    for done, (digest_id, person_id) in enumerate(persons.items(), start=1):
        if not schedule.may_send(clock.now(), zone, free):
            rest = list(persons)[done - 1 :]
            return _later(failed + rest, zone, schedule.next_opening(clock.now(), zone, free))
        try:
            _hand_over(digest_id, roots.get(person_id, ()), figures.get(person_id, ()))
        except Exception:
            db.session.rollback()
            log.warning("news could not be handed over", exc_info=True, extra={"digest": digest_id})
            failed.append(digest_id)
        if done % 50 == 0:
            progress(done, len(persons))
    # What waits longer than `services.STALE` withdraws itself, so this comes to an end.
    return _later(failed, zone, clock.now() + AGAIN) if failed else None


def _hand_over(digest_id: int, roots: tuple[queries.Root, ...], figures: tuple[Any, ...]) -> None:
    mail_id = write(services.make_ready, digest_id=digest_id, figures=figures, roots=roots, now=clock.now())
    if mail_id is None:
        return
    try:
        mail.hand_over(mail_id)
    except mail.Refused:
        write(services.refused, digest_id=digest_id, now=clock.now())
        return
    write(services.handed_over, digest_id=digest_id, now=clock.now())


def _later(digest_ids: list[int], zone: str, until: datetime) -> dict[str, Any]:
    db.session.rollback()
    write(services.postpone, digest_ids=digest_ids, zone=zone, until=until)
    return {"postponed": len(digest_ids)}


jobs.every(TELL, 1_800)
