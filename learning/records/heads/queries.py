"""Who are heads, and the figures of their units: a few statements for any number of heads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, select
from sqlalchemy.orm import aliased

from learning.kernel import clock
from learning.kernel.access import Role
from learning.kernel.db import among, db
from learning.people.kinds import PersonStatus
from learning.people.models import OrgUnit, Person, RoleGrant
from learning.records import lateness, sums
from learning.records.heads.content import WEEK, Figures, Standing
from learning.records.heads.models import HeadChoice, HeadDigest
from learning.records.heads.rhythm import NEAR, Rhythm, is_due
from learning.records.models import Enrolment, EnrolmentStatus
from learning.records.rates import course_titles, path_end

PAGE = 200
FARTHEST_BACK = timedelta(days=35)
"""A letter compares with the one before it, unless that is longer ago: then with a month ago."""


@dataclass(frozen=True, slots=True)
class Head:
    """Somebody who supervises a unit, by a grant of their own: what the rhythm needs to decide. `day`: of the last letter."""

    person_id: int
    email: str | None
    rhythm: Rhythm
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Root:
    """A topmost unit of a head."""

    unit_id: int
    path: str
    name: str


Roots = Mapping[int, tuple[Root, ...]]
"""By person."""


def heads(*, zone: str, after: int, most: int = PAGE) -> list[Head]:
    """The next heads above `after`, in order, whose place is in `zone` (of several zones the first by name)."""
    last = (
        select(func.max(HeadDigest.day))
        .where(HeadDigest.person_id == Person.id, HeadDigest.withdrawn_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Person.id, Person.email, HeadChoice.rhythm, last.label("last_on"))
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .outerjoin(HeadChoice, HeadChoice.person_id == Person.id)
        .where(*_supervising(), Person.status == PersonStatus.ACTIVE, Person.id > after)
        .group_by(Person.id, Person.email, HeadChoice.rhythm)
        .having(func.min(OrgUnit.timezone) == zone)
        .order_by(Person.id)
        .limit(most)
    )
    return [Head(row.id, row.email, row.rhythm or Rhythm.SUITED, row.last_on) for row in rows]


def due_among(page: Sequence[Head], now: datetime, zone: str) -> list[Head]:
    """Those of a page for whom news is due now. Deadlines are looked up only for whom they decide."""
    today = clock.local_date(now, zone)
    asked = [
        one.person_id
        for one in page
        if not is_due(one.rhythm, one.last_on, today, None) and is_due(one.rhythm, one.last_on, today, today)
    ]
    nearest = _nearest(roots(asked), now, zone) if asked else {}
    return [one for one in page if is_due(one.rhythm, one.last_on, today, nearest.get(one.person_id))]


def outlook(*, zone: str, now: datetime) -> Iterator[Head]:
    """Everybody to whom news would be ordered at `now` in `zone`; writes nothing."""
    after = 0
    while page := heads(zone=zone, after=after):
        yield from due_among(page, now, zone)
        after = page[-1].person_id


def compared_with(last_on: date | None, today: date) -> date:
    """The day a letter of today compares with."""
    if last_on is not None and last_on >= today - FARTHEST_BACK:
        return last_on
    return today - timedelta(days=30)


def roots(person_ids: Collection[int]) -> dict[int, tuple[Root, ...]]:
    """The topmost units that these persons supervise by a role of their own; what lies below one of them is part of it."""
    found: dict[int, list[Root]] = defaultdict(list)
    for row in db.session.execute(
        select(RoleGrant.person_id, OrgUnit.id, OrgUnit.path, OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(*_supervising(), RoleGrant.person_id.in_(person_ids))
        .order_by(RoleGrant.person_id, OrgUnit.path)
    ):
        mine = found[row.person_id]
        if not (mine and row.path.startswith(mine[-1].path)):
            mine.append(Root(row.id, row.path, row.name))
    return {person_id: tuple(mine) for person_id, mine in found.items()}


def figures(of: Roots, since: Mapping[int, date], now: datetime, zone: str) -> dict[int, tuple[Figures, ...]]:
    """What `content.compose` needs, by person. `since`: the day each compares with."""
    today = clock.local_date(now, zone)
    tops = sorted({root.unit_id for mine in of.values() for root in mine})
    standing = _sums(_now(tops))
    week = _sums(_since(tops, today - timedelta(days=WEEK)))
    then: dict[date, dict[tuple[int, str], tuple[int, int]]] = {}
    for day in set(since.values()):
        asked = sorted({root.unit_id for one, mine in of.items() if since[one] == day for root in mine})
        then[day] = _sums(_until(asked, day))
    ahead, late = _dates(tops, now)
    below = _below(tops)
    titles = course_titles(sorted({key for _unit, key in standing}))
    found = {}
    for person_id, mine in of.items():
        courses = []
        for key in sorted(
            {course for unit, course in standing if any(unit == root.unit_id for root in mine)}
        ):
            places = [(root.unit_id, key) for root in mine]
            expected, passed = _added(standing, places)
            earlier = then[since[person_id]]
            due = min((ahead[place] for place in places if place in ahead), default=None)
            courses.append(
                Figures(
                    titles.get(key, key),
                    expected,
                    passed,
                    _added(earlier, places) if any(place in earlier for place in places) else None,
                    _added(week, places)[1],
                    clock.local_date(due, zone) if due is not None else None,
                    sum(late.get(place, 0) for place in places),
                    tuple(below.get((mine[0].unit_id, key), ()))
                    if len(mine) == 1
                    else tuple(
                        Standing(root.name, *_added(standing, [(root.unit_id, key)])) for root in mine
                    ),
                )
            )
        found[person_id] = tuple(courses)
    return found


def waiting(digest_ids: Sequence[int]) -> list[HeadDigest]:
    """Those of the letters that are neither handed over nor withdrawn nor refused, in order."""
    return list(
        db.session.scalars(
            select(HeadDigest)
            .where(
                HeadDigest.id.in_(digest_ids),
                HeadDigest.handed_over_at.is_(None),
                HeadDigest.withdrawn_at.is_(None),
                HeadDigest.refused_at.is_(None),
            )
            .order_by(HeadDigest.id)
        )
    )


def rhythm_of(person_id: int) -> Rhythm:
    """How often somebody wants news."""
    return (
        db.session.scalar(select(HeadChoice.rhythm).where(HeadChoice.person_id == person_id)) or Rhythm.SUITED
    )


def last_letter(person_id: int) -> datetime | None:
    """When the last letter left."""
    return db.session.scalar(
        select(func.max(HeadDigest.handed_over_at)).where(HeadDigest.person_id == person_id)
    )


def place_of(person_id: int) -> str | None:
    """The time zone in which somebody is a head; None for whoever supervises nothing by a role of their own."""
    return db.session.scalar(
        select(func.min(OrgUnit.timezone))
        .join(RoleGrant, RoleGrant.org_unit_id == OrgUnit.id)
        .where(*_supervising(), RoleGrant.person_id == person_id)
    )


def stored_here(*, principal: Any, now: datetime) -> dict[str, list[dict[str, str | None]]]:
    """This room's part of "my data" (panel `me.data`)."""
    rows = db.session.scalars(
        select(HeadDigest).where(HeadDigest.person_id == principal.person_id).order_by(HeadDigest.id)
    )
    choice = db.session.get(HeadChoice, principal.person_id)
    return {
        "kabar berkala": [
            {
                "disiapkan": one.ordered_at.isoformat(),
                "dikirim": one.handed_over_at.isoformat() if one.handed_over_at else None,
                "dibatalkan": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
                "ditolak": one.refused_at.isoformat() if one.refused_at else None,
            }
            for one in rows
        ],
        "pilihan kabar berkala": [
            {"pilihan": choice.rhythm.value, "dipilih": choice.chosen_at.isoformat()}
            for choice in (choice,)
            if choice
        ],
    }


