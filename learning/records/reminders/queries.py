"""Who may have to be reminded, page by page, and what each of them has been told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.people.kinds import PersonStatus
from learning.people.models import OrgUnit, Person
from learning.records import moves
from learning.records.models import Enrolment, EnrolmentStatus
from learning.records.reminders.models import (
    CalendarLink,
    ReminderAsked,
    ReminderAsking,
    ReminderDigest,
    ReminderStep,
)
from learning.records.reminders.schedule import (
    FARTHEST,
    LONGEST_REST,
    SILENT_AFTER,
    Digest,
    Duty,
    Told,
    digest_due,
)

PAGE = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody with something due: what the schedule needs to decide about them."""

    person_id: int
    email: str | None
    duties: tuple[Duty, ...]
    told: tuple[Told, ...]
    last_digest_on: date | None

    def digest(self, now: datetime, zone: str, holidays: Collection[date] = ()) -> Digest | None:
        """What is to be told to them now."""
        return digest_due(self.duties, self.told, self.last_digest_on, now, zone, holidays)


def zones() -> list[str]:
    """The time zones in which somebody may work."""
    return sorted({clock.DEFAULT_ZONE, *db.session.scalars(select(OrgUnit.timezone).distinct())})


def candidates(*, zone: str, now: datetime, after: int, most: int = PAGE) -> list[Candidate]:
    """The next persons above `after`, in order, who work in `zone` and have something open within reach.

    Four statements for any number of persons; people of whom nothing is due are not touched.
    """
    person_ids = list(
        db.session.scalars(
            select(Enrolment.person_id)
            .join(Person, Person.id == Enrolment.person_id)
            .outerjoin(OrgUnit, OrgUnit.id == Enrolment.org_unit_id)
            .where(
                *_open_within_reach(now),
                Person.status == PersonStatus.ACTIVE,
                func.coalesce(OrgUnit.timezone, clock.DEFAULT_ZONE) == zone,
                Enrolment.person_id > after,
            )
            .group_by(Enrolment.person_id)
            .order_by(Enrolment.person_id)
            .limit(most)
        )
    )
    if not person_ids:
        return []
    duties = open_duties(person_ids, now, zone)
    told = told_to(person_ids, now)
    last = _pairs(
        select(ReminderDigest.person_id, func.max(ReminderDigest.day))
        .where(ReminderDigest.person_id.in_(person_ids))
        .group_by(ReminderDigest.person_id)
    )
    emails = _pairs(select(Person.id, Person.email).where(Person.id.in_(person_ids)))
    return [
        Candidate(
            one, emails[one], tuple(duties.get(one, ())), tuple(told.get(one, ())), last.get(one)
        )
        for one in person_ids
    ]  # fmt: skip


def told_to(person_ids: Sequence[int], now: datetime) -> dict[int, list[Told]]:
    """The steps these persons were told, of what is open still: history grows, this does not."""
    told: dict[int, list[Told]] = {}
    for person_id, enrolment_id, due_on, step in db.session.execute(
        select(Enrolment.person_id, ReminderStep.enrolment_id, ReminderStep.due_on, ReminderStep.step)
        .join(ReminderStep, ReminderStep.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id.in_(person_ids), *_open_within_reach(now))
    ):
        told.setdefault(person_id, []).append(Told(enrolment_id, due_on, step))
    return told


def _pairs(statement: Select[tuple[int, T]]) -> dict[int, T]:
    return {row[0]: row[1] for row in db.session.execute(statement)}


def open_duties(person_ids: Sequence[int], now: datetime, zone: str) -> dict[int, list[Duty]]:
    """What these persons have not passed and is due within reach or has moved, with the last day in `zone`."""
    found: dict[int, list[Duty]] = {}
    for person_id, enrolment_id, due_at, moved in db.session.execute(
        select(Enrolment.person_id, Enrolment.id, Enrolment.due_at, _moved(now)).where(
            Enrolment.person_id.in_(person_ids), *_open_within_reach(now)
        )
    ):
        assert due_at is not None  # a condition of the statement
        day = clock.local_date(due_at, zone)
        found.setdefault(person_id, []).append(Duty(enrolment_id, day, bool(moved)))
    return found


