"""What a system can be told of. Pure."""

from __future__ import annotations

from enum import StrEnum


class HookKind(StrEnum):
    """Something that may change whether somebody meets a rule. PING is sent by an admin to try the address out.

    EXPIRING, EXPIRED, RULE_IN_FORCE, RULE_ENDED and the natural end of an exemption are told by the day (`days`), the
    others in the commit of what happened.
    """

    ISSUED = "certificate.issued"
    SUPERSEDED = "certificate.superseded"
    REVOKED = "certificate.revoked"
    EXPIRING = "certificate.expiring"
    EXPIRED = "certificate.expired"
    RULE_APPROVED = "rule.approved"
    RULE_IN_FORCE = "rule.in_force"
    RULE_ENDED = "rule.ended"
    EXEMPTION_GRANTED = "exemption.granted"
    EXEMPTION_ENDED = "exemption.ended"
    PERSON_JOINED = "person.joined"
    PERSON_MOVED = "person.moved"
    PERSON_LEFT = "person.left"
    PING = "ping"


SUBSCRIBABLE = tuple(kind for kind in HookKind if kind is not HookKind.PING)
