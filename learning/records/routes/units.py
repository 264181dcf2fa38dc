"""Supervision: how far a unit is, unit by unit, and the persons behind each number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import format_date as babel_date
from flask_babel import gettext as _

from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import NotFound
from learning.people.routes.blueprint import page_number
from learning.records import deadlines, duedates, outlook, rates, standings, texts, trends
from learning.records.deadlines import Choice
from learning.records.exports.services import AT_ONCE
from learning.records.rates import Rate, State, UnitHead
from learning.records.routes.blueprint import bp
from learning.records.sheets import sheet

SEEING = (Role.SUPERVISOR, Role.HR, Role.ADMIN)
STEP_DAYS = 3
STANDING = {
    "none": ("", "circle"),
    "done": ("ok", "circle-check"),
    "on_track": ("ok", "circle-check"),
    "at_risk": ("warn", "clock"),
    "behind": ("bad", "circle-x"),
}


@bp.get("/unit")
@access.role(*SEEING)
def units() -> Any:
    """The units one looks after; straight to it when there is one."""
    roots = rates.scope_roots(access.principal())
    if len(roots) == 1:
        return redirect(url_for("records.unit", unit_id=roots[0].id))
    return render_template(
        "records/units.html", rows=standings.standings(roots), standing=outlook.standing, looks=STANDING
    )


@bp.get("/unit/<int:unit_id>")
@access.role(*SEEING)
def unit(unit_id: int) -> Any:
    """One unit: what is left to do, the way there, and the units below, the one furthest behind first."""
    head, now = head_of(unit_id), clock.now()
    courses = rates.courses_in(head.path)
    course = course_of(courses)
    if course is None:
        return render_template("records/unit_empty.html", unit=head)
    day = past_day(head, now)
    duties, chosen = asked_duty(head, course[0])
    if day is not None:
        return _unit_then(head, course, courses, day, duties, chosen)
    total = rates.total(head, course[0], assignment_id=chosen)
    outstanding = deadlines.outstanding(head, course[0], now, chosen, known=duties)
    due_at, reason = outstanding.due_at, outstanding.reason
    points = trends.trend(head, course[0], now, assignment_id=chosen)
    due_on = clock.local_date(due_at, head.timezone) if due_at else None
    return render_template(
        "records/unit.html",
        unit=head,
        course=course,
        courses=courses,
        duties=duties,
        chosen=chosen,
        total=total,
        own=rates.own(head, course[0], assignment_id=chosen),
        children=rates.child_rates(head, course[0], assignment_id=chosen),
        overdue=outstanding.overdue,
        due_at=due_at,
        due_on=due_on,
        days_left=duedates.days_left(due_at, now, head.timezone) if due_at else None,
        latest=clock.local_date(now, head.timezone).isoformat(),
        reason=reason,
        # What an assignment took over on the first day of its book was not passed on that day.
        pace=None
        if chosen is not None and len(points) <= outlook.WEEK
        else outlook.pace([(point.day, point.passed) for point in points], total.expected, due_on),
        chart=chart_of(points, total, due_on),
        asked_at=now,
        standing=outlook.standing,
        looks=STANDING,
        words=texts,
    )


def _unit_then(
    head: UnitHead,
    course: tuple[str, str],
    courses: list[tuple[str, str]],
    day: date,
    duties: list[Choice],
    chosen: int | None,
) -> Any:
    """The unit as it stood at the end of a day. Names are those of today, so none are offered behind these numbers."""
    return render_template(
        "records/unit_then.html",
        unit=head,
        course=course,
        courses=courses,
        day=day,
        first=trends.first_day(head, course[0]),
        duties=duties,
        chosen=chosen,
        total=rates.total(head, course[0], day, chosen),
        overdue=deadlines.overdue_then(head, course[0], day, chosen),
        today=rates.total(head, course[0], assignment_id=chosen),
        own=rates.own(head, course[0], day, chosen),
        children=rates.child_rates(head, course[0], day, chosen),
        standing=outlook.standing,
        looks=STANDING,
    )


@bp.get("/unit/<int:unit_id>/unduh")
@access.role(*SEEING)
def unit_sheet(unit_id: int) -> Response:
    """The units below as a spreadsheet file, now or at the end of a past day."""
    head = head_of(unit_id)
    course = asked_course(head)
    day = past_day(head, clock.now())
    _duties, chosen = asked_duty(head, course[0])
    rows = [*rates.child_rates(head, course[0], day, chosen)]
    own = rates.own(head, course[0], day, chosen)
    if own is not None:
        rows.append(own)
    headings = (
        _("Unit kerja"),
        _("Wajib"),
        _("Sudah mulai"),
        _("Lulus"),
        _("Belum lulus"),
        _("Persen lulus"),
        # Last, so that whoever reads the file by columns finds the others where they were.
        _("Dikecualikan"),
    )
    lines = [
        (
            r.name,
            r.expected,
            r.started,
            r.passed,
            r.missing,
            "" if r.rate is None else round(r.rate, 1),
            r.exempt,
        )
        for r in rows
    ]
    name = f"unit-{unit_id}" if chosen is None else f"unit-{unit_id}-penugasan-{chosen}"
    return _file(sheet(headings, lines), f"{name}-keadaan-{day:%Y%m%d}" if day else name)


@bp.get("/unit/<int:unit_id>/orang")
@access.role(*SEEING)
def unit_people(unit_id: int) -> Any:
    """The persons behind the numbers of a unit, those who need help first."""
    head, now = head_of(unit_id), clock.now()
    courses = rates.courses_in(head.path)
    course = course_of(courses)
    if course is None:
        return render_template("records/unit_empty.html", unit=head)
    asked = asked_people()
    page = page_number()
    duties, chosen = asked_duty(head, course[0])
    rows, total = rates.persons(head, course[0], now, page=page, assignment_id=chosen, **asked)
    if not rows and page > 1:
        raise NotFound
    return render_template(
        "records/people.html",
        unit=head,
        course=course,
        courses=courses,
        duties=duties,
        chosen=chosen,
        rows=rows,
        total=total,
        page=page,
        first=(page - 1) * rates.PAGE + 1,
        more=page * rates.PAGE < total,
        at_once=total <= AT_ONCE,
        asked=asked,
        words=texts,
    )


def head_of(unit_id: int) -> UnitHead:
    """The unit of an address. Raises NotFound for one outside the reader's scope."""
    head = rates.unit_head(access.principal(), unit_id)
    if head is None:
        raise NotFound
    return head


