"""Uploaded files as pages show them, and the files that go back: template and list of findings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from flask_babel import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from sqlalchemy import select
from sqlalchemy.orm import defer

from learning.kernel.db import db
from learning.kernel.web import format_date
from learning.people import texts
from learning.people.chunks import unpack_rejected
from learning.people.import_leaving import LAST_DAY
from learning.people.import_plan import Effect
from learning.people.import_words import PERSON_COLUMNS, UNIT_COLUMNS
from learning.people.kinds import ImportKind, ImportState
from learning.people.models import SheetChunk, SheetImport

TEMPLATE_ROWS = 500
ORDER = (
    Effect.CONFLICT,
    Effect.ENDED,
    Effect.LEFT,
    Effect.MOVED,
    Effect.CHANGED,
    Effect.RETURNED,
    Effect.NEW,
    Effect.UNCHANGED,
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_EXAMPLES = {
    ImportKind.PEOPLE: {
        "nip": "199002142015032999",
        "nama": "Ratna Contoh",
        "surel": "ratna@contoh.go.id",
        "unit-kode": "DINKES-01",
        "jabatan": "Perawat Ahli Pertama",
        "jenis-jabatan": "fungsional",
        "golongan": "III/b",
        "jenis-pegawai": "PNS",
        "mulai": "2026-01-02",
    },
    ImportKind.UNITS: {
        "kode": "DINKES-01",
        "kode-induk": "DINKES",
        "nama": "Puskesmas Contoh",
        "jenis": "puskesmas",
        "kode-wilayah": "33.74",
        "zona-waktu": "WIB",
    },
}


_WORDS: dict[str, Mapping[Any, Any]] = {
    "jenis-jabatan": texts.POSITION_TYPES,
    "jenis-pegawai": texts.EMPLOYMENT_TYPES,
    "jenis": texts.UNIT_KINDS,
    "sebab-berhenti": texts.STATUSES,
    "zona-waktu": texts.ZONES,
}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One thing wrong with one row, in words."""

    row: int
    column: str
    found: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One field of an example: as it is, as it would be."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One row of a dry run, in words. `row` 0: not in the file."""

    row: int
    name: str
    changes: list[ChangeRow]
    why: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """An uploaded file, without its content."""

    id: int
    public_id: str
    kind: ImportKind
    state: ImportState
    filename: str
    agency_id: int | None
    uploaded_at: datetime
    job_id: int | None
    report: dict[str, Any]

    @property
    def error(self) -> FindingRow | None:
        """Why the file as a whole was refused."""
        code = self.report.get("error")
        if code is None:
            return None
        params = self.report.get("params", {})
        return FindingRow(0, "", "", texts.what(code, params), texts.remedy(code, params))

    @property
    def findings(self) -> list[FindingRow]:
        """What is wrong, by row; after applying also what the database refused."""
        late = self.report.get("result", {}).get("findings", [])
        return [_said(item) for item in [*self.report.get("findings", []), *late]]

    @property
    def warnings(self) -> list[FindingRow]:
        """What is odd but accepted."""
        return [_said(item) for item in self.report.get("warnings", [])]

    @property
    def effects(self) -> dict[str, int]:
        """How many rows do what, in the order in which somebody should look at them."""
        counts = self.report.get("counts", {})
        return {effect.value: counts[effect.value] for effect in ORDER if counts.get(effect.value)}

    def examples(self, effect: str) -> list[ExampleRow]:
        """The first rows of one class, field by field."""
        return [
            ExampleRow(
                item["row"],
                item["name"],
                [_change(*change) for change in item["changes"]],
                texts.what(item["code"], item["params"]) if item["code"] else "",
            )
            for item in self.report.get("examples", {}).get(effect, [])
        ]


