"""The day's reminders: one letter each, none after the pass, none twice, whatever dies or runs at once."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from learning.kernel import clock, jobs, mail, refusals
from learning.kernel.db import db
from learning.kernel.mail import MailMessage
from learning.kernel.transaction import write
from learning.people.models import Person
from learning.records import services as records
from learning.records.duedates import StageKind, StageStatus
from learning.records.kinds import OutageKind
from learning.records.models import Enrolment
from learning.records.reminders import jobs as reminding
from learning.records.reminders import queries, services
from learning.records.reminders.models import ReminderDigest, ReminderRun, ReminderStep
from tests import factories
from tests.mail_server import MailServer

DUE = date(2026, 12, 2)
WEEK_BEFORE = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # Wednesday, nine in Jakarta
ASSIGNED = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def agency(db_session: Any) -> int:
    factories.make_course()
    return factories.make_agency(timezone="Asia/Jakarta")


@pytest.fixture
def learner(agency: int) -> int:
    person = factories.make_person(agency, "Wening Astuti", email="wening@contoh.invalid")
    factories.assign(agency, due_on=DUE, now=ASSIGNED)
    return person


@pytest.fixture
def posted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a mail server was given."""
    app.config["NETRA"] = replace(app.config["NETRA"], smtp_url="smtp://mail.invalid")
    letters: list[Any] = []
    monkeypatch.setattr(mail, "_smtp", lambda _url, letter: letters.append(letter))
    return letters


def remind(now: datetime = WEEK_BEFORE) -> None:
    with clock.travel(now):
        reminding.run(now)


def deliver(now: datetime = WEEK_BEFORE + timedelta(minutes=1)) -> int:
    with clock.travel(now):
        return jobs.drain()


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_one_letter_says_what_by_when_why_and_how_long(learner: int, agency: int, posted: list[Any]) -> None:
    factories.make_course("kepemimpinan-uji")
    election = factories.make_election(campaign_on=date(2026, 12, 12), name="Pemilihan Bupati Uji")
    factories.assign(agency, "kepemimpinan-uji", event_id=election, days_before=3, now=ASSIGNED)
    remind()
    deliver()
    [letter] = posted
    assert letter["To"] == "wening@contoh.invalid"
    assert letter["Subject"] == "2 kursus menunggu Anda, 7 hari lagi"
    words = letter.get_content().replace("\u00a0", " ")
    for said in (
        "Yth. Wening Astuti,",
        "Tenggat: Rabu, 2 Desember 2026 (7 hari lagi).",
        "Tenggat: Rabu, 9 Desember 2026 (14 hari lagi).",
        "masa kampanye Pemilihan Bupati Uji dimulai 12 Desember 2026",
        "Seluruhnya sekitar 90 menit.",
    ):
        assert said in words
    assert words.count("http") == 1


def test_nothing_is_sent_twice_however_often_it_runs(learner: int, posted: list[Any]) -> None:
    for minutes in range(0, 600, 45):
        remind(WEEK_BEFORE + timedelta(minutes=minutes))
        deliver(WEEK_BEFORE + timedelta(minutes=minutes))
    for day in range(1, 5):
        remind(WEEK_BEFORE + timedelta(days=day))
        deliver(WEEK_BEFORE + timedelta(days=day))
    assert len(posted) == 1
    remind(WEEK_BEFORE + timedelta(days=5))
    deliver(WEEK_BEFORE + timedelta(days=5))
    assert len(posted) == 2


def test_a_day_that_moved_far_away_is_told_in_one_letter_with_both_days(
    agency: int, posted: list[Any]
) -> None:
    person = factories.make_person(agency, email="wening@contoh.invalid")
    election = factories.make_election(campaign_on=date(2026, 12, 12))
    for course in (factories.COURSE, "kepemimpinan-uji"):
        factories.make_course(course)
        factories.assign(agency, course, event_id=election, days_before=3, now=ASSIGNED)
    remind()
    deliver()
    posted.clear()
    write(
        records.set_stage, event_id=election, stage=StageKind.CAMPAIGN, starts_on=date(2027, 3, 13),
        status=StageStatus.CONFIRMED, source_ref="PKPU Uji 2", now=WEEK_BEFORE,
    )  # fmt: skip
    for day in range(1, 13):
        remind(WEEK_BEFORE + timedelta(days=day))
        deliver(WEEK_BEFORE + timedelta(days=day))
    [letter] = posted
    words = letter.get_content().replace("\u00a0", " ")
    assert words.count("Tenggat: Rabu, 10 Maret 2027") == 2
    assert words.count("Tenggat ini bergeser; semula Rabu, 9 Desember 2026.") == 2
    assert person


