"""Completion rates: sums of unit counts over subtrees, and the persons behind a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased

from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.people.names import display_name
from learning.people.queries import visible_units
from learning.people.tree import ancestors
from learning.records import lateness, sums
from learning.records.booking import FIGURES
from learning.records.models import (
    NO_ASSIGNMENT,
    Assignment,
    Enrolment,
    EnrolmentStatus,
    UnitCount,
    UnitCountChange,
)
from learning.records.outlook import at_most

SCOPE_ROLES = (Role.SUPERVISOR, Role.HR, Role.ADMIN)
PAGE = 50


class State(StrEnum):
    """Which of the persons behind a number are shown; the values stand in addresses."""

    ALL = "semua"
    UNMET = "belum"
    NOT_STARTED = "belum-mulai"
    IN_PROGRESS = "sedang"
    PASSED = "lulus"
    OVERDUE = "terlambat"
    EXEMPT = "dikecualikan"


@dataclass(frozen=True, slots=True)
class Rate:
    """How far a unit with everything below it is. `rate` is None when nobody has the duty.

    Who is exempt is in `assigned` and in `exempt`, and in no other figure.
    """

    org_unit_id: int
    name: str
    kind: str
    assigned: int
    started: int
    passed: int
    exempt: int
    has_children: bool

    @property
    def expected(self) -> int:
        """People from whom the pass is expected: assigned and not exempt. The base of the rate."""
        return self.assigned - self.exempt

    @property
    def missing(self) -> int:
        """People who have not passed and are not exempt."""
        return self.expected - self.passed

    @property
    def not_started(self) -> int:
        """People who have not opened the course and are not exempt."""
        return self.expected - self.started

    @property
    def in_progress(self) -> int:
        """People who have begun and not passed."""
        return self.started - self.passed

    @property
    def rate(self) -> float | None:
        """Passed of those who are assigned and not exempt, in percent."""
        return 100 * self.passed / self.expected if self.expected else None


@dataclass(frozen=True, slots=True)
class UnitHead:
    """A unit as the heading of its page, with the units above it that the viewer may see."""

    id: int
    name: str
    kind: str
    path: str
    timezone: str
    above: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person behind a number: status, never answers."""

    person_id: int
    public_id: str
    name: str
    employee_number: str
    unit_name: str
    position: str | None
    status: EnrolmentStatus
    due_at: datetime | None
    completed_at: datetime | None
    steps_done: int
    steps_total: int
    overdue: bool
    exempt_until: date | None


def path_end(path: Any) -> Any:
    """Upper bound of the range of paths below `path` ("/1/5/" -> "/1/50")."""
    return func.substr(path, 1, func.length(path) - 1).concat("0")


def in_subtree(column: Any, path: str) -> ColumnElement[bool]:
    """The condition that a unit id lies in a subtree."""
    return column.in_(select(OrgUnit.id).where(OrgUnit.path >= path, OrgUnit.path < path[:-1] + "0"))


def scope_roots(who: Principal) -> list[UnitHead]:
    """The topmost units whose numbers somebody may see."""
    ids = {g.org_unit_id for g in who.grants_for(*SCOPE_ROLES) if g.org_unit_id is not None}
    query = select(OrgUnit).where(OrgUnit.valid_to.is_(None)).order_by(OrgUnit.path)
    if any(g.org_unit_id is None for g in who.grants_for(Role.ADMIN)):
        query = query.where(OrgUnit.parent_id.is_(None))
    else:
        query = query.where(OrgUnit.id.in_(ids))
    heads: list[UnitHead] = []
    for unit in db.session.execute(query).scalars():
        # In order of paths whatever lies below a unit follows it at once.
        if not (heads and unit.path.startswith(heads[-1].path)):
            heads.append(UnitHead(unit.id, unit.name, unit.kind.value, unit.path, unit.timezone, ()))
    return heads


def unit_head(who: Principal, unit_id: int) -> UnitHead | None:
    """A unit within the viewer's scope; None outside it, so that nobody learns what exists elsewhere."""
    visible = visible_units(who, *SCOPE_ROLES)
    unit = db.session.execute(
        select(OrgUnit).where(OrgUnit.id == unit_id, OrgUnit.id.in_(visible))
    ).scalar_one_or_none()
    if unit is None:
        return None
    ids = [int(part) for part in unit.path.strip("/").split("/")][:-1]
    above = db.session.execute(
        select(OrgUnit.id, OrgUnit.name)
        .where(OrgUnit.id.in_(ids), OrgUnit.id.in_(visible))
        .order_by(OrgUnit.path)
    ).all()
    return UnitHead(
        unit.id,
        unit.name,
        unit.kind.value,
        unit.path,
        unit.timezone,
        tuple((row.id, row.name) for row in above),
    )


