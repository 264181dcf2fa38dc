"""What a checked row would do, before it does it. Pure: a line and what is known in, a step out.

The dry run shows these steps and the applying takes them; both come from `plan_person`, so nothing else can happen
than what somebody saw and confirmed.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from learning.people.import_rows import PersonLine, UnitLine
from learning.people.kinds import EmploymentType, PersonStatus, PositionType, PostingKind, UnitKind
from learning.people.names import tidy
from learning.people.problem import Problem

# More than this share of an agency's people losing their seat at once is more often a wrong file than a true one.
LEAVING_PERCENT = 5
# One or two people of a village office are always more than five percent.
LEAVING_FREE = 3


class Effect(enum.StrEnum):
    """What a row does. ENDED: not in the file, which was declared complete. LEFT: the row says that service has ended."""

    NEW = "NEW"
    MOVED = "MOVED"
    CHANGED = "CHANGED"
    RETURNED = "RETURNED"
    ENDED = "ENDED"
    LEFT = "LEFT"
    CONFLICT = "CONFLICT"
    UNCHANGED = "UNCHANGED"


ACTING = (Effect.NEW, Effect.MOVED, Effect.CHANGED, Effect.RETURNED, Effect.ENDED, Effect.LEFT)


@dataclass(frozen=True, slots=True)
class Seat:
    """A posting: the own seat that is open, or an acting post, which may have a last day."""

    id: int
    unit_id: int
    agency_id: int
    title: str
    position_type: PositionType
    grade_code: str | None
    starts_on: date
    ends_on: date | None = None

    def lasts(self, beyond: date) -> bool:
        """Whether it goes on after a day."""
        return self.ends_on is None or self.ends_on > beyond


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody as they are now. `last_*`: the latest seat of those who have none now. `acting`: posts beside it."""

    id: int
    name: str
    front_title: str
    back_title: str
    email: str | None
    employment_type: EmploymentType
    status: PersonStatus
    seat: Seat | None
    last_agency_id: int | None = None
    last_ends_on: date | None = None
    acting: tuple[Seat, ...] = ()
    # Holds a role that the importing person may not give, or (for those missing in a file) any role at all.
    above: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One field, as it is and as it would be; units by id."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Step:
    """What one row does. `problem` says why a CONFLICT is none of the others."""

    effect: Effect
    changes: tuple[Change, ...] = ()
    problem: Problem | None = None

    @property
    def said(self) -> list[object]:
        """Plain values, for the digest of a dry run and for comparing with what is found when applying."""
        changes = [[change.column, change.old, change.new] for change in self.changes]
        return [str(self.effect), changes, self.problem.code if self.problem else ""]


def plan_person(line: PersonLine, known: Known | None, *, agency_id: int | None) -> Step:
    """What a row does to somebody; `agency_id` None: the importing person may act in every agency.

    CONFLICT when the person sits in another agency (only an admin of everything may move them), has retired, holds a
    role above the importing person's, when the seat would begin before the one that is open, or when an acting post is
    given to somebody without a seat.
    """
    if known is None:
        if line.kind is PostingKind.ACTING:
            return _conflict("row.acting_without_seat")
        return Step(Effect.NEW)
    refused = _refused(line, known, agency_id)
    if refused is not None:
        return Step(Effect.CONFLICT, (), refused)
    if line.kind is PostingKind.ACTING:
        return _plan_acting(line, known)
    changes = _personal(line, known, taken_over=_taken_over(known, agency_id))
    seat = known.seat
    if seat is None:
        return Step(Effect.RETURNED, (*changes, Change("unit-kode", "", str(line.unit_id))))
    sitting = _sitting(line, seat)
    if not sitting:
        return Step(Effect.CHANGED, tuple(changes)) if changes else Step(Effect.UNCHANGED)
    moved = seat.unit_id != line.unit_id
    if line.starts_on < seat.starts_on or (moved and line.starts_on == seat.starts_on):
        return _conflict("people.posting_before_open", since=seat.starts_on.isoformat())
    return Step(Effect.MOVED if moved else Effect.CHANGED, (*changes, *sitting))


def plan_missing(known: Known, *, agency_id: int, last_day: date) -> Step:
    """What the absence from a complete file does: the seat ends, the person keeps account, records and certificates."""
    seat = known.seat
    if seat is None or seat.agency_id != agency_id:
        return Step(Effect.UNCHANGED)
    if known.above:
        return _conflict("row.missing_holds_role")
    if seat.starts_on > last_day:
        return _conflict("row.missing_starts_later", since=seat.starts_on.isoformat())
    return Step(Effect.ENDED, (Change("unit-kode", str(seat.unit_id), ""),))


