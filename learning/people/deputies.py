"""Deputies: when a handing over is in force, who sees which, and in whose name a deputy acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from learning.kernel import clock
from learning.kernel.access import Grant, Principal, Role
from learning.kernel.db import db
from learning.people.deputy_models import Deputation, DeputyAct
from learning.people.kinds import PersonStatus, PostingKind
from learning.people.models import OrgUnit, Person, Posting, RoleGrant
from learning.people.names import display_name
from learning.people.scope import reach
from learning.people.tree import is_inside

SHOWN = 50
REMEMBERED = timedelta(days=365)
"""How long ended ones stay on the page; the table keeps them for ever."""


@dataclass(frozen=True, slots=True)
class DeputationRow:
    """A handing over as pages show it. `last_on` is the last whole day; `ends_on_its_own`: in force no more, nobody ended it."""

    id: int
    giver_id: int
    giver_name: str
    deputy_id: int
    deputy_name: str
    unit_name: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    ended_at: datetime | None
    ender_name: str | None
    in_force: bool
    ahead: bool

    @property
    def first_on(self) -> date:
        """The first day, on the unit's calendar."""
        return clock.local_date(self.starts_at, self.zone)

    @property
    def last_on(self) -> date:
        """The last whole day, on the unit's calendar."""
        return clock.local_date(self.ends_at - timedelta(seconds=1), self.zone)


@dataclass(frozen=True, slots=True)
class ActRow:
    """Something a deputy did in the giver's name."""

    deputation_id: int
    action: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be deputy: of the agency of the unit, with a seat now."""

    person_id: int
    posting_id: int
    display_name: str
    position_title: str
    unit_name: str


def standing(today: Any) -> ColumnElement[bool]:
    """The condition on Deputation that everything it rests on still stands on the day `today`, whatever its own dates say.

    The giver still holds the grant and serves; both still sit where they sat; the deputy's seat and the unit are of one
    agency, and the unit has not ended.
    """
    giver, seat, own_seat = aliased(Person), aliased(Posting), aliased(Posting)
    grant, unit, place = aliased(RoleGrant), aliased(OrgUnit), aliased(OrgUnit)
    return exists().where(
        grant.id == Deputation.grant_id,
        grant.ended_at.is_(None),
        unit.id == grant.org_unit_id,
        unit.valid_to.is_(None),
        giver.id == Deputation.giver_id,
        giver.status == PersonStatus.ACTIVE,
        own_seat.id == Deputation.giver_posting_id,
        or_(own_seat.ends_on.is_(None), own_seat.ends_on >= today),
        seat.id == Deputation.deputy_posting_id,
        or_(seat.ends_on.is_(None), seat.ends_on >= today),
        place.id == seat.org_unit_id,
        place.agency_id == unit.agency_id,
    )


def in_force(now: Any, today: Any) -> ColumnElement[bool]:
    """The condition on Deputation that the deputy holds the grant at this instant. Takes values or bound parameters."""
    return and_(
        Deputation.ended_at.is_(None),
        Deputation.starts_at <= now,
        Deputation.ends_at > now,
        standing(today),
    )


def grants_carried(person_id: int, now: datetime) -> list[Grant]:
    """The grants somebody carries as a deputy at an instant, for work outside a request."""
    rows = db.session.execute(
        select(Deputation.id, Deputation.giver_id, RoleGrant, OrgUnit.path)
        .join(RoleGrant, RoleGrant.id == Deputation.grant_id)
        .join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(Deputation.deputy_id == person_id, in_force(now, clock.local_date(now)))
        .order_by(Deputation.id)
    )
    return [
        Grant(grant.role, grant.org_unit_id, path, grant.course_key, deputation_id, giver_id)
        for deputation_id, giver_id, grant, path in rows
    ]


def carried_over(principal: Principal, unit_path: str, *roles: Role) -> Grant | None:
    """The carried grant by which somebody reaches a unit; None when a role of their own reaches it, or nothing does."""
    reaching = [
        grant
        for grant in principal.grants_for(*roles)
        if grant.unit_path is None or is_inside(unit_path, grant.unit_path)
    ]
    if any(grant.deputation_id is None for grant in reaching):
        return None
    return max(reaching, key=lambda grant: len(grant.unit_path or ""), default=None)


def by_each(principal: Principal) -> list[tuple[Grant | None, Principal]]:
    """The principal with their own roles alone (None), then with each carried grant alone: which of them opens a thing?"""
    own = tuple(grant for grant in principal.grants if grant.deputation_id is None)
    carried = [grant for grant in principal.grants if grant.deputation_id is not None]
    return [(None, replace(principal, grants=own))] + [
        (grant, replace(principal, grants=(grant,))) for grant in carried
    ]


def grants_to_hand_over(person_id: int) -> list[tuple[int, str]]:
    """(grant, unit name) of the supervisions somebody holds themselves, by name. Carried ones are not theirs to give."""
    return list(
        db.session.execute(
            select(RoleGrant.id, OrgUnit.name)
            .join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
            .where(
                RoleGrant.person_id == person_id,
                RoleGrant.role == Role.SUPERVISOR,
                RoleGrant.ended_at.is_(None),
                OrgUnit.valid_to.is_(None),
            )
            .order_by(OrgUnit.name, RoleGrant.id)
        )
        .tuples()
        .all()
    )


def candidate(*, employee_number: str, agency_id: int, on: date) -> Candidate | None:
    """Whoever has this number and a seat in the agency on the day. Nobody and somebody elsewhere are the same None."""
    row = db.session.execute(
        select(Person, Posting, OrgUnit.name)
        .join(Posting, Posting.person_id == Person.id)
        .join(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .where(
            Person.employee_number == employee_number,
            Person.status == PersonStatus.ACTIVE,
            OrgUnit.agency_id == agency_id,
            *seated(on),
        )
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
    ).first()
    if row is None:
        return None
    person, posting, unit_name = row
    return Candidate(
        person.id,
        posting.id,
        display_name(person.name, person.front_title, person.back_title),
        posting.position_title,
        unit_name,
    )


def seated(on: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions on Posting that it is somebody's own seat on a day."""
    return (
        Posting.kind == PostingKind.DEFINITIVE,
        Posting.starts_on <= on,
        or_(Posting.ends_on.is_(None), Posting.ends_on >= on),
    )


