"""A subscription, and a system that receives: a small TLS server of ours on this machine."""

from __future__ import annotations

import http.server
import ssl
import subprocess
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from certificates.hooks import addresses, sending, services
from certificates.hooks.kinds import SUBSCRIBABLE
from certificates.hooks.models import Webhook
from learning.kernel import clock
from learning.kernel.access import Grant, Role
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.access import bare_principal

NAME = "simpeg.contoh.test"


def subscribe(
    agency: int, maker: int, url: str = f"https://{NAME}/netra?a=1", kinds: Any = SUBSCRIBABLE
) -> str:
    """A subscription as the admin's page makes it; its public id. An agency that has many already gets none more."""
    from learning.people.queries import unit_row

    unit = unit_row(agency)
    assert unit is not None
    standing = db.session.scalars(
        select(Webhook.public_id).where(Webhook.agency_id == agency, Webhook.ended_at.is_(None))
    ).all()
    db.session.rollback()
    if len(standing) >= services.MAX_HOOKS:
        return standing[-1]
    public_id = str(uuid.uuid4())
    write(
        services.subscribe,
        principal=bare_principal(maker, (Grant(Role.ADMIN, agency, unit.path),)),
        public_id=public_id,
        agency_id=agency,
        url=url,
        kinds=kinds,
        now=clock.now(),
    )
    return public_id


@dataclass
class Receiver:
    """What came, and with what to answer next (200 when nothing is said)."""

    port: int = 0
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    slow: Callable[[], None] | None = None


def serve(receiver: Receiver, certificate: Path) -> http.server.HTTPServer:
    """Start it on a free port in a thread."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if receiver.slow:
                receiver.slow()
            status = receiver.answers.pop(0) if receiver.answers else 204
            self.send_response(status)
            self.send_header("Content-Length", "0")
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1/inside")
            self.end_headers()

        def log_message(self, *_values: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def make_certificate(folder: Path, name: str = NAME) -> Path:
    """Key and certificate in one file, good for a day."""
    key, cert, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    both.write_text(key.read_text() + cert.read_text())
    return both


def trust(monkeypatch: pytest.MonkeyPatch, receiver: Receiver, certificate: Path) -> None:
    """Lead the name to the receiver, for once an address of this machine, and trust its certificate."""
    monkeypatch.setattr(sending, "resolve", lambda _target: [("127.0.0.1", receiver.port)])
    monkeypatch.setattr(addresses, "is_public", lambda text: text == "127.0.0.1")
    monkeypatch.setattr(sending, "tls_context", lambda: ssl.create_default_context(cafile=str(certificate)))
