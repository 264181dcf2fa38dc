"""What this package shows on pages of lower packages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.kernel.panels import Panel
from learning.people.models import Person
from learning.people.scope import visible_people
from learning.records import queries, texts
from learning.records.rates import SCOPE_ROLES


def person_facts(*, principal: Principal, person_id: int, now: datetime, **_more: Any) -> Panel | None:
    """Place "person.facts": how far somebody is in each course, for those who look after them. Never any answers."""
    if not principal.grants_for(*SCOPE_ROLES):
        return None
    reached = visible_people(
        principal, *SCOPE_ROLES, on=clock.local_date(now, principal.timezone), with_former=True
    )
    seen = db.session.query(Person.id).where(Person.id == person_id, Person.id.in_(reached)).first()
    if seen is None:
        return None
    rows = queries.enrolments_of(person_id, closed=True)
    return Panel("records/panel_person.html", {"rows": rows, "words": texts, "now": now})
