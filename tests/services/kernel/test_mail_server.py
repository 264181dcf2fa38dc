"""Letters and a real mail server: whatever it does, each letter waits or arrives, and arrives once."""

from __future__ import annotations

import email
import email.policy
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from learning.kernel import clock, jobs, mail, refusals
from learning.kernel.db import db
from learning.kernel.mail import MailMessage
from learning.kernel.refusals import MailRefusal, RefusalReason
from learning.kernel.transaction import write
from tests.mail_server import DROP, HANG, Letter, MailServer, certificate

NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
TO = "wening@contoh.invalid"


@pytest.fixture
def server(app: Flask, db_session: Any) -> Iterator[MailServer]:
    with MailServer() as running:
        use(app, f"smtp://127.0.0.1:{running.port}")
        yield running


def use(app: Flask, url: str) -> None:
    app.config["NETRA"] = replace(app.config["NETRA"], smtp_url=url, mail_from="Netra <netra@uji.go.id>")


def post(to: str = TO, *, asked: bool = False, subject: str = "Perihal", body: str = "Isi") -> int:
    with clock.travel(NOON):
        return write(mail.send, to=to, subject=subject, body=body, asked=asked)


def work(after: timedelta = timedelta()) -> None:
    with clock.travel(NOON + after):
        jobs.drain()


def row(mail_id: int) -> MailMessage:
    return db.session.get_one(MailMessage, mail_id, populate_existing=True)


