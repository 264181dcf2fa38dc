"""Decisions by kind of unit and level of position: seats of the day, five or more, once a person."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from courses import tally_queries
from courses.editions import Edition, current_edition
from courses.models import Decision
from courses.tally_queries import REST, SceneTally
from learning.kernel.transaction import write
from learning.people import services as people
from learning.people.kinds import PositionType, UnitKind
from learning.people.models import Posting
from learning.records.models import Enrolment
from tests import factories as make

DAY = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


class Place:
    """A course, an agency with a school and a health centre, and people who decide."""

    def __init__(self, session: Any) -> None:
        self.session = session
        make.make_course()
        edition = current_edition(make.COURSE)
        assert edition is not None
        self.edition: Edition = edition
        agency = make.make_agency()
        self.unit = {
            kind: make.make_unit(agency, f"Unit {kind}", kind=kind)
            for kind in (UnitKind.SCHOOL, UnitKind.HEALTH_CENTRE, UnitKind.DISTRICT)
        }

    def decide(
        self, kind: UnitKind, option: str, count: int = 1, position: PositionType = PositionType.FUNCTIONAL
    ) -> list[int]:
        """So many new people of a unit choose this option in the first scene."""
        made = []
        for _person in range(count):
            person = make.make_person(self.unit[kind], name="Orang Rahasia")
            make.begin(person, now=DAY)
            made.append(person)
        self.session.rollback()

        def rows() -> None:
            self.session.execute(
                update(Posting).where(Posting.person_id.in_(made)).values(position_type=position)
            )
            for enrolment in self.session.scalars(select(Enrolment).where(Enrolment.person_id.in_(made))):
                self.session.add(self.decision(enrolment.person_id, enrolment.id, option))

        write(rows)
        return made

    def decision(self, person_id: int, enrolment_id: int, option: str, at: datetime = DAY) -> Decision:
        return Decision(
            person_id=person_id,
            enrolment_id=enrolment_id,
            version_id=self.edition.version_id,
            module_slug="modul-1",
            dilemma_key="dilema-1",
            variant="a",
            scene_key="awal",
            option_key=option,
            decided_at=at,
        )

    def tally(self) -> SceneTally | Any:
        self.session.rollback()
        dilemma = self.edition.modules[0].dilemmas[0]
        return tally_queries.dilemma_tally(self.edition, "modul-1", dilemma).variants[0].scenes[0]


@pytest.fixture
def place(db_session: Any) -> Place:
    return Place(db_session)


def test_counts_by_kind_of_unit_and_level_of_position(place: Place) -> None:
    place.decide(UnitKind.SCHOOL, "a", 7)
    place.decide(UnitKind.SCHOOL, "b", 6, PositionType.OPERATIONAL)
    place.decide(UnitKind.HEALTH_CENTRE, "a", 8)
    place.decide(UnitKind.HEALTH_CENTRE, "b", 5, PositionType.OPERATIONAL)
    found = place.tally()
    assert (found.people, dict(found.options)) == (26, {"a": 15, "b": 11, "c": 0})
    assert found.by_unit is not None
    assert dict(found.by_unit.groups) == {"SCHOOL": 13, "HEALTH_CENTRE": 13}
    assert dict(found.by_unit.cells) == {
        ("SCHOOL", "a"): 7,
        ("SCHOOL", "b"): 6,
        ("HEALTH_CENTRE", "a"): 8,
        ("HEALTH_CENTRE", "b"): 5,
    }
    assert found.by_position is not None
    # Everybody of one level chose the same: the table would say what each of them chose.
    assert dict(found.by_position.cells) == {}


def test_it_is_the_seat_of_that_day(place: Place, db_session: Any) -> None:
    moved = place.decide(UnitKind.SCHOOL, "a", 6)
    place.decide(UnitKind.SCHOOL, "b", 6)
    place.decide(UnitKind.HEALTH_CENTRE, "a", 6)
    place.decide(UnitKind.HEALTH_CENTRE, "b", 6)
    for person in moved:
        write(
            people.post_person,
            person_id=person,
            org_unit_id=place.unit[UnitKind.HEALTH_CENTRE],
            position_title="Perawat",
            position_type=PositionType.FUNCTIONAL,
            starts_on=(DAY + timedelta(days=10)).date(),
            now=DAY + timedelta(days=10),
        )
    found = place.tally()
    assert found.by_unit is not None
    assert dict(found.by_unit.groups) == {"SCHOOL": 12, "HEALTH_CENTRE": 12}


def test_small_groups_are_put_together_or_not_shown(place: Place) -> None:
    place.decide(UnitKind.SCHOOL, "a", 9)
    place.decide(UnitKind.SCHOOL, "b", 9)
    place.decide(UnitKind.HEALTH_CENTRE, "a", 4)
    assert place.tally().by_unit is None  # four are left over: they would be the difference
    place.decide(UnitKind.DISTRICT, "b", 4)
    found = place.tally().by_unit
    assert found is not None
    assert dict(found.groups) == {"SCHOOL": 18, REST: 8}
    assert all(count >= 5 for count in found.cells.values())


def test_four_people_make_no_tally(place: Place) -> None:
    place.decide(UnitKind.SCHOOL, "a", 4)
    assert not isinstance(place.tally(), SceneTally)
    place.decide(UnitKind.SCHOOL, "a", 1)
    assert isinstance(place.tally(), SceneTally)


def test_a_person_counts_once_with_the_latest_cycle(place: Place, db_session: Any) -> None:
    (person, *_others) = place.decide(UnitKind.SCHOOL, "a", 6)
    place.decide(UnitKind.HEALTH_CENTRE, "b", 6)
    db_session.rollback()
    first = db_session.scalars(select(Enrolment).where(Enrolment.person_id == person)).one()
    first_id = first.id
    db_session.rollback()

    def again() -> None:
        from learning.records import services

        services.renew(enrolment_id=first_id, now=DAY + timedelta(days=700))
        second = db_session.scalars(
            select(Enrolment).where(Enrolment.person_id == person, Enrolment.id != first_id)
        ).one()
        db_session.add(place.decision(person, second.id, "b", DAY + timedelta(days=701)))

    def passed() -> None:
        from learning.records import services

        services.complete(enrolment_id=first_id, passed_at=DAY)

    write(passed)
    write(again)
    assert place.tally().people == 12


def test_nobody_is_named(place: Place) -> None:
    place.decide(UnitKind.SCHOOL, "a", 12)
    place.decide(UnitKind.HEALTH_CENTRE, "b", 12)
    told = str(asdict(place.tally()))
    assert "Orang Rahasia" not in told
    assert "person" not in told
