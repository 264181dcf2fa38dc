"""Somebody responsible asks that the people behind a number be reminded: the letters join the outbox of the day.

No words of the asker's own go out: what one person types for thousands is read as an order of the agency, nobody has
checked it, and in the weeks before an election it would be the easiest way to misuse the sender's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from learning.kernel import audit, clock, jobs
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound, TooMany
from learning.people.access import acting
from learning.people.deputies import carried_over
from learning.people.models import OrgUnit, Person
from learning.people.services.deputies import note_act
from learning.records import rates
from learning.records.rates import UnitHead
from learning.records.reminders import queries, schedule, selection
from learning.records.reminders.models import (
    ReminderAsked,
    ReminderAsking,
    ReminderDigest,
    ReminderStep,
)
from learning.records.reminders.schedule import Told
from learning.records.reminders.selection import Addressee, Chosen, Outcome
from learning.records.reminders.services import DELIVER, day_run

REMIND_THESE = "records.remind_these"
AT_ONCE = 300
"""Up to so many people are done in the commit that asks; more are left to a job."""
CHUNK = 500
MOST = 100_000
"""More than this is no reminder by somebody who knows the people; the day's own letters reach them."""
UNIT_MOST, ASKER_MOST = 5, 20
"""How often a day a unit may be asked for, and somebody may ask; the tables hold the same numbers."""


