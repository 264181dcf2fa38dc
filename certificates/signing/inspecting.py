"""Whether a PDF carries our signature and is still as it was signed.

"Signed by somebody" is not "signed by us", and "the signature is valid" is not "the file is unchanged": a look-alike
authority gives valid signatures, and so does a file to which something was appended. What counts here: the signer is one
of the certificates given (the very certificate, not its name), the signature is right, it covers the whole file.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC
from io import BytesIO

from asn1crypto import pem
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates.signing.verdict import Finding, Outcome, PaperKind, fingerprint

_TITLE = re.compile(r"(Sertifikat|Tanda terima|Edisi cetak) (\S{1,60}), ")
_KINDS = {
    "Sertifikat": PaperKind.CERTIFICATE,
    "Tanda terima": PaperKind.RECEIPT,
    "Edisi cetak": PaperKind.EDITION,
}


def inspect(pdf: bytes, signers: list[str]) -> Finding:
    """Judge `pdf` against the certificates (PEM) that ever signed for us. Reads hostile input: run it in `examining`.

    Never raises for what a file holds, except MemoryError and RecursionError, which are for the process around it.
    """
    if b"%PDF-" not in pdf[:1024]:
        return Finding(Outcome.NOT_PDF)
    found = _read(pdf, signers)
    if found.outcome in {Outcome.UNREADABLE, Outcome.UNSIGNED, Outcome.FOREIGN} and _mentions(pdf, signers):
        # One of our certificates lies in it, as in a signature, and yet it is no signature any more.
        return Finding(Outcome.ALTERED, ours=True)
    return found


def _mentions(pdf: bytes, signers: list[str]) -> bool:
    text = pdf.lower()
    return any(pem.unarmor(signer.encode("ascii"))[2].hex().encode() in text for signer in signers)


def _read(pdf: bytes, signers: list[str]) -> Finding:
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        if reader.encrypted:
            return Finding(Outcome.UNREADABLE)
        claimed = _title(reader)
        signatures = list(reader.embedded_regular_signatures)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - a damaged file breaks the parser in any way it likes
        return Finding(Outcome.UNREADABLE)
    known = {
        fingerprint(text): asn1.Certificate.load(pem.unarmor(text.encode("ascii"))[2]) for text in signers
    }
    if not signatures:
        return Finding(Outcome.UNSIGNED, ours=bool(claimed))
    broken = False
    for signature in signatures:
        try:
            certificate = signature.signer_cert
            mark = hashlib.sha256(certificate.dump()).hexdigest()
            if mark not in known:
                continue
            return _judged(pdf, signature, known[mark], mark)
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001 - as above
            broken = True
    # A signature that cannot be read any more on a paper that names itself ours: something has been done to it.
    return Finding(Outcome.ALTERED if broken and claimed else Outcome.FOREIGN, ours=bool(claimed))


def signer_of(pdf: bytes, roots: list[asn1.Certificate]) -> tuple[str, ...]:
    """The chain (PEM, signer first) behind the one signature of a file that a signing service gave back.

    Raises ValueError unless the signature is right, leads to one of `roots`, and covers the whole file (a service may add
    time stamps and validation data after it).
    """
    try:
        signatures = list(PdfFileReader(BytesIO(pdf), strict=False).embedded_regular_signatures)
        if len(signatures) != 1:
            raise ValueError("there is not exactly one signature")
        status = validate_pdf_signature(
            signatures[0], ValidationContext(trust_roots=roots, allow_fetching=False)
        )
        certificates = [signatures[0].signer_cert, *signatures[0].other_embedded_certs]
    except PdfError as error:
        raise ValueError("the file cannot be read") from error
    if not (status.trusted and (_untouched(status) or _prolonged(status))):
        raise ValueError("the signature is not one that may be relied on")
    return tuple(pem.armor("CERTIFICATE", certificate.dump()).decode("ascii") for certificate in certificates)


def _judged(pdf: bytes, signature: EmbeddedPdfSignature, certificate: asn1.Certificate, mark: str) -> Finding:
    # The certificate itself is the anchor: whether its chain or its term has run out since is no question of the file.
    status = validate_pdf_signature(
        signature, ValidationContext(trust_roots=[certificate], allow_fetching=False)
    )
    if not _untouched(status):
        return Finding(Outcome.ALTERED, signer=mark, ours=True)
    at = status.signer_reported_dt
    if at is None or not certificate.not_valid_before <= at <= certificate.not_valid_after:
        return Finding(Outcome.ALTERED, signer=mark, ours=True)
    kind, number = _title(signature.reader) or (PaperKind.CERTIFICATE, "")
    return Finding(
        Outcome.GENUINE, signer=mark, signed_at=at.astimezone(UTC), number=number, ours=True, kind=kind
    )


def _untouched(status: PdfSignatureStatus) -> bool:
    return (
        status.intact
        and status.valid
        and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        and status.modification_level in (None, ModificationLevel.NONE)
        and status.docmdp_ok is not False
    )


def _prolonged(status: PdfSignatureStatus) -> bool:
    """Nothing came after the signature but time stamps and what is needed to check it later."""
    return (
        status.intact
        and status.valid
        and status.modification_level is ModificationLevel.LTA_UPDATES
        and status.docmdp_ok is not False
    )


def _title(reader: PdfFileReader) -> tuple[PaperKind, str] | None:
    """What the file calls itself, and its number."""
    found = _TITLE.match(str(reader.trailer_view["/Info"].get("/Title", ""))) if reader.trailer_view else None
    return (_KINDS[found[1]], found[2]) if found else None
