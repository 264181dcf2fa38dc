"""Sessions, links and postings against the database itself."""

from __future__ import annotations

import secrets
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.errors import Conflict, DomainError, Forbidden, Gone, Invalid
from learning.kernel.transaction import write
from learning.people import nip, queries, services
from learning.people.access import load_principal, principal_at
from learning.people.kinds import PersonStatus, PositionType, PostingKind
from learning.people.models import AccessToken, LoginSession, Person, PersonView, Posting, RoleGrant
from tests import factories


def make_link(person_id: int) -> str:
    token = secrets.token_urlsafe(32)

    def store() -> None:
        person = db.session.get(Person, person_id)
        assert person is not None
        services.create_link(person=person, token=token, now=clock.now())

    write(store)
    return token


def together(app: Flask, *calls: Any) -> list[Any]:
    """Run the calls at the same moment, each in its own thread; results or errors in order."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(at: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                results[at] = calls[at]()
            except DomainError as error:
                results[at] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_eight_simultaneous_uses_of_a_link_one_wins(app: Flask) -> None:
    with app.app_context():
        person_id = factories.make_person()
        token = make_link(person_id)
    results = together(
        app,
        *(
            lambda: write(services.set_password_by_link, token=token, password_hash="x", now=clock.now())
            for _ in range(8)
        ),
    )
    assert sorted(str(type(r).__name__) for r in results) == ["Gone"] * 7 + ["int"]


def test_two_admins_cannot_end_each_other_at_the_same_moment(app: Flask) -> None:
    with app.app_context():
        grants = []
        for name in ("Ani", "Budi"):
            person_id = factories.make_person(name=name, roles=[("ADMIN", None)])
            grants.append(queries.grants_of(person_id)[0].id)
    results = together(
        app, *(lambda at=at: write(services.end_role, grant_id=at, now=clock.now()) for at in grants)
    )
    assert [isinstance(r, Conflict) for r in results].count(True) == 1


def test_eight_simultaneous_moves_leave_one_open_seat(app: Flask) -> None:
    with app.app_context():
        agency = factories.make_agency()
        person_id = factories.make_person(agency)
    day = date(2026, 3, 1)

    def move(at: int) -> Any:
        return write(
            services.post_person,
            person_id=person_id,
            org_unit_id=agency,
            position_title=f"Jabatan {at}",
            position_type=PositionType.OPERATIONAL,
            starts_on=day + timedelta(days=at),
            now=clock.now(),
        )

    together(app, *(lambda at=at: move(at) for at in range(8)))
    with app.app_context():
        seats = select(func.count()).select_from(Posting).where(Posting.ends_on.is_(None))
        assert db.session.scalar(seats) == 1


def test_the_database_keeps_no_token_only_its_hash(db_session: Any) -> None:
    person_id = factories.make_person()
    token = factories.make_session(person_id)
    link = make_link(person_id)
    assert token not in {row.token_hash for row in db_session.scalars(select(LoginSession))}
    assert link not in {row.token_hash for row in db_session.scalars(select(AccessToken))}
    assert load_principal(token) is not None
    assert load_principal(next(iter(db_session.scalars(select(LoginSession)))).token_hash) is None


def test_the_principal_knows_seat_and_roles_of_today(db_session: Any) -> None:
    agency = factories.make_agency(timezone="Asia/Makassar")
    office = factories.make_unit(agency)
    person_id = factories.make_person(
        office, roles=[("SUPERVISOR", office), ("HR", agency), ("TRAINER", "kursus-a")]
    )
    who = load_principal(factories.make_session(person_id))
    assert who is not None
    assert (who.unit_id, who.agency_id, who.timezone) == (office, agency, "Asia/Makassar")
    scopes = {(grant.role.value, grant.org_unit_id, grant.course_key) for grant in who.grants}
    assert scopes == {("SUPERVISOR", office, None), ("HR", agency, None), ("TRAINER", None, "kursus-a")}


def test_two_overlapping_seats_do_not_double_the_roles(db_session: Any) -> None:
    agency = factories.make_agency()
    person_id = factories.make_person(agency, roles=[("SUPERVISOR", agency)])
    write(
        services.post_person,
        person_id=person_id,
        org_unit_id=agency,
        position_title="Plt. Kepala",
        position_type=PositionType.ADMINISTRATOR,
        starts_on=date(2026, 1, 1),
        kind=PostingKind.ACTING,
        now=clock.now(),
    )
    who = load_principal(factories.make_session(person_id))
    assert who is not None
    assert len(who.grants) == 1


def test_a_session_is_over_to_the_second(db_session: Any) -> None:
    token = factories.make_session(factories.make_person())
    assert principal_at(token, clock.now() + timedelta(hours=11, minutes=59)) is not None
    assert principal_at(token, clock.now() + timedelta(hours=12, seconds=1)) is None


def test_what_has_long_been_over_is_forgotten(db_session: Any) -> None:
    person_id = factories.make_person()
    factories.make_session(person_id)
    make_link(person_id)
    assert write(services.purge_expired, now=clock.now()) == 0
    assert write(services.purge_expired, now=clock.now() + timedelta(days=120)) == 2


def test_a_used_link_cannot_be_used_again(db_session: Any) -> None:
    token = make_link(factories.make_person())
    write(services.set_password_by_link, token=token, password_hash="x", now=clock.now())
    with pytest.raises(Gone):
        write(services.set_password_by_link, token=token, password_hash="y", now=clock.now())


def test_an_outdated_hash_does_not_overwrite_a_newer_password(db_session: Any) -> None:
    person_id = factories.make_person(password=factories.PASSWORD)
    stored = db_session.get(Person, person_id).password_hash
    write(services.renew_hash, person_id=person_id, old_hash="yang lama", new_hash="yang diperbarui")
    assert db_session.get(Person, person_id).password_hash == stored


def test_looks_and_ended_roles_can_never_be_rewritten(db_session: Any) -> None:
    agency = factories.make_agency()
    a = factories.make_person(agency, roles=[("HR", agency)])
    b = factories.make_person(agency)
    write(services.log_view, subject_id=b, viewer_id=a, purpose="people.profile", now=clock.now())
    write(services.end_role, grant_id=queries.grants_of(a)[0].id, now=clock.now())

    def tamper(model: Any, **values: Any) -> None:
        row = db_session.scalars(select(model)).first()
        for key, value in values.items():
            setattr(row, key, value)
        db_session.flush()

    for model, values in ((PersonView, {"purpose": "x"}), (RoleGrant, {"ended_at": None})):
        with pytest.raises(DBAPIError):
            write(tamper, model=model, **values)


def test_a_move_ends_the_seat_the_day_before(db_session: Any) -> None:
    agency = factories.make_agency()
    office = factories.make_unit(agency)
    person_id = factories.make_person(agency)
    move = {
        "person_id": person_id, "position_title": "Analis", "position_type": PositionType.OPERATIONAL,
        "now": clock.now(),
    }  # fmt: skip
    write(services.post_person, org_unit_id=office, starts_on=date(2026, 3, 1), **move)
    new, old = queries.postings_of(person_id)
    assert (old.ends_on, new.starts_on, new.ends_on) == (date(2026, 2, 28), date(2026, 3, 1), None)
    seat = queries.posting_on(person_id, date(2026, 2, 28))
    assert seat is not None
    assert seat.org_unit_id == agency
    with pytest.raises(Conflict):
        write(services.post_person, org_unit_id=agency, starts_on=date(2026, 3, 1), **move)


def test_retiring_ends_seats_roles_and_sessions_together(db_session: Any) -> None:
    agency = factories.make_agency()
    person_id = factories.make_person(agency, roles=[("HR", agency)])
    token = factories.make_session(person_id)
    write(services.retire_person, person_id=person_id, on=date(2026, 6, 30), now=clock.now())
    assert load_principal(token) is None
    assert queries.postings_of(person_id)[0].ends_on == date(2026, 6, 30)
    assert queries.grants_of(person_id)[0].ended_at is not None
    row = queries.person_row(person_id)
    assert row is not None
    assert row.status is PersonStatus.RETIRED


def test_a_grant_above_ones_own_is_refused_in_the_service_too(db_session: Any) -> None:
    agency = factories.make_agency()
    officer = factories.make_person(agency, roles=[("HR", agency)])
    friend = factories.make_person(agency)
    with pytest.raises(Forbidden):
        write(
            services.grant_role,
            person_id=friend,
            role="ADMIN",
            org_unit_id=agency,
            actor_id=officer,
            now=clock.now(),
        )


def test_a_subtree_moves_with_everything_below_it(db_session: Any) -> None:
    agency = factories.make_agency()
    a, b = factories.make_unit(agency, "A"), factories.make_unit(agency, "B")
    child = factories.make_unit(a, "Anak")
    leaf = factories.make_unit(child, "Cucu")
    write(services.move_unit, unit_id=child, parent_id=b)
    row = queries.unit_row(leaf)
    assert row is not None
    assert (row.path, row.depth) == (f"/{agency}/{b}/{child}/{leaf}/", 3)
    with pytest.raises(Conflict):
        write(services.move_unit, unit_id=b, parent_id=leaf)
    other = factories.make_agency("Lain", code="LAIN")
    with pytest.raises(Invalid):
        write(services.move_unit, unit_id=leaf, parent_id=other)


def test_factories_make_numbers_that_pass_the_rules(db_session: Any) -> None:
    numbers = {factories.make_number() for _ in range(1500)}
    assert len(numbers) == 1500
    assert all(nip.read(number, today=date(2026, 11, 24)).digits == number for number in numbers)
