"""Addresses that a mail server refused for good: who says so, why, and when it stops being true.

A mark keeps letters nobody asked for from going to an address that does not take them: a sender that goes on writing to
dead mailboxes is soon refused for the living ones too. It falls when a later letter is taken. Refusals that are the
sender's own fault (no relaying, a block list, too large) mark nobody: one wrong setting would mark a whole nation.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Integer, String, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.db import Model, db, enum_column
from learning.kernel.transaction import violated

SAID = 200
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_OURS = re.compile(r"relay|spam|block|black\s?list|policy|spf|dkim|dmarc|authenticat", re.IGNORECASE)


class RefusalReason(StrEnum):
    """Why an address does not take mail, as far as its server says."""

    UNKNOWN_ADDRESS = "UNKNOWN_ADDRESS"
    UNKNOWN_DOMAIN = "UNKNOWN_DOMAIN"
    CLOSED = "CLOSED"
    FULL = "FULL"
    OTHER = "OTHER"


# RFC 3463, enhanced status codes. What is not here (5.1.7 and 5.1.8: the sender's address; 5.3, 5.5, 5.6, 5.7: the
# server's, the dialogue's, the letter's, the policy's) says nothing about the recipient's address.
_REASONS = {
    "5.1.0": RefusalReason.OTHER,
    "5.1.1": RefusalReason.UNKNOWN_ADDRESS,
    "5.1.2": RefusalReason.UNKNOWN_DOMAIN,
    "5.1.3": RefusalReason.UNKNOWN_ADDRESS,
    "5.1.4": RefusalReason.UNKNOWN_ADDRESS,
    "5.1.6": RefusalReason.UNKNOWN_ADDRESS,
    "5.1.10": RefusalReason.UNKNOWN_DOMAIN,  # RFC 7505: the domain takes no mail
    "5.2.0": RefusalReason.OTHER,
    "5.2.1": RefusalReason.CLOSED,
    "5.2.2": RefusalReason.FULL,
    "5.4.4": RefusalReason.UNKNOWN_DOMAIN,
}
# RFC 5321, 4.2.3, for servers without enhanced codes. 554 ("transaction failed") blames nobody.
_PLAIN = {
    550: RefusalReason.UNKNOWN_ADDRESS,
    551: RefusalReason.UNKNOWN_ADDRESS,
    552: RefusalReason.FULL,
    553: RefusalReason.UNKNOWN_ADDRESS,
}


class MailRefusal(Model):
    """One address (lower case) that is refused now. The row goes when a letter is taken, or nobody has the address."""

    __tablename__ = "mail_refusal"
    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    reason: Mapped[RefusalReason] = mapped_column(enum_column(RefusalReason))
    said: Mapped[str] = mapped_column(String(SAID))
    times: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime]
    last_at: Mapped[datetime]


def status_in(text: str) -> str | None:
    """The first enhanced status code in a server's answer."""
    found = _STATUS.search(text)
    return found.group(1) if found else None


def blame(text: str, code: int | None = None) -> RefusalReason | None:
    """What a final answer says about the recipient's address; None when it blames something else, or is not final.

    `code` is the answer to RCPT and counts when the words carry no enhanced code; leave it out where the answer is about
    the letter as a whole.
    """
    status = status_in(text)
    if status is not None:
        return _REASONS.get(status)
    return _PLAIN.get(code) if code is not None and not _OURS.search(text) else None


def tidy(said: str) -> str:
    """A server's answer as one short line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:SAID]


def standing(address: str) -> MailRefusal | None:
    """The mark of an address, if it is refused now."""
    return db.session.get(MailRefusal, address.lower(), populate_existing=True)


def mark(*, address: str, reason: RefusalReason, said: str, now: datetime) -> None:
    """Note that an address was refused; refused again, it keeps the day it began."""
    key = address.lower()
    if _again(key, reason, said, now):
        return
    try:
        with db.session.begin_nested():
            db.session.add(
                MailRefusal(address=key, reason=reason, said=tidy(said), times=1, since=now, last_at=now)
            )
    except IntegrityError as error:
        if not violated(error, "pk_mail_refusal"):
            raise
        _again(key, reason, said, now)


def _again(key: str, reason: RefusalReason, said: str, now: datetime) -> bool:
    changed = db.session.execute(
        update(MailRefusal)
        .where(MailRefusal.address == key)
        .values(reason=reason, said=tidy(said), times=MailRefusal.times + 1, last_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def clear(address: str) -> bool:
    """Forget the mark of an address; whether there was one."""
    gone = db.session.execute(
        delete(MailRefusal)
        .where(MailRefusal.address == address.lower())
        .execution_options(synchronize_session=False)
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]
