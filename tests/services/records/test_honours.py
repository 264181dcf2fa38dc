"""A unit has everybody through: once, for ever, with its letter, and not by a trick."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError

from certificates.appreciation.models import AppreciationLetter
from certificates.appreciation.payload import from_json
from learning.kernel.db import db
from learning.kernel.mail import MailMessage
from learning.kernel.transaction import write
from learning.people import services as people
from learning.people.kinds import EmploymentType, PositionType, UnitKind
from learning.records import counting, services
from learning.records.audience import Criteria
from learning.records.honours import jobs, queries
from learning.records.honours import services as honours
from learning.records.honours.models import UnitHonour
from learning.records.models import Enrolment
from tests import factories

ZONE = "Asia/Makassar"
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # Wednesday, ten in Makassar
CAMPAIGN = date(2026, 12, 10)
DAY = timedelta(days=1)


class Office:
    """An agency with a unit of six and its head, assigned a month ago; the campaign begins in a fortnight."""

    def __init__(self) -> None:
        self.agency = factories.make_agency(timezone=ZONE)
        self.unit = factories.make_unit(self.agency, "Puskesmas Uji")
        self.six = [factories.make_person(self.unit, "Pegawai Uji") for _ in range(6)]
        self.idle = factories.make_person(self.agency, "Belum Lulus")
        self.head = factories.make_person(
            self.agency, "Kepala", email="kepala@contoh.invalid", roles=[("SUPERVISOR", self.unit)]
        )
        event = factories.make_election(campaign_on=CAMPAIGN)
        self.assignment = factories.assign(self.agency, event_id=event, now=NOW - 40 * DAY)

    def instead(self, **values: Any) -> int:
        """Another assignment in place of the first; whoever has the course keeps it."""
        event = factories.make_election(campaign_on=CAMPAIGN)
        given = {"unit_id": self.agency, "event_id": event, "now": NOW - 39 * DAY}
        assignment = factories.assign(**{**given, **values})
        write(services.end_assignment, assignment_id=self.assignment, now=NOW - 38 * DAY)
        return assignment

    def passes(self, *people_: int, at: datetime = NOW - DAY) -> None:
        def passes() -> None:
            for person in people_:
                enrolment_id = enrolment_of(person).id
                services.start(enrolment_id=enrolment_id, edition="uji", steps_total=0, now=at)
                services.complete(enrolment_id=enrolment_id, passed_at=at)

        write(passes)


def enrolment_of(person: int) -> Enrolment:
    return db.session.scalars(
        select(Enrolment).where(Enrolment.person_id == person, Enrolment.ended_at.is_(None))
    ).one()


def honoured() -> list[int]:
    """The units honoured the day after everybody passed."""
    jobs.run(NOW)
    return sorted(row.org_unit_id for row in kept())


def kept() -> list[UnitHonour]:
    db.session.rollback()
    return list(db.session.scalars(select(UnitHonour).order_by(UnitHonour.id)))


@pytest.fixture
def office(app: Flask, db_session: Any) -> Office:
    return Office()


def test_the_evening_after_the_last_pass_is_kept_with_its_letter_and_told_once(office: Office) -> None:
    office.passes(*office.six[:5])
    assert jobs.run(NOW) == 0, "one is missing"
    office.passes(office.six[5], at=NOW)
    assert jobs.run(NOW) == 0, "today is not over"
    assert jobs.run(NOW + DAY) == 1
    assert jobs.run(NOW + DAY) == 0
    assert jobs.run(NOW + 3 * DAY) == 0
    (row,) = kept()
    assert (row.org_unit_id, row.reached_on, row.passed, row.exempt) == (
        office.unit,
        date(2026, 11, 25),
        6,
        0,
    )
    assert row.last_on == CAMPAIGN - DAY
    letter = db.session.scalars(select(AppreciationLetter)).one()
    said = from_json(letter.payload)
    assert (said.unit, said.agency, said.stage, said.stage_on) == (
        "Puskesmas Uji",
        "Kabupaten Uji",
        "masa kampanye",
        "2026-12-10",
    )
    assert said.blank, "no letterhead is set, so no official is named"
    mails = db.session.scalars(
        select(MailMessage).where(MailMessage.recipient == "kepala@contoh.invalid")
    ).all()
    assert len(mails) == 1
    assert f"/unit/{office.unit}/penghargaan" in mails[0].body


def test_whoever_joins_later_takes_nothing_away_and_the_row_is_frozen(office: Office) -> None:
    office.passes(*office.six)
    assert jobs.run(NOW) == 1
    factories.make_person(office.unit, "Pegawai Baru")
    assert jobs.run(NOW + DAY) == 0
    assert queries.of_unit(office.unit, factories.COURSE) is not None
    for table in (AppreciationLetter, UnitHonour):
        with pytest.raises(DatabaseError):
            write(lambda table=table: db.session.execute(delete(table)))
        db.session.rollback()


def test_two_workers_keep_one(office: Office) -> None:
    office.passes(*office.six)
    (duty,) = queries.duties(NOW)
    earned = queries.earned(duty, NOW)
    assert [one.org_unit_id for one in earned] == [office.unit]
    assert write(honours.keep, earned=earned, now=NOW) == 1
    assert write(honours.keep, earned=earned, now=NOW) == 0
    assert len(kept()) == 1
    assert db.session.query(AppreciationLetter).count() == 1


def test_sending_the_slow_ones_away_does_not_earn_it(office: Office) -> None:
    slow = [factories.make_person(office.unit, "Lambat Uji") for _ in range(3)]
    # They came a month ago as far as the book knows; two days before the look they sit elsewhere.
    office.passes(*office.six)
    for person in slow:
        write(
            people.post_person,
            person_id=person,
            org_unit_id=office.agency,
            position_title="Staf",
            position_type=PositionType.OPERATIONAL,
            starts_on=(NOW - 2 * DAY).date(),
            now=NOW - 2 * DAY,
        )
    assert counting.drifts() == []
    assert jobs.run(NOW + DAY) == 0


def test_too_late_and_too_small_earn_nothing(office: Office) -> None:
    small = factories.make_unit(office.agency, "Seksi Kecil")
    four = [factories.make_person(small, "Kecil Uji") for _ in range(4)]
    office.passes(*four)
    start = datetime(2026, 12, 10, 2, 0, tzinfo=UTC)
    office.passes(*office.six, at=start)
    assert jobs.run(start + DAY) == 0


def test_a_worker_that_stood_still_makes_up_for_the_last_evening(office: Office) -> None:
    office.passes(*office.six, at=datetime(2026, 12, 9, 2, 0, tzinfo=UTC))
    assert jobs.run(datetime(2026, 12, 14, 2, 0, tzinfo=UTC)) == 1
    assert [row.reached_on for row in kept()] == [date(2026, 12, 9)]


def test_the_sum_of_a_subtree_counts_and_a_second_assignment_of_the_same_evening_does_not(
    office: Office,
) -> None:
    below = factories.make_unit(office.unit, "Pustu")
    two = [factories.make_person(below, "Pustu Uji") for _ in range(2)]
    office.passes(*office.six)
    assert jobs.run(NOW) == 0, "two below are missing"
    office.passes(*two, at=NOW)
    factories.assign(office.unit, due_on=date(2026, 12, 1), now=NOW)
    assert jobs.run(NOW + DAY) == 1
    assert [(row.org_unit_id, row.passed) for row in kept()] == [(office.unit, 8)]


@pytest.mark.parametrize(
    "values",
    [
        {"criteria": Criteria(employment=(EmploymentType.PNS,))},
        {"criteria": Criteria(positions=(PositionType.FUNCTIONAL,))},
        {
            "terms": services.Terms(
                valid_months=12, refresher_key="penyegaran", refresher_title="Penyegaran Uji"
            )
        },
    ],
    ids=["employment", "position", "refresher"],
)
def test_an_assignment_of_which_the_book_cannot_tell_honours_nobody(
    office: Office, values: dict[str, Any]
) -> None:
    office.instead(**values)
    office.passes(*office.six)
    assert honoured() == []


def test_a_unit_that_is_kept_away_is_not_honoured_for_what_it_was_not_asked(office: Office) -> None:
    # It had the course once, from an assignment that has ended.
    other = factories.make_unit(office.agency, "Dinas Lain")
    five = [factories.make_person(other, "Lain Uji") for _ in range(5)]
    office.passes(*office.six, *five)
    office.instead(without_ids=[other])
    assert honoured() == [office.unit]


def test_only_where_the_election_is_held_and_in_agencies_of_the_kind_asked_for(office: Office) -> None:
    held = factories.make_unit(office.agency, "Kecamatan Uji", region_code="73.71")
    five = [factories.make_person(held, "Camat Uji") for _ in range(5)]
    office.passes(*office.six, *five)
    regional = factories.make_election(campaign_on=CAMPAIGN, region_codes=("73",))
    office.instead(event_id=regional, covered_only=True)
    central = Criteria(agency_kinds=(UnitKind.CENTRAL_AGENCY,))
    factories.assign(office.agency, due_on=date(2026, 12, 1), now=NOW - 39 * DAY, criteria=central)
    assert honoured() == [held]
