"""Judging a badge that somebody shows: is it ours, unchanged, and which certificate is it? Opens no private key.

The order is: one of our published keys, the proof, then the code. What the certificate is worth now is the table's word.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.badge import multibase, proof
from certificates.badge.credential import issuer_address
from certificates.badge.keyring import KeyKind
from certificates.badge.queries import KeyRow

MAX_BYTES = 64 * 1024
MAX_DEPTH = 10


class Verdict(StrEnum):
    """What a shown badge is. ALTERED: it names our key, and the proof does not fit what it says."""

    GENUINE = "GENUINE"
    ALTERED = "ALTERED"
    NOT_OURS = "NOT_OURS"
    DISTRUSTED_KEY = "DISTRUSTED_KEY"
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True, slots=True)
class Shown:
    """The judgement; `code` is set for a genuine badge only."""

    verdict: Verdict
    code: str = ""


def judge(content: bytes, *, keys: list[KeyRow], base_url: str) -> Shown:
    """Judge the bytes of a badge (the JSON writing). Never raises, whatever the bytes are.

    `keys` are all published keys. At most 64 KiB are looked at: ours have three.
    """
    document = _parsed(content)
    if document is None:
        return Shown(Verdict.UNREADABLE)
    if _tangled(document):
        return Shown(Verdict.NOT_OURS)
    method = _method(document)
    prefix = f"{issuer_address(base_url)}#"
    row = next(
        (one for one in keys if one.kind is KeyKind.ED25519 and method == prefix + one.name),
        None,
    )
    if row is None:
        return Shown(Verdict.NOT_OURS)
    public = Ed25519PublicKey.from_public_bytes(multibase.from_multikey(row.public))
    if not proof.verifies(document, public=public, method=prefix + row.name):
        return Shown(Verdict.ALTERED)
    if row.distrusted_at is not None:
        return Shown(Verdict.DISTRUSTED_KEY)
    # The same keys sign status lists.
    if "OpenBadgeCredential" not in document["type"]:
        return Shown(Verdict.NOT_OURS)
    return Shown(Verdict.GENUINE, str(document.get("id", "")).rpartition("/")[2])


def _parsed(content: bytes) -> dict[str, Any] | None:
    if len(content) > MAX_BYTES:
        return None
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _tangled(content: Any, depth: int = 0) -> bool:
    """Whether a document is deeper than any badge or names nodes without an address, the knots of which take a
    canonicalizer for ever. What this refuses, Netra never wrote.
    """
    if depth > MAX_DEPTH:
        return True
    if isinstance(content, dict):
        return any(_tangled(part, depth + 1) for pair in content.items() for part in pair)
    if isinstance(content, list):
        return any(_tangled(part, depth + 1) for part in content)
    return isinstance(content, str) and content.startswith("_:")


def _method(document: dict[str, Any]) -> str:
    proofs = document.get("proof")
    first = proofs[0] if isinstance(proofs, list) and proofs else proofs
    method = first.get("verificationMethod") if isinstance(first, dict) else None
    return method if isinstance(method, str) else ""