def ask(
    *, person_id: int, unit_id: int, chosen: Chosen, now: datetime, holidays: Collection[date] = ()
) -> int:
    """Ask that the people of a selection be reminded; the id of the asking, the earlier one if it was asked today.

    Guarantees: everybody gets at most one letter a day and none within `schedule.GAP` days of another, however many ask.
    The asker's roles are read anew. Refuses a unit out of reach (NotFound), a selection of people who have nothing to do
    or that is too large (Invalid), one in which nobody is to be written to (Conflict), and too many a day (TooMany).
    """
    who = acting(person_id)
    unit = rates.unit_head(who, unit_id) if who else None
    office = selection.office_of(who, unit) if who and unit else None
    if unit is None or office is None:
        raise NotFound
    if chosen.state not in selection.ASKABLE:
        raise Invalid("records.selection_unknown")
    day = clock.local_date(now, unit.timezone)
    # Who asks for this unit, or as this person, at the same time waits here; keys may still be pointed at.
    db.session.get_one(OrgUnit, unit_id, with_for_update={"key_share": True})
    db.session.get_one(Person, person_id, with_for_update={"key_share": True})
    earlier = _same(unit_id, chosen, day)
    if earlier is not None:
        return earlier
    unit_place = _count(ReminderAsking.org_unit_id == unit_id, day) + 1
    asker_place = _count(ReminderAsking.asked_by == person_id, day) + 1
    if unit_place > UNIT_MOST or asker_place > ASKER_MOST:
        code = "records.asked_unit_often" if unit_place > UNIT_MOST else "records.asked_often"
        raise TooMany(code, retry_after=_until_tomorrow(now, unit.timezone))
    seen = selection.preview(unit, chosen, now, holidays)
    if seen.people > MOST:
        raise Invalid("records.too_many_to_ask", most=MOST)
    if not seen.letters:
        raise Conflict("records.nobody_to_ask")
    row = ReminderAsking(
        org_unit_id=unit_id, course_key=chosen.course_key, state=chosen.state, own_only=chosen.own_only,
        search=chosen.search, day=day, unit_place=unit_place, asker_place=asker_place, asked_by=person_id,
        asked_at=now, office_role=office[0], office_unit_id=office[1], selected=seen.people, job_id=None,
        last_enrolment_id=0, ordered=0, recent=0, no_address=0, bounced=0, no_date=0, stopped=False,
        finished_at=None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    giver_id = note_act(
        grant=carried_over(who, unit.path, *rates.SCOPE_ROLES) if who else None,
        action="records.people_reminded",
        subject=f"unit:{unit_id}",
        now=now,
    )
    audit.record(
        "records.people_reminded",
        f"unit:{unit_id}",
        actor_id=person_id,
        **({"on_behalf_of": giver_id} if giver_id is not None else {}),
        asking=row.id,
        course=chosen.course_key,
        state=chosen.state.value,
        people=seen.people,
        letters=seen.letters,
    )
    if seen.people <= AT_ONCE:
        _order(row, unit, now, holidays, AT_ONCE)
        row.finished_at = now
    else:
        row.job_id = jobs.enqueue(
            REMIND_THESE, {"asking_id": row.id}, key=f"{REMIND_THESE}-{row.id}", created_by=person_id
        )
    db.session.flush()
    return row.id


def order_chunk(*, asking_id: int, now: datetime, holidays: Collection[date] = ()) -> tuple[int, int] | None:
    """Order the letters of the next people of an asking; how many are done and of how many. None: it is finished.

    Letters, their job and the cursor are one commit. It stops where the asker has lost the right to ask.
    """
    row = db.session.get_one(ReminderAsking, asking_id, with_for_update=True)
    if row.finished_at is not None:
        return None
    who = acting(row.asked_by)
    unit = rates.unit_head(who, row.org_unit_id) if who else None
    if unit is None:
        row.stopped, row.finished_at = True, now
        audit.record(
            "records.reminding_stopped", f"unit:{row.org_unit_id}", actor_id=row.asked_by, asking=row.id
        )
        return None
    if not _order(row, unit, now, holidays, CHUNK):
        row.finished_at = now
        return None
    done = row.ordered + row.recent + row.no_address + row.bounced + row.no_date
    return done, max(done, row.selected)


def _order(row: ReminderAsking, unit: UnitHead, now: datetime, holidays: Collection[date], most: int) -> int:
    """Order what is to be ordered of the next people; how many people were looked at."""
    opens = selection.openings(selection.zones_in(unit), now, holidays)
    # The run of the day orders behind the same rows: of the two, the second finds what the first has ordered.
    for zone in sorted(opens):
        day_run(zone, clock.local_date(opens[zone], zone), now)
    chosen = Chosen(row.course_key, row.state, row.own_only, row.search)
    people = selection.page(unit, chosen, now, opens, after=row.last_enrolment_id, most=most)
    if not people:
        return 0
    found = Counter(one.outcome for one in people)
    row.last_enrolment_id = people[-1].enrolment_id
    row.ordered += found[Outcome.LETTER]
    row.recent += found[Outcome.RECENT]
    row.no_address += found[Outcome.NO_ADDRESS]
    row.bounced += found[Outcome.BOUNCED]
    row.no_date += found[Outcome.NO_DATE]
    for zone, opening in sorted(opens.items()):
        reached = [one for one in people if one.outcome is Outcome.LETTER and one.zone == zone]
        if reached:
            _letters(row.id, reached, zone, opening, now, holidays)
    db.session.flush()
    return len(people)


def _letters(
    asking_id: int,
    reached: Sequence[Addressee],
    zone: str,
    opening: datetime,
    now: datetime,
    holidays: Collection[date],
) -> None:
    day = clock.local_date(opening, zone)
    ids = db.session.scalars(
        insert(ReminderDigest).returning(ReminderDigest.id, sort_by_parameter_order=True),
        [{"person_id": one.person_id, "zone": zone, "day": day, "ordered_at": now} for one in reached],
    ).all()
    db.session.execute(
        insert(ReminderAsked),
        [
            {"digest_id": digest_id, "asking_id": asking_id, "enrolment_id": one.enrolment_id}
            for digest_id, one in zip(ids, reached, strict=True)
        ],
    )
    # The letter tells whatever has come within reach, so those steps are told and not sent again days later.
    person_ids = [one.person_id for one in reached]
    duties, told = queries.open_duties(person_ids, opening, zone), queries.told_to(person_ids, opening)
    steps = [
        {"enrolment_id": duty.enrolment_id, "due_on": duty.due_on, "step": step, "digest_id": digest_id}
        for digest_id, person_id in zip(ids, person_ids, strict=True)
        for duty in duties.get(person_id, ())
        if (step := schedule.step_on(duty.due_on, day, holidays)) is not None
        and Told(duty.enrolment_id, duty.due_on, step) not in told.get(person_id, ())
    ]
    if steps:
        db.session.execute(insert(ReminderStep), steps)
    jobs.enqueue(DELIVER, {"digest_ids": list(ids), "zone": zone}, run_at=opening if opening > now else None)


def _same(unit_id: int, chosen: Chosen, day: date) -> int | None:
    return db.session.scalars(
        select(ReminderAsking.id).where(
            ReminderAsking.org_unit_id == unit_id,
            ReminderAsking.course_key == chosen.course_key,
            ReminderAsking.state == chosen.state,
            ReminderAsking.own_only == chosen.own_only,
            ReminderAsking.search == chosen.search,
            ReminderAsking.day == day,
        )
    ).first()


def _count(whose: object, day: date) -> int:
    return db.session.scalar(select(func.count()).where(whose, ReminderAsking.day == day)) or 0  # type: ignore[arg-type]


def _until_tomorrow(now: datetime, zone: str) -> int:
    tomorrow = clock.local_date(now, zone) + timedelta(days=1)
    return max(1, int((datetime.combine(tomorrow, time(0), ZoneInfo(zone)) - now).total_seconds()))
