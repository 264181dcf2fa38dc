"""Tables of the news for heads: how often each wants it, the run of a day, and the letters."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.audit import BIG_ID
from learning.kernel.db import Model, enum_column
from learning.records.heads.rhythm import Rhythm


class HeadChoice(Model):
    """How often somebody wants news; no row: `Rhythm.SUITED`. `by_letter`: last chosen by the link of a letter, without login."""

    __tablename__ = "head_choice"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    rhythm: Mapped[Rhythm] = mapped_column(enum_column(Rhythm))
    by_letter: Mapped[bool]
    chosen_at: Mapped[datetime]


class HeadRun(Model):
    """The news of one day in one time zone, and how far it is; as `ReminderRun`."""

    __tablename__ = "head_run"
    __table_args__ = (
        UniqueConstraint("zone", "day", name="uq_head_run_zone_day"),
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


class HeadDigest(Model):
    """One letter to one head: ordered, then handed over, withdrawn (nothing to say, or nobody to say it to) or refused.

    `week` is the Monday of `day`; the key refuses a second letter in it, whatever runs twice. `since`: the day it compares
    with. The words are written when it leaves (`mail_id` has no foreign key: letters may be cleared away).
    """

    __tablename__ = "head_digest"
    __table_args__ = (
        UniqueConstraint("person_id", "week", name="uq_head_digest_person_id_week"),
        {"info": {"frozen": ["person_id", "zone", "day", "week", "since", "ordered_at"]}},
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    zone: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    week: Mapped[date]
    since: Mapped[date]
    ordered_at: Mapped[datetime]
    mail_id: Mapped[int | None]
    handed_over_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
