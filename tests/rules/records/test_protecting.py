"""Small groups: cases as data, and an adversary who tries every table that could lie behind what is shown."""

from __future__ import annotations

import csv
from collections import defaultdict
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.records.protecting import FEWEST, LOW, Share, peers, protect, share

DATA = Path(__file__).parent / "data" / "small_groups.csv"


def cases() -> list[Any]:
    lines = [line for line in DATA.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [
        pytest.param(row["people"], row["shown"], row["total"], id=row["why"])
        for row in csv.DictReader(lines)
    ]


@pytest.mark.parametrize(("people", "shown", "total"), cases())
def test_cases(people: str, shown: str, total: str) -> None:
    cells = people.split()
    known = {n for n, cell in enumerate(cells) if cell.endswith("*")}
    found = protect({n: int(cell.rstrip("*")) for n, cell in enumerate(cells)}, known)
    assert [cell if n in found.shown else "." for n, cell in enumerate(cells)] == shown.split()
    assert found.total is (total == "yes")


@pytest.mark.parametrize("known", [(), (0,)])
def test_nobody_can_compute_what_is_left_out(known: tuple[int, ...]) -> None:
    # Every table of four cells up to eight people: those that look alike from outside must differ in each hidden cell.
    seen: dict[Any, list[tuple[int, ...]]] = defaultdict(list)
    for table in product(range(9), repeat=4):
        found = protect(dict(enumerate(table)), known)
        view = tuple(count if n in found.shown else None for n, count in enumerate(table))
        seen[view, sum(table) if found.total else None].append(table)
    assert any(None in view for view, _total in seen)
    for (view, _total), tables in seen.items():
        for n, cell in enumerate(view):
            if cell is None:
                assert len({table[n] for table in tables}) > 1, (view, _total)


@given(st.dictionaries(st.integers(), st.integers(0, 30), max_size=8), st.data())
def test_what_is_shown_speaks_of_enough_people(people: dict[int, int], data: st.DataObject) -> None:
    known = data.draw(st.sets(st.sampled_from(sorted(people)))) if people else set()
    found = protect(people, known)
    assert known <= found.shown
    assert all(people[key] == 0 or people[key] >= FEWEST for key in found.shown - known)
    hidden = [count for key, count in people.items() if key not in found.shown]
    if hidden and found.total:
        assert len(hidden) > 1
        assert sum(hidden) >= FEWEST


@pytest.mark.parametrize(
    ("passed", "expected", "said"),
    [
        (4, 4, None),
        (0, 0, None),
        (0, 5, Share(20, at_most=True)),
        (1, 5, Share(20, at_most=True)),
        (2, 5, Share(40, at_most=False)),
        (0, 400, Share(20, at_most=True)),
        (996, 1000, Share(99, at_most=False)),
        (5, 5, Share(100, at_most=False)),
    ],
)
def test_a_share_for_readers_without_names(passed: int, expected: int, said: Share | None) -> None:
    assert share(passed, expected) == said


@given(st.integers(FEWEST, 300))
def test_no_share_says_that_nobody_has_passed(expected: int) -> None:
    said = share(0, expected)
    assert said == Share(LOW, at_most=True)
    assert share(1, expected) == said


def test_a_unit_among_others() -> None:
    found = peers((6, 10), [(1, 10), (9, 10), (5, 10), (3, 3)])
    assert found is not None
    assert (found.units, found.ranked, found.below) == (4, 3, 2)
    assert found.share == Share(54, at_most=False)


@pytest.mark.parametrize(
    "others",
    [
        [],
        [(9, 10)],
        [(9, 10), (5, 10)],
        [(1, 1), (1, 1), (1, 1)],
        [(9, 10), (5, 10), (0, 0)],
        [(9, 10), (5, 10), (1, 4)],
    ],
)
def test_too_few_units_or_people_are_not_compared(others: list[tuple[int, int]]) -> None:
    assert peers((6, 10), others) is None


def test_a_unit_without_a_duty_is_not_compared() -> None:
    assert peers((0, 0), [(1, 10), (9, 10), (5, 10)]) is None
