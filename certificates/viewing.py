"""Noting many looks at once: lists and bulk checks show named persons, and each of them sees later who looked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert

from learning.kernel.db import db
from learning.people.models import PersonView

LIST = "certificates.eligibility_list"
BULK = "certificates.eligibility_bulk"
PREVIEW = "certificates.rule_preview"
_BATCH = 1_000


def log_views(
    *, subject_ids: Iterable[int], viewer_id: int, purpose: str, now: datetime, also_oneself: bool = False
) -> None:
    """Note that somebody looked at each of these persons, once each, in one statement for a thousand.

    Looking at oneself is not noted, unless it was a system that looked (`also_oneself`).
    """
    rows = [
        {"subject_id": subject, "viewer_id": viewer_id, "purpose": purpose, "at": now}
        for subject in dict.fromkeys(subject_ids)
        if also_oneself or subject != viewer_id
    ]
    for start in range(0, len(rows), _BATCH):
        db.session.execute(insert(PersonView), rows[start : start + _BATCH])
