"""From a list as people paste it to the file that goes back. Pure.

The result is one CSV file, in Indonesian whatever language the page speaks: it goes into other people's records. The
receipt carries the SHA-256 of exactly these bytes, so that any program that hashes a file can check it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from certificates import codes

MAX_PUBLIC = 100
MAX_STAFF = 1_000
LONGEST_ENTRY = 200
SCHEMA = 1

# A code may hold spaces, a number slashes: only these part two entries.
_BREAKS = re.compile(r"[\r\n;,\t\v\f\x85\u2028\u2029]+")
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\ufeff]")
_NUMBER = re.compile(r"[0-9]{4,}/[A-Z0-9.-]+/[A-Z0-9.-]+/[IVX]+/[0-9]{4}")
_ADDRESS = re.compile(r"https?://.*/(?:v|verifikasi)/([^/?#]+)/?$", re.IGNORECASE)
# Where a spreadsheet program would take a text for a formula, an apostrophe stands before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class EntryKind(StrEnum):
    """What an entry of the list can be. MISTYPED: it looks like a code and cannot be one."""

    CODE = "CODE"
    NUMBER = "NUMBER"
    MISTYPED = "MISTYPED"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `place` from one in the order given, `typed` as given, `value` folded as it is looked up."""

    place: int
    typed: str
    kind: EntryKind
    value: str


class Answer(StrEnum):
    """What is said of an entry. The first five are states of certificates, the last two speak of the entry itself.

    UNKNOWN also stands for a number of somebody who is none of the asker's business: nothing tells the two apart.
    """

    VALID = "VALID"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    SUPERSEDED = "SUPERSEDED"
    UNKNOWN = "UNKNOWN"
    MISTYPED = "MISTYPED"
    NUMBER_NOT_ANSWERED = "NUMBER_NOT_ANSWERED"


WORDS = {
    Answer.VALID: "Berlaku",
    Answer.EXPIRED: "Kedaluwarsa",
    Answer.REVOKED: "Dicabut",
    Answer.SUPERSEDED: "Diganti",
    Answer.UNKNOWN: "Tidak ditemukan",
    Answer.MISTYPED: "Salah tulis",
    Answer.NUMBER_NOT_ANSWERED: "Nomor tidak dilayani",
}
HEADINGS = (
    "baris",
    "yang-diperiksa",
    "keadaan",
    "sejak",
    "alasan",
    "nomor",
    "nama",
    "nip",
    "instansi",
    "kursus",
    "jp",
    "terbit",
    "berlaku-sampai",
    "penerbit",
    "diperiksa",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the result. Days are ISO texts; all but the first three are empty when nothing was found."""

    place: int
    typed: str
    answer: Answer
    since: str = ""
    reason: str = ""
    number: str = ""
    name: str = ""
    employee_number: str = ""
    agency: str = ""
    course: str = ""
    jp: str = ""
    issued_on: str = ""
    expires_on: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptPayload:
    """What a receipt vouches for, frozen. `maker` is the agency that asked, empty for a visitor; `counts` by answer.

    `subject` says what was examined, so that receipts of other examinations can stand in the same table.
    """

    subject: str
    made_at: str
    maker: str
    total: int
    counts: Mapping[str, int]
    result_hash: str
    schema: int = SCHEMA

    def to_json(self) -> dict[str, Any]:
        """Plain texts and numbers; `payload_from_json` gives the equal payload back."""
        return {**asdict(self), "counts": dict(self.counts)}


def payload_from_json(data: dict[str, Any]) -> ReceiptPayload:
    """The payload that `to_json` wrote. Raises ValueError for a schema of later days."""
    if data.get("schema") != SCHEMA:
        raise ValueError("a receipt of another schema")
    return ReceiptPayload(**data)


def read_list(text: str) -> tuple[Entry, ...]:
    """The entries of a pasted list, one a line or parted by comma, semicolon or tab; an address counts as its code."""
    return entries(part for part in _BREAKS.split(text) if part.strip(" \"'\u00a0"))


def entries(parts: Iterable[str]) -> tuple[Entry, ...]:
    """Entries of texts that are parted already, such as the cells of a column."""
    return tuple(_entry(place, part) for place, part in enumerate(parts, 1))


def result_file(lines: Iterable[Line], *, checked_at: datetime) -> bytes:
    """The result as CSV: semicolons and a byte order mark, as Indonesian spreadsheet programs expect it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    moment = checked_at.isoformat(timespec="seconds")
    for line in lines:
        cells = (
            line.typed,
            WORDS[line.answer],
            line.since,
            line.reason,
            line.number,
            line.name,
            line.employee_number,
            line.agency,
            line.course,
            line.jp,
            line.issued_on,
            line.expires_on,
            line.issuer,
            moment,
        )
        writer.writerow([line.place, *(harmless(cell) for cell in cells)])
    return ("\ufeff" + out.getvalue()).encode()


def rows_of(content: bytes) -> list[list[str]]:
    """The rows of a result file below its head."""
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]


def counts_of(lines: Iterable[Line]) -> dict[str, int]:
    """How many lines got each answer; answers that nobody got are left out."""
    counted = Counter(line.answer for line in lines)
    return {str(answer): counted[answer] for answer in Answer if counted[answer]}


def hash_of(content: bytes) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _entry(place: int, part: str) -> Entry:
    typed = _UNWANTED.sub(" ", part).strip(" \"'\u00a0")[:LONGEST_ENTRY]
    upper = "".join(typed.upper().split())
    if _NUMBER.fullmatch(upper):
        return Entry(place, typed, EntryKind.NUMBER, upper)
    address = _ADDRESS.search(typed)
    folded = codes.fold(address[1] if address else typed)
    if codes.readable(folded):
        return Entry(place, typed, EntryKind.CODE, folded)
    return Entry(place, typed, EntryKind.MISTYPED, "")
