"""Signing by a service of the kind that BSrE offers: the document goes out, the signed document comes back.

Written against the public shape of the Esign Client Service (POST /api/sign/pdf with basic authentication, multipart `file`,
`nik`, `passphrase`, `tampilan=invisible`) and tested with a stand-in of ours; it has not met the real one. What comes back
is believed only after a look: it begins with our bytes, and its signature leads to the roots that were configured.
"""

from __future__ import annotations

import base64
import http.client
import json
import secrets
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from asn1crypto import x509 as asn1

from certificates.signing.backend import Signed, SigningFailed, SigningRefused
from certificates.signing.inspecting import signer_of

TIME_LIMIT = 30.0
TRIES = 3
# What a signature may add to a file, with all that is needed to check it later.
_LARGEST_ADDITION = 5_000_000


class RemoteBackend:
    """One signatory at one service. `passphrase` is that person's; it is kept in memory only, and never logged."""

    def __init__(
        self,
        url: str,
        *,
        user: str,
        password: str,
        nik: str,
        passphrase: str,
        roots: tuple[asn1.Certificate, ...],
        time_limit: float = TIME_LIMIT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises SigningRefused for an address that is none or not https, or without roots to check the answer against."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SigningRefused("the address of the signing service is not one")
        if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise SigningRefused("a passphrase goes over TLS only: the address must begin with https://")
        if not roots:
            raise SigningRefused("without its roots the answer of the signing service cannot be checked")
        self._parts = parts
        self._basic = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        self._fields = {"nik": nik, "passphrase": passphrase, "tampilan": "invisible"}
        self._roots = list(roots)
        self._time_limit = time_limit
        self._sleep = sleep

    def sign_pdf(self, pdf: bytes, *, reason: str) -> Signed:
        """See SigningBackend. Tries again when the service is out of order, never when it says no."""
        problem = ""
        for attempt in range(TRIES):
            if attempt:
                self._sleep(2.0**attempt)
            try:
                status, answer = self._post(pdf, reason)
            except (OSError, http.client.HTTPException) as error:
                problem = type(error).__name__
                continue
            if status >= 500 or status == 429:
                problem = f"status {status}"
                continue
            if status != 200:
                raise SigningRefused(f"the signing service refused: {_told(answer, status)}")
            return self._believed(pdf, answer)
        raise SigningFailed(f"the signing service is out of order: {problem}")

    def _post(self, pdf: bytes, reason: str) -> tuple[int, bytes]:
        boundary = secrets.token_hex(16)
        body = b"".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {**self._fields, "reason": reason}.items()
        )
        body += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="sertifikat.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode()
        body += pdf + f"\r\n--{boundary}--\r\n".encode()
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(str(self._parts.hostname), self._parts.port, timeout=self._time_limit)
        try:
            connection.request(
                "POST",
                f"{self._parts.path.rstrip('/')}/api/sign/pdf",
                body,
                {
                    "Authorization": f"Basic {self._basic}",
                    "Content-Type": f"multipart/form-data; boundary={boundary}",
                    "Accept": "application/pdf",
                },
            )
            response = connection.getresponse()
            return response.status, response.read(len(pdf) + _LARGEST_ADDITION + 1)
        finally:
            connection.close()

    def _believed(self, pdf: bytes, answer: bytes) -> Signed:
        if len(answer) > len(pdf) + _LARGEST_ADDITION or not answer.startswith(pdf):
            raise SigningRefused("the signing service gave back another document")
        try:
            return Signed(answer, signer_of(answer, self._roots))
        except ValueError as error:
            raise SigningRefused(f"the signing service gave back a bad signature: {error}") from error


def _told(answer: bytes, status: int) -> str:
    try:
        told = json.loads(answer[:10_000])
        return str(told.get("error") or told.get("message") or status)[:200]
    except (ValueError, AttributeError):
        return str(status)
