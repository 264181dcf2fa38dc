"""Mail through an outbox: the letter is a row of the same commit as its cause, and is delivered afterwards.

A server that is away, busy or wrongly set up keeps nobody's letter: it waits, up to four days, and leaves once. An address
that is refused for good is marked (`refusals`), and gets only what a person asked for until it takes a letter again.
In demo mode nothing leaves the machine: letters become files in the instance folder and are listed on a page.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import logging
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel import bounces, clock, jobs, refusals
from learning.kernel.config import Settings
from learning.kernel.db import Model, db
from learning.kernel.transaction import write

log = logging.getLogger(__name__)
TIMEOUT = 30
"""Seconds for each answer of a mail server."""
LONGEST_WAIT = timedelta(days=4)
"""How long a letter waits for a server that does not take it (RFC 5321, 4.5.4.1: at least four to five days)."""


class MailMessage(Model):
    """A letter and what became of it: handed over (`sent_at`), refused or come back (`refused_at`); its words are forgotten then.

    `asked`: somebody waits for it (a password link), so that it also goes to an address that was refused before.
    """

    __tablename__ = "mail_message"
    __table_args__ = (Index("ix_mail_message_person_id", "person_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person_id: Mapped[int | None]
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    asked: Mapped[bool] = mapped_column(server_default=text("false"))
    # The address that ends letters of this kind for their reader without a login (RFC 8058); forgotten with the words.
    unsubscribe: Mapped[str | None] = mapped_column(String(300))


class _Verbatim(UnstructuredHeader):
    """A header that is never folded: the standard library makes encoded words of an address that fills a line, and no
    mail program would recognise it (RFC 2047 allows none there).
    """

    def fold(self, *, policy: email.policy.Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Verbatim)  # type: ignore[arg-type]
_POLICY = email.policy.SMTP.clone(header_factory=_HEADERS)


class Refused(Exception):
    """The letter does not go to this address: it was refused for good, now or earlier. `said`: the server's answer."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class NoServer(OSError):
    """No mail server is set up."""


@dataclass(frozen=True, slots=True)
class DemoMessage:
    """A letter of the demo, as shown on its page."""

    to: str
    subject: str
    at: datetime | None
    body: str


def send(to: str, subject: str, body: str, person_id: int | None = None, *, asked: bool = False) -> int:
    """Put a letter into the outbox (needs a write section); returns its id. Line breaks in headers are refused.

    `asked`: its reader waits for it, so it is tried even where earlier letters were refused.
    """
    mail_id = prepare(to, subject, body, person_id, asked=asked)
    jobs.enqueue("kernel.deliver_mail", {"mail_id": mail_id}, key=f"mail-{mail_id}")
    return mail_id


def prepare(
    to: str,
    subject: str,
    body: str,
    person_id: int | None = None,
    *,
    asked: bool = False,
    unsubscribe: str | None = None,
) -> int:
    """Write a letter that the caller's own job hands over with `hand_over` (needs a write section); returns its id.

    `unsubscribe`: the address that a mail program calls by POST when its reader wants no more of this kind.
    """
    if "\n" in to + subject or "\r" in to + subject:
        raise ValueError("a mail header may not contain a line break")
    message = MailMessage(
        person_id=person_id, recipient=to, subject=subject, body=body, created_at=clock.now(), sent_at=None,
        refused_at=None, asked=asked, unsubscribe=unsubscribe,
    )  # fmt: skip
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
    """Hand one letter over; done already means done. What cannot leave now is put back with ever longer waits.

    Raises only when four days were not enough: then the job is given up and shown.
    """
    mail_id: int = payload["mail_id"]
    try:
        hand_over(mail_id)
    except Refused as refusal:
        write(_mark_refused, mail_id=mail_id, at=clock.now())
        return {"refused": refusal.said}
    except OSError as error:  # smtplib's errors are OSErrors, and so are those of sockets and TLS
        until = write(_wait, mail_id=mail_id, now=clock.now())
        if until is None:
            raise
        log.warning("a letter waits: %s", type(error).__name__, extra={"mail": mail_id})
        return {"waits_until": until.isoformat()}
    return None


