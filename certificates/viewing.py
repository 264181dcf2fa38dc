"""Noting many looks at once: lists and bulk checks show named persons, and each of them sees later who looked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, literal, select

from learning.kernel.db import UtcDateTime, among, db
from learning.people.models import Person, PersonView

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
    looked_at = [one for one in dict.fromkeys(subject_ids) if also_oneself or one != viewer_id]
    for start in range(0, len(looked_at), _BATCH):
        part = looked_at[start : start + _BATCH]
        # Taken from the table of persons, a look is one row inside the database and no row sent to it.
        subjects = select(Person.id, literal(viewer_id), literal(purpose), literal(now, UtcDateTime()))
        db.session.execute(
            insert(PersonView).from_select(
                ["subject_id", "viewer_id", "purpose", "at"],
                subjects.where(among(Person.id, part)).order_by(Person.id),
            )
        )
