"""Bulk checks: from a list of numbers, as people have them, to one answer for each, in the order of the list."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from certificates.promotion.checklines import REFUSED, CheckLine
from certificates.promotion.eligibility import decide
from certificates.promotion.evidence import Candidate, candidates_by_number
from certificates.promotion.rules import Rule
from certificates.promotion.texts import Speaker
from learning.kernel.access import Principal
from learning.people import nip
from learning.people import texts as people_texts
from learning.people.nip import Reading
from learning.people.sheets import harmless
from learning.people.spreadsheet import Column, SheetError, heading, read_sheet

MAX_LINES = 100_000
MAX_BYTES = 16 * 1024 * 1024
PART = 1_000
NIP = Column("nip", ("nip-ni-pppk", "ni-pppk", "nip-nipppk", "nip-baru"))
_NAMES = {NIP.key, *NIP.also}
_SPACES = re.compile(r"[^\S\x1f]+")
# Why a line was not checked, and what to do: nothing distinguishes a foreign number from one that nobody has.
NOT_FOUND = _l("NIP ini tidak tercatat pada instansi Anda.")
NOT_FOUND_REMEDY = _l("Periksa angkanya; pegawai instansi lain hanya dapat diperiksa oleh instansinya.")
REPEATED = _l("NIP ini sudah ada pada baris %(row)s.")
REPEATED_REMEDY = _l("Hapus salah satu.")
REFUSED_WORD = _l("Tidak diperiksa")


@dataclass(frozen=True, slots=True)
class Entry:
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


def read_list(content: bytes, *, today: date) -> list[Entry]:
    """The list out of a CSV or XLSX file, or out of pasted text: a column headed NIP, or one number a line.

    Every filled line comes out once, damaged, repeated or not. Raises SheetError for what cannot be read as a whole, and
    `sheet.too_many_rows` beyond 100,000 lines.
    """
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    for row, value in _values(content):
        reading = nip.read(value, today=today)
        entries.append(_entry(row, reading, seen))
    if not entries:
        raise SheetError("sheet.empty")
    return entries


def _entry(row: int, reading: Reading, seen: dict[str, int]) -> Entry:
    if reading.digits is None:
        problem = reading.problems[0]
        return Entry(row, reading.raw, "", problem.code, dict(problem.params))
    first = seen.setdefault(reading.digits, row)
    return Entry(row, reading.raw, reading.digits, first=first if first != row else 0)


def _values(content: bytes) -> Iterator[tuple[int, Any]]:
    lines = _plain_lines(content)
    if lines is None:
        sheet = read_sheet(content, columns=(NIP,), max_rows=MAX_LINES, max_bytes=MAX_BYTES)
        yield from ((row.number, row.cells["nip"]) for row in sheet.rows)
        return
    count = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        count += 1
        if count > MAX_LINES:
            raise SheetError("sheet.too_many_rows", limit=MAX_LINES)
        yield number, re.split(r"[;\t]", line.strip(), maxsplit=1)[0]


def _plain_lines(content: bytes) -> list[str] | None:
    """The lines of a list without a heading; None when it is a workbook, or has a heading for NIP, or is no text."""
    if (
        len(content) > MAX_BYTES
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
    lines = text.splitlines()
    filled = [line for line in lines if line.strip()][:10]
    headed = any(
        heading(cell) in _NAMES
        for mark in ";,\t|"
        for row in csv.reader(io.StringIO("\n".join(filled)), delimiter=mark)
        for cell in row
    )
    # Letters anywhere in the first lines mean a table whose heading we do not know: its own sentence says so.
    numbers = all(sum(ch.isdigit() for ch in line) >= sum(ch.isalpha() for ch in line) for line in filled)
    return lines if filled and not headed and numbers else None


def answers(
    entries: Sequence[Entry],
    *,
    start: int,
    principal: Principal,
    on: date,
    rule: Rule,
    as_of: date,
    known_at: datetime,
) -> list[CheckLine]:
    """One answer for each entry, in order; `start` is the place of the first in the whole list, from 0.

    Whom the principal looks after is settled as of the day `on`. Two statements for any number of entries.
    """
    wanted = [entry.digits for entry in entries if entry.digits and not entry.first]
    found = candidates_by_number(
        wanted, principal=principal, on=on, rule=rule, as_of=as_of, known_at=known_at
    )
    with force_locale("id"):
        say = Speaker(as_of)
        return [
            _answer(number, entry, found.get(entry.digits), rule, say)
            for number, entry in enumerate(entries, start + 1)
        ]


def _answer(number: int, entry: Entry, person: Candidate | None, rule: Rule, say: Speaker) -> CheckLine:
    if entry.code or entry.first or person is None:
        what, remedy, code = _refusal(entry)
        cells = (
            str(number), str(entry.row), _given(entry.raw), nip.show(entry.digits), "", "",
            str(REFUSED_WORD), what, remedy, "", code,
        )  # fmt: skip
        return CheckLine(
            entry.row, entry.raw, entry.digits, REFUSED, _clean(cells), before=entry.before, same=entry.same
        )
    verdict = decide(rule, person.evidence, say.as_of)
    told = [say.sentence(reason) for reason in (*verdict.reasons, *verdict.notes)]
    cells = (
        str(number),
        str(entry.row),
        _given(entry.raw),
        nip.show(entry.digits),
        person.display_name,
        ", ".join(part for part in (person.position_title, person.unit_name) if part),
        say.outcome(verdict.outcome),
        " ".join(told),
        say.remedy(verdict),
        " ".join(record.number for record in verdict.satisfied_by),
        " ".join(str(reason.code) for reason in verdict.reasons),
    )
    return CheckLine(
        entry.row,
        entry.raw,
        entry.digits,
        str(verdict.outcome),
        _clean(cells),
        person.person_id,
        person.public_id,
        person.evidence,
        entry.before,
        entry.same,
    )


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


def _clean(cells: Sequence[str]) -> tuple[str, ...]:
    # All at once: one search for odd spaces instead of one a cell. No cell holds the mark between them.
    joined = _SPACES.sub(" ", "\x1f".join(cell.replace("\x1f", " ") for cell in cells))
    return tuple(harmless(cell.strip()) for cell in joined.split("\x1f"))