def outlook(
    *, zone: str, now: datetime, holidays: Collection[date] = ()
) -> Iterator[tuple[Candidate, Digest]]:
    """Everybody who would be written to at `now` in `zone`; writes nothing."""
    after = 0
    while page := candidates(zone=zone, now=now, after=after):
        for one in page:
            digest = one.digest(now, zone, holidays)
            if digest is not None:
                yield one, digest
        after = page[-1].person_id


def _open_within_reach(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # A day of room on both sides: which day it is at the person's place, decides the schedule.
    return (
        Enrolment.ended_at.is_(None),
        Enrolment.status != EnrolmentStatus.PASSED,
        # Nobody is reminded of what is not asked of them now.
        Enrolment.exempt_until.is_(None),
        Enrolment.due_at >= now - timedelta(days=SILENT_AFTER + 1),
        # Who is due later hears of it only if the day has moved.
        or_(Enrolment.due_at <= now + timedelta(days=FARTHEST + LONGEST_REST + 1), _moved(now)),
    )


def _moved(now: datetime) -> ColumnElement[bool]:
    return Enrolment.due_moved_at > now - moves.TOLD_FOR


def waiting(digest_ids: Sequence[int]) -> list[int]:
    """Those of the letters that are neither handed over nor withdrawn nor refused, in order."""
    return list(
        db.session.scalars(
            select(ReminderDigest.id)
            .where(
                ReminderDigest.id.in_(digest_ids),
                ReminderDigest.handed_over_at.is_(None),
                ReminderDigest.withdrawn_at.is_(None),
                ReminderDigest.refused_at.is_(None),
            )
            .order_by(ReminderDigest.id)
        )
    )


def told_in(digest_id: int) -> set[int]:
    """The enrolments a letter was ordered for."""
    return set(
        db.session.scalars(
            select(Enrolment.id).where(
                exists().where(ReminderStep.digest_id == digest_id, ReminderStep.enrolment_id == Enrolment.id)
            )
        )
    )


def stored_here(*, principal: Principal, now: datetime) -> dict[str, list[dict[str, str | None]]]:
    """This room's part of "my data" (panel `me.data`): letters about due dates, and calendar addresses without their secret."""
    digests = db.session.scalars(
        select(ReminderDigest)
        .where(ReminderDigest.person_id == principal.person_id)
        .order_by(ReminderDigest.id)
    )
    made = db.session.scalars(
        select(CalendarLink).where(CalendarLink.person_id == principal.person_id).order_by(CalendarLink.id)
    )
    asked = set(
        db.session.scalars(
            select(ReminderAsked.digest_id)
            .join(ReminderDigest, ReminderDigest.id == ReminderAsked.digest_id)
            .where(ReminderDigest.person_id == principal.person_id)
        )
    )
    askings = db.session.scalars(
        select(ReminderAsking)
        .where(ReminderAsking.asked_by == principal.person_id)
        .order_by(ReminderAsking.id)
    )
    return {
        "surat pengingat": [
            {
                "disiapkan": one.ordered_at.isoformat(),
                "dikirim": _iso(one.handed_over_at),
                "dibatalkan": _iso(one.withdrawn_at),
                "ditolak": _iso(one.refused_at),
                "jawaban_penolakan": one.refusal,
                "atas_permintaan": "ya" if one.id in asked else None,
            }
            for one in digests
        ],
        "permintaan mengingatkan": [
            {
                "diminta": one.asked_at.isoformat(),
                "kursus": one.course_key,
                "keadaan": one.state.value,
                "surat": str(one.ordered),
            }
            for one in askings
        ],
        "alamat kalender": [
            {"dibuat": one.made_at.isoformat(), "berakhir": _iso(one.ended_at)} for one in made
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
