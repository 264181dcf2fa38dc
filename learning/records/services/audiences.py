"""The audience in SQL: the rule of `audience.left_out` for everybody at once, and what the rule asks about persons.

A condition either speaks of the unit (path, region, kind of agency) or of who sits there (position, grade, employment,
lists). They are kept apart, so that an assignment that asks only about units touches no table of persons.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, insert, literal, null, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from learning.kernel.db import among, db
from learning.kernel.transaction import violated
from learning.people.kinds import PersonStatus, PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.people.scope import units_in
from learning.records.audience import Audience, Criteria, LeftOut, Place
from learning.records.audience_models import AssignmentUnit, NumberList, NumberListEntry
from learning.records.models import Assignment

SEATED = (Posting.ends_on.is_(None), Posting.kind == PostingKind.DEFINITIVE)
"""The open seat of one's own, over Posting; who acts for somebody else is reached as what they are."""
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of an audience over OrgUnit, or (`personal`) over Posting and Person; `why` somebody fails it."""

    why: LeftOut
    holds: ColumnElement[bool]
    personal: bool = False


def conditions(audience: Audience, numbers: Collection[str] = ()) -> list[Condition]:
    """The conditions that an audience makes, in the order in which `audience.left_out` asks them.

    `numbers`: as if these stood on a list of the audience, for looking before anything is kept.
    """
    asked = audience.criteria
    found = []
    if audience.units:
        found.append(Condition(LeftOut.OTHER_UNIT, or_(*(units_in(path) for path in audience.units))))
    if audience.without:
        found.append(Condition(LeftOut.EXCLUDED_UNIT, ~or_(*(units_in(path) for path in audience.without))))
    if asked.agency_kinds:
        agency = aliased(OrgUnit)
        kinds = select(agency.id).where(agency.parent_id.is_(None), agency.kind.in_(asked.agency_kinds))
        found.append(Condition(LeftOut.AGENCY_KIND, OrgUnit.agency_id.in_(kinds)))
    for codes in (audience.held, asked.regions):
        if codes:
            found.append(Condition(LeftOut.NO_REGION, OrgUnit.region_code.is_not(None)))
            found.append(Condition(LeftOut.OTHER_REGION, _covered(codes)))
    if asked.positions:
        found.append(Condition(LeftOut.POSITION, Posting.position_type.in_(asked.positions), personal=True))
    if asked.grades:
        found.append(Condition(LeftOut.GRADE, Posting.grade_code.in_(asked.grades), personal=True))
    if asked.employment:
        serves = Person.employment_type.in_(asked.employment)
        found.append(Condition(LeftOut.EMPLOYMENT, serves, personal=True))
    if asked.lists:
        listed = select(NumberListEntry.employee_number).where(NumberListEntry.list_id.in_(asked.lists))
        found.append(Condition(LeftOut.NOT_LISTED, Person.employee_number.in_(listed), personal=True))
    if numbers:
        found.append(Condition(LeftOut.NOT_LISTED, among(Person.employee_number, numbers), personal=True))
    return found


def unit_conditions(audience: Audience) -> list[ColumnElement[bool]]:
    """The conditions over OrgUnit."""
    return [each.holds for each in conditions(audience) if not each.personal] or [true()]


def personal_conditions(audience: Audience) -> list[ColumnElement[bool]]:
    """The conditions over Posting and Person; empty when an audience asks only about units."""
    return [each.holds for each in conditions(audience) if each.personal]


def reason(audience: Audience, numbers: Collection[str] = ()) -> ColumnElement[Any]:
    """Why somebody is not reached, over OrgUnit, Posting and Person joined; NULL for those who are."""
    whens: list[tuple[Any, Any]] = [
        # Unknown (a seat without grade) fulfils no condition, as in the pure rule.
        (case((each.holds, 1), else_=0) == 0, literal(each.why.value))
        for each in conditions(audience, numbers)
    ]
    return case(*whens, else_=null()) if whens else null()


def sits_so(audience: Audience, person_id: Any) -> ColumnElement[bool]:
    """Whether the person of a row fulfils the personal conditions; true when there are none."""
    asked = personal_conditions(audience)
    if not asked:
        return true()
    return (
        select(literal(1))
        .select_from(Posting)
        .join(Person, Person.id == Posting.person_id)
        .where(Posting.person_id == person_id, *SEATED, *asked)
        .exists()
    )


def _covered(codes: Iterable[str]) -> ColumnElement[bool]:
    """`regions.covers` in SQL: the region itself or one below it, by the length of the codes."""
    by_length: dict[int, list[str]] = defaultdict(list)
    for code in sorted(set(codes)):
        by_length[len(code)].append(code)
    each = []
    for length, alike in by_length.items():
        each.append(OrgUnit.region_code.in_(alike))
        each.append(func.substr(OrgUnit.region_code, 1, length + 1).in_([code + "." for code in alike]))
    return or_(*each)


def audiences_of(
    found: Collection[Assignment], held_in: Mapping[int, tuple[str, ...]]
) -> dict[int, Audience]:
    """The audience of each of these assignments. `held_in`: the regions of the elections that narrow one."""
    units: dict[tuple[int, bool], list[str]] = defaultdict(list)
    ids = [assignment.id for assignment in found]
    for start in range(0, len(ids), AT_ONCE):
        rows = db.session.execute(
            select(AssignmentUnit.assignment_id, AssignmentUnit.included, OrgUnit.path)
            .join(OrgUnit, OrgUnit.id == AssignmentUnit.org_unit_id)
            .where(AssignmentUnit.assignment_id.in_(ids[start : start + AT_ONCE]))
            .order_by(OrgUnit.path)
        )
        for assignment_id, included, path in rows:
            units[assignment_id, included].append(path)
    return {
        each.id: Audience(
            tuple(units[each.id, True]),
            held_in[each.event_id] if each.covered_only and each.event_id else None,
            tuple(units[each.id, False]),
            Criteria.from_json(each.criteria),
        )
        for each in found
    }


def given_to(unit_ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition for assignments that name one of these units, or no unit at all (the whole country)."""
    named = select(AssignmentUnit.assignment_id).where(AssignmentUnit.included)
    return or_(
        Assignment.id.in_(named.where(AssignmentUnit.org_unit_id.in_(list(unit_ids)))),
        ~named.where(AssignmentUnit.assignment_id == Assignment.id).correlate(Assignment).exists(),
    )


