"""The standing answer to each question of an attempt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from learning.kernel.db import db
from quizzes.models import Response


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest revision of one answer."""

    revision: int
    answer: dict[str, Any]
    complete: bool
    saved_at: datetime


# Built once, because every question page and every saved answer runs it.
_RESPONSES = (
    select(Response.item_no, Response.revision, Response.answer, Response.complete, Response.saved_at)
    .where(Response.attempt_id == bindparam("attempt_id"))
    .order_by(Response.item_no, Response.revision)
)


def latest_responses(attempt_id: int) -> dict[int, Standing]:
    """Question number → standing answer, in one query.

    All revisions are read and the last one wins: an attempt has a few dozen rows, and one index range scan is
    cheaper than a window or a correlated subquery on either database.
    """
    rows = db.session.execute(_RESPONSES, {"attempt_id": attempt_id})
    return {row.item_no: Standing(row.revision, row.answer, row.complete, row.saved_at) for row in rows}
