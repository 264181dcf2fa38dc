"""What a signer promises. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Sealed(StrEnum):
    """What the paper may say about itself: nothing, a seal of the platform, the signature of a person."""

    NOTHING = ""
    SEAL = "seal"
    PERSON = "person"


class SigningFailed(Exception):
    """No signature now (key not reachable, service or time stamp out of order). Asking again later may help."""


class SigningRefused(SigningFailed):
    """No signature, and asking again will not help: wrong passphrase, unknown signer, an answer that is not ours."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file and the certificates behind its signature as PEM, the signer's own first."""

    pdf: bytes
    chain: tuple[str, ...]


class SigningBackend(Protocol):
    """Puts one invisible, certifying PAdES signature on a PDF that allows no later change (DocMDP 1)."""

    def sign_pdf(self, pdf: bytes, *, reason: str) -> Signed:
        """The file with the signature appended: it begins with the bytes of `pdf`. `reason` stands in the signature.

        Raises SigningFailed or SigningRefused. May take seconds where a service is asked, so never inside a write section.
        """
        ...
