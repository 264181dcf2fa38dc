"""The only place that asks what time it is.

Rules take `now` or `as_of` as an argument; routes, jobs and commands get the instant here once and
hand it down, so that all rows of one act carry one instant and tests can travel.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_travelled: ContextVar[datetime | None] = ContextVar("travelled", default=None)

ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
DEFAULT_ZONE = "Asia/Jakarta"


def now() -> datetime:
    """The present instant, aware, in UTC, cut to whole milliseconds (what both databases keep)."""
    instant = _travelled.get() or datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


@contextmanager
def travel(instant: datetime) -> Iterator[None]:
    """Make `now()` answer `instant` inside the block (this thread or task only)."""
    if instant.tzinfo is None:
        raise ValueError("travel needs an aware datetime")
    token = _travelled.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _travelled.reset(token)


def local(instant: datetime, zone: str = DEFAULT_ZONE) -> datetime:
    """The same instant on a wall clock of `zone` (an IANA name)."""
    return instant.astimezone(ZoneInfo(zone))


def local_date(instant: datetime, zone: str = DEFAULT_ZONE) -> date:
    """The calendar day of `instant` in `zone`."""
    return local(instant, zone).date()


def zone_name(zone: str) -> str:
    """WIB, WITA or WIT; the IANA name for any other zone."""
    return ZONE_NAMES.get(zone, zone)
