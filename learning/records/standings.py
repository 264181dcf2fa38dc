"""Many units at once: each with everything below it, for whoever looks after a province or the whole country."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from learning.kernel.db import db
from learning.records import sums
from learning.records.rates import Rate, UnitHead, course_titles, rate_of


def standings(roots: list[UnitHead]) -> list[tuple[UnitHead, Rate | None, str | None]]:
    """Each of many units with everything below it, in the course that most of its people have, and the course's title.

    Two statements, however many units: whoever looks after the whole country has six hundred. None, None: nobody has a course.
    """
    rows = _summed([head.id for head in roots]) if roots else []
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
        rate = rate_of(head.id, head.name, head.kind, top, has_children=True)
        found.append((head, rate, titles.get(top.course_key, top.course_key)))
    return found


def _summed(ids: list[int]) -> list[Any]:
    counts = sums.of_units(sums.several(ids))
    people = func.sum(counts.c.assigned)
    return [
        *db.session.execute(
            select(counts.c.org_unit_id.label("id"), counts.c.course_key, *sums.totals(counts))
            .group_by(counts.c.org_unit_id, counts.c.course_key)
            .having(people > 0)
            .order_by(counts.c.org_unit_id, people.desc(), counts.c.course_key)
        )
    ]
