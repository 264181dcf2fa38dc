"""Password rules (pure) and argon2id hashing with bounded memory.

Rules follow the advice to prefer length over composition: at least 10 characters, not the NIP, not one of the
commonest, nothing about capitals or symbols. Hashing costs 19 MiB and two passes (argon2id m=19456, t=2, p=1,
the OWASP minimum), so at most `HASHES_AT_ONCE` run at a time in one process; hash outside any write section.
"""

from __future__ import annotations

import itertools
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from learning.kernel.errors import TooMany
from learning.people.problem import Problem

SHORTEST = 10
LONGEST = 128
HASHES_AT_ONCE = 4
PATIENCE_SECONDS = 10.0

# Longer than 9 characters only: shorter ones are refused by length anyway. Compared without case and spaces.
COMMON = frozenset(
    [
        "1234567890",
        "0123456789",
        "12345678910",
        "123456789a",
        "1234567891",
        "0987654321",
        "1122334455",
        "9876543210",
        "123123123123",
        "qwertyuiop",
        "qwerty1234",
        "qwerty12345",
        "qwerty123456",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "asdfghjkl1",
        "zxcvbnm123",
        "abcdefghij",
        "abcd123456",
        "abcdef1234",
        "abc1234567",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "p@ssw0rd12",
        "p@ssword123",
        "katasandi1",
        "katasandi12",
        "katasandi123",
        "sandi12345",
        "sandi123456",
        "rahasia123",
        "rahasia1234",
        "rahasiaku1",
        "bismillah1",
        "bismillah12",
        "bismillah123",
        "alhamdulillah",
        "indonesia1",
        "indonesia12",
        "indonesia123",
        "indonesia45",
        "indonesia1945",
        "merdeka1945",
        "merdeka123",
        "pancasila1",
        "pancasila45",
        "garuda12345",
        "jakarta123",
        "bandung123",
        "surabaya123",
        "semarang123",
        "sayangku123",
        "cintaku123",
        "iloveyou12",
        "iloveyou123",
        "keluarga123",
        "pegawai123",
        "pegawai1234",
        "pegawainegeri",
        "pegawai2024",
        "pegawai2025",
        "pegawai2026",
        "asn1234567",
        "asnhebat123",
        "asnberakhlak",
        "berakhlak1",
        "berakhlak123",
        "korpri1234",
        "bkpsdm1234",
        "bkpsdm2026",
        "netralitas",
        "netralitas1",
        "netralitas12",
        "netralitas123",
        "netralitasasn",
        "netra12345",
        "admin12345",
        "admin123456",
        "administrator",
        "administrator1",
        "letmein1234",
        "welcome123",
        "welcome1234",
        "selamatdatang",
    ]
)

_hasher = PasswordHasher(
    time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)
_room = threading.BoundedSemaphore(HASHES_AT_ONCE)
_dummy_lock = threading.Lock()
_dummy: list[str] = []


def password_problem(candidate: str, *, employee_number: str = "") -> Problem | None:
    """The first rule that `candidate` breaks, or None. Codes: password.short, .long, .nip, .common, .monotone."""
    text = prepared(candidate)
    if len(text) < SHORTEST:
        return Problem("password.short", {"count": len(text), "least": SHORTEST})
    if len(text) > LONGEST:
        return Problem("password.long", {"most": LONGEST})
    squeezed = "".join(text.casefold().split())
    if employee_number and employee_number in squeezed:
        return Problem("password.nip")
    if squeezed in COMMON:
        return Problem("password.common")
    if len(set(squeezed)) < 4 or _is_run(squeezed):
        return Problem("password.monotone")
    return None


def prepared(password: str) -> str:
    """One Unicode form (NFKC), so that the same keys on two keyboards are the same password."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """The argon2id hash. Raises TooMany("people.busy") when no room for another hash comes free in time."""
    with _hashing():
        return _hasher.hash(prepared(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether `password` fits. None (unknown person, or never activated) costs as much as a real check and is
    False, so that the time of an answer does not tell which numbers have an account.
    """
    if len(password) > LONGEST:
        password = password[:LONGEST] + "\x00"  # cannot fit, but costs the same
    with _hashing():
        try:
            _hasher.verify(password_hash or _dummy_hash(), prepared(password))
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters and is to be renewed at the next login."""
    try:
        return _hasher.check_needs_rehash(password_hash)
    except InvalidHashError:
        return True


def _dummy_hash() -> str:
    with _dummy_lock:
        if not _dummy:
            _dummy.append(_hasher.hash("no person has this password"))
        return _dummy[0]


@contextmanager
def _hashing() -> Iterator[None]:
    if not _room.acquire(timeout=PATIENCE_SECONDS):
        raise TooMany("people.busy", retry_after=5)
    try:
        yield
    finally:
        _room.release()


def _is_run(text: str) -> bool:
    """abcdefghij, 4567890123: each character follows the one before (0 after 9)."""
    steps = {(ord(b) - ord(a)) for a, b in itertools.pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}
