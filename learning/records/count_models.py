"""What lies below a unit: kept sums, and the changes that are not in them yet."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.audit import BIG_ID
from learning.kernel.db import Model


class UnitBelow(Model):
    """The sum of the counts of every unit below a unit (not its own), without what waits in `UnitCountPending`.

    A unit with everything below it is its own `UnitCount`, plus this, plus what waits below it. `services/folding.py`
    alone writes here, so a pass waits for no unit above its own.
    """

    __tablename__ = "unit_below"
    org_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    course_key: Mapped[str] = mapped_column(String(80), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    assigned: Mapped[int]
    started: Mapped[int]
    passed: Mapped[int]
    exempt: Mapped[int]


class UnitBelowDay(Model):
    """As `UnitBelow`, by the day of the change: its rows up to a day say how far everything below stood at the end of it."""

    __tablename__ = "unit_below_day"
    org_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    course_key: Mapped[str] = mapped_column(String(80), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    assigned: Mapped[int]
    started: Mapped[int]
    passed: Mapped[int]
    exempt: Mapped[int]


class UnitCountPending(Model):
    """A booked change that is not in the sums of the units above yet. Written with its entry in the book, in one
    statement; taken out when it is added to them, in one commit. No order of ids is relied on.
    """

    __tablename__ = "unit_count_pending"
    __table_args__ = (Index("ix_unit_count_pending_org_unit_id", "org_unit_id"),)
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    org_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    course_key: Mapped[str] = mapped_column(String(80))
    assignment_id: Mapped[int]
    day: Mapped[date]
    assigned: Mapped[int]
    started: Mapped[int]
    passed: Mapped[int]
    exempt: Mapped[int]
