"""A published course, somebody who may take its quiz, and one open attempt."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from learning.kernel.db import db
from learning.kernel.transaction import write
from quizzes import demo, services
from quizzes.question_sets import forget
from tests import factories as make

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Sitting:
    """An open attempt and the answers that would earn everything."""

    public_id: uuid.UUID
    person_id: int
    key: Mapping[int, Mapping[str, Sequence[str]]]

    def save(
        self, number: int, form: Mapping[str, Sequence[str]], revision: int = 1, at: float = 1
    ) -> services.Saved:
        """Save an answer `at` minutes after the start."""
        return write(
            services.save_response,
            public_id=self.public_id,
            person_id=self.person_id,
            number=number,
            revision=revision,
            form=form,
            now=START + timedelta(minutes=at),
        )

    def answer_all(self, wrong: int = 0, at: float = 1) -> None:
        """Answer all but the last `wrong` questions right."""
        for number, form in list(self.key.items())[: len(self.key) - wrong]:
            self.save(number, form, at=at)

    def submit(self, at: float = 10) -> services.Result:
        """Hand in `at` minutes after the start."""
        return write(
            services.submit,
            public_id=self.public_id,
            person_id=self.person_id,
            now=START + timedelta(minutes=at),
        )


@pytest.fixture
def course(db_session: Any) -> str:
    forget()
    return make.make_course()


@pytest.fixture
def learner(course: str) -> Callable[[], int]:
    """`learner()` is somebody new who has done every step before the quiz."""
    agency = make.make_agency()

    def ready() -> int:
        person_id = make.make_person(agency)
        make.finish_steps(person_id, course, now=START)
        return person_id

    return ready


@pytest.fixture
def sitting(course: str, learner: Callable[[], int]) -> Callable[..., Sitting]:
    """`sitting()` is an attempt that started at START."""

    def sit(person_id: int | None = None, now: datetime = START) -> Sitting:
        person_id = person_id or learner()
        # A seed of our own: what a test finds on its paper is not left to chance.
        public_id = write(
            services.start_attempt,
            person_id=person_id,
            course_key=course,
            now=now,
            seed="0123456789abcdef" * 2,
        ).public_id
        key = demo.answer_forms(public_id)
        db.session.rollback()
        return Sitting(public_id, person_id, key)

    return sit
