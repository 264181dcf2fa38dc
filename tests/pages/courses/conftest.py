"""Two trainers of one course and a draft that one of them has begun."""

from __future__ import annotations

from typing import Any

import pytest

from courses import checking, services
from learning.kernel import clock
from learning.kernel.transaction import write
from tests import factories as make

KEY = "kursus-uji"


@pytest.fixture
def author(db_session: Any) -> int:
    """A trainer of the course who writes."""
    return make.make_person(name="Wening Astuti", roles=[("TRAINER", KEY)])


@pytest.fixture
def second(db_session: Any) -> int:
    """Another trainer of the course."""
    return make.make_person(name="Yusuf Lamadjido", roles=[("TRAINER", KEY)])


@pytest.fixture
def draft(author: int) -> str:
    """A new course as a draft, with the texts that every new course begins with."""
    return write(
        services.open_draft,
        course_key=KEY,
        texts=checking.starting_texts(title="Kursus uji", code="UJI", jp=1),
        base_version_id=None,
        person_id=author,
        now=clock.now(),
    )
