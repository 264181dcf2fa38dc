"""Somebody is exempt or has more time because two other people said so; everything else follows from it."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from learning.kernel.transaction import write
from learning.people import services as people
from learning.people.kinds import PositionType
from learning.records import counting, dating, deadlines, queries, rates, relief_jobs, reliefs, services
from learning.records.duedates import StageKind, StageStatus, due_at
from learning.records.exemption_models import ExemptionProposal, ReliefKind, ReliefOutcome, ReliefReason
from learning.records.models import Enrolment, EnrolmentStatus
from learning.records.reminders import jobs as reminding
from learning.records.reminders.models import ReminderDigest
from tests import factories

COURSE = factories.COURSE
ZONE = "Asia/Makassar"
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # Wednesday, ten in Makassar
DUE = date(2026, 12, 2)
NOTE, EVIDENCE = "Tugas belajar sampai akhir tahun.", "SK 800/12/2026, arsip BKPSDM"


class Office:
    """An agency with a learner, her officer, a second officer, and an officer of elsewhere."""

    def __init__(self) -> None:
        self.agency = factories.make_agency(timezone=ZONE)
        self.office = factories.make_unit(self.agency, "Dinas Uji")
        self.elsewhere = factories.make_agency("Kementerian Lain", timezone="Asia/Jayapura")
        self.learner = factories.make_person(self.office, "Wening Astuti", email="wening@contoh.invalid")
        self.first, self.second, self.stranger = (
            factories.make_principal(factories.make_person(unit, name, roles=[("HR", unit)]))
            for unit, name in (
                (self.agency, "Pengusul"),
                (self.agency, "Pemutus"),
                (self.elsewhere, "Orang Lain"),
            )
        )
        factories.assign(self.office, due_on=DUE, now=NOW - timedelta(days=30))

    def propose(self, kind: ReliefKind, until: date, **values: Any) -> uuid.UUID:
        given: dict[str, Any] = {
            "principal": self.first,
            "person_id": self.learner,
            "course_key": COURSE,
            "reason": ReliefReason.STUDY,
            "note": NOTE,
            "evidence": EVIDENCE,
            "now": NOW,
        }
        return write(services.propose_relief, kind=kind, until=until, **{**given, **values})

    def grant(self, kind: ReliefKind, until: date, now: datetime = NOW) -> uuid.UUID:
        public_id = self.propose(kind, until, now=now)
        write(services.approve_relief, principal=self.second, public_id=public_id, now=now)
        return public_id

    def enrolment(self) -> queries.EnrolmentRow:
        row = queries.enrolment_for(self.learner, COURSE)
        assert row is not None
        return row

    def counts(self, unit_id: int | None = None) -> counting.Counts:
        row = rates.own(rates.UnitHead(unit_id or self.office, "", "", "", ZONE, ()), COURSE)
        return (row.assigned, row.started, row.passed, row.exempt) if row else counting.NONE


@pytest.fixture
def office(db_session: Any) -> Office:
    with clock.travel(NOW):
        return Office()


@pytest.fixture(autouse=True)
def counts_equal_people(office: Office) -> Any:
    """At the end of every story: counts, book and dates agree with the persons."""
    yield
    assert counting.drifts() == []
    assert counting.unbooked() == []
    assert list(dating.misdated()) == []


# --- Two people ---------------------------------------------------------------------------------------------------


def test_nothing_changes_before_a_second_person_agrees(office: Office) -> None:
    public_id = office.propose(ReliefKind.EXEMPTION, date(2026, 12, 31))
    assert office.counts() == (1, 0, 0, 0)
    with pytest.raises(Forbidden, match="relief_second_person"):
        write(services.approve_relief, principal=office.first, public_id=public_id, now=NOW)
    with pytest.raises(NotFound):
        write(services.approve_relief, principal=office.stranger, public_id=public_id, now=NOW)
    write(services.approve_relief, principal=office.second, public_id=public_id, now=NOW)
    assert office.counts() == (1, 0, 0, 1)
    assert office.enrolment().exempt_until == date(2026, 12, 31)
    with pytest.raises(Conflict, match="relief_decided"):
        write(services.approve_relief, principal=office.second, public_id=public_id, now=NOW)
    assert office.counts() == (1, 0, 0, 1)


def test_nobody_takes_part_in_what_concerns_themselves(office: Office) -> None:
    with pytest.raises(Forbidden, match="relief_oneself"):
        office.propose(ReliefKind.EXEMPTION, date(2026, 12, 31), person_id=office.first.person_id)
    factories.assign(office.agency, due_on=DUE, now=NOW)
    public_id = office.propose(ReliefKind.EXEMPTION, date(2026, 12, 31), person_id=office.second.person_id)
    with pytest.raises(Forbidden, match="relief_oneself"):
        write(services.approve_relief, principal=office.second, public_id=public_id, now=NOW)


def test_the_database_refuses_one_person_for_both_parts(office: Office, db_session: Any) -> None:
    public_id = office.propose(ReliefKind.EXEMPTION, date(2026, 12, 31))
    for decider in (office.first.person_id, office.learner):
        with pytest.raises(IntegrityError):
            db_session.execute(
                update(ExemptionProposal)
                .where(ExemptionProposal.public_id == public_id)
                .values(outcome=ReliefOutcome.APPROVED, decided_by=decider, decided_at=NOW)
            )
        db_session.rollback()


def test_what_was_decided_can_be_neither_changed_nor_removed(office: Office, db_session: Any) -> None:
    office.grant(ReliefKind.EXEMPTION, date(2026, 12, 31))
    for act in (
        update(ExemptionProposal).values(remark="lain"),
        update(ExemptionProposal).values(until=date(2027, 1, 31)),
        delete(ExemptionProposal),
    ):
        with pytest.raises(DatabaseError, match="frozen"):
            db_session.execute(act)
        db_session.rollback()


def test_returned_and_taken_back_proposals_change_nothing(office: Office) -> None:
    public_id = office.propose(ReliefKind.EXEMPTION, date(2026, 12, 31))
    with pytest.raises(Invalid, match="relief_remark_missing"):
        write(services.decline_relief, principal=office.second, public_id=public_id, remark=" ", now=NOW)
    said = write(
        services.decline_relief, principal=office.second, public_id=public_id, remark="Tanpa surat.", now=NOW
    )
    assert said is ReliefOutcome.RETURNED
    again = office.propose(ReliefKind.EXTENSION, date(2026, 12, 20))
    assert (
        write(services.decline_relief, principal=office.first, public_id=again, remark="", now=NOW)
        is ReliefOutcome.WITHDRAWN
    )
    assert office.counts() == (1, 0, 0, 0)
    assert office.enrolment().due_at == due_at(DUE, 0, ZONE)


def test_refusals_say_what_is_wrong(office: Office) -> None:
    refused: list[tuple[dict[str, Any], ReliefKind, date, str]] = [
        ({}, ReliefKind.EXEMPTION, date(2026, 11, 24), "relief_past"),
        ({}, ReliefKind.EXEMPTION, date(2028, 1, 1), "relief_far"),
        ({}, ReliefKind.EXTENSION, DUE, "relief_not_later"),
        ({"note": " \0"}, ReliefKind.EXEMPTION, DUE, "relief_note_missing"),
        ({"evidence": ""}, ReliefKind.EXEMPTION, DUE, "relief_evidence_missing"),
        ({"evidence": "x" * 1001}, ReliefKind.EXEMPTION, DUE, "relief_text_long"),
        ({"course_key": "tidak-ada"}, ReliefKind.EXEMPTION, DUE, "relief_no_duty"),
        ({"principal": office.stranger}, ReliefKind.EXEMPTION, DUE, "relief_unknown"),
    ]
    for values, kind, until, code in refused:
        with pytest.raises(DomainError, match=code):
            office.propose(kind, until, **values)
    office.propose(ReliefKind.EXEMPTION, DUE)
    with pytest.raises(Conflict, match="relief_open"):
        office.propose(ReliefKind.EXTENSION, date(2026, 12, 20))


def test_who_passed_meanwhile_is_not_exempted(office: Office) -> None:
    public_id = office.propose(ReliefKind.EXEMPTION, date(2026, 12, 31))
    _pass(office)
    with pytest.raises(Conflict, match="relief_no_duty"):
        write(services.approve_relief, principal=office.second, public_id=public_id, now=NOW)
    assert office.counts() == (1, 1, 1, 0)


def test_two_officers_who_approve_at_once_count_once(app: Flask, office: Office) -> None:
    third = factories.make_principal(
        factories.make_person(office.agency, "Ketiga", roles=[("HR", office.agency)])
    )
    public_id = office.propose(ReliefKind.EXEMPTION, date(2026, 12, 31))
    db.session.remove()
    done: list[str] = []

    def approve(principal: Any) -> None:
        with app.app_context():
            try:
                write(services.approve_relief, principal=principal, public_id=public_id, now=NOW)
                done.append("yes")
            except Conflict as error:
                done.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=approve, args=(one,)) for one in (office.second, third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["records.relief_decided", "yes"]
    assert office.counts() == (1, 0, 0, 1)


# --- Exempt -------------------------------------------------------------------------------------------------------


def _pass(office: Office, at: datetime = NOW) -> None:
    def go() -> None:
        enrolment = office.enrolment()
        services.start(enrolment_id=enrolment.id, edition="a" * 16, steps_total=1, now=at)
        services.complete(enrolment_id=enrolment.id, passed_at=at)

    write(go)


def test_the_exempt_are_not_in_the_base_of_the_rate_and_never_overdue(office: Office) -> None:
    factories.make_person(office.office, "Budi")
    office.grant(ReliefKind.EXEMPTION, date(2026, 12, 31))
    head = rates.UnitHead(office.office, "", "", f"/{office.agency}/{office.office}/", ZONE, ())
    total = rates.total(head, COURSE)
    assert (total.assigned, total.expected, total.exempt, total.not_started) == (2, 1, 1, 1)
    after = datetime(2026, 12, 10, tzinfo=UTC)
    assert deadlines.outstanding(head, COURSE, after).overdue == 1
    late, exempt = (
        [row.name for row in rates.persons(head, COURSE, after, state=state)[0]]
        for state in (rates.State.OVERDUE, rates.State.EXEMPT)
    )
    assert (late, exempt) == (["Budi"], ["Wening Astuti"])
    assert not office.enrolment().open_duty


def test_the_exempt_may_pass_and_then_count_as_passed(office: Office) -> None:
    office.grant(ReliefKind.EXEMPTION, date(2026, 12, 31))
    write(services.start, enrolment_id=office.enrolment().id, edition="a" * 16, steps_total=1, now=NOW)
    assert office.counts() == (1, 0, 0, 1)
    write(services.complete, enrolment_id=office.enrolment().id, passed_at=NOW)
    assert office.counts() == (1, 1, 1, 0)


def test_an_exemption_holds_on_its_last_day_and_ends_in_the_night_after(office: Office) -> None:
    office.grant(ReliefKind.EXEMPTION, date(2026, 12, 5))
    run = relief_jobs.run_out
    with clock.travel(datetime(2026, 12, 5, 15, 59, tzinfo=UTC)):
        assert run({}, lambda *_: None) == {"people": 0}
    assert office.counts() == (1, 0, 0, 1)
    with clock.travel(datetime(2026, 12, 5, 16, 1, tzinfo=UTC)):
        assert run({}, lambda *_: None) == {"people": 1}
        assert run({}, lambda *_: None) == {"people": 0}
    assert office.counts() == (1, 0, 0, 0)
    # The date of the assignment counts again, as it stood all the time.
    assert office.enrolment().due_at == due_at(DUE, 0, ZONE)
    assert office.enrolment().open_duty


def test_an_exemption_ends_early_only_when_a_second_person_agrees(office: Office) -> None:
    granted = office.grant(ReliefKind.EXEMPTION, date(2026, 12, 31))
    ending = write(
        services.propose_ending,
        principal=office.second,
        public_id=granted,
        note="Kembali bekerja",
        evidence="SK 9",
        now=NOW,
    )
    assert office.counts() == (1, 0, 0, 1)
    with pytest.raises(Forbidden):
        write(services.approve_relief, principal=office.second, public_id=ending, now=NOW)
    write(services.approve_relief, principal=office.first, public_id=ending, now=NOW)
    assert office.counts() == (1, 0, 0, 0)
    with pytest.raises(Conflict, match="relief_over"):
        write(
            services.propose_ending,
            principal=office.first,
            public_id=granted,
            note="Lagi",
            evidence="SK 9",
            now=NOW,
        )


def test_the_exempt_get_no_reminder(office: Office) -> None:
    factories.make_course()
    office.grant(ReliefKind.EXEMPTION, date(2026, 12, 31))
    with clock.travel(NOW):
        reminding.run(NOW)
    assert db.session.scalars(select(ReminderDigest.person_id)).all() == []


def test_a_letter_that_was_ordered_before_is_not_sent(office: Office) -> None:
    factories.make_course()
    with clock.travel(NOW):
        reminding.run(NOW)
        assert db.session.scalars(select(ReminderDigest.person_id)).all() == [office.learner]
        db.session.rollback()
        office.grant(ReliefKind.EXEMPTION, date(2026, 12, 31))
        jobs.drain()
    letter = db.session.scalars(select(ReminderDigest)).one()
    assert letter.handed_over_at is None
    assert letter.withdrawn_at is not None


def test_a_move_takes_the_exemption_along(office: Office) -> None:
    office.grant(ReliefKind.EXEMPTION, date(2026, 12, 31))
    factories.assign(office.elsewhere, due_on=date(2026, 12, 9), now=NOW)
    write(
        people.post_person,
        person_id=office.learner,
        org_unit_id=office.elsewhere,
        position_title="Guru",
        position_type=PositionType.FUNCTIONAL,
        starts_on=NOW.date(),
        now=NOW,
    )
    assert office.counts() == counting.NONE
    # The officer of elsewhere has the duty as well.
    assert office.counts(office.elsewhere) == (2, 0, 0, 1)


def test_a_new_assignment_and_a_new_edition_find_the_exemption(office: Office) -> None:
    office.grant(ReliefKind.EXEMPTION, date(2026, 12, 31))
    old = db.session.scalars(select(Enrolment.assignment_id)).first()
    assert old is not None
    write(services.end_assignment, assignment_id=old, now=NOW)
    assert office.counts() == counting.NONE
    factories.assign(office.office, due_on=date(2026, 12, 9), now=NOW)
    assert office.counts() == (1, 0, 0, 1)
    write(services.start, enrolment_id=office.enrolment().id, edition="a" * 16, steps_total=1, now=NOW)
    write(services.repin, course_key=COURSE, edition="b" * 16, steps_total=1, everyone=False, now=NOW)
    assert office.enrolment().status is EnrolmentStatus.NOT_STARTED
    assert office.counts() == (1, 0, 0, 1)


# --- Extended -----------------------------------------------------------------------------------------------------


def test_an_extension_moves_the_date_and_says_so(office: Office) -> None:
    office.grant(ReliefKind.EXTENSION, date(2026, 12, 20))
    row = office.enrolment()
    assert row.due_at == due_at(date(2026, 12, 20), 0, ZONE)
    assert row.due_reason is not None
    assert row.due_reason.extended
    assert office.counts() == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("campaign_on", "holds"),
    [(date(2026, 12, 12), date(2026, 12, 20)), (date(2027, 1, 15), date(2027, 1, 12))],
)
def test_when_the_stage_moves_the_later_of_both_holds(office: Office, campaign_on: date, holds: date) -> None:
    old = db.session.scalars(select(Enrolment.assignment_id)).first()
    assert old is not None
    election = factories.make_election(date(2026, 12, 10))
    factories.assign(office.office, event_id=election, now=NOW)
    write(services.end_assignment, assignment_id=old, now=NOW)
    office.grant(ReliefKind.EXTENSION, date(2026, 12, 20))
    write(
        services.set_stage,
        event_id=election,
        stage=StageKind.CAMPAIGN,
        starts_on=campaign_on,
        status=StageStatus.CONFIRMED,
        source_ref="Keputusan",
        now=NOW,
    )
    assert office.enrolment().due_at == due_at(holds, 0, ZONE)
    office_reason = office.enrolment().due_reason
    assert office_reason is not None
    assert office_reason.extended is (holds == date(2026, 12, 20))


def test_a_second_assignment_and_a_move_leave_the_extension(office: Office) -> None:
    office.grant(ReliefKind.EXTENSION, date(2026, 12, 20))
    factories.assign(office.agency, due_on=date(2026, 11, 30), now=NOW)
    assert office.enrolment().due_at == due_at(date(2026, 12, 20), 0, ZONE)
    factories.assign(office.elsewhere, due_on=date(2026, 12, 9), now=NOW)
    write(
        people.post_person,
        person_id=office.learner,
        org_unit_id=office.elsewhere,
        position_title="Guru",
        position_type=PositionType.FUNCTIONAL,
        starts_on=NOW.date(),
        now=NOW,
    )
    # The same day, on the clock of the new place.
    assert office.enrolment().due_at == due_at(date(2026, 12, 20), 0, "Asia/Jayapura")


def test_an_extension_that_ends_gives_the_date_back(office: Office) -> None:
    granted = office.grant(ReliefKind.EXTENSION, date(2026, 12, 20))
    ending = write(
        services.propose_ending,
        principal=office.first,
        public_id=granted,
        note="Keliru",
        evidence="-",
        now=NOW,
    )
    write(services.approve_relief, principal=office.second, public_id=ending, now=NOW)
    assert office.enrolment().due_at == due_at(DUE, 0, ZONE)
    assert [row.kind for row in reliefs.standing(office.first, NOW)] == []


def test_reconcile_repairs_to_the_extension_and_not_past_it(
    app: Flask, office: Office, db_session: Any
) -> None:
    office.grant(ReliefKind.EXTENSION, date(2026, 12, 20))
    db_session.execute(update(Enrolment).values(due_at=due_at(DUE, 0, ZONE)))
    db_session.commit()
    assert [one.expected for one in dating.misdated()] == [due_at(date(2026, 12, 20), 0, ZONE)]
    app.test_cli_runner().invoke(args=["records", "reconcile", "--repair"])
    assert office.enrolment().due_at == due_at(date(2026, 12, 20), 0, ZONE)
