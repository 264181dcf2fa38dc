"""Many certificates by the way every pass takes: no two codes or numbers alike."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from certificates import codes, services
from certificates.models import Certificate
from courses.editions import current_edition
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.kinds import EmploymentType, PersonStatus
from learning.people.models import Person
from learning.records.models import Enrolment
from quizzes.events import QuizPassed
from quizzes.models import Attempt, PassRecord
from tests import factories

# By hand with 10,000 the same holds; it takes minutes, most of them the database's.
HOW_MANY = 400
BATCH = 100
PASSED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def copies(model: Any, row: Any, ids: list[int], **values: Any) -> list[dict[str, Any]]:
    """Rows like `row` under other ids; `values` are functions of the id."""
    kept = {column.name: getattr(row, column.name) for column in model.__table__.columns}
    return [{**kept, "id": one, **{name: give(one) for name, give in values.items()}} for one in ids]


@pytest.fixture
def passes(db_session: Any) -> list[QuizPassed]:
    """One real pass, and copies of it for other people: what a pass is made of, without sitting hundreds of quizzes."""
    unit = factories.make_unit(factories.make_agency("Kabupaten Sagara Timur"))
    factories.make_course(modules=2)
    factories.pass_course(factories.make_person(unit, "Ratna Wulandari"), now=PASSED)
    enrolment = db.session.scalars(select(Enrolment)).one()
    attempt = db.session.scalars(select(Attempt)).one()
    record = db.session.scalars(select(PassRecord)).one()
    db.session.expunge_all()
    ids = list(range(100_001, 100_001 + HOW_MANY))
    people = [
        {
            "id": one,
            "public_id": str(uuid.uuid4()),
            "employee_number": f"{one:018d}",
            "name": "Wening Astuti",
            "front_title": "",
            "back_title": "",
            "employment_type": EmploymentType.PNS,
            "status": PersonStatus.ACTIVE,
            "locale": "id",
            "created_at": PASSED,
        }
        for one in ids
    ]
    fresh = {"public_id": lambda _one: str(uuid.uuid4()), "person_id": lambda one: one}
    attempts = {**fresh, "public_id": lambda _one: uuid.uuid4(), "enrolment_id": lambda one: one}
    rows = {
        Person: people,
        Enrolment: copies(Enrolment, enrolment, ids, **fresh),
        Attempt: copies(Attempt, attempt, ids, **attempts),
        PassRecord: copies(
            PassRecord,
            record,
            ids,
            person_id=lambda one: one,
            enrolment_id=lambda one: one,
            attempt_id=lambda one: one,
        ),
    }

    def fill() -> None:
        for model, made in rows.items():
            db.session.execute(insert(model), made)

    write(fill)
    edition = current_edition(record.course_key)
    assert edition is not None
    return [
        QuizPassed(one, one, one, one, record.course_key, edition.edition, record.score, PASSED)
        for one in ids
    ]


def test_no_two_codes_or_numbers_are_alike(passes: list[QuizPassed]) -> None:
    def issue(batch: list[QuizPassed]) -> None:
        for event in batch:
            services.issue(event)

    for start in range(0, HOW_MANY, BATCH):
        write(issue, batch=passes[start : start + BATCH])
    rows = db.session.execute(select(Certificate.code, Certificate.number)).all()
    assert len(rows) == HOW_MANY + 1
    assert len({row.code for row in rows}) == len({row.number for row in rows}) == HOW_MANY + 1
    key = services.code_key()
    assert all(codes.check(row.code, key).code == row.code for row in rows)
    # Nothing in common either: two random codes share their first ten symbols once in 2^50 pairs.
    starts = db.session.scalar(select(func.count(func.distinct(func.substr(Certificate.code, 1, 10)))))
    assert starts == HOW_MANY + 1
