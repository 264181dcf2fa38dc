"""Sample attempts: a person sits the quiz, answers so much of it right, and hands in. Through the real services."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from learning.kernel.db import db
from quizzes import services
from quizzes.items import Item, ItemKind
from quizzes.kinds import kind_of
from quizzes.layout import paper_from_json
from quizzes.models import Attempt, QuestionSetRow
from quizzes.question_sets import question_set


def key_answer(item: Item) -> dict[str, Any]:
    """The canonical answer that earns the full mark."""
    if item.kind in (ItemKind.SINGLE, ItemKind.TRUE_FALSE):
        return {"choice": next(option.key for option in item.options if option.correct)}
    if item.kind is ItemKind.DILEMMA:
        return {"choice": next(option.key for option in item.options if option.weight == "tepat")}
    if item.kind is ItemKind.MULTIPLE:
        return {"choices": [option.key for option in item.options if option.correct]}
    if item.kind is ItemKind.ORDERING:
        return {"ranks": {option.key: rank for rank, option in enumerate(item.options, 1)}}
    if item.kind is ItemKind.MATCHING:
        return {"pairs": {pair.key: pair.key for pair in item.pairs}}
    return {"text": item.accepted[0]}


def answer_forms(public_id: uuid.UUID, wrong: int = 0) -> dict[int, Mapping[str, list[str]]]:
    """Form fields that answer an attempt: the last `wrong` questions stay without an answer."""
    attempt = db.session.query(Attempt).filter_by(public_id=public_id).one()
    row = db.session.get_one(QuestionSetRow, attempt.question_set_id)
    items = question_set(row.id, row.content_hash).by_key
    paper = paper_from_json(attempt.layout)
    forms: dict[int, Mapping[str, list[str]]] = {}
    for number, place in enumerate(paper.places, 1):
        item = items[place.item_key]
        if number <= len(paper) - wrong:
            forms[number] = kind_of(item).to_form(item, place, key_answer(item))
    return forms


def sit(*, person_id: int, course_key: str, wrong: int, at: datetime, dice: random.Random) -> bool:
    """Start at `at`, leave `wrong` questions empty, hand in some minutes later; whether that was a pass."""
    seed = f"{dice.getrandbits(128):032x}"
    started = services.start_attempt(person_id=person_id, course_key=course_key, now=at, seed=seed)
    moment = at
    for number, form in answer_forms(started.public_id, wrong).items():
        moment += timedelta(seconds=dice.randint(20, 70))
        services.save_response(
            public_id=started.public_id, person_id=person_id, number=number, revision=1, form=form, now=moment
        )
    result = services.submit(
        public_id=started.public_id, person_id=person_id, now=moment + timedelta(seconds=30)
    )
    return result.passed
