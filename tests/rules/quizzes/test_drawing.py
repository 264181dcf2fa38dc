"""Drawing: the right number from each module, fresh questions first, one variant of a group, the same for ever."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.drawing import TooFewItems, draw, shuffled
from quizzes.items import Item, ItemKind, QuestionSet, canonical, from_json, set_problems, to_json
from quizzes.layout import paper_from_json, paper_to_json
from tests.rules.quizzes.sets import question_sets

SEEDS = st.text("0123456789abcdef", min_size=1, max_size=32)


@given(question_sets(), SEEDS, st.data())
def test_each_module_gives_as_many_as_asked_and_one_variant_of_a_group(
    question_set: QuestionSet, seed: str, data: st.DataObject
) -> None:
    seen = data.draw(st.sets(st.sampled_from([item.key for item in question_set.items])))
    paper = draw(question_set, seed, seen)
    drawn = [question_set.by_key[key] for key in paper.item_keys]
    for pool, number in question_set.settings.draw:
        assert sum(item.pool == pool for item in drawn) == number
    assert len(drawn) == question_set.settings.total
    assert len(set(paper.item_keys)) == len(drawn)
    groups = [item.variant_group for item in drawn if item.variant_group]
    assert len(groups) == len(set(groups))


@given(question_sets(), SEEDS, st.data())
def test_a_question_comes_back_only_when_nothing_fresh_is_left(
    question_set: QuestionSet, seed: str, data: st.DataObject
) -> None:
    seen = data.draw(st.sets(st.sampled_from([item.key for item in question_set.items])))
    drawn = draw(question_set, seed, seen).item_keys
    for pool, number in question_set.settings.draw:
        mine = [item for item in question_set.items if item.pool == pool]
        fresh = {item.variant_group or item.key for item in mine if item.key not in seen}
        again = sum(key in seen for key in drawn if question_set.by_key[key].pool == pool)
        assert again == max(0, number - len(fresh))


@given(question_sets(), SEEDS)
def test_every_place_shows_every_option_once(question_set: QuestionSet, seed: str) -> None:
    for place in draw(question_set, seed).places:
        item = question_set.by_key[place.item_key]
        keys = [option.key for option in item.options] or [pair.key for pair in item.pairs]
        assert sorted(place.shown) == sorted(keys)
        assert sorted(place.rights) == (sorted(keys) if item.kind is ItemKind.MATCHING else [])
        if item.kind is ItemKind.TRUE_FALSE or (not item.shuffle and item.kind is not ItemKind.ORDERING):
            assert list(place.shown) == keys
        if item.kind is ItemKind.ORDERING:
            assert list(place.shown) != keys, "the right order would be the answer"


@given(question_sets(), SEEDS, st.randoms(use_true_random=False))
def test_the_same_seed_draws_the_same_paper_whatever_order_the_set_lists_its_items_in(
    question_set: QuestionSet, seed: str, dice: random.Random
) -> None:
    items = list(question_set.items)
    dice.shuffle(items)
    assert draw(question_set, seed) == draw(replace(question_set, items=tuple(items)), seed)


@given(question_sets(), SEEDS)
def test_set_and_paper_survive_storage(question_set: QuestionSet, seed: str) -> None:
    read = from_json(to_json(question_set))
    assert read == question_set
    assert read.content_hash == question_set.content_hash
    assert canonical(to_json(read)) == canonical(to_json(question_set))
    paper = draw(question_set, seed)
    assert paper_from_json(paper_to_json(paper)) == paper


def test_the_shuffle_is_the_same_on_every_machine() -> None:
    """Written down once: a different order here means that stored papers cannot be drawn again."""
    assert shuffled("abcdef", "benih", "uji") == list("".join(shuffled("fedcba", "benih", "uji")))
    assert "".join(shuffled("abcdef", "benih", "uji")) == "feacbd"


@given(st.lists(SEEDS, min_size=80, max_size=80, unique=True))
def test_no_position_is_favoured(seeds: list[str]) -> None:
    """The right answer stands everywhere: over many seeds each of three options comes first now and then."""
    firsts = {shuffled("abc", seed, "options/x")[0] for seed in seeds}
    assert firsts == set("abc")


def test_a_pool_that_is_too_small_is_refused_on_publish_and_when_drawing() -> None:
    @given(question_sets())
    def check(question_set: QuestionSet) -> None:
        pool = question_set.settings.draw[0][0]
        greedy = replace(
            question_set, settings=replace(question_set.settings, draw=((pool, len(question_set.items) + 1),))
        )
        assert any("offers" in problem for problem in set_problems(greedy))
        with pytest.raises(TooFewItems):
            draw(greedy, "x")

    check()


def test_a_variant_group_over_two_modules_is_refused() -> None:
    @given(question_sets())
    def check(question_set: QuestionSet) -> None:
        first = question_set.items[0]
        other = Item(
            **{
                **{f: getattr(first, f) for f in first.__slots__},
                "key": "x/1",
                "pool": "x",
                "variant_group": "g",
            }
        )
        mixed = replace(
            question_set, items=(replace(first, variant_group="g"), other, *question_set.items[1:])
        )
        assert any("spans pools" in problem for problem in set_problems(mixed))

    check()
