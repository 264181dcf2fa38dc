"""Reading a CSV file of any length row by row, with the memory of one block. Small files: `spreadsheet.read_sheet`."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from learning.people.spreadsheet import Column, Row, SheetError, delimiter_of, read_sheet, under_header

MOST_ROWS = 10_000_000
# A workbook is unpacked in memory; longer lists come as CSV.
MOST_WORKBOOK_BYTES = 40 * 1024 * 1024
MOST_WORKBOOK_ROWS = 200_000
BLOCK = 1024 * 1024
_TOLD = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


def stream_file(path: Path, *, columns: Iterable[Column]) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The headings nobody asked for, and the rows of a file as they are read. Raises SheetError as `read_sheet` does,
    for what stands far down while the rows are taken.
    """
    wanted = tuple(columns)
    size = path.stat().st_size
    with path.open("rb") as file:
        packed = file.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    if size <= BLOCK or packed:
        if size > MOST_WORKBOOK_BYTES:
            raise SheetError("sheet.too_large", megabytes=MOST_WORKBOOK_BYTES // (1024 * 1024))
        sheet = read_sheet(
            path.read_bytes(), columns=wanted, max_rows=MOST_WORKBOOK_ROWS, max_bytes=MOST_WORKBOOK_BYTES
        )
        return sheet.unknown_columns, iter(sheet.rows)
    return under_header(_rows(path), wanted, MOST_ROWS)


def _rows(path: Path) -> Iterator[tuple[Any, ...]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(64 * 1024)
        told = _TOLD.fullmatch(sample.partition("\n")[0].strip("\r"))
        mark = told[1] if told else delimiter_of(sample)
        file.seek(0)
        if told:
            # The hint line counts as row 1 for the author, so an empty row stands in for it.
            file.readline()
            yield ()
        try:
            for row in csv.reader(file, delimiter=mark):
                yield tuple(row)
        except csv.Error as error:
            raise SheetError("sheet.broken") from error


def _encoding(path: Path) -> str:
    """UTF-8 when the whole file is, else the Windows code page; decided before the first row is read."""
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := file.read(BLOCK):
                if b"\x00" in block:
                    raise SheetError("sheet.encoding")
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"
