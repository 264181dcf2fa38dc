"""What an admin does to persons, units and roles, each as one write inside the admin's own reach.

Every function looks up what the address named within the scope of the principal, in the same transaction as the
change; what lies outside is NotFound. The changes themselves are the services'.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, true

from learning.kernel import clock, jobs
from learning.kernel.access import Grant, Principal, Role
from learning.kernel.db import db
from learning.kernel.errors import Invalid, NotFound
from learning.people import deputies, queries, services
from learning.people.import_rows import grade_of, is_unit_code
from learning.people.kinds import EmploymentType, PersonStatus, PositionType, UnitKind
from learning.people.models import OrgUnit, Person, RoleGrant
from learning.people.queries import PersonRow, UnitRow
from learning.people.scope import reach
from learning.people.services.deputies import note_act

FURTHEST = timedelta(days=366)
EARLIEST = date(1960, 1, 1)


def register(
    *,
    principal: Principal,
    employee_number: str,
    person: dict[str, Any],
    employment_type: EmploymentType,
    seat: dict[str, Any],
    now: datetime,
) -> str:
    """Register somebody with a first seat and send the activation link when there is an address; the public id."""
    person_id = services.create_person(
        employee_number=employee_number,
        employment_type=employment_type,
        now=now,
        actor_id=principal.person_id,
        **person,
    )
    _seat(principal, person_id, employment_type, now=now, **seat)
    if person.get("email"):
        jobs.enqueue("people.send_link", {"person_id": person_id}, created_by=principal.person_id)
    return _person_by_id(person_id).public_id


def correct(
    *,
    principal: Principal,
    public_id: str,
    person: dict[str, Any],
    employment_type: EmploymentType,
    now: datetime,
) -> bool:
    """Correct what is known about somebody; True when anything changed."""
    row = visible(principal, public_id, now=now)
    services.refuse_person_above(actor_id=principal.person_id, person_id=row.id)
    return services.update_person(
        person_id=row.id, employment_type=employment_type, now=now, actor_id=principal.person_id, **person
    )


def move(*, principal: Principal, public_id: str, seat: dict[str, Any], now: datetime) -> None:
    """Give somebody another seat; the open one ends the day before."""
    row = visible(principal, public_id, now=now)
    _seat(principal, row.id, row.employment_type, now=now, **seat)


def retire(*, principal: Principal, public_id: str, on: date, status: PersonStatus, now: datetime) -> None:
    """End somebody's service."""
    row = visible(principal, public_id, now=now)
    services.refuse_person_above(actor_id=principal.person_id, person_id=row.id)
    _refuse_far(on, now)
    services.retire_person(person_id=row.id, on=on, now=now, status=status, actor_id=principal.person_id)


def resend_link(*, principal: Principal, public_id: str, now: datetime) -> None:
    """Queue a new activation or reset link. Refuses somebody without an address, or who has left."""
    row = visible(principal, public_id, now=now)
    services.refuse_person_above(actor_id=principal.person_id, person_id=row.id)
    if row.status is not PersonStatus.ACTIVE:
        raise Invalid("people.not_active")
    if not row.email:
        raise Invalid("people.no_address")
    jobs.enqueue("people.send_link", {"person_id": row.id}, created_by=principal.person_id)


def look(
    *, principal: Principal, public_id: str, roles: tuple[Role, ...], purpose: str, now: datetime
) -> PersonRow:
    """Somebody's data within scope, and the note that they were looked at."""
    row = visible(principal, public_id, *roles, now=now)
    note_act(
        grant=_opened_by(principal, public_id, *roles, now=now),
        action=purpose,
        subject=f"person:{row.id}",
        now=now,
    )
    services.log_view(subject_id=row.id, viewer_id=principal.person_id, purpose=purpose, now=now)
    return row


def visible(principal: Principal, public_id: str, *roles: Role, now: datetime) -> PersonRow:
    """Somebody within the scope of these roles (default: admin), or NotFound."""
    row = queries.person_by_public_id(
        principal, public_id, *(roles or (Role.ADMIN,)), on=clock.local_date(now, principal.timezone)
    )
    if row is None:
        raise NotFound("people.person_unknown")
    return row


def _opened_by(principal: Principal, public_id: str, *roles: Role, now: datetime) -> Grant | None:
    """The carried grant by which a deputy sees somebody; None where a role of their own does, and for everybody else."""
    if all(grant.deputation_id is None for grant in principal.grants):
        return None
    on = clock.local_date(now, principal.timezone)
    for grant, alone in deputies.by_each(principal):
        if queries.person_by_public_id(alone, public_id, *roles, on=on) is not None:
            return grant
    return None


def visible_unit(principal: Principal, unit_id: int, *roles: Role) -> UnitRow:
    """A unit within the scope of these roles (default: admin), or NotFound."""
    condition = reach(principal, *(roles or (Role.ADMIN,)))
    found = db.session.scalar(
        select(OrgUnit.id).where(OrgUnit.id == unit_id, true() if condition is None else condition)
    )
    row = queries.unit_row(unit_id) if found is not None else None
    if row is None:
        raise NotFound("people.unit_unknown")
    return row


def is_unlimited(principal: Principal) -> bool:
    """Whether the principal is an admin of everything."""
    return reach(principal, Role.ADMIN) is None


