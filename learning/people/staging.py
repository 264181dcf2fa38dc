"""The dry run: every row of a file is checked, compared with what is known, and kept in chunks. Nothing else changes.

Memory stays flat however long the file is: a chunk of rows at a time, and the NIPs seen so far in a scratch file.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import select

from learning.kernel.db import canonical_json, db
from learning.kernel.transaction import write
from learning.people import chunks, known_people, queries
from learning.people.chunks import Line, Missing
from learning.people.import_leaving import LeavingLine, check_leaving, plan_leaving
from learning.people.import_plan import (
    ACTING,
    Effect,
    Known,
    KnownUnit,
    Step,
    plan_missing,
    plan_person,
    plan_unit,
    too_many_leave,
)
from learning.people.import_rows import (
    Finding,
    PersonLine,
    UnitLine,
    check_person,
    check_units,
    twice,
    without_row,
)
from learning.people.kinds import ImportKind
from learning.people.models import OrgUnit, SheetChunk
from learning.people.services.imports import forget_chunks, keep_chunk, rewrite_chunk
from learning.people.spreadsheet import Row

SHOWN_FINDINGS = 500
EXAMPLES = 50
Progress = Callable[[int, int], None]
_LEAVING = (Effect.ENDED, Effect.MOVED, Effect.LEFT)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that has been opened: where it belongs, who brought it, and its rows (`total` 0: not known yet)."""

    import_id: int
    kind: ImportKind
    rows: Iterable[Row]
    unknown_columns: tuple[str, ...]
    agency_id: int | None
    actor_id: int | None
    complete: bool
    total: int = 0


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as plain values."""
    return {
        "row": finding.row,
        "column": finding.column,
        "found": finding.found,
        "code": finding.problem.code,
        "params": dict(finding.problem.params),
    }


@dataclass(slots=True)
class Tally:
    """What a dry run found, added up chunk by chunk."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    leaving: Counter[int] = field(default_factory=Counter)
    digest: Any = field(default_factory=hashlib.sha256)

    def note(self, line: Line, step: Step, known: Known | None, agency: Mapping[int, int]) -> None:
        """Add one row."""
        self.counts[str(step.effect)] += 1
        row = getattr(line, "row", 0)
        if known is not None and known.seat is not None and step.effect in _LEAVING:
            goes_to = agency.get(line.unit_id) if isinstance(line, PersonLine) else None
            if goes_to != known.seat.agency_id:
                self.leaving[known.seat.agency_id] += 1
        shown = self.examples.setdefault(str(step.effect), [])
        if len(shown) < EXAMPLES:
            name = known.name if isinstance(line, Missing) and known else getattr(line, "name", "")
            changes = [[change.column, change.old, change.new] for change in step.changes]
            if isinstance(line, PersonLine) and step.effect is Effect.NEW:
                changes = [["unit-kode", "", str(line.unit_id)]]
            shown.append(
                {"row": row, "name": name, "changes": changes, "code": _code(step), "params": _params(step)}
            )

    def seal(self, lines: Sequence[Line], steps: Sequence[Step]) -> None:
        """Take the steps of a whole chunk into the digest."""
        said = [
            [getattr(line, "row", 0), getattr(line, "person_id", 0), *step.said]
            for line, step in zip(lines, steps, strict=True)
        ]
        self.digest.update(canonical_json(said).encode())

    def as_json(self, total_seated: Callable[[int], int]) -> dict[str, Any]:
        """Counts, examples with unit names, the digest to be confirmed, and where too many would leave."""
        over = []
        for agency_id, leaving in sorted(self.leaving.items()):
            seated = total_seated(agency_id)
            percent = known_people.guard_percent(agency_id)
            if too_many_leave(leaving=leaving, seated=seated, percent=percent):
                name = _names({agency_id})[agency_id]
                over.append({"agency": agency_id, "name": name, "leaving": leaving, "seated": seated, "percent": percent})  # fmt: skip
        _name_units(self.examples)
        return {
            "counts": dict(self.counts),
            "acting": sum(self.counts[effect.value] for effect in ACTING),
            "examples": self.examples,
            "over": over,
            "fingerprint": self.digest.hexdigest(),
        }


