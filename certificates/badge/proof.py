"""Data Integrity proofs of the suite eddsa-rdfc-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2).

Pure but for the key handed in: the same document, key and instant give the same proof.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificates.badge.linked_data import canonical
from certificates.badge.multibase import base58, from_base58

SUITE = "eddsa-rdfc-2022"


def instant(moment: datetime) -> str:
    """An aware instant as credentials write it: `2026-11-25T03:00:00Z`, whole seconds, UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sign(document: dict[str, Any], *, key: Ed25519PrivateKey, method: str, at: datetime) -> dict[str, Any]:
    """The document with its proof; `method` is the address of the public key.

    The proof stands in a list although it is alone: the schema of 1EdTech asks for one.
    Refuses (ValueError) a document that has a proof or speaks words of an unknown context.
    """
    if "proof" in document:
        raise ValueError("the document is signed already")
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": instant(at),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    about = json.dumps({"@context": document.get("@context"), **options})
    signature = key.sign(_said_of_proof(about) + hashlib.sha256(canonical(document)).digest())
    return {**document, "proof": [{**options, "proofValue": "z" + base58(signature)}]}


def verifies(signed: dict[str, Any], *, public: Ed25519PublicKey, method: str) -> bool:
    """Whether the one proof of a document is of this suite, names `method`, and fits content and key. Never raises.

    Says nothing about dates and status: those stand in the document and in the status list.
    """
    proofs = signed.get("proof")
    if isinstance(proofs, dict):
        proofs = [proofs]
    if not isinstance(proofs, list) or len(proofs) != 1 or not isinstance(proofs[0], dict):
        return False
    options = {name: value for name, value in proofs[0].items() if name != "proofValue"}
    value = proofs[0].get("proofValue")
    if (
        options.get("type") != "DataIntegrityProof"
        or options.get("cryptosuite") != SUITE
        or options.get("proofPurpose") != "assertionMethod"
        or options.get("verificationMethod") != method
        or not isinstance(value, str)
        or not value.startswith("z")
    ):
        return False
    document = {name: content for name, content in signed.items() if name != "proof"}
    try:
        public.verify(from_base58(value[1:]), _digest(document, options))
    except (ValueError, TypeError, InvalidSignature, RecursionError):
        return False
    return True


@lru_cache(maxsize=32)
def _said_of_proof(about: str) -> bytes:
    """The first half of what is signed. Badges that are signed within one second say the same of their proof."""
    return hashlib.sha256(canonical(json.loads(about))).digest()


def _digest(document: dict[str, Any], options: dict[str, Any]) -> bytes:
    about = {"@context": document.get("@context"), **options}
    return hashlib.sha256(canonical(about)).digest() + hashlib.sha256(canonical(document)).digest()
