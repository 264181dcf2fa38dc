"""The drawing process signs a badge that a web process ordered. Opens private keys, so no web process imports it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from certificates.badge import jose, keyring, proof
from certificates.badge.keyring import KeyMissing
from certificates.badge.ordering import BadgeOrder, MadeBadge, text_of


def carry_out(order: BadgeOrder) -> MadeBadge | None:
    """Sign what was ordered; None where the private half of a key is not on this machine."""
    folder = Path(order.folder)
    try:
        key, jwt_key = keyring.ed25519(folder, order.ed25519), keyring.rsa_key(folder, order.rsa)
    except KeyMissing:
        return None
    signed = proof.sign(order.document, key=key, method=order.method, at=datetime.fromisoformat(order.at))
    compact = jose.compact(order.document, key=jwt_key, kid=order.kid)
    return MadeBadge(text_of(signed), compact, order.ed25519, order.rsa)
