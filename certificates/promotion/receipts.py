"""What a receipt says, as plain values, and whether a file is the one it speaks of.

The payload is everything a paper would carry, so that a printed and signed receipt needs nothing else.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import IO, Any

from certificates.promotion.checklines import COLUMNS, digest_line, digest_start

MAX_FILE = 40 * 1024 * 1024
HEADER_SEARCHED = 20


@dataclass(frozen=True, slots=True)
class ReceiptPayload:
    """Everything a receipt says. `counts`: outcome -> lines; `known_at` and `made_at` are moments in UTC."""

    number: str
    code: str
    agency_name: str
    rule_key: str
    rule_title: str
    rule_version: int
    rule_hash: str
    as_of: date
    known_at: datetime
    made_at: datetime
    lines: int
    counts: dict[str, int]
    form: str
    result_hash: str
    verify_url: str

    def to_json(self) -> dict[str, Any]:
        """The payload as plain texts and numbers."""
        data = asdict(self)
        return {
            name: value.isoformat() if isinstance(value, date | datetime) else value
            for name, value in data.items()
        }


class Match(StrEnum):
    """Whether a file is the result that a receipt speaks of."""

    SAME = "SAME"
    DIFFERENT = "DIFFERENT"
    NO_TABLE = "NO_TABLE"


def moment(value: datetime) -> str:
    """A moment as it enters the fingerprint."""
    return value.isoformat(timespec="milliseconds")


def matches(file: IO[bytes], receipt: ReceiptPayload) -> Match:
    """Whether a CSV file holds exactly the result of the receipt: every line, every cell, in order.

    Separator, quoting, line ends and a mark at the start of the file do not matter. NO_TABLE: the headings were not found,
    so nothing can be said (another kind of file, or an encoding other than UTF-8). Reads a line at a time.
    """
    for delimiter in ";,\t":
        file.seek(0)
        text = io.TextIOWrapper(file, "utf-8-sig", newline="")
        try:
            rows = csv.reader(text, delimiter=delimiter)
            if any(_cells(row) == list(COLUMNS) for row in itertools.islice(rows, HEADER_SEARCHED)):
                return Match.SAME if _digest(rows, receipt) == receipt.result_hash else Match.DIFFERENT
        except (csv.Error, UnicodeDecodeError):
            return Match.NO_TABLE
        finally:
            text.detach()
    return Match.NO_TABLE


def _digest(rows: Iterable[list[str]], receipt: ReceiptPayload) -> str:
    digest = digest_start(receipt.rule_key, receipt.rule_version, receipt.as_of, moment(receipt.known_at))
    for row in rows:
        if any(row):
            cells = _cells(row)
            digest_line(digest, cells + [""] * (len(COLUMNS) - len(cells)))
    return str(digest.hexdigest())


def _cells(row: list[str]) -> list[str]:
    """The cells without what a program adds at the end of a line."""
    cells = [cell.strip() for cell in row]
    while len(cells) > len(COLUMNS) and not cells[-1]:
        cells.pop()
    return cells
