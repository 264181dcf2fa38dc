"""Tables of the election calendar, assignments, enrolments and counts."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.audit import BIG_ID
from learning.kernel.db import CanonicalJson, Model, enum_column
from learning.records.duedates import SourceGrade, StageKind, StageStatus
from learning.records.kinds import ChangeCause, EventKind


class EnrolmentStatus(StrEnum):
    """How far somebody is. Overdue is not a status: it follows from the date."""

    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    PASSED = "PASSED"


class ElectionEvent(Model):
    """An election. Its dates are stages; its regions decide whom it concerns (none: the whole country)."""

    __tablename__ = "election_event"
    __table_args__ = (UniqueConstraint("key", name="uq_election_event_key"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[EventKind] = mapped_column(enum_column(EventKind))
    legal_basis: Mapped[str] = mapped_column(Text)


class ElectionEventRegion(Model):
    """A region (official code of a province or regency) in which an election is held."""

    __tablename__ = "election_event_region"
    event_id: Mapped[int] = mapped_column(ForeignKey("election_event.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(String(13), primary_key=True)


class ElectionStage(Model):
    """A stage and its days; may be provisional and may move. With `rule` the days are derived (`derivation.py`)."""

    __tablename__ = "election_stage"
    __table_args__ = (
        UniqueConstraint("event_id", "stage", name="uq_election_stage_event_id_stage"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="order"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("election_event.id"))
    stage: Mapped[StageKind] = mapped_column(enum_column(StageKind))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    status: Mapped[StageStatus] = mapped_column(enum_column(StageStatus))
    source_ref: Mapped[str] = mapped_column(String(200))
    source_grade: Mapped[SourceGrade] = mapped_column(enum_column(SourceGrade))
    note: Mapped[str] = mapped_column(Text)
    rule: Mapped[str | None] = mapped_column(String(40))


class StageChange(Model):
    """Every setting of a stage, in order: what it was set to, why, by whom, and how many people's dates went with it."""

    __tablename__ = "stage_change"
    __table_args__ = (
        Index("ix_stage_change_event_id_stage", "event_id", "stage"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("election_event.id"))
    stage: Mapped[StageKind] = mapped_column(enum_column(StageKind))
    before_on: Mapped[date | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    status: Mapped[StageStatus] = mapped_column(enum_column(StageStatus))
    source_ref: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str | None] = mapped_column(String(40))
    cause: Mapped[ChangeCause] = mapped_column(enum_column(ChangeCause))
    people: Mapped[int]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class Assignment(Model):
    """A course for an audience, due so many days before a stage of an election, or on `due_on`.

    Whom it reaches: the units in `AssignmentUnit`, `criteria` (`audience.Criteria` as JSON), and with `covered_only` of
    them only who works in a region in which the election is held. `window_days`: opens so many days before the due day
    (None: at once). `grace_days`: late only so many days after it. With a refresher, who passed before `counts_from` takes
    that course instead, and whoever passed since owes nothing; `valid_months` is what that day was reckoned from.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("days_before >= 0", name="days_before"),
        CheckConstraint(
            "(due_on IS NULL AND event_id IS NOT NULL AND stage IS NOT NULL)"
            " OR (due_on IS NOT NULL AND event_id IS NULL AND stage IS NULL AND NOT covered_only AND days_before = 0)",
            name="one_date",
        ),
        CheckConstraint("window_days IS NULL OR window_days BETWEEN 1 AND 366", name="window_days"),
        CheckConstraint("grace_days IN (0, 3, 7, 14, 30)", name="grace_days"),
        CheckConstraint(
            "(refresher_key IS NULL) = (refresher_title IS NULL) AND (refresher_key IS NULL) = (valid_months IS NULL)"
            " AND (refresher_key IS NULL) = (counts_from IS NULL) AND (refresher_key IS NULL OR refresher_key <> course_key)",
            name="refresher_whole",
        ),
        CheckConstraint("valid_months IS NULL OR valid_months BETWEEN 1 AND 120", name="valid_months"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    course_key: Mapped[str] = mapped_column(String(80))
    course_title: Mapped[str] = mapped_column(String(200))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("election_event.id"))
    stage: Mapped[StageKind | None] = mapped_column(enum_column(StageKind))
    due_on: Mapped[date | None]
    days_before: Mapped[int]
    covered_only: Mapped[bool] = mapped_column(server_default=text("false"))
    criteria: Mapped[dict[str, Any]] = mapped_column(CanonicalJson, server_default=text("'{}'"))
    window_days: Mapped[int | None]
    grace_days: Mapped[int] = mapped_column(server_default=text("0"))
    valid_months: Mapped[int | None]
    counts_from: Mapped[date | None]
    refresher_key: Mapped[str | None] = mapped_column(String(80))
    refresher_title: Mapped[str | None] = mapped_column(String(200))
    legal_basis: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Enrolment(Model):
    """A person in a course, one cycle long (from assignment to pass; recertification is the next cycle).

    Pins the edition of the course at the first step. At most one current enrolment per person and course.
    `due_moved_at`: when a moved stage or an outage last changed the date (`DueChange` has the days), so that reminders find
    those who have to be told without asking for each.
    `exempt_until`: the last day of an exemption in force (a daily job clears it); who has passed counts as passed.
    `extended_on`: the day of an extension in force, on the unit's calendar; `due_at` never lies before its end. Both
    follow from `ExemptionProposal` and are set by `services/relieving.py` alone.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_enrolment_public_id"),
        UniqueConstraint("person_id", "course_key", "cycle", name="uq_enrolment_person_id_course_key_cycle"),
        Index(
            "uq_enrolment_current",
            "person_id",
            "course_key",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        # The few whose exemption may run out, and whose extension a moved date must not undercut.
        Index(
            "ix_enrolment_exempt_until",
            "exempt_until",
            sqlite_where=text("exempt_until IS NOT NULL"),
            postgresql_where=text("exempt_until IS NOT NULL"),
        ),
        Index(
            "ix_enrolment_extended_on",
            "course_key",
            "extended_on",
            sqlite_where=text("extended_on IS NOT NULL"),
            postgresql_where=text("extended_on IS NOT NULL"),
        ),
        # Whose date comes from an assignment: when it ends, or what it has just given is counted.
        Index(
            "ix_enrolment_assignment_id",
            "assignment_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        # Names behind a number of a unit; also the trend of a unit.
        Index("ix_enrolment_unit", "org_unit_id", "course_key", "status"),
        CheckConstraint("steps_done >= 0 AND steps_done <= steps_total", name="steps"),
        CheckConstraint("(status = 'PASSED') = (completed_at IS NOT NULL)", name="completed"),
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), default=lambda: str(uuid.uuid4()))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_key: Mapped[str] = mapped_column(String(80))
    course_title: Mapped[str] = mapped_column(String(200))
    cycle: Mapped[int]
    edition: Mapped[str | None] = mapped_column(String(16))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    org_unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    status: Mapped[EnrolmentStatus] = mapped_column(enum_column(EnrolmentStatus))
    due_at: Mapped[datetime | None]
    due_moved_at: Mapped[datetime | None]
    exempt_until: Mapped[date | None]
    extended_on: Mapped[date | None]
    steps_total: Mapped[int]
    steps_done: Mapped[int]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class StepRecord(Model):
    """A step done once; the key means something only to the package that defined it."""

    __tablename__ = "step_record"
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    step_key: Mapped[str] = mapped_column(String(200), primary_key=True)
    done_at: Mapped[datetime]


NO_ASSIGNMENT = 0
"""Stands for "no assignment" in the key of a count, where a database takes no empty value. No assignment has this id."""


class UnitCount(Model):
    """How many people of a unit itself (not its children) have a current enrolment, have begun, have passed, are exempt;
    by the assignment that their date comes from, `NO_ASSIGNMENT` for those who have none.

    Each person is one of exempt, not started, under way, passed: who is exempt is in `assigned` and `exempt` alone, and
    who passes while exempt counts as passed.
    Changes in the same commit as what it counts; `flask records reconcile` proves it equals the persons behind it.
    """

    __tablename__ = "unit_count"
    org_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    course_key: Mapped[str] = mapped_column(String(80), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False, server_default=text("0")
    )
    assigned: Mapped[int]
    started: Mapped[int]
    passed: Mapped[int]
    exempt: Mapped[int] = mapped_column(server_default=text("0"))


class UnitCountChange(Model):
    """What was added to a unit's counts, in the commit that added it. The sum of all rows of a unit, course and
    assignment is its `UnitCount`; the sum of those up to a day is how the unit stood at the end of that day, whoever has
    moved since.

    `day` is on the unit's own calendar and never lies before the last row of the same unit and course;
    `recorded_at` is the instant at which it was written, so that what was learnt later can be told apart.
    """

    __tablename__ = "unit_count_change"
    __table_args__ = (
        # The last day of a unit when one is added; the sum up to a day when the page asks.
        Index("ix_unit_count_change_unit", "org_unit_id", "course_key", "day"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    org_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    course_key: Mapped[str] = mapped_column(String(80))
    assignment_id: Mapped[int] = mapped_column(server_default=text("0"))
    day: Mapped[date]
    recorded_at: Mapped[datetime]
    assigned: Mapped[int]
    started: Mapped[int]
    passed: Mapped[int]
    exempt: Mapped[int] = mapped_column(server_default=text("0"))
