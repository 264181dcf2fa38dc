"""Long lists, line by line, in memory that does not grow: NDJSON and CSV in, NDJSON and CSV out. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from certificates.api.operations import CSV, NDJSON

PIECE = 64 * 1024
LONGEST_LINE = 4096
COLUMNS = ("line", "nip", "outcome", "reasons", "certificates", "problem")
# What a spreadsheet program takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

# Line number from 1 and the number as it was sent; None: the line cannot be read.
Given = tuple[int, str | None]


def split(read: Callable[[int], bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Number and content of every line that is not empty; None for one longer than `LONGEST_LINE`."""
    rest, number, too_long = b"", 1, False
    while True:
        piece = read(PIECE)
        if not piece:
            break
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield from _line(number, line, too_long=too_long)
            number, too_long = number + 1, False
        if len(rest) > LONGEST_LINE:
            rest, too_long = b"", True
    yield from _line(number, rest, too_long=too_long)


def _line(number: int, line: bytes, *, too_long: bool) -> Iterator[tuple[int, bytes | None]]:
    if too_long or len(line) > LONGEST_LINE:
        yield number, None
    elif line.strip():
        yield number, line.strip()


def numbers(lines: Iterable[tuple[int, bytes | None]], media: str) -> Iterator[Given]:
    """The employee number of every line of NDJSON or CSV."""
    return _from_ndjson(lines) if media == NDJSON else _from_csv(lines)


def _from_ndjson(lines: Iterable[tuple[int, bytes | None]]) -> Iterator[Given]:
    """Each line a JSON string, or an object whose `nip` is one. A JSON number is refused: it lost its last digits."""
    for number, line in lines:
        try:
            value = json.loads(line.decode("utf-8-sig")) if line is not None else None
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            value = value.get("nip")
        yield number, value if isinstance(value, str) and "\x00" not in value else None


def _from_csv(lines: Iterable[tuple[int, bytes | None]]) -> Iterator[Given]:
    """The column headed `nip`, else the first. The first line decides whether commas or semicolons part the cells."""
    column, delimiter, first = 0, ",", True
    for number, line in lines:
        cells = None
        try:
            text = line.decode("utf-8-sig") if line is not None else None
            if first and text is not None:
                delimiter = ";" if ";" in text else ","
            cells = next(csv.reader([text], delimiter=delimiter)) if text is not None else None
        except (UnicodeDecodeError, csv.Error):
            cells = None
        if first and cells is not None:
            first = False
            headings = [cell.strip().lower() for cell in cells]
            if "nip" in headings:
                column = headings.index("nip")
                continue
        first = False
        found = cells[column] if cells is not None and column < len(cells) else None
        yield number, found if found is not None and "\x00" not in found else None


def opening(media: str) -> bytes:
    """What stands before the first answer."""
    return _row(COLUMNS) if media == CSV else b""


def packed(rows: Iterable[dict[str, Any]], media: str) -> bytes:
    """Answers as lines of the medium."""
    if media == CSV:
        return b"".join(
            _row(
                (
                    row["line"],
                    row["nip"],
                    row["outcome"] or "",
                    " ".join(row["reasons"]),
                    " ".join(row["certificates"]),
                    row["problem"] or "",
                )
            )
            for row in rows
        )
    return b"".join(_json(row) for row in rows)


def closing(lines: int, counts: dict[str, int], media: str) -> bytes:
    """The last line, by which the reader knows that nothing is missing."""
    if media == CSV:
        told = " ".join(f"{name}={count}" for name, count in counts.items())
        return _row(("end", lines, "", "", "", told))
    return _json({"end": True, "lines": lines, "counts": counts})


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _row(cells: Iterable[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(
        [
            f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA) else cell
            for cell in cells
        ]
    )
    return out.getvalue().encode()
