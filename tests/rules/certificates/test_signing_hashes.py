"""A service that signs hashes: only digests leave the house, and what comes back is looked at."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import pkcs12

from certificates.rendering import Renderer
from certificates.signing import choosing, testca
from certificates.signing.backend import Sealed, SigningFailed, SigningRefused
from certificates.signing.inspecting import inspect
from certificates.signing.remote_hash import HashService, RemoteHashBackend
from certificates.signing.verdict import Outcome
from learning.kernel.config import BadSetting, load
from tests.tools.papers import http_service, paper

P256 = "1.2.840.10045.4.3.2"


@pytest.fixture(scope="module")
def bare() -> Iterator[bytes]:
    renderer = Renderer()
    yield renderer.render(paper().to_json(), sample=False, sealed=Sealed.PERSON)
    renderer.close()


class Service(BaseHTTPRequestHandler):
    """A stand-in for the service: it keeps one key and misbehaves when told to."""

    archive: Path
    script: dict[str, list[str]]
    asked: list[tuple[str, dict[str, Any]]]
    token: str
    allowed: set[str]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        endpoint = self.path.removeprefix("/tte/csc/v1/")
        kind = type(self)
        kind.asked.append((endpoint, body))
        script = self.script.get(endpoint, [])
        manner = script.pop(0) if script else ""
        if manner == "busy":
            self._say(503, {})
        elif manner == "nonsense":
            self._say(200, ["x"])
        elif endpoint == "auth/login":
            right = base64.b64encode(b"netra:kata").decode()
            if self.headers["Authorization"] != f"Basic {right}":
                self._say(401, {"error": "authentication_error"})
                return
            kind.token = f"t{len(kind.asked)}"
            self._say(200, {"access_token": kind.token, "expires_in": 3600})
        elif self.headers["Authorization"] != f"Bearer {self.token}" or manner == "forgot":
            self._say(401, {"error": "invalid_token"})
        elif body["credentialID"] != "kredensial-1":
            self._say(
                400, {"error": "invalid_request", "error_description": "Invalid parameter credentialID"}
            )
        else:
            getattr(self, f"_{endpoint.rpartition('/')[2].lower()}")(body, manner)

    def _key(self) -> tuple[Any, list[Any]]:
        key, own, others = pkcs12.load_key_and_certificates(self.archive.read_bytes(), None)
        return key, [own, *others]

    def _info(self, _body: dict[str, Any], manner: str) -> None:
        chain = [
            base64.b64encode(one.public_bytes(serialization.Encoding.DER)).decode() for one in self._key()[1]
        ]
        algorithms = ["1.2.840.10045.4.3.4"] if manner == "sha512" else [P256]
        self._say(
            200,
            {
                "key": {"status": "enabled", "algo": algorithms},
                "cert": {"certificates": chain},
                "multisign": 1,
            },
        )

    def _authorize(self, body: dict[str, Any], _manner: str) -> None:
        if body["PIN"] != "rahasia":
            self._say(400, {"error": "invalid_pin", "error_description": "The PIN is invalid"})
            return
        type(self).allowed = set(body["hash"])
        self._say(200, {"SAD": "sad-1", "expiresIn": 60})

    def _signhash(self, body: dict[str, Any], manner: str) -> None:
        if body["SAD"] != "sad-1" or set(body["hash"]) != self.allowed or body["signAlgo"] != P256:
            self._say(400, {"error": "invalid_request"})
            return
        digest = base64.b64decode(body["hash"][0])
        if manner == "other":
            digest = hashlib.sha256(digest).digest()
        value = self._key()[0].sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))
        signatures = [] if manner == "none" else [base64.b64encode(value).decode()]
        self._say(200, {"signatures": signatures})

    def _say(self, status: int, told: Any) -> None:
        content = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple[str, type[Service]]]:
    values = {"archive": tmp_path / "tte.p12", "script": {}, "asked": [], "token": "", "allowed": set()}
    kind = type("Scripted", (Service,), values)
    testca.ensure(kind.archive)
    with http_service(kind) as address:
        yield f"{address}/tte", kind


def root(archive: Path) -> asn1.Certificate:
    (certificate,) = pkcs12.load_key_and_certificates(archive.read_bytes(), None)[2]
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def backend(service: tuple[str, type[Service]], **other: Any) -> RemoteHashBackend:
    address, kind = service
    values = {
        "user": "netra",
        "password": "kata",
        "credential": "kredensial-1",
        "passphrase": "rahasia",
        "time_limit": 5,
        "sleep": lambda _seconds: None,
        **other,
    }
    roots = values.pop("roots", (root(kind.archive),))
    return RemoteHashBackend(HashService(address, **values), roots=roots)


def test_a_digest_goes_out_and_a_signed_paper_is_made_here(
    service: tuple[str, type[Service]], bare: bytes
) -> None:
    made = backend(service).sign_pdf(bare, reason="Uji")
    assert made.pdf.startswith(bare)
    assert inspect(made.pdf, [made.chain[0]]).outcome is Outcome.GENUINE
    asked = service[1].asked
    assert [endpoint for endpoint, _ in asked] == [
        "auth/login",
        "credentials/info",
        "credentials/authorize",
        "signatures/signHash",
    ]
    # Nothing of the document left the house: the largest thing sent is a digest.
    assert len(base64.b64decode(asked[-1][1]["hash"][0])) == 32
    assert max(len(json.dumps(body)) for _, body in asked) < 300


def test_the_second_paper_neither_logs_in_nor_asks_for_the_certificate_again(
    service: tuple[str, type[Service]], bare: bytes
) -> None:
    signer = backend(service)
    signer.sign_pdf(bare, reason="Uji")
    signer.sign_pdf(bare, reason="Uji")
    endpoints = [endpoint for endpoint, _ in service[1].asked]
    assert (endpoints.count("auth/login"), endpoints.count("credentials/info")) == (1, 1)
    assert endpoints.count("credentials/authorize") == 2


@pytest.mark.parametrize(
    "endpoint", ["auth/login", "credentials/info", "credentials/authorize", "signatures/signHash"]
)
def test_out_of_order_is_asked_again_but_not_for_ever(
    service: tuple[str, type[Service]], bare: bytes, endpoint: str
) -> None:
    service[1].script = {endpoint: ["busy", "busy"]}
    assert backend(service).sign_pdf(bare, reason="Uji").chain
    service[1].script = {endpoint: ["busy"] * 9}
    with pytest.raises(SigningFailed) as raised:
        backend(service).sign_pdf(bare, reason="Uji")
    assert not isinstance(raised.value, SigningRefused)


def test_access_that_ran_out_is_asked_for_again(service: tuple[str, type[Service]], bare: bytes) -> None:
    signer = backend(service)
    signer.sign_pdf(bare, reason="Uji")
    service[1].script = {"credentials/authorize": ["forgot"]}
    assert signer.sign_pdf(bare, reason="Uji").chain


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"passphrase": "keliru-sekali"}, "The PIN is invalid"),
        ({"password": "salah"}, "authentication_error"),
        ({"credential": "lain"}, "Invalid parameter"),
    ],
)
def test_a_no_is_a_no_and_no_secret_stands_in_it(
    service: tuple[str, type[Service]], bare: bytes, other: dict[str, str], words: str
) -> None:
    with pytest.raises(SigningRefused, match=words) as raised:
        backend(service, **other).sign_pdf(bare, reason="Uji")
    assert not any(value in str(raised.value) for value in other.values())
    endpoints = [endpoint for endpoint, _ in service[1].asked]
    assert endpoints.count(endpoints[-1]) == 1


@pytest.mark.parametrize(
    ("endpoint", "manner"),
    [
        ("signatures/signHash", "other"),
        ("signatures/signHash", "none"),
        ("signatures/signHash", "nonsense"),
        ("credentials/info", "sha512"),
        ("credentials/info", "nonsense"),
    ],
)
def test_an_answer_that_is_no_signature_of_ours_is_refused(
    service: tuple[str, type[Service]], bare: bytes, endpoint: str, manner: str
) -> None:
    service[1].script = {endpoint: [manner]}
    with pytest.raises(SigningRefused):
        backend(service).sign_pdf(bare, reason="Uji")


def test_a_key_under_other_roots_is_refused(
    service: tuple[str, type[Service]], bare: bytes, tmp_path: Path
) -> None:
    other = root(testca.ensure(tmp_path / "other.p12"))
    with pytest.raises(SigningRefused, match="bad signature"):
        backend(service, roots=(other,)).sign_pdf(bare, reason="Uji")
    with pytest.raises(SigningRefused, match="without its roots"):
        backend(service, roots=())


def test_the_passphrase_goes_over_tls_only() -> None:
    with pytest.raises(SigningRefused, match="TLS"):
        HashService("http://tte.example.go.id", user="", password="", credential="", passphrase="")
    with pytest.raises(SigningRefused, match="not one"):
        HashService("tte.example.go.id", user="", password="", credential="", passphrase="")


def test_the_settings_choose_it(service: tuple[str, type[Service]], bare: bytes, tmp_path: Path) -> None:
    address, kind = service
    for name, word in (("kata", "kata"), ("pin", "rahasia")):
        (tmp_path / name).write_text(word)
    from asn1crypto import pem

    (tmp_path / "roots.pem").write_bytes(pem.armor("CERTIFICATE", root(kind.archive).dump()))
    environ = {
        "NETRA_INSTANCE": str(tmp_path / "instance"),
        "NETRA_SIGNING": "remote-hash",
        "NETRA_SIGNING_URL": address,
        "NETRA_SIGNING_USER": "netra",
        "NETRA_SIGNING_PASSWORD_FILE": str(tmp_path / "kata"),
        "NETRA_SIGNING_CREDENTIAL": "kredensial-1",
        "NETRA_SIGNING_ROOTS": str(tmp_path / "roots.pem"),
    }
    settings = load(environ).signing
    assert settings.deferred
    assert choosing.waits_for_official(settings)
    assert choosing.backend(settings, "rahasia").sign_pdf(bare, reason="Uji").chain
    with_pin = load({**environ, "NETRA_SIGNING_PASSPHRASE_FILE": str(tmp_path / "pin")}).signing
    assert not choosing.waits_for_official(with_pin)
    assert choosing.backend(with_pin).sign_pdf(bare, reason="Uji").chain
    del environ["NETRA_SIGNING_CREDENTIAL"]
    with pytest.raises(BadSetting, match="NETRA_SIGNING_CREDENTIAL"):
        load(environ)
