"""The certificates of a unit as one archive, for those who look after its people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, jsonify, redirect, render_template, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from certificates import batches
from certificates.editions import queries as editions
from certificates.editions import services
from certificates.forms import UnitPapersForm
from courses import queries as courses
from learning.kernel import access, clock, jobs
from learning.kernel.access import Role
from learning.kernel.errors import DomainError, NotFound
from learning.kernel.jobs import JobState
from learning.kernel.transaction import write
from learning.people import administration
from learning.people import queries as people
from learning.people.forms import options, refuse
from learning.people.queries import UnitRow

bp = Blueprint("unit_papers", __name__)


@bp.get("/unit/<int:unit_id>/sertifikat")
@access.role(Role.HR, Role.ADMIN)
def ask(unit_id: int) -> str:
    """Which course's certificates."""
    unit = administration.visible_unit(access.principal(), unit_id, Role.HR, Role.ADMIN)
    return _page(unit, UnitPapersForm(formdata=None))


@bp.post("/unit/<int:unit_id>/sertifikat")
@access.role(Role.HR, Role.ADMIN)
def order(unit_id: int) -> Any:
    """Order them; a page tells how far it is."""
    who, now = access.principal(), clock.now()
    unit = administration.visible_unit(who, unit_id, Role.HR, Role.ADMIN)
    form = UnitPapersForm()
    form.kursus.choices = _choices(unit)
    if form.validate():
        try:
            public_id = write(batches.order, principal=who, unit=unit, course_key=form.kursus.data, now=now)
        except DomainError as error:
            refuse(form, error, certificates="kursus")
        else:
            return redirect(url_for("unit_papers.batch", public_id=public_id))
    return _page(unit, form), 422


@bp.get("/sertifikat/kumpulan/<public_id>")
@access.role(Role.HR, Role.ADMIN)
def batch(public_id: str) -> str:
    """How far it is, and the archive once it is ready."""
    found = found_batch(public_id)
    job = jobs.view(found.job_id)
    done = job is None or job.state is JobState.DONE
    edition = editions.of_batch(found.id)
    return render_template(
        "certificates/unit_papers_ready.html",
        batch=found,
        unit=people.unit_row(found.unit_id),
        job=job,
        done=done,
        lost=job is not None and job.state is JobState.FAILED,
        failed=(job.result or {}).get("failed", 0) if job else 0,
        edition=edition,
        binding=jobs.view(edition.job_id) if edition else None,
        most=services.MOST,
    )


@bp.get("/sertifikat/kumpulan/<public_id>/kemajuan")
@access.role(Role.HR, Role.ADMIN)
def progress(public_id: str) -> Any:
    """What the progress bar asks every two seconds."""
    found = found_batch(public_id)
    edition = editions.of_batch(found.id)
    job = jobs.view(edition.job_id if edition else found.job_id)
    finished = job is None or job.state in {JobState.DONE, JobState.FAILED}
    done, total = (job.progress_done, job.progress_total) if job else (0, 0)
    text = _("Menyiapkan berkas")
    if total:
        text = _("%(done)s dari %(total)s berkas siap", done=done, total=total)
    if edition and total and done == total:
        text = _("Menyatukan berkas")
    return jsonify(
        done=done,
        total=total,
        text=_("Selesai") if finished else text,
        finished=finished,
        href=url_for("unit_papers.batch", public_id=public_id),
    )


@bp.get("/sertifikat/kumpulan/<public_id>.zip")
@access.role(Role.HR, Role.ADMIN)
def archive(public_id: str) -> Any:
    """The archive, put together while it goes out; only papers that one may still open at this moment."""
    found = found_batch(public_id)
    rows = batches.ready(access.principal(), found, now=clock.now())
    if not rows:
        raise NotFound("certificates.unknown")
    pieces = batches.archive(rows, current_app.config["NETRA"])
    response = Response(stream_with_context(pieces), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="sertifikat-unit-{found.unit_id}.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def found_batch(public_id: str) -> batches.BatchRow:
    """One's own order. Raises NotFound."""
    found = batches.find(public_id, requested_by=access.principal().person_id)
    if found is None:
        raise NotFound("certificates.unknown")
    return found


def _choices(unit: UnitRow) -> list[Any]:
    titles = {entry.key: entry.title for entry in courses.catalogue()}
    counts = batches.courses_of(access.principal(), unit, now=clock.now())
    return options([(key, f"{titles.get(key, key)} ({count})") for key, count in counts])


def _page(unit: UnitRow, form: UnitPapersForm) -> str:
    form.kursus.choices = _choices(unit)
    return render_template("certificates/unit_papers.html", unit=unit, form=form, most=batches.MOST)
