"""Many units at once: each with everything below it, for whoever looks after a province or the whole country."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from learning.kernel.db import among, db
from learning.people.models import OrgUnit
from learning.records.models import UnitCount
from learning.records.rates import Rate, UnitHead, course_titles, path_end


def standings(roots: list[UnitHead]) -> list[tuple[UnitHead, Rate | None, str | None]]:
    """Each of many units with everything below it, in the course that most of its people have, and the course's title.

    Three statements at most, however many units: whoever looks after the whole country has six hundred. None, None: nobody has a course.
    """
    agencies = [head.id for head in roots if head.path == f"/{head.id}/"]
    within = [head.id for head in roots if head.path != f"/{head.id}/"]
    rows: list[Any] = []
    if agencies:
        # Every unit names its agency, so no path has to be compared with six hundred others.
        rows += _summed(OrgUnit.agency_id, agencies)
    if within:
        root = aliased(OrgUnit)
        rows += _summed(root.id, within, root)
    most: dict[int, Any] = {}
    for row in rows:
        most.setdefault(row.id, row)
    titles = course_titles(sorted({row.course_key for row in most.values()}))
    found: list[tuple[UnitHead, Rate | None, str | None]] = []
    for head in roots:
        top = most.get(head.id)
        if top is None:
            found.append((head, None, None))
            continue
        rate = Rate(
            head.id,
            head.name,
            head.kind,
            int(top.assigned),
            int(top.started),
            int(top.passed),
            int(top.exempt),
            has_children=True,
        )
        found.append((head, rate, titles.get(top.course_key, top.course_key)))
    return found


def _summed(of: Any, ids: list[int], root: Any = None) -> list[Any]:
    people = func.sum(UnitCount.assigned)
    query = select(
        of.label("id"),
        UnitCount.course_key,
        people.label("assigned"),
        func.sum(UnitCount.started).label("started"),
        func.sum(UnitCount.passed).label("passed"),
        func.sum(UnitCount.exempt).label("exempt"),
    ).join_from(UnitCount, OrgUnit, OrgUnit.id == UnitCount.org_unit_id)
    if root is not None:
        query = query.join(root, (OrgUnit.path >= root.path) & (OrgUnit.path < path_end(root.path)))
    return [
        *db.session.execute(
            query.where(among(of, ids))
            .group_by(of, UnitCount.course_key)
            .having(people > 0)
            .order_by(of, people.desc(), UnitCount.course_key)
        )
    ]
