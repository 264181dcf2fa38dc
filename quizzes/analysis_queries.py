"""The papers of a question set for the item analysis: closed attempts with their standing answers, in two streams.

No name, number or id of a person or an attempt leaves this file: papers come out as marks and option keys. The figures
are computed when asked for, from the newest `MOST` papers, and kept in memory until another attempt is closed.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Text, func, select, type_coerce

from learning.kernel.db import db
from quizzes.analysis import Reply, SetStats, analyse
from quizzes.item_hints import Hint, hints
from quizzes.items import Item, ItemKind, QuestionSet
from quizzes.models import Attempt, AttemptState, Response
from quizzes.question_sets import question_set_by_id

MOST = 5_000
"""Papers read at most: an item on every eighth of them still has 600 responses, and a page takes about a second."""
_BATCH = 1_000
_CHOICE_KINDS = frozenset({ItemKind.SINGLE, ItemKind.MULTIPLE, ItemKind.TRUE_FALSE, ItemKind.DILEMMA})
_KEPT = 4
_RESPONSE = Response.__table__.c
_ATTEMPT = Attempt.__table__.c
# Item keys in the stored layout, which is canonical JSON: a quotation mark inside a value would stand behind a backslash.
_ITEM = re.compile(r'"item":"([^"\\]+)"')
_RAW_TIME = DateTime(timezone=True)
Saved = tuple[int, int, str, datetime]
"""A saved answer: attempt, number of the question, answer as stored, when."""


@dataclass(frozen=True)
class SetAnalysis:
    """A set with its figures and hints. `capped`: only the newest `MOST` papers were read."""

    questions: QuestionSet
    stats: SetStats
    hints: dict[str, tuple[Hint, ...]]
    first_only: bool
    capped: bool


_kept: OrderedDict[tuple[str, bool], tuple[tuple[int, int], SetAnalysis]] = OrderedDict()
_lock = threading.Lock()


def set_analysis(set_id: int, *, first_only: bool = True) -> SetAnalysis:
    """The analysis of a question set; with `first_only` only everybody's first attempt in an enrolment counts.

    A person who tries again has met questions before, so first attempts are the cleaner sample. Attempts handed in
    without a single answer (opened and left) say nothing about a question and are left out.
    """
    questions = question_set_by_id(set_id)
    chosen = _chosen(set_id, first_only=first_only)
    newest = chosen.subquery()
    # Closed attempts never change, so the newest of them and their number say whether anything is new.
    seen = db.session.execute(select(func.coalesce(func.max(newest.c.id), 0), func.count())).one()
    version = (int(seen[0]), int(seen[1]))
    name = (questions.content_hash, first_only)
    with _lock:
        kept = _kept.get(name)
    if kept is not None and kept[0] == version:
        return kept[1]
    found = _analysed(questions, set_id, first_only=first_only, capped=version[1] > MOST)
    with _lock:
        _kept[name] = (version, found)
        _kept.move_to_end(name)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found


def forget() -> None:
    """Drop all copies (tests, where one database follows another in one process)."""
    with _lock:
        _kept.clear()


def option_keys(item: Item) -> tuple[str, ...]:
    """The options whose choosers are counted; () for kinds in which nothing is chosen."""
    return tuple(option.key for option in item.options) if item.kind in _CHOICE_KINDS else ()


def _analysed(questions: QuestionSet, set_id: int, *, first_only: bool, capped: bool) -> SetAnalysis:
    options = {item.key: option_keys(item) for item in questions.items}
    stats = analyse(_papers(set_id, first_only=first_only), options)
    times = [row.median_seconds for row in stats.items.values() if row.median_seconds is not None]
    typical = median(times) if times else None
    found = {item.key: hints(item, stats.items[item.key], typical) for item in questions.items}
    return SetAnalysis(questions, stats, found, first_only, capped)


def _chosen(set_id: int, *, first_only: bool) -> Any:
    """Ids of the newest closed attempts, one more than are read, so that it shows whether there are more."""
    return (
        select(Attempt.id)
        .where(*_wanted(set_id, first_only=first_only))
        .order_by(Attempt.id.desc())
        .limit(MOST + 1)
    )


def _wanted(set_id: int, *, first_only: bool) -> list[ColumnElement[bool]]:
    wanted = [Attempt.question_set_id == set_id, Attempt.state != AttemptState.OPEN]
    return [*wanted, Attempt.number == 1] if first_only else wanted


def _papers(set_id: int, *, first_only: bool) -> Iterator[Sequence[Reply]]:
    ids = sorted(db.session.execute(_chosen(set_id, first_only=first_only)).scalars())[-MOST:]
    for at in range(0, len(ids), _BATCH):
        low, high = ids[at], ids[min(at + _BATCH, len(ids)) - 1]
        # A range and the same conditions again choose the same rows as a list of a thousand numbers would.
        inside = [Attempt.id.between(low, high), *_wanted(set_id, first_only=first_only)]
        yield from _batch(inside)


def _batch(inside: list[ColumnElement[bool]]) -> Iterator[Sequence[Reply]]:
    # Below the ORM and with columns as the driver gives them: making aware instants and Python lists of 100,000 rows
    # would cost more than reading them.
    connection = db.session.connection()
    saved = connection.execute(
        select(
            _RESPONSE.attempt_id,
            _RESPONSE.item_no,
            type_coerce(_RESPONSE.answer, Text),
            type_coerce(_RESPONSE.saved_at, _RAW_TIME),
        )
        .select_from(Response.__table__)
        .join(Attempt.__table__, _ATTEMPT.id == _RESPONSE.attempt_id)
        .where(*inside)
        .order_by(_ATTEMPT.id, _RESPONSE.item_no, _RESPONSE.revision)
    ).tuples()
    answers: dict[int, list[Saved]] = {}
    for row in saved:
        answers.setdefault(row[0], []).append(row)
    attempts = connection.execute(
        select(
            _ATTEMPT.id,
            type_coerce(_ATTEMPT.started_at, _RAW_TIME),
            type_coerce(_ATTEMPT.layout, Text),
            type_coerce(_ATTEMPT.marks, Text),
        ).where(*inside)
    ).tuples()
    for attempt_id, started_at, layout, marks in attempts:
        rows = answers.get(attempt_id)
        if rows:
            yield _paper(started_at, _ITEM.findall(layout), json.loads(marks), rows)


def _paper(started_at: datetime, keys: list[str], marks: list[str], rows: list[Saved]) -> Sequence[Reply]:
    last: dict[int, str] = {}
    first_saved: dict[int, datetime] = {}
    for _attempt, number, answer, saved_at in rows:
        last[number] = answer
        first_saved.setdefault(number, saved_at)
    moments = sorted([started_at, *(row[3] for row in rows)])
    before = dict(zip(moments[1:], moments, strict=False))
    return [
        Reply(
            key,
            _mark(marks[number - 1]),
            _picked(last[number]),
            (first_saved[number] - before[first_saved[number]]).total_seconds(),
        )
        if number in last
        else Reply(key, _mark(marks[number - 1]))
        for number, key in enumerate(keys, 1)
    ]


_marks: dict[str, float] = {}
_picks: dict[str, tuple[str, ...] | None] = {}


def _mark(text: str) -> float:
    # A few dozen fractions make up all marks; parsing each anew would cost more than everything else.
    if text not in _marks:
        _marks[text] = float(Fraction(text))
    return _marks[text]


def _picked(text: str) -> tuple[str, ...] | None:
    """The options in a canonical answer as stored; () for an answer without options, None for none."""
    if text == "{}":
        return None
    if not text.startswith('{"choice'):
        return ()
    if text not in _picks:
        answer = json.loads(text)
        _picks[text] = (answer["choice"],) if "choice" in answer else tuple(answer["choices"])
    return _picks[text]