def add_unit(
    *,
    principal: Principal,
    parent_id: int | None,
    code: str,
    name: str,
    kind: UnitKind,
    region_code: str | None,
    timezone: str | None,
    now: datetime,
) -> int:
    """Add a unit below a visible one; an agency only as an admin of everything. Returns its id."""
    if parent_id is None and not is_unlimited(principal):
        raise NotFound("people.unit_unknown")
    if parent_id is not None and visible_unit(principal, parent_id).valid_to is not None:
        raise Invalid("people.unit_ended")
    if not is_unit_code(code):
        raise Invalid("people.unit_code")
    return services.create_unit(
        name=name,
        kind=kind,
        parent_id=parent_id,
        code=code,
        region_code=region_code,
        timezone=timezone,
        now=now,
        actor_id=principal.person_id,
    )


def change_unit(
    *,
    principal: Principal,
    unit_id: int,
    name: str,
    kind: UnitKind,
    region_code: str | None,
    timezone: str | None,
) -> bool:
    """Rename a unit or correct its kind, region or zone; True when anything changed."""
    visible_unit(principal, unit_id)
    return services.update_unit(
        unit_id=unit_id,
        name=name,
        kind=kind,
        region_code=region_code,
        timezone=timezone,
        actor_id=principal.person_id,
    )


def hang_unit(*, principal: Principal, unit_id: int, parent_id: int) -> bool:
    """Move a unit under another visible one; True when it moved."""
    visible_unit(principal, unit_id)
    visible_unit(principal, parent_id)
    return services.move_unit(unit_id=unit_id, parent_id=parent_id, actor_id=principal.person_id)


def merge_unit(*, principal: Principal, unit_id: int, into_id: int, on: date, now: datetime) -> int:
    """Merge a unit into another visible one; how many people moved."""
    visible_unit(principal, unit_id)
    visible_unit(principal, into_id)
    _refuse_far(on, now)
    return services.merge_unit(unit_id=unit_id, into_id=into_id, on=on, now=now, actor_id=principal.person_id)


def split_unit(
    *,
    principal: Principal,
    unit_id: int,
    name: str,
    code: str,
    numbers: Collection[str],
    titles: Collection[str],
    on: date,
    now: datetime,
) -> tuple[int, int]:
    """Split chosen people off a visible unit into a new one; its id and how many people moved."""
    visible_unit(principal, unit_id)
    if not is_unit_code(code):
        raise Invalid("people.unit_code")
    _refuse_far(on, now)
    return services.split_unit(
        unit_id=unit_id,
        name=name,
        code=code,
        numbers=numbers,
        titles=titles,
        on=on,
        now=now,
        actor_id=principal.person_id,
    )


def set_guard(*, principal: Principal, unit_id: int, percent: int) -> bool:
    """Set the share from which on a file of a visible agency needs a reason; True when it changed."""
    visible_unit(principal, unit_id)
    return services.set_guard(agency_id=unit_id, percent=percent, actor_id=principal.person_id)


def close_unit(*, principal: Principal, unit_id: int, on: date, now: datetime) -> None:
    """End an empty unit."""
    visible_unit(principal, unit_id)
    _refuse_far(on, now)
    services.end_unit(unit_id=unit_id, on=on, actor_id=principal.person_id)


def give_role(
    *,
    principal: Principal,
    employee_number: str,
    role: Role,
    org_unit_id: int | None,
    course_key: str | None,
    now: datetime,
) -> None:
    """Give a role to somebody within reach. Whoever is outside is as unknown as a number nobody has."""
    person = queries.find_person(
        principal, employee_number, Role.ADMIN, Role.HR, on=clock.local_date(now, principal.timezone)
    )
    if person is None:
        raise Invalid("people.no_such_number")
    if org_unit_id is not None:
        visible_unit(principal, org_unit_id, Role.ADMIN, Role.HR)
    services.grant_role(
        person_id=person.id,
        role=role,
        org_unit_id=org_unit_id,
        course_key=course_key,
        now=now,
        actor_id=principal.person_id,
    )


def take_role(*, principal: Principal, grant_id: int, now: datetime) -> None:
    """End a role within reach."""
    condition = reach(principal, Role.ADMIN, Role.HR)
    found = db.session.scalar(
        select(RoleGrant.id)
        .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(RoleGrant.id == grant_id, true() if condition is None else condition)
    )
    if found is None:
        raise NotFound("people.grant_unknown")
    services.end_role(grant_id=grant_id, now=now, actor_id=principal.person_id)


def _seat(
    principal: Principal,
    person_id: int,
    employment_type: EmploymentType,
    *,
    org_unit_id: int,
    position_title: str,
    position_type: PositionType,
    grade: str | None,
    starts_on: date,
    now: datetime,
) -> None:
    visible_unit(principal, org_unit_id)
    _refuse_far(starts_on, now)
    grade_code = grade_of(grade, employment_type) if grade else None
    if grade and grade_code is None:
        raise Invalid("people.grade")
    services.post_person(
        person_id=person_id,
        org_unit_id=org_unit_id,
        position_title=position_title,
        position_type=position_type,
        grade_code=grade_code,
        starts_on=starts_on,
        now=now,
        actor_id=principal.person_id,
    )


def _refuse_far(day: date, now: datetime) -> None:
    if not EARLIEST <= day <= clock.local_date(now) + FURTHEST:
        raise Invalid("people.far_date")


def _person_by_id(person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound("people.person_unknown")
    return person
