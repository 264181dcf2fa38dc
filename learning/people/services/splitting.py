"""Splitting a unit: a new unit beside it takes over chosen people on a day; the rest stay where they are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.people.services.merging import seat_elsewhere
from learning.people.services.units import create_unit

SHOWN_UNKNOWN = 5


def split_unit(
    *,
    unit_id: int,
    name: str,
    code: str,
    numbers: Collection[str],
    titles: Collection[str],
    on: date,
    now: datetime,
    actor_id: int | None = None,
) -> tuple[int, int]:
    """Make a unit beside another, and seat there from `on` who is named; returns the new unit and how many people moved.

    Named are the NIPs `numbers` and everybody with one of these position `titles`, as they sit in the unit itself (not
    below it), own seats and acting posts alike, with their titles and grades; who sat where before stays on record. The
    new unit has kind, region and zone of the old one. Published as PeopleSeated, so duties and counts follow.

    Refuses: an agency (it is not split by a form), an ended unit, nobody chosen (Invalid "people.split_nobody"), a NIP
    that has no seat there (Invalid "people.split_unknown", which names them), a day on or before somebody's first in the old
    unit (Conflict "people.merge_starts_later"), a code that the agency uses.
    """
    unit = db.session.execute(
        select(OrgUnit)
        .where(OrgUnit.id == unit_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if unit is None:
        raise NotFound("people.unit_unknown")
    if unit.parent_id is None:
        raise Invalid("people.split_agency")
    if unit.valid_to is not None:
        raise Invalid("people.unit_ended")
    last_day = on - timedelta(days=1)
    seats = db.session.execute(
        select(
            Posting.id, Posting.person_id, Posting.kind, Posting.starts_on, Posting.ends_on,
            Posting.position_title, Person.employee_number,
        )
        .join(Person, Person.id == Posting.person_id)
        .where(Posting.org_unit_id == unit_id, or_(Posting.ends_on.is_(None), Posting.ends_on > last_day))
        .order_by(Posting.person_id, Posting.id)
        .with_for_update(of=Posting)
    ).all()  # fmt: skip
    unknown = sorted(set(numbers) - {seat.employee_number for seat in seats})
    if unknown:
        raise Invalid("people.split_unknown", count=len(unknown), found=", ".join(unknown[:SHOWN_UNKNOWN]))
    chosen = [seat for seat in seats if seat.employee_number in numbers or seat.position_title in titles]
    if not chosen:
        raise Invalid("people.split_nobody")
    early = sum(1 for seat in chosen if seat.starts_on > last_day)
    if early:
        raise Conflict("people.merge_starts_later", count=early)
    new_id = create_unit(
        name=name,
        kind=unit.kind,
        now=now,
        parent_id=unit.parent_id,
        code=code,
        region_code=unit.region_code,
        timezone=unit.timezone,
        valid_from=on,
        actor_id=actor_id,
    )
    people = [
        seat.person_id for seat in chosen if seat.kind is PostingKind.DEFINITIVE and seat.ends_on is None
    ]
    seat_elsewhere(
        posting_ids=[seat.id for seat in chosen],
        people=people,
        from_id=unit_id,
        into_id=new_id,
        on=on,
        now=now,
        actor_id=actor_id,
        split=unit_id,
    )
    return new_id, len(people)