def test_an_outage_is_the_reason_in_the_letter(learner: int, posted: list[Any]) -> None:
    began = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
    then = began + timedelta(hours=3)
    proposal = write(
        records.propose_outage, actor_id=factories.make_person(None), kind=OutageKind.QUIZ, began_at=began,
        ended_at=began + timedelta(hours=2), note="Server padam.", evidence="Log.", now=then,
    )  # fmt: skip
    write(records.approve_outage, actor_id=factories.make_person(None), public_id=proposal, now=then)
    remind(then)
    deliver(then)
    [letter] = posted
    words = letter.get_content().replace("\u00a0", " ")
    assert "Tenggat: Jumat, 4 Desember 2026 (2 hari lagi)." in words
    assert (
        "Dari 2 Desember 2026 pukul 10.00 WIB sampai 2 Desember 2026 pukul 12.00 WIB ada gangguan di Netra. "
        "Karena itu tenggat Anda menjadi 4 Desember 2026. Server padam."
    ) in words


def test_who_has_passed_is_not_reminded(learner: int, posted: list[Any]) -> None:
    with clock.travel(WEEK_BEFORE - timedelta(hours=1)):
        factories.pass_course(learner, now=WEEK_BEFORE - timedelta(hours=1))
    jobs.drain()
    posted.clear()
    remind()
    assert count(ReminderDigest) == 0


def test_a_pass_between_order_and_delivery_withdraws_the_letter(learner: int, posted: list[Any]) -> None:
    remind()
    complete(learner)
    deliver()
    assert posted == []
    digest = db.session.scalars(select(ReminderDigest)).one()
    assert digest.withdrawn_at is not None
    assert digest.handed_over_at is None


def test_of_two_courses_the_passed_one_disappears_from_the_letter(
    learner: int, agency: int, posted: list[Any]
) -> None:
    factories.make_course("kepemimpinan-uji")
    factories.assign(agency, "kepemimpinan-uji", due_on=DUE, now=ASSIGNED)
    remind()
    complete(learner)
    deliver()
    [letter] = posted
    assert letter["Subject"] == "Netralitas Uji: 7 hari lagi"


