"""Course records as files: CSV with semicolons, and XLSX whose every cell is text."""

from __future__ import annotations

import io
from collections.abc import Iterable

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from certificates.history.records import COLUMNS, CourseRecord, cells
from learning.records.sheets import sheet


def as_csv(records: Iterable[CourseRecord]) -> bytes:
    """For upload and for machines; a cell that a spreadsheet would compute gets an apostrophe before it."""
    return sheet(COLUMNS, (cells(record) for record in records)).encode()


def as_xlsx(records: Iterable[CourseRecord]) -> bytes:
    """For people: numbers stay text, so that a spreadsheet program does not destroy a NIP when the file is saved."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Riwayat kursus")
    page.freeze_panes = "A2"
    heads = [WriteOnlyCell(page, column) for column in COLUMNS]
    for head in heads:
        head.font = Font(bold=True)
    page.append(heads)
    for record in records:
        row = []
        for value in cells(record):
            cell = WriteOnlyCell(page, value)
            cell.data_type = "s"  # never a formula, whatever it begins with
            cell.number_format = "@"
            row.append(cell)
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
