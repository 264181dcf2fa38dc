"""A supervisor hands the unit over for a while: the deputy sees exactly that, no more, no longer, and not further."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from learning.kernel import clock
from learning.kernel.access import Grant, Principal, Role
from learning.kernel.audit import AuditEntry
from learning.kernel.db import count_queries, db
from learning.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from learning.kernel.transaction import write
from learning.people import administration, deputies, queries, services
from learning.people.access import acting, principal_at
from learning.people.deputy_models import Deputation, DeputyAct
from learning.people.kinds import PositionType
from learning.people.models import Person, RoleGrant
from learning.people.services import deputies as handing
from learning.records import rates
from learning.records.rates import State
from learning.records.reminders import asking
from learning.records.reminders.selection import Chosen
from tests import factories

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # ten in Jakarta
TODAY = date(2026, 11, 25)


@dataclass(frozen=True)
class Place:
    agency: int
    office: int
    school: int
    chief: int
    deputy: int
    grant: int
    elsewhere: int
    stranger: int


@pytest.fixture
def place(db_session: Any) -> Iterator[Place]:
    agency = factories.make_agency("Kabupaten Uji", timezone="Asia/Jakarta")
    office = factories.make_unit(agency, "Dinas Uji", timezone="Asia/Jakarta")
    school = factories.make_unit(office, "Sekolah Uji", timezone="Asia/Jakarta")
    other = factories.make_agency("Kabupaten Lain", timezone="Asia/Jakarta")
    chief = factories.make_person(office, "Kepala Dinas", roles=[("SUPERVISOR", office)])
    deputy = factories.make_person(school, "Wakil Dinas")
    stranger = factories.make_person(other, "Orang Lain")
    grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == chief)).one()
    with clock.travel(NOW):
        yield Place(agency, office, school, chief, deputy, grant, other, stranger)


def number(person_id: int) -> str:
    return db.session.get_one(Person, person_id).employee_number


def hand_over(place: Place, deputy: int | None = None, days: int = 10, **values: Any) -> int:
    first = values.pop("first", TODAY)
    return write(
        handing.hand_over,
        giver_id=values.pop("giver", place.chief),
        grant_id=values.pop("grant", place.grant),
        employee_number=number(deputy or place.deputy),
        first=first,
        last=values.pop("last", first + timedelta(days=days - 1)),
        reason=values.pop("reason", "Cuti tahunan"),
        now=values.pop("now", NOW),
    )


def seen(person_id: int, now: datetime = NOW) -> set[tuple[int | None, str]]:
    """(unit, role) as a request finds them, and the same by background work."""
    with clock.travel(now):
        who = principal_at(factories.make_session(person_id), now)
        behind = acting(person_id)
    assert who is not None
    assert behind is not None
    grants = {(grant.org_unit_id, grant.role.value) for grant in who.grants}
    assert grants == {(grant.org_unit_id, grant.role.value) for grant in behind.grants}
    return grants


def principal(person_id: int, now: datetime = NOW) -> Principal:
    who = principal_at(factories.make_session(person_id), now)
    assert who is not None
    return who


def test_the_deputy_sees_what_the_supervisor_sees_and_nothing_else(place: Place) -> None:
    assert seen(place.deputy) == set()

    hand_over(place)

    chief, deputy = principal(place.chief), principal(place.deputy)
    assert seen(place.deputy) == {(place.office, "SUPERVISOR")}
    assert [head.id for head in rates.scope_roots(deputy)] == [head.id for head in rates.scope_roots(chief)]
    assert rates.unit_head(deputy, place.school) is not None
    assert rates.unit_head(deputy, place.agency) is None
    assert rates.unit_head(deputy, place.elsewhere) is None
    assert seen(place.chief) == {(place.office, "SUPERVISOR")}


def test_it_begins_and_ends_with_whole_days_of_the_place(place: Place) -> None:
    hand_over(place, first=TODAY + timedelta(days=2), days=3)

    midnight = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)  # the 27th begins in Jakarta
    assert not seen(place.deputy, midnight - timedelta(seconds=1))
    assert seen(place.deputy, midnight)
    assert seen(place.deputy, midnight + timedelta(days=3, seconds=-1))
    assert not seen(place.deputy, midnight + timedelta(days=3))


@pytest.mark.parametrize("who", ["chief", "deputy"])
def test_either_ends_it_at_once_and_only_once(place: Place, who: str) -> None:
    made = hand_over(place)
    person = getattr(place, who)

    write(handing.end_deputation, principal=principal(person), deputation_id=made, now=NOW)

    assert not seen(place.deputy)
    with pytest.raises(Conflict, match="deputy_ended"):  # the other tab
        write(handing.end_deputation, principal=principal(person), deputation_id=made, now=NOW)


def test_an_admin_of_the_agency_sees_all_and_ends_them_and_no_other_admin_does(place: Place) -> None:
    made = hand_over(place)
    admin = principal(factories.make_person(place.agency, roles=[("ADMIN", place.agency)]))
    foreign = principal(factories.make_person(place.elsewhere, roles=[("ADMIN", place.elsewhere)]))
    hr = principal(factories.make_person(place.agency, roles=[("HR", place.agency)]))

    assert [row.id for row in deputies.in_reach(admin, NOW)] == [made]
    assert deputies.in_reach(foreign, NOW) == []
    for nobody in (foreign, hr, principal(place.stranger)):
        with pytest.raises(NotFound):
            write(handing.end_deputation, principal=nobody, deputation_id=made, now=NOW)
    write(handing.end_deputation, principal=admin, deputation_id=made, now=NOW)
    assert not seen(place.deputy)


def move(person: int, unit: int) -> None:
    write(
        services.post_person,
        person_id=person,
        org_unit_id=unit,
        position_title="Analis",
        position_type=PositionType.FUNCTIONAL,
        starts_on=TODAY,
        now=NOW,
    )


def lose_role(place: Place) -> None:
    write(services.end_role, grant_id=place.grant, now=NOW)


def retire_chief(place: Place) -> None:
    write(services.retire_person, person_id=place.chief, on=TODAY - timedelta(days=1), now=NOW)


@pytest.mark.parametrize(
    "happens",
    [
        lose_role,
        retire_chief,
        lambda place: move(place.chief, place.school),
        lambda place: move(place.deputy, place.elsewhere),
        lambda place: move(place.deputy, place.agency),
    ],
    ids=["role lost", "retired", "supervisor moved", "deputy left", "deputy moved"],
)
def test_it_ends_with_what_it_rests_on(place: Place, happens: Any) -> None:
    hand_over(place)
    assert seen(place.deputy)

    happens(place)

    assert not seen(place.deputy)
    assert [row.in_force for row in deputies.of_person(place.deputy, NOW)] == [False]


def test_somebody_who_comes_back_does_not_bring_it_back(place: Place) -> None:
    hand_over(place, days=60)
    move(place.chief, place.school)
    later = NOW + timedelta(days=2)
    write(
        services.post_person, person_id=place.chief, org_unit_id=place.office, position_title="Kepala",
        position_type=PositionType.ADMINISTRATOR, starts_on=TODAY + timedelta(days=2), now=later,
    )  # fmt: skip

    assert not seen(place.deputy, later)
    hand_over(
        place, first=TODAY + timedelta(days=2), now=later
    )  # and a dead one is not in the way of a new one
    assert seen(place.deputy, later)


def test_a_deputy_hands_nothing_on(place: Place) -> None:
    hand_over(place)
    third = factories.make_person(place.school)

    assert deputies.grants_to_hand_over(place.deputy) == []
    with pytest.raises(NotFound):
        hand_over(place, third, giver=place.deputy)
    with pytest.raises(IntegrityError):  # and the database keeps grant and giver together
        write(lambda: db.session.add(raw(place, giver_id=place.deputy, deputy_id=third)))
    with pytest.raises(Forbidden):  # no role either
        write(
            services.grant_role, person_id=third, role=Role.SUPERVISOR, org_unit_id=place.school, now=NOW,
            actor_id=place.deputy,
        )  # fmt: skip


def raw(place: Place, **values: Any) -> Deputation:
    return Deputation(
        **{
            "grant_id": place.grant, "giver_id": place.chief, "deputy_id": place.deputy, "giver_posting_id": 1,
            "deputy_posting_id": 2, "starts_at": NOW, "ends_at": NOW + timedelta(days=1), "reason": "Cuti tahunan",
            "given_at": NOW, "ended_at": None, "ended_by": None, **values,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        {"ends_at": NOW + timedelta(days=91)},
        {"ends_at": NOW - timedelta(days=1)},
        {"reason": "    "},
    ],
)
def test_the_database_refuses_what_no_page_would_send(place: Place, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        write(lambda: db.session.add(raw(place, **values)))


def test_nobody_writes_over_what_was_handed_over(place: Place) -> None:
    made = hand_over(place)
    longer = text("UPDATE deputation SET ends_at = ends_at, deputy_id = :other WHERE id = :id")
    with pytest.raises(IntegrityError):
        write(lambda: db.session.execute(longer, {"other": place.stranger, "id": made}))


def test_two_who_stand_in_for_each_other_get_the_two_units_and_nothing_more(place: Place) -> None:
    write(
        services.grant_role, person_id=place.deputy, role=Role.SUPERVISOR, org_unit_id=place.school, now=NOW
    )
    grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == place.deputy)).one()

    hand_over(place)
    hand_over(place, place.chief, giver=place.deputy, grant=grant)

    both = {(place.office, "SUPERVISOR"), (place.school, "SUPERVISOR")}
    assert seen(place.chief) == both
    assert seen(place.deputy) == both


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"first": TODAY - timedelta(days=1)}, "people.deputy_begins_past"),
        ({"last": TODAY - timedelta(days=1)}, "people.deputy_order"),
        ({"days": 91}, "people.deputy_too_long"),
        ({"first": TODAY + timedelta(days=91)}, "people.deputy_too_far"),
        ({"reason": "  -  "}, "people.deputy_reason"),
    ],
)
def test_what_cannot_be_is_said(place: Place, values: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        hand_over(place, **values)
    assert refused.value.code == code


def test_strangers_and_nobody_get_the_same_answer_and_oneself_another(place: Place) -> None:
    for person, code in ((place.stranger, "people.deputy_unknown"), (place.chief, "people.deputy_self")):
        with pytest.raises(Invalid) as refused:
            hand_over(place, person)
        assert refused.value.code == code
    with pytest.raises(Invalid) as refused:
        write(
            handing.hand_over, giver_id=place.chief, grant_id=place.grant, employee_number="198001012006011999",
            first=TODAY, last=TODAY, reason="Cuti tahunan", now=NOW,
        )  # fmt: skip
    assert refused.value.code == "people.deputy_unknown"


def test_one_deputy_at_a_time(place: Place) -> None:
    hand_over(place)
    with pytest.raises(Conflict, match="deputy_stands"):
        hand_over(place, factories.make_person(place.school))
    later = NOW + timedelta(days=10)
    hand_over(place, first=TODAY + timedelta(days=10), now=later)  # the first has run out by then
    assert seen(place.deputy, later)


def test_acts_of_a_deputy_name_whose_they_are(place: Place) -> None:
    factories.make_course()
    learner = factories.make_person(place.school, "Guru Uji")
    factories.assign(place.office, due_on=date(2026, 12, 20))
    hand_over(place)
    who = principal(place.deputy)

    asked = write(
        asking.ask, person_id=place.deputy, unit_id=place.school,
        chosen=Chosen(factories.COURSE, State.UNMET, own_only=False, search=""), now=NOW,
    )  # fmt: skip
    row = queries.person_row(learner)
    assert row is not None
    write(
        administration.look, principal=who, public_id=row.public_id, roles=(Role.SUPERVISOR,),
        purpose="people.profile", now=NOW,
    )  # fmt: skip

    assert asked
    acts = db.session.scalars(select(DeputyAct).order_by(DeputyAct.id)).all()
    assert [(act.action, act.subject) for act in acts] == [
        ("records.people_reminded", f"unit:{place.school}"),
        ("people.profile", f"person:{learner}"),
    ]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "records.people_reminded")).one()
    assert entry.actor_id == place.deputy
    assert entry.detail["on_behalf_of"] == place.chief


def test_own_roles_come_before_carried_ones(place: Place) -> None:
    hand_over(place)
    who = principal(place.deputy)
    path = f"/{place.agency}/{place.office}/"
    carried = deputies.carried_over(who, path, Role.SUPERVISOR, Role.HR)
    assert carried is not None
    assert carried.giver_id == place.chief

    own = Grant(Role.HR, place.agency, f"/{place.agency}/")
    assert (
        deputies.carried_over(replace(who, grants=(*who.grants, own)), path, Role.SUPERVISOR, Role.HR) is None
    )


def test_who_is_there_is_still_asked_in_one_statement(place: Place) -> None:
    hand_over(place)
    token = factories.make_session(place.deputy)
    statements: list[str] = []
    stop = count_queries(db.engine, statements.append)
    try:
        assert principal_at(token, NOW) is not None
    finally:
        stop()
    assert len(statements) == 1
