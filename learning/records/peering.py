"""A unit among the units of its level, for whoever looks after it but not after the unit above: together and by rank,
without names and without figures of a single one (`protecting.peers`).
"""

from __future__ import annotations

from sqlalchemy import select

from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.records import rates
from learning.records.protecting import Peers, peers
from learning.records.rates import UnitHead


def among_its_level(unit: UnitHead, course_key: str) -> Peers | None:
    """How the other units below the same unit do, each with everything below it.

    None for an agency (its level would be other agencies, of which nothing is told), for whoever sees the unit above and
    with it each of them by name, and where it would speak of too few.
    """
    if unit.above:
        return None
    above = db.session.execute(
        select(OrgUnit).where(
            OrgUnit.id == select(OrgUnit.parent_id).where(OrgUnit.id == unit.id).scalar_subquery()
        )
    ).scalar_one_or_none()
    if above is None:
        return None
    head = UnitHead(above.id, above.name, above.kind.value, above.path, above.timezone, ())
    found = {rate.org_unit_id: (rate.passed, rate.expected) for rate in rates.child_rates(head, course_key)}
    return peers(found.pop(unit.id, (0, 0)), found.values())
