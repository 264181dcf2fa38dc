"""Where in a list a number stood first. Pure, and small: a list of a million numbers takes 32 MB here, a dict 200."""

from __future__ import annotations

from array import array

_FREE = 0
_SPREAD = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: neighbouring numbers land far apart
_WORD = (1 << 64) - 1


class Firsts:
    """Numbers of up to 18 digits with the row they were first seen in. Rows count from 1."""

    def __init__(self, expected: int = 0) -> None:
        """Room for so many numbers from the start; for more it grows."""
        self._bits = max(12, (expected * 3 // 2).bit_length())
        self._count = 0
        self._numbers, self._rows = self._empty()

    def row_of(self, digits: str, row: int) -> int:
        """The row in which the number stood first; `row` itself if this is the first time."""
        number = int(digits) + 1  # 0 marks a free place
        numbers = self._numbers
        # As in `_place`, written out: this runs once a line.
        at = (number * _SPREAD & _WORD) >> (64 - self._bits)
        if numbers[at] != _FREE:
            at = self._place(number)
            if numbers[at] == number:
                return self._rows[at]
        numbers[at], self._rows[at] = number, row
        self._count += 1
        if self._count * 3 > len(self._numbers) * 2:
            self._grow()
        return row

    def _empty(self) -> tuple[array[int], array[int]]:
        places = 1 << self._bits
        return array("Q", bytes(8 * places)), array("Q", bytes(8 * places))

    def _place(self, number: int) -> int:
        numbers = self._numbers
        last = len(numbers) - 1
        at = (number * _SPREAD & _WORD) >> (64 - self._bits)
        while (there := numbers[at]) != _FREE and there != number:
            at = (at + 1) & last
        return at

    def _grow(self) -> None:
        kept = zip(self._numbers, self._rows, strict=True)
        self._bits += 1
        self._numbers, self._rows = self._empty()
        for number, row in kept:
            if number != _FREE:
                at = self._place(number)
                self._numbers[at], self._rows[at] = number, row
