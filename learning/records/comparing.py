"""Units side by side, now and on an earlier day; and units of a subtree found by name or code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.people.queries import visible_units
from learning.records import rates, sums, trends
from learning.records.rates import SCOPE_ROLES, Rate, UnitHead

LAST_TIME = timedelta(days=7)
FOUND_MOST = 50


@dataclass(frozen=True, slots=True)
class Compared:
    """A unit now, and as it stood on the earlier day (None: it was not there, or no day is known)."""

    now: Rate
    then: Rate | None

    @property
    def gained(self) -> float | None:
        """By how many percentage points the rate rose (negative: fell). None where one of the two has no rate.

        The difference of the two rates as pages show them, so that a reader who subtracts gets the same.
        """
        if self.then is None or self.then.rate is None or self.now.rate is None:
            return None
        return round(round(self.now.rate, 1) - round(self.then.rate, 1), 1)


@dataclass(frozen=True, slots=True)
class Found:
    """A unit that a search found, with everything below it, and the unit above it."""

    rate: Rate
    code: str | None
    above: str | None


def last_time(unit: UnitHead, course_key: str, asked: date | None, now: datetime) -> date | None:
    """The day to compare with: the one asked for, else a week ago; never before the book of the subtree begins.

    None when the book began today, so that there is no earlier day at all.
    """
    today = clock.local_date(now, unit.timezone)
    first = trends.first_day(unit, course_key)
    if first is None or first >= today:
        return None
    day = asked if asked is not None and asked < today else today - LAST_TIME
    return max(day, first)


def side_by_side(unit: UnitHead, course_key: str, day: date | None) -> list[Compared]:
    """The units below, worst first, each with how it stood at the end of `day`."""
    then = {} if day is None else {r.org_unit_id: r for r in rates.child_rates(unit, course_key, day)}
    return [Compared(rate, then.get(rate.org_unit_id)) for rate in rates.child_rates(unit, course_key)]


def whole(unit: UnitHead, course_key: str, day: date | None) -> Compared:
    """The unit with everything below it, and how it stood at the end of `day`."""
    then = rates.total(unit, course_key, day) if day is not None else None
    return Compared(rates.total(unit, course_key), then)


def search(who: Principal, unit: UnitHead, course_key: str, words: str) -> tuple[list[Found], bool]:
    """Units below `unit` whose name holds the words or whose code begins with them; and whether there are more than fit.

    By name. Ended units are left out, as on the page of a unit.
    """
    low = words.lower()
    parent = aliased(OrgUnit)
    hit = (
        select(OrgUnit.id, OrgUnit.name, OrgUnit.kind, OrgUnit.code, OrgUnit.path, OrgUnit.parent_id)
        .where(
            OrgUnit.path > unit.path,
            OrgUnit.path < unit.path[:-1] + "0",
            OrgUnit.valid_to.is_(None),
            OrgUnit.id.in_(visible_units(who, *SCOPE_ROLES)),
            or_(
                func.lower(OrgUnit.name).contains(low, autoescape=True),
                func.lower(OrgUnit.code).startswith(low, autoescape=True),
            ),
        )
        .order_by(OrgUnit.name, OrgUnit.id)
        .limit(FOUND_MOST + 1)
        .subquery()
    )
    counts = sums.of_units(lambda column: column.in_(select(hit.c.id)), course_key)
    child = aliased(OrgUnit)
    rows = db.session.execute(
        select(
            hit.c.id,
            hit.c.name,
            hit.c.kind,
            hit.c.code,
            parent.name.label("above"),
            *sums.totals(counts),
            select(child.id).where(child.parent_id == hit.c.id).exists().label("has_children"),
        )
        .outerjoin(parent, parent.id == hit.c.parent_id)
        .outerjoin(counts, counts.c.org_unit_id == hit.c.id)
        .group_by(hit.c.id, hit.c.name, hit.c.kind, hit.c.code, parent.name)
        .order_by(hit.c.name, hit.c.id)
    ).all()
    found = [
        Found(
            rates.rate_of(r.id, r.name, r.kind.value, r, has_children=bool(r.has_children)), r.code, r.above
        )
        for r in rows
    ]
    return found[:FOUND_MOST], len(found) > FOUND_MOST
