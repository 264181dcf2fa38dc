"""The address in a letter that ends the news without a login (RFC 8058): signed, not secret, good for ever."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app


def address(person_id: int) -> str:
    """The whole address, for the letter and its header. It ends one person's news and shows nothing."""
    base: str = current_app.config["NETRA"].base_url
    # Written out: letters are made outside a request, where no address can be built.
    return f"{base}/kabar/berhenti/{token(person_id)}"


def token(person_id: int) -> str:
    """The person and a seal over it; short, because header lines are."""
    return f"{person_id:x}-{_seal(person_id)}"


def owner(token: str) -> int | None:
    """Whose news an address ends; None when this installation did not make it."""
    number, _dash, seal = token.partition("-")
    if not (0 < len(number) <= 8 and number.isascii() and seal.isascii()):
        return None
    try:
        person_id = int(number, 16)
    except ValueError:
        return None
    return person_id if hmac.compare_digest(seal, _seal(person_id)) else None


def _seal(person_id: int) -> str:
    key: str = current_app.config["NETRA"].secret_key
    return hmac.new(key.encode(), f"head-news\0{person_id}".encode(), hashlib.sha256).hexdigest()[:32]