def find(public_id: str, *, uploaded_by: int) -> SheetRow | None:
    """A file by its address, for whoever uploaded it; None for everybody else."""
    sheet = db.session.scalar(
        select(SheetImport)
        .options(defer(SheetImport.content))
        .where(SheetImport.public_id == public_id, SheetImport.uploaded_by == uploaded_by)
    )
    return _row(sheet) if sheet else None


def earlier(uploaded_by: int, limit: int = 10) -> list[SheetRow]:
    """Somebody's last files, the newest first."""
    rows = db.session.scalars(
        select(SheetImport)
        .options(defer(SheetImport.content))
        .where(SheetImport.uploaded_by == uploaded_by)
        .order_by(SheetImport.id.desc())
        .limit(limit)
    )
    return [_row(sheet) for sheet in rows]


def template(kind: ImportKind) -> bytes:
    """A workbook with the headings, one invented example row, and cells formatted as text."""
    columns = PERSON_COLUMNS if kind is ImportKind.PEOPLE else UNIT_COLUMNS
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Netra"
    for at, column in enumerate(columns, 1):
        sheet.cell(1, at, column.key).font = Font(bold=True)
        sheet.cell(2, at, _EXAMPLES[kind].get(column.key, ""))
        sheet.column_dimensions[get_column_letter(at)].width = 22
        for row in range(2, TEMPLATE_ROWS + 2):
            sheet.cell(row, at).number_format = "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def findings_csv(findings: list[FindingRow]) -> bytes:
    """The findings for a spreadsheet program. A cell that would start a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Baris"), _("Kolom"), _("Isi"), _("Masalah"), _("Perbaikan")])
    for item in findings:
        writer.writerow(
            [item.row, *(harmless(text) for text in (item.column, item.found, item.what, item.remedy))]
        )
    return ("\ufeff" + out.getvalue()).encode()


def rejected_csv(sheet: SheetRow) -> Iterator[str]:
    """Refused rows with the columns they came in, then their row number, what is wrong and what to do; streamed."""
    keys = [column.key for column in (PERSON_COLUMNS if sheet.kind is ImportKind.PEOPLE else UNIT_COLUMNS)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    out.write("\ufeff")
    writer.writerow([*keys, _("nomor baris"), _("masalah"), _("perbaikan")])
    numbers = select(SheetChunk.number).where(SheetChunk.import_id == sheet.id, SheetChunk.rejected != b"")
    # One by one: a cursor would not live through the commits and rollbacks around a streamed answer.
    for at in db.session.scalars(numbers.order_by(SheetChunk.number)).all():
        rejected = db.session.scalar(
            select(SheetChunk.rejected).where(SheetChunk.import_id == sheet.id, SheetChunk.number == at)
        )
        for number, cells, findings in unpack_rejected(rejected or b""):
            said = [_said(item) for item in findings]
            row = [harmless(cells.get(key, "")) for key in keys]
            what = " ".join(f"{item.column}: {item.what}" if item.column else item.what for item in said)
            remedy = " ".join(item.remedy for item in said)
            writer.writerow([*row, number or "", harmless(what), harmless(remedy)])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(sheet: SheetImport) -> SheetRow:
    return SheetRow(
        sheet.id,
        sheet.public_id,
        sheet.kind,
        sheet.state,
        sheet.filename,
        sheet.agency_id,
        sheet.uploaded_at,
        sheet.job_id,
        dict(sheet.report),
    )


def _change(column: str, old: str, new: str) -> ChangeRow:
    """Values that the database keeps as codes are shown as the words that forms use, days as people write them."""
    if column == LAST_DAY and new:
        return ChangeRow(column, old, format_date(date.fromisoformat(new)))
    words = _WORDS.get(column, {})
    return ChangeRow(column, str(words.get(old, old)), str(words.get(new, new)))


def _said(item: dict[str, Any]) -> FindingRow:
    code, params = item["code"], item["params"]
    return FindingRow(
        item["row"], item["column"], item["found"], texts.what(code, params), texts.remedy(code, params)
    )
