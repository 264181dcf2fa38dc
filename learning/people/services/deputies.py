"""Handing one's supervision over to a deputy for a while, ending that, and noting what was done in one's name."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit, clock
from learning.kernel.access import Grant, Principal, Role
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people import deputies
from learning.people.deputy_models import MOST_DAYS, Deputation, DeputyAct
from learning.people.models import OrgUnit, Posting, RoleGrant
from learning.people.scope import reach

FARTHEST = timedelta(days=90)
"""How far ahead a handing over may begin."""


def period(*, first: date, last: date, today: date) -> None:
    """Refuse (Invalid) days that are behind, in the wrong order, too many, or too far ahead. Pure."""
    if first < today:
        raise Invalid("people.deputy_begins_past")
    if last < first:
        raise Invalid("people.deputy_order")
    if (last - first).days + 1 > MOST_DAYS:
        raise Invalid("people.deputy_too_long", most=MOST_DAYS)
    if first - today > FARTHEST:
        raise Invalid("people.deputy_too_far", most=FARTHEST.days)


def find_deputy(
    *, giver_id: int, grant_id: int, employee_number: str, first: date, last: date, now: datetime
) -> tuple[OrgUnit, deputies.Candidate]:
    """The unit and the person that a handing over would name; the refusals of `hand_over`, nothing written."""
    row = db.session.execute(_own_grant(giver_id, grant_id)).first()
    if row is None:
        raise NotFound("people.grant_unknown")
    unit = row.OrgUnit
    period(first=first, last=last, today=clock.local_date(now, unit.timezone))
    found = deputies.candidate(
        employee_number=employee_number, agency_id=unit.agency_id, on=clock.local_date(now)
    )
    if found is None:
        raise Invalid("people.deputy_unknown")
    if found.person_id == giver_id:
        raise Invalid("people.deputy_self")
    return unit, found


def hand_over(
    *, giver_id: int, grant_id: int, employee_number: str, first: date, last: date, reason: str, now: datetime
) -> int:
    """Hand one's own supervision of a unit to somebody of the same agency, from `first` to `last` (both whole days).

    Returns the id. Guarantees one deputy at a time for each supervision. Refuses: a grant that is not the giver's own or no
    supervision (NotFound), days as `period` does, a number that nobody with a seat in the agency has, oneself, a giver
    without a seat, no reason (Invalid), a second one while one stands (Conflict "people.deputy_stands").
    """
    # Whoever ends the role, or hands over in another tab, waits here.
    db.session.execute(_own_grant(giver_id, grant_id).with_for_update(of=RoleGrant))
    unit, found = find_deputy(
        giver_id=giver_id, grant_id=grant_id, employee_number=employee_number, first=first, last=last, now=now
    )
    if not 5 <= len(reason.strip()) <= 300:
        raise Invalid("people.deputy_reason")
    own_seat = db.session.scalars(
        select(Posting.id)
        .where(Posting.person_id == giver_id, *deputies.seated(clock.local_date(now)))
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
    ).first()
    if own_seat is None:
        raise Invalid("people.deputy_no_seat")
    _close_what_ended(grant_id, now)
    zone = ZoneInfo(unit.timezone)
    begins = datetime.combine(first, time(0), zone)
    row = Deputation(
        grant_id=grant_id,
        giver_id=giver_id,
        deputy_id=found.person_id,
        giver_posting_id=own_seat,
        deputy_posting_id=found.posting_id,
        starts_at=max(begins, now),
        ends_at=datetime.combine(last + timedelta(days=1), time(0), zone),
        reason=reason.strip(),
        given_at=now,
        ended_at=None,
        ended_by=None,
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:
        if violated(error, "uq_deputation_open"):
            raise Conflict("people.deputy_stands") from error
        raise
    audit.record(
        "people.deputy_named",
        f"deputation:{row.id}",
        actor_id=giver_id,
        about_id=found.person_id,
        unit=unit.id,
        first=first.isoformat(),
        last=last.isoformat(),
        reason=row.reason,
    )
    return row.id


def end_deputation(*, principal: Principal, deputation_id: int, now: datetime) -> None:
    """End a handing over at once: the giver takes it back, the deputy gives it back, or an admin of the agency ends it.

    NotFound for anybody else; Conflict "people.deputy_ended" when it has ended already, also in another tab or by itself.
    """
    row = db.session.scalar(
        select(Deputation)
        .where(Deputation.id == deputation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or not (principal.person_id in (row.giver_id, row.deputy_id) or _admin_of(principal, row)):
        raise NotFound("people.deputy_unknown_one")
    if row.ended_at is not None or row.ends_at <= now:
        raise Conflict("people.deputy_ended")
    row.ended_at, row.ended_by = now, principal.person_id
    other = row.giver_id if principal.person_id == row.deputy_id else row.deputy_id
    audit.record("people.deputy_ended", f"deputation:{row.id}", actor_id=principal.person_id, about_id=other)


def note_act(*, grant: Grant | None, action: str, subject: str, now: datetime) -> int | None:
    """Note that something was done by a carried grant; whose it is, for the audit entry of the act. None: one's own."""
    if grant is None or grant.deputation_id is None:
        return None
    db.session.add(DeputyAct(deputation_id=grant.deputation_id, action=action, subject=subject, at=now))
    db.session.flush()
    return grant.giver_id


def _own_grant(giver_id: int, grant_id: int) -> Select[tuple[RoleGrant, OrgUnit]]:
    return (
        select(RoleGrant, OrgUnit)
        .join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(
            RoleGrant.id == grant_id,
            RoleGrant.person_id == giver_id,
            RoleGrant.role == Role.SUPERVISOR,
            RoleGrant.ended_at.is_(None),
            OrgUnit.valid_to.is_(None),
        )
    )


def _admin_of(principal: Principal, row: Deputation) -> bool:
    condition = reach(principal, Role.ADMIN)
    query = (
        select(OrgUnit.id)
        .join(RoleGrant, RoleGrant.org_unit_id == OrgUnit.id)
        .where(RoleGrant.id == row.grant_id)
    )
    return db.session.scalar(query if condition is None else query.where(condition)) is not None


def _close_what_ended(grant_id: int, now: datetime) -> None:
    """Make room: one whose time is over or that has lost what it rested on no longer stands in the way."""
    today = clock.local_date(now)
    for row in db.session.scalars(
        select(Deputation)
        .where(
            Deputation.grant_id == grant_id,
            Deputation.ended_at.is_(None),
            (Deputation.ends_at <= now) | ~deputies.standing(today),
        )
        .with_for_update()
    ):
        row.ended_at = now
    db.session.flush()
