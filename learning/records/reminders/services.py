"""Order the day's letters, page by page, and make each ready when it leaves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from learning.kernel import clock, jobs, mail
from learning.kernel.db import db
from learning.kernel.transaction import violated
from learning.people.kinds import PersonStatus
from learning.people.models import Person
from learning.records import moves
from learning.records import queries as records
from learning.records.nudges.queries import nudges
from learning.records.reminders import letters, queries, schedule, selection
from learning.records.reminders.models import ReminderDigest, ReminderRun, ReminderStep

DELIVER = "records.deliver_reminders"
LONGEST_WAIT = timedelta(days=1)
"""How long a digest waits for a mail server: shorter than the two days between the last steps, so that none meets the next."""


def order_page(
    *, zone: str, now: datetime, holidays: Collection[date] = (), most: int = queries.PAGE
) -> bool:
    """Order the letters of the next page of people in `zone`; False when the day is done there.

    Letters, what they tell, the job that sends them and the cursor are one commit. Outside working hours nothing happens.
    What was passed until now is not among it; what is passed from now on, `make_ready` finds.
    """
    if not schedule.may_send(now, zone, holidays):
        return False
    run = day_run(zone, clock.local_date(now, zone), now)
    if run.finished_at is not None:
        return False
    page = queries.candidates(zone=zone, now=now, after=run.last_person_id, most=most)
    if not page:
        run.finished_at = now
        return False
    due = [(one, digest) for one in page if (digest := one.digest(now, zone, holidays)) is not None]
    reachable = [(one, digest) for one, digest in due if one.email]
    if reachable:
        ids = db.session.scalars(
            insert(ReminderDigest).returning(ReminderDigest.id, sort_by_parameter_order=True),
            [
                {"person_id": one.person_id, "zone": zone, "day": run.day, "ordered_at": now}
                for one, _ in reachable
            ],
        ).all()
        steps = [
            {"enrolment_id": t.enrolment_id, "due_on": t.due_on, "step": t.step, "digest_id": digest_id}
            for digest_id, (one, digest) in zip(ids, reachable, strict=True)
            for t in digest.items
            if t not in one.told
        ]
        db.session.execute(insert(ReminderStep), steps)
        jobs.enqueue(DELIVER, {"digest_ids": list(ids), "zone": zone})
    run.last_person_id = page[-1].person_id
    run.ordered += len(reachable)
    run.no_address += len(due) - len(reachable)
    db.session.flush()
    return True


def day_run(zone: str, day: date, now: datetime) -> ReminderRun:
    """The row of a zone's day, locked: whoever orders letters there second waits, and goes on behind the first."""
    # Read anew once the lock is there: after a lost race the error of the insert may keep the row of an earlier commit
    # alive in the session, and its cursor would be taken for the present one.
    wanted = (
        select(ReminderRun)
        .where(ReminderRun.zone == zone, ReminderRun.day == day)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    run = db.session.scalars(wanted).one_or_none()
    if run is not None:
        return run
    run = ReminderRun(
        zone=zone, day=day, last_person_id=0, ordered=0, no_address=0, started_at=now, finished_at=None
    )
    try:
        with db.session.begin_nested():
            db.session.add(run)
    except IntegrityError as error:
        if not violated(error, "uq_reminder_run_zone_day"):
            raise
        return db.session.scalars(wanted).one()
    return run


def make_ready(*, digest_id: int, now: datetime, minutes: dict[str, int]) -> int | None:
    """Write the words of a letter that is about to leave; the id of the letter, None when it is not to leave.

    It tells what is open at this moment; when all it was ordered for is passed or no longer due, it is withdrawn, and so
    it is when its reader has left or lost the address. One that somebody asked for tells the course that was asked about
    however far its day is. `minutes`: how long a course takes, by its key.
    """
    digest = db.session.get_one(ReminderDigest, digest_id, with_for_update=True)
    if digest.handed_over_at or digest.withdrawn_at or digest.refused_at:
        return None
    if digest.mail_id is not None and mail.has_left(digest.mail_id):
        return digest.mail_id  # a worker died between handing it over and noting so
    person = db.session.get_one(Person, digest.person_id)
    open_ids = {
        duty.enrolment_id
        for duties in queries.open_duties([person.id], now, digest.zone).values()
        for duty in duties
        if schedule.step_of(duty, clock.local_date(now, digest.zone)) is not None
    }
    asked = selection.asked_in(digest_id)
    if asked is not None:
        open_ids.add(asked.enrolment_id)
    if (
        not person.email
        or person.status is not PersonStatus.ACTIVE
        or (asked is None and not open_ids & queries.told_in(digest_id))
    ):
        digest.withdrawn_at = now
        if digest.mail_id is not None:
            mail.withdraw(digest.mail_id)
        return None
    moved = moves.moved_lately(open_ids, now)
    rows = [row for row in records.enrolments_of(person.id) if row.id in open_ids]
    said = nudges(person.id, rows, now)
    items = [
        letters.item(row, digest.zone, now, minutes.get(row.course_key), moved.get(row.id), said.get(row.id))
        for row in rows
    ]
    subject, body = letters.letter(
        items, name=person.name, locale=person.locale, office=asked.office if asked else None
    )
    if digest.mail_id is None:
        digest.mail_id = mail.prepare(person.email, subject, body, person_id=person.id)
    else:
        mail.reword(digest.mail_id, person.email, subject, body)
    return digest.mail_id


def handed_over(*, digest_id: int, now: datetime) -> None:
    """The mail server has taken the letter."""
    db.session.get_one(ReminderDigest, digest_id).handed_over_at = now


def refused(*, digest_id: int, answer: str, now: datetime) -> None:
    """The mail server has refused the address for good; its answer is kept, the letter is not tried again."""
    digest = db.session.get_one(ReminderDigest, digest_id)
    digest.refused_at, digest.refusal = now, answer[:200]
    if digest.mail_id is not None:
        mail.withdraw(digest.mail_id)


def postpone(*, digest_ids: list[int], zone: str, until: datetime) -> None:
    """Let a job for these letters wait until mail may go out again."""
    jobs.enqueue(
        DELIVER,
        {"digest_ids": digest_ids, "zone": zone},
        key=f"{DELIVER}-{digest_ids[0]}-{until.timestamp():.0f}",
        run_at=until,
    )


def try_later(*, digest_ids: list[int], zone: str, now: datetime) -> datetime | None:
    """Let these letters wait for a mail server that did not take them, ever longer; None when they have waited a day."""
    ordered = db.session.scalar(
        select(func.min(ReminderDigest.ordered_at)).where(ReminderDigest.id.in_(digest_ids))
    )
    if ordered is None or now - ordered > LONGEST_WAIT:
        return None
    until = now + min(max(now - ordered, timedelta(minutes=1)), timedelta(hours=1))
    postpone(digest_ids=digest_ids, zone=zone, until=until)
    return until
