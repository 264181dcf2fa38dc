"""The table of units that have earned a letter."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.db import Model, enum_column
from learning.records.duedates import StageKind


class UnitHonour(Model):
    """Everybody of a unit had passed on the evening of a day, with the figures of that evening. Append-only.

    Once for each unit and assignment, and once for each evening: of two assignments of a course over the same people only
    one is honoured. `reached_on` is the day of the last change before the evening that was looked at, on the unit's
    calendar, `last_on` the last day that counted as it was then known. `most`: the most people who had the duty on any
    evening of the thirty days before. Who joins or leaves later changes nothing here. Names as they were then.
    """

    __tablename__ = "unit_honour"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_unit_honour_public_id"),
        UniqueConstraint("org_unit_id", "assignment_id", name="uq_unit_honour_org_unit_id_assignment_id"),
        UniqueConstraint("org_unit_id", "course_key", "reached_on", name="uq_unit_honour_evening"),
        CheckConstraint(
            "passed >= 5 AND passed + exempt = assigned AND passed * 5 >= most * 4", name="earned"
        ),
        CheckConstraint("reached_on <= last_on", name="in_time"),
        Index("ix_unit_honour_assignment_id", "assignment_id"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(Uuid, default=uuid.uuid4)
    org_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    course_key: Mapped[str] = mapped_column(String(80))
    course_title: Mapped[str] = mapped_column(String(200))
    unit_name: Mapped[str] = mapped_column(String(160))
    event_name: Mapped[str | None] = mapped_column(String(200))
    stage: Mapped[StageKind | None] = mapped_column(enum_column(StageKind))
    stage_on: Mapped[date | None]
    last_on: Mapped[date]
    reached_on: Mapped[date]
    assigned: Mapped[int]
    passed: Mapped[int]
    exempt: Mapped[int]
    most: Mapped[int]
    recorded_at: Mapped[datetime]
