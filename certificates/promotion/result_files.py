"""The answers of a bulk check as files: CSV, which the receipt speaks of, and a workbook with the same cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

import openpyxl

from certificates.promotion import check_queries
from certificates.promotion.checklines import COLUMNS


def csv_lines(check_id: int) -> Iterator[str]:
    """The file in blocks of lines: separator semicolon, UTF-8 with a mark, as spreadsheet programs here expect it."""
    yield "\ufeff" + _block([COLUMNS])
    for rows in check_queries.cells_of(check_id):
        yield _block(rows)


def xlsx(check_id: int) -> bytes:
    """The same cells as text in a workbook."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Kelayakan")
    page.append(list(COLUMNS))
    for rows in check_queries.cells_of(check_id):
        for cells in rows:
            page.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _block(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    return out.getvalue()
