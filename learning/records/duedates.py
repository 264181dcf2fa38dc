"""When a course is due: pure rules over dates.

Source: fact sheet part 5. Every ASN is to have passed some days before the campaign starts. How the days of stages follow
from each other stands in `derivation.py`, whom an assignment reaches in `audience.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from learning.records.audience import EVERYBODY, Criteria
from learning.records.kinds import OutageKind

GRACE_DAYS = (0, 3, 7, 14, 30)
"""How many days after the due day somebody may still be said not to be late; a closed list, so that SQL can count by it."""
LONGEST_WINDOW = 366


class StageKind(StrEnum):
    """The stages of an election that matter to civil servants.

    COURT_RULING and REVOTE_DEADLINE belong to a re-vote; PAIR_DETERMINATION is that of president and vice president.
    """

    COURT_RULING = "COURT_RULING"
    REVOTE_DEADLINE = "REVOTE_DEADLINE"
    MUTATION_FREEZE = "MUTATION_FREEZE"
    PROGRAMME_FREEZE = "PROGRAMME_FREEZE"
    INDEPENDENT_SUPPORT = "INDEPENDENT_SUPPORT"
    REGISTRATION = "REGISTRATION"
    CANDIDATE_DETERMINATION = "CANDIDATE_DETERMINATION"
    PAIR_DETERMINATION = "PAIR_DETERMINATION"
    CAMPAIGN = "CAMPAIGN"
    QUIET_PERIOD = "QUIET_PERIOD"
    VOTING_DAY = "VOTING_DAY"
    RECAPITULATION = "RECAPITULATION"
    INAUGURATION = "INAUGURATION"
    POST_MUTATION_FREEZE = "POST_MUTATION_FREEZE"


class StageStatus(StrEnum):
    """How firm a date is."""

    CONFIRMED = "CONFIRMED"
    PROVISIONAL = "PROVISIONAL"
    ESTIMATED = "ESTIMATED"


class SourceGrade(StrEnum):
    """How well a date is attested: the decree itself was read, it was reported, or it still has to be checked."""

    READ = "READ"
    REPORTED = "REPORTED"
    UNVERIFIED = "UNVERIFIED"


@dataclass(frozen=True, slots=True)
class MadeUp:
    """An outage that gave somebody a later date: when, what could not be done, and the day it gave."""

    kind: OutageKind
    began_at: datetime
    ended_at: datetime
    until_on: date
    note: str


@dataclass(frozen=True, slots=True)
class DueReason:
    """Why a date is what it is: the election, its stage, the rule and the decision behind it.

    `rule` is the key of the rule that gave the stage its day (None: entered). `moved_from` and `moved_at`: the day the
    stage had before it was last moved, and when that was; None when it never was. A date that was fixed has neither
    election nor stage; it is the day itself. `extended_on`: the day of an extension that a second person approved; it holds
    where it is later than the date above. `outage`: the outage that gave the date that holds, if one did. `window_days`: the assignment opens so
    many days before the due day (None: it is open). `grace_days`: late only so many days after it. `criteria`: of whom it is
    asked. `counts_from`: whoever passed the course before that day takes this refresher (None: no refresher).
    """

    event_name: str | None
    stage: StageKind | None
    stage_starts_on: date
    stage_status: StageStatus | None
    days_before: int
    legal_basis: str
    event_key: str | None = None
    covered_only: bool = False
    rule: str | None = None
    moved_from: date | None = None
    moved_at: datetime | None = None
    extended_on: date | None = None
    outage: MadeUp | None = None
    window_days: int | None = None
    grace_days: int = 0
    criteria: Criteria = EVERYBODY
    counts_from: date | None = None

    @property
    def due_on(self) -> date:
        """The day the assignment gives, before any extension."""
        return self.stage_starts_on - timedelta(days=self.days_before)

    @property
    def opens_on(self) -> date | None:
        """The day on which the assignment opens; None when it is open from the start."""
        return opens_on(self.due_on, self.window_days)

    @property
    def extended(self) -> bool:
        """Whether the date comes from an extension and not from the assignment."""
        return self.extended_on is not None and self.extended_on > self.due_on


def due_at(stage_starts_on: date, days_before: int, zone: str) -> datetime:
    """The last instant that still counts: 23:59:59 on the wall clock of `zone`, so many days before the stage.

    Refuses a negative number of days: a course due after the campaign began would be pointless.
    """
    if days_before < 0:
        raise ValueError("days_before must not be negative")
    day = stage_starts_on - timedelta(days=days_before)
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone))


def days_left(due: datetime, now: datetime, zone: str) -> int:
    """Whole calendar days between today and the due day in `zone`; 0 on the day itself, negative afterwards."""
    return (due.astimezone(ZoneInfo(zone)).date() - now.astimezone(ZoneInfo(zone)).date()).days


def opens_on(due_on: date, window_days: int | None) -> date | None:
    """The day on which an assignment opens: so many days before its due day, so it moves along when that moves.

    An invitation, not a lock: whoever learns or passes earlier may, and it counts. None: open from the start.
    """
    return None if window_days is None else due_on - timedelta(days=window_days)


def is_late(due: datetime, grace_days: int, now: datetime) -> bool:
    """Whether a date is over, with so many days of grace; the grace is never added to the date people are told."""
    return due + timedelta(days=grace_days) < now
