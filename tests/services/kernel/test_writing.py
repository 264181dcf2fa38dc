"""How everything is written: all or nothing, one commit, in order, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from learning.kernel import audit, clock, jobs, mail, transaction
from learning.kernel.audit import AuditEntry
from learning.kernel.db import db
from learning.kernel.jobs import Job, JobState
from learning.kernel.mail import MailMessage
from learning.kernel.transaction import write


def note(subject: str = "thing:1", **detail: object) -> None:
    audit.record("test.done", subject, **detail)


def letter(fail: bool = False) -> int:
    number = mail.send("a@contoh.invalid", "Perihal", "Isi")
    note()
    if fail:
        raise RuntimeError("afterwards")
    return number


def test_a_failure_leaves_no_row_no_audit_entry_and_no_job(db_session: Any) -> None:
    with pytest.raises(RuntimeError, match="afterwards"):
        write(letter, fail=True)
    for model in (MailMessage, AuditEntry, Job):
        assert db_session.execute(select(model)).first() is None


def test_what_was_written_is_there_for_others_at_once(app: Flask, db_session: Any) -> None:
    number = write(letter)
    db_session.rollback()
    seen: list[object] = []

    def look() -> None:
        with app.app_context():
            seen.append(db.session.get(MailMessage, number))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen != [None]


def test_hooks_run_only_after_the_commit(db_session: Any) -> None:
    order: list[str] = []

    def work(fail: bool) -> None:
        transaction.after_commit(lambda: order.append("told"))
        order.append("written")
        if fail:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write(work, fail=True)
    write(work, fail=False)
    assert order == ["written", "written", "told"]


def test_an_audit_entry_outside_a_write_section_is_a_mistake(db_session: Any) -> None:
    with pytest.raises(RuntimeError):
        note()


def test_a_section_inside_a_section_is_one_commit(db_session: Any) -> None:
    def outer() -> None:
        write(letter)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(outer)
    assert db_session.execute(select(MailMessage)).first() is None


def test_many_writers_wait_for_each_other_and_none_fails(app: Flask, database: Any, db_session: Any) -> None:
    """Plain transactions fail here with "database is locked" on SQLite: a read cannot become a write in WAL."""
    db_session.remove()
    errors: list[BaseException] = []
    # On PostgreSQL each of them holds a connection of the pool while it waits.
    writers = 32 if database.sqlite else 12
    barrier = threading.Barrier(writers, timeout=30)

    def work(number: int) -> None:
        try:
            with app.app_context():
                db.session.execute(text("SELECT count(*) FROM audit_entry")).scalar()
                barrier.wait()
                for turn in range(3):
                    write(note, subject=f"thing:{number % 4}", turn=turn)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert db_session.execute(text("SELECT count(*) FROM audit_entry")).scalar() == 3 * writers
    assert list(audit.verify()) == []


def test_a_serialization_failure_is_tried_again(database: Any, db_session: Any) -> None:
    if database.sqlite:
        pytest.skip("SQLite has one writer: there is nothing to serialize")
    tries: list[int] = []

    def work() -> str:
        tries.append(1)
        if len(tries) < 3:
            db.session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$"))
        note()
        return "done"

    assert write(work) == "done"
    assert len(tries) == 3
    assert db_session.execute(text("SELECT count(*) FROM audit_entry")).scalar() == 1


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_to_change_the_log(db_session: Any, statement: str) -> None:
    write(note)
    with pytest.raises((IntegrityError, OperationalError, DatabaseError), match="frozen"):
        write(lambda: db.session.execute(text(statement)))


def tamper(database: Any, statement: str) -> None:
    """What somebody with the file or the superuser's password could do."""
    with db.engine.begin() as connection:
        if database.sqlite:
            for (name,) in connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'")
            ).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "at"),
    [
        ("UPDATE audit_entry SET actor_id = 7 WHERE seq = 3", 3),
        ("UPDATE audit_entry SET detail = '{}' WHERE seq = 2", 2),
        ("DELETE FROM audit_entry WHERE seq = 4", 5),
        ("UPDATE audit_entry SET seq = 44 WHERE seq = 4", 5),
    ],
)
def test_verify_names_the_first_broken_row(
    app: Flask, database: Any, db_session: Any, statement: str, at: int
) -> None:
    for n in range(6):
        write(note, n=n)
    assert list(audit.verify()) == []
    db_session.remove()
    tamper(database, statement)

    found = list(audit.verify())
    assert [entry.seq for entry in found] == [at]
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert f"row {found[0].entry_id} " in result.output


# --- Jobs ---------------------------------------------------------------------------------------------------------

_ran: list[dict[str, Any]] = []


