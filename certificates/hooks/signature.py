"""How a message proves where it comes from: the scheme of Standard Webhooks (standardwebhooks.com). Pure.

The receiver computes HMAC-SHA256 over "id.timestamp.body" with the shared secret, compares in constant time, and
refuses timestamps more than a few minutes off, so that a recorded message cannot be played again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

_LABEL = b"netra webhook secret 1"
PREFIX = "whsec_"


def secret_for(installation_key: str, public_id: str) -> bytes:
    """The secret of a subscription, 32 bytes; derived, so that the database and its backups hold none."""
    return hmac.new(installation_key.encode(), _LABEL + public_id.encode(), hashlib.sha256).digest()


def shown(secret: bytes) -> str:
    """The secret as the receiver's library takes it."""
    return PREFIX + base64.b64encode(secret).decode()


def headers(secret: bytes, *, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a signed message."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{digest}",
    }
