"""Reports that a letter came back (RFC 3464), read from what a mailbox holds. Pure; nothing here decides what is true.

A report is a letter like any other and easily forged: whoever could mark addresses with one could silence people's
reminders. It therefore counts only with the identifier of the letter that came back, which nobody can make up.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

_MAILBOX = re.compile(rb"^From [^\r\n]*\r?\n", re.MULTILINE)
_IDENTIFIER = re.compile(r"<netra-(\d{1,18})-([0-9a-f]{32})@")
_LARGEST_ID = 2**31 - 1  # what the column of letters holds; PostgreSQL refuses to look for more
_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
_ORIGINALS = ("message/rfc822", "message/global")
_HEADERS = ("text/rfc822-headers", "message/global-headers")


@dataclass(frozen=True, slots=True)
class Report:
    """What one report says: of which letter, whether it failed for good, and the words."""

    mail_id: int
    token: str
    failed: bool
    said: str


def split(raw: bytes) -> list[bytes]:
    """The letters of a mailbox file (mbox), or the one letter that `raw` is."""
    if not raw.startswith(b"From "):
        return [raw]
    return [part for part in _MAILBOX.split(raw) if part.strip()]


def read(raw: bytes) -> Report | None:
    """The report in a letter; None when it is none, or does not say which letter of ours it is about."""
    try:
        return _read(email.message_from_bytes(raw))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # Whatever strangers send to a mailbox may be broken in ways that the parser was not made for.
        return None


def _read(letter: Message) -> Report | None:
    blocks: list[Message] = []
    identifier = None
    for part in letter.walk():
        kind = part.get_content_type()
        if kind in _STATUS_PARTS and isinstance(part.get_payload(), list):
            blocks += [block for block in part.get_payload() if isinstance(block, Message)]
        elif kind in _ORIGINALS or kind in _HEADERS:
            identifier = identifier or next(_identifiers(part), None)
    if not blocks or identifier is None:
        return None
    # A letter of ours has one recipient; the blocks that name no recipient are about the report itself.
    about = [block for block in blocks if block["Final-Recipient"] or block["Original-Recipient"]]
    failed = [block for block in about if _word(block["Action"]) == "failed"]
    said = " ".join(
        str(value) for block in failed[:1] for value in (block["Status"], block["Diagnostic-Code"]) if value
    )
    return Report(int(identifier[1]), identifier[2], bool(failed), said)


def _identifiers(part: Message) -> Iterator[re.Match[str]]:
    inner = part.get_payload()
    if isinstance(inner, list):
        texts = [str(one["Message-ID"]) for one in inner if isinstance(one, Message)]
    else:
        decoded = part.get_payload(decode=True)
        text = decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else str(inner)
        texts = [str(email.message_from_string(text)["Message-ID"])]
    for text in texts:
        found = _IDENTIFIER.search(text)
        if found and int(found[1]) <= _LARGEST_ID:
            yield found


def _word(value: object) -> str:
    return str(value or "").strip().lower()
