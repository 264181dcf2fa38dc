"""What the public doors have in common: who is knocking, how often they may, and what every answer carries."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, make_response, request
from werkzeug.wrappers import Response

from learning.kernel import throttle
from learning.kernel.errors import TooMany

CHECKS = ("60/minute", "600/hour")
MISSES = ("20/minute", "200/hour")


def network() -> str:
    """The visitor's network: /24 or /64, because one machine easily has many addresses."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))


def knock(bucket: str, key: str, limits: tuple[str, ...]) -> None:
    """Count a knock. Raises TooMany when one of the limits is used up."""
    for limit in limits:
        wait = throttle.hit(bucket, key, limit)
        if wait is not None:
            raise TooMany(retry_after=wait.seconds)


def refuse_if_used_up(bucket: str, key: str, limits: tuple[str, ...]) -> None:
    """Raise TooMany when the next knock would be refused, without counting one."""
    for limit in limits:
        wait = throttle.check(bucket, key, limit)
        if wait is not None:
            raise TooMany(retry_after=wait.seconds)


def host() -> str:
    """Where the genuine page lives, as set: a request reaches us under whatever name its sender likes."""
    return urlsplit(current_app.config["NETRA"].base_url).netloc


def answer(body: Any, status: int = 200) -> Response:
    """An answer that no search engine keeps. Its forms need the referrer within our own site: over TLS the token check asks for it."""
    response = make_response(body, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Vary"] = "Accept, Cookie"
    return response
