"""Rows of a CSV or XLSX file as text, with the cells that hold formulas marked; guarded against bombs and floods."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl

from courses.exchange.decoding import Unreadable, decode, tidy

MAX_ROWS = 6_000
MAX_COLUMNS = 60
MAX_UNPACKED = 30 * 1024 * 1024
MAX_PARTS = 500
_DECLARATIONS = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


class Formula(str):
    """The words of a cell that holds a formula: it is never worked out."""

    __slots__ = ()


@dataclass(slots=True)
class Table:
    """The filled rows of one sheet: (row number as its author sees it, cells)."""

    name: str
    rows: list[tuple[int, list[str]]]


def tables(content: bytes) -> tuple[list[Table], list[str]]:
    """(visible sheets, notes). A CSV file is one sheet. Raises Unreadable in one line."""
    if content.startswith(b"PK\x03\x04"):
        return _workbook(content)
    text, note = decode(content)
    return [Table("", list(_csv(text)))], [note] if note else []


def _csv(text: str) -> Iterator[tuple[int, list[str]]]:
    lines = [line for line in text.split("\n")[:30] if line.strip()]
    first = lines[0] if lines else ""
    told = first.strip().strip('"').lower()
    skip = told.startswith("sep=") and len(told) == 5
    mark = (
        first.strip().strip('"')[4]
        if skip
        else max(";\t,|", key=lambda m: max((line.count(m) for line in lines), default=0))
    )
    csv.field_size_limit(1024 * 1024)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    line = 1
    try:
        for count, row in enumerate(reader):
            if count >= MAX_ROWS:
                raise Unreadable(f"more than {MAX_ROWS:,} rows; split the file")
            cells = [_formula(cell.strip()) for cell in row[:MAX_COLUMNS]]
            if any(cells) and not (skip and count == 0):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"not a readable CSV file, line {reader.line_num}: {error}") from error


def _formula(text: str) -> str:
    return Formula(text) if text.startswith("=") and len(text) > 1 else text


def _workbook(content: bytes) -> tuple[list[Table], list[str]]:
    _refuse_bomb(content)
    notes: list[str] = []
    found: list[Table] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its XML or zip layer raises
        raise Unreadable("the workbook is broken or of an unknown kind") from error
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                notes.append(f"the hidden sheet {tidy(sheet.title)[:60]} is not read")
                continue
            found.append(Table(tidy(sheet.title)[:60], list(_rows(sheet))))
    except Unreadable:
        raise
    except Exception as error:  # as above: rows are parsed while they are read
        raise Unreadable("the workbook is broken") from error
    finally:
        book.close()
    return found, notes


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS), start=1):
        cells = [_cell(cell) for cell in row]
        if any(cells):
            if number > MAX_ROWS:
                raise Unreadable(f"more than {MAX_ROWS:,} rows; split the file")
            yield number, cells


def _cell(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(value if isinstance(value, str) else "=")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return str(value).replace(".", ",")
    return tidy(str(value)).replace("\r\n", "\n").replace("\r", "\n").strip()


def _refuse_bomb(content: bytes) -> None:
    """Sizes come from the directory of the zip; zipfile never unpacks more than it promises there."""
    if content.count(b"PK\x01\x02") > 4 * MAX_PARTS:
        raise Unreadable("the workbook has too many parts")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Unreadable(f"the workbook unpacks to more than {MAX_UNPACKED // 1024 // 1024} MB")
            if any(part.flag_bits & 0x1 for part in parts):
                raise Unreadable("the workbook is locked with a password")
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise Unreadable("this is a zip or Word file, not a workbook")
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    body = archive.read(part)
                    if any(mark in body for mark in _DECLARATIONS):
                        raise Unreadable("the workbook declares a document type or entities")
    except Unreadable:
        raise
    except Exception as error:  # a mangled archive makes zipfile raise almost anything
        raise Unreadable("the workbook is broken") from error
