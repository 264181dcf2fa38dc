"""Nobody is certified by questions whose key she could read: what somebody who holds a course may be asked.

A trainer of a course (and an admin of everything) sees every key in the studio. Whoever holds it now knows all its
questions. Whoever held it until a moment knows the questions that had appeared by then, and those that appeared in the
next set published afterwards: its draft was open while she could read it, and a course has one open draft at a time.
Everything later was written behind closed doors, and can be asked.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from learning.kernel.db import db
from learning.people import queries as people
from quizzes.items import Item, QuestionSet
from quizzes.models import QuestionSetRow
from quizzes.question_sets import question_set as load_set

Question = tuple[str, ...]
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"\w+")


def askable(person_id: int, question_set: QuestionSet, now: datetime) -> QuestionSet:
    """The set without the questions whose key this person may have read by now.

    For whoever never held the course it is the very set that was given, at the cost of one query. A question is the
    same one under whatever key, and with whatever commas: it counts by the words of its stem and of what it offers.
    """
    held = [
        period
        for period in people.periods_over_course(person_id, question_set.course_key)
        if period.since <= now
    ]
    if not held:
        return question_set
    ended = [period.until for period in held if period.until is not None and period.until <= now]
    if len(ended) < len(held):
        return replace(question_set, items=())
    known = _appeared(question_set.course_key, until=max(ended))
    items = tuple(item for item in question_set.items if question_of(item) not in known)
    return replace(question_set, items=items)


def fills_a_paper(question_set: QuestionSet) -> bool:
    """Whether every pool still offers as many questions as are drawn from it, each variant group counted once."""
    return all(
        len({item.variant_group or item.key for item in question_set.items if item.pool == pool}) >= number
        for pool, number in question_set.settings.draw
    )


def question_of(item: Item) -> Question:
    """What is asked, as words: the kind, the stem, and what is offered in no particular order."""
    offered = sorted(
        [_words(option.text) for option in item.options]
        + [f"{_words(pair.left)} = {_words(pair.right)}" for pair in item.pairs]
    )
    return (str(item.kind), _words(item.stem), *offered)


def _words(html: str) -> str:
    return " ".join(_WORD.findall(_TAG.sub(" ", html).casefold()))


def _appeared(course_key: str, *, until: datetime) -> frozenset[Question]:
    """Every question of the sets published until then, and of the next one."""
    rows = db.session.execute(
        select(QuestionSetRow.id, QuestionSetRow.content_hash, QuestionSetRow.created_at)
        .where(QuestionSetRow.course_key == course_key)
        .order_by(QuestionSetRow.created_at, QuestionSetRow.id)
    ).all()
    known: set[Question] = set()
    for row in rows:
        known.update(question_of(item) for item in load_set(row.id, row.content_hash).items)
        if row.created_at > until:
            break
    return frozenset(known)
