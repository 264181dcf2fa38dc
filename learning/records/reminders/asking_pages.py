"""Reminding the people behind a number: what it would do, the asking itself, and what became of it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from learning.kernel import access, clock, jobs
from learning.kernel.errors import Conflict, DomainError, Invalid, NotFound, TooMany, text_of
from learning.kernel.jobs import JobState, JobView
from learning.kernel.transaction import write
from learning.records import rates, texts
from learning.records.rates import SCOPE_ROLES, State, UnitHead
from learning.records.reminders import asking, letters, schedule, selection
from learning.records.reminders.jobs import holidays
from learning.records.reminders.routes import bp
from learning.records.reminders.selection import AskingRow, Chosen

LONGEST_SEARCH = 120


@bp.get("/unit/<int:unit_id>/ingatkan")
@access.role(*SCOPE_ROLES)
def ask(unit_id: int) -> Any:
    """How many people of the selection would get a letter, who is left out and why. Writes nothing."""
    unit = _unit(unit_id)
    return _preview(unit, _chosen(unit))


@bp.post("/unit/<int:unit_id>/ingatkan")
@access.role(*SCOPE_ROLES)
def remind(unit_id: int) -> Any:
    """Ask for the letters; asking again for the same people on the same day leads to the first asking."""
    unit = _unit(unit_id)
    chosen = _chosen(unit)
    try:
        asking_id = write(
            asking.ask,
            person_id=access.principal().person_id,
            unit_id=unit_id,
            chosen=chosen,
            now=clock.now(),
            holidays=holidays(),
        )
    except (Conflict, Invalid, TooMany) as error:
        return _preview(unit, chosen, error), error.status
    return redirect(url_for("reminders.asked", unit_id=unit_id, asking_id=asking_id))


@bp.get("/unit/<int:unit_id>/ingatkan/<int:asking_id>")
@access.role(*SCOPE_ROLES)
def asked(unit_id: int, asking_id: int) -> Any:
    """What became of the letters so far."""
    unit, row = _found(unit_id, asking_id)
    job = jobs.view(row.job_id) if row.job_id is not None else None
    return render_template(
        "records/reminder_asked.html",
        unit=unit,
        row=row,
        job=job,
        busy=_busy(row, job),
        title=dict(rates.courses_in(unit.path)).get(row.course_key, row.course_key),
        gap=schedule.GAP,
        words=texts,
    )


@bp.get("/unit/<int:unit_id>/ingatkan/<int:asking_id>/kemajuan")
@access.role(*SCOPE_ROLES)
def asked_progress(unit_id: int, asking_id: int) -> Response:
    """What the progress bar asks every two seconds."""
    _unit_head, row = _found(unit_id, asking_id)
    job = jobs.view(row.job_id) if row.job_id is not None else None
    done, total = (job.progress_done, job.progress_total) if job else (0, 0)
    return jsonify(
        done=done,
        total=total,
        text=_("%(done)s dari %(total)s orang", done=done, total=total) if total else _("Menyiapkan surat"),
        finished=not _busy(row, job),
        href=url_for("reminders.asked", unit_id=unit_id, asking_id=asking_id),
    )


def _busy(row: AskingRow, job: JobView | None) -> bool:
    return row.finished_at is None and job is not None and job.state is not JobState.FAILED


def _preview(unit: UnitHead, chosen: Chosen, error: DomainError | None = None) -> str:
    office = selection.office_of(access.principal(), unit)
    if office is None:
        raise NotFound
    now = clock.now()
    return render_template(
        "records/reminder_ask.html",
        unit=unit,
        chosen=chosen,
        title=dict(rates.courses_in(unit.path))[chosen.course_key],
        seen=selection.preview(unit, chosen, now, holidays()),
        sentence=letters.asked_by(selection.named(*office)),
        earlier=selection.latest(unit),
        most=asking.MOST,
        gap=schedule.GAP,
        error=text_of(error) if error else None,
        words=texts,
    )


def _unit(unit_id: int) -> UnitHead:
    head = rates.unit_head(access.principal(), unit_id)
    if head is None:
        raise NotFound
    return head


def _found(unit_id: int, asking_id: int) -> tuple[UnitHead, AskingRow]:
    unit = _unit(unit_id)
    row = selection.asking(access.principal(), unit_id, asking_id)
    if row is None:
        raise NotFound
    return unit, row


def _chosen(unit: UnitHead) -> Chosen:
    """The selection that was sent. What cannot be read is refused: guessing would write to other people than were meant."""
    courses = rates.courses_in(unit.path)
    if request.method == "POST":
        course, state = request.form.get("kursus"), request.form.get("keadaan")
        own_only, search = request.form.get("sendiri") == "1", request.form.get("q", "")
    else:
        course = request.args.get("kursus", courses[0][0] if courses else "")
        state = request.args.get("keadaan", State.UNMET.value)
        own_only, search = request.args.get("sendiri") == "1", request.args.get("q", "")
    search = search.replace("\x00", "").strip()
    if (
        course is None
        or state not in {one.value for one in selection.ASKABLE}
        or len(search) > LONGEST_SEARCH
    ):
        raise Invalid("records.selection_unknown")
    if course not in dict(courses):
        raise NotFound
    return Chosen(course, State(state), own_only, search)
