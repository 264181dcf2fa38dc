"""Which addresses may be called: the open network only, never what our own machine or its neighbours offer. Pure.

An admin of an agency names the address, and our server calls it from inside the data centre: without this a subscription
would be a window into the internal network (server-side request forgery).
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_LENGTH = 500
PORTS = (443, 8443)
_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
# Wraps of IPv4 in IPv6: what they lead to is judged, not the wrap (RFC 6052, RFC 3056, RFC 4380).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be subscribed, in its parts. `path` includes the query."""

    host: str
    port: int
    path: str


def target(url: str) -> Target | None:
    """The parts of an address we would call; None for anything but https to a full name on a usual port."""
    if len(url) > MAX_LENGTH or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" or parts.username is not None or parts.password is not None or parts.fragment:
        return None
    if port not in PORTS or _NAME.fullmatch(host) is None:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port, path)


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the open network."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast and not address.is_reserved