def _supervising() -> tuple[Any, ...]:
    return (
        RoleGrant.role == Role.SUPERVISOR,
        RoleGrant.ended_at.is_(None),
        OrgUnit.valid_to.is_(None),
    )


def _tree(tops: Sequence[int], *columns: Any) -> tuple[Select[Any], Any, Any]:
    top, node = aliased(OrgUnit), aliased(OrgUnit)
    joined = and_(node.path >= top.path, node.path < path_end(top.path))
    return (
        select(top.id.label("top"), *columns).select_from(top).join(node, joined).where(top.id.in_(tops)),
        top,
        node,
    )


def _now(tops: Sequence[int]) -> Select[Any]:
    return _by_unit(sums.of_units(sums.several(tops)))


def _until(tops: Sequence[int], day: date) -> Select[Any]:
    return _by_unit(sums.of_units(sums.several(tops), day=day))


def _since(tops: Sequence[int], day: date) -> Select[Any]:
    """What was added after the end of a day."""
    changes = sums.of_units(sums.several(tops), by_day=True)
    return _by_unit(changes).where(changes.c.day > day)


def _by_unit(counts: Subquery) -> Select[Any]:
    unit, course = counts.c.org_unit_id, counts.c.course_key
    return select(unit.label("top"), course, *_expected_and_passed(counts)).group_by(unit, course)


