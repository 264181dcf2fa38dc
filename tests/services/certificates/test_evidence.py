"""The evidence for any number of persons in one pair of statements, as of a day and as known at a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from certificates.models import Certificate
from certificates.promotion import evidence
from certificates.promotion import queries as rule_queries
from certificates.promotion.eligibility import Outcome, decide
from certificates.promotion.rules import Exemption, Rule
from learning.kernel.access import Grant, Role
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people import access
from learning.people import services as people
from learning.people.kinds import PersonStatus, PositionType
from learning.people.models import Person
from tests import factories

PASSED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
REVOKED = PASSED + timedelta(days=50)
LATER = PASSED + timedelta(days=100)
DAY = date(2027, 2, 1)


@pytest.fixture
def rule(db_session: Any) -> Rule:
    factories.make_course(modules=2)
    factories.load_rules(factories.make_rule(exemptions=(Exemption("Cuti", key="cltn"),)))
    found = rule_queries.rule_on("promosi", DAY, agencies=None)
    assert found is not None
    return found


@pytest.fixture
def people_of(rule: Rule) -> dict[str, int]:
    agency, other = factories.make_agency("Satu"), factories.make_agency("Dua")
    unit = factories.make_unit(agency)
    made = {
        "agency": agency,
        "unit": unit,
        "other": other,
        "passed": factories.make_person(unit),
        "missing": factories.make_person(unit),
        "stranger": factories.make_person(other),
        "admin": factories.make_person(agency, roles=[("ADMIN", agency)]),
        "hr": factories.make_person(other, roles=[("HR", other)]),
    }
    factories.pass_course(made["passed"], now=PASSED)
    return made


def read(
    ids: list[int], rule: Rule, as_of: date = DAY, known_at: datetime = LATER
) -> dict[int, evidence.Candidate]:
    return evidence.candidates_by_id(ids, rule=rule, as_of=as_of, known_at=known_at)


def test_one_pair_of_statements_for_any_number(
    rule: Rule, people_of: dict[str, int], query_count: Callable[[], Any]
) -> None:
    plain = replace(rule, exemptions=())
    everybody = [people_of[name] for name in ("passed", "missing", "stranger", "admin", "hr")]
    for ids in (everybody[:1], everybody):
        with query_count() as statements:
            assert len(read(ids, plain)) == len(ids)
        assert len(statements) == 2
    with query_count() as statements:
        read(everybody, rule)
    assert len(statements) == 3  # exemptions granted in person, because the rule names some


def test_what_is_read_is_what_is_on_record(rule: Rule, people_of: dict[str, int]) -> None:
    found = read([people_of["passed"], people_of["missing"]], rule)
    passed = found[people_of["passed"]].evidence
    (record,) = passed.certificates
    assert (record.course_key, record.issued_on, record.jp) == (factories.COURSE, date(2026, 11, 24), 2)
    assert record.passed_on == date(2026, 11, 24)
    assert record.edition_on == date(2020, 1, 2)
    assert [seat.agency_id for seat in passed.seats] == [people_of["agency"]]
    assert decide(rule, passed, DAY).outcome is Outcome.ELIGIBLE
    assert found[people_of["missing"]].evidence.certificates == ()


def revoke(people_of: dict[str, int]) -> None:
    certificate_id = db.session.scalars(select(Certificate.id)).one()
    db.session.rollback()
    factories.revoke_certificate(certificate_id, now=REVOKED)


def test_what_was_recorded_later_is_not_known_before(rule: Rule, people_of: dict[str, int]) -> None:
    revoke(people_of)
    person = people_of["passed"]

    def outcome(as_of: date, known_at: datetime) -> Outcome:
        return decide(rule, read([person], rule, as_of, known_at)[person].evidence, as_of).outcome

    assert outcome(DAY, LATER) is Outcome.NOT_YET
    assert outcome(DAY, REVOKED - timedelta(milliseconds=1)) is Outcome.ELIGIBLE
    assert outcome(DAY, REVOKED) is Outcome.NOT_YET
    assert outcome(DAY, PASSED - timedelta(milliseconds=1)) is Outcome.NOT_YET
    assert read([person], rule, DAY, PASSED - timedelta(milliseconds=1))[person].evidence.certificates == ()


def test_seats_count_on_the_day_asked_about(rule: Rule, people_of: dict[str, int]) -> None:
    write(
        people.post_person,
        person_id=people_of["passed"],
        org_unit_id=people_of["other"],
        position_title="Kepala Seksi",
        position_type=PositionType.SUPERVISOR_POST,
        starts_on=date(2027, 1, 1),
        now=LATER,
    )
    before = read([people_of["passed"]], rule, date(2026, 12, 31))[people_of["passed"]]
    after = read([people_of["passed"]], rule, date(2027, 1, 1))[people_of["passed"]]
    assert [seat.agency_id for seat in before.evidence.seats] == [people_of["agency"]]
    assert [seat.agency_id for seat in after.evidence.seats] == [people_of["other"]]
    assert (after.position_title, after.evidence.seats[0].position_type) == (
        "Kepala Seksi",
        "SUPERVISOR_POST",
    )
    assert len(after.evidence.certificates) == 1


def test_who_left_was_serving_while_there_was_a_seat(rule: Rule, people_of: dict[str, int]) -> None:
    write(
        people.retire_person,
        person_id=people_of["passed"],
        on=date(2026, 12, 31),
        now=LATER,
        status=PersonStatus.RETIRED,
    )
    person = people_of["passed"]
    assert read([person], rule, date(2026, 12, 31))[person].evidence.serving
    assert not read([person], rule, date(2027, 1, 1))[person].evidence.serving


def test_by_number_only_ones_own_people_are_found(
    rule: Rule, people_of: dict[str, int], query_count: Callable[[], Any]
) -> None:
    names = ("passed", "missing", "stranger", "admin")
    numbers = {name: db.session.get_one(Person, people_of[name]).employee_number for name in names}
    db.session.rollback()
    agency = access.acting(people_of["admin"])
    neighbour = access.acting(people_of["hr"])
    learner = access.acting(people_of["missing"])
    assert agency is not None
    assert neighbour is not None
    assert learner is not None
    wanted = [*numbers.values(), "198001012005011777"]

    def found(who: Any) -> set[str]:
        with query_count() as statements:
            rows = evidence.candidates_by_number(
                wanted, principal=who, on=DAY, rule=replace(rule, exemptions=()), as_of=DAY, known_at=LATER
            )
        assert len(statements) <= 2
        return {name for name, number in numbers.items() if number in rows}

    assert found(agency) == {"passed", "missing", "admin"}
    assert found(neighbour) == {"stranger"}
    assert found(learner) == set()
    everything = access.bare_principal(0, (Grant(Role.ADMIN),))
    assert found(everything) == set(names)
