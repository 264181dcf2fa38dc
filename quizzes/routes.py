"""The quiz's pages. Every answer is saved by itself; the same address serves script and plain forms."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for

from learning.kernel import access, clock, panels
from learning.kernel.errors import Conflict, DomainError, Gone
from learning.kernel.transaction import write
from learning.kernel.web import format_time, wants_json
from quizzes import limits, own, queries, services, texts
from quizzes.items import ItemKind
from quizzes.kinds.base import FIELD
from quizzes.models import AttemptState
from quizzes.queries import OpenPaper

bp = Blueprint("quizzes", __name__)


@bp.get("/kuis/<course_key>")
@access.signed_in
def start_page(course_key: str) -> Any:
    """What awaits one, how many attempts are left, or why not yet."""
    who, now = access.principal(), clock.now()
    view = queries.start_view(who.person_id, course_key, now)
    going = view.open_attempt
    if going and limits.is_late(going.deadline_at, now):
        return redirect(url_for("quizzes.result", public_id=going.public_id))
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
        return redirect(url_for("quizzes.start_page", course_key=course_key))
    return redirect(url_for("quizzes.question", public_id=started.public_id))


@bp.get("/kuis/percobaan/<uuid:public_id>")
@access.signed_in
def question(public_id: uuid.UUID) -> Any:
    """One question (`?soal=n`, from 1; without it the first unanswered one) with the standing answer filled in."""
    now = clock.now()
    paper = queries.open_paper(public_id, access.principal().person_id)
    if paper.state is not AttemptState.OPEN or limits.is_late(paper.deadline_at, now):
        return redirect(url_for("quizzes.result", public_id=public_id))
    wanted = request.args.get("soal")
    if wanted is None:
        return _question_page(paper, (paper.unanswered or [1])[0], now)
    return _question_page(paper, _whole(wanted), now)


def _question_page(
    paper: OpenPaper,
    number: int,
    now: datetime,
    error: str | None = None,
    conflict: dict[str, Any] | None = None,
    typed: str | None = None,
) -> str:
    item = paper.item(number)
    standing = paper.standing.get(number)
    return render_template(
        "quizzes/question.html",
        paper=paper,
        item=item if typed is None or item.kind is not ItemKind.SHORT else replace(item, text=typed),
        revision=(standing.revision if standing else 0) + 1,
        saved_text=format_time(standing.saved_at) if standing and not error else None,
        error=error,
        conflict=conflict,
        **_bar(paper, now, number),
    )


def _bar(paper: OpenPaper, now: datetime, current: int = 0) -> dict[str, Any]:
    seconds = max(0, int((paper.deadline_at - now).total_seconds()))
    full = {number for number, row in paper.standing.items() if row.complete}
    address = url_for("quizzes.question", public_id=paper.public_id)
    return {
        "answered": paper.answered,
        "total": paper.total,
        "deadline": paper.deadline_at.isoformat(timespec="milliseconds"),
        "server_now": now.isoformat(timespec="milliseconds"),
        "time_left": f"{seconds // 60}.{seconds % 60:02d}",
        "numbers": [
            {
                "number": n,
                "href": f"{address}?soal={n}",
                "full": n in full,
                "flag": n in paper.flags,
                "current": n == current,
            }
            for n in range(1, paper.total + 1)
        ],
    }


@bp.post("/kuis/percobaan/<uuid:public_id>/jawaban")
@access.signed_in
def save(public_id: uuid.UUID) -> Any:
    """Save one answer. With script the acknowledgement as JSON; without, on to the question asked for."""
    now = clock.now()
    answer = _answer(public_id, now)
    try:
        saved = write(services.save_response, **answer)
    except DomainError as error:
        return _not_saved(error, answer)
    if wants_json():
        return jsonify(
            saved=True,
            revision=saved.revision,
            saved_at=saved.saved_at.isoformat(timespec="milliseconds"),
            saved_text=format_time(saved.saved_at),
            complete=saved.complete,
            answered=saved.answered,
            total=saved.total,
            left=max(0.0, round((saved.deadline_at - now).total_seconds(), 3)),
        )
    onward = request.form.get("ke", "")
    if onward == "kumpulkan":
        return redirect(url_for("quizzes.overview", public_id=public_id))
    number = _whole(onward) or saved.number
    return redirect(url_for("quizzes.question", public_id=public_id, soal=number))


@bp.post("/kuis/percobaan/<uuid:public_id>/tanda")
@access.signed_in
def flag(public_id: uuid.UUID) -> Any:
    """Mark a question to come back to (`tanda` 1 or 0). Without script the answer comes along and is saved first."""
    now = clock.now()
    answer = _answer(public_id, now)
    flagged = request.form.get("tanda") == "1"
    if wants_json():
        flags = write(
            services.set_flag,
            public_id=public_id,
            person_id=answer["person_id"],
            number=answer["number"],
            flagged=flagged,
            now=now,
        )
        return jsonify(flags=list(flags))
    try:
        write(services.save_and_flag, flagged=flagged, **answer)
    except DomainError as error:
        return _not_saved(error, answer)
    return redirect(url_for("quizzes.question", public_id=public_id, soal=answer["number"]))


def _answer(public_id: uuid.UUID, now: datetime) -> dict[str, Any]:
    return {
        "public_id": public_id,
        "person_id": access.principal().person_id,
        "number": _whole(request.form.get("number")),
        "revision": _whole(request.form.get("revision")),
        "form": {name: request.form.getlist(name) for name in request.form if name.startswith(FIELD)},
        "now": now,
    }


def _not_saved(error: DomainError, answer: dict[str, Any]) -> Any:
    if error.status == 404:
        raise error
    sentence = texts.refusal(error)
    if wants_json():
        body: dict[str, Any] = {"code": error.code, "text": sentence}
        if isinstance(error, Conflict):
            saved_at = error.params["saved_at"]
            body |= {name: error.params[name] for name in ("revision", "current", "current_text")}
            body["saved_text"] = format_time(saved_at) if isinstance(saved_at, datetime) else ""
        return jsonify(body), error.status
    if isinstance(error, Gone):
        page = render_template("quizzes/late.html", sentence=sentence, public_id=answer["public_id"])
        return page, error.status
    # The page comes back with the answer that stands and says why; the one refused can still be chosen.
    paper = queries.open_paper(answer["public_id"], answer["person_id"])
    conflict = {"fields": answer["form"], **error.params} if isinstance(error, Conflict) else None
    typed = None if conflict else "".join(answer["form"].get(FIELD, ())[:1])
    page = _question_page(paper, answer["number"], answer["now"], sentence, conflict, typed)
    return page, error.status


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
        panels=panels.collect(
            "result.pass", attempt=view.public_id, principal=who, enrolment_id=view.enrolment_id, now=now
        )
        if view.passed
        else [],
    )


def stored_here(*, principal: access.Principal, now: datetime) -> dict[str, Any]:
    """This package's part of "my data" (panel `me.data`)."""
    return own.stored_here(principal.person_id)
