"""Audiences: the rule and the database agree on everybody; whoever joins, moves, is promoted or passes lands right."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from learning.kernel import events
from learning.kernel.db import db
from learning.kernel.errors import Conflict, DomainError, Invalid, NotFound
from learning.kernel.transaction import write
from learning.people import services as people
from learning.people.events import SeatsChanged
from learning.people.kinds import EmploymentType, PositionType, UnitKind
from learning.people.models import OrgUnit, Person, Posting
from learning.records import assignment_queries, counting, dating, queries, services
from learning.records.audience import Audience, Criteria, left_out, reaches
from learning.records.audience_models import AssignmentUnit
from learning.records.duedates import StageKind, StageStatus
from learning.records.models import Assignment, Enrolment
from learning.records.recertifying import Refresher
from learning.records.services import Terms, assigning, audiences, duties
from tests import factories

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
COURSE, AGAIN = factories.COURSE, "penyegaran-uji"
YEAR = Terms(valid_months=12, refresher_key=AGAIN, refresher_title="Penyegaran Uji")
DUE = date(2027, 1, 10)


def enrolled(course: str = COURSE) -> set[int]:
    db.session.expire_all()
    query = select(Enrolment.person_id).where(Enrolment.ended_at.is_(None), Enrolment.course_key == course)
    return set(db.session.execute(query).scalars())


def in_order() -> None:
    db.session.rollback()
    assert list(dating.misdated()) == []
    assert counting.drifts() == []
    assert counting.unbooked() == []


def seat(person_id: int, unit_id: int, position: PositionType, on: date, grade: str | None = None) -> None:
    write(
        people.post_person, person_id=person_id, org_unit_id=unit_id, position_title="Jabatan Uji",
        position_type=position, grade_code=grade, starts_on=on, now=NOW,
    )  # fmt: skip


def employ(person_id: int, kind: EmploymentType) -> None:
    write(
        people.update_person, person_id=person_id, name="Siti Rahmawati", email=None, front_title="",
        back_title="", employment_type=kind, now=NOW,
    )  # fmt: skip


def passes(person_id: int, course: str = COURSE, at: datetime = NOW) -> None:
    row = queries.enrolment_for(person_id, course)
    enrolment_id = row.id if row else write(
        services.enrol, person_id=person_id, course_key=course, course_title="Uji", now=at
    )  # fmt: skip
    write(services.start, enrolment_id=enrolment_id, edition="a" * 16, steps_total=0, now=at)
    write(services.complete, enrolment_id=enrolment_id, passed_at=at)


def crowd(dice: random.Random) -> tuple[list[int], list[int]]:
    """A small country: two agencies of each kind, units in regions, people of every kind of seat; (units, persons)."""
    units: list[int] = []
    for n, kind in enumerate((UnitKind.CENTRAL_AGENCY, UnitKind.REGIONAL_AGENCY)):
        units.append(
            factories.make_agency(name=f"Instansi {n}", kind=kind, region_code=dice.choice((None, "52")))
        )
    for n in range(6):
        region = dice.choice((None, "52", "52.03", "99.01", "99.01.02"))
        units.append(factories.make_unit(dice.choice(units), name=f"Unit {n}", region_code=region))
    persons = []
    for _ in range(14):
        person = factories.make_person(None, employment_type=dice.choice(list(EmploymentType)))
        persons.append(person)
        if dice.random() < 0.9:
            grade = dice.choice((None, "III/d", "IX"))
            seat(person, dice.choice(units), dice.choice(list(PositionType)), date(2026, 1, 1), grade)
    return units, persons


def some(dice: random.Random, kinds: Any, share: float = 0.4) -> tuple[Any, ...]:
    return tuple(sorted(dice.sample(list(kinds), 2))) if dice.random() < share else ()


def a_list(dice: random.Random, persons: list[int]) -> int:
    numbers = db.session.scalars(
        select(Person.employee_number).where(Person.id.in_(dice.sample(persons, 7)))
    ).all()
    return write(services.keep_list, name=f"Daftar {dice.random()}", numbers=numbers, now=NOW)


def criteria_of(dice: random.Random, persons: list[int]) -> Criteria:
    return Criteria(
        agency_kinds=(UnitKind.REGIONAL_AGENCY,) if dice.random() < 0.3 else (),
        regions=some(dice, ("52", "52.03", "99", "99.01"), 0.3),
        positions=some(dice, PositionType),
        grades=some(dice, ("III/d", "IX", "I"), 0.3),
        employment=some(dice, EmploymentType),
        lists=(a_list(dice, persons),) if dice.random() < 0.3 else (),
    )


def one_criterion(dice: random.Random, persons: list[int]) -> Criteria:
    """One condition, or none, so that an act changes somebody's duties more often than not."""
    return dice.choice(
        (
            Criteria(),
            Criteria(positions=tuple(dice.sample(list(PositionType), 3))),
            Criteria(grades=("III/d",)),
            Criteria(employment=tuple(dice.sample(list(EmploymentType), 2))),
            Criteria(lists=(a_list(dice, persons),)),
        )
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_rule_and_the_database_agree_on_everybody(db_session: Any, seed: int) -> None:
    dice = random.Random(seed)
    units, persons = crowd(dice)
    paths = dict(db.session.execute(select(OrgUnit.id, OrgUnit.path)).tuples().all())
    seats = dict(
        db.session.execute(select(Posting.person_id, Posting.org_unit_id).where(Posting.ends_on.is_(None)))
        .tuples()
        .all()
    )
    for _ in range(12):
        inside = tuple(paths[one] for one in dice.sample(units, dice.randint(0, 2)))
        kept_away = tuple(paths[one] for one in dice.sample(units, dice.randint(0, 1)))
        held = dice.choice((None, (), ("52",), ("99.01", "52.03")))
        audience = Audience(inside, held, kept_away, criteria_of(dice, persons))
        duty = duties.Duty(1, COURSE, "Uji", None, audience, DUE, 0)
        places = audiences.places(seats, audience.criteria.lists)
        by_rule = {one for one, (place, _zone) in places.items() if reaches(audience, place)}
        assert set(db.session.execute(assigning._people(duty)).scalars()) == by_rule, audience
        why = audiences.reason(audience)
        rows = db.session.execute(
            select(Posting.person_id, why)
            .join(OrgUnit, OrgUnit.id == Posting.org_unit_id)
            .join(Person, Person.id == Posting.person_id)
            .where(*audiences.active())
        ).tuples()
        assert dict(rows.all()) == {one: left_out(audience, place) for one, (place, _zone) in places.items()}


class World:
    """Random acts on a small country with audiences and refreshers."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.units, self.persons = crowd(self.dice)
        self.event = factories.make_election(date(2027, 2, 1), region_codes=("52",))
        self.day = date(2026, 2, 1)

    def assign(self) -> None:
        dice = self.dice
        dated: dict[str, Any] = {"due_on": DUE + timedelta(days=dice.randint(0, 40))}
        if dice.random() < 0.5:
            dated = {
                "event_id": self.event,
                "days_before": dice.randint(0, 9),
                "covered_only": dice.random() < 0.4,
            }
        write(
            services.assign, course_key=COURSE, course_title="Uji", unit_ids=dice.sample(self.units, dice.randint(0, 2)),
            without_ids=dice.sample(self.units, dice.randint(0, 1)), criteria=one_criterion(dice, self.persons),
            terms=YEAR if dice.random() < 0.6 else Terms(), legal_basis="SE", now=NOW, **dated,
        )  # fmt: skip

    def end(self) -> None:
        ids = db.session.scalars(select(Assignment.id).order_by(Assignment.id)).all()
        write(services.end_assignment, assignment_id=self.dice.choice(ids or [0]), now=NOW)

    def sit_elsewhere(self) -> None:
        self.day += timedelta(days=1)
        grade = self.dice.choice((None, "III/d", "IX"))
        seat(
            self.dice.choice(self.persons), self.dice.choice(self.units), self.dice.choice(list(PositionType)), self.day, grade
        )  # fmt: skip

    def employ(self) -> None:
        employ(self.dice.choice(self.persons), self.dice.choice(list(EmploymentType)))

    def told_of_many(self) -> None:
        """As an import does it: many seats changed by one statement, then one piece of news."""
        rows = db.session.execute(
            select(Posting.person_id, Posting.org_unit_id).where(Posting.ends_on.is_(None))
        ).tuples()
        seats = tuple(rows.all())

        def rise() -> None:
            db.session.execute(
                update(Posting)
                .where(Posting.ends_on.is_(None), Posting.id % 2 == self.dice.randint(0, 1))
                .values(position_type=self.dice.choice(list(PositionType)), grade_code="III/d")
            )
            events.publish(SeatsChanged(seats, NOW))

        write(rise)

    def finish(self) -> None:
        at = NOW - timedelta(days=self.dice.choice((0, 0, 700)))
        passes(self.dice.choice(self.persons), self.dice.choice((COURSE, AGAIN)), at)

    def renew(self) -> None:
        ids = db.session.scalars(select(Enrolment.id).order_by(Enrolment.id)).all()
        write(services.renew, enrolment_id=self.dice.choice(ids or [0]), now=NOW)

    def shift(self) -> None:
        write(
            services.set_stage, event_id=self.event, stage=StageKind.CAMPAIGN, status=StageStatus.PROVISIONAL,
            starts_on=date(2027, 2, 1) + timedelta(days=self.dice.randint(0, 40)), source_ref="KPU", now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_after_any_sequence_of_acts_everybody_has_what_the_rule_says(db_session: Any, seed: int) -> None:
    world = World(seed)
    acts = (world.assign, world.assign, world.end, world.sit_elsewhere, world.sit_elsewhere, world.employ,
            world.told_of_many, world.finish, world.finish, world.renew, world.shift)  # fmt: skip
    for step in range(30):
        act = acts[0] if step < 3 else world.dice.choice(acts)
        with suppress(DomainError):
            act()
        db.session.rollback()
        assert list(dating.misdated()) == [], act.__name__
        assert counting.drifts() == [], act.__name__
    in_order()


def test_heads_of_the_country_but_one_unit_and_whoever_becomes_one(db_session: Any) -> None:
    first, second = factories.make_agency(name="Satu"), factories.make_agency(name="Dua")
    spared = factories.make_unit(first, name="Dikecualikan")
    heads = Criteria(positions=(PositionType.ADMINISTRATOR, PositionType.SENIOR_EXECUTIVE))
    teacher, chief, other = (factories.make_person(unit) for unit in (first, second, spared))
    for one, unit in ((chief, second), (other, spared)):
        seat(one, unit, PositionType.ADMINISTRATOR, date(2026, 10, 1))
    factories.assign(None, due_on=DUE, now=NOW, without_ids=[spared], criteria=heads)
    assert enrolled() == {chief}
    seat(teacher, first, PositionType.SENIOR_EXECUTIVE, date(2026, 11, 1))
    assert enrolled() == {chief, teacher}, "promoted within the unit"
    seat(chief, second, PositionType.FUNCTIONAL, date(2026, 11, 2))
    assert enrolled() == {teacher}, "who has not begun leaves the duty with the post"
    newcomer = factories.make_person(None)
    seat(newcomer, second, PositionType.ADMINISTRATOR, date(2026, 11, 3))
    assert enrolled() == {teacher, newcomer}
    in_order()


def test_a_change_of_employment_is_followed_and_a_name_is_not(db_session: Any) -> None:
    unit = factories.make_agency()
    person = factories.make_person(unit, employment_type=EmploymentType.PPPK)
    factories.assign(unit, due_on=DUE, now=NOW, criteria=Criteria(employment=(EmploymentType.PNS,)))
    assert enrolled() == set()
    employ(person, EmploymentType.PNS)
    assert enrolled() == {person}
    employ(person, EmploymentType.CPNS)
    assert enrolled() == set()
    in_order()


def test_who_is_on_a_list_before_being_registered_is_reached_on_the_first_day(db_session: Any) -> None:
    unit, elsewhere = factories.make_agency(), factories.make_agency(name="Lain")
    here, number = factories.make_person(unit), factories.make_number()
    on = {number, db.session.get_one(Person, here).employee_number}
    list_id = write(services.keep_list, name="Tim", numbers=on, now=NOW)
    assert write(services.keep_list, name="Tim", numbers=sorted(on), now=NOW) == list_id, "the same list once"
    factories.make_person(unit)
    factories.assign(unit, due_on=DUE, now=NOW, criteria=Criteria(lists=(list_id,)))
    assert enrolled() == {here}
    late = factories.make_person(unit, employee_number=number)
    assert enrolled() == {here, late}
    seat(late, elsewhere, PositionType.FUNCTIONAL, date(2026, 11, 1))
    assert enrolled() == {here}, "a list narrows the units and reaches nobody beyond them"
    with pytest.raises(Conflict, match="assigned_already"):
        factories.assign(unit, due_on=DUE, now=NOW, criteria=Criteria(lists=(list_id,)))
    in_order()


def test_whom_an_assignment_reaches_is_never_changed_afterwards(db_session: Any) -> None:
    unit, other = factories.make_agency(), factories.make_agency(name="Lain")
    factories.assign(unit, due_on=DUE, now=NOW)
    with pytest.raises(DBAPIError, match="frozen"):
        write(lambda: db.session.execute(update(AssignmentUnit).values(org_unit_id=other)))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"terms": Terms(valid_months=12)}, "refresher_whole"),
        ({"terms": Terms(valid_months=12, refresher_key=COURSE, refresher_title="Uji")}, "refresher_same"),
        ({"terms": Terms(valid_months=121, refresher_key=AGAIN, refresher_title="Uji")}, "valid_months"),
        ({"terms": Terms(window_days=0)}, "window_days"),
        ({"terms": Terms(grace_days=5)}, "grace_days"),
        ({"criteria": Criteria(lists=(77,))}, "audience"),
        ({"criteria": Criteria(grades=("X/x",))}, "audience"),
        ({"without": True}, "unit_both"),
    ],
)
def test_an_assignment_that_cannot_be_is_refused(db_session: Any, values: dict[str, Any], code: str) -> None:
    unit = factories.make_agency()
    more = {"without_ids": [unit]} if values.get("without") else values
    with pytest.raises(Invalid, match=code):
        factories.assign(unit, due_on=DUE, now=NOW, **more)
    with pytest.raises(NotFound, match="unit_unknown"):
        factories.assign(unit, due_on=DUE, now=NOW, unit_ids=[999_999])


# --- The refresher ------------------------------------------------------------------------------------------------


def test_who_passed_long_ago_takes_the_refresher_who_passed_lately_nothing(db_session: Any) -> None:
    unit = factories.make_agency()
    never, long_ago, lately = (factories.make_person(unit) for _ in range(3))
    passes(long_ago, at=datetime(2024, 5, 1, tzinfo=UTC))
    passes(lately, at=datetime(2026, 6, 1, tzinfo=UTC))
    assignment = factories.assign(unit, due_on=DUE, now=NOW, terms=YEAR)
    db.session.expire_all()
    unmet = {
        (row.person_id, row.course_key)
        for row in db.session.scalars(select(Enrolment).where(Enrolment.assignment_id == assignment))
    }
    assert unmet == {(never, COURSE), (long_ago, AGAIN)}
    in_order()
    passes(long_ago, AGAIN)
    passes(never)
    in_order()
    joiner = factories.make_person(unit)
    assert joiner in enrolled(), "a newcomer who never passed takes the course"
    write(services.end_assignment, assignment_id=assignment, now=NOW)
    assert joiner not in enrolled()
    in_order()


def test_an_old_pass_of_the_refresher_opens_its_next_cycle(db_session: Any) -> None:
    unit = factories.make_agency()
    person = factories.make_person(unit)
    passes(person, AGAIN, datetime(2024, 5, 1, tzinfo=UTC))
    factories.assign(unit, due_on=DUE, now=NOW, terms=YEAR)
    row = queries.enrolment_for(person, AGAIN)
    assert row is not None
    assert (row.cycle, row.due_at is not None) == (2, True)
    in_order()


def test_passing_the_course_of_ones_own_accord_takes_the_refresher_off(db_session: Any) -> None:
    unit = factories.make_agency()
    person = factories.make_person(unit)
    passes(person, AGAIN, datetime(2024, 5, 1, tzinfo=UTC))
    factories.assign(unit, due_on=DUE, now=NOW, terms=YEAR)
    assert person in enrolled(AGAIN)
    passes(person, COURSE)
    assert person not in enrolled(AGAIN)
    in_order()


def test_a_certificate_that_ran_out_is_renewed_by_the_refresher(db_session: Any) -> None:
    unit = factories.make_agency()
    person = factories.make_person(unit)
    passes(person, at=datetime(2024, 5, 1, tzinfo=UTC))
    factories.assign(unit, due_on=DUE, now=NOW, terms=YEAR)
    held = queries.enrolment_for(person, COURSE)
    assert held is not None
    renewed = queries.enrolment(write(services.renew, enrolment_id=held.id, now=NOW))
    assert renewed is not None
    assert renewed.course_key == AGAIN
    assert person not in enrolled(COURSE), "not both"
    in_order()


def test_a_new_edition_for_all_is_taken_again_by_those_who_were_given_the_course(db_session: Any) -> None:
    unit = factories.make_agency()
    person = factories.make_person(unit)
    factories.assign(unit, due_on=DUE, now=NOW, terms=YEAR)
    passes(person)
    write(services.repin, course_key=COURSE, edition="b" * 16, steps_total=1, everyone=True, now=NOW)
    row = queries.enrolment_for(person, COURSE)
    assert row is not None
    assert row.due_at is not None
    in_order()


def test_the_preview_counts_what_giving_does(db_session: Any) -> None:
    unit, other = factories.make_agency(name="Satu"), factories.make_agency(name="Dua")
    never, long_ago, lately, part_time = (factories.make_person(one) for one in (unit, unit, other, other))
    passes(long_ago, at=datetime(2024, 5, 1, tzinfo=UTC))
    passes(lately, at=datetime(2026, 6, 1, tzinfo=UTC))
    employ(part_time, EmploymentType.PPPK_PART_TIME)
    criteria = Criteria(employment=(EmploymentType.PNS,))
    path = Refresher(AGAIN, "Penyegaran Uji", datetime(2026, 1, 9, 17, tzinfo=UTC))
    duty = duties.Duty(0, COURSE, "Uji", None, Audience(criteria=criteria), DUE, 0, path)
    seen = assignment_queries.preview(duty, {"course": COURSE})
    assert (seen.people, seen.refresher, seen.nothing, seen.outside) == (3, 1, 1, 1)
    assert [(row.name, row.people, row.left) for row in seen.agencies] == [("Satu", 2, 0), ("Dua", 1, 1)]
    assert [example.unit for example in seen.left_out[0].examples] == ["Dua"]
    passes(never)
    again = assignment_queries.preview(duty, {"course": COURSE})
    assert again.fingerprint == seen.fingerprint, "a pass changes nothing about whom it reaches"
    factories.make_person(other)
    assert assignment_queries.preview(duty, {"course": COURSE}).fingerprint != seen.fingerprint
