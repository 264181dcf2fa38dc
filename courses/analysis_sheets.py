"""The item analysis as a spreadsheet: the same table as CSV (with the writer of the records) and as XLSX."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
from flask_babel import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from courses.analysis_texts import hint_sentence
from courses.analysis_views import SetView
from learning.records.sheets import cell, sheet

Line = Sequence[str | float | None]


def headings() -> list[str]:
    """The columns; one line is one question, and the options follow in one cell."""
    return [
        _("Soal"),
        _("Modul"),
        _("Tujuan"),
        _("Jenis"),
        _("Isi"),
        _("Jawaban"),
        _("Tingkat kesukaran (p)"),
        _("Daya beda (item-rest)"),
        _("Tidak dijawab"),
        _("Median waktu (detik)"),
        _("Pilihan: orang (nilai rata-rata pada soal lain)"),
        _("Petunjuk"),
    ]


def lines(view: SetView) -> list[Line]:
    """Every question of the edition, worst first, as on the page."""
    return [
        [
            row.item.key,
            row.objective.module_title,
            row.objective.text,
            str(row.item.kind),
            row.stem,
            row.stats.responses,
            _rounded(row.stats.difficulty),
            _rounded(row.stats.discrimination),
            _rounded(row.stats.blank),
            row.stats.median_seconds,
            "; ".join(
                f"{option.key.upper()}: {option.count}"
                + ("" if option.mean_rest is None else f" ({option.mean_rest:.0f})")
                for option in row.stats.options
                if option.count is not None
            ),
            " ".join(hint_sentence(hint) for hint in row.hints),
        ]
        for row in view.rows
    ]


def as_csv(view: SetView) -> bytes:
    """Semicolons and a byte order mark, as spreadsheet programs here expect."""
    return sheet(headings(), lines(view)).encode()


def as_xlsx(view: SetView) -> bytes:
    """A workbook whose texts cannot become formulas."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Netra")
    page.freeze_panes = "A2"
    bold = []
    for heading in headings():
        head = WriteOnlyCell(page, value=cell(heading))
        head.font = Font(bold=True)
        bold.append(head)
    page.append(bold)
    for line in lines(view):
        page.append([cell(value) if isinstance(value, str) else value for value in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
