"""A wrong key found late: say what is right, see what it would change, have a second person confirm, let it run."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from courses import analysis_texts, analysis_views, texts
from courses.analysis_pages import asked, course_or_404
from courses.desk import keys_open, reach
from courses.key_forms import KeyForm
from courses.studio_queries import within
from learning.kernel import access, clock, jobs
from learning.kernel.access import Role
from learning.kernel.errors import DomainError, Invalid, NotFound, text_of
from learning.kernel.fields import add_error
from learning.kernel.jobs import JobState
from learning.kernel.transaction import write
from learning.people import queries as people
from quizzes import correcting, corrections
from quizzes.corrections import CorrectionRow
from quizzes.items import QuestionSet
from quizzes.kinds import kind_of
from quizzes.question_sets import question_set_by_id
from quizzes.regrading import key_text, problem

bp = Blueprint("keys", __name__, url_prefix="/studio")


@bp.route("/kursus/<key>/soal/<slug>/<name>/kunci", methods=["GET", "POST"])
@access.role(Role.TRAINER, Role.ADMIN)
def propose(key: str, slug: str, name: str) -> Any:
    """Choose the corrected key; first see what it would change, then hand it to a second person."""
    edition, _rows = analysis_views.chosen_edition(course_or_404(key), asked("terbitan"))
    item = question_set_by_id(edition.question_set_id).by_key.get(f"{slug}/{name}")
    if item is None:
        raise NotFound("quiz.no_question")
    form = KeyForm()
    form.offer(item)
    preview = None
    if form.validate_on_submit() and (correction := form.correction(item)) is not None:
        wrong = problem(item, correction)
        field = form.benar if "benar" in form else form.diterima if "diterima" in form else form.cara
        if wrong is not None:
            add_error(field, text_of(Invalid(wrong)))
        elif request.form.get("langkah") == "ajukan":
            try:
                public_id = write(
                    correcting.propose,
                    question_set_id=edition.question_set_id,
                    correction=correction,
                    reason=form.alasan.data or "",
                    proposed_by=access.principal().person_id,
                    now=clock.now(),
                )
            except DomainError as refused:
                add_error(field, text_of(refused))
            else:
                flash(_("Usul terkirim. Orang kedua menemukannya di halaman analisis soal."), "ok")
                return redirect(url_for(".case", public_id=public_id))
        else:
            preview = corrections.preview(edition.question_set_id, correction)
    page = render_template(
        "studio/key_fix.html",
        key=key,
        edition=edition,
        item=item,
        slug=slug,
        name=name,
        form=form,
        preview=preview,
        most=corrections.PREVIEW_MOST,
        words=texts,
    )
    return page, 422 if form.errors else 200


@bp.get("/koreksi/<uuid:public_id>")
@access.role(Role.TRAINER, Role.ADMIN)
def case(public_id: uuid.UUID) -> str:
    """One correction: what, why, by whom, what it would do or has done, and the decision."""
    row, questions = _case(public_id)
    item = questions.by_key[row.correction.item_key]
    mine = row.proposed_by == access.principal().person_id
    job = jobs.view(row.job_id) if row.job_id is not None else None
    edition = next(
        one for one in analysis_views.editions(questions.course_key) if one.edition == questions.edition
    )
    return render_template(
        "studio/key_case.html",
        row=row,
        item=item,
        slug=item.pool,
        name=item.key.removeprefix(f"{item.pool}/"),
        edition=edition,
        key=questions.course_key,
        old_key=kind_of(item).key_summary(item),
        new_key=key_text(item, row.correction),
        proposer=_name(row.proposed_by),
        decider=_name(row.decided_by),
        mine=mine,
        preview=corrections.preview(row.question_set_id, row.correction) if row.outcome is None else None,
        most=corrections.PREVIEW_MOST,
        job=job,
        running=job is not None and job.state in (JobState.QUEUED, JobState.RUNNING),
        failed=job is not None and job.state is JobState.FAILED,
        words=texts,
        said=analysis_texts,
    )


@bp.post("/koreksi/<uuid:public_id>/setujui")
@access.role(Role.TRAINER, Role.ADMIN)
def confirm(public_id: uuid.UUID) -> Response:
    """The second person agrees; the regrade begins."""
    return _decided(
        public_id, correcting.confirm, _("Disetujui. Penilaian ulang berjalan di belakang layar."), "ok"
    )


@bp.post("/koreksi/<uuid:public_id>/tolak")
@access.role(Role.TRAINER, Role.ADMIN)
def decline(public_id: uuid.UUID) -> Response:
    """Withdraw one's own proposal or decline somebody else's."""
    return _decided(
        public_id, correcting.decline, _("Usul ini ditutup. Tidak ada nilai yang berubah."), "info"
    )


def _decided(public_id: uuid.UUID, decide: Callable[..., object], said: str, tone: str) -> Response:
    """Back to the correction with what was decided, or with the reason why it could not be."""
    _case(public_id)
    try:
        write(decide, public_id=public_id, decided_by=access.principal().person_id, now=clock.now())
    except DomainError as refused:
        said, tone = text_of(refused), "warn"
    flash(said, tone)
    return redirect(url_for(".case", public_id=public_id))


@bp.get("/koreksi/<uuid:public_id>/kemajuan")
@access.role(Role.TRAINER, Role.ADMIN)
def progress(public_id: uuid.UUID) -> Response:
    """What the progress bar asks every two seconds."""
    row, _questions = _case(public_id)
    job = jobs.view(row.job_id) if row.job_id is not None else None
    done, total = (job.progress_done, job.progress_total) if job else (0, 0)
    finished = job is None or job.state in (JobState.DONE, JobState.FAILED)
    text = _("Menilai ulang")
    if total:
        text = _("%(done)s dari %(total)s percobaan diperiksa", done=done, total=total)
    return jsonify(
        done=done,
        total=total,
        text=_("Selesai") if finished else text,
        finished=finished,
        href=url_for(".case", public_id=public_id),
    )


def _case(public_id: uuid.UUID) -> tuple[CorrectionRow, QuestionSet]:
    """A correction of a course within reach."""
    held = reach()
    row = corrections.find(public_id)
    if row is None:
        raise NotFound("quiz.correction_unknown")
    questions = question_set_by_id(row.question_set_id)
    if not within(held, questions.course_key):
        raise NotFound("quiz.correction_unknown")
    keys_open(questions.course_key)
    return row, questions


def _name(person_id: int | None) -> str | None:
    person = people.person_row(person_id) if person_id is not None else None
    return person.display_name if person else None
