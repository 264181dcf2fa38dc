"""Verification codes: sixteen symbols that anybody can type from paper.

Pure. The alphabet is Crockford's base 32 (no I, L, O, U). The first twelve symbols are 60 random bits, the last
four a keyed 20-bit checksum over them. The checksum catches a typing error (one in a million slips through)
and lets a guess be refused before the database is asked. A code carries no meaning: not the row id, not the NIP.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
RANDOM_BITS = 60
CHECK_BITS = 20

_RANDOM_SYMBOLS = RANDOM_BITS // 5
_CHECK_SYMBOLS = CHECK_BITS // 5
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
# What people type or a scanner reads instead of the printed symbol.
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})
_IGNORED = dict.fromkeys(map(ord, " -‐‑‒–—_.\t\r\n\u00a0"))


class CodeProblem(StrEnum):
    """Why a typed code cannot be the code of a certificate."""

    EMPTY = "empty"
    LENGTH = "length"
    SYMBOL = "symbol"
    CHECKSUM = "checksum"


@dataclass(frozen=True)
class CheckedCode:
    """A typed code after checking: either `code` (16 upper-case symbols) or `problem` is set.

    `length` is the number of symbols typed, `symbol` the first one that no code contains.
    """

    code: str | None
    problem: CodeProblem | None = None
    length: int = 0
    symbol: str = ""


def new_code(key: bytes, random_bits: Callable[[int], int] = secrets.randbits) -> str:
    """A fresh code of 16 symbols whose last four fit the first twelve under `key`."""
    body = _symbols(random_bits(RANDOM_BITS), _RANDOM_SYMBOLS)
    return body + checksum(body, key)


def checksum(body: str, key: bytes) -> str:
    """The four symbols that belong to the twelve in `body` under `key`."""
    digest = hmac.new(key, body.encode("ascii"), hashlib.sha256).digest()
    return _symbols(int.from_bytes(digest[:4], "big") >> (32 - CHECK_BITS), _CHECK_SYMBOLS)


def fold(text: str) -> str:
    """`text` as it would be printed: upper case, without separators, I and L read as 1, O as 0."""
    return text.translate(_IGNORED).upper().translate(_LOOKALIKES)


def check(text: str, key: bytes) -> CheckedCode:
    """Read a typed code; upper and lower case, hyphens, spaces and look-alikes do not matter.

    Never raises: whatever was typed, the answer is a code or the reason why it cannot be one.
    """
    folded = fold(text)
    if not folded:
        return CheckedCode(None, CodeProblem.EMPTY)
    for symbol in folded:
        if symbol not in _VALUES:
            return CheckedCode(None, CodeProblem.SYMBOL, len(folded), symbol)
    if len(folded) != LENGTH:
        return CheckedCode(None, CodeProblem.LENGTH, len(folded))
    body, given = folded[:_RANDOM_SYMBOLS], folded[_RANDOM_SYMBOLS:]
    if not hmac.compare_digest(checksum(body, key), given):
        return CheckedCode(None, CodeProblem.CHECKSUM, LENGTH)
    return CheckedCode(folded, None, LENGTH)


def display(code: str) -> str:
    """The printed form, four groups of four: `K7QF-2M9T-XR4C-8HPW`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _symbols(value: int, count: int) -> str:
    return "".join(ALPHABET[(value >> (5 * place)) & 31] for place in range(count - 1, -1, -1))
