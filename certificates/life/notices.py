"""What the holder of a certificate is told, and when. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum


class NoticeKind(StrEnum):
    """What somebody is told about a certificate, each at most once."""

    READY = "READY"
    EXPIRES_90 = "EXPIRES_90"
    EXPIRES_30 = "EXPIRES_30"
    EXPIRES_7 = "EXPIRES_7"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"


# From how many days before the last valid day on, the nearest first.
REMINDERS: tuple[tuple[int, NoticeKind], ...] = (
    (7, NoticeKind.EXPIRES_7),
    (30, NoticeKind.EXPIRES_30),
    (90, NoticeKind.EXPIRES_90),
)
FARTHEST = REMINDERS[-1][0]


def reminder_due(expires_on: date, today: date, told: Collection[NoticeKind]) -> NoticeKind | None:
    """The reminder to send today, None when there is none.

    Only the nearest stage that has begun: after a pause of the worker somebody gets one letter, not three, and a stage
    that a nearer one has overtaken is never sent. On the last valid day itself there is still time; afterwards not.
    """
    left = (expires_on - today).days
    if left < 0:
        return None
    for days, kind in REMINDERS:
        if left <= days:
            return None if kind in told else kind
    return None
