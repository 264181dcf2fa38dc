"""Tables of nudges: times somebody has planned, and what a person or an agency does not want."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.audit import BIG_ID
from learning.kernel.db import Model, enum_column

_IN_FORCE = text("ended_at IS NULL")


class NudgeKind(StrEnum):
    """PLAN: the time one has planned oneself. PEERS: how many of one's own unit have passed."""

    PLAN = "PLAN"
    PEERS = "PEERS"


class StudyPlan(Model):
    """When somebody wants to go on with a course, in their own words to themselves: nobody else reads it.

    At most one in force for an enrolment; a change ends it and makes another. `zone` is the clock it was chosen on.
    """

    __tablename__ = "study_plan"
    __table_args__ = (
        Index("ix_study_plan_person_id", "person_id"),
        Index("uq_study_plan_in_force", "enrolment_id", unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
        {"info": {"frozen": ["person_id", "enrolment_id", "starts_at", "zone", "made_at"], "frozen_when": "OLD.ended_at IS NOT NULL"}},
    )  # fmt: skip
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    enrolment_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("enrolment.id"))
    starts_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class NudgeOff(Model):
    """A nudge that a person does not want, or that an agency does not want for its people. Ended when it is wanted again."""

    __tablename__ = "nudge_off"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (agency_id IS NULL)", name="one_owner"),
        Index("uq_nudge_off_person", "person_id", "kind", unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
        Index("uq_nudge_off_agency", "agency_id", "kind", unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
        {"info": {"frozen": ["kind", "person_id", "agency_id", "off_by", "off_at"], "frozen_when": "OLD.ended_at IS NOT NULL"}},
    )  # fmt: skip
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[NudgeKind] = mapped_column(enum_column(NudgeKind))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    off_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    off_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