def places(unit_of: Mapping[int, int], lists: Collection[int]) -> dict[int, tuple[Place, str]]:
    """Person → where and as what they work in the given unit, and the unit's time zone. `lists`: the ones that matter.

    A person without an open seat fulfils no condition about one; a unit that does not exist leaves its people out.
    """
    agency = aliased(OrgUnit)
    units = {
        row.id: row
        for row in db.session.execute(
            select(
                OrgUnit.id,
                OrgUnit.path,
                OrgUnit.region_code,
                OrgUnit.timezone,
                agency.kind.label("agency_kind"),
            )
            .join(agency, agency.id == OrgUnit.agency_id)
            .where(among(OrgUnit.id, sorted(set(unit_of.values()))))
        )
    }
    people = db.session.execute(
        select(
            Person.id,
            Person.employee_number,
            Person.employment_type,
            Posting.position_type,
            Posting.grade_code,
        )
        .outerjoin(Posting, and_(Posting.person_id == Person.id, *SEATED))
        .where(among(Person.id, sorted(unit_of)))
    ).all()
    on = _lists_of([row.employee_number for row in people], lists)
    found = {}
    for row in people:
        unit = units.get(unit_of[row.id])
        if unit is not None:
            found[row.id] = (
                Place(
                    unit.path,
                    unit.region_code,
                    unit.agency_kind,
                    row.position_type,
                    row.grade_code,
                    row.employment_type,
                    frozenset(on.get(row.employee_number, ())),
                ),
                unit.timezone,
            )
    return found


def _lists_of(numbers: list[str], lists: Collection[int]) -> dict[str, list[int]]:
    on: dict[str, list[int]] = defaultdict(list)
    if lists:
        rows = db.session.execute(
            select(NumberListEntry.employee_number, NumberListEntry.list_id).where(
                among(NumberListEntry.employee_number, numbers), NumberListEntry.list_id.in_(lists)
            )
        )
        for number, list_id in rows:
            on[number].append(list_id)
    return on


def active() -> tuple[ColumnElement[bool], ...]:
    """Who can be given anything: an active person on an open seat of their own, over Posting and Person."""
    return (*SEATED, Person.status == PersonStatus.ACTIVE)


def keep_list(*, name: str, numbers: Collection[str], now: datetime, actor_id: int | None = None) -> int:
    """Keep a named list of checked numbers; its id. The same numbers under the same name are the same list."""
    digest = digest_of(numbers)
    known = select(NumberList.id).where(NumberList.digest == digest, NumberList.name == name)
    found = db.session.execute(known).scalar_one_or_none()
    if found is not None:
        return found
    row = NumberList(name=name, digest=digest, entries=len(set(numbers)), created_by=actor_id, created_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        if not violated(error, "uq_number_list_digest_name"):
            raise
        return db.session.execute(known).scalar_one()
    rows = [{"list_id": row.id, "employee_number": number} for number in sorted(set(numbers))]
    db.session.connection().execute(insert(NumberListEntry.__table__), rows)  # type: ignore[arg-type]
    return row.id


def digest_of(numbers: Iterable[str]) -> str:
    """SHA-256 over the sorted numbers."""
    return hashlib.sha256("\n".join(sorted(set(numbers))).encode("ascii")).hexdigest()
