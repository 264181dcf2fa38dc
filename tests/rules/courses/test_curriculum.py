"""The official curriculum keeps what it promises: every course, against what was asked of it.

A row of `PROMISED` is a course. Nothing here is about style: that is what `flask courses check` is for, and the first test
asks it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

import pytest

from courses.format import acts, measuring
from courses.format.__main__ import check
from courses.format.compiled import CompiledCourse, CompiledVariant
from courses.format.registry import SHIPPED, shipped
from quizzes.items import Difficulty, ItemKind, Weight

CONTENT = SHIPPED.parent


@dataclass(frozen=True)
class Promise:
    """At least so much; `lesson` are the fewest and the most words of a lesson, None where there are only scenarios."""

    jp: int
    modules: int
    dilemmas: int
    branching: int
    scenes: int
    variants: int
    questions: int
    lesson: tuple[int, int] | None = (600, 1_200)


PROMISED = {
    "netralitas-pra-kampanye": Promise(6, 8, 24, 8, 3, 2, 160),
    "penyegaran-netralitas": Promise(2, 4, 8, 3, 3, 2, 36, None),
    "kepemimpinan-etis": Promise(6, 7, 12, 12, 4, 1, 84),
    "netralitas-pengelola-kepegawaian": Promise(4, 5, 10, 5, 3, 1, 60),
}
_TAG = re.compile(r"<[^>]+>")
_BOX = re.compile(r"<(table|figure)[ >].*?</\1>", re.DOTALL)


@cache
def course(key: str) -> CompiledCourse:
    result = check(CONTENT / key)
    assert result.course is not None, [p.format() for p in result.errors]
    return result.course


def variants(found: CompiledCourse) -> list[CompiledVariant]:
    return [v for module in found.modules for dilemma in module.dilemmas for v in dilemma.variants]


def words(html: str) -> int:
    return len(re.findall(r"[^\W_]+", _TAG.sub(" ", html)))


def longest_way(variant: CompiledVariant, key: str = "awal") -> int:
    scene = variant.scene(key)
    assert scene is not None
    return 1 + max((longest_way(variant, o.goto) for o in scene.options if o.goto), default=0)


def test_every_folder_of_the_curriculum_is_promised() -> None:
    assert {path.parent.name for path in CONTENT.glob("*/kursus.md")} == set(PROMISED)


@pytest.mark.parametrize("key", PROMISED)
def test_a_course_has_no_problem_and_no_advice(key: str) -> None:
    assert [p.format() for p in check(CONTENT / key).problems] == []


@pytest.mark.parametrize(("key", "promise"), PROMISED.items())
def test_a_course_holds_what_was_promised(key: str, promise: Promise) -> None:
    found = course(key)
    dilemmas = [dilemma for module in found.modules for dilemma in module.dilemmas]
    branching = [d for d in dilemmas if all(len(v.scenes) >= promise.scenes for v in d.variants)]
    assert found.jp == promise.jp
    assert abs(sum(m.minutes for m in found.modules) - 45 * promise.jp) <= 22
    assert len(found.modules) >= promise.modules
    assert len(dilemmas) >= promise.dilemmas
    assert len(branching) >= promise.branching
    assert min(len(d.variants) for d in dilemmas) >= promise.variants
    assert len(found.question_set.items) >= promise.questions
    assert found.handout is not None
    assert len(found.glossary) >= 12


@pytest.mark.parametrize("key", ["netralitas-pra-kampanye", "kepemimpinan-etis"])
def test_branching_stories_are_lived_over_several_scenes(key: str) -> None:
    told = [v for v in variants(course(key)) if len(v.scenes) > 1]
    assert told
    for variant in told:
        assert longest_way(variant) >= 2, variant.title
    assert sum(longest_way(v) >= 3 for v in told) * 2 >= len(told)


@pytest.mark.parametrize("key", PROMISED)
def test_variants_tell_another_story_with_the_same_weights_at_stake(key: str) -> None:
    for module in course(key).modules:
        for dilemma in module.dilemmas:
            shapes = {
                tuple(
                    sorted(Counter(o.weight for o in scene.options).items()) for scene in v.scenes
                ).__repr__()
                for v in dilemma.variants
            }
            assert len({v.title for v in dilemma.variants}) == len(dilemma.variants), dilemma.key
            assert len({v.role for v in dilemma.variants}) == len(dilemma.variants), dilemma.key
            assert len(shapes) <= len(dilemma.variants)
            assert len({len(v.scenes) for v in dilemma.variants}) == 1, dilemma.key


@pytest.mark.parametrize("key", PROMISED)
def test_every_scene_has_a_right_way_a_middle_way_and_names_its_law(key: str) -> None:
    for variant in variants(course(key)):
        for scene in variant.scenes:
            weights = {option.weight for option in scene.options}
            assert Weight.RIGHT in weights, (variant.title, scene.key)
            assert weights & {Weight.ACCEPTABLE, Weight.WEAK}, (variant.title, scene.key)
            assert all(option.citations for option in scene.options), (variant.title, scene.key)


@pytest.mark.parametrize("key", PROMISED)
def test_every_objective_is_tested_by_four_questions_of_several_kinds_and_levels(key: str) -> None:
    found = course(key)
    by_objective = Counter(item.objective for item in found.question_set.items)
    assert set(by_objective) == set(found.question_set.objectives_by_key)
    assert min(by_objective.values()) >= 4
    kinds = Counter(item.kind for item in found.question_set.items)
    assert {
        ItemKind.SINGLE,
        ItemKind.MULTIPLE,
        ItemKind.TRUE_FALSE,
        ItemKind.MATCHING,
        ItemKind.DILEMMA,
    } <= set(kinds)
    levels = Counter(str(item.difficulty) for item in found.question_set.items)
    assert all(levels[str(level)] * 10 >= len(found.question_set.items) for level in Difficulty)


@pytest.mark.parametrize("key", PROMISED)
def test_two_papers_share_less_than_half(key: str) -> None:
    found = measuring.overlap(course(key).question_set)
    assert found.expected < 0.3
    assert found.mean < 0.3
    assert found.retake < 0.5


@pytest.mark.parametrize("key", PROMISED)
def test_nothing_graded_rests_on_unverified_places_alone(key: str) -> None:
    registry, _problems = shipped()
    for item in course(key).question_set.items:
        marks = {article[1].mark for c in item.citations if (article := registry.find(c.key, c.locator))}
        assert marks - {"V"}, item.key


@pytest.mark.parametrize("key", PROMISED)
def test_taking_the_longest_option_does_not_pay(key: str) -> None:
    singles = [i for i in course(key).question_set.items if i.kind is ItemKind.SINGLE]
    longest = sum(
        max(len(_TAG.sub("", o.text)) for o in item.options if o.correct)
        > max(len(_TAG.sub("", o.text)) for o in item.options if not o.correct)
        for item in singles
    )
    assert longest <= 0.4 * len(singles)


@pytest.mark.parametrize(("key", "promise"), PROMISED.items())
def test_lessons_have_the_length_that_was_asked(key: str, promise: Promise) -> None:
    if promise.lesson is None:
        return
    low, high = promise.lesson
    for module in course(key).modules:
        html = "".join(part.html for part in module.parts)
        # Chips of citations are read with the eyes, not word by word.
        html = re.sub(r'<a [^>]*class="cite"[^>]*>.*?</a>', "", html)
        assert low <= words(html) <= high * 1.05, (module.slug, words(html))
        assert words(_BOX.sub("", html)) >= 0.7 * low, module.slug


def test_every_dilemma_of_the_main_course_is_linked_to_the_catalogue_and_every_act_is_met() -> None:
    found = course("netralitas-pra-kampanye")
    assert all(variant.acts for variant in variants(found))
    met = {use.act for key in PROMISED for use in course(key).acts}
    assert set(acts.shipped()[0].entries) - met == set()


def test_the_dead_commission_is_no_address_and_the_old_laws_are_not_cited() -> None:
    for key in PROMISED:
        for use in course(key).citations:
            assert use.key != "uu-5-2014", (key, use)