def _expected_and_passed(counts: Subquery) -> tuple[Any, Any]:
    return (
        func.sum(counts.c.assigned - counts.c.exempt).label("expected"),
        func.sum(counts.c.passed).label("passed"),
    )


def _sums(query: Select[Any]) -> dict[tuple[int, str], tuple[int, int]]:
    return {
        (row.top, row.course_key): (int(row.expected), int(row.passed)) for row in db.session.execute(query)
    }


def _added(
    figures: Mapping[tuple[int, str], tuple[int, int]], places: Sequence[tuple[int, str]]
) -> tuple[int, int]:
    found = [figures.get(place, (0, 0)) for place in places]
    return sum(one[0] for one in found), sum(one[1] for one in found)


def _open_duty() -> tuple[Any, ...]:
    return (
        Enrolment.ended_at.is_(None),
        Enrolment.status != EnrolmentStatus.PASSED,
        Enrolment.exempt_until.is_(None),
        Enrolment.due_at.is_not(None),
    )


def _dates(
    tops: Sequence[int], now: datetime
) -> tuple[dict[tuple[int, str], datetime], dict[tuple[int, str], int]]:
    """The next last day ahead, and how many people are late, by unit and course."""
    query, top, node = _tree(
        tops,
        Enrolment.course_key,
        func.min(case((Enrolment.due_at >= now, Enrolment.due_at))).label("ahead"),
        func.sum(case((lateness.over(now), 1), else_=0)).label("late"),
    )
    rows = db.session.execute(
        query.join(Enrolment, Enrolment.org_unit_id == node.id)
        .where(*_open_duty())
        .group_by(top.id, Enrolment.course_key)
    ).all()
    return (
        {(row.top, row.course_key): row.ahead for row in rows if row.ahead is not None},
        {(row.top, row.course_key): int(row.late) for row in rows if row.late},
    )


def _nearest(of: Roots, now: datetime, zone: str) -> dict[int, date]:
    """The next last day within reach of `rhythm.NEAR`, by person."""
    tops = sorted({root.unit_id for mine in of.values() for root in mine})
    query, top, node = _tree(tops, func.min(Enrolment.due_at).label("ahead"))
    ahead = {
        row.top: row.ahead
        for row in db.session.execute(
            query.join(Enrolment, Enrolment.org_unit_id == node.id)
            .where(*_open_duty(), Enrolment.due_at >= now, Enrolment.due_at <= now + timedelta(days=NEAR + 1))
            .group_by(top.id)
        )
    }
    return {
        one: clock.local_date(min(found), zone)
        for one, mine in of.items()
        if (found := [ahead[root.unit_id] for root in mine if root.unit_id in ahead])
    }


def _below(tops: Sequence[int]) -> dict[tuple[int, str], list[Standing]]:
    """The units right below each, with everything below them."""
    found: dict[tuple[int, str], list[Standing]] = defaultdict(list)
    child = aliased(OrgUnit)
    below = select(child.id).where(among(child.parent_id, tops), child.valid_to.is_(None))
    counts = sums.of_units(lambda column: column.in_(below))
    for row in db.session.execute(
        select(child.parent_id, child.name, counts.c.course_key, *_expected_and_passed(counts))
        .join(counts, counts.c.org_unit_id == child.id)
        .group_by(child.parent_id, child.id, child.name, counts.c.course_key)
        .order_by(child.id)
    ):
        found[row.parent_id, row.course_key].append(Standing(row.name, int(row.expected), int(row.passed)))
    return found


def is_known(person_id: int) -> bool:
    """Whether there is such a person; a restored database may be older than a letter."""
    return db.session.scalar(select(Person.id).where(Person.id == person_id)) is not None
