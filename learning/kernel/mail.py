"""Mail through an outbox: the letter is a row of the same commit as its cause, and is delivered afterwards.

In demo mode nothing leaves the machine: letters become files in the instance folder and are listed on a page.
"""

from __future__ import annotations

import email
import email.policy
import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel import clock, jobs
from learning.kernel.config import Settings
from learning.kernel.db import Model, db
from learning.kernel.transaction import write

log = logging.getLogger(__name__)


class MailMessage(Model):
    """A letter and what became of it. `sent_at` is set once it was handed over; its words are forgotten then."""

    __tablename__ = "mail_message"
    __table_args__ = (Index("ix_mail_message_person_id", "person_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person_id: Mapped[int | None]
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class DemoMessage:
    """A letter of the demo, as shown on its page."""

    to: str
    subject: str
    at: datetime | None
    body: str


def send(to: str, subject: str, body: str, person_id: int | None = None) -> int:
    """Put a letter into the outbox (needs a write section); returns its id. Line breaks in headers are refused."""
    mail_id = prepare(to, subject, body, person_id)
    jobs.enqueue("kernel.deliver_mail", {"mail_id": mail_id}, key=f"mail-{mail_id}")
    return mail_id


def prepare(to: str, subject: str, body: str, person_id: int | None = None) -> int:
    """Write a letter that the caller's own job hands over with `deliver` (needs a write section); returns its id."""
    if "\n" in to + subject or "\r" in to + subject:
        raise ValueError("a mail header may not contain a line break")
    message = MailMessage(
        person_id=person_id, recipient=to, subject=subject, body=body, created_at=clock.now(), sent_at=None
    )
    db.session.add(message)
    db.session.flush()
    return message.id


def has_left(mail_id: int) -> bool:
    """Whether a letter was handed over."""
    message = db.session.get(MailMessage, mail_id)
    return message is not None and message.sent_at is not None


def reword(mail_id: int, to: str, subject: str, body: str) -> None:
    """Give a letter that has not left yet the words and the address that are right now; one that has left stays."""
    if "\n" in to + subject or "\r" in to + subject:
        raise ValueError("a mail header may not contain a line break")
    message = db.session.get(MailMessage, mail_id)
    if message is not None and message.sent_at is None:
        message.recipient, message.subject, message.body = to, subject, body


def withdraw(mail_id: int) -> None:
    """Take a letter that has not left out of the outbox; one that has left stays."""
    message = db.session.get(MailMessage, mail_id)
    if message is not None and message.sent_at is None:
        db.session.delete(message)


@jobs.task("kernel.deliver_mail")
def deliver(payload: dict[str, Any], progress: Callable[[int, int], None]) -> dict[str, Any] | None:
    """Hand one letter over; done already means done. Raises on failure, and the job is tried again."""
    message = db.session.get(MailMessage, payload["mail_id"])
    if message is None or message.sent_at is not None:
        return None
    settings: Settings = current_app.config["NETRA"]
    letter = _compose(message, settings.mail_from)
    if settings.demo:
        folder = settings.instance / "mails"
        folder.mkdir(exist_ok=True)
        (folder / f"{message.id:08d}.eml").write_bytes(letter.as_bytes())
    elif settings.smtp_url:
        _smtp(settings.smtp_url, letter)
    else:
        raise RuntimeError("SMTP_URL is not set: mail waits in the outbox")
    mail_id = message.id
    write(_mark_sent, mail_id=mail_id, at=clock.now())
    return None


def _mark_sent(*, mail_id: int, at: datetime) -> None:
    message = db.session.get(MailMessage, mail_id)
    if message is not None:
        message.sent_at = at
        # A letter may carry a link that opens an account for a week; of links we keep the hash only, backups included.
        message.body = ""


def _compose(message: MailMessage, sender: str) -> EmailMessage:
    letter = EmailMessage(policy=email.policy.SMTP)
    letter["From"] = sender
    letter["To"] = message.recipient
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(message.created_at)
    letter["Message-ID"] = (
        f"<netra-{message.id}-{int(message.created_at.timestamp())}@{sender.rsplit('@', maxsplit=1)[-1].rstrip('>')}>"
    )
    letter.set_content(message.body)
    return letter


def _smtp(url: str, letter: EmailMessage) -> None:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=30, context=context)
    else:
        connection = smtplib.SMTP(host, port or 25, timeout=30)
    with connection:
        if parts.scheme == "smtp+starttls":
            connection.starttls(context=context)
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        connection.send_message(letter)


def demo_messages(limit: int = 50) -> list[DemoMessage]:
    """The newest letters of the demo folder, newest first."""
    settings: Settings = current_app.config["NETRA"]
    files = sorted((settings.instance / "mails").glob("*.eml"), reverse=True)[:limit]
    return [_read(path) for path in files]


def _read(path: Path) -> DemoMessage:
    letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    header = letter["Date"]
    body = letter.get_body(("plain",))
    return DemoMessage(
        to=str(letter["To"]),
        subject=str(letter["Subject"]),
        at=header.datetime if header is not None else None,
        body=body.get_content() if body is not None else "",
    )
