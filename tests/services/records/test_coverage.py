"""An assignment for those who work where the election is: the same people by rule, by SQL, by preview; also later."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people import services as people
from learning.people.kinds import PositionType
from learning.people.models import OrgUnit
from learning.records import assignment_queries, counting, dating
from learning.records.audience import Audience, LeftOut, Place, reaches
from learning.records.models import Enrolment
from learning.records.services import duties
from tests import factories

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
COURSE = factories.COURSE
REGIONS = (None, "99", "99.01", "99.01.02", "99.02", "52", "52.03", "52.03.01", "52.04", "53")


def enrolled() -> set[int]:
    db.session.expire_all()
    return set(db.session.execute(select(Enrolment.person_id).where(Enrolment.ended_at.is_(None))).scalars())


def move(person_id: int, unit_id: int, on: date = date(2026, 11, 24)) -> None:
    write(
        people.post_person, person_id=person_id, org_unit_id=unit_id, position_title="Guru",
        position_type=PositionType.FUNCTIONAL, starts_on=on, now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_the_rule_and_the_database_agree_on_everybody(db_session: Any, seed: int) -> None:
    dice = random.Random(seed)
    roots = [factories.make_agency(name=f"Instansi {n}", region_code="52") for n in range(2)]
    units = [*roots]
    for n in range(14):
        units.append(factories.make_unit(dice.choice(units), name=f"Unit {n}"))
    for unit_id in units:
        region = dice.choice(REGIONS)
        write(
            lambda unit_id=unit_id, region=region: db.session.execute(
                update(OrgUnit).where(OrgUnit.id == unit_id).values(region_code=region)
            )
        )
    codes = tuple(sorted({c for c in dice.sample(REGIONS, 3) if c})) if dice.random() < 0.8 else ()
    event_id = factories.make_election(region_codes=codes)
    rows = db.session.execute(select(OrgUnit.id, OrgUnit.path, OrgUnit.region_code)).all()
    for unit in rows:
        for held in (None, codes):
            audience = Audience((unit.path,), held)
            duty = duties.Duty(1, COURSE, "Uji", event_id, audience, date(2027, 1, 10), 14)
            by_sql = set(db.session.execute(duties.units_of(duty)).scalars())
            by_rule = {row.id for row in rows if reaches(audience, Place(row.path, row.region_code))}
            assert by_sql == by_rule, (codes, unit)


@pytest.fixture
def ministry(db_session: Any) -> dict[str, int]:
    """A ministry with offices in three regions, an election in one of them."""
    root = factories.make_agency(name="Kementerian", region_code="99.09")
    places = {"root": root}
    for name, region in (("here", "99.01"), ("below", "99.01.03"), ("there", "99.02")):
        places[name] = factories.make_unit(root, name=f"Kantor {name}", region_code=region)
    return places


def test_only_who_works_where_the_election_is_must_learn(ministry: dict[str, int]) -> None:
    who = {place: factories.make_person(unit) for place, unit in ministry.items()}
    event_id = factories.make_election(region_codes=("99.01",))
    unit = db.session.get_one(OrgUnit, ministry["root"])
    duty = duties.Duty(0, COURSE, "Uji", event_id, Audience((unit.path,), ("99.01",)), date(2027, 1, 10), 14)
    seen = assignment_queries.preview(duty, {})
    assert (seen.people, seen.have, seen.outside) == (2, 0, 2)
    assert [(each.why, each.people) for each in seen.left_out] == [(LeftOut.OTHER_REGION, 2)]
    factories.assign(ministry["root"], event_id=event_id, covered_only=True, now=NOW)
    assert enrolled() == {who["here"], who["below"]}
    assert counting.drifts() == []
    assert list(dating.misdated()) == []


def test_joiners_and_movers_get_what_their_place_asks(ministry: dict[str, int]) -> None:
    factories.assign(
        ministry["root"],
        event_id=factories.make_election(region_codes=("99.01",)),
        covered_only=True,
        now=NOW,
    )
    newcomer = factories.make_person(ministry["there"])
    assert enrolled() == set()
    move(newcomer, ministry["here"])
    assert enrolled() == {newcomer}
    move(newcomer, ministry["there"], date(2026, 12, 1))
    assert enrolled() == set(), "who has not begun leaves the course with the place"
    assert counting.drifts() == []


def test_a_unit_that_changes_its_region_is_found_and_mended(app: Flask, ministry: dict[str, int]) -> None:
    person = factories.make_person(ministry["there"])
    factories.assign(
        ministry["root"],
        event_id=factories.make_election(region_codes=("99.01",)),
        covered_only=True,
        now=NOW,
    )

    def relocate() -> None:
        db.session.execute(update(OrgUnit).where(OrgUnit.id == ministry["there"]).values(region_code="99.01"))

    write(relocate)
    (found,) = dating.misdated()
    assert (found.person_id, found.due_at) == (person, None)
    assert found.expected is not None
    runner = app.test_cli_runner()
    told = runner.invoke(args=["records", "reconcile"])
    assert told.exit_code == 1
    assert f"person {person}" in told.output
    assert runner.invoke(args=["records", "reconcile", "--repair"]).exit_code == 0
    db.session.rollback()
    assert enrolled() == {person}
    assert runner.invoke(args=["records", "reconcile"]).exit_code == 0


def test_ending_such_an_assignment_frees_exactly_its_people(ministry: dict[str, int]) -> None:
    from learning.records import services

    for unit in ministry.values():
        factories.make_person(unit)
    event_id = factories.make_election(region_codes=("99.01",))
    narrow = factories.assign(ministry["root"], event_id=event_id, covered_only=True, now=NOW)
    wide = factories.assign(
        ministry["root"], event_id=factories.make_election(date(2027, 2, 1)), days_before=1, now=NOW
    )
    assert len(enrolled()) == 4
    write(services.end_assignment, assignment_id=wide, now=NOW)
    assert len(enrolled()) == 2
    assert list(dating.misdated()) == []
    write(services.end_assignment, assignment_id=narrow, now=NOW)
    assert enrolled() == set()
    assert counting.drifts() == []


# --- A fixed date -------------------------------------------------------------------------------------------------


def test_a_fixed_date_holds_in_each_zone_and_stays_when_elections_move(db_session: Any) -> None:
    from learning.records import services
    from learning.records.duedates import StageKind, StageStatus

    agency = factories.make_agency(timezone="Asia/Jayapura")
    person = factories.make_person(agency)
    event_id = factories.make_election(date(2027, 1, 10))
    factories.assign(agency, event_id=event_id, days_before=0, now=NOW)
    factories.assign(agency, due_on=date(2026, 12, 31), now=NOW)
    db.session.expire_all()
    held = db.session.execute(select(Enrolment).where(Enrolment.person_id == person)).scalar_one()
    assert held.due_at == datetime(2026, 12, 31, 14, 59, 59, tzinfo=UTC), (
        "the earlier of both, on the clock of Papua"
    )
    write(
        services.set_stage, event_id=event_id, stage=StageKind.CAMPAIGN, starts_on=date(2026, 12, 20),
        status=StageStatus.CONFIRMED, source_ref="KPU", now=NOW,
    )  # fmt: skip
    db.session.expire_all()
    assert held.due_at == datetime(2026, 12, 20, 14, 59, 59, tzinfo=UTC)
    assert list(dating.misdated()) == []


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"due_on": date(2027, 1, 1), "event": True},
        {"due_on": date(2027, 1, 1), "covered_only": True},
        {"due_on": date(2027, 1, 1), "days_before": 3},
    ],
)
def test_an_assignment_has_one_date(db_session: Any, values: dict[str, Any]) -> None:
    from learning.kernel.errors import Invalid
    from learning.records import services

    values = dict(values)
    if values.pop("event", False):
        values["event_id"] = factories.make_election()
    unit = factories.make_agency()
    with pytest.raises(Invalid, match="one_date"):
        write(
            services.assign, course_key=COURSE, course_title="Uji", org_unit_id=unit, legal_basis="SE", now=NOW,
            **values,
        )  # fmt: skip


def test_the_database_refuses_an_assignment_with_two_dates(db_session: Any) -> None:
    from sqlalchemy.exc import IntegrityError

    from learning.records.models import Assignment

    factories.assign(factories.make_agency(), now=NOW)
    with pytest.raises(IntegrityError, match="one_date"):
        write(lambda: db.session.execute(update(Assignment).values(due_on=date(2027, 1, 1))))
