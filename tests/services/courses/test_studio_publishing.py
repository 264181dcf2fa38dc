"""Publishing an upload: rights and the state of the course are judged again inside the write section."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from courses import changes, services, studio_queries
from courses.changes import State
from courses.events import ChangeKind, Redo
from courses.format.compiled import to_json
from courses.models import CourseVersion
from learning.kernel import clock
from learning.kernel.access import Grant, Role
from learning.kernel.db import db
from learning.kernel.errors import Conflict, NotFound
from learning.kernel.transaction import write
from tests import factories as make


@pytest.fixture
def trainer(db_session: Any) -> int:
    return make.make_person(roles=[("TRAINER", None)])


def keep(trainer: int, **course: Any) -> str:
    compiled = make.build_course(**course)
    return write(
        services.keep_upload,
        course_key=compiled.key,
        filename="kursus.zip",
        content=b"",
        problems=[],
        compiled=to_json(compiled),
        uploaded_by=trainer,
        now=clock.now(),
    )


def publish(public_id: str, trainer: int, **values: Any) -> services.PublishOutcome:
    values = {"base": None, "course_keys": None, "redo": Redo.NOBODY, **values}
    return write(
        services.publish_upload,
        public_id=public_id,
        files={},
        published_by=trainer,
        change=ChangeKind.SUBSTANCE,
        now=clock.now(),
        **values,
    )


def test_an_upload_out_of_reach_is_unknown(trainer: int) -> None:
    public_id = keep(trainer)
    with pytest.raises(NotFound):
        publish(public_id, trainer, course_keys=frozenset({"lain"}))
    assert db.session.execute(select(func.count()).select_from(CourseVersion)).scalar_one() == 0


def test_a_course_that_moved_on_since_the_preview_is_refused(trainer: int) -> None:
    public_id = keep(trainer, text="Baru")
    make.make_course()
    with pytest.raises(Conflict) as refused:
        publish(public_id, trainer, base="")
    assert refused.value.code == "courses.published_meanwhile"


def test_the_same_upload_twice_is_one_edition_with_the_same_answer(trainer: int) -> None:
    public_id = keep(trainer)
    first, second = publish(public_id, trainer, base=""), publish(public_id, trainer, base="")
    assert first.created
    assert not second.created
    assert (first.version_id, first.number, first.edition) == (
        second.version_id,
        second.number,
        second.edition,
    )


def test_those_who_are_affected_are_counted_as_redo_will_take_them(trainer: int) -> None:
    key = make.make_course()
    unit = make.make_unit(make.make_agency())
    for _ in range(2):
        make.begin(make.make_person(unit), key)
    make.pass_course(make.make_person(unit), key)
    public_id = keep(trainer, text="Baru")
    edition = make.build_course(text="Baru").edition
    assert studio_queries.affected(key, edition) == studio_queries.Affected(2, 1)
    publish(public_id, trainer, redo=Redo.EVERYONE)
    assert studio_queries.affected(key, edition) == studio_queries.Affected(0, 0)


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
