"""Cursor pages: where the last page ended, sealed so that only the question it was made for accepts it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from itsdangerous import BadData, URLSafeSerializer

DEFAULT_LIMIT = 100
MAX_LIMIT = 500


def seal(key: str, *, asked: Mapping[str, object], after: int) -> str:
    """A cursor behind the row `after`. `asked`: operation, agency and filters of the page it continues."""
    return _serializer(key).dumps([_digest(asked), after])


def unseal(key: str, cursor: str, *, asked: Mapping[str, object]) -> int | None:
    """The row behind which the next page begins; None for a cursor that was changed, or made for another question."""
    try:
        found = _serializer(key).loads(cursor)
    except (BadData, RecursionError):
        return None
    if not isinstance(found, list) or len(found) != 2 or found[0] != _digest(asked):
        return None
    return found[1] if isinstance(found[1], int) else None


def _serializer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        key, salt="certificates.api.cursor", signer_kwargs={"digest_method": hashlib.sha256}
    )


def _digest(asked: Mapping[str, object]) -> str:
    text = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
