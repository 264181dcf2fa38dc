"""Tables of counts from which nobody can be read, not even by subtraction. Pure.

A table has groups of people as rows and the options of a scene as columns. Its margins (how many are in each group, how
many chose each option) count as known to everybody: the second is what learners see as "how others decided". What is
protected are the cells: a cell is shown only when five or more people stand in it, and further cells are hidden until
none of the hidden ones follows from the margins and the cells that are shown.

Which cells follow is a question about a graph: rows and columns are its nodes, hidden cells its edges. The equations
"row adds up" and "column adds up" have one solution for an edge exactly when the edge is a bridge, that is, when it
lies on no cycle (Gusfield, D. (1988). A graph theoretic approach to statistical data security. SIAM J. Comput. 17).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEWEST = 5
"""A shown cell has at least so many people, and so have the hidden cells of a row together."""

Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TallyTable:
    """Rows with at least FEWEST people, largest first; `cells` has the shown ones only."""

    groups: tuple[tuple[str, int], ...]
    options: tuple[str, ...]
    cells: Mapping[Cell, int]


def protect(
    groups: Mapping[str, int], options: Mapping[str, int], cells: Mapping[Cell, int]
) -> TallyTable | None:
    """The table that may be shown; None when fewer than two groups are left, which would tell nothing.

    `groups` and `options` are the margins: every person is in one group and chose one option. `cells` may leave out
    whatever is below FEWEST: small cells need not leave the database.
    """
    if len(groups) < 2 or any(count < FEWEST for count in groups.values()):
        return None
    # A column that nobody chose is known to be empty in every row, however many cells are hidden.
    columns = [key for key, count in options.items() if count]
    shown = {
        cell: count
        for cell, count in cells.items()
        if count >= FEWEST and cell[0] in groups and cell[1] in columns
    }
    every = {(group, option) for group in groups for option in columns}
    while True:
        hidden = every - shown.keys()
        victim = _alone_in_row(groups, columns, shown) or _follows(hidden, shown)
        if victim is None:
            break
        del shown[victim]
    rows = tuple(sorted(groups.items(), key=lambda row: (-row[1], row[0])))
    return TallyTable(rows, tuple(options), shown)


def shown_options(options: Mapping[str, int]) -> dict[str, int]:
    """The margin itself as it is shown: options that five or more people chose, or nobody at all; never just one gap."""
    shown = {key: count for key, count in options.items() if count == 0 or count >= FEWEST}
    hidden = [key for key in options if key not in shown]
    while hidden and (len(hidden) == 1 or sum(options[key] for key in hidden) < FEWEST):
        chosen = [key for key, count in shown.items() if count]
        if not chosen:
            break
        smallest = min(chosen, key=lambda key: (shown[key], key))
        del shown[smallest]
        hidden.append(smallest)
    return shown


def _alone_in_row(
    groups: Mapping[str, int], columns: Sequence[str], shown: Mapping[Cell, int]
) -> Cell | None:
    """The smallest shown cell of a row whose hidden cells together hold fewer than FEWEST people.

    That also hides a row in which everybody chose the same: there the hidden cells hold nobody.
    """
    for group, people in groups.items():
        here = {option: shown[group, option] for option in columns if (group, option) in shown}
        if here and len(here) < len(columns) and people - sum(here.values()) < FEWEST:
            return group, min(here, key=lambda option: (here[option], option))
        if here and len(columns) > 1 and max(here.values()) == people:
            return group, max(here, key=lambda option: here[option])
    return None


def _follows(hidden: set[Cell], shown: Mapping[Cell, int]) -> Cell | None:
    """A shown cell to hide because a hidden one could be computed; None when none can or nothing is left to hide.

    The smallest cell that closes a cycle over a bridge; where none does, the smallest that brings one nearer.
    """
    bridges = _bridges(hidden)
    if not bridges:
        return None
    part, block = _parts(hidden), _parts(hidden - bridges)
    exposed = {part[node] for edge in bridges for node in _ends(edge)}

    def closes(cell: Cell) -> bool:
        row, column = _ends(cell)
        return part.get(row, 0) == part.get(column, -1) and block.get(row, 0) != block.get(column, -1)

    def touches(cell: Cell) -> bool:
        return any(part.get(node) in exposed for node in _ends(cell))

    for wanted in (closes, touches):
        found = [cell for cell in shown if wanted(cell)]
        if found:
            return min(found, key=lambda cell: (shown[cell], cell))
    return min(shown, key=lambda cell: (shown[cell], cell), default=None)


Node = tuple[str, str]


def _ends(edge: Cell) -> tuple[Node, Node]:
    # A group and an option may have the same name.
    return ("row", edge[0]), ("column", edge[1])


def _neighbours(edges: set[Cell]) -> dict[Node, list[Node]]:
    found: dict[Node, list[Node]] = {}
    for edge in sorted(edges):
        row, column = _ends(edge)
        found.setdefault(row, []).append(column)
        found.setdefault(column, []).append(row)
    return found


def _parts(edges: set[Cell]) -> dict[Node, int]:
    """Node -> number (from 1) of the connected part it lies in."""
    beside = _neighbours(edges)
    part: dict[Node, int] = {}
    for number, start in enumerate(beside, 1):
        waiting = [start] if start not in part else []
        while waiting:
            node = waiting.pop()
            if node not in part:
                part[node] = number
                waiting += beside[node]
    return part


def _bridges(edges: set[Cell]) -> set[Cell]:
    """The edges that lie on no cycle (Tarjan 1974: nothing below the edge reaches back above it)."""
    beside = _neighbours(edges)
    seen: dict[Node, int] = {}
    reach: dict[Node, int] = {}
    found: set[Cell] = set()

    def visit(node: Node, parent: Node | None) -> None:
        seen[node] = reach[node] = len(seen)
        for other in beside[node]:
            if other == parent:
                continue
            if other in seen:
                reach[node] = min(reach[node], seen[other])
                continue
            visit(other, node)
            reach[node] = min(reach[node], reach[other])
            if reach[other] > seen[node]:
                row, column = (node, other) if node[0] == "row" else (other, node)
                found.add((row[1], column[1]))

    for start in beside:
        if start not in seen:
            visit(start, None)
    return found
