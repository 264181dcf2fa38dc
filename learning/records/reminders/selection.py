"""The people behind a number as somebody to write to: who would get a letter, who not and why, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from learning.kernel import clock
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.kernel.refusals import MailRefusal
from learning.people.kinds import PersonStatus
from learning.people.models import OrgUnit, Person
from learning.people.queries import visible_units
from learning.records import rates
from learning.records.models import Enrolment, EnrolmentStatus
from learning.records.rates import SCOPE_ROLES, State, UnitHead
from learning.records.reminders import schedule
from learning.records.reminders.letters import Office
from learning.records.reminders.models import ReminderAsked, ReminderAsking, ReminderDigest

ASKABLE = (State.UNMET, State.NOT_STARTED, State.IN_PROGRESS, State.OVERDUE)
"""The selections whose people still have something to do."""
BOUNCED_DAYS = 30
"""For so many days an address that was refused is not written to because somebody asked; the day's own letters still try."""


class Outcome(StrEnum):
    """What asking means for one person, the first reason first."""

    NO_DATE = "NO_DATE"
    RECENT = "RECENT"
    NO_ADDRESS = "NO_ADDRESS"
    BOUNCED = "BOUNCED"
    LETTER = "LETTER"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A selection of the list of persons of a unit."""

    course_key: str
    state: State
    own_only: bool
    search: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What asking would do: people by outcome, and until when the letters wait where it is not working hours now."""

    people: int
    by_outcome: Mapping[Outcome, int]
    waiting: tuple[tuple[datetime, str, int], ...]

    @property
    def letters(self) -> int:
        """How many people would get a letter."""
        return self.by_outcome.get(Outcome.LETTER, 0)


@dataclass(frozen=True, slots=True)
class Addressee:
    """One person of a selection, and what asking means for them."""

    enrolment_id: int
    person_id: int
    zone: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Asked:
    """Why a letter goes out: the course somebody asked about, and in whose name. Only while that course is open."""

    enrolment_id: int
    office: Office


@dataclass(frozen=True, slots=True)
class AskingRow:
    """An asking and what became of its letters so far. All counts are people."""

    id: int
    course_key: str
    state: State
    own_only: bool
    search: str
    asked_at: datetime
    asked_by: int
    asker_name: str
    selected: int
    job_id: int | None
    ordered: int
    recent: int
    no_address: int
    bounced: int
    no_date: int
    stopped: bool
    finished_at: datetime | None
    sent: int
    withdrawn: int
    refused: int

    @property
    def waiting(self) -> int:
        """Letters that have not left yet."""
        return self.ordered - self.sent - self.withdrawn - self.refused


def zones_in(unit: UnitHead) -> list[str]:
    """The time zones of a subtree, in order."""
    return sorted(
        set(
            db.session.scalars(
                select(OrgUnit.timezone).where(rates.in_subtree(OrgUnit.id, unit.path)).distinct()
            )
        )
    )


def openings(zones: Collection[str], now: datetime, holidays: Collection[date]) -> dict[str, datetime]:
    """From when on mail may go out in each zone."""
    return {zone: schedule.next_opening(now, zone, holidays) for zone in zones}


def preview(unit: UnitHead, chosen: Chosen, now: datetime, holidays: Collection[date]) -> Preview:
    """Count what asking would do now. One statement for any number of people."""
    opens = openings(zones_in(unit), now, holidays)
    rows = _addressees(unit, chosen, now, opens).subquery()
    by_outcome: dict[Outcome, int] = {}
    waiting = []
    for zone, outcome, count in db.session.execute(
        select(rows.c.zone, rows.c.outcome, func.count())
        .group_by(rows.c.zone, rows.c.outcome)
        .order_by(rows.c.zone)
    ):
        known = Outcome(outcome)
        by_outcome[known] = by_outcome.get(known, 0) + count
        if known is Outcome.LETTER and opens[zone] > now:
            waiting.append((opens[zone], zone, count))
    return Preview(sum(by_outcome.values()), by_outcome, tuple(waiting))


def page(
    unit: UnitHead, chosen: Chosen, now: datetime, opens: Mapping[str, datetime], *, after: int, most: int
) -> list[Addressee]:
    """The next people of a selection, in the order of their enrolments, above the enrolment `after`."""
    query = (
        _addressees(unit, chosen, now, opens).where(Enrolment.id > after).order_by(Enrolment.id).limit(most)
    )
    return [
        Addressee(row.enrolment_id, row.person_id, row.zone, Outcome(row.outcome))
        for row in db.session.execute(query)
    ]


