"""Verification codes: symbols that anybody can type from paper.

Pure. The alphabet is Crockford's base 32 (no I, L, O, U). A code is random symbols followed by four check symbols, a
keyed 20-bit checksum over them. The checksum catches a typing error (one in a million slips through). A code carries
no meaning: not the row id, not the NIP.

Two lengths exist. Codes are made with 130 random bits, thirty symbols in six groups of five. Papers from before carry
60 random bits, sixteen symbols in four groups of four; they stay valid for ever.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_BITS = 20
_CHECK_SYMBOLS = CHECK_BITS // 5


@dataclass(frozen=True)
class Format:
    """How codes of one length are built. `length` counts all symbols, `group` how many are printed together."""

    random_bits: int
    group: int

    @property
    def length(self) -> int:
        """Symbols of a whole code."""
        return self.random_bits // 5 + _CHECK_SYMBOLS


CURRENT = Format(random_bits=130, group=5)
EARLIER = Format(random_bits=60, group=4)
FORMATS = {kind.length: kind for kind in (CURRENT, EARLIER)}
LENGTH = CURRENT.length
EARLIER_LENGTH = EARLIER.length
RANDOM_BITS = CURRENT.random_bits

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
    """A typed code after checking: either `code` (upper-case symbols) or `problem` is set.

    `length` is the number of symbols typed, `symbol` the first one that no code contains. Everything here follows from
    what was typed and the key; whether such a certificate exists is asked elsewhere.
    """

    code: str | None
    problem: CodeProblem | None = None
    length: int = 0
    symbol: str = ""


def new_code(key: bytes, random_bits: Callable[[int], int] = secrets.randbits, kind: Format = CURRENT) -> str:
    """A fresh code whose last four symbols fit the random ones before them under `key`."""
    body = _symbols(random_bits(kind.random_bits), kind.random_bits // 5)
    return body + checksum(body, key)


def checksum(body: str, key: bytes) -> str:
    """The four symbols that belong to the random ones in `body` under `key`."""
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
    if len(folded) not in FORMATS:
        return CheckedCode(None, CodeProblem.LENGTH, len(folded))
    body, given = folded[:-_CHECK_SYMBOLS], folded[-_CHECK_SYMBOLS:]
    if not hmac.compare_digest(checksum(body, key), given):
        return CheckedCode(None, CodeProblem.CHECKSUM, len(folded))
    return CheckedCode(folded, None, len(folded))


def readable(folded: str) -> bool:
    """Whether a folded text has the length and the symbols of a code, its checksum aside."""
    return len(folded) in FORMATS and all(symbol in _VALUES for symbol in folded)


def display(code: str) -> str:
    """The printed form: `K7QF2-M9TXR-4C8HP-W3D5N-0BZ6K-YA1GE`, an old code as `K7QF-2M9T-XR4C-8HPW`."""
    group = FORMATS[len(code)].group if len(code) in FORMATS else CURRENT.group
    return "-".join(code[start : start + group] for start in range(0, len(code), group))


def _symbols(value: int, count: int) -> str:
    return "".join(ALPHABET[(value >> (5 * place)) & 31] for place in range(count - 1, -1, -1))
