"""The lines of a text as they are read, and the characters of each in the text as it stands."""

from __future__ import annotations

import re

from courses.format.editable import FieldPath
from courses.format.heads import Bit
from courses.format.text import readable

MOST_SCENES = 20
MOST_ROWS = 40
"""Options, choices or accepted answers; more than the reader takes, so that a form can show and mend too many."""
_LINE = re.compile(r"[^\r\n]*(\r\n|\r|\n)?")

Fields = list[tuple[FieldPath, int, int]]
"""Fields with the numbers of their first and last line."""


class Unshown(Exception):
    """A block that no form can show. The argument is one of `REASONS`."""


REASONS = ("unclosed", "head", "stray", "many", "mixed")


class Lines:
    """A text cut into lines. Indexes count from 0, line numbers (as in problems) from 1."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.nexts: list[int] = []
        position = 1 if text.startswith("\ufeff") else 0
        while True:
            match = _LINE.match(text, position)
            assert match is not None  # every part of it may be missing
            self.starts.append(position)
            self.ends.append(match.start(1) if match[1] else match.end())
            self.nexts.append(match.end())
            position = match.end()
            if not match[1]:
                break
        self.read = [readable(text[start:end]) for start, end in zip(self.starts, self.ends, strict=True)]

    def newline(self, index: int) -> str:
        """How a line ends, else how the first one does."""
        for at in (index, 0):
            if self.nexts[at] > self.ends[at]:
                return self.text[self.ends[at] : self.nexts[at]]
        return "\n"

    def trimmed(self, first: int, stop: int) -> Bit:
        """The lines from `first` up to `stop` as one field, without blank lines around it."""
        begin, end = first, stop
        while begin < end and not self.read[begin].strip():
            begin += 1
        while end > begin and not self.read[end - 1].strip():
            end -= 1
        if begin == end:
            return Bit("", self.starts[first], self.starts[first])
        return Bit("\n".join(self.read[begin:end]), self.starts[begin], self.ends[end - 1])

    def core_end(self, first: int, stop: int) -> int:
        """Where the last line that is not blank ends, of the lines from `first` up to `stop`; at least that of `first`."""
        last = stop - 1
        while last > first and not self.read[last].strip():
            last -= 1
        return self.nexts[last]

    def number(self, offset: int) -> int:
        """The number of the line that a character stands on."""
        low, high = 0, len(self.starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.starts[middle] <= offset:
                low = middle
            else:
                high = middle - 1
        return low + 1

    def note(self, fields: Fields, path: FieldPath, bit: Bit) -> None:
        """Remember on which lines a field stands; one that is empty stands nowhere."""
        if bit.end > bit.start:
            fields.append((path, self.number(bit.start), self.number(bit.end)))
