"""What a system can be told of. Pure."""

from __future__ import annotations

from enum import StrEnum


class HookKind(StrEnum):
    """Something that may change whether somebody meets a rule. PING is sent by an admin to try the address out."""

    ISSUED = "certificate.issued"
    SUPERSEDED = "certificate.superseded"
    REVOKED = "certificate.revoked"
    PING = "ping"


SUBSCRIBABLE = (HookKind.ISSUED, HookKind.SUPERSEDED, HookKind.REVOKED)
