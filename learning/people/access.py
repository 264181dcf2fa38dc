"""From session token to principal, in one statement.

Session, person, present seat, unit, open roles and what is carried as a deputy come back in one statement; nothing
else is asked in a request to know who is there. The statement itself refuses ended or expired sessions and persons who
have left, so ending a session or retiring somebody works with the very next request.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Date, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from learning.kernel import clock
from learning.kernel.access import Grant, Principal
from learning.kernel.db import UtcDateTime, db
from learning.people.deputies import grants_carried, in_force
from learning.people.deputy_models import Deputation
from learning.people.kinds import PersonStatus, PostingKind
from learning.people.models import LoginSession, OrgUnit, Person, Posting, RoleGrant
from learning.people.names import display_name

from .services.accounts import token_hash

_granted_unit = aliased(OrgUnit, name="granted_unit")
_carried = aliased(RoleGrant, name="carried")
_carried_unit = aliased(OrgUnit, name="carried_unit")
_today = bindparam("today", type_=Date)
_now = bindparam("now", type_=UtcDateTime)

# Built once: every request runs it, and building it takes longer than running it.
_LIVE_SESSION = (
    select(
        LoginSession.id.label("session_id"),
        Person.id.label("person_id"),
        Person.name,
        Person.front_title,
        Person.back_title,
        Person.employee_number,
        Person.locale,
        OrgUnit.id.label("unit_id"),
        OrgUnit.path.label("unit_path"),
        OrgUnit.name.label("unit_name"),
        OrgUnit.agency_id,
        OrgUnit.timezone,
        RoleGrant.id.label("grant_id"),
        RoleGrant.role,
        RoleGrant.org_unit_id.label("granted_unit_id"),
        RoleGrant.course_key,
        _granted_unit.path.label("granted_path"),
        Deputation.id.label("deputation_id"),
        Deputation.giver_id,
        _carried.role.label("carried_role"),
        _carried.org_unit_id.label("carried_unit_id"),
        _carried_unit.path.label("carried_path"),
    )
    .join(Person, Person.id == LoginSession.person_id)
    .outerjoin(
        Posting,
        and_(
            Posting.person_id == Person.id,
            Posting.kind == PostingKind.DEFINITIVE,
            Posting.starts_on <= _today,
            or_(Posting.ends_on.is_(None), Posting.ends_on >= _today),
        ),
    )
    .outerjoin(OrgUnit, OrgUnit.id == Posting.org_unit_id)
    .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, RoleGrant.ended_at.is_(None)))
    .outerjoin(_granted_unit, _granted_unit.id == RoleGrant.org_unit_id)
    # What another has handed over is a grant like one's own, so that no page has to ask a second time.
    .outerjoin(Deputation, and_(Deputation.deputy_id == Person.id, in_force(_now, _today)))
    .outerjoin(_carried, _carried.id == Deputation.grant_id)
    .outerjoin(_carried_unit, _carried_unit.id == _carried.org_unit_id)
    .where(
        LoginSession.token_hash == bindparam("token_hash"),
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > _now,
        Person.status == PersonStatus.ACTIVE,
    )
    .order_by(Posting.starts_on.desc(), Posting.id.desc(), RoleGrant.id, Deputation.id)
)


def load_principal(token: str) -> Principal | None:
    """The principal of a live session, or None. One SQL statement."""
    return principal_at(token, clock.now())


def principal_at(token: str, now: datetime) -> Principal | None:
    """`load_principal` at a given instant."""
    rows = db.session.execute(
        _LIVE_SESSION, {"token_hash": token_hash(token), "now": now, "today": clock.local_date(now)}
    ).all()
    if not rows:
        return None
    first = rows[0]
    # Two overlapping seats would repeat every grant, hence by id.
    grants = {
        row.grant_id: Grant(row.role, row.granted_unit_id, row.granted_path, row.course_key)
        for row in rows
        if row.grant_id is not None
    }
    carried = {
        row.deputation_id: Grant(
            row.carried_role,
            row.carried_unit_id,
            row.carried_path,
            deputation_id=row.deputation_id,
            giver_id=row.giver_id,
        )
        for row in rows
        if row.deputation_id is not None
    }
    return Principal(
        person_id=first.person_id,
        session_id=first.session_id,
        session_token=token,
        name=first.name,
        display_name=display_name(first.name, first.front_title, first.back_title),
        employee_number=first.employee_number,
        locale=first.locale,
        timezone=first.timezone or clock.DEFAULT_ZONE,
        unit_id=first.unit_id,
        unit_path=first.unit_path,
        unit_name=first.unit_name,
        agency_id=first.agency_id,
        grants=(*grants.values(), *carried.values()),
    )


def acting(person_id: int) -> Principal | None:
    """Somebody with the roles held now, outside any session: for background work. None when they have left."""
    rows = db.session.execute(
        select(Person, RoleGrant, OrgUnit.path)
        .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, RoleGrant.ended_at.is_(None)))
        .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(Person.id == person_id, Person.status == PersonStatus.ACTIVE)
        .order_by(RoleGrant.id)
    ).all()
    if not rows:
        return None
    person = rows[0][0]
    grants = tuple(
        Grant(grant.role, grant.org_unit_id, path, grant.course_key) for _, grant, path in rows if grant
    )
    grants += tuple(grants_carried(person_id, clock.now()))
    return bare_principal(person.id, grants, person.name, person.employee_number)


def bare_principal(
    person_id: int, grants: tuple[Grant, ...], name: str = "", employee_number: str = ""
) -> Principal:
    """A principal without session or seat; only its grants say what it may see."""
    return Principal(
        person_id=person_id,
        session_id=0,
        session_token="",
        name=name,
        display_name=name,
        employee_number=employee_number,
        locale="id",
        timezone=clock.DEFAULT_ZONE,
        unit_id=None,
        unit_path=None,
        unit_name=None,
        agency_id=None,
        grants=grants,
    )
