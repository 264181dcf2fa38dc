"""Tables of reminders: a day's work in a time zone, the letters it ordered, and what each letter told."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.access import Role
from learning.kernel.audit import BIG_ID
from learning.kernel.db import Model, enum_column
from learning.records.rates import State

_IN_FORCE = text("ended_at IS NULL")


class ReminderRun(Model):
    """The reminders of one day in one time zone, and how far they are: everybody up to `last_person_id` is done.

    The cursor moves in the commit of the letters it passes, so a run that was killed goes on where it stood, and of two
    that run at once the second finds the work done.
    """

    __tablename__ = "reminder_run"
    __table_args__ = (
        UniqueConstraint("zone", "day", name="uq_reminder_run_zone_day"),
        {"info": {"frozen": ["zone", "day", "started_at"], "frozen_when": "OLD.finished_at IS NOT NULL"}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    zone: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    last_person_id: Mapped[int]
    ordered: Mapped[int]
    no_address: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ReminderDigest(Model):
    """One letter to one person: ordered, then handed over, withdrawn (nothing is due any more) or refused for good.

    The row is the outbox: it commits with what it tells. At most one a person and day. `mail_id` names the letter (no
    foreign key: letters may be cleared away), whose words are written when it leaves.
    """

    __tablename__ = "reminder_digest"
    __table_args__ = (
        UniqueConstraint("person_id", "day", name="uq_reminder_digest_person_id_day"),
        {"info": {"frozen": ["person_id", "zone", "day", "ordered_at"]}},
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    zone: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    ordered_at: Mapped[datetime]
    mail_id: Mapped[int | None]
    handed_over_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str | None] = mapped_column(String(200))


class ReminderStep(Model):
    """A step of a course's last day that a person was told, once: the key refuses the second. Append-only."""

    __tablename__ = "reminder_step"
    __table_args__ = (
        Index("ix_reminder_step_digest_id", "digest_id"),
        {"info": {"append_only": True}},
    )
    enrolment_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("enrolment.id"), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    digest_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("reminder_digest.id"))


class ReminderAsking(Model):
    """Somebody responsible asked that the people behind a number be reminded; how far that is and whom it left out.

    `state`, `own_only` and `search` are the selection of the list of persons, `day` is on the unit's calendar. The same
    selection is asked for once a day, whoever asks. A unit is asked for a few times a day and nobody asks more often than
    some: the places are counted, unique, and end at a number. `office_role` and `office_unit_id` say in whose name it was
    (no unit: an admin of everything). Everybody up to `last_enrolment_id` is done. `stopped`: the asker lost the right
    before everybody was done. Counts are people.
    """

    __tablename__ = "reminder_asking"
    __table_args__ = (
        UniqueConstraint(
            "org_unit_id", "course_key", "state", "own_only", "search", "day", name="uq_reminder_asking_selection"
        ),
        UniqueConstraint("org_unit_id", "day", "unit_place", name="uq_reminder_asking_unit_place"),
        UniqueConstraint("asked_by", "day", "asker_place", name="uq_reminder_asking_asker_place"),
        CheckConstraint("unit_place BETWEEN 1 AND 5", name="unit_limit"),
        CheckConstraint("asker_place BETWEEN 1 AND 20", name="asker_limit"),
        {
            "info": {
                "frozen": [
                    "org_unit_id", "course_key", "state", "own_only", "search", "day", "unit_place", "asker_place",
                    "asked_by", "asked_at", "office_role", "office_unit_id", "selected",
                ],
                "frozen_when": "OLD.finished_at IS NOT NULL",
            }
        },
    )  # fmt: skip
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    org_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    course_key: Mapped[str] = mapped_column(String(80))
    state: Mapped[State] = mapped_column(enum_column(State))
    own_only: Mapped[bool]
    search: Mapped[str] = mapped_column(String(120))
    day: Mapped[date]
    unit_place: Mapped[int]
    asker_place: Mapped[int]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    office_role: Mapped[Role] = mapped_column(enum_column(Role))
    office_unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    selected: Mapped[int]
    job_id: Mapped[int | None]
    last_enrolment_id: Mapped[int] = mapped_column(BIG_ID)
    ordered: Mapped[int]
    recent: Mapped[int]
    no_address: Mapped[int]
    bounced: Mapped[int]
    no_date: Mapped[int]
    stopped: Mapped[bool]
    finished_at: Mapped[datetime | None]


class ReminderAsked(Model):
    """A letter that goes out because somebody asked for it, and the course that was asked about. Append-only."""

    __tablename__ = "reminder_asked"
    __table_args__ = (Index("ix_reminder_asked_asking_id", "asking_id"), {"info": {"append_only": True}})
    digest_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("reminder_digest.id"), primary_key=True)
    asking_id: Mapped[int] = mapped_column(ForeignKey("reminder_asking.id"))
    enrolment_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("enrolment.id"))


class CalendarLink(Model):
    """The private address of somebody's due dates for calendar programs. Only the SHA-256 of its secret is kept.

    At most one in force a person; a new one ends the old, and an ended one never comes back.
    """

    __tablename__ = "calendar_link"
    __table_args__ = (
        UniqueConstraint("token_hash", name="uq_calendar_link_token_hash"),
        Index(
            "uq_calendar_link_in_force", "person_id", unique=True,
            sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE,
        ),
        {
            "info": {
                "frozen": ["person_id", "token_hash", "locale", "made_at"],
                "frozen_when": "OLD.ended_at IS NOT NULL",
            }
        },
    )  # fmt: skip
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(5))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