@jobs.task("test.work")
def work_task(payload: dict[str, Any], progress: Any) -> dict[str, Any] | None:
    _ran.append(payload)
    progress(1, 2)
    if payload.get("fail"):
        raise ValueError("broken")
    return {"sum": 3}


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    _ran.clear()


def enqueue(**values: Any) -> int:
    return write(lambda: jobs.enqueue("test.work", {"n": 1, **values.pop("payload", {})}, **values))


def test_a_job_runs_once_however_often_its_id_arrives(db_session: Any) -> None:
    job_id = enqueue()
    assert jobs.run(job_id)
    assert not jobs.run(job_id)
    done = jobs.view(job_id)
    assert done is not None
    assert (done.state, done.result, len(_ran)) == (JobState.DONE, {"sum": 3}, 1)


def test_the_same_key_is_one_job(db_session: Any) -> None:
    assert enqueue(key="import-7") == enqueue(key="import-7")


def test_a_job_of_a_dead_worker_is_taken_over_and_the_dead_cannot_come_back(db_session: Any) -> None:
    job_id = enqueue()
    fence = write(jobs._claim, job_id=job_id, now=clock.now())
    assert fence == 1
    assert jobs.due(clock.now()) == []
    with clock.travel(clock.now() + timedelta(minutes=10)):
        assert jobs.due(clock.now()) == [job_id]
        assert jobs.run(job_id)

    write(jobs._finish, job_id=job_id, fence=fence, result={"sum": "of the dead"}, now=clock.now())
    assert jobs.view(job_id).result == {"sum": 3}  # type: ignore[union-attr]


def test_a_failing_job_waits_longer_each_time_and_is_given_up_in_the_end(db_session: Any) -> None:
    job_id = enqueue(payload={"fail": True})
    moment = clock.now()
    for _ in range(jobs.MAX_ATTEMPTS):
        with clock.travel(moment):
            assert jobs.run(job_id)
            assert not jobs.run(job_id)
        moment += timedelta(hours=1)
    gone = jobs.failed()
    assert [(job.id, job.state) for job in gone] == [(job_id, JobState.FAILED)]
    assert "broken" in (gone[0].error or "")


def test_recurring_work_is_queued_once_per_slot_by_any_number_of_workers(db_session: Any) -> None:
    before = dict(jobs._recurring)
    jobs._recurring.clear()
    jobs.every("test.work", 60)
    try:
        now = clock.now()
        for _ in range(3):
            jobs.sweep(now)
        assert len(jobs.due(clock.now() + timedelta(minutes=1))) == 1
    finally:
        jobs._recurring.clear()
        jobs._recurring.update(before)


def test_an_unknown_task_is_refused_at_once(db_session: Any) -> None:
    with pytest.raises(ValueError, match="no task"):
        write(lambda: jobs.enqueue("test.nobody", {}))


# --- Mail ---------------------------------------------------------------------------------------------------------


def test_in_the_demo_a_letter_becomes_a_file(app: Flask, db_session: Any, demo_mode: None) -> None:
    number = write(letter)
    jobs.drain()
    assert db_session.get(MailMessage, number, populate_existing=True).sent_at is not None
    newest = mail.demo_messages()[0]
    assert (newest.to, newest.subject, newest.body.strip()) == ("a@contoh.invalid", "Perihal", "Isi")


def test_the_words_of_a_delivered_letter_are_forgotten(app: Flask, db_session: Any, demo_mode: None) -> None:
    """They may hold a link that opens an account, and the database is copied into backups."""
    number = write(letter)
    jobs.drain()
    assert db_session.get(MailMessage, number, populate_existing=True).body == ""


def test_without_a_mail_server_letters_wait(db_session: Any) -> None:
    number = write(letter)
    jobs.drain()
    assert db_session.get(MailMessage, number, populate_existing=True).sent_at is None
    assert len(jobs.due(clock.now() + timedelta(hours=1))) == 1


def test_a_line_break_cannot_add_a_header(db_session: Any) -> None:
    with pytest.raises(ValueError, match="line break"):
        write(lambda: mail.send("a@contoh.invalid", "Perihal\nBcc: semua@contoh.invalid", "Isi"))


def test_a_row_changed_by_hand_is_seen_by_readers(db_session: Any) -> None:
    """The write section ends the read transaction: nobody decides on what was read before it."""
    number = write(letter)
    before = db_session.get(MailMessage, number)
    assert before.recipient == "a@contoh.invalid"
    write(lambda: db.session.execute(update(MailMessage).values(recipient="b@contoh.invalid")))
    assert db_session.get(MailMessage, number, populate_existing=True).recipient == "b@contoh.invalid"