def _addressees(unit: UnitHead, chosen: Chosen, now: datetime, opens: Mapping[str, datetime]) -> Select[Any]:
    day = case(
        *(
            (OrgUnit.timezone == zone, literal(clock.local_date(opening, zone), Date))
            for zone, opening in sorted(opens.items())
        ),
        else_=literal(clock.local_date(now), Date),
    )
    # A date is no number on both databases, so the days before it are counted here.
    since, long_since = (
        case(
            *(
                (
                    OrgUnit.timezone == zone,
                    literal(clock.local_date(opening, zone) - timedelta(days=days), Date),
                )
                for zone, opening in sorted(opens.items())
            ),
            else_=literal(clock.local_date(now) - timedelta(days=days), Date),
        )
        for days in (schedule.GAP, BOUNCED_DAYS)
    )
    outcome = case(
        (Enrolment.due_at.is_(None), Outcome.NO_DATE.value),
        (_reminded(day, since), Outcome.RECENT.value),
        (or_(Person.email.is_(None), Person.email == ""), Outcome.NO_ADDRESS.value),
        (_bounced(long_since), Outcome.BOUNCED.value),
        else_=Outcome.LETTER.value,
    )
    return (
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.person_id,
            OrgUnit.timezone.label("zone"),
            outcome.label("outcome"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(OrgUnit, OrgUnit.id == Enrolment.org_unit_id)
        .where(
            *rates.matching(
                unit,
                chosen.course_key,
                now,
                state=chosen.state,
                own_only=chosen.own_only,
                search=chosen.search,
            ),
            Enrolment.status != EnrolmentStatus.PASSED,
            Person.status == PersonStatus.ACTIVE,
        )
    )


def _reminded(day: Any, since: Any) -> ColumnElement[bool]:
    """Somebody has a letter for that day, whatever became of it, or one that was not in vain less than `GAP` days before."""
    digest = aliased(ReminderDigest)
    told = and_(digest.day > since, digest.withdrawn_at.is_(None), digest.refused_at.is_(None))
    return exists().where(digest.person_id == Enrolment.person_id, or_(digest.day == day, told))


def _bounced(since: Any) -> ColumnElement[bool]:
    """The address is marked as refused, or a mail server refused a letter lately and has taken none after that."""
    marked = exists().where(MailRefusal.address == func.lower(Person.email))
    refused, later = aliased(ReminderDigest), aliased(ReminderDigest)
    taken = exists().where(
        later.person_id == refused.person_id, later.day > refused.day, later.handed_over_at.is_not(None)
    )
    lately = exists().where(
        refused.person_id == Enrolment.person_id, refused.refused_at.is_not(None), refused.day > since, ~taken
    )
    return or_(marked, lately)


def asked_in(digest_id: int) -> Asked | None:
    """What somebody asked for with this letter; None when nobody did or that course is passed or no longer obligatory."""
    row = db.session.execute(
        select(ReminderAsked.enrolment_id, ReminderAsking.office_role, OrgUnit.name)
        .join(ReminderAsking, ReminderAsking.id == ReminderAsked.asking_id)
        .join(Enrolment, Enrolment.id == ReminderAsked.enrolment_id)
        .outerjoin(OrgUnit, OrgUnit.id == ReminderAsking.office_unit_id)
        .where(
            ReminderAsked.digest_id == digest_id,
            Enrolment.ended_at.is_(None),
            Enrolment.status != EnrolmentStatus.PASSED,
            Enrolment.exempt_until.is_(None),
            Enrolment.due_at.is_not(None),
        )
    ).first()
    return Asked(row.enrolment_id, Office(row.office_role, row.name)) if row else None


def asking(who: Principal, unit_id: int, asking_id: int) -> AskingRow | None:
    """One asking of a unit within the viewer's scope; None outside it."""
    found = _askings(
        ReminderAsking.id == asking_id,
        ReminderAsking.org_unit_id == unit_id,
        ReminderAsking.org_unit_id.in_(visible_units(who, *SCOPE_ROLES)),
    )
    return found[0] if found else None


def latest(unit: UnitHead, most: int = 5) -> list[AskingRow]:
    """The last askings of a unit, the newest first."""
    return _askings(ReminderAsking.org_unit_id == unit.id, most=most)


def _askings(*conditions: ColumnElement[bool], most: int = 1) -> list[AskingRow]:
    rows = db.session.execute(
        select(ReminderAsking, Person.name)
        .join(Person, Person.id == ReminderAsking.asked_by)
        .where(*conditions)
        .order_by(ReminderAsking.id.desc())
        .limit(most)
    ).all()
    became = {
        row.asking_id: row
        for row in db.session.execute(
            select(
                ReminderAsked.asking_id,
                func.count(ReminderDigest.handed_over_at).label("sent"),
                func.count(ReminderDigest.withdrawn_at).label("withdrawn"),
                func.count(ReminderDigest.refused_at).label("refused"),
            )
            .join(ReminderDigest, ReminderDigest.id == ReminderAsked.digest_id)
            .where(ReminderAsked.asking_id.in_([one.id for one, _ in rows]))
            .group_by(ReminderAsked.asking_id)
        )
    }
    return [_asking_row(one, name, became.get(one.id)) for one, name in rows]


def _asking_row(one: ReminderAsking, name: str, letters: Any) -> AskingRow:
    return AskingRow(
        one.id, one.course_key, one.state, one.own_only, one.search, one.asked_at, one.asked_by, name, one.selected,
        one.job_id, one.ordered, one.recent, one.no_address, one.bounced, one.no_date, one.stopped, one.finished_at,
        letters.sent if letters else 0, letters.withdrawn if letters else 0, letters.refused if letters else 0,
    )  # fmt: skip


def office_of(who: Principal, unit: UnitHead) -> tuple[Role, int | None] | None:
    """In whose name somebody asks for people of a unit: role and unit of the grant that is nearest to them.

    The superior before the personnel office before an admin; None for whoever holds nothing over the unit.
    """
    held = [
        (SCOPE_ROLES.index(grant.role), -len(grant.unit_path or ""), grant)
        for grant in who.grants_for(*SCOPE_ROLES)
        if (grant.unit_path is not None and unit.path.startswith(grant.unit_path))
        or (grant.unit_path is None and grant.role is Role.ADMIN)
    ]
    if not held:
        return None
    nearest = min(held, key=lambda one: one[:2])[2]
    return nearest.role, nearest.org_unit_id


def named(role: Role, org_unit_id: int | None) -> Office:
    """An office with the name of its unit."""
    unit = db.session.get(OrgUnit, org_unit_id) if org_unit_id is not None else None
    return Office(role, unit.name if unit else None)
