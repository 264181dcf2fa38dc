"""One certificate per pass, frozen, numbered, replaced by its successor."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from certificates import codes, letterheads, queries, services
from certificates.models import Certificate, CertificateEvent
from certificates.paper_models import Letterhead
from certificates.payload import Issuer, from_json, payload_hash
from certificates.status import State
from learning.kernel import events
from learning.kernel.audit import AuditEntry
from learning.kernel.db import db
from learning.kernel.transaction import write
from quizzes.events import QuizPassed
from quizzes.models import PassRecord
from tests import factories

PASSED = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # 25 November, 00.30 in Makassar


@pytest.fixture
def learner(db_session: Any) -> int:
    agency = factories.make_agency("Kabupaten Sagara Timur", timezone="Asia/Makassar")
    unit = factories.make_unit(agency, "SMP Negeri 4 Wanaraya")
    factories.make_course(modules=2)
    return factories.make_person(unit, "Wening Astuti", back_title="S.Pd.")


def only_certificate() -> Certificate:
    db.session.rollback()
    return db.session.scalars(select(Certificate)).one()


def event_of(record: PassRecord) -> QuizPassed:
    return QuizPassed(
        record.attempt_id,
        record.id,
        record.person_id,
        record.enrolment_id,
        record.course_key,
        record.edition,
        record.score,
        record.passed_at,
    )


def test_a_pass_brings_exactly_one_certificate_in_the_same_commit(learner: int) -> None:
    enrolment_id = factories.pass_course(learner, now=PASSED)
    row = only_certificate()
    record = db.session.scalars(select(PassRecord)).one()
    assert (row.pass_record_id, row.enrolment_id, row.person_id) == (record.id, enrolment_id, learner)
    assert codes.check(row.code, services.code_key()).code == row.code
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.issued")).one()
    assert entry.about_id == learner
    assert entry.detail["payload_hash"] == row.payload_hash


def test_the_paper_says_who_where_what_and_when_in_the_holders_own_zone(learner: int) -> None:
    factories.pass_course(learner, now=PASSED)
    row = only_certificate()
    paper = from_json(row.payload)
    assert payload_hash(paper) == row.payload_hash
    assert paper.holder_name == "Wening Astuti, S.Pd."
    assert (paper.unit_name, paper.agency_name) == ("SMP Negeri 4 Wanaraya", "Kabupaten Sagara Timur")
    assert paper.timezone == "Asia/Makassar"
    assert paper.issued_on == "2026-11-25"
    assert (paper.expires_on, row.expires_on) == ("2028-11-25", date(2028, 11, 25))
    assert paper.number == f"{row.id:04d}/NETRA/NTU/XI/2026"
    assert [(line.title, line.jp) for line in paper.modules] == [("Modul 1", 1), ("Modul 2", 1)]
    assert all(line.score == "100.00" for line in paper.modules)
    assert paper.verify_url == f"http://localhost/v/{row.code}"
    assert paper.qr_text == paper.verify_url.upper()


def test_without_a_letterhead_no_official_appears_to_sign(learner: int) -> None:
    factories.pass_course(learner, now=PASSED)
    issuer = from_json(only_certificate().payload).issuer
    assert issuer.institution == issuer.signatory_name == "Kabupaten Sagara Timur"
    assert (issuer.signatory_office, issuer.signatory_number) == ("Penerbit", "")


def test_the_letterhead_in_force_on_the_day_is_printed_and_older_papers_keep_theirs(learner: int) -> None:
    agency = db.session.execute(text("SELECT id FROM org_unit WHERE parent_id IS NULL")).scalar_one()
    db.session.rollback()
    for day, name in ((date(2026, 1, 1), "Rahmat Hidayat"), (date(2027, 1, 1), "Sri Lestari")):
        issuer = Issuer("BKPSDM", "Kabupaten Sagara Timur", "", "Wanaraya", "Kepala BKPSDM", name, "")
        write(letterheads.set_letterhead, agency_id=agency, valid_from=day, issuer=issuer, now=PASSED)
    factories.pass_course(learner, now=PASSED)
    assert from_json(only_certificate().payload).issuer.signatory_name == "Rahmat Hidayat"
    assert db.session.scalar(select(func.count()).select_from(Letterhead)) == 2


def test_hearing_of_the_same_pass_again_gives_the_same_certificate(learner: int) -> None:
    factories.pass_course(learner, now=PASSED)
    row = only_certificate()
    event = event_of(db.session.scalars(select(PassRecord)).one())
    assert write(services.issue, event=event) == row.id
    assert only_certificate().code == row.code


def test_sixteen_at_once_issue_one(app: Flask, learner: int) -> None:
    wired = events.wired()
    try:
        events.wire({kind: functions for kind, functions in wired.items() if kind is not QuizPassed})
        factories.pass_course(learner, now=PASSED)
    finally:
        events.wire(wired)
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 0
    event = event_of(db.session.scalars(select(PassRecord)).one())
    db.session.rollback()
    start, found, failed = threading.Barrier(16), [], []

    def hear() -> None:
        with app.app_context():
            try:
                start.wait()
                found.append(write(services.issue, event=event))
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=hear) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(found) == 16
    assert set(found) == {only_certificate().id}


def test_passing_again_replaces_the_certificate_that_still_counts(learner: int) -> None:
    first_enrolment = factories.pass_course(learner, now=PASSED)
    first = only_certificate().code
    later = PASSED + timedelta(days=300)
    from learning.records import services as records

    write(records.renew, enrolment_id=first_enrolment, now=later)
    factories.pass_course(learner, now=later)
    newest, oldest = queries.certificates_of(learner, now=later + timedelta(minutes=60))
    assert newest.status.state is State.VALID
    assert oldest.code == first
    assert oldest.status.state is State.SUPERSEDED
    assert oldest.status.event is not None
    assert oldest.status.event.successor_code == newest.code
    assert oldest.successor_number == newest.number


def test_passing_again_leaves_an_expired_certificate_expired(learner: int) -> None:
    first_enrolment = factories.pass_course(learner, now=PASSED)
    later = PASSED + timedelta(days=800)
    from learning.records import services as records

    write(records.renew, enrolment_id=first_enrolment, now=later)
    factories.pass_course(learner, now=later)
    _newest, oldest = queries.certificates_of(learner, now=later + timedelta(minutes=60))
    assert oldest.status.state is State.EXPIRED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certificate SET number = 'x'",
        "UPDATE certificate SET expires_on = NULL",
        "DELETE FROM certificate",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_certificate(learner: int, statement: str) -> None:
    factories.pass_course(learner, now=PASSED)
    with pytest.raises(DBAPIError, match="frozen: certificate"):
        write(db.session.execute, statement=text(statement))


def test_events_and_letterheads_are_frozen_too(db_session: Any) -> None:
    assert CertificateEvent.__table__.info["append_only"]
    assert Letterhead.__table__.info["append_only"]
