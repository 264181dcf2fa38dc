"""Counts of units with everything below them: their own, the kept sum of what is below, and what waits to be added to it.

All three are read in one statement, so one snapshot: a change that is being added at this moment is found in one place.
What it costs depends on how many units are asked about and on how much waits, not on how many units lie below.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Subquery, cast, func, join, literal, select, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from learning.kernel.db import among, db
from learning.people.models import OrgUnit
from learning.records.booking import FIGURES
from learning.records.count_models import UnitBelow, UnitBelowDay, UnitCountPending
from learning.records.models import UnitCount, UnitCountChange

Which = Callable[[Any], ColumnElement[bool]]
"""The condition that a column with the id of a unit names one of the units asked about."""


def of_units(
    which: Which,
    course_key: str | None = None,
    *,
    assignment_id: int | None = None,
    day: date | None = None,
    by_day: bool = False,
) -> Subquery:
    """Rows org_unit_id, course_key, assignment_id (with `by_day`: day) and the figures, to be summed by whoever asks.

    Without `day` as it stands, with it at the end of that day (sums of changes; the tree is today's). `by_day` gives the
    changes of each day instead of one sum.
    """
    dated = by_day or day is not None
    own: Any = UnitCountChange if dated else UnitCount
    below: Any = UnitBelowDay if dated else UnitBelow
    waiting = UnitCountPending

    def part(table: Any, unit: Any) -> Any:
        columns = [unit.label("org_unit_id"), table.course_key, table.assignment_id]
        columns += [table.day] if by_day else []
        query = select(*columns, *(getattr(table, name) for name in FIGURES)).where(which(unit))
        if course_key is not None:
            query = query.where(table.course_key == course_key)
        if assignment_id is not None:
            query = query.where(table.assignment_id == assignment_id)
        return query.where(table.day <= day) if day is not None else query

    above = ancestor_ids(OrgUnit.path)
    tail = (
        part(waiting, above.c.value)
        .select_from(join(waiting, OrgUnit, OrgUnit.id == waiting.org_unit_id).join(above, true()))
        .where(above.c.value != OrgUnit.id)
    )
    return union_all(part(own, own.org_unit_id), part(below, below.org_unit_id), tail).subquery()


def ancestor_ids(path: Any) -> Any:
    """The ids in a path as rows of a column `value`, the unit itself last: to be joined on true."""
    trimmed = func.substr(path, 2, func.length(path) - 2)
    if db.engine.dialect.name == "postgresql":
        ids = func.unnest(cast(func.string_to_array(trimmed, "/"), ARRAY(Integer)))
        return ids.table_valued("value", name="above").render_derived()
    listed = func.json_each(literal("[").concat(func.replace(trimmed, "/", ",")).concat("]"))
    return listed.table_valued("value", name="above")


def totals(rows: Subquery) -> list[Any]:
    """The four figures of `of_units` rows summed, as columns of the same names."""
    return [func.coalesce(func.sum(rows.c[name]), 0).label(name) for name in FIGURES]


def one(unit_id: int) -> Which:
    """The condition for a single unit."""
    return lambda column: column == unit_id


def several(unit_ids: Collection[int]) -> Which:
    """The condition for some units, as a table to be joined: a list would be gone through for every change that waits."""
    unit = aliased(OrgUnit)
    wanted = select(unit.id).where(among(unit.id, unit_ids))
    return lambda column: column.in_(wanted)
