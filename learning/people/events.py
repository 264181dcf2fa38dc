"""What happens to persons, in the past tense. Published in the transaction of the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PersonJoined:
    """Somebody took a seat who had none: newly registered, or back after a pause."""

    person_id: int
    org_unit_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonMoved:
    """Somebody changed units. `on` is the first day in the new unit (it may lie ahead or behind `at`)."""

    person_id: int
    from_unit_id: int
    to_unit_id: int
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class SeatChanged:
    """Within the unit something about the seat changed: position, grade, or the kind of employment."""

    person_id: int
    org_unit_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """Somebody retired or was discharged. `on` is the last day in service."""

    person_id: int
    org_unit_id: int | None
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class PeopleSeated:
    """Many people took a seat at once, as PersonJoined and PersonMoved say of one: (person, unit before or None, unit)."""

    seats: tuple[tuple[int, int | None, int], ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class UnitMoved:
    """A unit with everything below it hangs below another one of its agency now. Paths as in the tree, its own id last."""

    org_unit_id: int
    old_path: str
    new_path: str


@dataclass(frozen=True, slots=True)
class SeatsChanged:
    """As SeatChanged, of many people at once: (person, unit)."""

    seats: tuple[tuple[int, int], ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class PeopleUnseated:
    """Many people lost their seat at once and sit nowhere now; `on` is the last day: (person, unit)."""

    seats: tuple[tuple[int, int], ...]
    on: date
    at: datetime
