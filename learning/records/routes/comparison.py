"""Units side by side with an earlier day, units found by name, and the report for the head of an agency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import render_template, request

from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.records import comparing, deadlines, duedates, outlook, peering, rates, texts, trends
from learning.records.rates import UnitHead
from learning.records.routes.blueprint import bp
from learning.records.routes.units import STANDING, asked_course, chart_of, course_of, head_of

SEEING = (Role.SUPERVISOR, Role.HR, Role.ADMIN)
WORST = 10
WEEK = 7


@bp.get("/unit/<int:unit_id>/banding")
@access.role(*SEEING)
def compare(unit_id: int) -> Any:
    """The units below in one table: now, on an earlier day, and against the unit as a whole."""
    head, now = head_of(unit_id), clock.now()
    courses = rates.courses_in(head.path)
    course = course_of(courses)
    if course is None:
        return render_template("records/unit_empty.html", unit=head)
    day = _since(head, course[0], now)
    marked = request.args.get("sorot", "")
    return render_template(
        "records/compare.html",
        unit=head,
        course=course,
        courses=courses,
        day=day,
        latest=clock.local_date(now, head.timezone).isoformat(),
        whole=comparing.whole(head, course[0], day),
        rows=comparing.side_by_side(head, course[0], day),
        peers=peering.among_its_level(head, course[0]),
        marked=int(marked) if marked.isascii() and marked.isdigit() and len(marked) < 10 else None,
        asked_at=now,
        standing=outlook.standing,
        looks=STANDING,
    )


@bp.get("/unit/<int:unit_id>/cari")
@access.role(*SEEING)
def find_units(unit_id: int) -> Any:
    """Units below that a name or code finds, whatever the depth."""
    head = head_of(unit_id)
    course = asked_course(head)
    words = request.args.get("q", "")[:120].replace("\x00", "").strip()
    found, more = comparing.search(access.principal(), head, course[0], words) if words else ([], False)
    return render_template(
        "records/units_found.html",
        unit=head,
        course=course,
        words=words,
        found=found,
        more=more,
        most=comparing.FOUND_MOST,
        standing=outlook.standing,
        looks=STANDING,
    )


@bp.get("/unit/<int:unit_id>/laporan")
@access.role(*SEEING)
def report(unit_id: int) -> Any:
    """One page on paper for whoever heads the unit: where it stands, what changed, who is furthest behind, from which source."""
    head, now = head_of(unit_id), clock.now()
    course = asked_course(head)
    day = _since(head, course[0], now)
    whole = comparing.whole(head, course[0], day)
    outstanding = deadlines.outstanding(head, course[0], now)
    due_at = outstanding.due_at
    due_on = clock.local_date(due_at, head.timezone) if due_at else None
    points = trends.trend(head, course[0], now)
    return render_template(
        "records/report.html",
        unit=head,
        course=course,
        day=day,
        whole=whole,
        rows=[row for row in comparing.side_by_side(head, course[0], day) if row.now.missing][:WORST],
        overdue=outstanding.overdue,
        due_at=due_at,
        due_on=due_on,
        days_left=duedates.days_left(due_at, now, head.timezone) if due_at else None,
        reason=outstanding.reason,
        pace=outlook.pace([(point.day, point.passed) for point in points], whole.now.assigned, due_on),
        chart=chart_of(points, whole.now, due_on),
        weeks=points[::-WEEK][::-1],
        asked_at=now,
        latest=clock.local_date(now, head.timezone).isoformat(),
        standing=outlook.standing,
        looks=STANDING,
        words=texts,
    )


def _since(head: UnitHead, course_key: str, now: datetime) -> date | None:
    try:
        asked = date.fromisoformat(request.args.get("sejak", "")[:10])
    except ValueError:
        asked = None
    return comparing.last_time(head, course_key, asked, now)
