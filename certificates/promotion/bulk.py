"""Bulk checks: from a list of numbers, as people have them, to one answer for each, in the order of the list."""

from __future__ import annotations

import csv
import functools
import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from certificates.promotion.checklines import REFUSED, CheckLine
from certificates.promotion.evidence import Candidate, candidates_by_number
from certificates.promotion.facts import Facts, freeze
from certificates.promotion.firsts import Firsts
from certificates.promotion.rules import Rule
from certificates.promotion.standing import Teller, Told, cell
from certificates.promotion.texts import Speaker
from learning.kernel.access import Principal
from learning.people import nip
from learning.people import texts as people_texts
from learning.people.spreadsheet import Column, SheetError, heading, read_sheet

# What a page takes, and what the command takes: an upload is a person's list, a command runs on the nation's.
MAX_LINES = 100_000
MAX_BYTES = 16 * 1024 * 1024
COMMAND_LINES = 5_000_000
COMMAND_BYTES = 256 * 1024 * 1024
FIRST_LINES = 10_000
PART = 1_000
NIP = Column("nip", ("nip-ni-pppk", "ni-pppk", "nip-nipppk", "nip-baru"))
_NAMES = {NIP.key, *NIP.also}
_SEPARATED = re.compile(r"[;\t]")
# Ends of a line for Python's splitlines that are none for a file, and what a table is made of.
_ODD_ENDS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BESIDE = re.compile('[;,\t|"\x01-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufeff]')
# Why a line was not checked, and what to do: nothing distinguishes a foreign number from one that nobody has.
NOT_FOUND = _l("NIP ini tidak tercatat pada instansi Anda.")
NOT_FOUND_REMEDY = _l("Periksa angkanya; pegawai instansi lain hanya dapat diperiksa oleh instansinya.")
REPEATED = _l("NIP ini sudah ada pada baris %(row)s.")
REPEATED_REMEDY = _l("Hapus salah satu.")
REFUSED_WORD = _l("Tidak diperiksa")


class Entry(NamedTuple):
    """A line of the list. Either `digits`, or `code` and `params` of what is wrong; `first` is the row of an earlier twin.

    A repeated check brings along what was `told` of a damaged line, and the outcome it had `before`.
    """

    row: int
    raw: str
    digits: str
    code: str = ""
    params: dict[str, Any] | None = None
    first: int = 0
    told: tuple[str, str] | None = None
    before: str = ""
    same: bool = True


def read_list(content: bytes, *, today: date, most: int | None = None) -> list[Entry]:
    """The list out of a CSV or XLSX file, or out of pasted text: a column headed NIP, or one number a line.

    Every filled line comes out once, damaged, repeated or not. Raises SheetError for what cannot be read as a whole, and
    `sheet.too_many_rows` beyond `most` lines (None: what a page takes).
    """
    return list(entries(content, today=today, most=most).lines)


@dataclass(frozen=True, slots=True)
class Lines:
    """A list that can be read as a whole: how many lines, and the lines one by one."""

    count: int
    lines: Iterator[Entry]


def entries(content: bytes, *, today: date, most: int | None = None) -> Lines:
    """As `read_list`, but a line at a time: a million lines need no more memory than their bytes and one number each.

    Only a workbook, and a table of several columns, are held whole while they are read.
    """
    most = MAX_LINES if most is None else most
    plain = _plain_lines(content, most)
    if plain is None:
        sheet = read_sheet(content, columns=(NIP,), max_rows=most, max_bytes=MAX_BYTES)
        values: Iterator[tuple[int, Any]] = ((row.number, row.cells["nip"]) for row in sheet.rows)
        return Lines(len(sheet.rows), _entries(values, today, len(sheet.rows)))
    count = sum(1 for _ in plain.values())
    if count > most:
        raise SheetError("sheet.too_many_rows", limit=most)
    if not count:
        raise SheetError("sheet.empty")
    return Lines(count, _entries(plain.values(), today, count))


def _entries(values: Iterable[tuple[int, Any]], today: date, count: int) -> Iterator[Entry]:
    firsts = Firsts(count)
    for row, value in values:
        if nip.stands_as_it_is(value, today=today):
            first = firsts.row_of(value, row)
            yield Entry(row, value, value, first=first if first != row else 0)
            continue
        reading = nip.read(value, today=today)
        if reading.digits is None:
            problem = reading.problems[0]
            yield Entry(row, reading.raw, "", problem.code, dict(problem.params))
        else:
            yield _readable(row, reading.raw, reading.digits, firsts)


def _readable(row: int, raw: str, digits: str, firsts: Firsts) -> Entry:
    first = firsts.row_of(digits, row)
    return Entry(row, raw, digits, first=first if first != row else 0)


@dataclass(frozen=True, slots=True)
class _Plain:
    """Text with one number a line; `heading_at` is the row of the heading above them, 0 without one."""

    content: bytes
    heading_at: int
    streamed: bool

    def values(self) -> Iterator[tuple[int, str]]:
        """Row and number of each filled line."""
        for row, line in enumerate(self._lines(), 1):
            text = line.strip()
            if text and row > self.heading_at:
                yield (
                    row,
                    text if text.isdigit() or self.heading_at else _SEPARATED.split(text, maxsplit=1)[0],
                )

    def _lines(self) -> Iterator[str]:
        if self.streamed:
            return iter(io.TextIOWrapper(io.BytesIO(self.content), "utf-8-sig"))
        return iter(self.content.decode("utf-8-sig").splitlines())


