"""What an uploaded file is worth: first whether it is a file that we keep, then what its signature says, then the record."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from certificates import papers, queries
from certificates.editions import queries as editions
from certificates.editions.queries import EditionRow
from certificates.papers import Signer
from certificates.queries import CertificateRow
from certificates.receipts import queries as receipts
from certificates.receipts.queries import PaperRow
from certificates.signing.examining import examine
from certificates.signing.verdict import Answer, Finding, Outcome, PaperKind


@dataclass(frozen=True, slots=True)
class FileCheck:
    """The answer; for GENUINE also who signed and when, and the record: of a certificate (`row`), a receipt, or an
    edition for printing, which proves nothing by itself.
    """

    answer: Answer
    sha256: str
    row: CertificateRow | None = None
    signer: Signer | None = None
    signed_at: datetime | None = None
    receipt: PaperRow | None = None
    edition: EditionRow | None = None


_ANSWERS = {
    Outcome.NOT_PDF: Answer.NOT_PDF,
    Outcome.UNREADABLE: Answer.UNREADABLE,
    Outcome.FOREIGN: Answer.FOREIGN,
    Outcome.ALTERED: Answer.ALTERED,
}


def check_file(pdf: bytes, *, now: datetime) -> FileCheck:
    """Judge a file. Keeps nothing of it and reads records only for one that is genuine: the number that a forged
    file bears opens no door. Raises Busy (`signing.examining`).
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    keys = papers.signers()
    kept = papers.stored_by_hash(sha256)
    if kept is not None:
        row = queries.certificate_by_id(kept.certificate_id, now=now)
        signer = next((key for key in keys if key.id == kept.signer_id), None)
        return FileCheck(Answer.GENUINE, sha256, row, signer, kept.made_at)
    kept_receipt = receipts.stored_by_hash(sha256)
    if kept_receipt is not None:
        paper = receipts.paper_by_id(kept_receipt.paper_id)
        signer = next((key for key in keys if key.id == kept_receipt.signer_id), None)
        return FileCheck(Answer.GENUINE, sha256, signer=signer, signed_at=kept_receipt.made_at, receipt=paper)
    bound = editions.by_hash(sha256)
    if bound is not None:
        signer = next((key for key in keys if key.id == bound.signer_id), None)
        return FileCheck(Answer.GENUINE, sha256, signer=signer, signed_at=bound.made_at, edition=bound)
    found = examine(pdf, [key.certificate for key in keys])
    if found.outcome is Outcome.GENUINE:
        return _genuine(found, sha256, keys, now)
    if found.outcome is Outcome.UNSIGNED:
        return FileCheck(Answer.UNSIGNED if found.ours else Answer.FOREIGN, sha256)
    return FileCheck(_ANSWERS[found.outcome], sha256)


def _genuine(found: Finding, sha256: str, keys: list[Signer], now: datetime) -> FileCheck:
    signer = next(key for key in keys if key.fingerprint == found.signer)
    if signer.distrusted_at is not None:
        # Whoever has the key can also write any time into a signature: only the files that we keep count.
        return FileCheck(Answer.DISTRUSTED, sha256, signer=signer)
    if found.kind is PaperKind.RECEIPT:
        paper = receipts.paper_by_number(found.number)
        if paper is None:
            return FileCheck(Answer.FOREIGN, sha256)
        return FileCheck(Answer.GENUINE, sha256, signer=signer, signed_at=found.signed_at, receipt=paper)
    if found.kind is PaperKind.EDITION:
        bound = editions.by_number(found.number)
        if bound is None:
            return FileCheck(Answer.FOREIGN, sha256)
        return FileCheck(Answer.GENUINE, sha256, signer=signer, signed_at=found.signed_at, edition=bound)
    row = queries.certificate_by_number(found.number, now=now) if found.number else None
    if row is None:
        return FileCheck(Answer.FOREIGN, sha256)
    return FileCheck(Answer.GENUINE, sha256, row, signer, found.signed_at)
