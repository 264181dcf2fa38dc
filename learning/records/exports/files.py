"""Persons as a file, row by row: CSV by streaming, XLSX through a temporary file, neither ever whole in memory.

Both end with lines that say how many persons there are, as of when, and of which selection. A file without them was cut
off on its way.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from typing import IO, Protocol

import openpyxl
from flask_babel import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from learning.kernel import clock
from learning.people.nip import show
from learning.records import texts
from learning.records.exports.models import ExportForm
from learning.records.rates import PersonRow
from learning.records.sheets import BOM, cell

# A worksheet ends at row 1,048,576 (ISO/IEC 29500); the heading and the last lines need some of them.
ROWS_A_SHEET = 1_048_000
WIDTH = 10


class Writer(Protocol):
    """Takes rows one by one and finishes the file."""

    def add(self, row: Sequence[object]) -> None:
        """One person."""

    def close(self, closing: Iterable[Sequence[object]]) -> None:
        """The last lines; nothing can be added afterwards."""


def headings() -> list[str]:
    """The names of the columns, in the language in force."""
    return [
        _("Nama"), _("NIP"), _("Jabatan"), _("Unit kerja"), _("Keadaan"), _("Langkah selesai"), _("Jumlah langkah"),
        _("Tenggat"), _("Lulus pada"), _("Lewat tenggat"),
    ]  # fmt: skip


def line(row: PersonRow, zone: str) -> tuple[object, ...]:
    """One person; days are those of the unit that was asked."""
    return (
        row.name,
        show(row.employee_number),
        row.position,
        row.unit_name,
        _("Dikecualikan") if row.exempt_until else str(texts.STATUS[row.status]),
        row.steps_done,
        row.steps_total,
        clock.local_date(row.due_at, zone).isoformat() if row.due_at else "",
        clock.local_date(row.completed_at, zone).isoformat() if row.completed_at else "",
        _("ya") if row.overdue else _("tidak"),
    )


class CsvWriter:
    """Semicolons and a byte order mark, as spreadsheet programs here expect."""

    def __init__(self, target: IO[bytes], headings: Sequence[object]) -> None:
        self._text = TextIOWrapper(target, encoding="utf-8", newline="", write_through=False)
        self._text.write(BOM)
        self._lines = csv.writer(self._text, delimiter=";", lineterminator="\r\n")
        self.add(headings)

    def add(self, row: Sequence[object]) -> None:
        """One line; a cell that would start a formula gets an apostrophe."""
        self._lines.writerow([cell(value) for value in row])

    def close(self, closing: Iterable[Sequence[object]]) -> None:
        """The last lines. The target stays open."""
        for row in closing:
            self.add(row)
        self._text.flush()
        self._text.detach()


class XlsxWriter:
    """Text stays text, so that no program destroys a NIP; what does not fit a worksheet goes on in the next."""

    def __init__(
        self, target: IO[bytes], headings: Sequence[object], rows_a_sheet: int = ROWS_A_SHEET
    ) -> None:
        self._target, self._headings, self._most = target, headings, rows_a_sheet
        self._book = openpyxl.Workbook(write_only=True)
        self._begin()

    def _begin(self) -> None:
        number = len(self._book.worksheets) + 1
        self._page = self._book.create_sheet(_("Orang") if number == 1 else f"{_('Orang')} {number}")
        self._page.freeze_panes = "A2"
        for letter, width in zip("ABCDEFGHIJ", (30, 24, 28, 30, 16, 10, 10, 12, 12, 14), strict=True):
            self._page.column_dimensions[letter].width = width
        heads = [WriteOnlyCell(self._page, str(value)) for value in self._headings]
        for head in heads:
            head.font = Font(bold=True)
        self._page.append(heads)
        self._rows = 0

    def add(self, row: Sequence[object]) -> None:
        """One row; numbers stay numbers, everything else is text and never a formula."""
        if self._rows == self._most:
            self._begin()
        self._rows += 1
        cells = []
        for value in row:
            if value is None or isinstance(value, int):
                cells.append(WriteOnlyCell(self._page, value))
                continue
            # openpyxl refuses what XML cannot hold (control characters in a name that was typed elsewhere).
            text = "".join(ch for ch in str(value) if ch >= " " or ch in "\t\n")
            made = WriteOnlyCell(self._page, text)
            made.data_type = "s"
            cells.append(made)
        self._page.append(cells)

    def close(self, closing: Iterable[Sequence[object]]) -> None:
        """The last lines, and the book into the target."""
        for row in closing:
            self.add(row)
        self._book.save(self._target)


def writer(form: ExportForm, target: IO[bytes]) -> CsvWriter | XlsxWriter:
    """The writer for a kind of file, with the headings written."""
    return (CsvWriter if form is ExportForm.CSV else XlsxWriter)(target, headings())
