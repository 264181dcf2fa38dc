"""The credential as a compact JWT with RS256, the algorithm that Open Badges 3.0 demands at least (section 8.2). Pure."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from certificates.badge.multibase import base64url


def compact(credential: dict[str, Any], *, key: RSAPrivateKey, kid: str) -> str:
    """`header.payload.signature` of an unsigned credential; `kid` is the address of the public key.

    The claims iss, jti, sub, nbf and exp repeat what the credential says, as the standard asks; nothing else is added.
    """
    if "proof" in credential:
        raise ValueError("the credential carries a proof of another kind")
    claims = {
        **credential,
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "sub": credential["credentialSubject"]["id"],
        "nbf": _seconds(credential["validFrom"]),
    }
    if "validUntil" in credential:
        claims["exp"] = _seconds(credential["validUntil"])
    header = {"alg": "RS256", "kid": kid, "typ": "JWT"}
    body = f"{base64url(_json(header))}.{base64url(_json(claims))}"
    return f"{body}.{base64url(key.sign(body.encode('ascii'), PKCS1v15(), SHA256()))}"


def rsa_jwk(public: RSAPublicKey, kid: str) -> dict[str, str]:
    """An RSA public key as JSON Web Key (RFC 7517)."""
    numbers = public.public_numbers()
    return {
        "kty": "RSA",
        "kid": kid,
        "use": "sig",
        "alg": "RS256",
        "n": base64url(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
        "e": base64url(numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big")),
    }


def fingerprint(public: bytes) -> str:
    """A short name for a public key that nobody can choose: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
