"""One HTTPS POST to a stranger's address: resolved now, checked, and connected to exactly what was checked.

No redirects, no proxies, certificate verified for the name, little time, and nothing of the answer but its status.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from dataclasses import dataclass

from certificates.hooks import addresses
from certificates.hooks.addresses import Target

CONNECT_SECONDS = 5
DEADLINE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one try. `status` None: no answer came; `problem` says why in a word, "" when it was taken."""

    status: int | None
    problem: str = ""

    @property
    def taken(self) -> bool:
        """Whether the receiver has it: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


def resolve(target: Target) -> list[tuple[str, int]]:
    """Every address the name has at this moment, with the port; raises OSError when there is none."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((str(entry[4][0]), target.port) for entry in found))


def tls_context() -> ssl.SSLContext:
    """The system's certificate authorities; names are checked."""
    return ssl.create_default_context()


def post(url: str, body: bytes, headers: dict[str, str]) -> Sent:
    """Send once. Never raises for what the other side does."""
    target = addresses.target(url)
    if target is None:
        return Sent(None, "address")
    try:
        found = resolve(target)
    except (OSError, UnicodeError):
        return Sent(None, "no_such_name")
    # One inward address among public ones is a trick, not an accident.
    if not found or not all(addresses.is_public(address) for address, _port in found):
        return Sent(None, "not_public")
    try:
        return _send(target, found[0], body, headers)
    except ssl.SSLError:
        return Sent(None, "certificate")
    except TimeoutError:
        return Sent(None, "timeout")
    except (OSError, http.client.HTTPException, ValueError):
        return Sent(None, "connection")


def _send(target: Target, address: tuple[str, int], body: bytes, headers: dict[str, str]) -> Sent:
    raw = socket.create_connection(address, timeout=CONNECT_SECONDS)
    try:
        # The handshake is ours to start: until then nobody could hang up.
        line = tls_context().wrap_socket(raw, server_hostname=target.host, do_handshake_on_connect=False)
    except BaseException:
        raw.close()
        raise
    late = threading.Event()

    def hang_up() -> None:
        late.set()
        try:
            # The socket's own shutdown: that of TLS would first talk to whoever does not listen.
            socket.socket.shutdown(line, socket.SHUT_RDWR)
        except OSError:
            pass  # closed already: the answer came in time

    # A receiver that sends a byte now and then would hold a worker for ever; per-read time-outs do not end that.
    timer = threading.Timer(DEADLINE_SECONDS, hang_up)
    timer.daemon = True
    timer.start()
    connection = http.client.HTTPSConnection(target.host, target.port)
    connection.sock = line
    try:
        line.do_handshake()
        connection.request("POST", target.path, body, {**headers, "Connection": "close"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        if late.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
        connection.close()
        line.close()
    return Sent(status, "" if 200 <= status < 300 else "refused")
