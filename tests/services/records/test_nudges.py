"""What somebody has planned and what is said of colleagues: true, wanted, and nobody else's business."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.mail import MailMessage
from learning.kernel.transaction import write
from learning.people.kinds import EmploymentType
from learning.records import queries as records
from learning.records import services as duties
from learning.records.audience import Criteria
from learning.records.models import UnitCount
from learning.records.nudges import queries, services
from learning.records.nudges.models import NudgeKind, StudyPlan
from learning.records.reminders import links
from learning.records.reminders import services as reminders
from learning.records.reminders.models import ReminderDigest
from tests import factories

ZONE = "Asia/Makassar"
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # Wednesday, ten in Makassar
DUE = date(2026, 12, 2)
DAY = timedelta(days=1)


class Office:
    """A unit of twelve of whom seven have passed; the reader has not, and a letter to her is ordered."""

    def __init__(self) -> None:
        self.agency = factories.make_agency(timezone=ZONE)
        self.unit = factories.make_unit(self.agency, "Dinas Uji")
        self.reader = factories.make_person(self.unit, "Wening Astuti", email="wening@contoh.invalid")
        self.others = [factories.make_person(self.unit, "Rekan Uji") for _ in range(11)]
        factories.assign(self.unit, due_on=DUE, now=NOW - 30 * DAY)
        self.passes(*self.others[:7])

    def passes(self, *people: int) -> None:
        def passes() -> None:
            for person in people:
                row = records.enrolment_for(person, factories.COURSE)
                assert row is not None
                duties.start(enrolment_id=row.id, edition="uji", steps_total=0, now=NOW - DAY)
                duties.complete(enrolment_id=row.id, passed_at=NOW - DAY)

        write(passes)

    def plan(self, starts_at: datetime, **values: Any) -> None:
        given = {
            "person_id": self.reader,
            "public_id": self.mine().public_id,
            "starts_at": starts_at,
            "zone": ZONE,
        }
        write(services.plan, **{**given, "now": NOW, **values})

    def mine(self) -> Any:
        row = records.enrolment_for(self.reader, factories.COURSE)
        assert row is not None
        return row

    def said(self) -> queries.Nudge:
        db.session.rollback()
        return queries.nudges(self.reader, records.enrolments_of(self.reader), NOW)[self.mine().id]

    def letter(self) -> str:
        write(reminders.order_page, zone=ZONE, now=NOW)
        digest = db.session.scalars(
            select(ReminderDigest.id).where(ReminderDigest.person_id == self.reader)
        ).one()
        mail_id = write(reminders.make_ready, digest_id=digest, now=NOW, minutes={})
        return db.session.get_one(MailMessage, mail_id).body

    def switch(self, kind: NudgeKind, *, on: bool) -> None:
        write(services.switch, principal=factories.make_principal(self.reader), kind=kind, on=on, now=NOW)


@pytest.fixture
def office(app: Flask, db_session: Any) -> Office:
    return Office()


def test_the_letter_names_the_plan_and_the_colleagues_and_where_both_end(office: Office) -> None:
    office.plan(datetime(2026, 12, 1, 1, 0, tzinfo=UTC))
    body = office.letter()
    assert "Rencana Anda: Selasa, 1\u00a0Desember\u00a02026 pukul 09.00." in body
    assert "7 dari 12 pegawai di unit Anda sudah lulus." in body
    assert "/akun/dorongan" in body
    assert db.session.query(MailMessage).filter_by(recipient="wening@contoh.invalid").count() == 1


def test_whoever_switches_both_off_gets_the_reminder_all_the_same(office: Office) -> None:
    office.plan(datetime(2026, 12, 1, 1, 0, tzinfo=UTC))
    for kind in NudgeKind:
        office.switch(kind, on=False)
        office.switch(kind, on=False)  # twice is once
    body = office.letter()
    assert "Tenggat:" in body
    assert "Rencana Anda" not in body
    assert "pegawai di unit Anda" not in body
    assert "/akun/dorongan" not in body
    office.switch(NudgeKind.PEERS, on=True)
    assert office.said().peers == (7, 12)


def test_an_agency_switches_off_for_all_of_its_own_and_for_nobody_else(office: Office) -> None:
    admin = factories.make_admin(office.agency)
    other = factories.make_agency("Kementerian Lain")
    agency_off = {"kind": NudgeKind.PEERS, "on": False, "now": NOW}
    for stranger, unit in ((admin, other), (admin, office.unit)):
        with pytest.raises(NotFound):
            write(services.switch_for_agency, principal=stranger, agency_id=unit, **agency_off)
    write(services.switch_for_agency, principal=admin, agency_id=office.agency, **agency_off)
    assert office.said().peers is None
    # Switching it on for oneself does not beat the agency.
    office.switch(NudgeKind.PEERS, on=True)
    assert office.said().peers is None


def test_what_is_said_of_colleagues_follows_the_counts(office: Office) -> None:
    assert office.said().peers == (7, 12)
    office.passes(*office.others[7:10])
    assert office.said().peers is None, "two are missing: the sentence would point at somebody"


def test_a_plan_is_changed_and_dropped_and_past_ones_are_silent(office: Office) -> None:
    office.plan(NOW + DAY)
    office.plan(NOW + 2 * DAY)
    db.session.rollback()
    assert db.session.query(StudyPlan).filter_by(ended_at=None).count() == 1
    assert office.said().planned_at == NOW + 2 * DAY
    later = queries.nudges(office.reader, records.enrolments_of(office.reader), NOW + 3 * DAY)
    assert later[office.mine().id].planned_at is None
    public_id = office.mine().public_id
    assert write(services.drop, person_id=office.reader, public_id=public_id, now=NOW)
    assert not write(services.drop, person_id=office.reader, public_id=public_id, now=NOW)


def test_nobody_plans_for_somebody_else_nor_a_time_that_makes_no_plan(office: Office) -> None:
    with pytest.raises(NotFound):
        office.plan(NOW + DAY, person_id=office.others[0])
    with pytest.raises(NotFound):
        write(services.drop, person_id=office.others[0], public_id=office.mine().public_id, now=NOW)
    for when, code in ((NOW - DAY, "past"), (NOW + 20 * DAY, "after_due")):
        with pytest.raises(Invalid, match=f"records.plan_{code}"):
            office.plan(when)
    office.passes(office.reader)
    with pytest.raises(Conflict, match="plan_passed"):
        office.plan(NOW + DAY)


def test_the_private_calendar_has_the_planned_time(office: Office) -> None:
    office.plan(datetime(2026, 12, 1, 1, 0, tzinfo=UTC))
    file = links.file(links.Owner(office.reader, "id"), NOW)
    assert "DTSTART:20261201T010000Z" in file
    office.passes(office.reader)
    assert "DTSTART:20261201T010000Z" not in links.file(links.Owner(office.reader, "id"), NOW)


def test_colleagues_with_a_date_from_another_assignment_are_colleagues_too(office: Office) -> None:
    contracted = [
        factories.make_person(office.unit, "PPPK Uji", employment_type=EmploymentType.PPPK) for _ in range(3)
    ]
    factories.assign(
        office.unit,
        due_on=DUE - DAY,
        now=NOW - 20 * DAY,
        criteria=Criteria(employment=(EmploymentType.PPPK,)),
    )
    mine = UnitCount.org_unit_id == office.unit
    assert db.session.query(UnitCount.assignment_id).filter(mine, UnitCount.assigned > 0).count() == 2
    assert office.said().peers is None, "seven of fifteen are no majority"
    office.passes(*contracted)
    assert office.said().peers == (10, 15)
