"""Admins hear by mail that people went from one agency to another: how many, once a day, at a decent hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.mail import MailMessage
from learning.kernel.transaction import write
from learning.people import jobs, services
from learning.people.kinds import PositionType
from learning.people.models import Person
from tests import factories as make

# A Wednesday, ten in the morning in Jakarta.
WEDNESDAY = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)


class Agencies:
    """One in the west, one in the east, an admin of each, and others who are not to be told."""

    def __init__(self) -> None:
        self.west = make.make_agency("Kabupaten Barat", code="BRT", timezone="Asia/Jakarta")
        self.east = make.make_agency("Kabupaten Timur", code="TMR", timezone="Asia/Jayapura")
        self.unit = make.make_unit(self.east, "Dinas Timur")
        self.admins = {
            "west": make.make_person(
                self.west, "Wati", email="wati@contoh.invalid", roles=[("ADMIN", self.west)]
            ),
            "east": make.make_person(
                self.east, "Tono", email="tono@contoh.invalid", roles=[("ADMIN", self.east)]
            ),
        }
        make.make_person(self.west, "Tanpa Surel", email=None, roles=[("ADMIN", self.west)])
        make.make_person(self.west, "Atasan", roles=[("SUPERVISOR", self.west)])
        make.make_admin()
        db.session.rollback()

    def go(self, person_id: int, unit_id: int, at: datetime) -> None:
        with clock.travel(at):
            write(
                services.post_person,
                person_id=person_id,
                org_unit_id=unit_id,
                position_title="Analis",
                position_type=PositionType.FUNCTIONAL,
                starts_on=clock.local_date(at),
                now=at,
            )


@pytest.fixture
def agencies(db_session: Any) -> Agencies:
    return Agencies()


def look(at: datetime) -> int:
    """The hourly job at another hour; how many letters it wrote."""
    with clock.travel(at):
        done = jobs.tell_transfers({}, lambda _done, _total: None)
    letters: int = done["letters"]
    return letters


def letters(person_id: int) -> list[str]:
    db.session.rollback()
    query = select(MailMessage.body).where(MailMessage.person_id == person_id).order_by(MailMessage.id)
    return list(db.session.scalars(query))


def test_each_side_is_told_the_morning_after_in_its_own_zone_and_once(agencies: Agencies) -> None:
    crowd = [make.make_person(agencies.west, "Rahasia Sekali") for _ in range(3)]
    for person_id in crowd:
        agencies.go(person_id, agencies.unit, WEDNESDAY)
    assert look(WEDNESDAY + timedelta(hours=3)) == 0, "the day is not over"
    six_in_jakarta = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
    assert look(six_in_jakarta) == 1, "eight o'clock in Jayapura"
    assert [len(letters(who)) for who in agencies.admins.values()] == [0, 1]
    assert look(six_in_jakarta + timedelta(hours=1)) == 1
    assert look(six_in_jakarta + timedelta(hours=2)) == 0
    (west,), (east,) = (letters(agencies.admins[side]) for side in ("west", "east"))
    assert "Kabupaten Barat: 3 orang pindah." in west
    assert "Kabupaten Timur: 3 orang datang." in east
    numbers = db.session.scalars(select(Person.employee_number).where(Person.id.in_(crowd))).all()
    assert not any(word in west + east for word in ("Rahasia", *numbers)), (
        "a letter can be forwarded by mistake"
    )
    assert "/admin/perpindahan" in west


def test_the_next_letter_begins_where_the_last_one_ended(agencies: Agencies) -> None:
    first, second = (make.make_person(agencies.west) for _ in range(2))
    agencies.go(first, agencies.unit, WEDNESDAY)
    thursday = WEDNESDAY + timedelta(days=1)
    assert look(thursday) == 2
    agencies.go(second, agencies.unit, thursday + timedelta(hours=1))
    agencies.go(first, agencies.west, thursday + timedelta(hours=2))
    assert look(thursday + timedelta(hours=3)) == 0, "at most one a day"
    assert look(thursday + timedelta(days=1)) == 2
    assert "Kabupaten Barat: 1 orang datang, 1 orang pindah." in letters(agencies.admins["west"])[1]
    assert look(thursday + timedelta(days=2)) == 0, "nothing new, no letter"


def test_nobody_is_written_to_on_a_sunday_and_nothing_gets_lost_by_it(agencies: Agencies) -> None:
    agencies.go(make.make_person(agencies.west), agencies.unit, WEDNESDAY + timedelta(days=3))
    assert look(WEDNESDAY + timedelta(days=4)) == 0
    assert look(WEDNESDAY + timedelta(days=5)) == 2
    for hour in (-10, 10):
        assert look(WEDNESDAY + timedelta(days=6, hours=hour)) == 0


def test_a_worker_that_was_away_for_weeks_tells_the_last_two(agencies: Agencies) -> None:
    old, new = (make.make_person(agencies.west) for _ in range(2))
    agencies.go(old, agencies.unit, WEDNESDAY)
    agencies.go(new, agencies.unit, WEDNESDAY + timedelta(days=10))
    assert look(WEDNESDAY + timedelta(days=15)) == 2
    assert "1 orang pindah" in letters(agencies.admins["west"])[0]


def test_what_was_before_the_role_is_not_news(agencies: Agencies) -> None:
    agencies.go(make.make_person(agencies.west), agencies.unit, WEDNESDAY)
    late = make.make_person(agencies.west, email="baru@contoh.invalid")
    thursday = WEDNESDAY + timedelta(days=1)
    write(services.grant_role, person_id=late, role=make.Role.ADMIN, org_unit_id=agencies.west, now=thursday)
    assert look(thursday + timedelta(hours=1)) == 2
    assert letters(late) == []


def test_a_second_worker_at_the_same_moment_writes_nothing(agencies: Agencies) -> None:
    agencies.go(make.make_person(agencies.west), agencies.unit, WEDNESDAY)
    at = WEDNESDAY + timedelta(days=1)
    order = {"person_id": agencies.admins["west"], "base_url": "http://localhost", "now": at}
    assert [write(services.send_transfer_digest, **order) for _ in range(2)] == [True, False]
