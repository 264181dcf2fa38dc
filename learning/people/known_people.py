"""What is known about many people at once, in a handful of statements however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, or_, select

from learning.kernel.db import among, db
from learning.kernel.errors import Forbidden
from learning.people.import_plan import LEAVING_PERCENT, Known, Seat
from learning.people.kinds import PostingKind
from learning.people.models import ImportGuard, OrgUnit, Person, Posting, RoleGrant
from learning.people.services.roles import refuse_person_above

_PERSON = (
    Person.id, Person.employee_number, Person.name, Person.front_title, Person.back_title, Person.email,
    Person.employment_type, Person.status,
)  # fmt: skip
_SEAT = (
    Posting.id, Posting.org_unit_id, OrgUnit.agency_id, Posting.position_title, Posting.position_type,
    Posting.grade_code, Posting.starts_on, Posting.ends_on,
)  # fmt: skip


def by_number(
    numbers: Sequence[str], *, actor_id: int | None, lock: bool = False, any_role: bool = False
) -> dict[str, Known]:
    """People by NIP. `any_role`: whoever holds any role counts as `above`. `lock`: their rows are held until the commit, in one order, so that two imports do not cross."""
    return _known(among(Person.employee_number, numbers), actor_id=actor_id, any_role=any_role, lock=lock)


def by_id(person_ids: Sequence[int], *, lock: bool = False) -> dict[str, Known]:
    """People by id, for those a complete file does not name; whoever holds any role counts as `above`."""
    return _known(among(Person.id, person_ids), actor_id=None, any_role=True, lock=lock)


def seated_in(agency_id: int) -> Iterator[tuple[int, str]]:
    """Id and NIP of everybody with an open seat in an agency, streamed."""
    query = (
        select(Person.id, Person.employee_number)
        .join(Posting, Posting.person_id == Person.id)
        .join(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .where(_OPEN, Posting.kind == PostingKind.DEFINITIVE, OrgUnit.agency_id == agency_id)
        .execution_options(yield_per=5_000)
    )
    for row in db.session.execute(query):
        yield row[0], row[1]


def count_seated(agency_id: int | None) -> int:
    """How many people have an open seat, in an agency or everywhere."""
    query = select(func.count()).select_from(Posting).where(_OPEN, Posting.kind == PostingKind.DEFINITIVE)
    if agency_id is not None:
        query = query.join(OrgUnit, OrgUnit.id == Posting.org_unit_id).where(OrgUnit.agency_id == agency_id)
    return db.session.scalar(query) or 0


def guard_percent(agency_id: int) -> int:
    """From which share on a file may not take people away without a reason: the agency's own, or the usual one."""
    own = db.session.scalar(select(ImportGuard.percent).where(ImportGuard.agency_id == agency_id))
    return own if own is not None else LEAVING_PERCENT


_OPEN = Posting.ends_on.is_(None)


def _known(condition: Any, *, actor_id: int | None, any_role: bool, lock: bool) -> dict[str, Known]:
    query = select(*_PERSON).where(condition).order_by(Person.id)
    people = db.session.execute(query.with_for_update() if lock else query).all()
    ids = [row.id for row in people]
    if not ids:
        return {}
    seats: dict[int, Seat] = {}
    acting: dict[int, list[Seat]] = defaultdict(list)
    for person_id, kind, *seat in db.session.execute(
        select(Posting.person_id, Posting.kind, *_SEAT)
        .join(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .where(among(Posting.person_id, ids), or_(_OPEN, Posting.kind == PostingKind.ACTING))
    ):
        if kind is PostingKind.DEFINITIVE:
            seats[person_id] = Seat(*seat)
        else:
            acting[person_id].append(Seat(*seat))
    last = _last([person_id for person_id in ids if person_id not in seats])
    above = _above(ids, actor_id, any_role=any_role)
    found = {}
    for row in people:
        last_agency_id, last_ends_on = last.get(row.id, (None, None))
        found[row.employee_number] = Known(
            id=row.id,
            name=row.name,
            front_title=row.front_title,
            back_title=row.back_title,
            email=row.email,
            employment_type=row.employment_type,
            status=row.status,
            seat=seats.get(row.id),
            last_agency_id=last_agency_id,
            last_ends_on=last_ends_on,
            acting=tuple(acting.get(row.id, ())),
            above=row.id in above,
        )
    return found


def _last(person_ids: list[int]) -> dict[int, tuple[int, Any]]:
    if not person_ids:
        return {}
    rows = db.session.execute(
        select(Posting.person_id, OrgUnit.agency_id, Posting.ends_on)
        .join(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .where(among(Posting.person_id, person_ids), Posting.kind == PostingKind.DEFINITIVE)
        .order_by(Posting.ends_on)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _above(person_ids: Sequence[int], actor_id: int | None, *, any_role: bool) -> set[int]:
    holding = set(
        db.session.scalars(
            select(RoleGrant.person_id).where(
                among(RoleGrant.person_id, person_ids), RoleGrant.ended_at.is_(None)
            )
        )
    )
    return holding if any_role else {found for found in holding if _is_above(actor_id, found)}


def _is_above(actor_id: int | None, person_id: int) -> bool:
    try:
        refuse_person_above(actor_id=actor_id, person_id=person_id)
    except Forbidden:
        return True
    return False
