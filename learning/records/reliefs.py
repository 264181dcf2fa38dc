"""Reads of exemptions and extensions: what is in force, what waits for a second person, what was decided."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased

from learning.kernel import clock
from learning.kernel.access import Principal, Role
from learning.kernel.db import among, db
from learning.people.models import OrgUnit, Person, Posting
from learning.people.names import display_name
from learning.people.scope import visible_people
from learning.records.exemption_models import (
    ExemptionProposal,
    ReliefKind,
    ReliefOutcome,
    ReliefReason,
)
from learning.records.relief import Relief, in_force

TAKING_PART = (Role.HR, Role.ADMIN)
SHOWN = 200
RECENT = timedelta(days=30)
_ending = aliased(ExemptionProposal)


@dataclass(frozen=True, slots=True)
class ReliefRow:
    """A proposal with the names of everybody in it. `stands`: approved, not ended, and its day not past."""

    id: int
    public_id: uuid.UUID
    person_id: int
    person_public_id: str
    person_name: str
    unit_name: str | None
    course_key: str
    course_title: str
    kind: ReliefKind
    ends_id: int | None
    until: date | None
    reason: ReliefReason | None
    note: str
    evidence: str
    proposed_by: int
    proposer: str
    proposed_at: datetime
    outcome: ReliefOutcome | None
    decider: str | None
    decided_at: datetime | None
    remark: str
    stands: bool


def not_ended() -> ColumnElement[bool]:
    """The condition that a second person approved a proposal and nobody's approved ending took it back."""
    ended = select(_ending.id).where(
        _ending.ends_id == ExemptionProposal.id, _ending.outcome == ReliefOutcome.APPROVED
    )
    return (ExemptionProposal.outcome == ReliefOutcome.APPROVED) & ~ended.correlate(
        ExemptionProposal
    ).exists()


def reliefs_of(
    person_ids: Collection[int], now: datetime, zone: str = clock.DEFAULT_ZONE
) -> dict[tuple[int, str], Relief]:
    """(person, course) → what is in force for these persons today in `zone`; whoever has nothing is left out."""
    days: dict[tuple[int, str], tuple[list[date], list[date]]] = defaultdict(lambda: ([], []))
    rows = db.session.execute(
        select(
            ExemptionProposal.person_id,
            ExemptionProposal.course_key,
            ExemptionProposal.kind,
            ExemptionProposal.until,
        ).where(
            among(ExemptionProposal.person_id, person_ids),
            ExemptionProposal.kind != ReliefKind.ENDING,
            not_ended(),
        )
    )
    for person_id, course_key, kind, until in rows:
        assert until is not None  # a constraint of the table
        days[person_id, course_key][kind is ReliefKind.EXTENSION].append(until)
    today = clock.local_date(now, zone)
    return {place: in_force(*found, today) for place, found in days.items()}


def visible_reliefs(who: Principal, now: datetime) -> ColumnElement[bool]:
    """The condition for proposals about people whom HR or an admin looks after."""
    on = clock.local_date(now, who.timezone)
    return ExemptionProposal.person_id.in_(visible_people(who, *TAKING_PART, on=on, with_former=True))


def waiting(who: Principal, now: datetime) -> list[ReliefRow]:
    """What waits for a second person within reach, the oldest first; at most `SHOWN`."""
    query = _rows().where(visible_reliefs(who, now), ExemptionProposal.outcome.is_(None))
    return _read(query.order_by(ExemptionProposal.proposed_at, ExemptionProposal.id).limit(SHOWN), now)


def standing(who: Principal, now: datetime) -> list[ReliefRow]:
    """What is in force within reach, what ends first at the top; at most `SHOWN`."""
    query = _rows().where(
        visible_reliefs(who, now),
        ExemptionProposal.kind != ReliefKind.ENDING,
        ExemptionProposal.until >= clock.local_date(now, who.timezone),
        not_ended(),
    )
    return _read(query.order_by(ExemptionProposal.until, ExemptionProposal.id).limit(SHOWN), now)


def decided_lately(who: Principal, now: datetime) -> list[ReliefRow]:
    """What was decided or taken back within reach in the last thirty days, the newest first; at most `SHOWN`."""
    query = _rows().where(visible_reliefs(who, now), ExemptionProposal.decided_at >= now - RECENT)
    return _read(query.order_by(ExemptionProposal.decided_at.desc()).limit(SHOWN), now)


def proposal(who: Principal, public_id: uuid.UUID, now: datetime) -> ReliefRow | None:
    """One proposal within reach; None for any other."""
    query = _rows().where(visible_reliefs(who, now), ExemptionProposal.public_id == public_id)
    return next(iter(_read(query, now)), None)


def about(person_id: int, now: datetime) -> list[ReliefRow]:
    """Everything proposed about somebody, the newest first."""
    query = _rows().where(ExemptionProposal.person_id == person_id)
    return _read(query.order_by(ExemptionProposal.id.desc()).limit(SHOWN), now)


def _rows() -> Select[Any]:
    proposer, decider = aliased(Person), aliased(Person)
    unit = (
        select(OrgUnit.name)
        .join(Posting, Posting.org_unit_id == OrgUnit.id)
        .where(Posting.person_id == ExemptionProposal.person_id, Posting.ends_on.is_(None))
        .order_by(Posting.kind, Posting.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            ExemptionProposal,
            Person,
            unit.label("unit_name"),
            proposer.name.label("proposer"),
            decider.name.label("decider"),
            not_ended().label("not_ended"),
        )
        .join(Person, Person.id == ExemptionProposal.person_id)
        .join(proposer, proposer.id == ExemptionProposal.proposed_by)
        .outerjoin(decider, decider.id == ExemptionProposal.decided_by)
    )


def _read(query: Select[Any], now: datetime) -> list[ReliefRow]:
    rows = []
    for found in db.session.execute(query):
        one: ExemptionProposal = found.ExemptionProposal
        rows.append(
            ReliefRow(
                one.id,
                one.public_id,
                one.person_id,
                found.Person.public_id,
                display_name(found.Person.name, found.Person.front_title, found.Person.back_title),
                found.unit_name,
                one.course_key,
                one.course_title,
                one.kind,
                one.ends_id,
                one.until,
                one.reason,
                one.note,
                one.evidence,
                one.proposed_by,
                found.proposer,
                one.proposed_at,
                one.outcome,
                found.decider,
                one.decided_at,
                one.remark,
                stands=bool(found.not_ended) and one.until is not None and one.until >= clock.local_date(now),
            )
        )
    return rows
