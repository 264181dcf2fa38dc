"""Merging a unit into another: its people go over on a day, its sub-units hang below the other, and it is closed.

Splitting (`splitting.py`) seats people anew in the same way.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import insert, literal, null, or_, select, update

from learning.kernel import audit, events
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.people.events import PeopleSeated
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Posting
from learning.people.services.units import end_unit, move_unit
from learning.people.tree import is_inside

TOLD_AT_ONCE = 1_000


def merge_unit(*, unit_id: int, into_id: int, on: date, now: datetime, actor_id: int | None = None) -> int:
    """Seat everybody of a unit in another from `on`, close the unit the day before; returns how many people moved.

    Own seats and acting posts go over with their titles and grades; who sat where before stays on record. Sub-units
    hang below the other unit. Published as PeopleSeated, so duties and counts follow. Roles over the closed unit stay as they are and
    reach nobody any more. Refuses: the unit itself or one below it (Conflict "people.unit_circle"), another
    agency, an ended unit, a day before anybody's seat began (Conflict "people.merge_starts_later").
    """
    # Both rows are held, the smaller id first: two merges that cross wait for each other instead of deadlocking.
    held = {
        unit.id: unit
        for unit in db.session.scalars(
            select(OrgUnit)
            .where(OrgUnit.id.in_([unit_id, into_id]))
            .order_by(OrgUnit.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    unit, into = held.get(unit_id), held.get(into_id)
    if unit is None or into is None:
        raise NotFound("people.unit_unknown")
    if is_inside(into.path, unit.path):
        raise Conflict("people.unit_circle")
    if unit.parent_id is None or unit.agency_id != into.agency_id:
        raise Invalid("people.other_agency")
    if unit.valid_to is not None or into.valid_to is not None:
        raise Invalid("people.unit_ended")
    last_day = on - timedelta(days=1)
    sitting = or_(Posting.ends_on.is_(None), Posting.ends_on > last_day)
    seats = db.session.execute(
        select(Posting.id, Posting.person_id, Posting.kind, Posting.starts_on, Posting.ends_on)
        .where(Posting.org_unit_id == unit_id, sitting)
        .order_by(Posting.person_id)
        .with_for_update()
    ).all()
    early = sum(1 for seat in seats if seat.starts_on > last_day)
    if early:
        raise Conflict("people.merge_starts_later", count=early)
    for child_id in db.session.scalars(
        select(OrgUnit.id).where(OrgUnit.parent_id == unit_id, OrgUnit.valid_to.is_(None))
    ).all():
        move_unit(unit_id=child_id, parent_id=into_id, actor_id=actor_id)
    people = [
        seat.person_id for seat in seats if seat.kind is PostingKind.DEFINITIVE and seat.ends_on is None
    ]
    seat_elsewhere(
        posting_ids=[seat.id for seat in seats],
        people=people,
        from_id=unit_id,
        into_id=into_id,
        on=on,
        now=now,
        actor_id=actor_id,
        merged=unit_id,
    )
    end_unit(unit_id=unit_id, on=last_day, actor_id=actor_id)
    audit.record(
        "people.unit_merged",
        f"unit:{unit_id}",
        actor_id=actor_id,
        into=into_id,
        on=on.isoformat(),
        people=len(people),
    )
    return len(people)


def seat_elsewhere(
    *,
    posting_ids: list[int],
    people: list[int],
    from_id: int,
    into_id: int,
    on: date,
    now: datetime,
    actor_id: int | None,
    **why: int,
) -> None:
    """Reopen these postings in another unit of the agency from `on`, note it for each of the people, and tell who listens.

    `people` are those whose open own seat is among them; `why` goes into their audit entries.
    """
    _seat_again(posting_ids, into_id, on)
    for person_id in people:
        audit.record(
            "people.posted",
            f"person:{person_id}",
            actor_id=actor_id,
            about_id=person_id,
            org_unit_id=into_id,
            starts_on=on.isoformat(),
            **why,
        )
    for start in range(0, len(people), TOLD_AT_ONCE):
        told = people[start : start + TOLD_AT_ONCE]
        events.publish(PeopleSeated(tuple((person_id, from_id, into_id) for person_id in told), now))


def _seat_again(posting_ids: list[int], into_id: int, on: date) -> None:
    """End these postings the day before and open the same ones in another unit."""
    for start in range(0, len(posting_ids), TOLD_AT_ONCE):
        ids = posting_ids[start : start + TOLD_AT_ONCE]
        ends = dict(
            db.session.execute(select(Posting.id, Posting.ends_on).where(Posting.id.in_(ids))).tuples().all()
        )
        db.session.execute(
            update(Posting)
            .where(Posting.id.in_(ids))
            .values(ends_on=on - timedelta(days=1))
            .execution_options(synchronize_session=False)
        )
        # Who has a last day already keeps it.
        for last in set(ends.values()):
            columns = {
                "person_id": Posting.person_id,
                "org_unit_id": literal(into_id),
                "position_title": Posting.position_title,
                "position_type": Posting.position_type,
                "grade_code": Posting.grade_code,
                "kind": Posting.kind,
                "starts_on": literal(on, Posting.starts_on.type),
                "ends_on": null() if last is None else literal(last, Posting.ends_on.type),
            }
            same = [at for at in ids if ends[at] == last]
            rows = select(*columns.values()).where(Posting.id.in_(same))
            db.session.execute(insert(Posting).from_select(list(columns), rows, include_defaults=False))
    db.session.expire_all()
