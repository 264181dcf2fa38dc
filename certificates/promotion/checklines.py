"""The answers of a bulk check: one line each, packed by the thousand, and the fingerprint over all of them.

Pure. A line holds the cells that are given out, word for word, and the evidence they rest on, so that the same decision
can be made again later, whatever was corrected since. The fingerprint covers every cell as text: whoever has the file, in
whatever program it was opened and saved as CSV, can compute it (`digest_start`, `digest_line`).
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from certificates.promotion.eligibility import Evidence, Outcome
from certificates.promotion.facts import thaw
from certificates.promotion.rules import Rule

FORM = "netra-kelayakan-1"
# Headings of the file, always in Indonesian: the fingerprint speaks of this table and of no translation.
COLUMNS = (
    "No", "Baris", "Isian", "NIP", "Nama", "Jabatan dan unit", "Putusan", "Alasan", "Tindak lanjut", "Sertifikat", "Kode",
)  # fmt: skip
REFUSED = "REFUSED"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
OUTCOMES = (*(str(one) for one in Outcome), REFUSED)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of the list with its answer.

    `row` is the row in the author's file, `raw` what stood there, `digits` the number that was read or "". `outcome` is an
    `Outcome` or REFUSED: unreadable, repeated, or nobody whom the asker looks after. `before` is the outcome of the check that
    this one repeats; `same` whether that one, decided again over its own evidence, came out as it had.
    """

    row: int
    raw: str
    digits: str
    outcome: str
    cells: tuple[str, ...]
    person_id: int | None = None
    public_id: str = ""
    known: list[Any] | None = None
    before: str = ""
    same: bool = True

    @property
    def evidence(self) -> Evidence | None:
        """What the answer rests on; None where nobody was found."""
        return thaw(self.known) if self.known is not None else None


@dataclass(frozen=True, slots=True)
class Part:
    """So many answers ready to be kept. `content` is what is stored, `cells` what enters the fingerprint.

    `counts`: outcome -> lines, and what the repetition of an earlier check shows besides. `seen`: whose data was looked at.
    """

    lines: int
    counts: dict[str, int]
    content: bytes
    cells: bytes
    seen: list[int]


def part_of(lines: Sequence[CheckLine]) -> Part:
    """Answers as a part. `scribe` makes the very same from a long list."""
    counts = counted(
        [line.outcome for line in lines],
        changed=sum(bool(line.before) and line.before != line.outcome for line in lines),
        otherwise=sum(not line.same for line in lines),
    )
    seen = [line.person_id for line in lines if line.person_id is not None]
    return Part(
        len(lines),
        counts,
        packed([stored_text(line) for line in lines]),
        "".join([cells_text(line) for line in lines]).encode(),
        seen,
    )


def counted(outcomes: Iterable[str], *, changed: int, otherwise: int) -> dict[str, int]:
    """How often each outcome came; `changed` against the check that was repeated, `otherwise` over its own evidence."""
    counts = Counter(outcomes)
    counts["CHANGED"], counts["RECOMPUTED_OTHERWISE"] = changed, otherwise
    return {name: count for name, count in counts.items() if count}


def packed(texts: Iterable[str]) -> bytes:
    """Stored texts of lines as they are kept."""
    return zlib.compress("\n".join(texts).encode(), 1)


def stored_text(line: CheckLine) -> str:
    """A line as it is kept: JSON without spaces."""
    return _encode(_plain(line))


def cells_text(line: CheckLine) -> str:
    """A line as it enters the fingerprint: a tab between two cells, a line feed at the end."""
    return "\t".join(line.cells) + "\n"


def pack(lines: Iterable[CheckLine]) -> bytes:
    """Lines as they are stored."""
    return packed(map(stored_text, lines))


def unpack(content: bytes) -> Iterator[CheckLine]:
    """The lines of a stored part, in order."""
    for row in _rows(content):
        yield _line(row)


def unpack_cells(content: bytes) -> Iterator[list[str]]:
    """The cells alone, for files: half the work."""
    for row in _rows(content):
        yield row[4]


def digest_start(rule_key: str, version: int, as_of: date, known_at: str) -> Any:
    """The fingerprint before the first line. `known_at` is the moment as ISO text in UTC with milliseconds."""
    digest = hashlib.sha256()
    digest.update("\t".join((FORM, rule_key, str(version), as_of.isoformat(), known_at)).encode() + b"\n")
    return digest


def digest_line(digest: Any, cells: Iterable[str]) -> None:
    """Take one line into the fingerprint: its cells as UTF-8, a tab between two, a line feed at the end."""
    digest.update("\t".join(cells).encode() + b"\n")


def digest_lines(digest: Any, lines: Iterable[CheckLine]) -> None:
    """The same for many answers."""
    digest.update("".join(map(cells_text, lines)).encode())


def start_for(rule: Rule, as_of: date, known_at: str) -> Any:
    """`digest_start` for a rule."""
    return digest_start(rule.key, rule.version, as_of, known_at)


def _rows(content: bytes) -> list[list[Any]]:
    # A line feed stands between two lines and nowhere else: JSON writes those within a text otherwise.
    rows: list[list[Any]] = json.loads(b"[" + zlib.decompress(content).replace(b"\n", b",") + b"]")
    return rows


def _plain(line: CheckLine) -> list[Any]:
    return [
        line.row,
        line.raw,
        line.digits,
        line.outcome,
        line.cells,
        line.person_id,
        line.public_id,
        line.known,
        line.before,
        line.same,
    ]


def _line(row: list[Any]) -> CheckLine:
    number, raw, digits, outcome, cells, *rest = row
    return CheckLine(number, raw, digits, outcome, tuple(cells), *rest)
