"""Giving and ending roles. The rule who may is `granting.may_grant`; at least one unlimited admin always stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit
from learning.kernel.access import Grant, Role
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people.granting import may_grant, scope_problem, scope_word
from learning.people.kinds import PersonStatus
from learning.people.models import OrgUnit, Person, RoleGrant


def grant_role(
    *,
    person_id: int,
    role: Role,
    now: datetime,
    org_unit_id: int | None = None,
    course_key: str | None = None,
    actor_id: int | None = None,
) -> int:
    """Give a role; returns the grant's id. `actor_id` None: the command line or the demo, which may everything.

    Refuses: a scope that does not fit the role, a grant above what the actor holds now (Forbidden
    "people.grant_above_self"), a role held already with this scope (Conflict "people.role_held").
    """
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound("people.person_unknown")
    if person.status is not PersonStatus.ACTIVE:
        raise Conflict("people.not_active")
    unit = db.session.get(OrgUnit, org_unit_id) if org_unit_id is not None else None
    if org_unit_id is not None and unit is None:
        raise NotFound("people.unit_unknown")
    path = unit.path if unit else None
    problem = scope_problem(
        role, unit_path=path, is_agency=bool(unit and unit.parent_id is None), course_key=course_key
    )
    if problem:
        raise Invalid(problem)
    _refuse_above_self(actor_id, role, path, course_key)
    grant = RoleGrant(
        person_id=person_id,
        role=role,
        org_unit_id=org_unit_id,
        course_key=course_key,
        scope=scope_word(org_unit_id, course_key),
        granted_at=now,
        granted_by=actor_id,
        ended_at=None,
        ended_by=None,
    )
    db.session.add(grant)
    try:
        db.session.flush()
    except IntegrityError as error:
        if violated(error, "uq_role_grant_open"):
            raise Conflict("people.role_held") from error
        raise
    audit.record(
        "people.role_granted",
        f"person:{person_id}",
        actor_id=actor_id,
        about_id=person_id,
        role=role.value,
        scope=grant.scope,
    )
    return grant.id


def end_role(*, grant_id: int, now: datetime, actor_id: int | None = None) -> None:
    """End a role at once. Refuses: one above the actor's own, the last admin without scope, one ended already."""
    grant = db.session.scalar(select(RoleGrant).where(RoleGrant.id == grant_id).with_for_update())
    if grant is None:
        raise NotFound("people.grant_unknown")
    if grant.ended_at is not None:
        raise Conflict("people.role_ended")
    unit = db.session.get(OrgUnit, grant.org_unit_id) if grant.org_unit_id is not None else None
    _refuse_above_self(actor_id, grant.role, unit.path if unit else None, grant.course_key)
    if grant.role is Role.ADMIN and grant.scope == "*":
        refuse_without_admin(ending_grant_id=grant_id)
    grant.ended_at = now
    grant.ended_by = actor_id
    audit.record(
        "people.role_ended",
        f"person:{grant.person_id}",
        actor_id=actor_id,
        about_id=grant.person_id,
        role=grant.role.value,
        scope=grant.scope,
    )


def refuse_without_admin(*, ending_grant_id: int | None = None, leaving_person_id: int | None = None) -> None:
    """Raise Conflict "people.last_admin" when no unlimited admin would be left. Locks the admin grants, so that two
    admins cannot end each other at the same moment.
    """
    grants = db.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.role == Role.ADMIN, RoleGrant.scope == "*", RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.id)
        .with_for_update()
    ).all()
    staying = [g for g in grants if g.id != ending_grant_id and g.person_id != leaving_person_id]
    if grants and not staying:
        raise Conflict("people.last_admin")


def refuse_person_above(*, actor_id: int | None, person_id: int) -> None:
    """Raise Forbidden "people.person_above_self" when the person holds a role that the actor may not give.

    Without this an agency's admin could put their own address on an admin of everything who happens to sit in that
    agency, have a password link sent to it, and sign in as them. `actor_id` None: the command line.
    """
    if actor_id is None or actor_id == person_id:
        return
    held = _held(actor_id)
    for grant in _held(person_id):
        if not may_grant(held, role=grant.role, unit_path=grant.unit_path, course_key=grant.course_key):
            raise Forbidden("people.person_above_self")


def _held(person_id: int) -> tuple[Grant, ...]:
    rows = db.session.execute(
        select(RoleGrant.role, RoleGrant.org_unit_id, RoleGrant.course_key, OrgUnit.path)
        .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(RoleGrant.person_id == person_id, RoleGrant.ended_at.is_(None))
    )
    return tuple(Grant(row.role, row.org_unit_id, row.path, row.course_key) for row in rows)


def _refuse_above_self(actor_id: int | None, role: Role, path: str | None, course_key: str | None) -> None:
    if actor_id is None:
        return
    held = _held(actor_id)
    if not may_grant(held, role=role, unit_path=path, course_key=course_key):
        raise Forbidden("people.grant_above_self")
