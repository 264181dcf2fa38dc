#!/usr/bin/env python3
"""A small client of Netra's interface for machines. Standard library only; copy it, change it.

    export NETRA_URL=https://netra.example.go.id NETRA_TOKEN=netra_…
    python netra_client.py token                                  what the token is good for
    python netra_client.py rules                                  the rules to choose from
    python netra_client.py check NIP --rule KEY [--as-of DATE]    one person, with the reasons
    python netra_client.py bulk FILE --rule KEY [--as-of DATE]    a CSV of any length in, CSV on standard output
    python netra_client.py certificates [--since MOMENT]          every certificate, one JSON object a line
    python netra_client.py verify CODE [CODE …]                   what certificates are worth now
    python netra_client.py list FILE --out RESULT                 codes or numbers, one a line; CSV with a receipt
    python netra_client.py receipt CODE RESULT                    is RESULT the file that the receipt vouches for

Exit status: 0 done, 1 refused or incomplete, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

TRIES = 4


class Refused(Exception):
    """The server said no; the text is its own (RFC 9457)."""


class Netra:
    """One agency's way to ask. `url` without /api/v1."""

    def __init__(self, url: str, token: str) -> None:
        self.base = url.rstrip("/") + "/api/v1"
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def get(self, path: str, **query: str | None) -> Any:
        """One answer; parameters that are None are left out."""
        given = {name: value for name, value in query.items() if value is not None}
        return self._ask("GET", path + (f"?{urlencode(given)}" if given else ""))

    def post(self, path: str, body: Any) -> Any:
        """Send JSON. The key makes it safe to send again when the line drops before the answer is here."""
        return self._ask("POST", path, json.dumps(body).encode(), {"Idempotency-Key": str(uuid.uuid4())})

    def pages(self, path: str, **query: str | None) -> Iterator[Any]:
        """Every item of a list, page after page."""
        cursor: str | None = None
        while True:
            page = self.get(path, **query, cursor=cursor, limit="500")
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def stream(self, path: str, file: Path, media: str) -> Iterator[bytes]:
        """Send a file of any length and yield the answer line by line, holding neither in memory."""
        parts = urlsplit(self.base)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=600)
        with file.open("rb") as content:
            headers = {
                **self.headers,
                "Content-Type": media,
                "Accept": f"{media}, application/problem+json",
                "Content-Length": str(file.stat().st_size),
            }
            connection.request("POST", parts.path + path, content, headers)
            response = connection.getresponse()
            if response.status != 200:
                raise Refused(_words(response.status, response.read()))
            yield from response
        connection.close()

    def _ask(
        self, method: str, path: str, body: bytes | None = None, more: dict[str, str] | None = None
    ) -> Any:
        headers = {**self.headers, **(more or {})}
        if body is not None:
            headers["Content-Type"] = "application/json"
        for attempt in range(1, TRIES + 1):
            try:
                with urlopen(Request(self.base + path, body, headers, method=method), timeout=60) as answer:
                    return json.load(answer)
            except HTTPError as error:
                wait = error.headers.get("Retry-After")
                if error.code not in {409, 429, 503} or attempt == TRIES:
                    raise Refused(_words(error.code, error.read())) from None
                time.sleep(min(60, int(wait) if wait and wait.isdigit() else 2**attempt))
        raise AssertionError("unreachable")


def _words(status: int, body: bytes) -> str:
    try:
        told = json.loads(body)
        errors = "".join(
            f"\n  {fault.get('parameter') or fault.get('pointer')}: {fault['detail']}"
            for fault in told.get("errors", ())
        )
        return f"{status} {told['detail']}{errors} (request {told['request_id']})"
    except (ValueError, KeyError, TypeError):
        return f"{status} {body[:200]!r}"


def _show(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _bulk(netra: Netra, file: Path, rule: str, as_of: str | None) -> int:
    query = {"rule": rule, **({"as_of": as_of} if as_of else {})}
    last = b""
    for line in netra.stream(f"/eligibility/stream?{urlencode(query)}", file, "text/csv"):
        sys.stdout.buffer.write(line)
        last = line
    if not last.startswith(b"end,"):
        print("The answer broke off: the end line is missing. Ask again.", file=sys.stderr)
        return 1
    return 0


def _list(netra: Netra, file: Path, out: Path) -> int:
    entries = [line.strip() for line in file.read_text("utf-8-sig").splitlines() if line.strip()]
    answer = netra.post("/verification-lists", {"entries": entries})
    content = answer["file"].encode()
    if hashlib.sha256(content).hexdigest() != answer["receipt"]["sha256"]:
        print("The file does not fit its receipt. Ask again.", file=sys.stderr)
        return 1
    out.write_bytes(content)
    _show(answer["receipt"])
    return 0


def _receipt(netra: Netra, code: str, file: Path) -> int:
    receipt = netra.get(f"/verification-lists/{quote(code, safe='')}")
    _show(receipt)
    if hashlib.sha256(file.read_bytes()).hexdigest() == receipt["sha256"]:
        return 0
    print("This file is not the one that the receipt vouches for.", file=sys.stderr)
    return 1


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Ask Netra in the name of an agency's system.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("token")
    commands.add_parser("rules")
    one = commands.add_parser("check")
    one.add_argument("nip")
    many = commands.add_parser("bulk")
    many.add_argument("file", type=Path)
    for sub in (one, many):
        sub.add_argument("--rule", required=True)
        sub.add_argument("--as-of")
    walk = commands.add_parser("certificates")
    walk.add_argument("--since")
    verify = commands.add_parser("verify")
    verify.add_argument("code", nargs="+")
    checked = commands.add_parser("list")
    checked.add_argument("file", type=Path)
    checked.add_argument("--out", type=Path, required=True)
    receipt = commands.add_parser("receipt")
    receipt.add_argument("code")
    receipt.add_argument("file", type=Path)
    given = parser.parse_args(arguments)
    url, token = os.environ.get("NETRA_URL"), os.environ.get("NETRA_TOKEN")
    if not url or not token:
        parser.error("set NETRA_URL and NETRA_TOKEN")
    netra = Netra(url, token)
    try:
        if given.command == "token":
            _show(netra.get("/token"))
        elif given.command == "rules":
            _show(netra.get("/rules"))
        elif given.command == "check":
            _show(
                netra.get(
                    f"/people/{quote(given.nip, safe='')}/eligibility", rule=given.rule, as_of=given.as_of
                )
            )
        elif given.command == "bulk":
            return _bulk(netra, given.file, given.rule, given.as_of)
        elif given.command == "certificates":
            for certificate in netra.pages("/certificates", changed_since=given.since):
                print(json.dumps(certificate, ensure_ascii=False))
        elif given.command == "list":
            return _list(netra, given.file, given.out)
        elif given.command == "receipt":
            return _receipt(netra, given.code, given.file)
        else:
            _show(netra.post("/verifications", {"codes": given.code}))
    except (Refused, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
