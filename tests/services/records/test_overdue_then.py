"""What a page of a past day calls late is what the page of that evening called late."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from learning.kernel.transaction import write
from learning.people.access import acting
from learning.records import deadlines, queries, rates, services
from learning.records.exemption_models import ReliefKind, ReliefReason
from learning.records.services import Terms
from tests import factories
from tests.factories import COURSE

ZONE = "Asia/Makassar"
GIVEN = datetime(2026, 1, 5, 9, tzinfo=ZoneInfo(ZONE))
DUE = date(2026, 1, 20)
DAYS = [date(2026, 1, 15) + timedelta(days=n) for n in range(20)]


def evening(day: date) -> datetime:
    """The first second after a day."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(ZONE))


def head(unit_id: int) -> rates.UnitHead:
    from learning.kernel.db import db
    from learning.people.models import OrgUnit

    unit = db.session.get_one(OrgUnit, unit_id)
    return rates.UnitHead(unit.id, unit.name, unit.kind.value, unit.path, unit.timezone, ())


def passes(person_id: int, at: datetime) -> None:
    row = queries.enrolment_for(person_id, COURSE)
    assert row is not None
    write(services.start, enrolment_id=row.id, edition="1", steps_total=1, now=at)
    write(services.complete, enrolment_id=row.id, passed_at=at)


@pytest.mark.parametrize("grace", [0, 7])
def test_each_evening_is_remembered(db_session: Any, grace: int) -> None:
    agency = factories.make_agency(timezone=ZONE)
    office = factories.make_unit(agency, timezone=ZONE)
    people = [factories.make_person(office) for _ in range(6)]
    later = factories.make_unit(agency, "Dinas Lain", timezone=ZONE)
    others = [factories.make_person(later) for _ in range(2)]
    factories.assign(office, due_on=DUE, now=GIVEN, terms=Terms(grace_days=grace))
    factories.assign(later, due_on=DUE + timedelta(days=5), now=GIVEN)
    admins = [acting(factories.make_person(None, name, roles=[("ADMIN", None)])) for name in ("Satu", "Dua")]
    proposal = write(
        services.propose_relief, principal=admins[0], person_id=people[5], course_key=COURSE,
        kind=ReliefKind.EXTENSION, until=date(2026, 1, 28), reason=ReliefReason.DISASTER, note="Banjir.",
        evidence="SK 12", now=GIVEN,
    )  # fmt: skip
    write(services.approve_relief, principal=admins[1], public_id=proposal, now=GIVEN)

    acts = {date(2026, 1, 16): people[0], date(2026, 1, 20): people[1], date(2026, 1, 23): people[2], date(2026, 1, 30): others[0]}  # fmt: skip
    seen: dict[tuple[int, date], int] = {}
    for day in DAYS:
        if day in acts:
            passes(acts[day], evening(day) - timedelta(hours=8))
        for unit_id in (agency, office, later):
            seen[unit_id, day] = deadlines.outstanding(head(unit_id), COURSE, evening(day)).overdue
        db_session.rollback()

    assert seen[office, DUE] == (0 if grace else 3)
    assert seen[office, date(2026, 1, 27)] == 2
    assert {key: deadlines.overdue_then(head(key[0]), COURSE, key[1]) for key in seen} == seen
    assert seen[agency, DAYS[-1]] == sum(seen[unit, DAYS[-1]] for unit in (office, later))