def read(letter: Letter) -> EmailMessage:
    found = email.message_from_bytes(letter.raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def waits(mail_id: int) -> bool:
    """In the outbox with all its words, and with work that will try again."""
    queued = db.session.scalars(select(jobs.Job).where(jobs.Job.state == jobs.JobState.QUEUED)).all()
    letter = row(mail_id)
    return (
        letter.sent_at is None
        and letter.body != ""
        and any(j.payload == {"mail_id": mail_id} for j in queued)
    )


# --- What arrives -------------------------------------------------------------------------------------------------


def test_a_letter_arrives_with_right_headers_and_readable_words(server: MailServer) -> None:
    body = (
        "Yth. Ibu Wéning,\n\n"
        + "Tenggat Anda – tiga hari lagi. " * 60
        + "\n.\n.. titik di awal baris\nFrom sini\n"
    )
    mail_id = post(subject="Pengingat: netralitas – tiga hari “lagi”", body=body)
    work()
    [taken] = server.letters
    assert (taken.sender, taken.recipient) == ("netra@uji.go.id", TO)
    assert taken.raw.isascii()
    assert max(len(line) for line in taken.raw.split(b"\r\n")) <= 78
    assert b"\n" not in taken.raw.replace(b"\r\n", b"")
    letter = read(taken)
    assert letter["Subject"] == "Pengingat: netralitas – tiga hari “lagi”"
    assert letter.get_content().replace("\r\n", "\n") == body
    assert letter["From"] == "Netra <netra@uji.go.id>"
    assert letter["To"] == TO
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == NOON
    assert re.fullmatch(rf"<netra-{mail_id}-[0-9a-f]{{32}}@uji\.go\.id>", letter["Message-ID"])
    assert letter.get_content_charset() == "utf-8"
    assert row(mail_id).sent_at == NOON
    assert row(mail_id).body == ""


def test_words_are_encrypted_and_the_password_is_right(
    app: Flask, db_session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with MailServer(tls=context, users={"netra": "s@ndi/rahasia"}) as server:
        use(app, f"smtp+starttls://netra:s%40ndi%2Frahasia@localhost:{server.port}")
        post()
        work()
        assert [(letter.encrypted, letter.user) for letter in server.letters] == [(True, "netra")]
        use(app, f"smtp+starttls://netra:salah@localhost:{server.port}")
        late = post()
        work()
        assert len(server.letters) == 1
        assert waits(late)
        use(app, f"smtp+starttls://netra:s%40ndi%2Frahasia@localhost:{server.port}")
        work(timedelta(minutes=2))
        assert len(server.letters) == 2


@pytest.mark.parametrize("trap", ["a stranger's certificate", "no encryption offered"])
def test_a_password_is_never_said_to_a_stranger_or_in_clear(
    app: Flask, db_session: Any, tmp_path: Path, trap: str
) -> None:
    context = certificate(tmp_path)[0] if trap.startswith("a stranger") else None
    with MailServer(tls=context, users={"netra": "rahasia"}) as server:
        use(app, f"smtp+starttls://netra:rahasia@localhost:{server.port}")
        mail_id = post()
        work()
        assert waits(mail_id)
        assert server.letters == []
        assert not [words for words in server.commands if words.startswith("AUTH")]


# --- What fails for now: waits, arrives later, once ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "what"),
    [
        ("GREETING", "421 4.3.2 too busy"),
        ("GREETING", DROP),
        ("EHLO", DROP),
        ("MAIL", "452 4.3.1 disk full"),
        ("MAIL", DROP),
        ("RCPT", "451 4.2.0 greylisted, come again"),
        ("RCPT", "450 mailbox busy"),
        ("RCPT", DROP),
        ("DATA", "451 4.3.0 later"),
        ("BODY", DROP),
        ("DOT", "451 4.3.0 could not store"),
        # Ours to mend, not the address's fault:
        ("MAIL", "550 5.1.8 sender unknown"),
        ("RCPT", "554 5.7.1 relay access denied"),
        ("RCPT", "550 relay not permitted"),
        ("DOT", "554 5.7.1 looks like spam"),
    ],
)
def test_what_fails_for_now_waits_and_arrives_once(server: MailServer, at: str, what: str) -> None:
    server.answer(at, what)
    mail_id = post()
    work()
    assert server.letters == []
    assert waits(mail_id)
    assert refusals.standing(TO) is None
    work(timedelta(seconds=30))
    assert server.letters == []
    work(timedelta(minutes=1))
    work(timedelta(hours=3))
    assert len(server.letters) == 1
    assert row(mail_id).sent_at is not None
    assert jobs.failed() == []


@pytest.mark.parametrize("at", ["GREETING", "RCPT", "BODY"])
def test_a_server_that_hangs_is_left_after_a_while(
    server: MailServer, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.3)
    server.answer(at, HANG)
    mail_id = post()
    work()
    assert waits(mail_id)
    work(timedelta(minutes=1))
    assert len(server.letters) == 1


def test_a_server_that_is_away_for_three_days_loses_nothing(app: Flask, db_session: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    use(app, f"smtp://127.0.0.1:{port}")
    mail_id = post()
    for hours in range(0, 73, 2):
        work(timedelta(hours=hours))
    assert waits(mail_id)
    tries = db.session.scalar(select(func.count()).select_from(jobs.Job))
    assert tries is not None
    assert 20 < tries < 60
    with MailServer() as server:
        use(app, f"smtp://127.0.0.1:{server.port}")
        work(timedelta(hours=76))
        assert len(server.letters) == 1


def test_after_four_days_a_letter_is_given_up_and_shown(app: Flask, db_session: Any) -> None:
    use(app, "smtp://127.0.0.1:1")
    post()
    for hours in (*range(0, 97, 8), *range(97, 107)):
        work(timedelta(hours=hours))
    [given_up] = jobs.failed()
    assert given_up.name == "kernel.deliver_mail"


@pytest.mark.parametrize("what", ["421 4.3.2 shutting down", "500 what?", DROP, HANG])
def test_nothing_after_the_acknowledgement_sends_a_letter_again(
    server: MailServer, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.3)
    server.answer("QUIT", what)
    mail_id = post()
    work()
    work(timedelta(hours=3))
    assert row(mail_id).sent_at == NOON
    assert len(server.letters) == 1


@pytest.mark.parametrize("what", [DROP, HANG])
def test_a_letter_that_was_taken_unheard_comes_again_as_the_same_letter(
    server: MailServer, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.3)
    server.answer("DOT", what)
    post()
    work()
    work(timedelta(hours=3))
    first, second = (read(letter) for letter in server.letters)
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()


# --- What is refused for good -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "what", "reason"),
    [
        ("RCPT", "550 5.1.1 no such user", RefusalReason.UNKNOWN_ADDRESS),
        ("RCPT", "550 no such user here", RefusalReason.UNKNOWN_ADDRESS),
        ("RCPT", "550 5.1.2 no such domain", RefusalReason.UNKNOWN_DOMAIN),
        ("RCPT", "552 5.2.2 mailbox full", RefusalReason.FULL),
        ("RCPT", "550 5.2.1 mailbox disabled", RefusalReason.CLOSED),
        ("DOT", "550 5.1.1 no such user after all", RefusalReason.UNKNOWN_ADDRESS),
    ],
)
def test_a_refused_address_is_marked_and_left_in_peace(
    server: MailServer, at: str, what: str, reason: RefusalReason
) -> None:
    server.answer(at, what)
    mail_id = post()
    work()
    work(timedelta(hours=3))
    assert server.letters == []
    mark = refusals.standing(TO)
    assert mark is not None
    assert (mark.reason, mark.said, mark.since, mark.times) == (reason, what, NOON, 1)
    assert row(mail_id).refused_at == NOON
    assert row(mail_id).body == ""
    before = len(server.commands)
    again = post()
    work(timedelta(hours=4))
    assert len(server.commands) == before  # not even asked
    assert row(again).refused_at is not None
    assert jobs.failed() == []


def test_what_somebody_waits_for_is_tried_and_clears_the_mark(server: MailServer) -> None:
    server.answer("RCPT", "550 5.1.1 no such user", "550 5.1.1 still not")
    post()
    work()
    db.session.rollback()
    with clock.travel(NOON + timedelta(days=1)):
        write(mail.send, to="Wening@Contoh.invalid", subject="Tautan", body="https://…", asked=True)
        jobs.drain()
    mark = db.session.scalars(select(MailRefusal).execution_options(populate_existing=True)).one()
    assert (mark.times, mark.since, mark.said) == (2, NOON, "550 5.1.1 still not")
    post(asked=True)
    work(timedelta(days=2))
    assert len(server.letters) == 1
    assert refusals.standing(TO) is None
    post()
    work(timedelta(days=3))
    assert len(server.letters) == 2


def test_words_of_a_server_are_kept_short_and_on_one_line(server: MailServer) -> None:
    server.answer("RCPT", "550-5.1.1 " + "x" * 400 + "\x1b[31m\r\n550 5.1.1 end")
    post()
    work()
    mark = refusals.standing(TO)
    assert mark is not None
    assert len(mark.said) <= 200
    assert mark.said.isprintable()
