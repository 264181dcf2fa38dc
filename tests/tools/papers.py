"""Papers, keys and services to try the signature with: what a certificate looks like, and who else could sign one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from certificates.composing import (
    CourseFacts,
    HolderFacts,
    ModuleFacts,
    ResultFacts,
    compose,
    default_issuer,
)
from certificates.payload import CertificatePayload


def paper(
    name: str = "Wening Astuti, S.Pd.", course: str = "Netralitas ASN", modules: int = 6
) -> CertificatePayload:
    """A certificate like those that are issued."""
    return compose(
        serial=412,
        code="K7QF2M9TXR4C8HPW",
        holder=HolderFacts(
            name,
            "199002142015032999",
            "Pengelola Kepegawaian Ahli Muda",
            "Bidang Mutasi, Promosi, dan Pengembangan Kompetensi Aparatur",
            "Pemerintah Kabupaten Sagara Timur Kepulauan Cakrawala",
            "Asia/Makassar",
        ),
        course=CourseFacts(
            key="kursus",
            edition="0" * 16,
            title=course,
            code="NAP",
            jp=modules,
            validity_months=24,
            modules=tuple(
                ModuleFacts(n, f"m-{n}", f"Mata pelatihan ke-{n}", 1) for n in range(1, modules + 1)
            ),
        ),
        result=ResultFacts(
            Decimal("96.25"),
            {f"m-{n}": "92.50" for n in range(1, modules)},
            datetime(2026, 11, 3, tzinfo=UTC),
            datetime(2026, 11, 24, tzinfo=UTC),
        ),
        issuer=replace(default_issuer("Badan Kepegawaian"), place="Wanaraya"),
        base_url="https://netra.contoh.go.id",
    )


@contextmanager
def http_service(answer: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A stand-in for a service on this machine; its address."""
    server = HTTPServer(("127.0.0.1", 0), answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def rsa_authority(folder: Path) -> tuple[bytes, bytes]:
    """(key, certificate) in DER of a time stamping authority; RSA, because the library's stand-in signs with nothing else."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Otoritas Waktu Uji")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    return (
        key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        certificate.public_bytes(serialization.Encoding.DER),
    )
