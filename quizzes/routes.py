"""The quiz's pages. Every answer is saved by itself; the same address serves script and plain forms."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for

from learning.kernel import access, clock, panels
from learning.kernel.errors import Conflict, DomainError, Gone
from learning.kernel.transaction import write
from learning.kernel.web import format_time, wants_json
from quizzes import limits, queries, services, texts
from quizzes.models import AttemptState
from quizzes.queries import OpenPaper

bp = Blueprint("quizzes", __name__)


@bp.get("/kuis/<course_key>")
@access.signed_in
def start_page(course_key: str) -> str:
    """What awaits one, how many attempts are left, or why not yet."""
    who, now = access.principal(), clock.now()
    view = queries.start_view(who.person_id, course_key, now)
    return render_template(
        "quizzes/start.html",
        view=view,
        course_key=course_key,
        rules=[texts.rule(rule) for rule in view.rules],
        refusal=texts.said(view.refusal) if view.refusal else None,
        code=view.refusal.code if view.refusal else None,
    )


@bp.post("/kuis/<course_key>/mulai")
@access.signed_in
def start(course_key: str) -> Any:
    """Start an attempt, or go on with the open one. A refusal leads back to the page that explains it."""
    try:
        started = write(
            services.start_attempt,
            person_id=access.principal().person_id,
            course_key=course_key,
            now=clock.now(),
        )
    except DomainError as error:
        if error.status == 404:
            raise
        flash(texts.refusal(error), "warn")
        return redirect(url_for("quizzes.start_page", course_key=course_key))
    return redirect(url_for("quizzes.question", public_id=started.public_id))


@bp.get("/kuis/percobaan/<uuid:public_id>")
@access.signed_in
def question(public_id: uuid.UUID) -> Any:
    """One question (`?soal=n`, from 1) with the standing answer filled in."""
    now = clock.now()
    paper = queries.open_paper(public_id, access.principal().person_id)
    if paper.state is not AttemptState.OPEN or limits.is_late(paper.deadline_at, now):
        return redirect(url_for("quizzes.result", public_id=public_id))
    wanted = request.args.get("soal", "1")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else 0
    return _question_page(paper, number, now)


def _question_page(paper: OpenPaper, number: int, now: datetime, error: str | None = None) -> str:
    item = paper.item(number)
    standing = paper.standing.get(number)
    return render_template(
        "quizzes/question.html",
        paper=paper,
        item=item,
        revision=(standing.revision if standing else 0) + 1,
        saved_text=format_time(standing.saved_at) if standing else None,
        error=error,
        **_bar(paper, now, number),
    )


def _bar(paper: OpenPaper, now: datetime, current: int = 0) -> dict[str, Any]:
    seconds = max(0, int((paper.deadline_at - now).total_seconds()))
    full = {number for number, row in paper.standing.items() if row.complete}
    return {
        "answered": paper.answered,
        "total": paper.total,
        "deadline": paper.deadline_at.isoformat(timespec="milliseconds"),
        "server_now": now.isoformat(timespec="milliseconds"),
        "time_left": f"{seconds // 60}.{seconds % 60:02d}",
        "numbers": [
            {
                "number": n,
                "href": url_for("quizzes.question", public_id=paper.public_id, soal=n),
                "full": n in full,
                "current": n == current,
            }
            for n in range(1, paper.total + 1)
        ],
    }


@bp.post("/kuis/percobaan/<uuid:public_id>/jawaban")
@access.signed_in
def save(public_id: uuid.UUID) -> Any:
    """Save one answer. With script the acknowledgement as JSON; without, on to the question asked for."""
    person_id, now = access.principal().person_id, clock.now()
    number, revision = _whole(request.form.get("number")), _whole(request.form.get("revision"))
    fields = {name: request.form.getlist(name) for name in request.form if name.startswith("jawaban")}
    try:
        saved = write(
            services.save_response,
            public_id=public_id,
            person_id=person_id,
            number=number,
            revision=revision,
            form=fields,
            now=now,
        )
    except DomainError as error:
        return _not_saved(error, public_id, number, now)
    if wants_json():
        return jsonify(
            saved=True,
            revision=saved.revision,
            saved_at=saved.saved_at.isoformat(timespec="milliseconds"),
            saved_text=format_time(saved.saved_at),
            answered=saved.answered,
            total=saved.total,
        )
    onward = request.form.get("ke", "")
    if onward == "kumpulkan":
        return redirect(url_for("quizzes.overview", public_id=public_id))
    number = _whole(onward) or number
    return redirect(url_for("quizzes.question", public_id=public_id, soal=number))


def _not_saved(error: DomainError, public_id: uuid.UUID, number: int, now: datetime) -> Any:
    if error.status == 404:
        raise error
    sentence = texts.refusal(error)
    if wants_json():
        return jsonify(code=error.code, text=sentence), error.status
    if isinstance(error, Gone):
        flash(sentence, "warn")
        return redirect(url_for("quizzes.result", public_id=public_id))
    # The page comes back with the answer that stands (another device) or the one refused, and says why.
    paper = queries.open_paper(public_id, access.principal().person_id)
    return _question_page(paper, number, now, sentence), 409 if isinstance(error, Conflict) else error.status


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


@bp.get("/kuis/percobaan/<uuid:public_id>/periksa")
@access.signed_in
def overview(public_id: uuid.UUID) -> Any:
    """Which questions are answered, before handing in."""
    now = clock.now()
    paper = queries.open_paper(public_id, access.principal().person_id)
    if paper.state is not AttemptState.OPEN or limits.is_late(paper.deadline_at, now):
        return redirect(url_for("quizzes.result", public_id=public_id))
    return render_template("quizzes/overview.html", paper=paper, **_bar(paper, now))


@bp.post("/kuis/percobaan/<uuid:public_id>/kumpulkan")
@access.signed_in
def submit(public_id: uuid.UUID) -> Any:
    """Hand in, once however often it is tapped."""
    result = write(
        services.submit, public_id=public_id, person_id=access.principal().person_id, now=clock.now()
    )
    address = url_for("quizzes.result", public_id=public_id)
    if wants_json():
        return jsonify(
            passed=result.passed,
            score=str(result.score),
            submitted_at=result.submitted_at.isoformat(timespec="milliseconds"),
            href=address,
        )
    return redirect(address)


@bp.get("/kuis/percobaan/<uuid:public_id>/hasil")
@access.signed_in
def result(public_id: uuid.UUID) -> Any:
    """The result by learning objective; key and explanations once they are released."""
    who, now = access.principal(), clock.now()
    view = queries.result_view(public_id, who.person_id, now)
    if view is None:
        paper = queries.open_paper(public_id, who.person_id)
        if not limits.is_late(paper.deadline_at, now):
            return redirect(url_for("quizzes.question", public_id=public_id))
        write(services.close_own_overdue, public_id=public_id, person_id=who.person_id, now=now)
        view = queries.result_view(public_id, who.person_id, now)
        assert view is not None
    return render_template(
        "quizzes/result.html",
        view=view,
        expired=view.state is AttemptState.EXPIRED,
        again=texts.said(view.next_refusal) if view.next_refusal else None,
        panels=panels.collect("result.pass", principal=who, enrolment_id=view.enrolment_id, now=now)
        if view.passed
        else [],
    )


def stored_here(*, principal: access.Principal, now: datetime) -> dict[str, Any]:
    """This package's part of "my data" (panel `me.data`)."""
    return queries.stored_here(principal.person_id)
