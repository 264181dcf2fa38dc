"""What comes next, how a branching story is walked, and which telling somebody gets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from courses import journey
from courses.format.compiled import CompiledDilemma, CompiledVariant, DilemmaOption, Scene
from courses.journey import ModuleState
from tests import factories

MODULES = factories.build_course(modules=3, dilemmas=2).modules
FIRST = "modul-1"


def dilemma(*names: str) -> CompiledDilemma:
    variants = [replace(MODULES[0].dilemmas[0].variants[0], variant=name) for name in names]
    return CompiledDilemma("kasus", tuple(variants))


def test_a_module_is_read_before_its_dilemmas_are_asked() -> None:
    step = journey.next_step(MODULES, ())
    assert (step.module, step.dilemma) == (MODULES[0], None)


def test_a_module_that_is_read_asks_its_first_open_dilemma() -> None:
    done = {journey.module_step(FIRST), journey.dilemma_step(FIRST, "dilema-1")}
    step = journey.next_step(MODULES, done)
    assert step.module == MODULES[0]
    assert step.dilemma is not None
    assert step.dilemma.key == "dilema-2"


def test_dilemmas_decided_while_reading_do_not_make_the_module_read() -> None:
    done = {journey.dilemma_step(FIRST, "dilema-1"), journey.dilemma_step(FIRST, "dilema-2")}
    step = journey.next_step(MODULES, done)
    assert (step.module, step.dilemma) == (MODULES[0], None)


def test_a_gap_left_behind_comes_before_what_lies_ahead() -> None:
    done = set(MODULES[0].step_keys) | set(MODULES[2].step_keys)
    assert journey.next_step(MODULES, done).module == MODULES[1]


def test_after_everything_comes_the_quiz() -> None:
    done = {step for module in MODULES for step in module.step_keys}
    assert journey.next_step(MODULES, done).module is None
    assert journey.minutes_left(MODULES, done) == 0


def test_steps_of_another_edition_count_for_nothing() -> None:
    step = journey.next_step(MODULES, {"m/modul-lama", "d/modul-lama/x"})
    assert step.module == MODULES[0]
    assert journey.minutes_left(MODULES, {"m/modul-lama"}) == sum(m.minutes for m in MODULES)


def test_only_the_first_unfinished_module_is_the_present_one() -> None:
    done = {*MODULES[0].step_keys, journey.module_step("modul-3")}
    states = [entry.state for entry in journey.progress(MODULES, done)]
    assert states == [ModuleState.DONE, ModuleState.NOW, ModuleState.WAITING]


def test_what_is_left_counts_dilemmas_apart_from_reading() -> None:
    entry = journey.progress(MODULES, {journey.module_step(FIRST)})[0]
    assert (entry.read, entry.dilemmas_left) == (True, 2)
    unread = journey.progress(MODULES, {journey.dilemma_step(FIRST, "dilema-1")})[0]
    assert (unread.read, unread.dilemmas_left) == (False, 1)


def test_neighbours_of_one_state_are_told_together_and_gaps_are_kept() -> None:
    fresh = journey.stretches(journey.progress(MODULES, ()))
    assert [len(run) for run in fresh] == [1, 2]
    gap = set(MODULES[0].step_keys) | set(MODULES[2].step_keys)
    runs = journey.stretches(journey.progress(MODULES, gap))
    assert [run[0].state for run in runs] == [ModuleState.DONE, ModuleState.NOW, ModuleState.DONE]


def test_a_story_stands_at_its_first_scene_until_something_is_decided() -> None:
    way = journey.walk(dilemma("a").variants[0], {})
    assert way.passages == ()
    assert way.scene is not None
    assert way.scene.key == "awal"


def test_an_option_without_a_next_scene_ends_the_story() -> None:
    way = journey.walk(dilemma("a").variants[0], {"awal": "a"})
    assert way.finished
    assert [(p.scene.key, p.option.key) for p in way.passages] == [("awal", "a")]


def test_an_option_that_leads_on_opens_the_next_scene() -> None:
    variant = dilemma("a").variants[0]
    way = journey.walk(variant, {"awal": "c"})
    assert way.scene is not None
    assert way.scene.key == "dilaporkan"
    end = journey.walk(variant, {"awal": "c", "dilaporkan": "b"})
    assert end.finished
    assert [p.scene.key for p in end.passages] == ["awal", "dilaporkan"]


def test_a_decision_in_a_scene_that_was_not_reached_is_not_told() -> None:
    way = journey.walk(dilemma("a").variants[0], {"awal": "a", "dilaporkan": "b"})
    assert [p.scene.key for p in way.passages] == ["awal"]


def test_an_option_that_no_longer_exists_leaves_the_scene_open() -> None:
    way = journey.walk(dilemma("a").variants[0], {"awal": "z"})
    assert way.scene is not None
    assert way.scene.key == "awal"


def test_a_story_that_leads_in_a_circle_ends() -> None:
    option = DilemmaOption("a", "Terus", "tepat", "awal", "<p>Lagi.</p>")
    circle = CompiledVariant("a", "Lingkaran", "", "", "", (Scene("awal", "", "<p>.</p>", "", (option,)),))
    way = journey.walk(circle, {"awal": "a"})
    assert way.finished
    assert len(way.passages) == 1


def test_somebody_gets_the_same_telling_every_time_and_the_next_one_next_cycle() -> None:
    case = dilemma("a", "b")
    first = journey.variant_for(case, 7, 1)
    assert journey.variant_for(case, 7, 1) == first
    assert journey.variant_for(case, 7, 2) != first
    assert journey.variant_for(case, 7, 3) == first


@pytest.mark.parametrize("count", [2, 3])
def test_every_telling_is_given_to_a_fair_share(count: int) -> None:
    case = dilemma(*"abc"[:count])
    given = [journey.variant_for(case, person, 1).variant for person in range(600)]
    for name in "abc"[:count]:
        assert given.count(name) > 600 / count * 0.75
