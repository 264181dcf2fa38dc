"""Many closed attempts at once, written straight into the tables: a crowd of invented people of known ability.

The real services need a second for a few dozen attempts; figures about questions need thousands. The rows are what the
services would have left: papers drawn from seeds, answers, marks by the kinds, no pass records (the crowd is not asked
for certificates), and enrolments in progress.
"""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text

from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.models import Person
from learning.records.models import Enrolment, EnrolmentStatus
from quizzes.demo import key_answer
from quizzes.drawing import draw
from quizzes.grading import grade
from quizzes.items import Item, ItemKind
from quizzes.layout import paper_to_json
from quizzes.models import Attempt, AttemptState, ClosedBy, Response
from quizzes.question_sets import question_set_by_id

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
Answers = Callable[[Item, float, random.Random], Mapping[str, Any]]


def likely(item: Item, ability: float, dice: random.Random) -> Mapping[str, Any]:
    """Right with a chance that grows with ability (a logistic curve); else another option, or nothing."""
    if dice.random() < 1 / (1 + math.exp(-1.3 * ability - 0.8)):
        return key_answer(item)
    if item.kind in (ItemKind.SINGLE, ItemKind.TRUE_FALSE, ItemKind.DILEMMA):
        right = key_answer(item)["choice"]
        return {"choice": dice.choice([option.key for option in item.options if option.key != right])}
    return {}


def fill(
    set_id: int, people: int, *, answers: Answers = likely, seed: int = 1, org_unit_id: int | None = None
) -> list[int]:
    """Let so many new people sit the quiz once each; the ids of their attempts."""
    questions = question_set_by_id(set_id)
    dice = random.Random(seed)
    made: list[int] = []

    def rows() -> None:
        first_person = (db.session.scalar(select(func.max(Person.id))) or 0) + 1
        first_enrolment = (db.session.scalar(select(func.max(Enrolment.id))) or 0) + 1
        first_attempt = (db.session.scalar(select(func.max(Attempt.id))) or 0) + 1
        persons, enrolments, attempts, responses = [], [], [], []
        for n in range(people):
            person_id, enrolment_id, attempt_id = first_person + n, first_enrolment + n, first_attempt + n
            persons.append(_person(person_id))
            enrolments.append(
                _enrolment(
                    enrolment_id, person_id, questions.course_key, questions.edition, START, org_unit_id
                )
            )
            paper = draw(questions, f"{dice.getrandbits(128):032x}")
            ability, moment = dice.gauss(0, 1), START
            given: dict[int, Mapping[str, Any]] = {}
            for number, place in enumerate(paper.places, 1):
                answer = answers(questions.by_key[place.item_key], ability, dice)
                moment += timedelta(seconds=dice.randint(15, 75))
                if answer:
                    given[number] = answer
                    responses.append(_response(attempt_id, number, answer, moment))
            result = grade(questions, paper, given)
            attempts.append(
                {
                    "id": attempt_id,
                    "public_id": uuid.UUID(int=dice.getrandbits(128)),
                    "question_set_id": set_id,
                    "enrolment_id": enrolment_id,
                    "person_id": person_id,
                    "course_key": questions.course_key,
                    "edition": questions.edition,
                    "number": 1,
                    "max_attempts": questions.settings.attempts,
                    "seed": "0" * 32,
                    "layout": paper_to_json(paper),
                    "flags": [],
                    "started_at": START,
                    "deadline_at": START + timedelta(minutes=questions.settings.minutes),
                    "state": AttemptState.SUBMITTED,
                    "submitted_at": moment + timedelta(seconds=20),
                    "score": result.score,
                    "marks": [str(entry.fraction) for entry in result.items],
                    "passed": result.passed,
                    "closed_by": ClosedBy.LEARNER,
                }
            )
            made.append(attempt_id)
        for model, found in (
            (Person, persons),
            (Enrolment, enrolments),
            (Attempt, attempts),
            (Response, responses),
        ):
            if found:
                db.session.execute(insert(model), found)
        if db.engine.dialect.name == "postgresql":
            # Numbers given by hand do not move the counters that give the next ones.
            for table in ("person", "enrolment", "attempt"):
                db.session.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
                )

    write(rows)
    return made


def _person(person_id: int) -> dict[str, Any]:
    return {
        "id": person_id,
        "public_id": str(uuid.UUID(int=person_id)),
        "employee_number": f"{199001012015031000 + person_id:018d}",
        "name": f"Orang Rahasia {person_id}",
        "front_title": "",
        "back_title": "",
        "email": None,
        "employment_type": "PNS",
        "password_hash": None,
        "status": "ACTIVE",
        "locale": "id",
        "created_at": START,
    }


def _enrolment(
    enrolment_id: int, person_id: int, course_key: str, edition: str, now: datetime, org_unit_id: int | None
) -> dict[str, Any]:
    return {
        "id": enrolment_id,
        "public_id": str(uuid.UUID(int=2**100 + enrolment_id)),
        "person_id": person_id,
        "course_key": course_key,
        "course_title": "Netralitas Uji",
        "cycle": 1,
        "edition": edition,
        "assignment_id": None,
        "org_unit_id": org_unit_id,
        "status": EnrolmentStatus.IN_PROGRESS,
        "due_at": None,
        "steps_total": 1,
        "steps_done": 1,
        "created_at": now,
        "started_at": now,
        "completed_at": None,
        "ended_at": None,
    }


def _response(attempt_id: int, number: int, answer: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "attempt_id": attempt_id,
        "item_no": number,
        "revision": 1,
        "answer": dict(answer),
        "complete": True,
        "saved_at": at,
    }
