"""What the paper of a receipt says, as plain values that are frozen and travel inside the PDF. Pure.

Never a name, never a number of a person: the paper is shown to people outside the agency. Whoever has it recomputes two
fingerprints: of the result (`result_hash`, by the form named) and of these values themselves (`fingerprint`).
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from certificates.payload import Issuer, canonical

SCHEMA = "netra-tanda-terima-1"
# A list of certificates is vouched for as the bytes of its file.
FILE_FORM = "sha256-berkas"
FILE_NAME = "tanda-terima.json"


class ReceiptKind(StrEnum):
    """What was examined: whether people meet a promotion rule, or what certificates are worth."""

    ELIGIBILITY = "ELIGIBILITY"
    CERTIFICATES = "CERTIFICATES"


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """The version of the rule that decided. `basis` is what its author gives as the legal or policy basis, `body_hash` the
    SHA-256 of its text.
    """

    key: str
    title: str
    version: int
    basis: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class PaperPayload:
    """Everything the paper says. Days and moments are ISO texts, moments in UTC; `timezone` is the one they are printed in.

    `ordered_by` names an office, not a person. `counts`: outcome or state -> lines. `rule` and `as_of` belong to ELIGIBILITY.
    """

    kind: ReceiptKind
    number: str
    code: str
    agency: str
    ordered_by: str
    timezone: str
    rule: RuleFacts | None
    as_of: str | None
    known_at: str
    made_at: str
    total: int
    counts: dict[str, int]
    form: str
    result_hash: str
    issuer: Issuer
    verify_url: str
    qr_text: str
    schema: str = SCHEMA

    def to_json(self) -> dict[str, Any]:
        """Plain texts and numbers; `from_json` gives the equal payload back."""
        data = asdict(self)
        data["kind"] = str(self.kind)
        return data

    @property
    def file(self) -> bytes:
        """The one byte sequence of this payload: the file inside the PDF."""
        return canonical(self.to_json())

    @property
    def fingerprint(self) -> str:
        """SHA-256 of `file`, as printed on the paper."""
        return hashlib.sha256(self.file).hexdigest()


def from_json(data: dict[str, Any]) -> PaperPayload:
    """Read a stored payload. Raises ValueError for a schema this code does not know."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"unknown receipt payload schema: {data.get('schema')!r}")
    fields = dict(data)
    fields["kind"] = ReceiptKind(fields["kind"])
    fields["issuer"] = Issuer(**fields["issuer"])
    if fields["rule"] is not None:
        fields["rule"] = RuleFacts(**fields["rule"])
    return PaperPayload(**fields)


def certificates_number(receipt_id: int, year: int) -> str:
    """The number of a receipt for a list of certificates: `TS-000012/2026`."""
    return f"TS-{receipt_id:06d}/{year}"


def file_name(number: str) -> str:
    """The name under which the paper is saved."""
    return f"tanda-terima-{''.join(char if char.isalnum() else '-' for char in number)}.pdf"