def courses_in(path: str) -> list[tuple[str, str]]:
    """(key, title) of the courses that people of a subtree are enrolled in, assigned ones first."""
    counts = sums.of_units(sums.one(ancestors(path)[-1]))
    people = func.sum(counts.c.assigned)
    rows = db.session.execute(
        select(counts.c.course_key)
        .group_by(counts.c.course_key)
        .having(people > 0)
        .order_by(people.desc(), counts.c.course_key)
    ).all()
    titles = course_titles([row.course_key for row in rows])
    return [(row.course_key, titles.get(row.course_key, row.course_key)) for row in rows]


def course_titles(course_keys: list[str]) -> dict[str, str]:
    """The titles under which courses and refreshers were assigned; one row a title, however many assignments there are."""
    courses = select(Assignment.course_key, Assignment.course_title)
    again = select(Assignment.refresher_key, Assignment.refresher_title)
    rows = again.where(Assignment.refresher_key.in_(course_keys)).union(
        courses.where(Assignment.course_key.in_(course_keys))
    )
    return {key: title for key, title in db.session.execute(rows) if key is not None and title is not None}


def child_rates(
    unit: UnitHead, course_key: str, day: date | None = None, assignment_id: int | None = None
) -> list[Rate]:
    """Each child unit with everything below it, worst first; units without anybody assigned come last.

    Worst is whose rate is surely low (`outlook.at_most`), so that tiny units do not crowd out large ones.

    With `day`: as they stood at the end of that day, also units that have ended since. The tree is today's. With an
    assignment (or `NO_ASSIGNMENT`) only the people whose date comes from it.
    """
    child, grandchild = aliased(OrgUnit), aliased(OrgUnit)
    has_children = select(grandchild.id).where(grandchild.parent_id == child.id).exists()
    below = select(OrgUnit.id).where(OrgUnit.parent_id == unit.id)
    counts = sums.of_units(lambda column: column.in_(below), course_key, assignment_id=assignment_id, day=day)
    rows = db.session.execute(
        select(child.id, child.name, child.kind, *sums.totals(counts), has_children.label("has_children"))
        .outerjoin(counts, counts.c.org_unit_id == child.id)
        .where(
            child.parent_id == unit.id,
            child.valid_to.is_(None) | (child.valid_to > day)
            if day is not None
            else child.valid_to.is_(None),
        )
        .group_by(child.id, child.name, child.kind)
    )
    rates = [rate_of(r.id, r.name, r.kind.value, r, has_children=bool(r.has_children)) for r in rows]
    return sorted(
        rates,
        key=lambda r: (r.rate is None, at_most(r.passed, r.expected), r.rate or 0.0, -r.missing, r.name),
    )


def total(unit: UnitHead, course_key: str, day: date | None = None, assignment_id: int | None = None) -> Rate:
    """The unit with everything below it, now or at the end of a day; with an assignment only its people."""
    counts = sums.of_units(sums.one(unit.id), course_key, assignment_id=assignment_id, day=day)
    row = db.session.execute(select(*sums.totals(counts))).one()
    return rate_of(unit.id, unit.name, unit.kind, row, has_children=True)


def own(
    unit: UnitHead, course_key: str, day: date | None = None, assignment_id: int | None = None
) -> Rate | None:
    """The people of the unit itself, without what is below it; None if there are none."""
    table: Any = UnitCount if day is None else UnitCountChange
    query = select(*(func.coalesce(func.sum(getattr(table, name)), 0).label(name) for name in FIGURES)).where(
        table.org_unit_id == unit.id, table.course_key == course_key
    )
    if day is not None:
        query = query.where(table.day <= day)
    if assignment_id is not None:
        query = query.where(table.assignment_id == assignment_id)
    row = db.session.execute(query).one()
    if not row.assigned:
        return None
    return rate_of(unit.id, unit.name, unit.kind, row, has_children=False)


def rate_of(unit_id: int, name: str, kind: str, row: Any, *, has_children: bool) -> Rate:
    """A row of the four figures as the rate of a unit."""
    return Rate(
        unit_id,
        name,
        kind,
        assigned=int(row.assigned),
        started=int(row.started),
        passed=int(row.passed),
        exempt=int(row.exempt),
        has_children=has_children,
    )


