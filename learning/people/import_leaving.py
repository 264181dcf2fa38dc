"""Rows of a person file that say somebody's service has ended: reading them, and what they do. Pure.

Two columns may name the day, because lists do: the last day in service, or the first day without it (TMT), which is a day
later. A day that is still to come ends nothing: exports carry everybody's pension day, and such a row counts as any other.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from learning.people import nip
from learning.people.import_plan import Change, Effect, Known, Step
from learning.people.import_rows import Finding, RowCheck
from learning.people.kinds import PersonStatus
from learning.people.problem import Problem
from learning.people.spreadsheet import Row, cell_date

LAST_DAY, FIRST_DAY_OUT, REASON = "hari-terakhir", "tmt-berhenti", "sebab-berhenti"


class Still(enum.Enum):
    """Words of the same column that do not end anybody's service."""

    SERVING = "SERVING"
    ELSEWHERE = "ELSEWHERE"


# UU 20/2023 Pasal 52 and 55; the states of service as SIASN exports name them.
LEAVING_WORDS: Mapping[str, PersonStatus | Still] = {
    "pensiun": PersonStatus.RETIRED,
    "batas usia pensiun": PersonStatus.RETIRED,
    "bup": PersonStatus.RETIRED,
    "meninggal dunia": PersonStatus.ENDED,
    "meninggal": PersonStatus.ENDED,
    "atas permintaan sendiri": PersonStatus.ENDED,
    "mengundurkan diri": PersonStatus.ENDED,
    "perjanjian kerja berakhir": PersonStatus.ENDED,
    "diberhentikan": PersonStatus.ENDED,
    "pdhtaps": PersonStatus.ENDED,
    "ptdh": PersonStatus.ENDED,
    "aktif": Still.SERVING,
    "cltn": Still.SERVING,
    "tugas belajar": Still.SERVING,
    "pemberhentian sementara": Still.SERVING,
    "pejabat negara": Still.SERVING,
    "pemblokiran data": Still.SERVING,
    "pindah instansi": Still.ELSEWHERE,
    "mutasi keluar": Still.ELSEWHERE,
}


@dataclass(frozen=True, slots=True)
class LeavingLine:
    """One good row about somebody whose service has ended; `last_day` is the last day in service."""

    row: int
    employee_number: str
    name: str
    last_day: date
    status: PersonStatus

    @property
    def key(self) -> str:
        """As for a person's own seat: a file may say one thing about somebody."""
        return self.employee_number


def check_leaving(row: Row, *, today: date) -> tuple[LeavingLine | None, list[Finding], list[Finding]]:
    """The line of a row that ends somebody's service, what is wrong, what is odd; neither line nor findings: any other row.

    Refuses a past day without a reason, an end without a day, two columns that name different days, and words that
    contradict a past day. A word that is not known is odd while no day is past.
    """
    if not any(row.text(column) for column in (LAST_DAY, FIRST_DAY_OUT, REASON)):
        return None, [], []
    check = _LeavingCheck(row, today)
    return check.line(), check.findings, check.warnings


class _LeavingCheck(RowCheck):
    def __init__(self, row: Row, today: date) -> None:
        super().__init__(row)
        self.today = today

    def line(self) -> LeavingLine | None:
        last_day = self._last_day()
        if self.findings:
            return None
        over = last_day is not None and last_day < self.today
        status = self._status(over=over, known=last_day is not None)
        if last_day is None or not over or status is None:
            if last_day is not None and not over and status is not None:
                self.warn(LAST_DAY, "row.leaves_later", last=last_day.isoformat())
            return None
        reading = nip.read(self.row.cells.get("nip"), today=self.today)
        self.findings += [
            Finding(self.row.number, "nip", reading.raw, problem) for problem in reading.problems
        ]
        if reading.number is None:
            return None
        return LeavingLine(
            self.row.number, reading.number.digits, self.row.text("nama")[:120], last_day, status
        )

    def _status(self, *, over: bool, known: bool) -> PersonStatus | None:
        """What somebody is afterwards; None when the row ends nothing, or was refused."""
        text = self.row.text(REASON)
        if not text:
            if over:
                self.refuse(REASON, "row.leaving_reason_missing")
            return None
        found = LEAVING_WORDS.get(text.casefold())
        if found is None and over:
            self.word(REASON, LEAVING_WORDS)
        elif found is None:
            self.warn(REASON, "row.leaving_word", known=", ".join(LEAVING_WORDS))
        elif found is Still.ELSEWHERE:
            self.refuse(REASON, "row.leaving_elsewhere")
        elif found is Still.SERVING and over:
            self.refuse(REASON, "row.leaving_contradicts")
        elif isinstance(found, PersonStatus) and not known:
            self.refuse(LAST_DAY, "row.leaving_day_missing")
        return found if isinstance(found, PersonStatus) else None

    def warn(self, column: str, code: str, **params: str) -> None:
        """Note what is odd and changes nothing."""
        self.warnings.append(
            Finding(self.row.number, column, self.row.text(column)[:60], Problem(code, params))
        )

    def _last_day(self) -> date | None:
        last, out = self._day(LAST_DAY), self._day(FIRST_DAY_OUT)
        before = out - timedelta(days=1) if out else None
        if last is not None and before is not None and last != before:
            self.refuse(FIRST_DAY_OUT, "row.leaving_days_differ", last=last.isoformat())
        return last or before

    def _day(self, column: str) -> date | None:
        if not self.row.text(column):
            return None
        day = cell_date(self.row.cells.get(column))
        if day is None:
            self.refuse(column, "row.date")
        elif not 1950 <= day.year <= self.today.year + 60:
            self.refuse(column, "row.date_range", year=day.year)
            return None
        return day


def plan_leaving(line: LeavingLine, known: Known | None, *, agency_id: int | None) -> Step:
    """What the end of somebody's service does; nothing when it is known already.

    `known.above`: holds any role. CONFLICT when nobody has this number, somebody holds a role, belongs to another agency
    than `agency_id` (None: every agency), or a seat would end before it began.
    """
    if known is None:
        return _conflict("row.leaving_unknown")
    if agency_id is not None and _agency(known) != agency_id:
        return _conflict("people.in_other_agency" if _agency(known) else "row.leaving_unknown")
    if known.status is not PersonStatus.ACTIVE:
        return Step(Effect.UNCHANGED)
    if known.above:
        return _conflict("row.leaving_holds_role")
    held = [seat for seat in (known.seat, *known.acting) if seat is not None and seat.lasts(line.last_day)]
    if any(seat.starts_on > line.last_day for seat in held):
        return _conflict("row.leaving_before_seat")
    unit = str(known.seat.unit_id) if known.seat else ""
    return Step(
        Effect.LEFT,
        (
            Change(LAST_DAY, "", line.last_day.isoformat()),
            Change(REASON, "", line.status.value),
            *([Change("unit-kode", unit, "")] if unit else []),
        ),
    )


def _agency(known: Known) -> int | None:
    return known.seat.agency_id if known.seat else known.last_agency_id


def _conflict(code: str) -> Step:
    return Step(Effect.CONFLICT, (), Problem(code))
