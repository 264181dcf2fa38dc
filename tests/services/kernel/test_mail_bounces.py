"""Letters that came back: a report counts when it is about a letter of ours, and cannot be made up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from learning.kernel import jobs, mail, refusals
from learning.kernel.db import db
from learning.kernel.mail import MailMessage
from learning.kernel.transaction import write
from tests.mail_server import MailServer
from tests.rules.kernel.test_bounces import TOKEN, report

TO = "wening@contoh.invalid"


@pytest.fixture
def identifier(app: Flask, db_session: Any) -> str:
    """A letter that a relay took; the identifier it carried."""
    with MailServer() as server:
        app.config["NETRA"] = replace(
            app.config["NETRA"],
            smtp_url=f"smtp://127.0.0.1:{server.port}",
            mail_from="Netra <netra@uji.go.id>",
        )
        write(mail.send, to=TO, subject="Perihal", body="Isi")
        jobs.drain()
        [letter] = server.letters
    line = next(line for line in letter.raw.splitlines() if line.lower().startswith(b"message-id:"))
    return line.split(b":", 1)[1].strip().decode()


def run(app: Flask, *arguments: str, given: bytes = b"") -> str:
    result = app.test_cli_runner().invoke(args=["mail", *arguments], input=given)
    assert result.exit_code == 0, result.output
    return result.output


def marked() -> bool:
    db.session.rollback()
    return refusals.standing(TO) is not None


def test_a_report_on_standard_input_marks_the_address_once(app: Flask, identifier: str) -> None:
    given = report(identifier=identifier)
    assert run(app, "bounce", "-", given=given) == f"marked: {TO}\n1 marked, 0 passed over\n"
    mark = refusals.standing(TO)
    assert mark is not None
    assert mark.said == "5.1.1 smtp; 550 5.1.1 no such user"
    assert db.session.query(MailMessage).one().refused_at is not None
    # The mailbox is read again after the address was mended: the old report is known.
    run(app, "clear", TO)
    assert run(app, "bounce", "-", given=given) == "0 marked, 1 passed over\n"
    assert not marked()


def test_a_mailbox_file_marks_what_it_proves_and_passes_over_the_rest(
    app: Flask, identifier: str, tmp_path: Path
) -> None:
    letters = [
        report(identifier=f"<netra-1-{TOKEN}@uji.go.id>"),
        b"Subject: Saya sedang cuti\n\nKembali Senin.\n",
        report(identifier=identifier, action="delayed", status="4.4.1"),
        report(identifier=identifier, status="5.7.1", diagnostic="smtp; 550 5.7.1 spam"),
        report(identifier=identifier),
    ]
    box = tmp_path / "kotak.mbox"
    box.write_bytes(b"".join(b"From MAILER-DAEMON Wed Nov 25 05:00:00 2026\n" + one for one in letters))
    assert run(app, "bounce", str(box)).endswith("1 marked, 4 passed over\n")
    assert marked()


def test_nobody_can_make_up_a_report(app: Flask, identifier: str) -> None:
    number = identifier.split("-")[1]
    for forged in (
        f"<netra-{number}-{TOKEN}@uji.go.id>",
        identifier.replace(f"netra-{number}-", "netra-999-"),
        identifier.replace(f"netra-{number}-", f"netra-{'9' * 18}-"),
    ):
        assert "0 marked" in run(app, "bounce", "-", given=report(identifier=forged))
    assert not marked()


def test_an_address_is_marked_and_cleared_by_hand(app: Flask, db_session: Any) -> None:
    assert run(app, "bounce", TO.upper(), "--said", "5.1.1 kotak surat dihapus") == f"marked: {TO.upper()}\n"
    assert marked()
    assert run(app, "clear", TO) == f"cleared: {TO}\n"
    assert run(app, "clear", TO) == "that address is not marked\n"
    assert not marked()


def test_a_later_letter_that_was_asked_for_clears_the_mark(app: Flask, identifier: str) -> None:
    run(app, "bounce", "-", given=report(identifier=identifier))
    with MailServer() as server:
        app.config["NETRA"] = replace(app.config["NETRA"], smtp_url=f"smtp://127.0.0.1:{server.port}")
        write(mail.send, to=TO, subject="Pengingat", body="Isi")
        jobs.drain()
        assert server.letters == []
        write(mail.send, to=TO, subject="Tautan", body="Isi", asked=True)
        jobs.drain()
        assert len(server.letters) == 1
    assert not marked()


def test_a_file_that_is_not_there_is_said(app: Flask, db_session: Any) -> None:
    result = app.test_cli_runner().invoke(args=["mail", "bounce", "tidak-ada.eml"])
    assert result.exit_code == 1
    assert "no such file" in result.output
