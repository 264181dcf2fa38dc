"""Assignments: a course for an audience, due so many days before a stage or on a fixed day."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from learning.kernel import access, clock, panels
from learning.kernel.access import Principal, Role
from learning.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, text_of
from learning.kernel.transaction import write
from learning.kernel.web import format_date
from learning.people import queries as people
from learning.people.forms import options, refuse
from learning.people.routes.blueprint import BAD_INPUT
from learning.records import (
    administration,
    assignment_queries,
    audience_texts,
    calendar,
    giving,
    texts,
)
from learning.records.assignment_forms import COUNTRY, FIXED, AssignmentForm
from learning.records.assignment_queries import AssignmentRow
from learning.records.duedates import StageKind
from learning.records.giving import Chosen
from learning.records.routes.blueprint import bp
from learning.records.services import Terms

USUAL_DAYS = "14"


@bp.get("/admin/penugasan")
@access.role(Role.ADMIN, Role.HR)
def assignments() -> Any:
    """Assignments within reach; `?semua=1` with the ended ones."""
    everything = request.args.get("semua") == "1"
    rows = assignment_queries.assignments(access.principal(), open_only=not everything)
    return render_template(
        "records/assignments.html",
        rows=rows,
        everything=everything,
        words=texts,
        about=audience_texts,
        lists=_lists(rows),
    )


@bp.route("/admin/penugasan/baru", methods=["GET", "POST"])
@access.role(Role.ADMIN, Role.HR)
def new_assignment() -> Any:
    """Assign a course; whom it reaches and whom not is shown before it is done, and done as it was shown."""
    who, now = access.principal(), clock.now()
    titles = dict(pair for group in panels.collect("assignment.courses") for pair in group)
    form = AssignmentForm()
    form.kursus.choices = options(titles.items())
    form.penyegar.choices = options(titles.items(), _("Tidak ada, semua mengikuti kursus ini"))
    units = people.unit_options(who, *administration.ASSIGNING)
    if administration.rules_everywhere(who):
        units = [(COUNTRY, _("Seluruh Indonesia")), *units]
    form.unit.choices = options(units, _("Pilih unit kerja"))
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
        try:
            chosen = _chosen(who, form, titles)
            return _assign(who, form, chosen) if form.dilihat.data else _confirm(who, form, chosen)
        except (Conflict, Forbidden, Invalid, NotFound) as error:
            _refuse(form, error)
    form.dilihat.data = ""
    status = BAD_INPUT if request.method == "POST" else 200
    return render_template("records/assignment_new.html", form=form, stages=stages), status


@bp.route("/admin/penugasan/<int:assignment_id>/akhiri", methods=["GET", "POST"])
@access.role(Role.ADMIN, Role.HR)
def end_assignment(assignment_id: int) -> Any:
    """End an assignment, after saying what that means."""
    who, now = access.principal(), clock.now()
    row = assignment_queries.assignment(who, assignment_id)
    if row is None:
        raise NotFound("records.assignment_unknown")
    if request.method == "GET" and row.ended_at is None:
        return render_template(
            "records/assignment_end.html", row=row, words=texts, about=audience_texts, lists=_lists([row])
        )
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


def _lists(rows: Collection[AssignmentRow]) -> dict[int, tuple[str, int]]:
    return assignment_queries.list_names({one for row in rows for one in row.criteria.lists})


def _refuse(form: AssignmentForm, error: DomainError) -> None:
    refuse(
        form,
        error,
        records__unit_unknown="unit",
        records__stage_unknown="tahapan",
        records__unit_both="kecuali",
    )


def _chosen(who: Principal, form: AssignmentForm, titles: dict[str, str]) -> Chosen:
    """What the form says, with codes of units looked up within reach."""
    event_id = stage = None
    if not form.fixed:
        number, _colon, kind = form.tahapan.data.partition(":")
        event_id, stage = int(number), StageKind(kind)
    first = () if form.everywhere else (int(form.unit.data),)
    return Chosen(
        course_key=form.kursus.data,
        course_title=titles[form.kursus.data],
        unit_ids=tuple(sorted({*first, *_by_code(who, form.more_units)})),
        without_ids=tuple(sorted(set(_by_code(who, form.fewer_units)))),
        criteria=form.criteria,
        numbers=form.numbers,
        list_name=(form.daftar.data or "").strip(),
        event_id=event_id,
        stage=stage,
        days_before=form.days,
        due_on=form.tanggal.data if form.fixed else None,
        covered_only=form.covered_only,
        terms=Terms(
            window_days=form.window_days,
            grace_days=int(form.kelonggaran.data or 0),
            valid_months=form.valid_months,
            refresher_key=form.penyegar.data or None,
            refresher_title=titles.get(form.penyegar.data or ""),
        ),
        legal_basis=(form.dasar.data or "").strip(),
    )


def _by_code(who: Principal, codes: list[str]) -> list[int]:
    if not codes:
        return []
    found = assignment_queries.unit_ids_by_code(who, codes)
    ids = []
    for code in codes:
        units = found.get(code.casefold(), [])
        if not units:
            raise Invalid("records.unit_code", found=code[:40])
        if len(units) > 1:
            raise Invalid("records.unit_code_twice", found=code[:40])
        ids += units
    return ids


def _confirm(who: Principal, form: AssignmentForm, chosen: Chosen, *, changed: bool = False) -> str:
    look = giving.look(who, chosen, clock.now())
    election = calendar.election(chosen.event_id) if chosen.event_id is not None else None
    return render_template(
        "records/assignment_confirm.html",
        form=form,
        chosen=chosen,
        units=assignment_queries.unit_names(chosen.unit_ids),
        without=assignment_queries.unit_names(chosen.without_ids),
        election=election,
        stage=election.stage(chosen.stage) if election and chosen.stage else None,
        look=look,
        changed=changed,
        about=audience_texts,
        words=texts,
    )


def _assign(who: Principal, form: AssignmentForm, chosen: Chosen) -> Any:
    try:
        done = write(
            giving.give_as_seen, principal=who, chosen=chosen, seen=form.dilihat.data, now=clock.now()
        )
    except Conflict as error:
        if error.code != "records.preview_changed":
            raise
        # Nothing is to be mended: it is a new look, and may be confirmed as it is.
        return _confirm(who, form, chosen, changed=True)
    flash(
        ngettext(
            "Kursus ditugaskan. %(num)s orang terdaftar sekarang.",
            "Kursus ditugaskan. %(num)s orang terdaftar sekarang.",
            done.enrolled,
        ),
        "ok",
    )
    return redirect(url_for("records.assignments"))
