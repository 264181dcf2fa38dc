"""Reads of assignments with how far they are, and of what one would do before it is given."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, select

from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.db import among, canonical_json, db
from learning.people.models import OrgUnit, Person, Posting
from learning.people.names import display_name
from learning.people.scope import visible_units
from learning.records import duedates, fairness
from learning.records.administration import ASSIGNING, visible_assignments
from learning.records.audience import Audience, Criteria, LeftOut
from learning.records.audience_models import AssignmentUnit, NumberList
from learning.records.duedates import StageKind
from learning.records.models import Assignment, ElectionEvent, ElectionStage, Enrolment, UnitCount
from learning.records.services import audiences, duties
from learning.records.services.duties import Duty, interruptions

EXAMPLES = 3
"""Names shown of each class of people who are left out."""


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as lists of assignments show it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """An assignment as the list shows it. The numbers are those who have their date from it; no units: the country."""

    id: int
    course_key: str
    course_title: str
    units: tuple[UnitName, ...]
    without: tuple[UnitName, ...]
    criteria: Criteria
    event_name: str | None
    stage: StageKind | None
    due_on: date | None
    days_before: int
    covered_only: bool
    due_at: datetime
    window_days: int | None
    grace_days: int
    valid_months: int | None
    counts_from: date | None
    refresher_title: str | None
    legal_basis: str
    created_at: datetime
    ended_at: datetime | None
    assigned: int
    passed: int


def assignments(principal: Principal, *, open_only: bool = True) -> list[AssignmentRow]:
    """Assignments all of whose units are within reach, the newest first."""
    query = _assignments().where(visible_assignments(principal))
    if open_only:
        query = query.where(Assignment.ended_at.is_(None))
    return _read(query.order_by(Assignment.created_at.desc(), Assignment.id.desc()).limit(200))


def assignment(principal: Principal, assignment_id: int) -> AssignmentRow | None:
    """One assignment all of whose units are within reach."""
    query = _assignments().where(Assignment.id == assignment_id, visible_assignments(principal))
    return next(iter(_read(query)), None)


def _assignments() -> Select[Any]:
    return (
        select(
            Assignment,
            ElectionEvent.name.label("event_name"),
            func.coalesce(Assignment.due_on, ElectionStage.starts_on).label("starts_on"),
        )
        .outerjoin(ElectionEvent, ElectionEvent.id == Assignment.event_id)
        .outerjoin(
            ElectionStage,
            (ElectionStage.event_id == Assignment.event_id) & (ElectionStage.stage == Assignment.stage),
        )
    )


def _read(query: Select[Any]) -> list[AssignmentRow]:
    rows = db.session.execute(query).all()
    units: dict[tuple[int, bool], list[UnitName]] = defaultdict(list)
    zones: dict[int, str] = {}
    named = db.session.execute(
        select(
            AssignmentUnit.assignment_id, AssignmentUnit.included, OrgUnit.id, OrgUnit.name, OrgUnit.timezone
        )
        .join(OrgUnit, OrgUnit.id == AssignmentUnit.org_unit_id)
        .where(among(AssignmentUnit.assignment_id, [row.Assignment.id for row in rows]))
        .order_by(OrgUnit.path)
    )
    for assignment_id, included, unit_id, name, zone in named:
        units[assignment_id, included].append(UnitName(unit_id, name))
        zones.setdefault(assignment_id, zone)
    counted = {
        assignment_id: (assigned, passed)
        for assignment_id, assigned, passed in db.session.execute(
            select(UnitCount.assignment_id, func.sum(UnitCount.assigned), func.sum(UnitCount.passed))
            .where(among(UnitCount.assignment_id, [row.Assignment.id for row in rows]))
            .group_by(UnitCount.assignment_id)
        )
    }
    outages = interruptions() if rows else ()
    found = []
    for row in rows:
        one: Assignment = row.Assignment
        assigned, passed = counted.get(one.id, (0, 0))
        zone = zones.get(one.id, clock.DEFAULT_ZONE)
        found.append(
            AssignmentRow(
                one.id,
                one.course_key,
                one.course_title,
                tuple(units[one.id, True]),
                tuple(units[one.id, False]),
                Criteria.from_json(one.criteria),
                row.event_name,
                one.stage,
                one.due_on,
                one.days_before,
                one.covered_only,
                fairness.held(duedates.due_at(row.starts_on, one.days_before, zone), outages, zone),
                one.window_days,
                one.grace_days,
                one.valid_months,
                one.counts_from,
                one.refresher_title,
                one.legal_basis,
                one.created_at,
                one.ended_at,
                int(assigned),
                int(passed),
            )
        )
    return found


def list_names(list_ids: Collection[int]) -> dict[int, tuple[str, int]]:
    """Named lists: id → name and how many numbers."""
    rows = db.session.execute(
        select(NumberList.id, NumberList.name, NumberList.entries).where(NumberList.id.in_(list_ids))
    )
    return {list_id: (name, entries) for list_id, name, entries in rows}


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody who is left out, by name and unit."""

    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Class:
    """Those whom one condition leaves out: how many, and a few of them."""

    why: LeftOut
    people: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class AgencyReach:
    """How many people of one agency are reached and left out."""

    name: str
    people: int
    left: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What an assignment would do if it were given now.

    `people` are reached; of them `have` have the course running or passed, `refresher` take the refresher, and of
    `nothing` a pass still counts. `left_out`: of the units' people, by the first condition they fail. `not_found`: numbers
    of a list that nobody in these units holds. `fingerprint`: of what it asks and whom it reaches; whoever confirms names it.
    """

    people: int
    have: int
    refresher: int
    nothing: int
    agencies: tuple[AgencyReach, ...]
    left_out: tuple[Class, ...]
    listed: int
    not_found: int
    fingerprint: str

    @property
    def outside(self) -> int:
        """How many people of the units it leaves out."""
        return sum(each.people for each in self.left_out)


def preview(duty: Duty, asked: object, *, numbers: Collection[str] = (), examples: bool = True) -> Preview:
    """What giving `duty` (id 0) would do, in a few grouped statements, however many people there are.

    `asked` is everything the assignment says, as plain values; it goes into the fingerprint. How far people are does not:
    somebody passes every second, and that changes nothing about whom it reaches. `numbers`: a list that is not kept yet.
    """
    frame = _frame(duty.audience)
    why = audiences.reason(duty.audience, numbers)
    asks: Any = literal("COURSE")
    if duty.refresher is not None:
        course, again = duties.variants(duty, Posting.person_id)
        asks = case((course[1], "COURSE"), (again[1], "REFRESHER"), else_="NOTHING")  # type: ignore[arg-type]
    running = (
        select(Enrolment.id)
        .where(
            Enrolment.person_id == Posting.person_id,
            Enrolment.course_key == duty.course_key,
            Enrolment.ended_at.is_(None),
        )
        .exists()
    )
    each = frame.with_only_columns(
        OrgUnit.agency_id,
        why.label("why"),
        case((why.is_(None), asks)).label("asks"),
        case((and_(why.is_(None), running), 1), else_=0).label("has"),
    ).subquery()
    rows = db.session.execute(
        select(each.c.agency_id, each.c.why, each.c.asks, func.count(), func.sum(each.c.has)).group_by(
            each.c.agency_id, each.c.why, each.c.asks
        )
    ).all()
    reached: Counter[int] = Counter()
    left: Counter[int] = Counter()
    classes: Counter[LeftOut] = Counter()
    owed: Counter[str] = Counter()
    have = 0
    for agency_id, reason, kind, people, has in rows:
        if reason is None:
            reached[agency_id] += people
            owed[kind] += people
            have += int(has)
        else:
            left[agency_id] += people
            classes[LeftOut(reason)] += people
    listed, not_found = _listed(numbers, frame)
    agencies = _agencies(reached, left)
    return Preview(
        people=reached.total(),
        have=have,
        refresher=owed["REFRESHER"],
        nothing=owed["NOTHING"],
        agencies=agencies,
        left_out=tuple(
            Class(kind, people, _examples(frame, why, kind) if examples else ())
            for kind, people in sorted(classes.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        listed=listed,
        not_found=not_found,
        fingerprint=_fingerprint(asked, reached, classes, not_found),
    )


def _frame(audience: Audience) -> Select[Any]:
    """Everybody of the units that are named, less nothing: who of them is left out is to be told."""
    within = [each.holds for each in audiences.conditions(audience) if each.why is LeftOut.OTHER_UNIT]
    return (
        select(Posting.person_id)
        .select_from(Posting)
        .join(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .join(Person, Person.id == Posting.person_id)
        .where(*within, *audiences.active())
    )


def _examples(frame: Select[Any], why: Any, kind: LeftOut) -> tuple[Example, ...]:
    rows = db.session.execute(
        frame.with_only_columns(
            Person.name, Person.front_title, Person.back_title, OrgUnit.name.label("unit_name")
        )
        .where(why == kind.value)
        .order_by(Posting.id)
        .limit(EXAMPLES)
    )
    return tuple(
        Example(display_name(row.name, row.front_title, row.back_title), row.unit_name) for row in rows
    )


def _listed(numbers: Collection[str], frame: Select[Any]) -> tuple[int, int]:
    if not numbers:
        return 0, 0
    here = frame.with_only_columns(func.count()).where(among(Person.employee_number, numbers))
    return len(numbers), len(numbers) - db.session.execute(here).scalar_one()


def _agencies(reached: Counter[int], left: Counter[int]) -> tuple[AgencyReach, ...]:
    ids = sorted(reached.keys() | left.keys())
    names = dict(
        db.session.execute(select(OrgUnit.id, OrgUnit.name).where(among(OrgUnit.id, ids))).tuples().all()
    )
    rows = [AgencyReach(names[one], reached[one], left[one]) for one in ids]
    return tuple(sorted(rows, key=lambda row: (-row.people, row.name)))


def _fingerprint(asked: object, reached: Counter[int], classes: Counter[LeftOut], not_found: int) -> str:
    said = {
        "asked": asked,
        "reached": sorted(reached.items()),
        "left_out": sorted((kind.value, people) for kind, people in classes.items()),
        "not_found": not_found,
    }
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()


def unit_ids_by_code(principal: Principal, codes: Collection[str]) -> dict[str, list[int]]:
    """Open units within reach by casefolded code; a code that two agencies use names both."""
    wanted = sorted({code.casefold() for code in codes})
    rows = db.session.execute(
        select(OrgUnit.id, OrgUnit.code).where(
            func.lower(OrgUnit.code).in_(wanted),
            OrgUnit.valid_to.is_(None),
            OrgUnit.id.in_(visible_units(principal, *ASSIGNING)),
        )
    )
    found: dict[str, list[int]] = defaultdict(list)
    for unit_id, code in rows:
        found[(code or "").casefold()].append(unit_id)
    return dict(found)


def unit_names(unit_ids: Collection[int]) -> list[str]:
    """The names of units, in the order of the tree."""
    return list(
        db.session.scalars(
            select(OrgUnit.name).where(among(OrgUnit.id, sorted(unit_ids))).order_by(OrgUnit.path)
        )
    )


def unit_paths(unit_ids: Collection[int]) -> tuple[str, ...]:
    """The paths of units, in order."""
    return tuple(
        db.session.scalars(
            select(OrgUnit.path).where(among(OrgUnit.id, sorted(unit_ids))).order_by(OrgUnit.path)
        )
    )
