"""Assignments: a course for a unit and everything below it, due so many days before a stage."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from learning.kernel import access, clock, panels
from learning.kernel.access import Principal, Role
from learning.kernel.errors import Conflict, Invalid, NotFound, text_of
from learning.kernel.transaction import write
from learning.kernel.web import format_date
from learning.people import queries as people
from learning.people.forms import options, refuse
from learning.people.routes.blueprint import BAD_INPUT
from learning.records import administration, calendar, duedates, regions, texts
from learning.records.audience import Audience
from learning.records.duedates import StageKind
from learning.records.forms import FIXED, AssignmentForm
from learning.records.routes.blueprint import bp

USUAL_DAYS = "14"


@bp.get("/admin/penugasan")
@access.role(Role.ADMIN, Role.HR)
def assignments() -> Any:
    """Assignments within reach; `?semua=1` with the ended ones."""
    everything = request.args.get("semua") == "1"
    rows = calendar.assignments(access.principal(), open_only=not everything)
    return render_template("records/assignments.html", rows=rows, everything=everything, words=texts)


@bp.route("/admin/penugasan/baru", methods=["GET", "POST"])
@access.role(Role.ADMIN, Role.HR)
def new_assignment() -> Any:
    """Assign a course; how many people it reaches is shown before it is done."""
    who, now = access.principal(), clock.now()
    titles = dict(pair for group in panels.collect("assignment.courses") for pair in group)
    form = AssignmentForm()
    form.kursus.choices = options(titles.items())
    form.unit.choices = options(people.unit_options(who, *administration.ASSIGNING), _("Pilih unit kerja"))
    stages = [
        (
            value,
            _(
                "%(event)s: %(stage)s, %(day)s",
                event=name,
                stage=texts.STAGE[stage],
                day=format_date(day),
            ),
        )
        for value, name, stage, day in calendar.dated_stages(clock.local_date(now, who.timezone))
    ]
    form.tahapan.choices = options([*stages, (FIXED, _("Tanggal tetap"))], _("Pilih tahapan"))
    if request.method == "GET":
        form.hari.data = USUAL_DAYS
    elif form.validate():
        if form.pasti.data != "1":
            return _confirm(form, titles[form.kursus.data])
        try:
            return _assign(who, form, titles[form.kursus.data])
        except (Conflict, Invalid, NotFound) as error:
            refuse(form, error, records__unit_unknown="unit", records__stage_unknown="tahapan")
    form.pasti.data = ""
    status = BAD_INPUT if request.method == "POST" else 200
    return render_template("records/assignment_new.html", form=form, stages=stages), status


@bp.route("/admin/penugasan/<int:assignment_id>/akhiri", methods=["GET", "POST"])
@access.role(Role.ADMIN, Role.HR)
def end_assignment(assignment_id: int) -> Any:
    """End an assignment, after saying what that means."""
    who, now = access.principal(), clock.now()
    row = calendar.assignment(who, assignment_id)
    if row is None:
        raise NotFound("records.assignment_unknown")
    if request.method == "GET" and row.ended_at is None:
        return render_template("records/assignment_end.html", row=row, words=texts)
    if request.method == "POST":
        try:
            closed = write(administration.take_back, principal=who, assignment_id=assignment_id, now=now)
        except Conflict as error:
            flash(text_of(error), "warn")
        else:
            flash(
                ngettext(
                    "Penugasan diakhiri. %(num)s orang yang belum mulai tidak lagi wajib.",
                    "Penugasan diakhiri. %(num)s orang yang belum mulai tidak lagi wajib.",
                    closed,
                ),
                "ok",
            )
    return redirect(url_for("records.assignments"))


def _stage_of(form: AssignmentForm) -> tuple[int, StageKind]:
    """The election and stage that were chosen; not for a fixed date."""
    event_id, _colon, stage = form.tahapan.data.partition(":")
    return int(event_id), StageKind(stage)


def _confirm(form: AssignmentForm, title: str) -> str:
    unit = people.unit_row(int(form.unit.data))
    if unit is None:
        raise NotFound("records.unit_unknown")
    election = stage = None
    day, regions_held = form.tanggal.data, None
    if not form.fixed:
        event_id, kind = _stage_of(form)
        election = calendar.election(event_id)
        stage = election.stage(kind) if election else None
        if election is None or stage is None:
            raise NotFound("records.stage_unknown")
        day, regions_held = stage.starts_on, election.regions if form.covered_only else None
    assert day is not None
    audience = Audience(unit.path, regions_held)
    return render_template(
        "records/assignment_confirm.html",
        form=form,
        title=title,
        unit=unit,
        election=election,
        stage=stage,
        reach=calendar.reach(audience, form.kursus.data),
        place=regions.name_of,
        due=duedates.due_at(day, form.days, unit.timezone),
        words=texts,
    )


def _assign(who: Principal, form: AssignmentForm, title: str) -> Any:
    date: dict[str, Any] = {"due_on": form.tanggal.data}
    if not form.fixed:
        event_id, stage = _stage_of(form)
        date = {"event_id": event_id, "stage": stage, "days_before": form.days}
    done = write(
        administration.give,
        principal=who,
        org_unit_id=int(form.unit.data),
        course_key=form.kursus.data,
        course_title=title,
        **date,
        covered_only=form.covered_only,
        legal_basis=(form.dasar.data or "").strip(),
        now=clock.now(),
    )
    flash(
        ngettext(
            "Kursus ditugaskan. %(num)s orang terdaftar sekarang.",
            "Kursus ditugaskan. %(num)s orang terdaftar sekarang.",
            done.enrolled,
        ),
        "ok",
    )
    return redirect(url_for("records.assignments"))
