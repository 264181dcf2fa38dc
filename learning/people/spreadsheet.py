"""Reading rows out of a CSV or XLSX file that somebody made by hand. Pure: bytes in, rows out.

Guarantees: every filled row below the header comes out once, with the row number its author sees; cells keep
their type (a number stays a number, so that `nip.read` can refuse it). Refuses with one `SheetError` what cannot
be read as a whole: too large, too many rows, packed bombs, locked or old workbooks, unknown encodings, missing columns.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 80 * 1024 * 1024
MAX_PARTS = 1_000
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 500
LAST_EXCEL_ROW = 1_048_576
HEADER_SEARCHED = 10

_DELIMITERS = ";,\t|"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_SPACES = re.compile(r"\s+")
_ENTITIES = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_MONTHS = [
    "januari",
    "februari",
    "maret",
    "april",
    "mei",
    "juni",
    "juli",
    "agustus",
    "september",
    "oktober",
    "november",
    "desember",
]
_SHORT_MONTHS = {name[:3]: at for at, name in enumerate(_MONTHS, 1)} | {
    "agt": 8,
    "ags": 8,
    "peb": 2,
    "nop": 11,
}


class SheetError(Exception):
    """The file as a whole cannot be read. `code` and `params` as in `Problem`."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Column:
    """One expected column: its `key`, other headings that mean the same, and whether the file must have it."""

    key: str
    also: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row. `number` is the row number in the author's program (the header counts)."""

    number: int
    cells: Mapping[str, Any]

    def text(self, key: str) -> str:
        """The cell as tidy text: no control characters, single spaces, at most 500 characters; "" when empty."""
        return cell_text(self.cells.get(key))


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows below the header and the headings nobody asked for (shown, never silently dropped)."""

    rows: tuple[Row, ...]
    unknown_columns: tuple[str, ...]


def read_sheet(
    content: bytes, *, columns: Iterable[Column], max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES
) -> Sheet:
    """Read a CSV or XLSX file by its content, whatever its name says.

    The header is looked for in the first ten filled rows, because people put a title above it.
    Raises SheetError: sheet.empty, sheet.too_large, sheet.too_many_rows, sheet.too_many_columns, sheet.bomb,
    sheet.locked_or_old, sheet.not_a_table, sheet.broken, sheet.encoding, sheet.columns_missing, sheet.column_twice.
    """
    wanted = tuple(columns)
    if not content.strip():
        raise SheetError("sheet.empty")
    if len(content) > max_bytes:
        raise SheetError("sheet.too_large", megabytes=max_bytes // (1024 * 1024))
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise SheetError("sheet.locked_or_old")
    if content[:4] == b"PK\x03\x04":
        return _best_sheet(_xlsx_sheets(content), wanted, max_rows)
    if content[:5] in (b"%PDF-", b"{\\rtf") or content.lstrip()[:5].lower() in (b"<html", b"<!doc", b"<?xml"):
        raise SheetError("sheet.not_a_table")
    return _assemble(_csv_rows(content), wanted, max_rows)


def cell_text(value: Any) -> str:
    """A cell as text; whole floats lose their ".0"; dates become ISO dates."""
    if value is None:
        return ""
    # Nearly every cell is tidy text already, and each is asked for several times.
    if isinstance(value, str) and len(value) <= MAX_CELL and value.isprintable() and "  " not in value:
        return value.strip()
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return _SPACES.sub(" ", _CONTROL.sub(" ", str(value))).strip()[:MAX_CELL]


def cell_date(value: Any) -> date | None:
    """A date cell, or text as 2026-01-31, 31-01-2026, 31/1/2026, 31.01.2026, 31 Januari 2026; otherwise None.

    Day comes before month, as written in Indonesia. Years need four digits: 25 might be 1925.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    text = cell_text(value).lower()
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ t]00:00(?::00)?)?", text)
    if iso:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    usual = re.fullmatch(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", text)
    if usual:
        return _date(int(usual[3]), int(usual[2]), int(usual[1]))
    spoken = re.fullmatch(r"([0-9]{1,2})[- ]([a-z]{3,9})\.?[- ]([0-9]{4})", text)
    if spoken:
        month = _SHORT_MONTHS.get(spoken[2][:3])
        full = spoken[2] in _MONTHS or len(spoken[2]) == 3
        return _date(int(spoken[3]), month, int(spoken[1])) if month and full else None
    return None


def heading(text: Any) -> str:
    """A heading in comparable form: `Unit_Kode ` and `UNIT KODE` are both `unit-kode`."""
    return re.sub(r"[\s_\-./]+", "-", cell_text(text).lower()).strip("-*:")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _csv_rows(content: bytes) -> Iterator[tuple[Any, ...]]:
    text = _decoded(content)
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r'"?sep=(.)"?\s*', first.strip("\r"), re.IGNORECASE)
    delimiter = told[1] if told else delimiter_of(text)
    if told:
        # Excel's own hint line counts as row 1 for the author, so an empty row stands in for it.
        yield ()
        text = rest
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield tuple(row)
    except csv.Error as error:
        raise SheetError("sheet.broken") from error


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise SheetError("sheet.encoding")