class Seen:
    """Which NIPs a file has named, in a scratch file of the database library's own."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, row INTEGER, said INTEGER) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def first(self, line: PersonLine | LeavingLine) -> tuple[int, bool]:
        """The row that named this seat first (the line's own when it is the first), and whether it says the same."""
        said = hash(without_row(line))
        values = (line.key, line.row, said)
        if self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", values).rowcount:
            return line.row, True
        found = self._db.execute("SELECT row, said FROM seen WHERE key = ?", (line.key,)).fetchone()
        return found[0], found[1] == said

    def names(self, number: str) -> bool:
        """Whether the file gives this person a seat of their own."""
        return self._db.execute("SELECT 1 FROM seen WHERE key = ?", (number,)).fetchone() is not None


@dataclass(slots=True)
class _Stage:
    source: Source
    today: date
    progress: Progress
    agency: dict[int, int]
    tally: Tally = field(default_factory=Tally)
    rows: list[tuple[Line, Row | None]] = field(default_factory=list)
    rejected: list[tuple[int, dict[str, str], list[dict[str, Any]]]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    bad: int = 0
    findings_total: int = 0
    odd: int = 0
    number: int = 0
    read: int = 0

    def take(self, line: Line | None, row: Row | None, found: Sequence[Finding]) -> None:
        """One row of the file, with its line or with what is wrong; without a row, somebody whom the file does not name."""
        if found and row is not None:
            self.refuse(row.number, _cells(row), [finding_json(item) for item in found])
        elif line is not None:
            self.rows.append((line, row))
        self.read += 1
        if len(self.rows) + len(self.rejected) >= chunks.SIZE:
            self.flush()

    def refuse(self, row: int, cells: dict[str, str], found: list[dict[str, Any]]) -> None:
        self.bad += 1
        self.findings_total += len(found)
        self.rejected.append((row, cells, found))
        self.findings += found[: max(0, SHOWN_FINDINGS - len(self.findings))]

    def warn(self, found: Sequence[Finding]) -> None:
        self.odd += len(found)
        if len(self.warnings) < SHOWN_FINDINGS:
            self.warnings += [finding_json(item) for item in found]

    def flush(self) -> None:
        if not self.rows and not self.rejected:
            return
        lines = [line for line, _row in self.rows]
        steps, about = plan(lines, self.source, self.today, self.tally, self.agency)
        for (_line, row), step, known in zip(self.rows, steps, about, strict=True):
            if step.problem is None:
                continue
            if row is not None:
                self.refuse(
                    row.number, _cells(row), [finding_json(Finding(row.number, "", "", step.problem))]
                )
            elif known is not None:  # no row of the file says who it is
                name = known.name
                self.refuse(0, {"nama": name}, [finding_json(Finding(0, "nama", name, step.problem))])
        staged = list(zip(lines, steps, strict=True))
        write(
            keep_chunk,
            import_id=self.source.import_id,
            number=self.number,
            body=chunks.pack(staged),
            rejected=chunks.pack_rejected(self.rejected),
        )
        self.number += 1
        self.rows, self.rejected = [], []
        self.progress(self.read, max(self.source.total, self.read))


def stage(source: Source, *, today: date, progress: Progress) -> dict[str, Any]:
    """Check a whole file, keep its rows, and say what they would do. Again after a crash: begins anew.

    Raises SheetError when the file turns out unreadable further down.
    """
    write(forget_chunks, import_id=source.import_id)
    state = _Stage(source, today, progress, agencies(source))
    if source.kind is ImportKind.PEOPLE:
        _stage_people(state)
    else:
        _stage_units(state)
    state.flush()
    counted = state.tally.as_json(known_people.count_seated)
    conflicts = counted["counts"].get(Effect.CONFLICT.value, 0)
    return {
        **counted,
        "good": sum(counted["counts"].values()) - conflicts,
        "bad": state.bad,
        "findings": state.findings,
        "more_findings": max(0, state.findings_total - len(state.findings)),
        "warnings": state.warnings[:SHOWN_FINDINGS],
        "more_warnings": max(0, state.odd - SHOWN_FINDINGS),
        "unknown_columns": list(source.unknown_columns),
        "chunks": state.number,
    }


def plan(
    lines: Sequence[Line],
    source: Source,
    today: date,
    tally: Tally,
    agency: Mapping[int, int],
    *,
    lock: bool = False,
) -> tuple[list[Step], list[Known | None]]:
    """The steps of a chunk of lines against what is known now, added to the tally, and whom each is about.

    `lock` as in `known_people`.
    """
    if source.kind is ImportKind.UNITS:
        units = [line for line in lines if isinstance(line, UnitLine)]
        planned = _plan_units(units, source.agency_id, tally)
        tally.seal(units, planned)
        return planned, [None] * len(units)
    numbers = [line.employee_number for line in lines if isinstance(line, PersonLine)]
    known = known_people.by_number(numbers, actor_id=source.actor_id, lock=lock)
    leavers = [line.employee_number for line in lines if isinstance(line, LeavingLine)]
    leaving = known_people.by_number(leavers, actor_id=source.actor_id, lock=lock, any_role=True)
    absent = known_people.by_id([line.person_id for line in lines if isinstance(line, Missing)], lock=lock)
    by_id = {person.id: person for person in absent.values()}
    steps, about = [], []
    for line in lines:
        if isinstance(line, Missing):
            somebody: Known | None = by_id[line.person_id]
            assert somebody is not None
            assert source.agency_id is not None
            step = plan_missing(somebody, agency_id=source.agency_id, last_day=today - timedelta(days=1))
        elif isinstance(line, LeavingLine):
            somebody = leaving.get(line.employee_number)
            step = plan_leaving(line, somebody, agency_id=source.agency_id)
        else:
            assert isinstance(line, PersonLine)
            somebody = known.get(line.employee_number)
            step = plan_person(line, somebody, agency_id=source.agency_id)
        tally.note(line, step, somebody, agency)
        steps.append(step)
        about.append(somebody)
    tally.seal(lines, steps)
    return steps, about


def plan_again(source: Source, *, today: date) -> dict[str, Any]:
    """The same rows against what is known now: counts, examples and digest as `stage` gives them. The chunks follow."""
    tally, agency = Tally(), agencies(source)
    for number in chunk_numbers(source.import_id):
        staged = chunks.unpack(body_of(source.import_id, number))
        lines = [row.line for row in staged]
        steps, _about = plan(lines, source, today, tally, agency)
        if all(step.said == row.said for step, row in zip(steps, staged, strict=True)):
            continue
        body = chunks.pack(list(zip(lines, steps, strict=True)))
        write(rewrite_chunk, import_id=source.import_id, number=number, body=body)
    return tally.as_json(known_people.count_seated)


def chunk_numbers(import_id: int, *, waiting: bool = False) -> list[int]:
    """The chunks of an import in order; with `waiting` only those that were not applied yet."""
    query = select(SheetChunk.number).where(SheetChunk.import_id == import_id).order_by(SheetChunk.number)
    return list(db.session.scalars(query.where(SheetChunk.applied_at.is_(None)) if waiting else query))


def body_of(import_id: int, number: int) -> bytes:
    """The packed rows of one chunk."""
    query = select(SheetChunk.body).where(SheetChunk.import_id == import_id, SheetChunk.number == number)
    return db.session.execute(query).scalar_one()


def _stage_people(state: _Stage) -> None:
    source = state.source
    codes = queries.unit_codes(source.agency_id)
    units = {code: unit_id for code, (unit_id, _parent, is_open) in codes.items() if is_open}
    with Seen() as seen:
        for row in source.rows:
            line, wrong, odd = _read_row(row, units, state.today)
            state.warn(odd)
            if line is not None:
                first, same = seen.first(line)
                if not same:
                    wrong = [twice(line.row, line.employee_number, first)]
                elif first != line.row:
                    continue  # the same once more
            state.take(line, row, wrong)
        if source.complete and source.agency_id is not None:
            absent = [
                who for who, number in known_people.seated_in(source.agency_id) if not seen.names(number)
            ]
            for person_id in absent:
                state.take(Missing(person_id), None, ())


def _read_row(
    row: Row, units: Mapping[str, int], today: date
) -> tuple[PersonLine | LeavingLine | None, list[Finding], list[Finding]]:
    leaving, wrong, odd = check_leaving(row, today=today)
    if leaving is not None or wrong:
        return leaving, wrong, odd
    line, wrong, also = check_person(row, units=units, today=today)
    return line, wrong, [*odd, *also]


def _stage_units(state: _Stage) -> None:
    codes = queries.unit_codes(state.source.agency_id)
    known = {code: parent for code, (_unit, parent, _open) in codes.items()}
    rows = list(state.source.rows)
    by_number = {row.number: row for row in rows}
    checked = check_units(rows, known_codes=known, may_add_agency=state.source.agency_id is None)
    for line in checked.lines:
        state.take(line, by_number[line.row], ())
    by_row: dict[int, list[Finding]] = defaultdict(list)
    for finding in checked.findings:
        by_row[finding.row].append(finding)
    for number in sorted(by_row):
        state.take(None, by_number[number], by_row[number])


def _plan_units(lines: Sequence[UnitLine], agency_id: int | None, tally: Tally) -> list[Step]:
    known = known_units([line.code for line in lines], agency_id)
    steps = [plan_unit(line, known.get(line.code.casefold())) for line in lines]
    for line, step in zip(lines, steps, strict=True):
        tally.note(line, step, None, {})
    return steps


def known_units(codes: Sequence[str], agency_id: int | None) -> dict[str, KnownUnit]:
    """Units by casefolded code, of one agency or of all."""
    parent = OrgUnit.__table__.alias("parent")
    query = (
        select(OrgUnit, parent.c.code)
        .outerjoin(parent, parent.c.id == OrgUnit.parent_id)
        .where(OrgUnit.code.in_([code.upper() for code in codes]))
        .order_by(OrgUnit.id.desc())
    )
    if agency_id is not None:
        query = query.where(OrgUnit.agency_id == agency_id)
    return {
        (unit.code or "").casefold(): KnownUnit(
            unit.id,
            unit.name,
            unit.kind,
            above.casefold() if above else None,
            unit.region_code,
            unit.timezone,
        )
        for unit, above in db.session.execute(query)
    }


def agencies(source: Source) -> dict[int, int]:
    """The agency of each unit within reach; nothing for a file of units."""
    if source.kind is ImportKind.UNITS:
        return {}
    query = select(OrgUnit.id, OrgUnit.agency_id)
    if source.agency_id is not None:
        query = query.where(OrgUnit.agency_id == source.agency_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _cells(row: Row) -> dict[str, str]:
    return {key: row.text(key) for key in row.cells}


def _names(unit_ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(OrgUnit.id, OrgUnit.name).where(OrgUnit.id.in_(unit_ids)))
    return {row[0]: row[1] for row in rows}


def _name_units(examples: dict[str, list[dict[str, Any]]]) -> None:
    changes = [change for shown in examples.values() for item in shown for change in item["changes"]]
    at = [(change, side) for change in changes if change[0] == "unit-kode" for side in (1, 2) if change[side]]
    names = _names({int(change[side]) for change, side in at})
    for change, side in at:
        change[side] = names.get(int(change[side]), change[side])


def _code(step: Step) -> str:
    return step.problem.code if step.problem else ""


def _params(step: Step) -> dict[str, str | int]:
    return dict(step.problem.params) if step.problem else {}
