"""A mail server on a port of this machine that speaks SMTP (RFC 5321), STARTTLS and AUTH PLAIN, and fails when told to.

    with MailServer() as server:
        server.answer("RCPT", "451 4.2.0 later")   # the next RCPT, once
        server.answer("DOT", DROP)                 # takes the letter, and hangs up without saying so
        server.letters                             # what it took

Written here, since no server that is kept up lets itself be told to hang up in the middle of a line.
"""

from __future__ import annotations

import base64
import datetime as dt
import socket
import socketserver
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DROP = "drop"
"""Hang up."""
HANG = "hang"
"""Say nothing until the other side gives up."""
USUAL = {
    "GREETING": "220 surat.contoh.invalid ESMTP",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 sender ok",
    "RCPT": "250 2.1.5 recipient ok",
    "DATA": "354 go on",
    "DOT": "250 2.0.0 taken",
    "QUIT": "221 2.0.0 bye",
    "RSET": "250 2.0.0 ok",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it came over the line, and how."""

    sender: str
    recipient: str
    raw: bytes
    encrypted: bool
    user: str | None


@dataclass
class MailServer:
    """Runs in a thread between `with` and its end. `letters`: what was taken, acknowledged or not."""

    tls: ssl.SSLContext | None = None
    users: dict[str, str] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    _answers: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                dialogue = _Dialogue(outer, self.request)
                try:
                    dialogue.run()
                except (OSError, EOFError):
                    pass  # hung up, by either side
                finally:
                    dialogue.file.close()
                    dialogue.line.close()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, at: str, *what: str) -> None:
        """What to say (or DROP, HANG) the next times at this point: a command, GREETING, BODY (mid-letter) or DOT."""
        self._answers[at].extend(what)

    def next_answer(self, at: str) -> str | None:
        """The answer that was ordered for this point, if any."""
        return self._answers[at].popleft() if self._answers[at] else None


class _Dialogue:
    """One connection."""

    def __init__(self, server: MailServer, line: socket.socket) -> None:
        self.server, self.line, self.user, self.encrypted = server, line, None, False
        self.file: Any = line.makefile("rb")
        self.sender = self.recipient = ""

    def run(self) -> None:
        self.say("GREETING")
        for words in self.lines():
            verb = words.split(" ", 1)[0].upper()
            self.server.commands.append(words)
            if verb == "EHLO":
                self.say("EHLO", self.welcome())
            elif verb == "STARTTLS" and self.server.tls is not None:
                self.say("STARTTLS", "220 2.0.0 go ahead")
                self.line = self.server.tls.wrap_socket(self.line, server_side=True)
                self.file, self.encrypted = self.line.makefile("rb"), True
            elif verb == "AUTH":
                self.sign_in(words)
            elif verb == "DATA":
                self.take()
            elif verb in USUAL:
                self.sender = words if verb == "MAIL" else self.sender
                self.recipient = words if verb == "RCPT" else self.recipient
                self.say(verb)
                if verb == "QUIT":
                    raise EOFError
            else:
                self.say(verb, "502 5.5.1 not known here")

    def lines(self) -> Iterator[str]:
        while raw := self.file.readline():
            yield raw.decode("ascii").rstrip("\r\n")

    def welcome(self) -> str:
        offers = ["surat.contoh.invalid"]
        if self.server.tls is not None and not self.encrypted:
            offers.append("STARTTLS")
        if self.server.users:
            offers.append("AUTH PLAIN")
        last = len(offers) - 1
        return "\r\n".join(f"250{' ' if i == last else '-'}{offer}" for i, offer in enumerate(offers))

    def sign_in(self, words: str) -> None:
        _, user, password = base64.b64decode(words.split()[2]).decode().split("\0")
        if self.server.users.get(user) == password:
            self.user = user
            self.say("AUTH")
        else:
            self.say("AUTH", "535 5.7.8 wrong name or password")

    def take(self) -> None:
        ordered = self.server.next_answer("DATA")
        self.put(ordered or USUAL["DATA"])
        if ordered is not None:
            return
        body: list[bytes] = []
        while (raw := self.file.readline()) != b".\r\n":
            if not raw:
                raise EOFError
            body.append(raw[1:] if raw.startswith(b".") else raw)
            if (cut := self.server.next_answer("BODY")) is not None:
                self.put(cut)
        answer = self.server.next_answer("DOT") or USUAL["DOT"]
        if answer in (DROP, HANG) or answer.startswith("2"):
            bare = [text.partition("<")[2].partition(">")[0] for text in (self.sender, self.recipient)]
            self.server.letters.append(Letter(bare[0], bare[1], b"".join(body), self.encrypted, self.user))
        self.put(answer)

    def say(self, at: str, usual: str | None = None) -> None:
        self.put(self.server.next_answer(at) or usual or USUAL[at])

    def put(self, answer: str) -> None:
        if answer == HANG:
            self.server._over.wait(20)
        if answer in (DROP, HANG):
            self.line.shutdown(socket.SHUT_RDWR)
            raise EOFError
        self.line.sendall(answer.encode() + b"\r\n")


def certificate(folder: Path, host: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context with a certificate of its own making for `host`, and the file that makes a client trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=2))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.pem", folder / "server.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public
