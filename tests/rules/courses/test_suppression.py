"""Nobody can be read from a table of decisions: proved by solving for every hidden cell."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from courses.suppression import FEWEST, TallyTable, protect, shown_options

Cell = tuple[str, str]


def solvable(table: TallyTable, columns: list[str]) -> set[Cell]:
    """The hidden cells that follow from margins and shown cells: those whose unit vector lies in the row space of the
    equations, by Gaussian elimination in fractions. Knows nothing of graphs.
    """
    hidden = sorted(
        (group, option)
        for group, _people in table.groups
        for option in columns
        if (group, option) not in table.cells
    )
    equations = [[Fraction(int(cell[0] == group)) for cell in hidden] for group, _people in table.groups]
    equations += [[Fraction(int(cell[1] == option)) for cell in hidden] for option in columns]
    rank = _rank(equations)
    return {
        cell
        for place, cell in enumerate(hidden)
        if _rank([*equations, [Fraction(int(place == at)) for at in range(len(hidden))]]) == rank
    }


def _rank(rows: list[list[Fraction]]) -> int:
    rows = [list(row) for row in rows]
    rank = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((n for n in range(rank, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for n, row in enumerate(rows):
            if n != rank and row[column]:
                factor = row[column] / rows[rank][column]
                rows[n] = [a - factor * b for a, b in zip(row, rows[rank], strict=True)]
        rank += 1
    return rank


@st.composite
def counts(draw: Any) -> dict[Cell, int]:
    groups, options = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    value = st.one_of(st.integers(0, 4), st.integers(5, 40))
    return {(f"g{g}", f"o{o}"): draw(value) for g in range(groups) for o in range(options)}


def margins(cells: Mapping[Cell, int]) -> tuple[dict[str, int], dict[str, int]]:
    groups: dict[str, int] = {}
    options: dict[str, int] = {}
    for (group, option), count in cells.items():
        groups[group] = groups.get(group, 0) + count
        options[option] = options.get(option, 0) + count
    return groups, options


@given(counts())
def test_no_hidden_cell_can_be_computed(cells: dict[Cell, int]) -> None:
    groups, options = margins(cells)
    table = protect(groups, options, cells)
    if table is None:
        assert any(count < FEWEST for count in groups.values())
        return
    columns = [option for option, count in options.items() if count]
    for cell, count in table.cells.items():
        assert count == cells[cell] >= FEWEST
    for group, people in table.groups:
        shown = [table.cells[group, option] for option in columns if (group, option) in table.cells]
        if len(columns) > 1 and shown:
            # What is hidden in a row together holds five or more, and nobody is told that all chose the same.
            assert len(shown) == len(columns) or people - sum(shown) >= FEWEST
            assert max(shown) < people
    # Where everybody chose the same option, the margin itself says so and there is nothing to hide.
    if len(columns) > 1:
        assert solvable(table, columns) == set()


@given(counts())
def test_small_cells_need_not_be_known(cells: dict[Cell, int]) -> None:
    groups, options = margins(cells)
    large = {cell: count for cell, count in cells.items() if count >= FEWEST}
    assert protect(groups, options, cells) == protect(groups, options, large)


def test_a_table_by_hand() -> None:
    cells = {("x", "a"): 20, ("x", "b"): 8, ("x", "c"): 2, ("y", "a"): 30, ("y", "b"): 9, ("y", "c"): 9}
    table = protect(*margins(cells), cells)
    assert table is not None
    # x/c is small; y/c would give it away with the column, x/b with the row, and then y/b.
    assert dict(table.cells) == {("x", "a"): 20, ("y", "a"): 30}


def test_a_group_in_which_all_chose_the_same_is_hidden() -> None:
    cells = {("x", "a"): 12, ("x", "b"): 0, ("y", "a"): 20, ("y", "b"): 20}
    table = protect(*margins(cells), cells)
    assert table is not None
    assert ("x", "a") not in table.cells


def test_one_group_is_no_table() -> None:
    assert protect({"x": 50}, {"a": 50}, {("x", "a"): 50}) is None
    assert protect({"x": 50, "y": 4}, {"a": 54}, {}) is None


def test_the_margin_hides_what_stands_alone() -> None:
    assert shown_options({"a": 30, "b": 20, "c": 3}) == {"a": 30}
    assert shown_options({"a": 30, "b": 3, "c": 3}) == {"a": 30}
    assert shown_options({"a": 30, "b": 1, "c": 1}) == {}
    assert shown_options({"a": 30, "b": 20, "c": 0}) == {"a": 30, "b": 20, "c": 0}
    assert shown_options({"a": 3, "b": 0}) == {"b": 0}
