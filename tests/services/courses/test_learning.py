"""Begin, read, decide: what is kept, what is refused, and that twice is once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from courses import journey, queries, services
from courses.events import Redo
from courses.format.compiled import CompiledDilemma, hash_of
from courses.models import Decision, DecisionTally
from learning.kernel import clock
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import write
from learning.records import queries as records
from learning.records.models import EnrolmentStatus
from tests import factories as make

SLUG, CASE = "modul-1", "dilema-1"


@pytest.fixture
def person(db_session: Any) -> int:
    make.make_course()
    return make.make_person(make.make_agency())


def begun(person_id: int) -> int:
    make.begin(person_id)
    return person_id


def decide(person_id: int, scene: str, option: str, case: str = CASE) -> None:
    write(
        services.decide,
        person_id=person_id,
        course_key=make.COURSE,
        slug=SLUG,
        dilemma_key=case,
        scene_key=scene,
        option_key=option,
        now=clock.now(),
    )


def enrolment_of(person_id: int) -> records.EnrolmentRow:
    row = records.enrolment_for(person_id, make.COURSE)
    assert row is not None
    return row


def steps_of(person_id: int) -> set[str]:
    return set(records.done_steps(enrolment_of(person_id).id))


def tally(db_session: Any) -> dict[tuple[str, str], int]:
    rows = db_session.execute(select(DecisionTally.scene_key, DecisionTally.option_key, DecisionTally.count))
    return {(scene, option): people for scene, option, people in rows}


def test_beginning_twice_keeps_one_enrolment_and_its_edition(person: int) -> None:
    first = make.begin(person)
    make.make_course(text="Terbitan baru")
    again = make.begin(person)
    assert again.edition == first.edition
    assert len(records.enrolments_of(person, closed=True)) == 1
    assert enrolment_of(person).status is EnrolmentStatus.IN_PROGRESS


def test_an_unknown_course_cannot_be_begun(person: int) -> None:
    with pytest.raises(NotFound):
        write(services.begin, person_id=person, course_key="tidak-ada", now=clock.now())


def test_a_module_counts_as_read_once(person: int) -> None:
    begun(person)
    args = {"person_id": person, "course_key": make.COURSE, "slug": SLUG, "now": clock.now()}
    assert write(services.finish_module, **args) is True
    assert write(services.finish_module, **args) is False
    assert enrolment_of(person).steps_done == 1


def test_reading_and_deciding_need_a_course_that_was_begun(person: int) -> None:
    with pytest.raises(Invalid, match=r"records\.not_started"):
        decide(person, "awal", "a")
    with pytest.raises(Invalid, match=r"records\.not_started"):
        write(services.finish_module, person_id=person, course_key=make.COURSE, slug=SLUG, now=clock.now())


def test_the_same_decision_again_changes_nothing(person: int, db_session: Any) -> None:
    begun(person)
    decide(person, "awal", "a")
    decide(person, "awal", "a")
    assert db_session.scalar(select(func.count()).select_from(Decision)) == 1
    assert tally(db_session) == {("awal", "a"): 1}
    assert steps_of(person) == {journey.dilemma_step(SLUG, CASE)}


def test_another_decision_afterwards_is_refused_and_counted_nowhere(person: int, db_session: Any) -> None:
    begun(person)
    decide(person, "awal", "a")
    with pytest.raises(Conflict, match=r"courses\.decided_already"):
        decide(person, "awal", "b")
    assert tally(db_session) == {("awal", "a"): 1}


def test_a_branching_story_is_a_step_only_at_its_end(person: int) -> None:
    begun(person)
    decide(person, "awal", "c")
    assert steps_of(person) == set()
    decide(person, "dilaporkan", "b")
    assert steps_of(person) == {journey.dilemma_step(SLUG, CASE)}


def test_a_scene_that_is_not_open_cannot_be_decided(person: int, db_session: Any) -> None:
    begun(person)
    with pytest.raises(Conflict, match=r"courses\.scene_not_open"):
        decide(person, "dilaporkan", "a")
    decide(person, "awal", "a")
    with pytest.raises(Conflict, match=r"courses\.scene_not_open"):
        decide(person, "dilaporkan", "a")
    with pytest.raises(Conflict, match=r"courses\.scene_not_open"):
        decide(person, "tidak-ada", "a")
    assert tally(db_session) == {("awal", "a"): 1}


@pytest.mark.parametrize("option", ["z", "", "A"])
def test_an_option_that_is_not_offered_is_refused(person: int, option: str) -> None:
    begun(person)
    with pytest.raises(Invalid, match=r"courses\.option_unknown"):
        decide(person, "awal", option)
    assert steps_of(person) == set()


def test_an_unknown_dilemma_or_module_is_not_found(person: int) -> None:
    begun(person)
    with pytest.raises(NotFound):
        decide(person, "awal", "a", case="tidak-ada")
    with pytest.raises(NotFound):
        write(services.finish_module, person_id=person, course_key=make.COURSE, slug="x", now=clock.now())


def test_decisions_are_refused_by_the_database_when_changed(person: int, db_session: Any) -> None:
    begun(person)
    decide(person, "awal", "a")
    with pytest.raises(Exception, match="frozen"):
        write(lambda: db_session.execute(update(Decision).values(option_key="b")))


def shown(own: dict[str, str]) -> dict[str, queries.Tally]:
    study = queries.study(1, make.COURSE)
    assert study is not None
    return queries.tallies(study.edition.version_id, SLUG, CASE, "a", own)


def test_others_are_told_from_five_on_and_oneself_is_not_counted(person: int) -> None:
    agency = make.make_agency()
    for option in "aab":
        decide(begun(make.make_person(agency)), "awal", option)
    decide(begun(person), "awal", "a")
    decide(begun(make.make_person(agency)), "awal", "b")
    assert shown({"awal": "a"}) == {}, "five people, but only four others"
    decide(begun(make.make_person(agency)), "awal", "c")
    assert shown({"awal": "a"}) == {"awal": queries.Tally(5, {"a": 40, "b": 40, "c": 20})}


def test_whoever_has_not_decided_a_scene_learns_nothing_of_it(person: int) -> None:
    agency = make.make_agency()
    for _ in range(6):
        decide(begun(make.make_person(agency)), "awal", "a")
    assert shown({}) == {}


def test_a_new_edition_reaches_only_those_who_must_redo(person: int) -> None:
    old = make.begin(person)
    newcomer = make.make_person(make.make_agency())
    make.make_course(text="Penjelasan lebih terang")
    study = queries.study(person, make.COURSE)
    assert study is not None
    assert study.edition.edition == old.edition
    other = queries.study(newcomer, make.COURSE)
    assert other is not None
    assert other.edition.edition != old.edition
    make.make_course(text="Peraturan baru", redo=Redo.IN_PROGRESS)
    moved = queries.study(person, make.COURSE)
    assert moved is not None
    assert moved.edition.edition not in (old.edition, other.edition.edition)
    assert not moved.begun


def test_the_next_cycle_tells_the_other_variant(person: int) -> None:
    course = make.build_course(key="dua-versi")
    module = course.modules[0]
    first = module.dilemmas[0].variants[0]
    case = CompiledDilemma(CASE, (first, replace(first, variant="b", title="Versi kedua")))
    changed = replace(module, dilemmas=(case,))
    compiled = replace(course, modules=(changed, *course.modules[1:]), content_hash=hash_of("dua versi"))
    compiled = replace(compiled, question_set=replace(course.question_set, edition=compiled.edition))
    write(services.publish, compiled=compiled, files={}, published_by=None, now=clock.now())
    edition = make.begin(person, "dua-versi")
    stored = edition.modules[0].dilemmas[0]
    assert {journey.variant_for(stored, person, cycle).variant for cycle in (1, 2)} == {"a", "b"}


def test_my_data_names_courses_steps_and_decisions(person: int) -> None:
    begun(person)
    decide(person, "awal", "a")
    data = queries.stored_here(person)
    assert [row["Kursus"] for row in data["Kursus"]] == ["Netralitas Uji"]
    assert [row["Langkah"] for row in data["Langkah belajar"]] == [journey.dilemma_step(SLUG, CASE)]
    assert data["Pilihan dalam dilema (hanya Anda yang melihatnya)"][0]["Pilihan"] == "a"
    assert not any(queries.stored_here(make.make_person(make.make_agency())).values())
