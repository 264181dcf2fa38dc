"""The holder is told: ready, about to expire, superseded, revoked, and no; each once, in the commit of what happened."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from certificates import jobs, panels, services
from certificates.events import CertificateIssued
from certificates.life import correcting, telling
from certificates.life.notices import NoticeKind
from certificates.models import Certificate, CertificateNotice
from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.mail import MailMessage
from learning.kernel.transaction import write
from learning.records import services as records
from quizzes.models import PassRecord
from tests import factories

PASSED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LAST = datetime(2028, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def holder(db_session: Any) -> int:
    agency = factories.make_agency()
    factories.make_course(modules=2)
    person = factories.make_person(agency, "Wening Astuti", email="wening@contoh.invalid")
    with clock.travel(PASSED):
        factories.pass_course(person, now=PASSED)
    return person


def letters() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.execute(select(MailMessage.subject, MailMessage.body).order_by(MailMessage.id)).all()
    db.session.rollback()
    return [(row.subject, row.body) for row in rows]


def notices() -> set[tuple[int, NoticeKind]]:
    db.session.rollback()
    rows = db.session.scalars(select(CertificateNotice)).all()
    db.session.rollback()
    return {(row.certificate_id, row.kind) for row in rows}


def only() -> Certificate:
    db.session.rollback()
    row = db.session.scalars(select(Certificate).order_by(Certificate.id)).first()
    db.session.rollback()
    assert row is not None
    return row


def remind(at: datetime) -> int:
    with clock.travel(at):
        result = jobs.remind({}, lambda _done, _total: None)
    assert result is not None
    return int(result["sent"])


def test_ready_comes_with_the_pass_and_says_where_it_is(holder: int) -> None:
    ((subject, body),) = letters()
    row = only()
    assert subject == f"Sertifikat {row.number} sudah terbit"
    for words in (
        "Yth. Wening Astuti,",
        "Netralitas Uji",
        "24 November 2028",
        "http://localhost/sertifikat/",
    ):
        assert words in body
    assert notices() == {(row.id, NoticeKind.READY)}


def test_hearing_of_the_same_certificate_again_sends_nothing(holder: int) -> None:
    row = only()
    event = CertificateIssued(row.id, holder, row.course_key, row.number, row.code, PASSED)
    with clock.travel(PASSED):
        write(telling.issued, event=event)
    assert len(letters()) == 1


def test_a_pass_that_is_rolled_back_tells_nobody(db_session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    agency = factories.make_agency()
    factories.make_course(modules=2)
    person = factories.make_person(agency)
    factories.finish_steps(person, now=PASSED)

    def fail(*_args: Any, **_values: Any) -> None:
        raise RuntimeError("the light goes out")

    monkeypatch.setattr(services.audit, "seal", fail)
    with pytest.raises(RuntimeError), clock.travel(PASSED):
        factories.sit_quiz(person, now=PASSED)
    assert letters() == []
    assert notices() == set()
    assert db.session.scalars(select(PassRecord)).all() == []


def test_three_reminders_each_once_and_none_after_the_last_day(holder: int) -> None:
    assert remind(LAST - timedelta(days=91)) == 0
    sent = {}
    for left in range(90, -3, -1):
        count = remind(LAST - timedelta(days=left)) + remind(LAST - timedelta(days=left, hours=-5))
        if count:
            sent[left] = count
    assert sent == {90: 1, 30: 1, 7: 1}
    subjects = [subject for subject, _body in letters()][1:]
    assert [subject.rsplit(" berlaku ")[1] for subject in subjects] == [
        "90 hari lagi",
        "30 hari lagi",
        "7 hari lagi",
    ]
    assert "http://localhost/kursus/netralitas-uji" in letters()[-1][1]


def test_after_a_pause_of_the_worker_only_the_nearest_is_sent(holder: int) -> None:
    assert remind(LAST - timedelta(days=3)) == 1
    assert remind(LAST - timedelta(days=2)) == 0
    assert notices() == {(only().id, NoticeKind.READY), (only().id, NoticeKind.EXPIRES_7)}


def test_nobody_is_reminded_of_what_was_replaced_or_revoked(holder: int) -> None:
    factories.revoke_certificate(only().id, now=PASSED + timedelta(days=1))
    assert remind(LAST - timedelta(days=30)) == 0


def test_without_an_address_the_notice_is_kept_and_the_home_page_says_it(holder: int) -> None:
    write(db.session.execute, statement=text("UPDATE person SET email = NULL"))
    at = LAST - timedelta(days=30)
    remind(at)
    assert len(letters()) == 1
    assert (only().id, NoticeKind.EXPIRES_30) in notices()
    panel = panels.home_notice(principal=factories.make_principal(holder), now=at)
    assert panel is not None
    (told,) = panel.context["told"]
    assert (told["kind"], told["left"]) == (NoticeKind.EXPIRES_30, 30)


def test_the_database_takes_a_notice_once(holder: int) -> None:
    row = only()

    def again() -> None:
        db.session.add(
            CertificateNotice(certificate_id=row.id, kind=NoticeKind.READY, told_at=PASSED, mail_id=None)
        )
        db.session.flush()

    with pytest.raises(IntegrityError):
        write(again)


def test_four_workers_at_once_send_one_letter(app: Flask, holder: int) -> None:
    start, failed = threading.Barrier(4), []
    at = LAST - timedelta(days=30)

    def work() -> None:
        with app.app_context():
            try:
                start.wait()
                remind(at)
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(letters()) == 2


def test_a_revocation_says_why_and_whom_to_ask(holder: int) -> None:
    at = PASSED + timedelta(days=9)
    with clock.travel(at):
        factories.revoke_certificate(only().id, note="Nama tertukar.", now=at)
    subject, body = letters()[-1]
    assert subject == f"Sertifikat {only().number} dicabut"
    for words in ("data pemegang yang tercetak salah", "Nama tertukar.", "hubungi pengelola kepegawaian"):
        assert words in body
    assert "Berita acara" not in body
    me = factories.make_principal(holder)
    panel = panels.home_notice(principal=me, now=at + timedelta(days=29))
    assert panel is not None
    assert panel.context["told"][0]["kind"] is NoticeKind.REVOKED
    assert panels.home_notice(principal=me, now=at + timedelta(days=32)) is None


def test_one_letter_speaks_of_the_correction_and_of_both_numbers(holder: int) -> None:
    at = PASSED + timedelta(days=9)
    factories.rename_person(holder, "Wening Astuti", "S.Pd.", now=at)
    with clock.travel(at):
        new_id = factories.correct_certificate(only().id, now=at)
    assert len(letters()) == 2
    _subject, body = letters()[-1]
    new = db.session.get_one(Certificate, new_id)
    assert only().number in body
    assert new.number in body
    assert "Penulisan diperbaiki." in body
    assert notices() >= {(only().id, NoticeKind.SUPERSEDED), (new_id, NoticeKind.READY)}


def test_passing_again_is_one_letter_that_names_what_it_replaces(holder: int) -> None:
    later = PASSED + timedelta(days=300)
    first = only()
    write(records.renew, enrolment_id=first.enrolment_id, now=later)
    with clock.travel(later):
        factories.pass_course(holder, now=later)
    assert len(letters()) == 2
    assert f"menggantikan {first.number}" in letters()[-1][1]
    assert (first.id, NoticeKind.SUPERSEDED) in notices()


def test_no_is_told_with_its_reason(holder: int) -> None:
    at = PASSED + timedelta(days=2)
    public_id = write(
        correcting.ask, certificate_id=only().id, person_id=holder, said="Unit saya keliru.", now=at
    )
    with clock.travel(at):
        write(
            correcting.refuse_request,
            public_id=public_id,
            principal=factories.make_admin(),
            answer="Sesuai SK.",
            now=at,
        )
    _subject, body = letters()[-1]
    assert "Unit saya keliru." in body
    assert "Sesuai SK." in body


def test_history_is_noted_without_a_letter(db_session: Any) -> None:
    agency = factories.make_agency()
    factories.make_course(modules=2)
    person = factories.make_person(agency)
    with clock.travel(PASSED + timedelta(days=30)):
        factories.pass_course(person, now=PASSED)
    assert letters() == []
    assert {kind for _id, kind in notices()} == {NoticeKind.READY}


def test_who_has_left_gets_no_letter(holder: int) -> None:
    write(db.session.execute, statement=text("UPDATE person SET status = 'RETIRED'"))
    assert remind(LAST - timedelta(days=30)) == 0
    assert len(letters()) == 1
