"""Completion rates: sums of unit counts over subtrees, and the persons behind a number."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased

from learning.kernel import clock
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.people.models import OrgUnit, Person
from learning.people.names import display_name
from learning.people.queries import visible_units
from learning.records.models import Assignment, Enrolment, EnrolmentStatus, UnitCount

SCOPE_ROLES = (Role.SUPERVISOR, Role.HR, Role.ADMIN)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Rate:
    """How far a unit with everything below it is. `rate` is None when nobody is assigned."""

    org_unit_id: int
    name: str
    kind: str
    assigned: int
    started: int
    passed: int
    has_children: bool

    @property
    def missing(self) -> int:
        """People who have not passed."""
        return self.assigned - self.passed

    @property
    def not_started(self) -> int:
        """People who have not opened the course."""
        return self.assigned - self.started

    @property
    def in_progress(self) -> int:
        """People who have begun and not passed."""
        return self.started - self.passed

    @property
    def rate(self) -> float | None:
        """Passed of assigned, in percent."""
        return 100 * self.passed / self.assigned if self.assigned else None


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
    status: EnrolmentStatus
    due_at: datetime | None
    completed_at: datetime | None
    steps_done: int
    steps_total: int
    overdue: bool


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """People of a subtree who had passed by the end of a day."""

    day: date
    passed: int


def _below(path: Any) -> Any:
    """Upper bound of the range of paths below `path` ("/1/5/" -> "/1/50")."""
    return func.substr(path, 1, func.length(path) - 1).concat("0")


def _in_subtree(column: Any, path: str) -> ColumnElement[bool]:
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
        if not any(unit.path.startswith(head.path) for head in heads):
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
    rows = db.session.execute(
        select(UnitCount.course_key, func.sum(UnitCount.assigned).label("people"))
        .where(_in_subtree(UnitCount.org_unit_id, path))
        .group_by(UnitCount.course_key)
        .order_by(func.sum(UnitCount.assigned).desc(), UnitCount.course_key)
    ).all()
    titles = dict(
        db.session.execute(
            select(Assignment.course_key, Assignment.course_title).where(
                Assignment.course_key.in_([row.course_key for row in rows])
            )
        )
        .tuples()
        .all()
    )
    return [(row.course_key, titles.get(row.course_key, row.course_key)) for row in rows if row.people]


def child_rates(unit: UnitHead, course_key: str) -> list[Rate]:
    """Each child unit with everything below it, lowest rate first; units without anybody assigned come last."""
    child, node, grandchild = aliased(OrgUnit), aliased(OrgUnit), aliased(OrgUnit)
    has_children = select(grandchild.id).where(grandchild.parent_id == child.id).exists()
    rows = db.session.execute(
        select(
            child.id,
            child.name,
            child.kind,
            func.coalesce(func.sum(UnitCount.assigned), 0).label("assigned"),
            func.coalesce(func.sum(UnitCount.started), 0).label("started"),
            func.coalesce(func.sum(UnitCount.passed), 0).label("passed"),
            has_children.label("has_children"),
        )
        .join(node, (node.path >= child.path) & (node.path < _below(child.path)))
        .outerjoin(UnitCount, (UnitCount.org_unit_id == node.id) & (UnitCount.course_key == course_key))
        .where(child.parent_id == unit.id, child.valid_to.is_(None))
        .group_by(child.id, child.name, child.kind)
    )
    rates = [
        Rate(r.id, r.name, r.kind.value, int(r.assigned), int(r.started), int(r.passed), bool(r.has_children))
        for r in rows
    ]
    return sorted(rates, key=lambda r: (r.rate is None, r.rate or 0.0, -r.missing, r.name))


def total(unit: UnitHead, course_key: str) -> Rate:
    """The unit with everything below it."""
    row = db.session.execute(
        select(
            func.coalesce(func.sum(UnitCount.assigned), 0),
            func.coalesce(func.sum(UnitCount.started), 0),
            func.coalesce(func.sum(UnitCount.passed), 0),
        ).where(UnitCount.course_key == course_key, _in_subtree(UnitCount.org_unit_id, unit.path))
    ).one()
    return Rate(unit.id, unit.name, unit.kind, int(row[0]), int(row[1]), int(row[2]), True)


def own(unit: UnitHead, course_key: str) -> Rate | None:
    """The people of the unit itself, without what is below it; None if there are none."""
    row = db.session.get(UnitCount, (unit.id, course_key))
    if row is None or not row.assigned:
        return None
    return Rate(unit.id, unit.name, unit.kind, row.assigned, row.started, row.passed, False)


def _overdue(now: datetime) -> ColumnElement[bool]:
    return (Enrolment.due_at < now) & (Enrolment.status != EnrolmentStatus.PASSED)


def overdue_count(unit: UnitHead, course_key: str, now: datetime) -> int:
    """People of the subtree whose date has passed without a pass."""
    return db.session.execute(
        select(func.count())
        .select_from(Enrolment)
        .where(
            Enrolment.course_key == course_key,
            Enrolment.ended_at.is_(None),
            _overdue(now),
            _in_subtree(Enrolment.org_unit_id, unit.path),
        )
    ).scalar_one()


def nearest_due(unit: UnitHead, course_key: str) -> datetime | None:
    """The date that most people of the subtree still have to meet (the earliest of the unpassed)."""
    return db.session.execute(
        select(func.min(Enrolment.due_at)).where(
            Enrolment.course_key == course_key,
            Enrolment.ended_at.is_(None),
            Enrolment.status != EnrolmentStatus.PASSED,
            _in_subtree(Enrolment.org_unit_id, unit.path),
        )
    ).scalar()


def persons(
    unit: UnitHead,
    course_key: str,
    now: datetime,
    *,
    status: EnrolmentStatus | None = None,
    overdue: bool = False,
    own_only: bool = False,
    search: str = "",
    page: int = 1,
) -> tuple[list[PersonRow], int]:
    """Persons behind the number, those who need help first; a page of fifty and the total."""
    order = case((_overdue(now), 0), (Enrolment.status == EnrolmentStatus.NOT_STARTED, 1), (
        Enrolment.status == EnrolmentStatus.IN_PROGRESS, 2), else_=3)  # fmt: skip
    query: Select[Any] = (
        select(Enrolment, Person, OrgUnit.name.label("unit_name"))
        .join(Person, Person.id == Enrolment.person_id)
        .join(OrgUnit, OrgUnit.id == Enrolment.org_unit_id)
        .where(Enrolment.course_key == course_key, Enrolment.ended_at.is_(None))
    )
    query = query.where(
        Enrolment.org_unit_id == unit.id if own_only else _in_subtree(Enrolment.org_unit_id, unit.path)
    )
    if status is not None:
        query = query.where(Enrolment.status == status)
    if overdue:
        query = query.where(_overdue(now))
    if search:
        pattern = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(Person.name.ilike(pattern, escape="\\"))
    count = db.session.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    rows = db.session.execute(
        query.order_by(order, Person.name, Person.id).offset((page - 1) * PAGE).limit(PAGE)
    )
    return [_person_row(row.Enrolment, row.Person, row.unit_name, now) for row in rows], count


def _person_row(enrolment: Enrolment, person: Person, unit_name: str, now: datetime) -> PersonRow:
    late = (
        enrolment.due_at is not None
        and enrolment.due_at < now
        and enrolment.status is not EnrolmentStatus.PASSED
    )
    return PersonRow(
        person.id,
        person.public_id,
        display_name(person.name, person.front_title, person.back_title),
        person.employee_number,
        unit_name,
        enrolment.status,
        enrolment.due_at,
        enrolment.completed_at,
        enrolment.steps_done,
        enrolment.steps_total,
        late,
    )


def trend(unit: UnitHead, course_key: str, now: datetime, days: int = 30) -> list[TrendPoint]:
    """Passes of the subtree's people, cumulated by day on the unit's calendar, for the last `days` days."""
    today = clock.local_date(now, unit.timezone)
    moments = db.session.execute(
        select(Enrolment.completed_at).where(
            Enrolment.course_key == course_key,
            Enrolment.ended_at.is_(None),
            Enrolment.completed_at.is_not(None),
            _in_subtree(Enrolment.org_unit_id, unit.path),
        )
    ).scalars()
    per_day = Counter(clock.local_date(moment, unit.timezone) for moment in moments if moment is not None)
    first = today - timedelta(days=days - 1)
    running = sum(count for day, count in per_day.items() if day < first)
    points = []
    for offset in range(days):
        day = first + timedelta(days=offset)
        running += per_day.get(day, 0)
        points.append(TrendPoint(day, running))
    return points
