"""Adding changes to the sums of the units above, apart from the commit that made them.

A pass writes its unit and one waiting change; it locks nothing above. Here the waiting ones are taken out and added to
every unit above in one commit, so a reader who sums both in one statement finds each change exactly once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, func, literal, select, text, union_all
from sqlalchemy.dialects import postgresql, sqlite

from learning.kernel.db import among, db
from learning.people.events import UnitMoved
from learning.people.models import OrgUnit
from learning.people.tree import ancestors
from learning.records.booking import FIGURES
from learning.records.count_models import UnitBelow, UnitBelowDay, UnitCountPending
from learning.records.models import UnitCountChange

DayKey = tuple[int, str, int, date]
"""(unit, course, assignment, day)."""
Sums = Mapping[DayKey, Mapping[str, int]]

DAYS: Any = UnitBelowDay.__table__
WHOLE: Any = UnitBelow.__table__
AT_ONCE = 5_000
"""Waiting changes in one commit: readers sum what waits, so it should get shorter while a long queue is worked off."""


def fold() -> int:
    """Add waiting changes to the sums of all units above, `AT_ONCE` at most; how many. 0 when nothing waits."""
    hold()
    some = select(UnitCountPending.id).order_by(UnitCountPending.id).limit(AT_ONCE)
    taken = db.session.execute(
        delete(UnitCountPending)
        .where(UnitCountPending.id.in_(some))
        .returning(
            UnitCountPending.org_unit_id,
            UnitCountPending.course_key,
            UnitCountPending.assignment_id,
            UnitCountPending.day,
            *(getattr(UnitCountPending, name) for name in FIGURES),
        )
        .execution_options(synchronize_session=False)
    ).all()
    if not taken:
        return 0
    paths = dict(
        db.session.execute(
            select(OrgUnit.id, OrgUnit.path).where(among(OrgUnit.id, {row.org_unit_id for row in taken}))
        )
        .tuples()
        .all()
    )
    add(spread(taken, paths))
    return len(taken)


def spread(changes: Iterable[Any], paths: Mapping[int, str]) -> dict[DayKey, Counter[str]]:
    """What changes of units mean for each unit above them, by course, assignment and day."""
    sums: dict[DayKey, Counter[str]] = defaultdict(Counter)
    for unit_id, course_key, assignment_id, day, *figures in changes:
        for above in ancestors(paths[unit_id])[:-1]:
            sum_of = sums[(above, course_key, assignment_id, day)]
            for name, figure in zip(FIGURES, figures, strict=True):
                sum_of[name] += figure
    return sums


def unit_moved(event: UnitMoved) -> None:
    """Take the sums of a unit that hangs elsewhere now from the units it was below, and add them to those it is below.

    What waits needs nothing: it goes to the units that are above when it is added.
    """
    hold()
    before, after = set(ancestors(event.old_path)[:-1]), set(ancestors(event.new_path)[:-1])
    change, waits, below = UnitCountChange, UnitCountPending, UnitBelowDay
    parts = [
        select(
            table.course_key,
            table.assignment_id,
            table.day,
            *((literal(sign) * getattr(table, name)).label(name) for name in FIGURES),
        ).where(table.org_unit_id == event.org_unit_id)
        # One statement: what a pass writes at this moment is in the book and waits, or in neither.
        for table, sign in ((change, 1), (waits, -1), (below, 1))
    ]
    whole = union_all(*parts).subquery()
    by = (whole.c.course_key, whole.c.assignment_id, whole.c.day)
    rows = db.session.execute(select(*by, *(func.sum(whole.c[name]) for name in FIGURES)).group_by(*by)).all()
    sums: dict[DayKey, dict[str, int]] = {}
    for sign, units in ((-1, before - after), (1, after - before)):
        for unit_id in units:
            for course_key, assignment_id, day, *figures in rows:
                sums[(unit_id, course_key, assignment_id, day)] = {
                    name: sign * int(figure) for name, figure in zip(FIGURES, figures, strict=True)
                }
    add(sums)


def hold() -> None:
    """Let nobody else change sums until the commit. Readers and passes are not held up."""
    if db.engine.dialect.name == "postgresql":
        # A fold that still saw the old tree would add to units that are not above any more.
        db.session.execute(text("LOCK TABLE unit_below IN SHARE ROW EXCLUSIVE MODE"))


def add(sums: Sums) -> None:
    """Add to sums by day and to those of all days. Inside `hold`."""
    whole: dict[tuple[int, str, int], Counter[str]] = defaultdict(Counter)
    for (unit_id, course_key, assignment_id, _day), figures in sums.items():
        for name in FIGURES:
            whole[(unit_id, course_key, assignment_id)][name] += figures[name]
    upsert(DAYS, {key: figures for key, figures in sums.items() if any(figures.values())})
    upsert(WHOLE, {key: figures for key, figures in whole.items() if any(figures.values())})


def upsert(table: Any, sums: Mapping[Any, Mapping[str, int]]) -> None:
    """Add figures to rows of one table of sums (`DAYS`, `WHOLE`), by its whole key. Inside `hold`."""
    if not sums:
        return
    columns = [column.name for column in table.primary_key.columns]
    rows = [
        {**dict(zip(columns, key, strict=True)), **{name: sums[key][name] for name in FIGURES}}
        for key in sorted(sums)
    ]
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table)
    statement = statement.on_conflict_do_update(
        index_elements=columns,
        set_={name: table.c[name] + statement.excluded[name] for name in FIGURES},
    )
    db.session.connection().execute(statement, rows)
