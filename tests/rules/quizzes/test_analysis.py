"""Item analysis: against a slow textbook version in exact fractions, against hand-computed cases, and small numbers."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.analysis import FEWEST, Reply, analyse, correlation, reliability
from quizzes.item_hints import HintCode, hints, worst_first
from quizzes.items import Item, ItemKind, Option

Matrix = Sequence[
    Mapping[str, Fraction]
]  # one mapping for each person: the items drawn to them with their marks
CLOSE = 1e-9
F = Fraction
ABCD = ("a", "b", "c", "d")


# --- The textbook, slowly and exactly ---------------------------------------------------------------------------


def mean(values: Sequence[F]) -> F:
    return sum(values, F(0)) / len(values)


def slow_difficulty(matrix: Matrix, item: str) -> F:
    return mean([row[item] for row in matrix if item in row])


def slow_item_rest(matrix: Matrix, item: str) -> float | None:
    """Covariance over the product of the standard deviations, mark against mean mark on the others."""
    rows = [row for row in matrix if item in row]
    x = [row[item] for row in rows]
    y = [100 * mean([mark for key, mark in row.items() if key != item]) for row in rows]
    covariance = mean([a * b for a, b in zip(x, y, strict=True)]) - mean(x) * mean(y)
    var_x = mean([a * a for a in x]) - mean(x) ** 2
    var_y = mean([b * b for b in y]) - mean(y) ** 2
    return None if not var_x or not var_y else float(covariance) / math.sqrt(float(var_x) * float(var_y))


def slow_alpha(matrix: Matrix) -> tuple[F, F]:
    """alpha and the squared standard error, from a full list of pairs."""
    keys = sorted({key for row in matrix for key in row})
    p = {key: slow_difficulty(matrix, key) for key in keys}
    squares = [(row[key] - p[key]) ** 2 for row in matrix for key in row]
    products = [
        (row[one] - p[one]) * (row[other] - p[other])
        for one, other in combinations(keys, 2)
        for row in matrix
        if one in row and other in row
    ]
    n, v, c = F(sum(len(row) for row in matrix), len(matrix)), mean(squares), mean(products)
    return n * c / (v + (n - 1) * c), (v - c) / n * 10_000


def slow_nested(matrix: Matrix) -> tuple[F, F]:
    """Dependability and squared absolute error: analysis of variance, items within persons."""
    means = [mean(list(row.values())) for row in matrix]
    errors = []
    for row in matrix:
        own = mean(list(row.values()))
        within = sum(((mark - own) ** 2 for mark in row.values()), F(0)) / (len(row) - 1)
        errors.append(within / len(row))
    between = mean([m * m for m in means]) - mean(means) ** 2
    return 1 - mean(errors) / between, mean(errors) * 10_000


def cronbach(matrix: Matrix) -> F:
    """Cronbach (1951) for complete data: k/(k−1) · (1 − Σ var(item) / var(total))."""
    keys = sorted(matrix[0])

    def variance(values: list[F]) -> F:
        return mean([v * v for v in values]) - mean(values) ** 2

    k = len(keys)
    items = sum((variance([row[key] for row in matrix]) for key in keys), F(0))
    return F(k, k - 1) * (1 - items / variance([sum(row.values(), F(0)) for row in matrix]))


def kr21(matrix: Matrix) -> F:
    """Kuder & Richardson (1937), formula 21, from mean and variance of the total."""
    k = len(matrix[0])
    totals = [sum(row.values(), F(0)) for row in matrix]
    m = mean(totals)
    s2 = mean([t * t for t in totals]) - m * m
    return F(k, k - 1) * (1 - m * (k - m) / (k * s2))


# --- Matrices ---------------------------------------------------------------------------------------------------


def drawn(people: int, pool: int, length: int, seed: int, *, partial: bool = True) -> Matrix:
    """People of different ability on papers drawn from a pool of items of different difficulty."""
    dice = random.Random(seed)
    hard = {f"m/{n:02d}": dice.gauss(0, 1) for n in range(pool)}
    matrix = []
    for _person in range(people):
        ability = dice.gauss(0, 1)
        row = {}
        for key in dice.sample(sorted(hard), length):
            right = dice.random() < 1 / (1 + math.exp(hard[key] - ability))
            halves = [F(1, 2), F(1, 4), F(0)] if partial else [F(0)]
            row[key] = F(1) if right else dice.choice(halves)
        matrix.append(row)
    return matrix


def replies(matrix: Matrix) -> list[list[Reply]]:
    return [[Reply(key, float(mark), ()) for key, mark in row.items()] for row in matrix]


def rows_of(matrix: Matrix) -> list[tuple[list[str], list[float]]]:
    return [(list(row), [float(mark) for mark in row.values()]) for row in matrix]


def no_options(matrix: Matrix) -> dict[str, tuple[str, ...]]:
    return {key: () for row in matrix for key in row}


# --- Fast equals slow -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_papers_from_a_pool_agree_with_the_textbook(seed: int) -> None:
    matrix = drawn(300, 30, 12, seed)
    stats = analyse(replies(matrix), no_options(matrix))
    for key, item in stats.items.items():
        assert item.responses == sum(key in row for row in matrix)
        assert item.difficulty == pytest.approx(float(slow_difficulty(matrix, key)), abs=CLOSE)
        assert item.discrimination == pytest.approx(slow_item_rest(matrix, key), abs=CLOSE)
    found = stats.reliability
    assert found is not None
    alpha, sem2 = slow_alpha(matrix)
    assert found.alpha == pytest.approx(float(alpha), abs=CLOSE)
    assert found.sem == pytest.approx(math.sqrt(sem2), abs=CLOSE)
    dependability, absolute2 = slow_nested(matrix)
    assert found.dependability == pytest.approx(float(dependability), abs=CLOSE)
    assert found.sem_absolute == pytest.approx(math.sqrt(absolute2), abs=CLOSE)
    assert not found.dichotomous


def test_with_the_same_items_for_all_it_is_cronbachs_alpha() -> None:
    matrix = drawn(120, 15, 15, seed=7)
    found = reliability(rows_of(matrix))
    assert found.alpha == pytest.approx(float(cronbach(matrix)), abs=CLOSE)


def test_with_right_or_wrong_only_it_is_kr20_and_kr21() -> None:
    matrix = drawn(150, 12, 12, seed=8, partial=False)
    found = reliability(rows_of(matrix))
    assert found.dichotomous
    p = [slow_difficulty(matrix, key) for key in sorted(matrix[0])]
    totals = [sum(row.values(), F(0)) for row in matrix]
    s2 = mean([t * t for t in totals]) - mean(totals) ** 2
    kr20 = F(12, 11) * (1 - sum((q * (1 - q) for q in p), F(0)) / s2)
    assert found.alpha == pytest.approx(float(kr20), abs=CLOSE)
    assert found.dependability == pytest.approx(float(kr21(matrix)), abs=CLOSE)
    # σ_X·√(1 − r), the form in every textbook, in points of 100
    assert found.sem == pytest.approx(math.sqrt(s2 * (1 - kr20)) / 12 * 100, abs=CLOSE)


def test_alpha_of_papers_is_near_the_alpha_everybody_would_give() -> None:
    """Cutting a complete matrix into papers of six must give the alpha that Spearman-Brown predicts for six items."""
    complete = drawn(3000, 24, 24, seed=9)
    dice = random.Random(10)
    papers = []
    for row in complete:
        keys = dice.sample(sorted(row), 24)
        papers += [{key: row[key] for key in keys[at : at + 6]} for at in range(0, 24, 6)]
    whole = float(cronbach(complete))
    one = whole / 24 / (1 - whole + whole / 24)  # Spearman-Brown down to one item …
    expected = 6 * one / (1 + 5 * one)  # … and up to six
    assert reliability(rows_of(papers)).alpha == pytest.approx(expected, abs=0.02)


# --- By hand ----------------------------------------------------------------------------------------------------


def test_a_small_case_by_hand() -> None:
    """Five people, three items, marks 0/1. Totals 3 2 2 1 0; p = .8 .6 .2; Σpq = .16+.24+.16 = .56;
    var(total) = 18/5 − 1.6² = 1.04; KR-20 = 3/2·(1 − .56/1.04) = 0.692307….
    """
    matrix = [
        {"x": F(x), "y": F(y), "z": F(z)}
        for x, y, z in ((1, 1, 1), (1, 1, 0), (1, 1, 0), (1, 0, 0), (0, 0, 0))
    ]
    found = reliability(rows_of(matrix))
    assert found.alpha == pytest.approx(9 / 13, abs=CLOSE)
    assert found.sem == pytest.approx(math.sqrt(1.04 * (4 / 13)) / 3 * 100, abs=CLOSE)
    # Item y against the rest x + z = 2 1 1 1 0: cov = 4/5 − .6·1 = .2, sd .4899 · .6325 → r = .6455
    assert correlation([1, 1, 1, 0, 0], [2, 1, 1, 1, 0]) == pytest.approx(0.2 / math.sqrt(0.24 * 0.4))


def test_the_item_is_taken_out_of_its_total() -> None:
    """Two items that have nothing to do with each other correlate with the total, but not with the rest."""
    papers = [[Reply("x", x), Reply("y", y)] for x in (0.0, 1.0) for y in (0.0, 1.0) for _again in range(5)]
    stats = analyse(papers, {"x": (), "y": ()})
    assert stats.items["x"].discrimination == pytest.approx(0, abs=CLOSE)


def test_what_does_not_vary_has_no_correlation() -> None:
    papers = [[Reply("x", 1.0), Reply("y", 0.1), Reply("z", float(n % 2))] for n in range(20)]
    stats = analyse(papers, {"x": (), "y": (), "z": ()})
    assert stats.items["x"].discrimination is None
    assert stats.items["z"].discrimination is None
    assert stats.reliability is not None
    assert stats.reliability.sd == pytest.approx(100 / 6)


def test_nobody_differs_at_all() -> None:
    stats = analyse([[Reply("x", 1.0), Reply("y", 1.0)]] * 12, {"x": (), "y": ()})
    assert stats.reliability is not None
    assert (stats.reliability.alpha, stats.reliability.dependability) == (None, None)


def test_the_median_time_and_distractors_by_hand() -> None:
    chosen = [("a",)] * 12 + [("b",)] * 8 + [None] * 2
    papers = [
        [Reply("x", float(pick == ("a",)), pick, 10.0 + n if pick else None), Reply("y", n / 22, ())]
        for n, pick in enumerate(chosen)
    ]
    item = analyse(papers, {"x": ("a", "b", "c"), "y": ()}).items["x"]
    a, b, c = item.options
    assert (a.count, b.count, c.count) == (12, 8, 0)
    assert a.share == pytest.approx(12 / 22)
    assert b.mean_rest == pytest.approx(100 * sum(range(12, 20)) / 8 / 22)
    assert c.mean_rest is None
    assert item.blank == pytest.approx(2 / 22)
    assert item.median_seconds == 19.5  # of 10 … 29


def test_fifths_rise_with_ability_and_keep_ties_together() -> None:
    papers = [[Reply("x", float(n >= 30), ()), Reply("y", n // 10 / 5, ())] for n in range(50)]
    fifths = analyse(papers, {"x": (), "y": ()}).items["x"].fifths
    assert [fifth.people for fifth in fifths] == [10] * 5
    assert [fifth.mean_mark for fifth in fifths] == [0, 0, 0, 1, 1]
    assert [fifth.mean_rest for fifth in fifths] == pytest.approx([0, 20, 40, 60, 80])
    shuffled = random.Random(3).sample(papers, 50)
    assert analyse(shuffled, {"x": (), "y": ()}).items["x"].fifths == fifths


# --- Small numbers ----------------------------------------------------------------------------------------------


def choice_papers(counts: Mapping[str, int]) -> list[list[Reply]]:
    picks = [key for key, count in counts.items() for _person in range(count)]
    return [
        [Reply("x", float(pick == "a"), (pick,) if pick != "-" else None), Reply("y", n % 3 / 2, ())]
        for n, pick in enumerate(picks)
    ]


def test_below_ten_responses_there_is_no_result() -> None:
    stats = analyse(choice_papers({"a": 5, "b": FEWEST - 6}), {"x": ABCD, "y": ()})
    item = stats.items["x"]
    assert (item.responses, item.enough) == (9, False)
    assert (item.difficulty, item.discrimination, item.blank, item.options, item.fifths) == (
        None,
        None,
        None,
        (),
        (),
    )
    assert stats.reliability is None


@given(st.lists(st.integers(0, 25), min_size=3, max_size=5))
def test_no_cell_below_five_in_a_group_below_twenty(counts: list[int]) -> None:
    named = dict(zip([*ABCD[: len(counts) - 1], "-"], counts, strict=True))
    item = analyse(choice_papers(named), {"x": ABCD[: len(counts) - 1], "y": ()}).items["x"]
    if item.responses >= 20 or not item.enough:
        return
    for option in item.options:
        assert option.count is None or option.count >= 5
    if any(option.count is None for option in item.options):
        # The key is known from the difficulty; of the wrong options and the blanks at least two stay unknown.
        unknown = [option for option in item.options if option.count is None and option.key != "a"]
        assert len(unknown) + (item.blank is None) >= 2
    assert item.blank is None or item.blank == 0 or item.blank * item.responses > 4.5


def test_an_item_nobody_met_is_listed_with_nothing() -> None:
    assert analyse([], {"x": ABCD}).items["x"].responses == 0


# --- Hints ------------------------------------------------------------------------------------------------------


def item(kind: ItemKind = ItemKind.SINGLE, options: str = "abcd") -> Item:
    return Item(
        key="x",
        pool="m",
        kind=kind,
        stem="?",
        objective="m/1",
        options=tuple(Option(key, key, correct=key == "a") for key in options),
    )


def hinted(
    picks: Sequence[str | None], rest: Sequence[float], seconds: float = 20, **about: object
) -> set[HintCode]:
    papers = [
        [Reply("x", float(pick == "a"), (pick,) if pick else None, seconds), Reply("y", score, ())]
        for pick, score in zip(picks, rest, strict=True)
    ]
    asked = item(**about)  # type: ignore[arg-type]
    stats = analyse(papers, {"x": tuple(option.key for option in asked.options), "y": ()}).items["x"]
    return {hint.code for hint in hints(asked, stats, typical_seconds=20)}


def spread(count: int) -> list[float]:
    return [n / count for n in range(count)]


def test_a_wrong_key_shows_because_better_people_get_it_wrong() -> None:
    picks = ["a"] * 40 + ["b"] * 60
    assert hinted(picks, spread(100)) >= {HintCode.KEY_SUSPECT, HintCode.RIVAL, HintCode.DEAD_OPTION}


def test_a_good_question_has_no_hint() -> None:
    dice = random.Random(5)
    picks = ["a" if n + dice.randint(-30, 30) > 35 else dice.choice("bcd") for n in range(100)]
    assert hinted(picks, spread(100)) == set()


def test_easy_hard_guessed_blank_and_slow() -> None:
    dice = random.Random(6)
    assert hinted(["a"] * 97 + ["b", "c", "d"], spread(100)) == {HintCode.TOO_EASY}
    assert HintCode.TOO_HARD in hinted(["b"] * 45 + ["c"] * 45 + ["d"] * 5 + ["a"] * 5, spread(100))
    assert HintCode.GUESSING in hinted([dice.choice("abcd") for _n in range(200)], spread(200))
    assert HintCode.OFTEN_BLANK in hinted([None] * 15 + ["b"] * 25 + ["a"] * 60, spread(100))
    good = ["b"] * 20 + ["c"] * 10 + ["d"] * 10 + ["a"] * 60
    assert hinted(good, spread(100), seconds=41) == {HintCode.SLOW}


def test_a_few_unlucky_people_raise_no_alarm() -> None:
    """Twelve people, a slightly negative correlation: that is chance."""
    picks = ["a", "b", "a", "b", "a", "a", "b", "a", "a", "b", "b", "b"]
    assert HintCode.KEY_SUSPECT not in hinted(picks, spread(12))


def test_chance_alone_seldom_raises_the_alarm() -> None:
    """Of 400 questions that tell nothing, about one in twenty is suspected; never one in ten."""
    dice = random.Random(11)
    alarms = sum(
        HintCode.KEY_SUSPECT in hinted([dice.choice("ab") for _n in range(60)], spread(60), options="ab")
        for _question in range(400)
    )
    assert alarms < 40


def test_the_worst_stand_first() -> None:
    bad = analyse(choice_papers({"a": 30, "b": 30}), {"x": ABCD, "y": ()}).items["x"]
    few = analyse(choice_papers({"a": 3}), {"x": ABCD, "y": ()}).items["x"]
    order = [
        worst_first(bad, hints(item(), bad)),
        worst_first(bad, ()),
        worst_first(few, ()),
    ]
    assert order == sorted(order)
