"""Signing with a key of our own: a PKCS#12 file or a PKCS#11 module (HSM, token).

PAdES B-B; with a time stamping authority PAdES B-LT: the time stamp and what is needed to check certificates later are in
the file. The level follows ETSI EN 319 142-1.
"""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import pem
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import Signer, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko_certvalidator import ValidationContext

from certificates.signing.backend import Signed, SigningFailed, SigningRefused

FIELD = "TandaTangan"
# Room in the file for the signature beside its certificates, in bytes: attributes, digest and an RSA-4096 value fit.
_ATTRIBUTES = 1_500
# A time stamp carries the certificates of its authority.
_TIME_STAMP = 8_000


class LocalBackend:
    """Signs with a pyHanko signer; `roots` are certificates that the time stamp and the chain may be checked against."""

    def __init__(
        self,
        signer: Signer,
        *,
        timestamper: TimeStamper | None = None,
        roots: tuple[asn1.Certificate, ...] = (),
    ) -> None:
        """Raises SigningRefused when the key comes without its certificate."""
        if signer.signing_cert is None:
            raise SigningRefused("the key has no certificate")
        self._signer = signer
        self._timestamper = timestamper
        others = [cert for cert in signer.cert_registry if cert.dump() != signer.signing_cert.dump()]
        self._certificates = (signer.signing_cert, *others)
        self._roots = (*roots, *(cert for cert in others if cert.self_issued))
        self._reserved = 2 * (sum(len(cert.dump()) for cert in self._certificates) + _ATTRIBUTES)
        if timestamper is not None:
            self._reserved += 2 * _TIME_STAMP

    def sign_pdf(self, pdf: bytes, *, reason: str) -> Signed:
        """See SigningBackend."""
        options: dict[str, Any] = {}
        if self._timestamper is not None:
            options = {
                "embed_validation_info": True,
                "validation_context": ValidationContext(trust_roots=list(self._roots), allow_fetching=True),
            }
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            reason=reason,
            **options,
        )
        signer = PdfSigner(metadata, signer=self._signer, timestamper=self._timestamper)
        try:
            output = asyncio.run(
                signer.async_sign_pdf(
                    IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=self._reserved, output=BytesIO()
                )
            )
        except SigningFailed:
            raise
        except Exception as error:
            # Key store, network and library raise whatever they like; what was asked for is a signature.
            raise SigningFailed(f"no signature: {type(error).__name__}") from error
        return Signed(output.getvalue(), tuple(_pem(cert) for cert in self._certificates))


def from_pkcs12(
    path: Path,
    *,
    passphrase: bytes | None,
    timestamper: TimeStamper | None,
    roots: tuple[asn1.Certificate, ...],
) -> LocalBackend:
    """The signer of a PKCS#12 file. Raises SigningRefused when it cannot be read or opened."""
    try:
        signer = SimpleSigner.load_pkcs12_data(path.read_bytes(), other_certs=[], passphrase=passphrase)
    except (OSError, ValueError) as error:
        raise SigningRefused(f"the key file cannot be opened: {type(error).__name__}") from error
    if signer is None:
        raise SigningRefused("the key file cannot be opened")
    return LocalBackend(signer, timestamper=timestamper, roots=roots)


def from_pkcs11(
    module: str,
    *,
    token: str,
    label: str,
    pin: str,
    chain: tuple[asn1.Certificate, ...],
    timestamper: TimeStamper | None,
    roots: tuple[asn1.Certificate, ...],
) -> LocalBackend:
    """The signer behind a PKCS#11 module: key and certificate under one label of one token. The key never leaves it."""
    from pyhanko.config.pkcs11 import TokenCriteria
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

    try:
        session = open_pkcs11_session(module, token_criteria=TokenCriteria(label=token), user_pin=pin)
        # The raw mechanism is the one that every module has: the digest is taken here, the module signs it.
        signer = PKCS11Signer(session, cert_label=label, ca_chain=chain, use_raw_mechanism=True)
        _ = signer.signing_cert
    except Exception as error:
        raise SigningRefused(f"the key module cannot be used: {type(error).__name__}") from error
    return LocalBackend(signer, timestamper=timestamper, roots=roots)


def read_certificates(path: str) -> tuple[asn1.Certificate, ...]:
    """The certificates of a PEM file, in its order; an empty path gives none. Raises OSError, ValueError."""
    if not path:
        return ()
    content = Path(path).read_bytes()
    return tuple(asn1.Certificate.load(der) for _, _, der in pem.unarmor(content, multiple=True))


def _pem(certificate: asn1.Certificate) -> str:
    text: bytes = pem.armor("CERTIFICATE", certificate.dump())
    return text.decode("ascii")
