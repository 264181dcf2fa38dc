"""The national data set: what it makes is what the services would have made, in small."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text

from learning.kernel.db import db
from learning.people import nip
from learning.people.models import OrgUnit, Person, Posting
from learning.records import counting, dating, proving
from learning.records.models import Enrolment, StepRecord
from tests.bench import national_data

PERSONS = 500


def test_the_counts_and_dates_of_a_made_nation_agree(db_session: Any) -> None:
    told: list[str] = []
    nation = national_data.fill(PERSONS, agency_count=12, progress=told.append)
    assert counting.drifts() == []
    assert counting.unbooked() == []
    assert counting.misplaced() == []
    assert proving.unsummed() == []
    assert list(dating.misdated()) == []
    assert told[-1].startswith("500 of 500 persons")
    kept: Any = db.session.execute(
        text("SELECT sum(assigned), sum(started), sum(passed) FROM unit_count")
    ).one()
    assert kept[0] == PERSONS + 1
    assert kept[2] == nation.passed
    assert 0 < nation.passed < kept[1] < PERSONS
    assert nation.agencies == 12
    passes, papers, everybody_once = db.session.execute(
        text(
            "SELECT (SELECT count(*) FROM pass_record), (SELECT count(*) FROM certificate),"
            " (SELECT count(DISTINCT person_id) FROM certificate)"
        )
    ).one()
    assert passes == papers == everybody_once == nation.passed


def test_everybody_has_a_name_a_seat_and_a_number_that_the_register_takes(db_session: Any) -> None:
    national_data.fill(PERSONS, agency_count=12)
    numbers = db.session.scalars(select(Person.employee_number)).all()
    assert len(set(numbers)) == PERSONS + 1
    for digits in numbers:
        reading = nip.read(digits, today=date(2026, 11, 25))
        assert reading.number is not None, digits
        assert reading.warnings == (), digits
    assert db.session.scalar(select(func.count(func.distinct(Posting.person_id)))) == PERSONS + 1
    assert db.session.scalar(select(func.min(func.length(Person.name)))) > 3
    done = dict(
        db.session.execute(
            select(StepRecord.enrolment_id, func.count()).group_by(StepRecord.enrolment_id)
        ).tuples().all()
    )  # fmt: skip
    for enrolment in db.session.scalars(select(Enrolment).where(Enrolment.id >= national_data.FIRST_PERSON)):
        assert done.get(enrolment.id, 0) == enrolment.steps_done


def test_trees_are_two_to_five_deep_and_paths_say_who_is_above(db_session: Any) -> None:
    national_data.fill(5_000, agency_count=12)
    units = {unit.id: unit for unit in db.session.scalars(select(OrgUnit))}
    for unit in units.values():
        above = units[unit.parent_id].path if unit.parent_id else "/"
        assert unit.path == f"{above}{unit.id}/"
        assert unit.depth == unit.path.count("/") - 2
        assert unit.agency_id == int(unit.path.split("/")[1])
    assert 2 <= max(unit.depth for unit in units.values()) <= 5


def test_a_seed_gives_the_same_nation_and_another_seed_another(db_session: Any) -> None:
    national_data.fill(PERSONS, agency_count=12, seed=7)
    assert _fingerprint() == SEVEN


SEVEN = "b844ac2f8bad43ef"
"""People 1 to 500 of seed 7, on either database. Changes only when the data set is meant to be another."""


def _fingerprint() -> str:
    rows = db.session.execute(
        text(
            "SELECT p.id, p.employee_number, p.name, e.org_unit_id, e.status FROM person p JOIN enrolment e"
            f" ON e.person_id = p.id WHERE p.id >= {national_data.FIRST_PERSON} ORDER BY p.id"
        )
    ).all()
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()[:16]


def test_a_database_with_units_is_refused_and_left_alone(db_session: Any) -> None:
    national_data.fill(30, agency_count=3)
    with pytest.raises(SystemExit, match="not empty"):
        national_data.fill(30, agency_count=3)


@pytest.mark.parametrize(("count", "kinds"), [(600, (48, 38, 514)), (12, (1, 1, 10)), (3, (1, 1, 1))])
def test_agencies_are_those_of_the_country_in_its_proportion(count: int, kinds: tuple[int, int, int]) -> None:
    import random

    made = national_data.agencies(count, random.Random(1))
    lengths = [len(agency.region or "") for agency in made]
    assert (lengths.count(0), lengths.count(2), lengths.count(5)) == kinds


def test_shares_add_up_to_the_whole() -> None:
    assert national_data.shares(10, [1.0, 1.0, 1.0]) == [3, 4, 3]
    assert sum(national_data.shares(1_000_003, [0.3, 7.1, 2.2, 0.01])) == 1_000_003
