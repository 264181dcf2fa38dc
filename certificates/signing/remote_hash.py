"""Signing by a service that gets hashes only: the document stays here, a digest goes out, the value of a signature comes back.

Written against the public shape of the Cloud Signature Consortium's interface, version 1.0.4 (`auth/login`, `credentials/info`,
`credentials/authorize`, `signatures/signHash`; answers in JSON), and tested with a stand-in of ours; it has not met a real one.
What comes back is believed only after a look: the finished file must lead to the roots that were configured.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import algos
from asn1crypto import x509 as asn1
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.signing.backend import Signed, SigningFailed, SigningRefused
from certificates.signing.inspecting import signer_of
from certificates.signing.local import LocalBackend

TIME_LIMIT = 30.0
TRIES = 3
_LARGEST_ANSWER = 200_000
_SHA256 = "2.16.840.1.101.3.4.2.1"
# By the kind of key in the certificate: how the signature is named, with SHA-256 and without (RFC 5758, RFC 5480, RFC 8017).
_MECHANISMS = {
    "ec": ("sha256_ecdsa", "1.2.840.10045.4.3.2", "1.2.840.10045.2.1"),
    "rsa": ("sha256_rsa", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"),
}


class _Again(Exception):
    """Out of order just now; asking again may help."""


class HashService:
    """One credential at one service. `passphrase` is its owner's PIN, kept in memory only, and never logged."""

    def __init__(
        self,
        url: str,
        *,
        user: str,
        password: str,
        credential: str,
        passphrase: str,
        time_limit: float = TIME_LIMIT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises SigningRefused for an address that is none or not https."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SigningRefused("the address of the signing service is not one")
        if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise SigningRefused("a passphrase goes over TLS only: the address must begin with https://")
        self._parts = parts
        self._basic = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        self._credential = credential
        self._passphrase = passphrase
        self._time_limit = time_limit
        self._sleep = sleep
        self._token = ""

    def certificates(self) -> tuple[asn1.Certificate, ...]:
        """The chain of the credential, its own certificate first. Raises SigningFailed, SigningRefused."""
        told = self._asked("credentials/info", {"certificates": "chain", "certInfo": False})
        try:
            chain = tuple(
                asn1.Certificate.load(base64.b64decode(text, validate=True))
                for text in told["cert"]["certificates"]
            )
            offered = set(told["key"]["algo"])
            kind = chain[0].public_key.algorithm
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise SigningRefused("the signing service does not tell the certificate of its key") from error
        # A service may name the kind of key alone, or the kind together with the digest.
        if kind not in _MECHANISMS or not offered & set(_MECHANISMS[kind][1:]):
            raise SigningRefused("the key of the signing service cannot sign SHA-256")
        return chain

    def signature(self, digest: bytes, algorithm: str) -> bytes:
        """The signature over a SHA-256 digest, authorised for this digest alone. Raises SigningFailed, SigningRefused."""
        text = base64.b64encode(digest).decode("ascii")
        allowed = self._asked(
            "credentials/authorize", {"numSignatures": 1, "hash": [text], "PIN": self._passphrase}
        )
        signed = self._asked(
            "signatures/signHash",
            {"SAD": allowed.get("SAD"), "hash": [text], "hashAlgo": _SHA256, "signAlgo": algorithm},
        )
        try:
            (only,) = signed["signatures"]
            return base64.b64decode(only, validate=True)
        except (KeyError, TypeError, ValueError) as error:
            raise SigningRefused("the signing service gave back no signature") from error

    def _asked(self, endpoint: str, body: dict[str, Any]) -> dict[str, Any]:
        """Tries again when the service is out of order, never when it says no; logs in again once when it forgot us."""
        problem, fresh = "", False
        for attempt in range(TRIES):
            if attempt:
                self._sleep(2.0**attempt)
            try:
                if not self._token:
                    told = self._sent("auth/login", {}, f"Basic {self._basic}")
                    self._token, fresh = str(told.get("access_token") or ""), True
                    if not self._token:
                        raise SigningRefused("the signing service gave no access")
                return self._sent(
                    endpoint, {"credentialID": self._credential, **body}, f"Bearer {self._token}"
                )
            except _Unauthorised as error:
                if fresh:
                    raise SigningRefused("the signing service refused: 401") from error
                self._token = ""
            except (_Again, OSError, http.client.HTTPException) as error:
                problem = str(error) if isinstance(error, _Again) else type(error).__name__
        raise SigningFailed(f"the signing service is out of order: {problem or 'no access'}")

    def _sent(self, endpoint: str, body: dict[str, Any], authorization: str) -> dict[str, Any]:
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(str(self._parts.hostname), self._parts.port, timeout=self._time_limit)
        try:
            connection.request(
                "POST",
                f"{self._parts.path.rstrip('/')}/csc/v1/{endpoint}",
                json.dumps(body).encode(),
                {
                    "Authorization": authorization,
                    "Content-Type": "application/json",
                    "Accept": "application/json",
                },
            )
            response = connection.getresponse()
            status, answer = response.status, response.read(_LARGEST_ANSWER)
        finally:
            connection.close()
        if status >= 500 or status == 429:
            raise _Again(f"status {status}")
        try:
            told = json.loads(answer)
        except ValueError:
            told = None
        if status == 401 and endpoint != "auth/login":
            raise _Unauthorised
        if status != 200:
            word = told.get("error_description") or told.get("error") if isinstance(told, dict) else ""
            raise SigningRefused(f"the signing service refused: {str(word or status)[:200]}")
        if not isinstance(told, dict):
            raise SigningRefused("the signing service gave back something else")
        return told


class _Unauthorised(Exception):
    """The access that was given has run out."""


class _RemoteKey(Signer):
    """The key at the service, as pyHanko asks for signatures."""

    def __init__(self, service: HashService, chain: tuple[asn1.Certificate, ...]) -> None:
        name, self._algorithm, _bare = _MECHANISMS[chain[0].public_key.algorithm]
        self._service = service
        others = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        others.register_multiple(chain[1:])
        super().__init__(
            signing_cert=chain[0],
            cert_registry=others,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": name}),
        )

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature over `data`; only its digest leaves this machine."""
        if digest_algorithm != "sha256":
            raise SigningRefused("only SHA-256 is asked for")
        return b"" if dry_run else self._service.signature(hashlib.sha256(data).digest(), self._algorithm)


class RemoteHashBackend:
    """Signs with a key at a service that sees digests only."""

    def __init__(
        self,
        service: HashService,
        *,
        roots: tuple[asn1.Certificate, ...],
        timestamper: TimeStamper | None = None,
    ) -> None:
        """Raises SigningRefused without roots to check the answer against."""
        if not roots:
            raise SigningRefused("without its roots the answer of the signing service cannot be checked")
        self._service, self._roots, self._timestamper = service, roots, timestamper
        self._backend: LocalBackend | None = None

    def sign_pdf(self, pdf: bytes, *, reason: str) -> Signed:
        """See SigningBackend. The certificate is asked for once and kept for as long as this object lives."""
        if self._backend is None:
            key = _RemoteKey(self._service, self._service.certificates())
            self._backend = LocalBackend(key, timestamper=self._timestamper, roots=self._roots)
        signed = self._backend.sign_pdf(pdf, reason=reason)
        try:
            return Signed(signed.pdf, signer_of(signed.pdf, list(self._roots)))
        except ValueError as error:
            # Another certificate may have taken the place of the one that was asked for.
            self._backend = None
            raise SigningRefused(f"the signing service gave back a bad signature: {error}") from error
