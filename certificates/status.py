"""What a certificate is worth at a given moment. Pure: only dates and events, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class CertificateEventKind(StrEnum):
    """What can happen to a certificate after it was issued."""

    REVOKED = "REVOKED"
    SUPERSEDED = "SUPERSEDED"


class State(StrEnum):
    """What a reader of the certificate must know, one word."""

    VALID = "VALID"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    SUPERSEDED = "SUPERSEDED"
    NOT_YET_ISSUED = "NOT_YET_ISSUED"


@dataclass(frozen=True)
class LifeEvent:
    """Something that happened to a certificate. `successor_code` is set for SUPERSEDED only."""

    kind: CertificateEventKind
    at: datetime
    reason: str = ""
    successor_code: str | None = None


@dataclass(frozen=True)
class Status:
    """The state, the day it began (in the certificate's zone), and the event behind it if there is one."""

    state: State
    since: date
    event: LifeEvent | None = None

    @property
    def valid(self) -> bool:
        """Whether the certificate proves something at that moment."""
        return self.state is State.VALID


def status_at(
    moment: datetime,
    *,
    issued_at: datetime,
    expires_on: date | None,
    timezone: str,
    events: Iterable[LifeEvent] = (),
) -> Status:
    """The state at `moment` (aware). Events after that moment are not known yet and do not count.

    The last day counts in full: a certificate that says "sampai dengan 28 November" ends at midnight after it, in its
    own time zone. Revoked outranks superseded outranks expired: the gravest truth is told.
    """
    zone = ZoneInfo(timezone)
    if moment < issued_at:
        return Status(State.NOT_YET_ISSUED, issued_at.astimezone(zone).date())
    known = sorted((event for event in events if event.at <= moment), key=lambda event: event.at)
    for kind, state in (
        (CertificateEventKind.REVOKED, State.REVOKED),
        (CertificateEventKind.SUPERSEDED, State.SUPERSEDED),
    ):
        for event in known:
            if event.kind is kind:
                return Status(state, event.at.astimezone(zone).date(), event)
    if expires_on is not None and moment.astimezone(zone).date() > expires_on:
        return Status(State.EXPIRED, expires_on)
    return Status(State.VALID, issued_at.astimezone(zone).date())