def delimiter_of(text: str) -> str:
    """The separator that splits the first filled lines into the most, equally many, columns."""
    lines = [line for line in text.splitlines() if line.strip()][:HEADER_SEARCHED]
    best, best_score = ",", 0
    for mark in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=mark)]
        except csv.Error:
            continue
        common = max((widths.count(width), width) for width in widths)[1] if widths else 1
        score = widths.count(common) * (common - 1)
        if score > best_score:
            best, best_score = mark, score
    return best


def _xlsx_sheets(content: bytes) -> Iterator[Iterator[tuple[Any, ...]]]:
    _refuse_bomb(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its XML or zip layer raises
        raise SheetError("sheet.broken") from error
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()
                yield _xlsx_rows(sheet)
    finally:
        book.close()


def _xlsx_rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1)
    for _number in range(1, LAST_EXCEL_ROW + 1):
        try:
            row = next(rows)
        except StopIteration:
            return
        except Exception as error:
            raise SheetError("sheet.broken") from error
        yield row
    raise SheetError("sheet.too_many_rows", limit=MAX_ROWS)


def _refuse_bomb(content: bytes) -> None:
    """Sizes come from the zip directory; zipfile never unpacks more than the directory promises."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise SheetError("sheet.bomb")
            if any(part.flag_bits & 0x1 for part in parts):
                raise SheetError("sheet.locked_or_old")
            if "xl/workbook.xml" not in archive.namelist():
                raise SheetError("sheet.not_a_table")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    body = archive.read(part)
                    # A workbook never declares a document type; entities could be blown up while parsing.
                    if any(mark in body for mark in _ENTITIES):
                        raise SheetError("sheet.bomb")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise SheetError("sheet.broken") from error
    except Exception as error:
        if isinstance(error, SheetError):
            raise
        raise SheetError("sheet.broken") from error  # zlib.error and friends


def _best_sheet(
    sheets: Iterable[Iterator[tuple[Any, ...]]], wanted: tuple[Column, ...], max_rows: int
) -> Sheet:
    """The first visible sheet with the wanted header; the first sheet's error when none has it."""
    first_error: SheetError | None = None
    for rows in sheets:
        try:
            return _assemble(rows, wanted, max_rows)
        except SheetError as error:
            if error.code not in ("sheet.columns_missing", "sheet.empty"):
                raise
            if first_error is None or first_error.code == "sheet.empty":
                first_error = error
    raise first_error or SheetError("sheet.empty")


def _assemble(rows: Iterable[tuple[Any, ...]], wanted: tuple[Column, ...], max_rows: int) -> Sheet:
    unknown, below = under_header(rows, wanted, max_rows)
    found = tuple(below)
    if not found:
        raise SheetError("sheet.no_rows")
    return Sheet(found, unknown)


def under_header(
    rows: Iterable[tuple[Any, ...]], wanted: tuple[Column, ...], max_rows: int
) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The headings nobody asked for, and the filled rows below the header one by one, as they are read."""
    places: dict[str, int] | None = None
    unknown: tuple[str, ...] = ()
    nearest: SheetError | None = None
    searched = 0
    numbered = enumerate(rows, 1)
    for _number, row in numbered:
        if not any(cell_text(cell) for cell in row):
            continue
        _refuse_wide(row)
        try:
            places, unknown = _header(row, wanted)
            break
        except SheetError as error:
            nearest = _nearer(nearest, error)
            searched += 1
            if searched >= HEADER_SEARCHED:
                break
    if places is None:
        raise nearest or SheetError("sheet.empty")
    return unknown, _below(numbered, places, max_rows)


def _below(
    numbered: Iterator[tuple[int, tuple[Any, ...]]], places: Mapping[str, int], max_rows: int
) -> Iterator[Row]:
    count = 0
    for number, row in numbered:
        _refuse_wide(row)
        cells = {key: row[at] if at < len(row) else None for key, at in places.items()}
        if any(cell_text(value) for value in cells.values()):
            count += 1
            if count > max_rows:
                raise SheetError("sheet.too_many_rows", limit=max_rows)
            yield Row(number, cells)


def _refuse_wide(row: tuple[Any, ...]) -> None:
    if len(row) > MAX_COLUMNS and any(cell_text(cell) for cell in row[MAX_COLUMNS:]):
        raise SheetError("sheet.too_many_columns", limit=MAX_COLUMNS)


def _header(row: tuple[Any, ...], wanted: tuple[Column, ...]) -> tuple[dict[str, int], tuple[str, ...]]:
    names = {name: column.key for column in wanted for name in (column.key, *column.also)}
    places: dict[str, int] = {}
    unknown: list[str] = []
    for at, cell in enumerate(row):
        name = heading(cell)
        if not name:
            continue
        key = names.get(name)
        if key is None:
            unknown.append(cell_text(cell)[:60])
        elif key in places:
            raise SheetError("sheet.column_twice", column=key)
        else:
            places[key] = at
    missing = [column.key for column in wanted if column.required and column.key not in places]
    if missing:
        guess = difflib.get_close_matches(missing[0], [heading(name) for name in unknown], n=1, cutoff=0.6)
        raise SheetError(
            "sheet.columns_missing",
            columns=", ".join(missing),
            count=len(missing),
            found=len(places),
            meant=guess[0] if guess else "",
        )
    return places, tuple(unknown)


def _nearer(known: SheetError | None, new: SheetError) -> SheetError:
    """Of several rows that are no header, report the one that came closest."""
    if known is None or new.code == "sheet.column_twice":
        return new
    return new if int(new.params.get("found", 0)) > int(known.params.get("found", 0)) else known
