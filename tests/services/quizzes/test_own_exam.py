"""Nobody is certified by questions whose key she could read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from courses import services as courses
from courses.format.compiled import CompiledCourse
from learning.kernel.access import Role
from learning.kernel.db import db
from learning.kernel.errors import Forbidden
from learning.kernel.transaction import write
from learning.people import queries as people_queries
from learning.people import services as people
from learning.people.models import RoleGrant
from quizzes import own_exam, queries
from quizzes.items import Item, Option
from quizzes.layout import paper_from_json
from quizzes.models import Attempt
from tests import factories as make

FIRST = datetime(2026, 1, 5, tzinfo=UTC)  # the first edition comes out
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def course(*words: str, key: str = make.COURSE) -> CompiledCourse:
    """A course of one module with five questions a paper; each word makes five questions of its own."""
    built = make.build_course(key, modules=1, questions=5, text=" ".join(words))
    pattern = built.question_set.items[0]
    items = tuple(_item(pattern, word, number) for word in words for number in range(5))
    return replace(built, question_set=replace(built.question_set, items=items))


def _item(pattern: Item, word: str, number: int) -> Item:
    options = tuple(Option(c, f"{word} {c} {number}", correct=c == "a") for c in "abc")
    return replace(
        pattern, key=f"modul-1/{word}-{number}", stem=f"<p>{word}, nomor {number}?</p>", options=options
    )


def publish(compiled: CompiledCourse, at: datetime) -> None:
    write(courses.publish, compiled=compiled, files={}, published_by=None, now=at)


def holder(role: str, scope: int | str | None, since: datetime = FIRST) -> int:
    person = make.make_person()
    course_key = scope if isinstance(scope, str) else None
    unit = scope if isinstance(scope, int) else None
    write(
        people.grant_role,
        person_id=person,
        role=Role(role),
        now=since,
        course_key=course_key,
        org_unit_id=unit,
    )
    return person


def end(person: int, at: datetime) -> None:
    held = select(RoleGrant.id).where(RoleGrant.person_id == person, RoleGrant.ended_at.is_(None))
    for grant in db.session.scalars(held).all():
        write(people.end_role, grant_id=grant, now=at)


def asked(person: int, key: str = make.COURSE) -> set[str]:
    """The words of the questions that person gets."""
    public_id = make.start_attempt(person, key, now=NOW)
    attempt = db.session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
    return {
        name.removeprefix("modul-1/").rsplit("-", 1)[0] for name in paper_from_json(attempt.layout).item_keys
    }


def refusal(person: int, key: str = make.COURSE) -> str | None:
    """Why the start page says no; the service must say the same."""
    found = queries.start_view(person, key, NOW).refusal
    if found is not None:
        with pytest.raises(Forbidden) as caught:
            make.start_attempt(person, key, now=NOW)
        assert caught.value.code == found.code
    return found.code if found else None


def ready(person: int, key: str = make.COURSE) -> int:
    make.finish_steps(person, key, now=NOW - DAY)
    return person


@pytest.fixture
def published(db_session: Any) -> None:
    publish(course("pertama"), FIRST)


@pytest.mark.usefixtures("published")
def test_a_trainer_of_this_course_knows_its_key() -> None:
    assert refusal(ready(holder("TRAINER", make.COURSE))) == "quiz.knows_the_key"
    assert refusal(ready(holder("TRAINER", None))) == "quiz.knows_the_key"


@pytest.mark.usefixtures("published")
def test_she_is_told_before_she_studies() -> None:
    person = holder("TRAINER", make.COURSE)
    make.begin(person, now=NOW - DAY)
    assert refusal(person) == "quiz.knows_the_key"


@pytest.mark.usefixtures("published")
def test_a_trainer_of_another_course_is_asked_like_everybody() -> None:
    assert asked(ready(holder("TRAINER", "kursus-lain"))) == {"pertama"}


@pytest.mark.usefixtures("published")
def test_an_admin_of_everything_knows_every_key_and_one_of_an_agency_none() -> None:
    assert refusal(ready(holder("ADMIN", None))) == "quiz.knows_the_key"
    assert asked(ready(holder("ADMIN", make.make_agency()))) == {"pertama"}


@pytest.mark.usefixtures("published")
def test_other_roles_open_no_studio() -> None:
    assert asked(ready(holder("SUPERVISOR", make.make_agency()))) == {"pertama"}
    assert asked(ready(holder("HR", make.make_agency()))) == {"pertama"}


@pytest.mark.usefixtures("published")
def test_an_ended_trainer_still_knows_what_she_read() -> None:
    person = holder("TRAINER", make.COURSE)
    end(person, NOW - 20 * DAY)
    assert refusal(ready(person)) == "quiz.knows_the_key"


@pytest.mark.usefixtures("published")
def test_the_draft_that_was_open_at_her_end_she_knows_too() -> None:
    person = holder("TRAINER", make.COURSE)
    end(person, NOW - 20 * DAY)
    publish(course("pertama", "kedua"), NOW - 10 * DAY)
    assert refusal(ready(person)) == "quiz.knows_the_key"


@pytest.mark.usefixtures("published")
def test_the_questions_after_that_draft_are_asked() -> None:
    person = holder("TRAINER", make.COURSE)
    end(person, NOW - 20 * DAY)
    publish(course("pertama", "kedua"), NOW - 10 * DAY)
    publish(course("pertama", "kedua", "ketiga"), NOW - 5 * DAY)
    assert refusal(ready(person)) is None
    assert asked(person) == {"ketiga"}
    assert asked(ready(make.make_person())) <= {"pertama", "kedua", "ketiga"}


@pytest.mark.usefixtures("published")
def test_an_old_question_under_a_new_name_is_not_new() -> None:
    person = holder("TRAINER", make.COURSE)
    end(person, NOW - 20 * DAY)
    publish(course("pertama", "kedua"), NOW - 10 * DAY)
    latest = course("pertama", "kedua", "x")
    renamed = tuple(
        replace(item, key=item.key.replace("pertama", "baru"), stem=item.stem.replace(", ", " – ").upper())
        for item in latest.question_set.items
        if "pertama" in item.key
    )
    publish(replace(latest, question_set=replace(latest.question_set, items=renamed)), NOW - 5 * DAY)
    assert refusal(ready(person)) == "quiz.knows_the_key"


@pytest.mark.usefixtures("published")
def test_of_several_roles_the_one_that_ended_last_counts() -> None:
    person = holder("TRAINER", make.COURSE)
    end(person, NOW - 200 * DAY)
    publish(course("pertama", "kedua"), NOW - 100 * DAY)
    publish(course("pertama", "kedua", "ketiga"), NOW - 50 * DAY)
    write(people.grant_role, person_id=person, role=Role.TRAINER, now=NOW - 30 * DAY)
    assert refusal(ready(person)) == "quiz.knows_the_key"
    end(person, NOW - 20 * DAY)
    assert refusal(person) == "quiz.knows_the_key"


@pytest.mark.usefixtures("published")
def test_a_role_that_comes_later_does_not_count_yet() -> None:
    assert asked(ready(holder("TRAINER", make.COURSE, since=NOW + DAY))) == {"pertama"}


@pytest.mark.usefixtures("published")
def test_who_passed_before_keeps_what_she_has() -> None:
    person = make.make_person()
    make.pass_course(person, now=NOW - 2 * DAY)
    write(people.grant_role, person_id=person, role=Role.TRAINER, now=NOW - DAY, course_key=make.COURSE)
    assert refusal(person) == "quiz.already_passed"


@pytest.mark.usefixtures("published")
def test_an_attempt_that_is_open_goes_on_and_says_so() -> None:
    person = ready(make.make_person())
    assert not queries.has_open_attempt(person, make.COURSE)
    first = make.start_attempt(person, now=NOW)
    write(people.grant_role, person_id=person, role=Role.TRAINER, now=NOW, course_key=make.COURSE)
    assert queries.has_open_attempt(person, make.COURSE)
    assert not queries.has_open_attempt(person, "kursus-lain")
    assert make.start_attempt(person, now=NOW) == first


@pytest.mark.usefixtures("published")
def test_whoever_never_held_a_course_costs_one_query_and_gets_the_very_set(
    query_count: Callable[[], Any],
) -> None:
    questions = course("pertama").question_set
    person = make.make_person()
    with query_count() as statements:
        assert own_exam.askable(person, questions, NOW) is questions
    assert len(statements) == 1


@pytest.mark.usefixtures("published")
def test_periods_of_other_people_and_courses_are_left_out() -> None:
    person, other = holder("TRAINER", make.COURSE), holder("TRAINER", "kursus-lain")
    end(person, NOW)
    assert [(p.since, p.until) for p in people_queries.periods_over_course(person, make.COURSE)] == [
        (FIRST, NOW)
    ]
    assert people_queries.periods_over_course(other, make.COURSE) == []


def test_a_paper_needs_every_pool_filled_each_group_counted_once() -> None:
    questions = course("satu").question_set
    assert own_exam.fills_a_paper(questions)
    assert not own_exam.fills_a_paper(replace(questions, items=questions.items[1:]))
    sisters = tuple(replace(item, variant_group="g") for item in questions.items[:2])
    assert not own_exam.fills_a_paper(replace(questions, items=sisters + questions.items[2:]))
