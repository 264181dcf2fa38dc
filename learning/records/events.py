"""News of this package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EnrolmentCompleted:
    """Somebody has passed the course of an enrolment."""

    enrolment_id: int
    person_id: int
    course_key: str
    org_unit_id: int | None
    completed_at: datetime


@dataclass(frozen=True, slots=True)
class UnitHonoured:
    """Everybody of a unit has passed before the campaign; kept as `UnitHonour`."""

    honour_id: int
    org_unit_id: int
    recorded_at: datetime
