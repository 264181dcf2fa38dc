"""The answers of a bulk check: one line each, packed by the thousand, and the fingerprint over all of them.

Pure. A line holds the cells that are given out, word for word, and the evidence they rest on, so that the same decision
can be made again later, whatever was corrected since. The fingerprint covers every cell as text: whoever has the file, in
whatever program it was opened and saved as CSV, can compute it (`digest_start`, `digest_line`).
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from certificates.promotion.eligibility import CertificateEvidence, Evidence, Outcome, Seat
from certificates.promotion.rules import Rule

FORM = "netra-kelayakan-1"
# Headings of the file, always in Indonesian: the fingerprint speaks of this table and of no translation.
COLUMNS = (
    "No", "Baris", "Isian", "NIP", "Nama", "Jabatan dan unit", "Putusan", "Alasan", "Tindak lanjut", "Sertifikat", "Kode",
)  # fmt: skip
REFUSED = "REFUSED"
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
    evidence: Evidence | None = None
    before: str = ""
    same: bool = True


def pack(lines: Iterable[CheckLine]) -> bytes:
    """Lines as they are stored."""
    rows = (_plain(line) for line in lines)
    text = "\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return zlib.compress(text.encode(), 6)


def unpack(content: bytes) -> Iterator[CheckLine]:
    """The lines of a stored part, in order."""
    for text in zlib.decompress(content).decode().split("\n"):
        yield _line(json.loads(text))


def digest_start(rule_key: str, version: int, as_of: date, known_at: str) -> Any:
    """The fingerprint before the first line. `known_at` is the moment as ISO text in UTC with milliseconds."""
    digest = hashlib.sha256()
    digest.update("\t".join((FORM, rule_key, str(version), as_of.isoformat(), known_at)).encode() + b"\n")
    return digest


def digest_line(digest: Any, cells: Iterable[str]) -> None:
    """Take one line into the fingerprint: its cells as UTF-8, a tab between two, a line feed at the end."""
    digest.update("\t".join(cells).encode() + b"\n")


def start_for(rule: Rule, as_of: date, known_at: str) -> Any:
    """`digest_start` for a rule."""
    return digest_start(rule.key, rule.version, as_of, known_at)


def _plain(line: CheckLine) -> list[Any]:
    return [
        line.row,
        line.raw,
        line.digits,
        line.outcome,
        line.cells,
        line.person_id,
        line.public_id,
        freeze(line.evidence) if line.evidence else None,
        line.before,
        line.same,
    ]


def _line(row: list[Any]) -> CheckLine:
    number, raw, digits, outcome, cells, person_id, public_id, evidence, before, same = row
    known = thaw(evidence) if evidence is not None else None
    return CheckLine(number, raw, digits, outcome, tuple(cells), person_id, public_id, known, before, same)


def freeze(evidence: Evidence) -> list[Any]:
    """Evidence as plain values; `thaw` gives the equal evidence back."""
    return [
        evidence.serving,
        evidence.employment_type,
        [[seat.agency_id, seat.position_type, seat.grade] for seat in evidence.seats],
        [_frozen(record) for record in evidence.certificates],
        list(evidence.bare_passes),
        list(evidence.waivers),
    ]


def thaw(data: list[Any]) -> Evidence:
    """The evidence that `freeze` wrote."""
    serving, kind, seats, certificates, bare, waivers = data
    return Evidence(
        serving,
        kind,
        tuple(Seat(*seat) for seat in seats),
        tuple(_thawed(record) for record in certificates),
        tuple(bare),
        tuple(waivers),
    )


def _frozen(record: CertificateEvidence) -> list[Any]:
    days = (
        record.issued_on, record.expires_on, record.revoked_on, record.superseded_on, record.passed_on, record.edition_on,
    )  # fmt: skip
    told = [day.isoformat() if day else None for day in days]
    return [record.number, record.code, record.course_key, *told, record.jp]


def _thawed(record: list[Any]) -> CertificateEvidence:
    number, code, course, *told, jp = record
    issued, expires, revoked, superseded, passed, edition = (
        date.fromisoformat(day) if day else None for day in told
    )
    assert issued is not None
    return CertificateEvidence(
        number, code, course, issued, expires, revoked, superseded, passed, edition, jp
    )
