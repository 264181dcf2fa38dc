"""What the studio counts and tells: people, changes, reach and the log. Publishing itself: test_drafting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from courses import changes, studio_queries
from courses.changes import State
from courses.events import ChangeKind, Redo
from courses.people import Affected
from learning.kernel import clock
from learning.kernel.access import Grant, Role
from tests import factories as make


@pytest.fixture
def trainer(db_session: Any) -> int:
    return make.make_person(roles=[("TRAINER", None)])


def test_those_who_are_affected_are_counted_as_redo_will_take_them(trainer: int) -> None:
    key = make.make_course()
    unit = make.make_unit(make.make_agency())
    for _ in range(2):
        make.begin(make.make_person(unit), key)
    make.pass_course(make.make_person(unit), key)
    edition = make.build_course(text="Baru").edition
    assert studio_queries.affected(key, edition) == Affected(2, 1)
    make.make_course(key, text="Baru", redo=Redo.EVERYONE, change=ChangeKind.SUBSTANCE)
    assert studio_queries.affected(key, edition) == Affected(0, 0)


def test_changes_are_told_by_module_question_and_rule(db_session: Any) -> None:
    old = changes.outline_of(make.build_course(modules=2, questions=6))
    new = changes.outline_of(make.build_course(modules=3, questions=7, text="Lain"))
    found = changes.compare(old, new)
    assert [m.state for m in found.modules] == [State.CHANGED, State.CHANGED, State.ADDED]
    assert found.modules[0].text
    assert [key.split("/")[-1] for key in found.modules[0].added] == ["soal-6"]
    assert found.modules[0].changed == ()
    assert {fact.name for fact in found.facts} == {"jp", "questions"}
    assert found.graded
    back = changes.compare(new, old)
    assert [m.state for m in back.modules] == [State.CHANGED, State.CHANGED, State.REMOVED]
    assert not changes.compare(old, old).visible


@pytest.mark.parametrize(
    ("grants", "reach"),
    [
        ((), frozenset()),
        ((Grant(Role.TRAINER, course_key="a"), Grant(Role.TRAINER, course_key="b")), frozenset("ab")),
        ((Grant(Role.TRAINER, course_key="a"), Grant(Role.TRAINER)), None),
        ((Grant(Role.ADMIN),), None),
        ((Grant(Role.ADMIN, 1, "/1/"), Grant(Role.HR)), frozenset()),
    ],
)
def test_reach_follows_the_grants(grants: tuple[Grant, ...], reach: frozenset[str] | None) -> None:
    class Who:
        def grants_for(self, *roles: Role) -> tuple[Grant, ...]:
            return tuple(grant for grant in grants if grant.role in roles)

    assert studio_queries.reach_of(Who()) == reach  # type: ignore[arg-type]


def test_the_log_is_newest_first_and_within_reach(trainer: int) -> None:
    make.make_course("satu")
    make.make_course("dua", now=clock.now() - timedelta(days=1))
    assert [row.course_title for row in studio_queries.publish_log(None)] == ["Netralitas Uji"] * 2
    assert studio_queries.publish_log(frozenset()) == []
    assert len(studio_queries.publish_log(frozenset({"satu"}))) == 1
