"""Published question sets, loaded once per process.

A set is immutable and named by its content hash, so a copy in memory can never be stale; parsing 72 questions
for every saved answer would cost more than the answer. The newest few are kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from sqlalchemy import select

from learning.kernel.db import db
from quizzes.items import QuestionSet, from_json
from quizzes.models import QuestionSetRow

KEPT = 32

_kept: OrderedDict[str, QuestionSet] = OrderedDict()
_lock = threading.Lock()


def question_set(set_id: int, content_hash: str) -> QuestionSet:
    """The set with this id and hash; one query on first use in a process, none after."""
    with _lock:
        found = _kept.get(content_hash)
        if found is not None:
            _kept.move_to_end(content_hash)
            return found
    payload = db.session.execute(
        select(QuestionSetRow.payload).where(
            QuestionSetRow.id == set_id, QuestionSetRow.content_hash == content_hash
        )
    ).scalar_one()
    loaded = from_json(payload)
    with _lock:
        _kept[content_hash] = loaded
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return loaded


_hashes: dict[int, str] = {}


def question_set_by_id(set_id: int) -> QuestionSet:
    """The set with this id; at most two queries on first use in a process, none after."""
    if set_id not in _hashes:
        _hashes[set_id] = db.session.execute(
            select(QuestionSetRow.content_hash).where(QuestionSetRow.id == set_id)
        ).scalar_one()
    return question_set(set_id, _hashes[set_id])


def forget() -> None:
    """Drop all copies (tests, where one database follows another in one process)."""
    with _lock:
        _kept.clear()
        _hashes.clear()
