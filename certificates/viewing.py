"""Noting many looks at once: lists and bulk checks show named persons, and each of them sees later who looked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from learning.kernel.db import db
from learning.people.models import PersonView

LIST = "certificates.eligibility_list"
BULK = "certificates.eligibility_bulk"
PREVIEW = "certificates.rule_preview"


def log_views(*, subject_ids: Iterable[int], viewer_id: int, purpose: str, now: datetime) -> None:
    """Note that somebody looked at each of these persons, once each. Looking at oneself is not noted."""
    rows = [
        {"subject_id": subject, "viewer_id": viewer_id, "purpose": purpose, "at": now}
        for subject in dict.fromkeys(subject_ids)
        if subject != viewer_id
    ]
    if rows:
        db.session.execute(PersonView.__table__.insert(), rows)  # type: ignore[attr-defined]