def course_of(courses: list[tuple[str, str]]) -> tuple[str, str] | None:
    """The course asked for, else the one most people have; NotFound for one that nobody here has."""
    asked = request.args.get("kursus", "")
    if not asked:
        return courses[0] if courses else None
    for course in courses:
        if course[0] == asked:
            return course
    raise NotFound


def asked_course(head: UnitHead) -> tuple[str, str]:
    """As `course_of`, for pages that make no sense without a course (NotFound)."""
    course = course_of(rates.courses_in(head.path))
    if course is None:
        raise NotFound
    return course


def asked_duty(head: UnitHead, course_key: str) -> tuple[list[Choice], int | None]:
    """The assignments behind the figures of a unit, and the one asked for (None: all of them together).

    One that nobody here has counts as not asked for: whoever chooses another course still sends that of the former.
    """
    duties = deadlines.choices(head, course_key)
    asked = request.args.get("tugas", "")
    return duties, next((duty.id for duty in duties if str(duty.id) == asked), None)


def past_day(head: UnitHead, now: datetime) -> date | None:
    """The past day asked for, on the unit's calendar; None for today, for a day to come and for what is no day."""
    try:
        day = date.fromisoformat(request.args.get("tanggal", "")[:10])
    except ValueError:
        return None
    return day if day < clock.local_date(now, head.timezone) else None


def asked_people() -> dict[str, Any]:
    """The filters of the list of names, as `rates.behind` takes them; whatever cannot be read is no filter."""
    state = request.args.get("keadaan", "")
    return {
        "state": State(state) if state in {known.value for known in State} else State.ALL,
        "own_only": request.args.get("sendiri") == "1",
        "search": request.args.get("q", "")[:120].replace("\x00", "").strip(),
    }


def chart_of(points: list[trends.TrendPoint], total: Rate, due: date | None) -> dict[str, Any] | None:
    """The trend as the chart component takes it; None when nobody is assigned."""
    if not total.expected:
        return None
    first, today = points[0].day, points[-1].day
    last, due_at = outlook.axis(first, today, due)
    span = max(1, (last - first).days)
    shown = points[::-STEP_DAYS][::-1]
    return {
        "points": [
            {
                "at": (point.day - first).days / span,
                "label": babel_date(point.day, "d MMM"),
                "value": round(100 * min(point.passed, total.expected) / total.expected, 1),
            }
            for point in shown
        ],
        "due": {"at": due_at, "text": _("Tenggat")} if due_at is not None else None,
    }


def _file(text: str, name: str) -> Response:
    today = clock.local_date(clock.now())
    return Response(
        text,
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{today:%Y%m%d}.csv"',
            "Cache-Control": "no-store",
        },
    )
