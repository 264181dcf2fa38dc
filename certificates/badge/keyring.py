"""The private keys of badges: files that one process may read, and that nobody sends anywhere.

A folder holds one PKCS 8 file a key, readable by its owner only. What is secret stays in the folder of the machine that
signs (worker and commands); what is public goes into the database, from where every web process publishes it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from certificates.badge import jose, multibase

FOLDER = "badge-keys"
RSA_BITS = 3072


class KeyKind(StrEnum):
    """What a key signs: the proof inside a badge, or the badge as a JWT."""

    ED25519 = "ED25519"
    RSA = "RSA"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as everybody may know it: `public` is a multikey for Ed25519, base 64 of the DER form for RSA."""

    name: str
    kind: KeyKind
    public: str


class KeyMissing(LookupError):
    """The private half of a key is not on this machine."""


def make(folder: Path, kind: KeyKind) -> PublicKey:
    """A new key of a kind, written to the folder (0700) before anybody hears of it (0600). Its name is its fingerprint."""
    made: Ed25519PrivateKey | RSAPrivateKey
    if kind is KeyKind.ED25519:
        made = Ed25519PrivateKey.generate()
    else:
        made = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    found = _public(made)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # Whoever looks for keys meanwhile must not find half a file under a key's name.
    unfinished = folder / f".{found.name}.new"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(_path(folder, found.name))
    return found


def present(folder: Path) -> dict[str, PublicKey]:
    """The keys whose private half lies in the folder, by name."""
    found = {}
    for path in sorted(folder.glob("*.pem")):
        key = _public(_load(path, path.stat().st_mtime_ns))
        found[key.name] = key
    return found


def ed25519(folder: Path, name: str) -> Ed25519PrivateKey:
    """The private key of this name. Raises KeyMissing when it is not here or of the other kind."""
    key = _private(folder, name)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyMissing(name)
    return key


def rsa_key(folder: Path, name: str) -> RSAPrivateKey:
    """The private RSA key of this name. Raises KeyMissing when it is not here or of the other kind."""
    key = _private(folder, name)
    if not isinstance(key, RSAPrivateKey):
        raise KeyMissing(name)
    return key


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder: of two processes that find it empty, one makes keys and the other then finds them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(folder / ".lock", "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.pem"


def _private(folder: Path, name: str) -> Ed25519PrivateKey | RSAPrivateKey:
    path = _path(folder, name)
    try:
        return _load(path, path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise KeyMissing(name) from error


@lru_cache(maxsize=16)
def _load(path: Path, _changed: int) -> Ed25519PrivateKey | RSAPrivateKey:
    # Reading an RSA key checks it, which costs more than ten signatures.
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey | RSAPrivateKey):
        raise KeyMissing(path.stem)
    return key


def _public(key: Ed25519PrivateKey | RSAPrivateKey) -> PublicKey:
    if isinstance(key, Ed25519PrivateKey):
        raw = key.public_key().public_bytes_raw()
        return PublicKey(jose.fingerprint(raw), KeyKind.ED25519, multibase.multikey(raw))
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return PublicKey(jose.fingerprint(der), KeyKind.RSA, multibase.base64url(der))
