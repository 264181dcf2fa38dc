"""What admins and HR do to elections and assignments, each as one write inside their own reach.

What the address or form named is looked up within the scope of the principal, in the same transaction as the change.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true

from learning.kernel.access import Principal, Role
from learning.kernel.db import among, db
from learning.kernel.errors import Forbidden, NotFound
from learning.people.models import OrgUnit
from learning.people.scope import visible_units
from learning.records import services
from learning.records.audience_models import AssignmentUnit
from learning.records.kinds import EventKind
from learning.records.models import Assignment
from learning.records.moving_models import OutageOutcome
from learning.records.services import Assigned, redating

ASSIGNING = (Role.HR, Role.ADMIN)


def rules_everywhere(principal: Principal) -> bool:
    """Whether somebody is an admin without limits: dates of elections hold for every agency."""
    return any(grant.org_unit_id is None for grant in principal.grants_for(Role.ADMIN))


def enter_event(
    *, principal: Principal, name: str, kind: EventKind, legal_basis: str, region_codes: tuple[str, ...]
) -> int:
    """Enter an election; its id. For admins without limits only."""
    need_everywhere(principal)
    return services.create_event(
        key=event_key(name),
        name=name,
        kind=kind,
        legal_basis=legal_basis,
        region_codes=region_codes,
        actor_id=principal.person_id,
    )


def move_stage(
    *,
    principal: Principal,
    event_id: int,
    seen: int,
    now: datetime,
    **stage: Any,
) -> int:
    """Set or move a stage; how many people have another date now. For admins without limits only.

    `seen` is the last change the admin was shown (`services.set_stage`).
    """
    need_everywhere(principal)
    return services.set_stage(event_id=event_id, seen=seen, now=now, actor_id=principal.person_id, **stage)


def resume_redating(*, principal: Principal, redating_id: int, now: datetime) -> None:
    """Go on with a recomputation that was given up. For admins without limits only."""
    need_everywhere(principal)
    redating.resume(redating_id=redating_id, now=now, actor_id=principal.person_id)


def propose_outage(*, principal: Principal, **outage: Any) -> uuid.UUID:
    """Propose to make up for an outage; its public id. For admins without limits only: it concerns everybody."""
    need_everywhere(principal)
    return services.propose_outage(actor_id=principal.person_id, **outage)


def approve_outage(*, principal: Principal, public_id: uuid.UUID, now: datetime) -> int | None:
    """Agree to somebody else's proposal (`services.approve_outage`). For admins without limits only."""
    need_everywhere(principal)
    return services.approve_outage(actor_id=principal.person_id, public_id=public_id, now=now)


def decline_outage(
    *, principal: Principal, public_id: uuid.UUID, remark: str, now: datetime
) -> OutageOutcome:
    """Return or take back a proposal (`services.decline_outage`). For admins without limits only."""
    need_everywhere(principal)
    return services.decline_outage(actor_id=principal.person_id, public_id=public_id, remark=remark, now=now)


def give(
    *,
    principal: Principal,
    unit_ids: Collection[int],
    without_ids: Collection[int] = (),
    now: datetime,
    **course: Any,
) -> Assigned:
    """Assign a course to an audience of units within reach; to the whole country (no units) for admins without limits."""
    if not unit_ids:
        need_everywhere(principal)
    if not reaches_all(principal, [*unit_ids, *without_ids]):
        raise NotFound("records.unit_unknown")
    return services.assign(
        unit_ids=unit_ids, without_ids=without_ids, now=now, actor_id=principal.person_id, **course
    )


def take_back(*, principal: Principal, assignment_id: int, now: datetime) -> int:
    """End an assignment all of whose units are within reach; how many enrolments it closed."""
    query = select(Assignment.id).where(Assignment.id == assignment_id, visible_assignments(principal))
    if db.session.execute(query).first() is None:
        raise NotFound("records.assignment_unknown")
    return services.end_assignment(assignment_id=assignment_id, now=now, actor_id=principal.person_id)


def visible_assignments(principal: Principal) -> ColumnElement[bool]:
    """The condition for assignments that somebody may see and end: those whose every unit is within reach.

    An assignment over two agencies is the business of whoever holds both; one for the country that of admins without limits.
    """
    if rules_everywhere(principal):
        return true()
    units = select(AssignmentUnit.assignment_id).where(
        AssignmentUnit.included, AssignmentUnit.assignment_id == Assignment.id
    )
    beyond = units.where(AssignmentUnit.org_unit_id.not_in(visible_units(principal, *ASSIGNING)))
    return units.correlate(Assignment).exists() & ~beyond.correlate(Assignment).exists()


def event_key(name: str) -> str:
    """A name as a key: ASCII letters, digits and dashes, at most 80."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "pemilihan"


def need_everywhere(principal: Principal) -> None:
    """Refuse (Forbidden) whoever is no admin without limits."""
    if not rules_everywhere(principal):
        raise Forbidden("records.not_everywhere")


def reaches_all(principal: Principal, unit_ids: Collection[int]) -> bool:
    """Whether every one of these units exists within the reach of somebody who assigns."""
    wanted = set(unit_ids)
    query = select(func.count()).where(
        among(OrgUnit.id, sorted(wanted)), OrgUnit.id.in_(visible_units(principal, *ASSIGNING))
    )
    return db.session.execute(query).scalar_one() == len(wanted)