def test_a_pass_while_the_server_is_away_withdraws_a_written_letter(
    learner: int, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["NETRA"] = replace(app.config["NETRA"], smtp_url="smtp://mail.invalid")

    def away(*_args: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(mail, "_smtp", away)
    remind()
    deliver()
    assert db.session.scalars(select(MailMessage)).one().body
    db.session.rollback()
    complete(learner)
    letters: list[Any] = []
    monkeypatch.setattr(mail, "_smtp", lambda _url, letter: letters.append(letter))
    deliver(WEEK_BEFORE + timedelta(hours=1))
    assert letters == []
    assert count(MailMessage) == 0


def test_one_refused_address_holds_nobody_up_and_is_not_tried_again(
    learner: int, agency: int, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_person(agency, "Rahmat", email="rahmat@contoh.invalid")
    app.config["NETRA"] = replace(app.config["NETRA"], smtp_url="smtp://mail.invalid")
    letters: list[Any] = []

    def some(_url: str, letter: Any) -> None:
        if letter["To"].startswith("wening"):
            raise smtplib.SMTPRecipientsRefused({letter["To"]: (550, b"no such user here")})
        letters.append(letter)

    monkeypatch.setattr(mail, "_smtp", some)
    remind()
    deliver()
    deliver(WEEK_BEFORE + timedelta(hours=2))
    assert [letter["To"] for letter in letters] == ["rahmat@contoh.invalid"]
    digest = db.session.scalars(select(ReminderDigest).where(ReminderDigest.person_id == learner)).one()
    assert digest.refusal == "550 no such user here"
    assert jobs.failed() == []


def test_a_server_that_is_busy_is_tried_again_for_the_one_it_turned_away(
    learner: int, agency: int, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_person(agency, "Rahmat", email="rahmat@contoh.invalid")
    app.config["NETRA"] = replace(app.config["NETRA"], smtp_url="smtp://mail.invalid")
    letters: list[str] = []
    busy = [True]

    def some(_url: str, letter: Any) -> None:
        if letter["To"].startswith("wening") and busy:
            busy.pop()
            raise smtplib.SMTPRecipientsRefused({letter["To"]: (451, b"later")})
        letters.append(letter["To"])

    monkeypatch.setattr(mail, "_smtp", some)
    remind()
    deliver()
    deliver(WEEK_BEFORE + timedelta(hours=1))
    assert sorted(letters) == ["rahmat@contoh.invalid", "wening@contoh.invalid"]


@pytest.fixture
def server(app: Flask) -> Iterator[MailServer]:
    """A real mail server instead of a list."""
    with MailServer() as running:
        app.config["NETRA"] = replace(app.config["NETRA"], smtp_url=f"smtp://127.0.0.1:{running.port}")
        yield running


def test_an_outage_of_hours_delays_the_days_letters_and_doubles_none(
    learner: int, agency: int, server: MailServer, app: Flask
) -> None:
    for name in ("rahmat", "yosina", "dewi"):
        factories.make_person(agency, name.title(), email=f"{name}@contoh.invalid")
    up = app.config["NETRA"]
    app.config["NETRA"] = replace(up, smtp_url="smtp://127.0.0.1:1")
    remind()
    for minutes in range(1, 240, 20):
        deliver(WEEK_BEFORE + timedelta(minutes=minutes))
    assert jobs.failed() == []
    app.config["NETRA"] = up
    server.answer("RCPT", "250 ok", "451 4.2.0 later")
    for minutes in range(240, 480, 20):
        deliver(WEEK_BEFORE + timedelta(minutes=minutes))
    assert sorted(letter.recipient.split("@")[0] for letter in server.letters) == [
        "dewi", "rahmat", "wening", "yosina",
    ]  # fmt: skip
    assert count(ReminderDigest) == 4


def test_a_line_that_breaks_stops_the_page_and_not_each_letter(
    learner: int, agency: int, server: MailServer
) -> None:
    for n in range(5):
        factories.make_person(agency, "Lain", email=f"lain{n}@contoh.invalid")
    remind()
    server.answer("GREETING", "220 ok", "421 4.3.2 shutting down")
    deliver()
    assert len(server.letters) == 1  # the second dialogue was turned away; the other four were not begun
    deliver(WEEK_BEFORE + timedelta(minutes=30))
    assert len({letter.recipient for letter in server.letters}) == len(server.letters) == 6


def test_a_marked_address_is_not_reminded_until_it_takes_a_letter(learner: int, server: MailServer) -> None:
    with clock.travel(WEEK_BEFORE - timedelta(days=1)):
        write(
            refusals.mark, address="wening@contoh.invalid", reason=refusals.RefusalReason.FULL,
            said="552 5.2.2 full", now=clock.now(),
        )  # fmt: skip
    remind()
    deliver()
    assert server.letters == []
    assert db.session.scalars(select(ReminderDigest)).one().refusal == "552 5.2.2 full"
    with clock.travel(WEEK_BEFORE + timedelta(days=1)):
        write(
            mail.send, to="wening@contoh.invalid", subject="Tautan", body="Isi", person_id=learner, asked=True
        )
        jobs.drain()
    remind(WEEK_BEFORE + timedelta(days=5))
    deliver(WEEK_BEFORE + timedelta(days=5, minutes=1))
    assert len(server.letters) == 2


def test_letters_that_missed_the_day_wait_for_the_morning(learner: int, posted: list[Any]) -> None:
    remind()
    deliver(datetime(2026, 11, 25, 20, 0, tzinfo=UTC))  # three at night
    assert posted == []
    deliver(datetime(2026, 11, 26, 0, 0, tzinfo=UTC))
    [letter] = posted
    assert letter["Subject"] == "Netralitas Uji: 6 hari lagi"


def test_quiet_hours_are_those_of_the_place(learner: int, posted: list[Any]) -> None:
    east = factories.make_agency("Kabupaten Timur", timezone="Asia/Jayapura", region_code="99.02")
    factories.make_person(east, "Yosina", email="yosina@contoh.invalid")
    factories.assign(east, due_on=DUE, now=ASSIGNED)
    remind(
        datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    )  # half past seven in Jayapura, half past five in Jakarta
    deliver(datetime(2026, 11, 24, 22, 31, tzinfo=UTC))
    assert [letter["To"] for letter in posted] == ["yosina@contoh.invalid"]


def test_a_holiday_by_decree_is_kept(learner: int, app: Flask) -> None:
    path = app.config["NETRA"].instance / "libur.txt"
    path.write_text("# cuti bersama\n2026-11-25 contoh\nbukan tanggal\n", encoding="utf-8")
    try:
        remind()
        assert count(ReminderRun) == 0
    finally:
        path.unlink()


def test_who_has_no_address_or_has_left_is_not_written_to(agency: int) -> None:
    factories.make_person(agency, "Tanpa Surel", email=None)
    factories.assign(agency, due_on=DUE, now=ASSIGNED)
    remind()
    assert count(ReminderDigest) == 0
    assert (
        db.session.scalars(select(ReminderRun.no_address).where(ReminderRun.zone == "Asia/Jakarta")).one()
        == 1
    )


def test_the_reader_is_addressed_in_her_language(learner: int, posted: list[Any]) -> None:
    def english() -> None:
        db.session.get_one(Person, learner).locale = "en"

    write(english)
    remind()
    deliver()
    assert "2 December 2026" in posted[0].get_content().replace("\u00a0", " ")


def test_a_run_that_was_killed_goes_on_where_it_stood(learner: int, agency: int) -> None:
    for n in range(5):
        factories.make_person(agency, f"Orang {chr(97 + n)}")
    with clock.travel(WEEK_BEFORE):
        assert write(services.order_page, zone="Asia/Jakarta", now=WEEK_BEFORE, most=2)
    assert count(ReminderDigest) == 2
    remind(WEEK_BEFORE + timedelta(minutes=15))
    assert count(ReminderDigest) == 6
    run = db.session.scalars(select(ReminderRun).where(ReminderRun.zone == "Asia/Jakarta")).one()
    assert (run.ordered, run.finished_at is not None) == (6, True)


def test_a_worker_that_holds_an_old_row_of_the_day_reads_it_anew(
    learner: int, agency: int, app: Flask
) -> None:
    factories.make_person(agency, "Orang Kedua")
    write(services.order_page, zone="Asia/Jakarta", now=WEEK_BEFORE, most=1)
    held = write(lambda: db.session.scalars(select(ReminderRun)).one())

    def the_other() -> None:
        with app.app_context():
            reminding.run(WEEK_BEFORE)
            db.session.remove()

    thread = threading.Thread(target=the_other)
    thread.start()
    thread.join()
    assert not write(services.order_page, zone="Asia/Jakarta", now=WEEK_BEFORE)
    assert held.finished_at is not None
    assert count(ReminderDigest) == 2


def test_two_workers_at_once_order_each_letter_once(learner: int, agency: int, app: Flask) -> None:
    for n in range(12):
        factories.make_person(agency, f"Orang {chr(97 + n)}")
    db.session.rollback()
    start, failures = threading.Barrier(3), []

    def work() -> None:
        with app.app_context(), clock.travel(WEEK_BEFORE):
            start.wait()
            try:
                while write(services.order_page, zone="Asia/Jakarta", now=WEEK_BEFORE, most=2):
                    pass
            except Exception as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert count(ReminderDigest) == 13
    assert count(ReminderStep) == 13


def test_the_database_refuses_a_second_letter_on_a_day(learner: int) -> None:
    remind()
    again = (
        "INSERT INTO reminder_digest (person_id, zone, day, ordered_at) "
        "SELECT person_id, zone, day, ordered_at FROM reminder_digest"
    )
    with pytest.raises(IntegrityError):
        db.session.execute(text(again))
    db.session.rollback()


def test_statements_do_not_grow_with_the_people(agency: int, query_count: Any) -> None:
    for n in range(3):
        factories.make_person(agency, f"Orang {chr(97 + n)}")
    factories.assign(agency, due_on=DUE, now=ASSIGNED)
    with query_count() as few:
        queries.candidates(zone="Asia/Jakarta", now=WEEK_BEFORE, after=0)
    for n in range(20):
        factories.make_person(agency, f"Lain {chr(97 + n)}")
    with query_count() as many:
        assert len(queries.candidates(zone="Asia/Jakarta", now=WEEK_BEFORE, after=0)) == 23
    assert len(many) == len(few)


def test_preview_counts_what_run_orders(learner: int, app: Flask) -> None:
    runner = app.test_cli_runner()
    with clock.travel(WEEK_BEFORE):
        shown = runner.invoke(args=["reminders", "preview"])
        assert "Asia/Jakarta: 1 letters, 0 people without address" in shown.output
        assert "step   7: 1" in shown.output
        assert count(ReminderDigest) == 0
        done = runner.invoke(args=["reminders", "run"])
        assert "Asia/Jakarta 2026-11-25: 1 letters ordered" in done.output
        assert runner.invoke(args=["reminders", "run", "--as-of", "2026-12-01"]).exit_code == 2
        night = runner.invoke(args=["reminders", "preview", "--as-of", "2026-11-29T10:00"])
        assert "quiet hours, nothing is sent before 2026-11-30 07:00 WIB" in night.output


def complete(person_id: int) -> None:
    """Passed, without the mail and papers that a real pass brings."""

    def do() -> None:
        enrolment = db.session.scalars(
            select(Enrolment).where(
                Enrolment.person_id == person_id, Enrolment.course_key == factories.COURSE
            )
        ).one()
        records.start(enrolment_id=enrolment.id, edition="e", steps_total=0, now=WEEK_BEFORE)
        records.complete(enrolment_id=enrolment.id, passed_at=WEEK_BEFORE)

    write(do)
