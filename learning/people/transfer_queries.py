"""Who went from one agency to another, as the admins of both may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import aliased

from learning.kernel import clock
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.people.kinds import PersonStatus
from learning.people.models import AgencyTransfer, OrgUnit, Person, RoleGrant, TransferDigest
from learning.people.names import display_name
from learning.people.queries import PAGE
from learning.people.scope import reach


@dataclass(frozen=True, slots=True)
class TransferRow:
    """One transfer. `came` and `went`: into and out of an agency within reach. `public_id`: of those who came; the other
    agency's people are not within reach any more.
    """

    name: str
    employee_number: str
    from_agency: str
    to_agency: str
    starts_on: date
    at: datetime
    came: bool
    went: bool
    public_id: str | None


@dataclass(frozen=True, slots=True)
class AgencyNews:
    """How many came to and went from an agency."""

    name: str
    came: int
    went: int


@dataclass(frozen=True, slots=True)
class Untold:
    """What an admin is to be told today, in the zone of the (first) agency they look after."""

    day: date
    news: tuple[AgencyNews, ...]


# Older transfers are on the page; a letter is about what is new.
TOLD_BACK = timedelta(days=14)
FROM_HOUR, TO_HOUR = 7, 17
SUNDAY = 6


def admins_concerned(now: datetime) -> list[int]:
    """Admins of single agencies that somebody came to or went from in the last two weeks, with a mail address."""
    at = AgencyTransfer.at >= now - TOLD_BACK
    concerned = (
        select(AgencyTransfer.to_agency_id).where(at).union(select(AgencyTransfer.from_agency_id).where(at))
    )
    return list(
        db.session.scalars(
            select(RoleGrant.person_id)
            .join(Person, Person.id == RoleGrant.person_id)
            .where(
                RoleGrant.role == Role.ADMIN,
                RoleGrant.ended_at.is_(None),
                RoleGrant.org_unit_id.in_(concerned),
                Person.status == PersonStatus.ACTIVE,
                Person.email.is_not(None),
            )
            .distinct()
            .order_by(RoleGrant.person_id)
        )
    )


def untold(person_id: int, now: datetime) -> Untold | None:
    """What to tell an admin at this hour; None outside working hours, when told today already, or with nothing new.

    Told are whole days that are over: from the day of the last letter (or since the role was given, at most two weeks back)
    until yesterday. Whatever was written down in them has been committed long since, so nothing falls between two letters.
    """
    grants = db.session.execute(
        select(RoleGrant.org_unit_id, OrgUnit.name, OrgUnit.timezone, RoleGrant.granted_at)
        .join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(RoleGrant.person_id == person_id, RoleGrant.role == Role.ADMIN, RoleGrant.ended_at.is_(None))
        .order_by(OrgUnit.name, OrgUnit.id)
    ).all()
    if not grants:
        return None
    zone = grants[0].timezone
    here = clock.local(now, zone)
    last = db.session.scalar(
        select(func.max(TransferDigest.day)).where(TransferDigest.person_id == person_id)
    )
    if not FROM_HOUR <= here.hour < TO_HOUR or here.weekday() == SUNDAY or (last and last >= here.date()):
        return None
    since = now - TOLD_BACK
    if last is not None:
        since = max(since, _midnight(last, zone))
    found = []
    for agency_id, name, _zone, granted_at in grants:
        until = _midnight(here.date(), zone)
        within = (AgencyTransfer.at >= max(since, granted_at), AgencyTransfer.at < until)
        came, went = (
            db.session.scalar(
                select(func.count()).select_from(AgencyTransfer).where(side == agency_id, *within)
            )
            or 0
            for side in (AgencyTransfer.to_agency_id, AgencyTransfer.from_agency_id)
        )
        if came or went:
            found.append(AgencyNews(name, came, went))
    return Untold(here.date(), tuple(found)) if found else None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def agencies_of(principal: Principal) -> list[int] | None:
    """The agencies somebody is an admin of; None: of everything."""
    condition = reach(principal, Role.ADMIN)
    if condition is None:
        return None
    return list(db.session.scalars(select(OrgUnit.id).where(condition, OrgUnit.parent_id.is_(None))))


def count_transfers(principal: Principal, *, since: datetime) -> tuple[int, int]:
    """How many came to and how many left the agencies somebody is an admin of; (0, 0) for an admin of everything, who
    moves people between agencies and need not be told.
    """
    agencies = agencies_of(principal)
    if not agencies:
        return 0, 0
    came, went = (
        db.session.scalar(
            select(func.count())
            .select_from(AgencyTransfer)
            .where(at.in_(agencies), AgencyTransfer.at >= since)
        )
        or 0
        for at in (AgencyTransfer.to_agency_id, AgencyTransfer.from_agency_id)
    )
    return came, went


def visible_transfers(principal: Principal, *, page: int = 1) -> tuple[list[TransferRow], int]:
    """Transfers into or out of the agencies somebody is an admin of, the latest first; one page and the total."""
    agencies = agencies_of(principal)
    seen: ColumnElement[bool] = true()
    if agencies is not None:
        seen = or_(AgencyTransfer.from_agency_id.in_(agencies), AgencyTransfer.to_agency_id.in_(agencies))
    total = db.session.scalar(select(func.count()).select_from(AgencyTransfer).where(seen)) or 0
    origin, target = aliased(OrgUnit), aliased(OrgUnit)
    rows = db.session.execute(
        select(AgencyTransfer, Person, origin.name, target.name)
        .join(Person, Person.id == AgencyTransfer.person_id)
        .join(origin, origin.id == AgencyTransfer.from_agency_id)
        .join(target, target.id == AgencyTransfer.to_agency_id)
        .where(seen)
        .order_by(AgencyTransfer.at.desc(), AgencyTransfer.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    found = []
    for transfer, person, from_name, to_name in rows:
        came = agencies is None or transfer.to_agency_id in agencies
        found.append(
            TransferRow(
                display_name(person.name, person.front_title, person.back_title),
                person.employee_number,
                from_name,
                to_name,
                transfer.starts_on,
                transfer.at,
                came,
                agencies is None or transfer.from_agency_id in agencies,
                person.public_id if came else None,
            )
        )
    return found, total
