"""Who went from one agency to another, as the admins of both may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import aliased

from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.people.models import AgencyTransfer, OrgUnit, Person
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
