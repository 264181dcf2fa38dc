"""A map of the provinces as tiles, and what the figures of a region say. Pure.

Each province is one tile of equal size: the number of its people decides about nothing, and no outline has to be had, licensed
or drawn. The grid is made by hand, from what any school atlas shows, by four rules:

1. Whoever lies west of a neighbour stands to its left, whoever lies north of it stands above it. Where that cannot hold for all,
   a neighbour across land counts more than one across water.
2. Islands stay together: Sumatra in columns 1 to 4, Java in 3 to 6 of the rows below it, Kalimantan in 5 to 7, Sulawesi in 8 to
   10, Maluku in 11, Papua in 12 to 14; Bali and Nusa Tenggara in the lowest row. An empty cell is sea.
3. The equator runs along the second and third row. Aceh alone stands higher, since nothing lies beside it.
4. The grid can be cut after column 7 and the halves put below each other without parting an island, for narrow screens: west are
   Sumatra, Java, Bali and Kalimantan; east are Nusa Tenggara, Sulawesi, Maluku and Papua.

     1  2  3  4  5  6  7 | 8  9  10 11 12 13 14
  1  AC .  .  .  .  .  . | .  .  .  .  .  .  .
  2  SU RI KR .  .  .  KU| .  GO SA MU .  .  .
  3  SB JA .  .  KB KT KI| .  ST .  .  PD PB PA
  4  .  BE SS BB .  .  KS| SR .  .  .  .  PT PE
  5  .  .  LA JK .  .  . | SN SG .  MA .  .  PS
  6  .  .  BT JB JT JI . | .  .  .  .  .  .  .
  7  .  .  .  .  YO .  BA| NB NT .  .  .  .  .

Two letters are the codes of ISO 3166-2:ID.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from learning.records import outlook, regions

HALF = 7
"""Columns of each half of the map."""
NOWHERE = ""
"""The code under which people are summed whose unit names no region."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a province stands on the map (column 1 to 14 from the west, row 1 to 7 from the north) and its short names."""

    column: int
    row: int
    iso: str
    short: str


TILES: Mapping[str, Tile] = {
    "11": Tile(1, 1, "AC", "Aceh"),
    "12": Tile(1, 2, "SU", "Sumut"),
    "14": Tile(2, 2, "RI", "Riau"),
    "21": Tile(3, 2, "KR", "Kepri"),
    "65": Tile(7, 2, "KU", "Kaltara"),
    "75": Tile(9, 2, "GO", "Gorontalo"),
    "71": Tile(10, 2, "SA", "Sulut"),
    "82": Tile(11, 2, "MU", "Malut"),
    "13": Tile(1, 3, "SB", "Sumbar"),
    "15": Tile(2, 3, "JA", "Jambi"),
    "61": Tile(5, 3, "KB", "Kalbar"),
    "62": Tile(6, 3, "KT", "Kalteng"),
    "64": Tile(7, 3, "KI", "Kaltim"),
    "72": Tile(9, 3, "ST", "Sulteng"),
    "96": Tile(12, 3, "PD", "Papua Barat Daya"),
    "92": Tile(13, 3, "PB", "Papua Barat"),
    "91": Tile(14, 3, "PA", "Papua"),
    "17": Tile(2, 4, "BE", "Bengkulu"),
    "16": Tile(3, 4, "SS", "Sumsel"),
    "19": Tile(4, 4, "BB", "Babel"),
    "63": Tile(7, 4, "KS", "Kalsel"),
    "76": Tile(8, 4, "SR", "Sulbar"),
    "94": Tile(13, 4, "PT", "Papua Tengah"),
    "95": Tile(14, 4, "PE", "Papua Peg."),
    "18": Tile(3, 5, "LA", "Lampung"),
    "31": Tile(4, 5, "JK", "Jakarta"),
    "73": Tile(8, 5, "SN", "Sulsel"),
    "74": Tile(9, 5, "SG", "Sultra"),
    "81": Tile(11, 5, "MA", "Maluku"),
    "93": Tile(14, 5, "PS", "Papua Selatan"),
    "36": Tile(3, 6, "BT", "Banten"),
    "32": Tile(4, 6, "JB", "Jabar"),
    "33": Tile(5, 6, "JT", "Jateng"),
    "35": Tile(6, 6, "JI", "Jatim"),
    "34": Tile(5, 7, "YO", "DIY"),
    "51": Tile(7, 7, "BA", "Bali"),
    "52": Tile(8, 7, "NB", "NTB"),
    "53": Tile(9, 7, "NT", "NTT"),
}


@dataclass(frozen=True, slots=True)
class RegionRate:
    """How far the people are who work in a region. `rate` is None when nobody there has the duty.

    Who is exempt is in `assigned` and in `exempt`, and in no other figure, as in `rates.Rate`.
    """

    code: str
    assigned: int = 0
    started: int = 0
    passed: int = 0
    exempt: int = 0

    @property
    def expected(self) -> int:
        """People from whom the pass is expected: assigned and not exempt. The base of the rate."""
        return self.assigned - self.exempt

    @property
    def missing(self) -> int:
        """People who have not passed and are not exempt."""
        return self.expected - self.passed

    @property
    def rate(self) -> float | None:
        """Passed of those who are assigned and not exempt, in percent."""
        return 100 * self.passed / self.expected if self.expected else None


@dataclass(frozen=True, slots=True)
class Placed:
    """A province on the map: its tile and its figures."""

    tile: Tile
    rate: RegionRate


class Order(StrEnum):
    """By what the table of regions is sorted; the values stand in addresses."""

    WORST = "tertinggal"
    NAME = "nama"
    RATE = "persen"
    EXPECTED = "wajib"
    MISSING = "belum"


def halves(found: Iterable[RegionRate]) -> tuple[list[Placed], list[Placed]]:
    """All provinces on the map, west and east, each from north to south and from west to east. Who has no figures is
    there with none.
    """
    known = {rate.code: rate for rate in found}
    placed = [Placed(tile, known.get(code, RegionRate(code))) for code, tile in TILES.items()]
    placed.sort(key=lambda one: (one.tile.row, one.tile.column))
    west = [one for one in placed if one.tile.column <= HALF]
    return west, [one for one in placed if one.tile.column > HALF]


def off_the_map(found: Iterable[RegionRate]) -> list[RegionRate]:
    """Whoever works where the map has no tile: units without a region, rehearsal regions, codes that are none."""
    return [rate for rate in found if rate.code not in TILES and rate.assigned]


def total(found: Iterable[RegionRate], code: str = NOWHERE) -> RegionRate:
    """All of them together."""
    rows = list(found)
    return RegionRate(
        code,
        sum(row.assigned for row in rows),
        sum(row.started for row in rows),
        sum(row.passed for row in rows),
        sum(row.exempt for row in rows),
    )


def ordered(found: Sequence[RegionRate], order: Order) -> list[RegionRate]:
    """The rows of the table; who has no duty comes last, whatever it is sorted by, except by name.

    WORST is whose rate is surely low (`outlook.at_most`), as in the lists of units.
    """
    names = {rate.code: regions.name_of(rate.code) for rate in found}

    def place(rate: RegionRate) -> tuple[object, ...]:
        last, name = rate.rate is None, (names[rate.code], rate.code)
        if order is Order.NAME:
            return name
        if order is Order.RATE:
            return last, rate.rate or 0.0, *name
        if order is Order.EXPECTED:
            return last, -rate.expected, *name
        if order is Order.MISSING:
            return last, -rate.missing, *name
        return last, outlook.at_most(rate.passed, rate.expected), rate.rate or 0.0, -rate.missing, *name

    return sorted(found, key=place)
