"""The rendering process: `python -m certificates.pdf.worker`. Started by `certificates.rendering`, never by hand.

Reads requests from standard input, writes answers to standard output. A message is a four-byte length followed
by as many bytes; a request is JSON, an answer is one JSON message followed by one message with the PDF (empty when it
failed). Ends when standard input closes, so it never outlives the process that started it.
"""

from __future__ import annotations

import base64
import json
import logging
import resource
import struct
import sys
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from certificates.badge.ordering import BadgeOrder, MadeBadge
from certificates.signing.backend import SigningBackend, SigningFailed

if TYPE_CHECKING:
    from certificates.pdf.splicing.layouts import Layouts

LENGTH = struct.Struct(">I")
# A payload with an emblem and a credential in it.
MAX_REQUEST = 2_000_000
# Enough for hundreds of pages; a runaway layout dies here instead of taking the machine's memory.
_MEMORY_LIMIT = 1_500_000_000

# What the reason of a signature calls the paper, by the name of its template without the version.
_WORDS = {"receipt": "Tanda terima"}


def read_message(stream: BinaryIO) -> bytes | None:
    """The next message, or None at the end of the stream. Raises EOFError inside a message."""
    head = stream.read(LENGTH.size)
    if not head:
        return None
    if len(head) < LENGTH.size:
        raise EOFError("the stream ended inside a message")
    (size,) = LENGTH.unpack(head)
    body = stream.read(size)
    if len(body) < size:
        raise EOFError("the stream ended inside a message")
    return body


def write_message(stream: BinaryIO, body: bytes) -> None:
    """Write one message and flush it."""
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


class _Collector(logging.Handler):
    """Keeps what WeasyPrint complains about: a certificate with a complaint is not handed out silently."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def answer(request: dict[str, Any], collector: _Collector) -> tuple[dict[str, Any], bytes]:
    """Render one request; whatever goes wrong becomes an answer, the process goes on."""
    from certificates.badge import sealing
    from certificates.pdf.attaching import Attachment
    from certificates.pdf.engine import Template, badge_file, template
    from certificates.pdf.sheets import is_sheet, sheet

    collector.messages.clear()
    if "bind" in request:
        return _bound(request, collector), b""
    chain: tuple[str, ...] = ()
    badge: MadeBadge | None = None
    try:
        payload = request["payload"]
        look = payload["issuer"]
        attachments = [
            Attachment(**{**item, "content": base64.b64decode(item["content"])})
            for item in request["attachments"]
        ]
        if request["credential"]:
            attachments.append(badge_file(request["credential"].encode()))
        elif request["badge"]:
            badge = sealing.carry_out(BadgeOrder(**request["badge"]))
            if badge is not None:
                attachments.append(badge_file(badge.credential.encode()))
        draw = sheet if is_sheet(request["template"]) else template
        prepared = draw(request["template"], look.get("colour", ""), look.get("accent", ""))
        options: dict[str, Any] = {
            "sample": bool(request["sample"]),
            "attachments": attachments,
            "logo": base64.b64decode(request["logo"]),
            "sealed": request["sealed"],
        }
        reused = None
        if request["reuse"] and isinstance(prepared, Template):
            reused = _layouts().draw(prepared, payload, **options)
        pdf = reused or prepared.render(payload, **options)
        if request["signing"] and not collector.messages:
            signed = _signer(json.dumps(request["signing"])).sign_pdf(
                pdf,
                reason=f"{_WORDS.get(request['template'].rstrip('0123456789'), 'Sertifikat')} {payload['number']}",
            )
            pdf, chain = signed.pdf, signed.chain
    except SigningFailed as error:
        # A key module that was unplugged or restarted needs a new session.
        _signer.cache_clear()
        return {"error": type(error).__name__, "told": str(error), "warnings": []}, b""
    except Exception as error:  # noqa: BLE001 - one bad certificate must not end the process
        # The text of the error may hold words of the payload, so only its type leaves the process.
        return {"error": type(error).__name__, "warnings": collector.messages}, b""
    made = asdict(badge) if badge is not None else None
    return {
        "error": None,
        "warnings": collector.messages,
        "chain": chain,
        "badge": made,
        "reused": reused is not None,
    }, pdf


@lru_cache(maxsize=1)
def _layouts() -> Layouts:
    from certificates.pdf.splicing.layouts import Layouts

    return Layouts()


def _bound(request: dict[str, Any], collector: _Collector) -> dict[str, Any]:
    """Bind the papers that lie in a folder and sign the whole once; the result lies beside them."""
    from certificates.pdf.binding import bind
    from certificates.pdf.sheets import sheet

    payload, folder = request["payload"], Path(request["bind"]["folder"])
    look, logo = payload["issuer"], base64.b64decode(request["logo"])
    target = folder / "bound.pdf"
    chain: tuple[str, ...] = ()

    def front(counts: list[tuple[str, int]], own: int) -> bytes:
        return sheet(request["template"], look.get("colour", ""), look.get("accent", "")).render(
            {**payload, "entries": counts, "cover_pages": own},
            sample=bool(request["sample"]),
            logo=logo,
            sealed=request["sealed"],
        )

    try:
        papers = [(number, folder / name) for number, name in request["bind"]["papers"]]
        pages = bind(papers, front, target)
        if request["signing"] and not collector.messages:
            signed = _signer(json.dumps(request["signing"])).sign_pdf(
                target.read_bytes(), reason=f"Edisi cetak {payload['number']}"
            )
            target.write_bytes(signed.pdf)
            chain = signed.chain
    except SigningFailed as error:
        _signer.cache_clear()
        return {"error": type(error).__name__, "told": str(error), "warnings": []}
    except Exception as error:  # noqa: BLE001 - as for a single paper
        return {"error": type(error).__name__, "warnings": collector.messages}
    return {
        "error": None,
        "warnings": collector.messages,
        "chain": chain,
        "pages": pages,
        "file": target.name,
    }


@lru_cache(maxsize=1)
def _signer(settings: str) -> SigningBackend:
    from certificates.signing.choosing import backend
    from learning.kernel.config import Signing

    return backend(Signing(**json.loads(settings)))


def main() -> None:
    """Answer requests until standard input closes."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    collector = _Collector()
    logger = logging.getLogger("weasyprint")
    logger.handlers = [collector]
    logger.propagate = False
    while (message := read_message(requests)) is not None:
        head, pdf = answer(json.loads(message), collector)
        write_message(answers, json.dumps(head).encode())
        write_message(answers, pdf)


if __name__ == "__main__":
    main()
