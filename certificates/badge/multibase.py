"""Base 58 and the two multibase writings that badges use. Pure.

`z…` is base 58 in Bitcoin's alphabet (proof values, public keys), `u…` is base 64 for addresses without padding
(bitstrings). Controlled Identifiers 1.0, sections 2.4 and 2.5 (W3C).
"""

from __future__ import annotations

import base64

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {symbol: value for value, symbol in enumerate(_ALPHABET)}
# The varint 0xed, "ed25519-pub" of the multicodec table.
_ED25519 = b"\xed\x01"
ED25519_BYTES = 32


def base58(data: bytes) -> str:
    """`data` in base 58; each leading zero byte is a leading 1."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def from_base58(text: str) -> bytes:
    """The bytes that `base58` wrote. Raises ValueError for a symbol that base 58 leaves out."""
    number = 0
    for symbol in text:
        if symbol not in _VALUES:
            raise ValueError("not base 58")
        number = number * 58 + _VALUES[symbol]
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return b"\0" * (len(text) - len(text.lstrip("1"))) + body


def base64url(data: bytes) -> str:
    """`data` in base 64 for addresses, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """The bytes that `base64url` wrote. Raises ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def multikey(public: bytes) -> str:
    """An Ed25519 public key as `z6Mk…`. Raises ValueError unless it has 32 bytes."""
    if len(public) != ED25519_BYTES:
        raise ValueError("an Ed25519 public key has 32 bytes")
    return "z" + base58(_ED25519 + public)


def from_multikey(text: str) -> bytes:
    """The 32 bytes of an Ed25519 key written as multikey. Raises ValueError for any other kind of key."""
    body = from_base58(text[1:]) if text.startswith("z") else b""
    if not body.startswith(_ED25519) or len(body) != len(_ED25519) + ED25519_BYTES:
        raise ValueError("not an Ed25519 multikey")
    return body[len(_ED25519) :]