def too_many_leave(*, leaving: int, seated: int, percent: int = LEAVING_PERCENT) -> bool:
    """Whether so many people losing their seat or leaving the agency needs a second look and a reason."""
    return leaving > LEAVING_FREE and leaving * 100 > seated * percent


def corrects_seat(line: PersonLine, seat: Seat) -> bool:
    """Whether the row says something else about the very seat that is open: a correction, not a new posting."""
    return seat.unit_id == line.unit_id and seat.starts_on == line.starts_on


def _refused(line: PersonLine, known: Known, agency_id: int | None) -> Problem | None:
    if known.above:
        return Problem("people.person_above_self")
    if agency_id is not None and known.seat is not None and known.seat.agency_id != agency_id:
        return Problem("people.in_other_agency")
    if known.status is PersonStatus.RETIRED or (
        known.status is PersonStatus.ENDED and _taken_over(known, agency_id)
    ):
        return Problem("people.not_active")
    if known.seat is None and known.last_ends_on is not None and line.starts_on <= known.last_ends_on:
        return Problem("row.start_before_end", {"until": known.last_ends_on.isoformat()})
    return None


def _taken_over(known: Known, agency_id: int | None) -> bool:
    """Released by another agency and now taken on by this one."""
    return agency_id is not None and known.last_agency_id is not None and known.last_agency_id != agency_id


def _plan_acting(line: PersonLine, known: Known) -> Step:
    if known.seat is None:
        return _conflict("row.acting_without_seat")
    title = tidy(line.position_title)
    for seat in known.acting:
        if (seat.unit_id, seat.title) == (line.unit_id, title) and seat.lasts(line.starts_on):
            return Step(Effect.UNCHANGED)
    return Step(Effect.CHANGED, (Change("jenis-penempatan", "", title),))


def _personal(line: PersonLine, known: Known, *, taken_over: bool) -> list[Change]:
    """Fields that differ. An empty cell keeps what is there.

    The address of somebody taken over from another agency stays: password links go there, and a stranger's file must
    not be able to have them sent elsewhere.
    """
    pairs = [
        ("nama", known.name, tidy(line.name)),
        ("gelar-depan", known.front_title, tidy(line.front_title) or known.front_title),
        ("gelar-belakang", known.back_title, tidy(line.back_title) or known.back_title),
        ("jenis-pegawai", known.employment_type.value, line.employment_type.value),
    ]
    if not (taken_over and known.email):
        pairs.insert(1, ("surel", known.email or "", line.email or known.email or ""))
    return [Change(column, old, new) for column, old, new in pairs if old != new]


def _sitting(line: PersonLine, seat: Seat) -> list[Change]:
    """What differs from the open seat. A later start alone is no news: files are often old lists with a fresh date."""
    pairs = [
        ("unit-kode", str(seat.unit_id), str(line.unit_id)),
        ("jabatan", seat.title, tidy(line.position_title)),
        ("jenis-jabatan", seat.position_type.value, line.position_type.value),
        ("golongan", seat.grade_code or "", line.grade_code or seat.grade_code or ""),
    ]
    return [Change(column, old, new) for column, old, new in pairs if old != new]


def _conflict(code: str, **params: str | int) -> Step:
    return Step(Effect.CONFLICT, (), Problem(code, params))


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit as it is now; `parent_code` casefolded, None for an agency."""

    id: int
    name: str
    kind: UnitKind
    parent_code: str | None
    region_code: str | None
    timezone: str


def plan_unit(line: UnitLine, known: KnownUnit | None) -> Step:
    """What a row does to a unit. Empty region and zone keep what is there; an agency stays at the top."""
    if known is None:
        return Step(Effect.NEW)
    pairs = [
        ("nama", known.name, line.name),
        ("jenis", known.kind.value, line.kind.value),
        ("kode-wilayah", known.region_code or "", line.region_code or known.region_code or ""),
        ("zona-waktu", known.timezone, line.timezone or known.timezone),
    ]
    changes = [Change(column, old, new) for column, old, new in pairs if old != new]
    parent = line.parent_code.casefold() if line.parent_code else None
    if parent is not None and parent != known.parent_code:
        moved = Change("kode-induk", (known.parent_code or "").upper(), parent.upper())
        return Step(Effect.MOVED, (moved, *changes))
    return Step(Effect.CHANGED, tuple(changes)) if changes else Step(Effect.UNCHANGED)
