"""Who may see whom: one query per object type, used alike by pages, JSON, files, counts and jobs.

A supervisor sees a subtree, HR an agency, an admin an agency or everything; a trainer sees courses, not people.
Whatever is outside answers 404.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from learning.kernel.access import Principal, Role
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.people.tree import range_end

SEEING = (Role.SUPERVISOR, Role.HR, Role.ADMIN)
NOBODY = 0
"""An id that no person has, to ask about where a look-up found nobody."""


def units_in(path: str) -> ColumnElement[bool]:
    """The condition "this unit or one below it" as a range over the index of paths."""
    return and_(OrgUnit.path >= path, OrgUnit.path < range_end(path))


def reach(principal: Principal, *roles: Role) -> ColumnElement[bool] | None:
    """The condition on OrgUnit that these roles (default: all that see people) open; None means no limit at all."""
    paths: list[str] = []
    for grant in principal.grants_for(*(roles or SEEING)):
        if grant.unit_path is not None:
            paths.append(grant.unit_path)
        elif grant.role is Role.ADMIN:
            return None
    return or_(*(units_in(path) for path in sorted(set(paths)))) if paths else false()


def visible_units(principal: Principal, *roles: Role) -> Select[tuple[int]]:
    """Ids of the units that these roles of the principal open, ended units included."""
    condition = reach(principal, *roles)
    return select(OrgUnit.id).where(true() if condition is None else condition)


def visible_people(
    principal: Principal,
    *roles: Role,
    on: date,
    with_former: bool = False,
    among: Collection[int] | None = None,
) -> Select[tuple[int]]:
    """Ids of the persons whose definitive seat on `on` lies in a visible unit.

    `with_former`: also those whose last seat before `on` was there and who have none now (retired, discharged), and
    those whose very first seat lies ahead there, for HR pages; an unlimited admin then sees everybody, also persons
    who never had a seat.

    `among` asks about these persons only. Whoever looks somebody up must give it: without, the database makes the whole
    list as soon as the one asked for exists, and the time of the answer tells that (docs/performance.md).
    """
    condition = reach(principal, *roles)
    if condition is None and with_former:
        return select(Person.id).where(true() if among is None else Person.id.in_(among))
    query = (
        select(Posting.person_id)
        .join(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .where(Posting.kind == PostingKind.DEFINITIVE)
    )
    if among is not None:
        query = query.where(Posting.person_id.in_(among))
    if condition is not None:
        query = query.where(condition)
    if not with_former:
        return query.where(Posting.starts_on <= on, or_(Posting.ends_on.is_(None), Posting.ends_on >= on))
    later, earlier = aliased(Posting), aliased(Posting)
    latest = ~exists().where(
        later.person_id == Posting.person_id,
        later.kind == PostingKind.DEFINITIVE,
        later.starts_on <= on,
        later.starts_on > Posting.starts_on,
    )
    first = ~exists().where(
        earlier.person_id == Posting.person_id,
        earlier.kind == PostingKind.DEFINITIVE,
        earlier.starts_on < Posting.starts_on,
    )
    return query.where(or_(and_(Posting.starts_on <= on, latest), and_(Posting.starts_on > on, first)))
