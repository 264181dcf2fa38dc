"""What admins and HR do to elections and assignments, each as one write inside their own reach.

What the address or form named is looked up within the scope of the principal, in the same transaction as the change.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select

from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.kernel.errors import Forbidden, NotFound
from learning.people.models import OrgUnit
from learning.people.scope import visible_units
from learning.records import services
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


def give(*, principal: Principal, org_unit_id: int, now: datetime, **course: Any) -> Assigned:
    """Assign a course to a unit within reach and everything below it."""
    if not _reaches(principal, org_unit_id):
        raise NotFound("records.unit_unknown")
    return services.assign(org_unit_id=org_unit_id, now=now, actor_id=principal.person_id, **course)


def take_back(*, principal: Principal, assignment_id: int, now: datetime) -> int:
    """End an assignment of a unit within reach; how many enrolments it closed."""
    assignment = db.session.get(Assignment, assignment_id)
    if assignment is None or not _reaches(principal, assignment.org_unit_id):
        raise NotFound("records.assignment_unknown")
    return services.end_assignment(assignment_id=assignment_id, now=now, actor_id=principal.person_id)


def event_key(name: str) -> str:
    """A name as a key: ASCII letters, digits and dashes, at most 80."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "pemilihan"


def need_everywhere(principal: Principal) -> None:
    """Refuse (Forbidden) whoever is no admin without limits."""
    if not rules_everywhere(principal):
        raise Forbidden("records.not_everywhere")


def _reaches(principal: Principal, org_unit_id: int) -> bool:
    query = select(OrgUnit.id).where(
        OrgUnit.id == org_unit_id, OrgUnit.id.in_(visible_units(principal, *ASSIGNING))
    )
    return db.session.execute(query).first() is not None
