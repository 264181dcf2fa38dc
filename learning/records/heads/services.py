"""Use cases of the news for heads: chosen, ordered, worded, handed over or not. None of them commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit, clock, jobs, mail
from learning.kernel.db import db
from learning.kernel.transaction import violated
from learning.people.kinds import PersonStatus
from learning.people.models import Person
from learning.records.heads import content, letters, links, queries, rhythm
from learning.records.heads.models import HeadChoice, HeadDigest, HeadRun
from learning.records.heads.queries import Root
from learning.records.heads.rhythm import Rhythm
from learning.records.reminders import schedule

DELIVER = "records.deliver_head_news"
STALE = timedelta(days=3)
"""A letter that could not leave for so long is withdrawn: the next one tells what is new then."""


def choose(*, person_id: int, wanted: Rhythm, now: datetime, by_letter: bool = False) -> bool:
    """Set how often somebody wants news; False when it was so already. `by_letter`: by the link of a letter, without login."""
    # The person's row is the lock: of two clicks at once the second finds the row that the first has made.
    db.session.get_one(Person, person_id, with_for_update={"key_share": True})
    row = db.session.get(HeadChoice, person_id, populate_existing=True)
    if row is not None and row.rhythm is wanted:
        return False
    if row is None:
        row = HeadChoice(person_id=person_id, rhythm=wanted, by_letter=by_letter, chosen_at=now)
        db.session.add(row)
    row.rhythm, row.by_letter, row.chosen_at = wanted, by_letter, now
    db.session.flush()
    audit.record(
        "records.head_news_chosen",
        f"person:{person_id}",
        actor_id=None if by_letter else person_id,
        about_id=person_id,
        rhythm=wanted.value,
        by_letter=by_letter,
    )
    return True


def order_page(
    *, zone: str, now: datetime, holidays: Collection[date] = (), most: int = queries.PAGE
) -> bool:
    """Order the news of the next heads of a zone's day; False when the day is done, or no mail may go out now.

    Letters, their job and the cursor are one commit; the key of person and week refuses a second letter whatever runs twice.
    """
    today = clock.local_date(now, zone)
    if not schedule.may_send(now, zone, holidays) or not rhythm.may_be_due(today):
        return False
    run = _day_run(zone, today, now)
    if run.finished_at is not None:
        return False
    page = queries.heads(zone=zone, after=run.last_person_id, most=most)
    if not page:
        run.finished_at = now
        return False
    due = queries.due_among(page, now, zone)
    reachable = [one for one in due if one.email]
    if reachable:
        ids = db.session.scalars(
            insert(HeadDigest).returning(HeadDigest.id),
            [
                {
                    "person_id": one.person_id,
                    "zone": zone,
                    "day": today,
                    "week": rhythm.week_of(today),
                    "since": queries.compared_with(one.last_on, today),
                    "ordered_at": now,
                }
                for one in reachable
            ],
        ).all()
        jobs.enqueue(DELIVER, {"digest_ids": sorted(ids), "zone": zone})
    run.last_person_id = page[-1].person_id
    run.ordered += len(reachable)
    run.no_address += len(due) - len(reachable)
    db.session.flush()
    return True


def make_ready(
    *, digest_id: int, figures: tuple[content.Figures, ...], roots: tuple[Root, ...], now: datetime
) -> int | None:
    """Write the words of a letter that is about to leave; its id, None when it is not to leave.

    `figures` were read for `roots`. It is withdrawn when its reader has left, has no address, wants none, supervises other
    units than these by now, when there is nothing to say, or when it has waited too long.
    """
    digest = db.session.get_one(HeadDigest, digest_id, with_for_update=True, populate_existing=True)
    if digest.handed_over_at or digest.withdrawn_at or digest.refused_at:
        return None
    if digest.mail_id is not None and mail.has_left(digest.mail_id):
        return digest.mail_id  # a worker died between handing it over and noting so
    person = db.session.get_one(Person, digest.person_id)
    today = clock.local_date(now, digest.zone)
    wanted = (
        person.status is PersonStatus.ACTIVE
        and person.email
        and queries.rhythm_of(person.id) is not Rhythm.NONE
        and queries.roots([person.id]).get(person.id, ()) == roots
        and now - digest.ordered_at <= STALE
    )
    news = content.compose(figures, today) if wanted else None
    if news is None or not person.email:
        digest.withdrawn_at = now
        if digest.mail_id is not None:
            mail.withdraw(digest.mail_id)
        return None
    unsubscribe = links.address(person.id)
    subject, body = letters.letter(
        news,
        units=tuple(root.name for root in roots),
        name=person.name,
        locale=person.locale,
        today=today,
        since=digest.since,
        unsubscribe=unsubscribe,
    )
    if digest.mail_id is None:
        digest.mail_id = mail.prepare(
            person.email, subject, body, person_id=person.id, unsubscribe=unsubscribe
        )
    else:
        mail.reword(digest.mail_id, person.email, subject, body)
    return digest.mail_id


def handed_over(*, digest_id: int, now: datetime) -> None:
    """The mail server has taken the letter."""
    db.session.get_one(HeadDigest, digest_id).handed_over_at = now


def refused(*, digest_id: int, now: datetime) -> None:
    """The address takes nothing; the letter is not tried again."""
    digest = db.session.get_one(HeadDigest, digest_id)
    digest.refused_at = now
    if digest.mail_id is not None:
        mail.withdraw(digest.mail_id)


def postpone(*, digest_ids: list[int], zone: str, until: datetime) -> None:
    """Let a job for these letters wait: for working hours, or for a mail server that did not take them."""
    jobs.enqueue(
        DELIVER,
        {"digest_ids": digest_ids, "zone": zone},
        key=f"{DELIVER}-{digest_ids[0]}-{until.timestamp():.0f}",
        run_at=until,
    )


def _day_run(zone: str, day: date, now: datetime) -> HeadRun:
    """The row of a zone's day, locked: the second of two workers waits, and goes on behind the first."""
    wanted = (
        select(HeadRun)
        .where(HeadRun.zone == zone, HeadRun.day == day)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    run = db.session.scalars(wanted).one_or_none()
    if run is not None:
        return run
    run = HeadRun(
        zone=zone, day=day, last_person_id=0, ordered=0, no_address=0, started_at=now, finished_at=None
    )
    try:
        with db.session.begin_nested():
            db.session.add(run)
    except IntegrityError as error:
        if not violated(error, "uq_head_run_zone_day"):
            raise
        return db.session.scalars(wanted).one()
    return run
