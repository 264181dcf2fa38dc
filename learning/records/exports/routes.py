"""The persons behind a number as a file: at once when they are few, otherwise ordered, followed and fetched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _

from learning.kernel import access, clock, jobs
from learning.kernel.access import Role
from learning.kernel.errors import NotFound
from learning.kernel.jobs import JobState
from learning.kernel.transaction import write
from learning.kernel.web import language
from learning.people.deputies import carried_over
from learning.records import rates, texts
from learning.records.exports import queries, services
from learning.records.exports.models import ExportForm
from learning.records.exports.queries import ExportRow, Selection
from learning.records.rates import UnitHead
from learning.records.routes.units import asked_course, asked_people, head_of

bp = Blueprint("exports", __name__)
SEEING = (Role.SUPERVISOR, Role.HR, Role.ADMIN)
KINDS = {
    ExportForm.CSV: "text/csv",
    ExportForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/unit/<int:unit_id>/orang/unduh")
@access.role(*SEEING)
def people_sheet(unit_id: int) -> Any:
    """The persons of a list as a file; a list that is too long for that goes back to its page, where it can be ordered.

    That it was taken out is noted in the audit log.
    """
    who, head, now = access.principal(), head_of(unit_id), clock.now()
    course, asked = asked_course(head), asked_people()
    _rows, total = rates.persons(head, course[0], now, **asked)
    if total > services.AT_ONCE:
        kept: dict[str, Any] = {
            "kursus": course[0],
            "keadaan": asked["state"].value,
            "sendiri": 1 if asked["own_only"] else None,
            "q": asked["search"] or None,
        }
        return redirect(url_for("records.unit_people", unit_id=unit_id, **kept))
    form, file = _form(), queries.spooled()
    people = queries.make_file(Selection(head, course[0], **asked), course[1], form, file, now)
    write(
        services.note,
        unit_id=unit_id,
        course_key=course[0],
        state=asked["state"].value,
        people=people,
        actor_id=who.person_id,
        now=now,
        by=carried_over(who, head.path, *SEEING),
    )
    file.seek(0)
    return _sent(_pieces(file), form, f"orang-unit-{unit_id}-{clock.local_date(now):%Y%m%d}")


@bp.post("/unit/<int:unit_id>/orang/siapkan")
@access.role(*SEEING)
def order(unit_id: int) -> Any:
    """Order the same list as a file of any length; a page tells how far it is."""
    who, head, now = access.principal(), head_of(unit_id), clock.now()
    course, asked = asked_course(head), asked_people()
    public_id = write(
        services.order,
        chosen=Selection(head, course[0], **asked),
        form=_form(),
        language=language(),
        requested_by=who.person_id,
        now=now,
        by=carried_over(who, head.path, *SEEING),
    )
    return redirect(url_for("exports.export", public_id=public_id))


@bp.get("/unit/ekspor/<public_id>")
@access.role(*SEEING)
def export(public_id: str) -> str:
    """How far it is, and the file once it is there."""
    found, unit = _found(public_id)
    job = jobs.view(found.job_id)
    return render_template(
        "records/exports/export.html",
        export=found,
        unit=unit,
        course=dict(rates.courses_in(unit.path)).get(found.course_key, found.course_key),
        job=job,
        working=found.people is None and job is not None and job.state in {JobState.QUEUED, JobState.RUNNING},
        kept_until=found.as_of + services.KEPT if found.as_of else None,
        words=texts,
    )


@bp.get("/unit/ekspor/<public_id>/kemajuan")
@access.role(*SEEING)
def progress(public_id: str) -> Any:
    """What the progress bar asks every two seconds."""
    found, _unit = _found(public_id)
    job = jobs.view(found.job_id)
    finished = found.people is not None or job is None or job.state in {JobState.DONE, JobState.FAILED}
    done, total = (job.progress_done, job.progress_total) if job else (0, 0)
    text = _("Menyiapkan berkas")
    if total:
        text = _("%(done)s dari %(total)s orang ditulis", done=done, total=total)
    return jsonify(
        done=done,
        total=total,
        text=_("Selesai") if finished else text,
        finished=finished,
        href=url_for("exports.export", public_id=public_id),
    )


@bp.get("/unit/ekspor/<public_id>/berkas")
@access.role(*SEEING)
def export_sheet(public_id: str) -> Response:
    """The file; each time it is fetched is noted in the audit log."""
    found, unit = _found(public_id)
    if found.people is None or not found.there or found.as_of is None:
        raise NotFound
    write(
        services.note,
        unit_id=unit.id,
        course_key=found.course_key,
        state=found.state.value,
        people=found.people,
        actor_id=found.requested_by,
        now=clock.now(),
        by=carried_over(access.principal(), unit.path, *SEEING),
    )
    response = _sent(
        stream_with_context(queries.parts(found.id)),
        found.form,
        f"orang-unit-{unit.id}-{clock.local_date(found.as_of, unit.timezone):%Y%m%d}",
    )
    # Whoever fetches it knows at the end whether everything arrived.
    response.headers["Content-Length"] = str(found.size)
    return response


def _found(public_id: str) -> tuple[ExportRow, UnitHead]:
    found = queries.visible_export(access.principal(), public_id)
    if found is None:
        raise NotFound
    return found


def _form() -> ExportForm:
    return ExportForm.XLSX if request.args.get("bentuk") == ExportForm.XLSX.value else ExportForm.CSV


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(services.PART):
            yield piece


def _sent(pieces: Iterator[bytes], form: ExportForm, name: str) -> Response:
    return Response(
        pieces,
        mimetype=KINDS[form],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{form.value}"',
            "Cache-Control": "private, no-store",
        },
    )
