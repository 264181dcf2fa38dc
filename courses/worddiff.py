"""What changed between two texts, word by word, with the line numbers of both. Pure.

Lines are compared first; where a run of lines was replaced by another, their words are compared. Long unchanged runs
are folded to a few lines of surroundings, as a reviewer reads.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

AROUND = 2
"""Unchanged lines shown on each side of a change."""
MOST_WORDS = 4_000
"""A replaced run with more words than this is shown as removed and added lines: comparing them would take seconds."""
MOST_COMPARISONS = 2_000_000
"""Equal elements are compared each with each: two texts of nothing but brackets would take minutes. Above this a run is
shown as removed and added."""
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line: `kind` is same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the comparison. `old` and `new` are line numbers, None where the line is not in that text."""

    old: int | None
    new: int | None
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it differs."""
        return any(piece.kind != "same" for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class FileDiff:
    """The changes of one file: `state` is added, removed, changed or same; `hunks` are runs of lines around changes."""

    path: str
    state: str
    hunks: tuple[tuple[Line, ...], ...]
    words_added: int
    words_removed: int


def files(before: Mapping[str, str], after: Mapping[str, str]) -> list[FileDiff]:
    """Every file that differs, course file first."""
    paths = sorted(before.keys() | after.keys(), key=lambda path: (path != "kursus.md", path))
    found = []
    for path in paths:
        old, new = _unix(before.get(path, "")), _unix(after.get(path, ""))
        if old == new and (path in before) == (path in after):
            continue
        state = "changed" if path in before and path in after else "added" if path in after else "removed"
        lines = list(compare(old, new))
        added = sum(_words(p.text) for line in lines for p in line.pieces if p.kind == "added")
        removed = sum(_words(p.text) for line in lines for p in line.pieces if p.kind == "removed")
        found.append(FileDiff(path, state, tuple(_hunks(lines)), added, removed))
    return found


def compare(old: str, new: str) -> Iterator[Line]:
    """Every line of both texts in order, words marked where a line was replaced."""
    before, after = old.split("\n"), new.split("\n")
    for tag, a, b, c, d in _opcodes(before, after):
        if tag == "equal":
            for offset in range(b - a):
                yield Line(a + offset + 1, c + offset + 1, (Piece("same", before[a + offset]),))
        else:
            yield from _replaced(before[a:b], after[c:d], a + 1, c + 1)


def _replaced(before: list[str], after: list[str], old: int, new: int) -> Iterator[Line]:
    """Lines that stand for each other are shown as one line with their words compared, the rest as they are."""
    pairs = min(len(before), len(after))
    if sum(map(_words, (*before, *after))) > MOST_WORDS:
        pairs = 0
    for offset in range(pairs):
        pieces = tuple(words(before[offset], after[offset]))
        if _alike(pieces):
            yield Line(old + offset, new + offset, pieces)
        else:
            yield Line(old + offset, None, (Piece("removed", before[offset]),))
            yield Line(None, new + offset, (Piece("added", after[offset]),))
    for offset in range(pairs, len(before)):
        yield Line(old + offset, None, (Piece("removed", before[offset]),))
    for offset in range(pairs, len(after)):
        yield Line(None, new + offset, (Piece("added", after[offset]),))


def words(old: str, new: str) -> Iterator[Piece]:
    """Two lines as stretches that are the same, removed and added."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    for tag, a, b, c, d in _opcodes(before, after):
        if tag == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        if b > a:
            yield Piece("removed", "".join(before[a:b]))
        if d > c:
            yield Piece("added", "".join(after[c:d]))


def _opcodes(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    others = Counter(after)
    if sum(count * others[element] for element, count in Counter(before).items()) > MOST_COMPARISONS:
        whole = "equal" if list(before) == list(after) else "replace"
        return [(whole, 0, len(before), 0, len(after))]
    return list(difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes())


def _alike(pieces: tuple[Piece, ...]) -> bool:
    """Whether enough of a line stayed to read the two as one."""
    same = sum(len(piece.text.strip()) for piece in pieces if piece.kind == "same")
    return same * 3 >= sum(len(piece.text.strip()) for piece in pieces)


def _hunks(lines: list[Line]) -> Iterator[tuple[Line, ...]]:
    shown: set[int] = set()
    for number, line in enumerate(lines):
        if line.changed:
            shown.update(range(max(0, number - AROUND), min(len(lines), number + AROUND + 1)))
    run: list[Line] = []
    for number, line in enumerate(lines):
        if number in shown:
            run.append(line)
        elif run:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def _words(text: str) -> int:
    return sum(token.isalnum() for token in _TOKEN.findall(text))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