def hand_over(mail_id: int) -> None:
    """Try once to hand a letter over; nothing happens to one that has left, was refused, or is gone.

    Raises Refused when the address takes nothing (it is marked then), OSError when the letter may be taken later.
    """
    message = db.session.get(MailMessage, mail_id)
    if message is None or message.sent_at is not None or message.refused_at is not None:
        return
    settings: Settings = current_app.config["NETRA"]
    recipient = message.recipient
    known = None if message.asked else refusals.standing(recipient)
    if known is not None:
        raise Refused(known.said)
    letter = _compose(message, settings)
    db.session.rollback()  # no transaction stays open while a server far away takes its time
    if settings.demo:
        folder = settings.instance / "mails"
        folder.mkdir(exist_ok=True)
        (folder / f"{mail_id:08d}.eml").write_bytes(letter.as_bytes())
    elif settings.smtp_url:
        try:
            _smtp(settings.smtp_url, letter)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            reason, said = _blame(error)
            if reason is None:
                raise
            write(refusals.mark, address=recipient, reason=reason, said=said, now=clock.now())
            raise Refused(refusals.tidy(said)) from error
    else:
        raise NoServer("SMTP_URL is not set: mail waits in the outbox")
    write(_mark_sent, mail_id=mail_id, at=clock.now())


def came_back(*, report: bounces.Report, now: datetime) -> str | None:
    """Mark the address of a letter that a report says came back; the address, None when the report does not count.

    It counts when it is about a letter of this installation, final, to be laid at the address's door, and new.
    """
    message = db.session.get(MailMessage, report.mail_id, with_for_update=True)
    settings: Settings = current_app.config["NETRA"]
    if message is None or not hmac.compare_digest(_token(message, settings.secret_key), report.token):
        return None
    reason = refusals.blame(report.said) if report.failed else None
    if reason is None or message.refused_at is not None:
        return None
    message.refused_at = now
    refusals.mark(address=message.recipient, reason=reason, said=report.said, now=now)
    return message.recipient


def _mark_sent(*, mail_id: int, at: datetime) -> None:
    message = db.session.get(MailMessage, mail_id)
    if message is not None:
        message.sent_at = at
        # A letter may carry a link that opens an account for a week; of links we keep the hash only, backups included.
        message.body, message.unsubscribe = "", None
        refusals.clear(message.recipient)


def _mark_refused(*, mail_id: int, at: datetime) -> None:
    message = db.session.get(MailMessage, mail_id)
    if message is not None:
        message.refused_at, message.body, message.unsubscribe = at, "", None


def _wait(*, mail_id: int, now: datetime) -> datetime | None:
    """Queue the next try: after a minute, then each time after as long as it has waited already, at most two hours."""
    message = db.session.get(MailMessage, mail_id)
    if message is None or now - message.created_at > LONGEST_WAIT:
        return None
    until = now + min(max(now - message.created_at, timedelta(minutes=1)), timedelta(hours=2))
    jobs.enqueue(
        "kernel.deliver_mail",
        {"mail_id": mail_id},
        key=f"mail-{mail_id}-{until.timestamp():.0f}",
        run_at=until,
    )
    return until


def _blame(
    error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError,
) -> tuple[refusals.RefusalReason | None, str]:
    at_recipient = isinstance(error, smtplib.SMTPRecipientsRefused)
    code, answer = (
        next(iter(error.recipients.values()))
        if isinstance(error, smtplib.SMTPRecipientsRefused)
        else (error.smtp_code, error.smtp_error)
    )
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    said = f"{code} {words}"
    return (refusals.blame(words, code if at_recipient else None) if code >= 500 else None), said


def _token(message: MailMessage, secret_key: str) -> str:
    """What only this installation can write into the identifier of this letter; the same at each try."""
    about = f"mail\0{message.id}\0{message.created_at.timestamp():.0f}\0{message.recipient}"
    return hmac.new(secret_key.encode(), about.encode(), hashlib.sha256).hexdigest()[:32]


def _compose(message: MailMessage, settings: Settings) -> EmailMessage:
    sender = settings.mail_from
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = sender
    letter["To"] = message.recipient
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(message.created_at)
    # The same at each try: a letter that was taken though we never heard so is recognised as the same one.
    domain = sender.rsplit("@", maxsplit=1)[-1].rstrip("> ")
    letter["Message-ID"] = f"<netra-{message.id}-{_token(message, settings.secret_key)}@{domain}>"
    # RFC 3834: holiday notices and other machines do not answer a machine.
    letter["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe:
        letter["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Not every server takes lines of eight bits, and none has to take longer ones than 998.
    letter.set_content(message.body, cte="quoted-printable")
    return letter


def _smtp(url: str, letter: EmailMessage) -> None:
    """One dialogue. Once the server has taken the letter, nothing that follows is an error."""
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=context)
    else:
        connection = smtplib.SMTP(host, port or 25, timeout=TIMEOUT)
    try:
        if parts.scheme == "smtp+starttls":
            connection.starttls(context=context)
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        # Not send_message: that changes lines which begin with "From ".
        sender, recipient = (parseaddr(str(letter[name]))[1] for name in ("From", "To"))
        connection.sendmail(sender, [recipient], letter.as_bytes())
        with suppress(OSError):
            connection.quit()
    finally:
        connection.close()


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
