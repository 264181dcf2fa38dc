"""A sample deputy: the head of a district is away, the head of one of its villages looks after the district meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.db import db
from learning.people.deputy_models import Deputation
from learning.people.models import RoleGrant
from learning.people.services.deputies import hand_over

GIVER, DEPUTY_UNIT = "camat", "SGT.KEL.ANGSANA"
DAYS = 12


def load(now: datetime, story: dict[str, Any]) -> None:
    """Hand over once; reads "people". Needs a write section; a second call adds nothing."""
    people = story["people"]
    giver_id = people.personas[GIVER]
    if db.session.scalar(select(Deputation.id).where(Deputation.giver_id == giver_id)) is not None:
        return
    deputy = next(member for member in people.active if member.leads and member.unit == DEPUTY_UNIT)
    grant_id = db.session.scalars(
        select(RoleGrant.id).where(RoleGrant.person_id == giver_id, RoleGrant.ended_at.is_(None))
    ).one()
    today = clock.local_date(now, "Asia/Makassar")
    hand_over(
        giver_id=giver_id,
        grant_id=grant_id,
        employee_number=deputy.number,
        first=today,
        last=today + timedelta(days=DAYS - 1),
        reason="Cuti tahunan",
        now=now,
    )
