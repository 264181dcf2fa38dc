"""Completion by the region in which people work: the same counts as those of units, summed by the region of the unit.

What somebody sees here is the people of the units they look after, never those of another agency in the same region.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, select, true

from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.people.scope import reach
from learning.records import rates
from learning.records.booking import FIGURES
from learning.records.mapping import NOWHERE, RegionRate
from learning.records.models import UnitCount, UnitCountChange
from learning.records.outlook import at_most

PROVINCE, REGENCY = 2, 5
"""How many characters of a code name a province and a regency."""
UNITS_MOST = 100
DAYS_MOST_UNITS = 20_000
"""Up to so many units a past day is summed over all regions at once; the book of a whole nation is asked by province."""


@dataclass(frozen=True, slots=True)
class UnitThere:
    """A unit of a region with its own people (not those below it, who may work elsewhere)."""

    org_unit_id: int
    name: str
    above: str | None
    rate: RegionRate


def by_province(who: Principal) -> dict[str, list[RegionRate]]:
    """Course key → the figures of each province, the course that most people have first. One statement."""
    return _grouped(who, PROVINCE, true())


def by_regency(who: Principal, province: str) -> dict[str, list[RegionRate]]:
    """As `by_province`, of the regencies of one province; units that name the province alone are under its own code."""
    return _grouped(who, REGENCY, _within(province))


def then(who: Principal, course_key: str, day: date, province: str | None = None) -> list[RegionRate]:
    """The provinces, or the regencies of one, as they stood at the end of a day, from the book of changes.

    Each unit's day is that of its own clock; the region is that of the unit today.
    """
    code = _code(PROVINCE if province is None else REGENCY)
    rows = db.session.execute(
        select(code, *(func.sum(getattr(UnitCountChange, name)).label(name) for name in FIGURES))
        .join_from(UnitCountChange, OrgUnit, OrgUnit.id == UnitCountChange.org_unit_id)
        .where(
            UnitCountChange.course_key == course_key,
            UnitCountChange.day <= day,
            _seen(who),
            true() if province is None else _within(province),
        )
        .group_by(code)
    )
    return [_rate(row) for row in rows if row.assigned]


def first_day(who: Principal, course_key: str) -> date | None:
    """The first day that can be asked for: the earliest entry of the book that the viewer may see."""
    return db.session.execute(
        select(func.min(UnitCountChange.day))
        .join_from(UnitCountChange, OrgUnit, OrgUnit.id == UnitCountChange.org_unit_id)
        .where(UnitCountChange.course_key == course_key, _seen(who))
    ).scalar_one()


def few_units(who: Principal) -> bool:
    """Whether the viewer's units are few enough to sum a past day over all regions at once."""
    some = select(OrgUnit.id).where(_seen(who)).limit(DAYS_MOST_UNITS + 1).subquery()
    return db.session.execute(select(func.count()).select_from(some)).scalar_one() <= DAYS_MOST_UNITS


def works_there(who: Principal, code: str) -> bool:
    """Whether a unit that the viewer sees lies in the region; of another region nothing is said, not even zero."""
    here = OrgUnit.region_code.is_(None) if code == NOWHERE else _within(code)
    found = select(OrgUnit.id).where(_seen(who), here).limit(1)
    return db.session.execute(found).first() is not None


def units_in(who: Principal, code: str, course_key: str) -> tuple[list[UnitThere], int]:
    """The units of a region that have people with the course, worst first, at most `UNITS_MOST`; and how many there are.

    A regency with everything in it; of a province only the units that name no regency; "" those without a region.
    """
    parent = OrgUnit.__table__.alias("parent")
    rows = db.session.execute(
        select(OrgUnit.id, OrgUnit.name, parent.c.name.label("above"), OrgUnit.region_code.label("code"),
               *(func.sum(getattr(UnitCount, name)).label(name) for name in FIGURES))
        .join_from(UnitCount, OrgUnit, OrgUnit.id == UnitCount.org_unit_id)
        .outerjoin(parent, parent.c.id == OrgUnit.parent_id)
        .where(UnitCount.course_key == course_key, _seen(who), _place(code))
        .group_by(OrgUnit.id, OrgUnit.name, parent.c.name, OrgUnit.region_code)
        .having(func.sum(UnitCount.assigned) > 0)
    ).all()  # fmt: skip
    found = [UnitThere(row.id, row.name, row.above, _rate(row)) for row in rows]
    found.sort(
        key=lambda u: (
            u.rate.rate is None, at_most(u.rate.passed, u.rate.expected), u.rate.rate or 0.0, -u.rate.missing, u.name,
            u.org_unit_id,
        )
    )  # fmt: skip
    return found[:UNITS_MOST], len(found)


def courses(found: dict[str, list[RegionRate]]) -> list[tuple[str, str]]:
    """(key, title) of the courses of `by_province` or `by_regency`, in their order."""
    titles = rates.course_titles(list(found))
    return [(key, titles.get(key, key)) for key in found]


def _grouped(who: Principal, length: int, where: ColumnElement[bool]) -> dict[str, list[RegionRate]]:
    code = _code(length)
    rows = db.session.execute(
        select(
            UnitCount.course_key, code, *(func.sum(getattr(UnitCount, name)).label(name) for name in FIGURES)
        )
        .join_from(UnitCount, OrgUnit, OrgUnit.id == UnitCount.org_unit_id)
        .where(_seen(who), where)
        .group_by(UnitCount.course_key, code)
        .order_by(UnitCount.course_key, code)
    )
    found: dict[str, list[RegionRate]] = {}
    for row in rows:
        if row.assigned:
            found.setdefault(row.course_key, []).append(_rate(row))
    return dict(sorted(found.items(), key=lambda item: (-sum(r.assigned for r in item[1]), item[0])))


def _seen(who: Principal) -> ColumnElement[bool]:
    condition = reach(who, *rates.SCOPE_ROLES)
    return true() if condition is None else condition


def _code(length: int) -> Any:
    # Literal, because PostgreSQL takes two parameters of the same value for two different groupings.
    return func.substr(OrgUnit.region_code, literal_column("1"), literal_column(str(length))).label("code")


def _within(code: str) -> ColumnElement[bool]:
    # The range of the province is for the index. Two digits sort alike whatever the collation makes of the full stop.
    province = code[:PROVINCE]
    beyond = f"{int(province) + 1:02d}" if province != "99" else "A"
    here = OrgUnit.region_code
    return and_(here >= province, here < beyond, func.substr(here, 1, len(code)) == code)


def _place(code: str) -> ColumnElement[bool]:
    if code == NOWHERE:
        return OrgUnit.region_code.is_(None)
    return OrgUnit.region_code == code if len(code) == PROVINCE else _within(code)


def _rate(row: Any) -> RegionRate:
    return RegionRate(row.code or NOWHERE, *(int(getattr(row, name)) for name in FIGURES))
