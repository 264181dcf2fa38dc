"""How often somebody may knock. Counts live in Redis when there is one, else in this process's memory.

Without Redis every web process counts for itself and forgets at a restart: the limit is then a multiple of what is
written, still finite. Installations that face the open network set REDIS_URL.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import Flask, current_app
from limits import parse
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Refused; `seconds` until the next try can succeed (at least 1)."""

    seconds: int


def init_throttle(app: Flask, redis_url: str | None) -> None:
    """Choose where counts are kept."""
    storage: Storage = storage_from_string(redis_url or "memory://")  # type: ignore[assignment]
    app.extensions["netra_throttle"] = MovingWindowRateLimiter(storage)


def hit(bucket: str, key: str, limit: str) -> RetryAfter | None:
    """Count one knock of `key` at `bucket`; the wait when `limit` (such as "30/minute") is used up, else None."""
    limiter: MovingWindowRateLimiter = current_app.extensions["netra_throttle"]
    item = parse(limit)
    if limiter.hit(item, bucket, key):
        return None
    return _wait(limiter, item, bucket, key)


def check(bucket: str, key: str, limit: str) -> RetryAfter | None:
    """Whether the next knock would be refused, without counting it."""
    limiter: MovingWindowRateLimiter = current_app.extensions["netra_throttle"]
    item = parse(limit)
    return None if limiter.test(item, bucket, key) else _wait(limiter, item, bucket, key)


def remaining(bucket: str, key: str, limit: str) -> tuple[int, int]:
    """How many more knocks `limit` allows now, and in how many seconds the oldest one is forgotten (at least 1)."""
    limiter: MovingWindowRateLimiter = current_app.extensions["netra_throttle"]
    stats = limiter.get_window_stats(parse(limit), bucket, key)
    return max(0, stats.remaining), max(1, int(stats.reset_time - time.time()) + 1)


def clear(bucket: str, key: str, limit: str) -> None:
    """Forget the knocks of `key` (after a success)."""
    limiter: MovingWindowRateLimiter = current_app.extensions["netra_throttle"]
    limiter.clear(parse(limit), bucket, key)


def reset() -> None:
    """Forget everything (tests)."""
    limiter: MovingWindowRateLimiter = current_app.extensions["netra_throttle"]
    limiter.storage.reset()


def _wait(limiter: MovingWindowRateLimiter, item: object, bucket: str, key: str) -> RetryAfter:
    stats = limiter.get_window_stats(item, bucket, key)  # type: ignore[arg-type]
    return RetryAfter(max(1, int(stats.reset_time - time.time()) + 1))