def _plain_lines(content: bytes, most: int) -> _Plain | None:
    """A list without a heading, or with a heading and nothing beside it. None: a workbook, a table, or no text."""
    limit = MAX_BYTES if most <= MAX_LINES else COMMAND_BYTES
    if (
        len(content) > limit
        or content[:4] == b"PK\x03\x04"
        or content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    ):
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if "\x00" in text:
        return None
    # Where lines end only as a file's lines do, they need not all be held at once.
    streamed = _ODD_ENDS.search(text) is None
    filled = [
        (row, line)
        for row, line in enumerate(itertools.islice(_first_lines(text), FIRST_LINES), 1)
        if line.strip()
    ][:10]
    headed = any(
        heading(cell) in _NAMES
        for mark in ";,\t|"
        for row in csv.reader(io.StringIO("\n".join(line for _, line in filled)), delimiter=mark)
        for cell in row
    )
    if headed:
        at, first = filled[0]
        alone = heading(first) in _NAMES and streamed and _BESIDE.search(text) is None
        return _Plain(content, at, streamed=True) if alone and len(filled) > 1 else None
    # Letters anywhere in the first lines mean a table whose heading we do not know: its own sentence says so.
    numbers = all(sum(ch.isdigit() for ch in line) >= sum(ch.isalpha() for ch in line) for _, line in filled)
    return _Plain(content, 0, streamed) if filled and numbers else None


def _first_lines(text: str) -> Iterator[str]:
    # Ten filled lines may stand anywhere; what lies beyond a megabyte of blank ones is nobody's list.
    return iter(text[: 1 << 20].splitlines())


def answers(
    entries: Sequence[Entry],
    *,
    start: int,
    principal: Principal,
    on: date,
    rule: Rule,
    as_of: date,
    known_at: datetime,
    teller: Teller | None = None,
) -> list[CheckLine]:
    """One answer for each entry, in order; `start` is the place of the first in the whole list, from 0.

    Whom the principal looks after is settled as of the day `on`. Two statements for any number of entries. A list that is
    answered in parts keeps one `teller` (`teller_for`) for all of them.
    """
    found = people_of(entries, principal=principal, on=on, rule=rule, as_of=as_of, known_at=known_at)
    with force_locale("id"):
        tell = (teller or teller_for(rule, as_of)).tell
        return [
            answer_line(number, entry, None if entry.code or entry.first else found.get(entry.digits), tell)
            for number, entry in enumerate(entries, start + 1)
        ]


def people_of(
    entries: Sequence[Entry], *, principal: Principal, on: date, rule: Rule, as_of: date, known_at: datetime
) -> dict[str, Candidate]:
    """NIP -> whoever the principal may ask about, of all numbers that are to be checked. Two statements."""
    wanted = [entry.digits for entry in entries if entry.digits and not entry.first]
    return candidates_by_number(wanted, principal=principal, on=on, rule=rule, as_of=as_of, known_at=known_at)


def teller_for(rule: Rule, as_of: date) -> Teller:
    """Whoever says the answers of a list: always in Indonesian, because the fingerprint covers the words."""
    with force_locale("id"):
        return Teller(rule, Speaker(as_of))


def given_cell(entry: Entry) -> str:
    """What stood in the list, as a cell that a spreadsheet program neither damages nor runs."""
    return nip.show(entry.digits) if entry.raw == entry.digits else cell(_given(entry.raw))


def answer_line(
    number: int, entry: Entry, person: Candidate | None, tell: Callable[[Facts], Told]
) -> CheckLine:
    """The answer at place `number`; without a person the line was not checked. Under the locale of the list."""
    given = given_cell(entry)
    if person is None:
        what, remedy, code = _refusal(entry)
        cells = (
            str(number), str(entry.row), given, nip.show(entry.digits), "", "",
            cell(str(REFUSED_WORD)), cell(what), cell(remedy), "", cell(code),
        )  # fmt: skip
        return CheckLine(
            entry.row, entry.raw, entry.digits, REFUSED, cells, before=entry.before, same=entry.same
        )
    told = tell(person.facts)
    cells = (
        str(number), str(entry.row), given, nip.show(entry.digits), cell(person.display_name),
        seat_cell(person.position_title, person.unit_name), told.word, told.why, told.remedy, told.numbers, told.codes,
    )  # fmt: skip
    return CheckLine(
        entry.row,
        entry.raw,
        entry.digits,
        told.outcome,
        cells,
        person.person_id,
        person.public_id,
        freeze(person.facts),
        entry.before,
        entry.same,
    )


@functools.lru_cache(maxsize=10_000)
def seat_cell(title: str, unit: str) -> str:
    """Position and unit as one cell."""
    return cell(", ".join(part for part in (title, unit) if part))


def _refusal(entry: Entry) -> tuple[str, str, str]:
    if entry.told:
        return *entry.told, entry.code
    if entry.code:
        params = entry.params or {}
        return people_texts.what(entry.code, params), people_texts.remedy(entry.code, params), entry.code
    if entry.first:
        return str(REPEATED) % {"row": entry.first}, str(REPEATED_REMEDY), "repeated"
    return str(NOT_FOUND), str(NOT_FOUND_REMEDY), "not_found"


def _given(raw: str) -> str:
    """What stood in the list, so that a spreadsheet program does not damage it once more."""
    if nip.is_number(raw):
        return nip.show(raw)
    return f"'{raw}" if raw.isdigit() and len(raw) > 11 else raw
