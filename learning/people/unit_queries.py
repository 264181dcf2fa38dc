"""Reads of the unit tree. They return frozen rows, never database objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.people.kinds import PostingKind, UnitKind
from learning.people.models import OrgUnit, Posting
from learning.people.scope import reach


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of the tree. `seats`: open definitive seats in the unit itself."""

    id: int
    parent_id: int | None
    agency_id: int
    kind: UnitKind
    name: str
    code: str | None
    region_code: str | None
    timezone: str
    path: str
    depth: int
    valid_from: date
    valid_to: date | None
    seats: int = 0


def _unit(unit: OrgUnit, seats: int = 0) -> UnitRow:
    return UnitRow(
        unit.id,
        unit.parent_id,
        unit.agency_id,
        unit.kind,
        unit.name,
        unit.code,
        unit.region_code,
        unit.timezone,
        unit.path,
        unit.depth,
        unit.valid_from,
        unit.valid_to,
        seats,
    )


def unit_row(unit_id: int) -> UnitRow | None:
    """A unit by id."""
    unit = db.session.get(OrgUnit, unit_id)
    return _unit(unit) if unit else None


def children_of(unit_id: int) -> list[UnitRow]:
    """The open units right below, by name."""
    rows = db.session.scalars(
        select(OrgUnit).where(OrgUnit.parent_id == unit_id, OrgUnit.valid_to.is_(None)).order_by(OrgUnit.name)
    )
    return [_unit(row) for row in rows]


def _seats() -> Select[tuple[int, int]]:
    return (
        select(Posting.org_unit_id.label("unit_id"), func.count().label("seats"))
        .where(Posting.kind == PostingKind.DEFINITIVE, Posting.ends_on.is_(None))
        .group_by(Posting.org_unit_id)
    )


def unit_tree(principal: Principal, *roles: Role, below: int | None = None) -> list[UnitRow]:
    """One level of the tree with open seats: the children of `below`, or the tops of what the principal may see."""
    condition = reach(principal, *roles)
    seats = _seats().subquery()
    query = (
        select(OrgUnit, func.coalesce(seats.c.seats, 0))
        .outerjoin(seats, seats.c.unit_id == OrgUnit.id)
        .where(OrgUnit.valid_to.is_(None))
        .order_by(OrgUnit.name)
    )
    if condition is not None:
        query = query.where(condition)
    if below is not None:
        query = query.where(OrgUnit.parent_id == below)
    elif condition is None:
        query = query.where(OrgUnit.parent_id.is_(None))
    else:
        tops = [grant.org_unit_id for grant in principal.grants_for(*roles) if grant.org_unit_id is not None]
        query = query.where(OrgUnit.id.in_(tops))
    return [_unit(unit, count) for unit, count in db.session.execute(query)]


def unit_options(principal: Principal, *roles: Role) -> list[tuple[str, str]]:
    """Open units within reach as (id, indented name with code), every unit below its parent."""
    condition = reach(principal, *roles)
    query = select(OrgUnit.id, OrgUnit.name, OrgUnit.code, OrgUnit.depth).where(OrgUnit.valid_to.is_(None))
    if condition is not None:
        query = query.where(condition)
    rows = db.session.execute(query.order_by(OrgUnit.path)).all()
    top = min((row.depth for row in rows), default=0)
    return [
        (str(row.id), "\u2003" * (row.depth - top) + row.name + (f" ({row.code})" if row.code else ""))
        for row in rows
    ]


def unit_codes(agency_id: int | None) -> dict[str, tuple[int, str | None, bool]]:
    """Casefolded unit codes to (unit id, parent's casefolded code, open), of one agency or of all.

    A code that two agencies use is left out when all are asked for: it names nobody for certain.
    """
    parent = OrgUnit.__table__.alias("parent")
    query = select(OrgUnit.code, OrgUnit.id, parent.c.code, OrgUnit.valid_to).outerjoin(
        parent, parent.c.id == OrgUnit.parent_id
    )
    query = query.where(OrgUnit.code.is_not(None))
    if agency_id is not None:
        query = query.where(OrgUnit.agency_id == agency_id)
    found: dict[str, tuple[int, str | None, bool]] = {}
    twice: set[str] = set()
    for code, unit_id, parent_code, valid_to in db.session.execute(query):
        key = (code or "").casefold()
        if key in found:
            twice.add(key)
        found[key] = (unit_id, parent_code.casefold() if parent_code else None, valid_to is None)
    return {key: value for key, value in found.items() if key not in twice}


def titles_in(unit_id: int, *, most: int = 60) -> list[tuple[str, int]]:
    """The positions held in a unit itself and by how many, the most frequent first; own seats and acting posts that go on."""
    how_many = func.count().label("how_many")
    rows = db.session.execute(
        select(Posting.position_title, how_many)
        .where(Posting.org_unit_id == unit_id, Posting.ends_on.is_(None))
        .group_by(Posting.position_title)
        .order_by(how_many.desc(), Posting.position_title)
        .limit(most)
    )
    return [(title, count) for title, count in rows]
