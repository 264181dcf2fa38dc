"""What can be said about a file, and how a certificate is named. Pure; the web process needs no more of this package."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What became of a file."""

    NOT_PDF = "NOT_PDF"
    UNREADABLE = "UNREADABLE"
    UNSIGNED = "UNSIGNED"
    FOREIGN = "FOREIGN"
    ALTERED = "ALTERED"
    GENUINE = "GENUINE"


class PaperKind(StrEnum):
    """What a file of ours is, by its title: a certificate, a receipt, or certificates bound for printing."""

    CERTIFICATE = "CERTIFICATE"
    RECEIPT = "RECEIPT"
    EDITION = "EDITION"


class Answer(StrEnum):
    """What is told about a file. GENUINE speaks of the file only; what the certificate is worth is its status."""

    GENUINE = "GENUINE"
    ALTERED = "ALTERED"
    UNSIGNED = "UNSIGNED"
    FOREIGN = "FOREIGN"
    DISTRUSTED = "DISTRUSTED"
    NOT_PDF = "NOT_PDF"
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome; for GENUINE also who signed (SHA-256 of the certificate), when by their clock, and kind and number in the
    title of the file. `ours`: the file calls itself a paper of ours, which by itself proves nothing.
    """

    outcome: Outcome
    signer: str = ""
    signed_at: datetime | None = None
    number: str = ""
    ours: bool = False
    kind: PaperKind = PaperKind.CERTIFICATE


def fingerprint(certificate: str) -> str:
    """SHA-256 over the DER form of a PEM certificate, as other programs show it, in lower case without colons."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()
