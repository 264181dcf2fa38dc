"""What exemptions and extensions show on other pages: the learner's home, and the page of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.kernel.panels import Panel
from learning.people.models import Person
from learning.people.scope import visible_people
from learning.records import queries, relief_texts, reliefs
from learning.records.exemption_models import ReliefKind
from learning.records.models import EnrolmentStatus


def home_notice(*, principal: Principal, now: datetime, **_more: Any) -> Panel | None:
    """Place "home.notice": what is in force for oneself, until when and why, while the course is not passed."""
    standing = [row for row in reliefs.about(principal.person_id, now) if row.stands]
    if not standing:
        return None
    running = {row.course_key: row for row in queries.enrolments_of(principal.person_id)}
    told = []
    for row in standing:
        enrolment = running.get(row.course_key)
        if enrolment is None or enrolment.status is EnrolmentStatus.PASSED:
            continue
        # Of several that were approved only the one that holds is told.
        holds = enrolment.exempt_until if row.kind is ReliefKind.EXEMPTION else enrolment.extended_on
        if row.until == holds:
            told.append(row)
    return Panel("records/panel_relief_home.html", {"told": told, "words": relief_texts}) if told else None


def person_reliefs(*, principal: Principal, person_id: int, now: datetime, **_more: Any) -> Panel | None:
    """Place "person.facts": what was proposed and decided about somebody, for HR and admins in reach of them."""
    if not principal.grants_for(*reliefs.TAKING_PART) or person_id == principal.person_id:
        return None
    on = clock.local_date(now, principal.timezone)
    reached = visible_people(principal, *reliefs.TAKING_PART, on=on)
    person = db.session.query(Person).where(Person.id == person_id, Person.id.in_(reached)).first()
    if person is None:
        return None
    unmet = any(row.status is not EnrolmentStatus.PASSED for row in queries.enrolments_of(person_id))
    return Panel(
        "records/panel_relief_person.html",
        {
            "rows": reliefs.about(person_id, now),
            "public_id": person.public_id,
            "unmet": unmet,
            "words": relief_texts,
        },
    )
