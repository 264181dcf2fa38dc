"""The secret of a token: how it is made, kept and read from a request. Pure.

A secret is 256 random bits, so a plain SHA-256 of it is as good as a slow hash: there is nothing to guess. The prefix
lets scanners of source code notice a secret that was checked in by mistake.
"""

from __future__ import annotations

import hashlib
import re
import secrets

PREFIX = "netra_"
_FORM = re.compile(r"netra_[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """A fresh secret, 49 characters; shown once and never stored."""
    return PREFIX + secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is stored of a secret, 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hint(secret: str) -> str:
    """The last four characters, by which an admin tells two tokens apart."""
    return secret[-4:]


def bearer(header: str | None) -> str | None:
    """The secret in an Authorization header (RFC 6750, 2.1); None when there is none of our form.

    Form and query parameters are not looked at: addresses end in logs.
    """
    scheme, _, value = (header or "").partition(" ")
    value = value.strip()
    return value if scheme.lower() == "bearer" and _FORM.fullmatch(value) else None