def _overdue(now: datetime) -> ColumnElement[bool]:
    return lateness.over(now) & _expected()


def _expected() -> ColumnElement[bool]:
    """The condition for whom the pass is still expected from: not passed and not exempt."""
    return (Enrolment.status != EnrolmentStatus.PASSED) & Enrolment.exempt_until.is_(None)


def behind(
    unit: UnitHead,
    course_key: str,
    now: datetime,
    *,
    state: State,
    own_only: bool,
    search: str,
    assignment_id: int | None = None,
) -> Select[Any]:
    """The persons of a number, without order or end: rows for `person_row`. With an assignment (`NO_ASSIGNMENT` for none)
    only those whose date comes from it.
    """
    theirs = (
        ()
        if assignment_id is None
        else (func.coalesce(Enrolment.assignment_id, NO_ASSIGNMENT) == assignment_id,)
    )
    return (
        select(
            Enrolment,
            Person,
            OrgUnit.name.label("unit_name"),
            case((_overdue(now), 1), else_=0).label("late"),
            select(Posting.position_title)
            .where(
                Posting.person_id == Person.id,
                Posting.kind == PostingKind.DEFINITIVE,
                Posting.ends_on.is_(None),
            )
            .limit(1)
            .scalar_subquery()
            .label("position"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(OrgUnit, OrgUnit.id == Enrolment.org_unit_id)
        .where(*matching(unit, course_key, now, state=state, own_only=own_only, search=search), *theirs)
    )


def matching(
    unit: UnitHead, course_key: str, now: datetime, *, state: State, own_only: bool, search: str
) -> tuple[ColumnElement[bool], ...]:
    """The conditions on Enrolment and Person that a selection of the list of persons means, wherever it is used."""
    named = (func.lower(Person.name).contains(search.lower(), autoescape=True),) if search else ()
    return (
        Enrolment.course_key == course_key,
        Enrolment.ended_at.is_(None),
        Enrolment.org_unit_id == unit.id if own_only else in_subtree(Enrolment.org_unit_id, unit.path),
        *_of_state(state, now),
        *named,
    )


def _of_state(state: State, now: datetime) -> tuple[ColumnElement[bool], ...]:
    if state is State.ALL:
        return ()
    if state is State.OVERDUE:
        return (_overdue(now),)
    if state is State.UNMET:
        return (_expected(),)
    exempt = Enrolment.exempt_until.is_not(None) & (Enrolment.status != EnrolmentStatus.PASSED)
    if state is State.EXEMPT:
        return (exempt,)
    return (Enrolment.status == EnrolmentStatus(state.name), ~exempt)


def needy_first(now: datetime) -> tuple[Any, ...]:
    """The order of `behind`: the late ones, those who have not begun, those under way, those who have passed."""
    rank = case(
        (Enrolment.status == EnrolmentStatus.PASSED, 3),
        (Enrolment.exempt_until.is_not(None), 4),
        (_overdue(now), 0),
        (Enrolment.status == EnrolmentStatus.NOT_STARTED, 1),
        else_=2,
    )
    return rank, Person.name, Person.id


def persons(
    unit: UnitHead,
    course_key: str,
    now: datetime,
    *,
    state: State = State.ALL,
    own_only: bool = False,
    search: str = "",
    page: int = 1,
    assignment_id: int | None = None,
) -> tuple[list[PersonRow], int]:
    """Persons behind the number, those who need help first; a page of fifty and the total."""
    query = behind(
        unit,
        course_key,
        now,
        state=state,
        own_only=own_only,
        search=search,
        assignment_id=assignment_id,
    )
    count = db.session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    rows = db.session.execute(query.order_by(*needy_first(now)).offset((page - 1) * PAGE).limit(PAGE))
    return [person_row(row) for row in rows], count


def person_row(row: Any) -> PersonRow:
    """A row of `behind` as pages and files show it."""
    enrolment: Enrolment = row.Enrolment
    person: Person = row.Person
    passed = enrolment.status is EnrolmentStatus.PASSED
    exempt = enrolment.exempt_until is not None and not passed
    return PersonRow(
        person.id,
        person.public_id,
        display_name(person.name, person.front_title, person.back_title),
        person.employee_number,
        row.unit_name,
        row.position,
        enrolment.status,
        enrolment.due_at,
        enrolment.completed_at,
        enrolment.steps_done,
        enrolment.steps_total,
        bool(row.late),
        enrolment.exempt_until if exempt else None,
    )