def of_person(person_id: int, now: datetime) -> list[DeputationRow]:
    """What somebody handed over and what they carry, the newest first; ended ones for a year."""
    return _rows(
        or_(Deputation.giver_id == person_id, Deputation.deputy_id == person_id),
        Deputation.ends_at > now - REMEMBERED,
        now=now,
    )


def in_reach(principal: Principal, now: datetime) -> list[DeputationRow]:
    """The handings over of units within an admin's reach, those in force or ahead first; ended ones for a year."""
    condition = reach(principal, Role.ADMIN)
    found = _rows(
        *(() if condition is None else (condition,)), Deputation.ends_at > now - REMEMBERED, now=now, most=200
    )
    return sorted(found, key=lambda row: not (row.in_force or row.ahead))


def acts_of(deputation_ids: Sequence[int]) -> list[ActRow]:
    """The newest acts under these, the newest first."""
    rows = db.session.scalars(
        select(DeputyAct)
        .where(DeputyAct.deputation_id.in_(deputation_ids))
        .order_by(DeputyAct.id.desc())
        .limit(SHOWN)
    )
    return [ActRow(row.deputation_id, row.action, row.subject, row.at) for row in rows]


def stored_here(*, principal: Principal, now: datetime) -> dict[str, list[dict[str, str | None]]]:
    """What is kept about the principal's deputies, and about whom they stood in for (panel `me.data`)."""
    rows = of_person(principal.person_id, now)
    return {
        "wakil sementara": [
            {
                "unit": row.unit_name,
                "atas nama": row.giver_name,
                "wakil": row.deputy_name,
                "mulai": row.starts_at.isoformat(),
                "sampai": row.ends_at.isoformat(),
                "alasan": row.reason,
                "diakhiri": row.ended_at.isoformat() if row.ended_at else None,
            }
            for row in rows
        ],
        "perbuatan wakil": [
            {"waktu": act.at.isoformat(), "perbuatan": act.action, "tentang": act.subject}
            for act in acts_of([row.id for row in rows])
        ],
    }


def _rows(*conditions: ColumnElement[bool], now: datetime, most: int = SHOWN) -> list[DeputationRow]:
    giver, deputy, ender = aliased(Person), aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(
            Deputation, giver, deputy, ender.name, OrgUnit.name, OrgUnit.timezone,
            standing(clock.local_date(now)).label("stands"),
        )
        .join(RoleGrant, RoleGrant.id == Deputation.grant_id)
        .join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .join(giver, giver.id == Deputation.giver_id)
        .join(deputy, deputy.id == Deputation.deputy_id)
        .outerjoin(ender, ender.id == Deputation.ended_by)
        .where(*conditions)
        .order_by(Deputation.id.desc())
        .limit(most)
    )  # fmt: skip
    return [_row(*row, now=now) for row in rows]


def _row(
    row: Deputation,
    giver: Person,
    deputy: Person,
    ender_name: str | None,
    unit_name: str,
    zone: str,
    stands: bool,
    *,
    now: datetime,
) -> DeputationRow:
    open_ = bool(stands) and row.ended_at is None
    return DeputationRow(
        row.id,
        row.giver_id,
        display_name(giver.name, giver.front_title, giver.back_title),
        row.deputy_id,
        display_name(deputy.name, deputy.front_title, deputy.back_title),
        unit_name,
        zone,
        row.starts_at,
        row.ends_at,
        row.reason,
        row.ended_at,
        ender_name,
        in_force=open_ and row.starts_at <= now < row.ends_at,
        ahead=open_ and now < row.starts_at,
    )
