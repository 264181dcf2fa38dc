"""Units that have earned a letter and have none yet; and the honours that are kept, for whoever may read them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from learning.kernel import clock
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.people.queries import visible_units
from learning.people.tree import range_end
from learning.records.audience import Audience
from learning.records.duedates import StageKind
from learning.records.honours import earning
from learning.records.honours.models import UnitHonour
from learning.records.models import Assignment, ElectionEvent, ElectionStage, UnitCountChange
from learning.records.rates import SCOPE_ROLES, in_subtree, path_end
from learning.records.services import audiences
from learning.records.services.duties import regions_of

SHOWN = 500
EVERYWHERE = Audience()


@dataclass(frozen=True, slots=True)
class Duty:
    """A running assignment in one of the subtrees it was given to, and until when passing counts there.

    `audience` asks about units alone; only a unit that is itself in reach is honoured.
    """

    assignment_id: int
    course_key: str
    course_title: str
    path: str
    event_name: str | None
    stage: StageKind | None
    stage_on: date | None
    last_on: date
    audience: Audience = EVERYWHERE


@dataclass(frozen=True, slots=True)
class Earned:
    """A unit that has earned a letter for a duty, with the figures of the evening that was looked at."""

    duty: Duty
    org_unit_id: int
    unit_name: str
    reached_on: date
    standing: earning.Standing


@dataclass(frozen=True, slots=True)
class HonourRow:
    """A kept honour, and the unit right above as it is called today (None: an agency)."""

    id: int
    public_id: uuid.UUID
    org_unit_id: int
    unit_name: str
    above: str | None
    course_key: str
    course_title: str
    event_name: str | None
    stage: StageKind | None
    reached_on: date
    last_on: date
    assigned: int
    passed: int
    exempt: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Occasion:
    """A course before an election (or before a day), for which units were honoured."""

    course_title: str
    event_name: str | None
    last_on: date
    rows: tuple[HonourRow, ...]


def duties(now: datetime) -> list[Duty]:
    """Running assignments for which an evening may still be looked at, by a day of room for other time zones.

    Without those that ask something of the person (position, grade, employment, lists) and those with a refresher: the
    book of days knows neither who of a unit is meant nor how old a pass is, so it cannot say that all of these are through.
    """
    rows = db.session.execute(
        select(Assignment, ElectionEvent.name, ElectionStage.starts_on)
        .outerjoin(ElectionEvent, ElectionEvent.id == Assignment.event_id)
        .outerjoin(
            ElectionStage,
            (ElectionStage.event_id == Assignment.event_id) & (ElectionStage.stage == Assignment.stage),
        )
        .where(Assignment.ended_at.is_(None), Assignment.refresher_key.is_(None))
        .order_by(Assignment.id)
    ).all()
    open_: list[tuple[Assignment, str | None, date | None, date]] = []
    for given, event_name, starts_on in rows:
        last = earning.last_evening(starts_on, given.due_on)
        if last is not None and earning.evening(clock.local_date(now), last) is not None:
            open_.append((given, event_name, starts_on, last))
    held_in = regions_of(
        {given.event_id for given, *_ in open_ if given.covered_only and given.event_id is not None}
    )
    reach = audiences.audiences_of([given for given, *_ in open_], held_in)
    return [
        Duty(
            given.id,
            given.course_key,
            given.course_title,
            path,
            event_name,
            given.stage,
            starts_on,
            last,
            reach[given.id],
        )
        for given, event_name, starts_on, last in open_
        if not audiences.personal_conditions(reach[given.id])
        for path in reach[given.id].units or ("/",)  # without units it reaches the whole country
    ]


def earned(duty: Duty, now: datetime) -> list[Earned]:
    """The units of a duty that have earned a letter and have none for it.

    The sums of all units of one time zone are one statement over the book of days; only for the few that look complete it
    is asked how many had the duty lately.
    """
    found: list[Earned] = []
    for zone in db.session.scalars(
        select(OrgUnit.timezone)
        .where(OrgUnit.path >= duty.path, OrgUnit.path < range_end(duty.path))
        .distinct()
    ).all():
        day = earning.evening(clock.local_date(now, zone), duty.last_on)
        if day is not None:
            found += _earned_in(duty, zone, day)
    return found


def _earned_in(duty: Duty, zone: str, day: date) -> list[Earned]:
    book = UnitCountChange
    own = (
        select(
            book.org_unit_id,
            *(func.sum(getattr(book, name)).label(name) for name in ("assigned", "passed", "exempt")),
            func.max(book.day).label("day"),
        )
        .where(book.course_key == duty.course_key, book.day <= day, in_subtree(book.org_unit_id, duty.path))
        .group_by(book.org_unit_id)
        .subquery()
    )
    unit, node = aliased(OrgUnit), aliased(OrgUnit)
    sums = {name: func.sum(own.c[name]) for name in ("assigned", "passed", "exempt")}
    known = select(UnitHonour.id).where(
        UnitHonour.org_unit_id == unit.id, UnitHonour.assignment_id == duty.assignment_id
    )
    rows = db.session.execute(
        select(
            unit.id,
            unit.name,
            unit.path,
            *(sum_.label(name) for name, sum_ in sums.items()),
            func.max(own.c.day).label("day"),
        )
        .join(node, (node.path >= unit.path) & (node.path < path_end(unit.path)))
        .join(own, own.c.org_unit_id == node.id)
        .where(
            unit.path >= duty.path,
            unit.path < range_end(duty.path),
            unit.timezone == zone,
            unit.valid_to.is_(None),
            unit.id.in_(select(OrgUnit.id).where(*audiences.unit_conditions(duty.audience))),
            ~known.exists(),
        )
        .group_by(unit.id, unit.name, unit.path)
        # The cheap half of the rule, so that a nation is not read into memory; `earning.earned` decides.
        .having(sums["passed"] >= earning.LEAST_PASSED, sums["passed"] == sums["assigned"] - sums["exempt"])
        .order_by(unit.path)
    ).all()
    taken = _evenings(duty.course_key, [row.id for row in rows])
    found = []
    for row in rows:
        if (row.id, row.day) in taken:
            continue
        most = earning.most_lately(_assigned_by_day(row.path, duty.course_key, day), day)
        standing = earning.Standing(int(row.assigned), int(row.passed), int(row.exempt), most)
        if earning.earned(standing):
            found.append(Earned(duty, row.id, row.name, row.day, standing))
    return found


def _evenings(course_key: str, unit_ids: list[int]) -> set[tuple[int, date]]:
    """The evenings for which these units were honoured already, for whatever assignment of the course."""
    found: set[tuple[int, date]] = set()
    for start in range(0, len(unit_ids), 500):
        found.update(
            db.session.execute(
                select(UnitHonour.org_unit_id, UnitHonour.reached_on).where(
                    UnitHonour.course_key == course_key,
                    UnitHonour.org_unit_id.in_(unit_ids[start : start + 500]),
                )
            ).tuples()
        )
    return found


def _assigned_by_day(path: str, course_key: str, day: date) -> list[tuple[date, int]]:
    book = UnitCountChange
    rows = db.session.execute(
        select(book.day, func.sum(book.assigned))
        .where(book.course_key == course_key, book.day <= day, in_subtree(book.org_unit_id, path))
        .group_by(book.day)
    )
    return [(on, int(more)) for on, more in rows]


def within(who: Principal, path: str) -> list[HonourRow]:
    """The honours of a subtree as far as the reader looks after it, the newest first; at most `SHOWN`."""
    return _read(
        _rows()
        .where(in_subtree(UnitHonour.org_unit_id, path), visible_honours(who))
        .order_by(UnitHonour.reached_on.desc(), UnitHonour.unit_name, UnitHonour.id)
    )


def visible_honours(who: Principal) -> ColumnElement[bool]:
    """The condition for honours of units that somebody looks after: their letters may be fetched."""
    return UnitHonour.org_unit_id.in_(visible_units(who, *SCOPE_ROLES))


def of_unit(org_unit_id: int, course_key: str) -> HonourRow | None:
    """The latest honour of a unit for a course."""
    query = _rows().where(UnitHonour.org_unit_id == org_unit_id, UnitHonour.course_key == course_key)
    return next(iter(_read(query.order_by(UnitHonour.id.desc()).limit(1))), None)


def lately_headed(who: Principal, since: datetime) -> list[HonourRow]:
    """What was kept since then for units that somebody heads (a supervisor's grant on the unit itself)."""
    ids = [g.org_unit_id for g in who.grants_for(Role.SUPERVISOR) if g.org_unit_id is not None]
    if not ids:
        return []
    return _read(
        _rows()
        .where(UnitHonour.org_unit_id.in_(ids), UnitHonour.recorded_at >= since)
        .order_by(UnitHonour.id.desc())
    )


def occasions(agency_id: int) -> list[Occasion]:
    """An agency's honours by occasion, the latest first; units in the order of the alphabet, never of speed or share."""
    agency = db.session.get(OrgUnit, agency_id)
    if agency is None:
        return []
    rows = _read(
        _rows()
        .where(in_subtree(UnitHonour.org_unit_id, agency.path))
        .order_by(UnitHonour.last_on.desc(), UnitHonour.unit_name, UnitHonour.id)
    )
    found: dict[tuple[str, str | None, date], list[HonourRow]] = {}
    for row in rows:
        found.setdefault((row.course_title, row.event_name, row.last_on), []).append(row)
    return [Occasion(*about, tuple(these)) for about, these in found.items()]


def any_in(agency_id: int) -> bool:
    """Whether a unit of an agency was ever honoured. Paths of an agency begin with its id."""
    path = f"/{agency_id}/"
    found = select(UnitHonour.id).join(OrgUnit, OrgUnit.id == UnitHonour.org_unit_id)
    query = found.where(OrgUnit.path >= path, OrgUnit.path < range_end(path)).limit(1)
    return db.session.scalar(query) is not None


def _rows() -> Select[Any]:
    unit, above = aliased(OrgUnit), aliased(OrgUnit)
    return (
        select(UnitHonour, above.name.label("above"))
        .join(unit, unit.id == UnitHonour.org_unit_id)
        .outerjoin(above, above.id == unit.parent_id)
        .limit(SHOWN)
    )


def _read(query: Select[Any]) -> list[HonourRow]:
    return [
        HonourRow(
            one.id,
            one.public_id,
            one.org_unit_id,
            one.unit_name,
            row.above,
            one.course_key,
            one.course_title,
            one.event_name,
            one.stage,
            one.reached_on,
            one.last_on,
            one.assigned,
            one.passed,
            one.exempt,
            one.recorded_at,
        )
        for row in db.session.execute(query)
        for one in (row.UnitHonour,)
    ]
