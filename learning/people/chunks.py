"""How checked rows are kept between check and applying: packed, some hundred to a row of `sheet_chunk`. Pure."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from learning.people.import_leaving import LeavingLine
from learning.people.import_plan import Step
from learning.people.import_rows import PersonLine, UnitLine
from learning.people.kinds import EmploymentType, PersonStatus, PositionType, PostingKind, UnitKind

SIZE = 1_000


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody whom a complete file does not name."""

    person_id: int


Line = PersonLine | LeavingLine | UnitLine | Missing


@dataclass(frozen=True, slots=True)
class Staged:
    """A checked row and the step it would take, in plain values (`Step.said`)."""

    line: Line
    said: list[object]


def pack(rows: Sequence[tuple[Line, Step]]) -> bytes:
    """The rows with their steps, compressed."""
    return _squeeze([[_plain(line), step.said] for line, step in rows])


def unpack(body: bytes) -> list[Staged]:
    """What `pack` kept; nothing for a body that was emptied."""
    return [Staged(_line(plain), said) for plain, said in _loosen(body)]


def pack_rejected(rows: Sequence[tuple[int, Mapping[str, str], Sequence[Mapping[str, Any]]]]) -> bytes:
    """Refused rows: number, cells as text, findings as plain values."""
    return (
        _squeeze([[number, dict(cells), list(findings)] for number, cells, findings in rows]) if rows else b""
    )


def unpack_rejected(body: bytes) -> list[tuple[int, dict[str, str], list[dict[str, Any]]]]:
    """What `pack_rejected` kept."""
    return [(number, cells, findings) for number, cells, findings in _loosen(body)]


def _squeeze(value: Any) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def _loosen(body: bytes) -> list[Any]:
    if not body:
        return []
    rows: list[Any] = json.loads(zlib.decompress(body))
    return rows


def _plain(line: Line) -> list[Any]:
    if isinstance(line, Missing):
        return ["-", line.person_id]
    if isinstance(line, LeavingLine):
        return ["l", line.row, line.employee_number, line.name, line.last_day.isoformat(), line.status.value]
    if isinstance(line, UnitLine):
        return [
            "u", line.row, line.code, line.parent_code, line.name, line.kind.value, line.region_code, line.timezone,
        ]  # fmt: skip
    return [
        "p", line.row, line.employee_number, line.name, line.front_title, line.back_title, line.email, line.unit_id,
        line.position_title, line.position_type.value, line.grade_code, line.employment_type.value,
        line.starts_on.isoformat(), line.kind.value, line.ends_on.isoformat() if line.ends_on else None,
    ]  # fmt: skip


def _line(plain: list[Any]) -> Line:
    sort = plain[0]
    if sort == "-":
        return Missing(plain[1])
    if sort == "l":
        _sort, row, number, name, last, status = plain
        return LeavingLine(row, number, name, date.fromisoformat(last), PersonStatus(status))
    if sort == "u":
        _sort, row, code, parent, name, kind, region, zone = plain
        return UnitLine(row, code, parent, name, UnitKind(kind), region, zone)
    (
        _sort, row, number, name, front, back, email, unit_id, title, position, grade, employment, starts, kind, ends,
    ) = plain  # fmt: skip
    return PersonLine(
        row,
        number,
        name,
        front,
        back,
        email,
        unit_id,
        title,
        PositionType(position),
        grade,
        EmploymentType(employment),
        date.fromisoformat(starts),
        PostingKind(kind),
        date.fromisoformat(ends) if ends else None,
    )
