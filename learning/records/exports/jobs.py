"""Background work: making the file of an order, and removing files after some days."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.access import acting
from learning.records import rates
from learning.records.exports import queries, services


@jobs.task(services.MAKE)
def make_export(payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """Make the file of one order, as of the moment at which it is made. Again after a crash: a kept file stays.

    Whoever lost the scope since gets none: nothing is made, and the page of the order is not found any more.
    """
    order = queries.by_public_id(payload["public_id"])
    if order is None or order.people is not None:
        return None
    now = clock.now()
    who = acting(order.requested_by)
    unit = rates.unit_head(who, order.unit_id) if who is not None else None
    titles = dict(rates.courses_in(unit.path)) if unit is not None else {}
    db.session.rollback()
    if unit is None:
        return {"withdrawn": True}
    chosen = queries.Selection(unit, order.course_key, order.state, order.own_only, order.search)
    with queries.spooled() as file, force_locale(order.language):
        title = titles.get(order.course_key, order.course_key)
        people = queries.make_file(chosen, title, order.form, file, now, progress)
        progress(people, people)
        sha256, size = services.measured(file)
        write(
            services.keep,
            export_id=order.id,
            people=people,
            content=file,
            sha256=sha256,
            size=size,
            as_of=now,
            now=clock.now(),
        )
    return {"people": people}


@jobs.task(services.FORGET)
def forget_exports(_payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any]:
    """Remove what has been kept long enough."""
    return {"parts": write(services.forget, now=clock.now())}


jobs.every(services.FORGET, 3_600)
