"""The map of tiles lies as the country does, and the table beside it sorts as it says."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.records import mapping, regions
from learning.records.mapping import HALF, TILES, Order, RegionRate, halves, off_the_map, ordered

DATA = Path(__file__).parent / "data" / "map_neighbours.csv"
CODES = {name: code for code, name in regions.provinces()}
# Island groups, as columns of the grid.
ISLANDS = {"1": (1, 4), "2": (1, 4), "6": (5, 7), "7": (8, 10), "8": (11, 11), "9": (12, 14)}


def neighbours() -> list[tuple[str, str, str]]:
    lines = [line for line in DATA.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(row["relation"], row["first"], row["second"]) for row in csv.DictReader(lines)]


def test_every_province_of_the_official_list_has_a_tile_of_its_own() -> None:
    assert TILES.keys() == {code for code, _name in regions.provinces()}
    for value in ("iso", "short"):
        assert len({getattr(tile, value) for tile in TILES.values()}) == len(TILES)
    assert len({(tile.column, tile.row) for tile in TILES.values()}) == len(TILES)


@pytest.mark.parametrize(("relation", "first", "second"), neighbours())
def test_neighbours_stand_as_in_an_atlas(relation: str, first: str, second: str) -> None:
    one, other = TILES[CODES[first]], TILES[CODES[second]]
    if relation == "west":
        assert one.column < other.column
    else:
        assert one.row < other.row


def test_the_atlas_speaks_of_every_province() -> None:
    assert {name for _relation, *pair in neighbours() for name in pair} == CODES.keys()


def test_islands_stay_together_and_the_cut_parts_none() -> None:
    for code, tile in TILES.items():
        if code[0] in ISLANDS:
            first, last = ISLANDS[code[0]]
            assert first <= tile.column <= last, code
        elif code[0] == "3":
            assert tile.column <= HALF, code
            assert tile.row >= 5, code
        else:
            assert tile.row == 7, code
    assert not any(first <= HALF < last for first, last in ISLANDS.values())


def test_the_drawing_in_the_source_is_the_grid() -> None:
    doc = mapping.__doc__ or ""
    drawn = {
        (column, row): cell
        for row in range(1, 8)
        for line in doc.splitlines()
        if line.strip().startswith(f"{row}  ")
        for column, cell in enumerate(line.strip().replace("|", " ").split()[1:], 1)
        if cell.isalpha()
    }
    assert drawn == {(tile.column, tile.row): tile.iso for tile in TILES.values()}


def test_the_map_shows_all_provinces_and_the_rest_stands_beside_it() -> None:
    found = [RegionRate("52", 10, 8, 6), RegionRate("99", 4, 1, 1), RegionRate("", 3), RegionRate("77")]
    west, east = halves(found)
    assert len(west) + len(east) == 38
    assert [one.rate.rate for one in east if one.rate.code == "52"] == [60.0]
    assert all(one.rate.rate is None for one in west)
    assert [rate.code for rate in off_the_map(found)] == ["99", ""]


def test_reading_order_is_from_north_to_south() -> None:
    west, _east = halves([])
    assert [one.tile.short for one in west[:4]] == ["Aceh", "Sumut", "Riau", "Kepri"]


ROWS = [
    RegionRate("52", 100, 90, 80),
    RegionRate("51", 4, 0, 0),
    RegionRate("53", 500, 100, 50),
    RegionRate("31", 0),
    RegionRate("91", 20, 20, 20),
    RegionRate("92", 5, 0, 0, exempt=5),
]


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        # Four people without a pass say less than five hundred at ten per cent.
        (Order.WORST, ["53", "51", "52", "91", "31", "92"]),
        (Order.NAME, ["51", "31", "52", "53", "91", "92"]),
        (Order.RATE, ["51", "53", "52", "91", "31", "92"]),
        (Order.EXPECTED, ["53", "52", "91", "51", "31", "92"]),
        (Order.MISSING, ["53", "52", "51", "91", "31", "92"]),
    ],
)
def test_the_table_sorts_as_asked(order: Order, codes: list[str]) -> None:
    assert [rate.code for rate in ordered(ROWS, order)] == codes


@given(st.lists(st.tuples(*[st.integers(0, 9)] * 4), max_size=6), st.sampled_from(Order))
def test_sorting_loses_nobody(figures: list[tuple[int, int, int, int]], order: Order) -> None:
    rows = [RegionRate(f"{11 + n}", a + b + c + d, b + c, c, d) for n, (a, b, c, d) in enumerate(figures)]
    assert sorted(ordered(rows, order), key=lambda r: r.code) == rows
    whole = mapping.total(rows)
    assert whole.assigned == whole.missing + whole.passed + whole.exempt
