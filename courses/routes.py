"""The learner's pages: home, catalogue, course, module, dilemma, summary, glossary, help."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from courses import journey, queries, services, texts
from courses.format import acts
from courses.queries import Study
from learning.kernel import access, clock, panels
from learning.kernel.errors import DomainError, NotFound, text_of
from learning.kernel.transaction import write
from learning.records import audience_texts, duedates
from learning.records import queries as records
from learning.records import texts as record_texts
from learning.records.models import EnrolmentStatus
from learning.records.queries import EnrolmentRow
from quizzes import queries as quizzes
from quizzes import texts as quiz_texts
from quizzes.question_sets import question_set_by_id

bp = Blueprint("courses", __name__)


def next_url(study: Study) -> str:
    """Where "continue" leads: the module, dilemma or quiz that comes next."""
    key, step = study.edition.course_key, study.next
    if step.module is None:
        return url_for("quizzes.start_page", course_key=key)
    if step.dilemma is None:
        return url_for("courses.module", key=key, slug=step.module.slug)
    return url_for("courses.dilemma", key=key, slug=step.module.slug, dilemma_key=step.dilemma.key)


@bp.get("/")
@access.public
def home() -> Any:
    """What is due, by when, why, and one button. Visitors are sent to the login page."""
    who = access.optional_principal()
    if who is None:
        return redirect(url_for("people.sign_in"))
    now = clock.now()
    today = clock.local_date(now, who.timezone)
    enrolments = records.enrolments_of(who.person_id)
    study, unpublished = _main(enrolments)
    quiz = None
    if study is not None and study.begun and study.next.module is None:
        quiz = quizzes.start_view(who.person_id, study.edition.course_key, now)
    due_at = study.enrolment.due_at if study and study.enrolment else None
    return render_template(
        "courses/home.html",
        today=today,
        greeting=_greeting(clock.local(now, who.timezone).hour),
        study=study,
        settings=question_set_by_id(study.edition.question_set_id).settings if study else None,
        quiz=quiz,
        refusal=quiz_texts.said(quiz.refusal) if quiz and quiz.refusal and not quiz.open_attempt else None,
        days_left=duedates.days_left(due_at, now, who.timezone) if due_at else None,
        late_from=_late_from(study, who.timezone),
        because=audience_texts.because,
        next_url=next_url(study) if study else None,
        others=[row for row in enrolments if study is None or row is not study.enrolment],
        unpublished=unpublished,
        stages=records.stages_for_unit(who.unit_id, today) if who.unit_id else [],
        words=record_texts,
        say=texts,
        aside=panels.collect("home.aside", principal=who, now=now),
        notices=panels.collect("home.notice", principal=who, now=now),
    )


def _main(enrolments: list[EnrolmentRow]) -> tuple[Study | None, frozenset[str]]:
    """The study that matters now, and the courses that were assigned before they were published."""
    unpublished: set[str] = set()
    for row in enrolments:
        if row.status is not EnrolmentStatus.PASSED:
            study = queries.study_of(row)
            if study is not None:
                return study, frozenset(unpublished)
            unpublished.add(row.course_key)
    return None, frozenset(unpublished)


def _late_from(study: Study | None, zone: str) -> date | None:
    """The last day before somebody counts as late, where the assignment gives them grace after the due day."""
    row = study.enrolment if study else None
    if row is None or row.due_at is None or row.due_reason is None or not row.due_reason.grace_days:
        return None
    return clock.local_date(row.due_at, zone) + timedelta(days=row.due_reason.grace_days)


def _greeting(hour: int) -> str:
    if hour < 11:
        return str(_("Selamat pagi"))
    if hour < 15:
        return str(_("Selamat siang"))
    return str(_("Selamat sore")) if hour < 19 else str(_("Selamat malam"))


@bp.get("/kursus")
@access.signed_in
def catalogue() -> str:
    """All courses, one's own standing beside each."""
    mine = {row.course_key: row for row in records.enrolments_of(access.principal().person_id)}
    return render_template(
        "courses/catalogue.html", entries=queries.catalogue(), mine=mine, words=record_texts, say=texts
    )


@bp.get("/kursus/<key>")
@access.signed_in
def course(key: str) -> str:
    """A course: what it is, how far one is, and the way through it."""
    study = _study(key)
    return render_template(
        "courses/course.html",
        study=study,
        edition=study.edition,
        quiz=question_set_by_id(study.edition.question_set_id).settings,
        next_url=next_url(study),
        say=texts,
    )


@bp.post("/kursus/<key>/mulai")
@access.signed_in
def begin(key: str) -> Response:
    """Take the course up and go to its first module. Twice is once."""
    edition = write(services.begin, person_id=access.principal().person_id, course_key=key, now=clock.now())
    return redirect(url_for("courses.module", key=key, slug=edition.modules[0].slug))


@bp.get("/kursus/<key>/<slug>")
@access.signed_in
def module(key: str, slug: str) -> Any:
    """A module to read, with its dilemmas in place."""
    study = _study(key)
    found = study.edition.module(slug)
    if found is None:
        raise NotFound("courses.module_unknown")
    if not study.begun:
        return redirect(url_for("courses.course", key=key))
    assert study.enrolment is not None
    decisions = queries.decided(study.enrolment.id)
    person_id, cycle = access.principal().person_id, study.enrolment.cycle
    cards = {}
    for dilemma in found.dilemmas:
        variant = journey.variant_for(dilemma, person_id, cycle)
        way = journey.walk(variant, decisions.get((slug, dilemma.key), {}))
        cards[dilemma.key] = (variant, way)
    modules = study.edition.modules
    return render_template(
        "courses/module.html",
        study=study,
        edition=study.edition,
        module=found,
        cards=cards,
        read=journey.module_step(slug) in study.done,
        open_dilemmas=[d for d in found.dilemmas if journey.dilemma_step(slug, d.key) not in study.done],
        previous=modules[found.number - 2] if found.number > 1 else None,
        following=modules[found.number] if found.number < len(modules) else None,
        next_url=next_url(study),
        say=texts,
    )


@bp.post("/kursus/<key>/<slug>/selesai")
@access.signed_in
def finish_module(key: str, slug: str) -> Response:
    """Note the module as read and go on to what comes next."""
    person_id = access.principal().person_id
    write(services.finish_module, person_id=person_id, course_key=key, slug=slug, now=clock.now())
    return redirect(next_url(_study(key)))


@bp.route("/kursus/<key>/<slug>/dilema/<dilemma_key>", methods=["GET", "POST"])
@access.signed_in
def dilemma(key: str, slug: str, dilemma_key: str) -> Any:
    """A dilemma: the open scene, or what came of the decisions."""
    person_id = access.principal().person_id
    study = _study(key)
    found = study.edition.module(slug)
    case = found.dilemma(dilemma_key) if found else None
    if found is None or case is None:
        raise NotFound("courses.dilemma_unknown")
    if not study.begun:
        return redirect(url_for("courses.course", key=key))
    assert study.enrolment is not None
    here = url_for("courses.dilemma", key=key, slug=slug, dilemma_key=dilemma_key)
    error = None
    if request.method == "POST":
        try:
            write(
                services.decide,
                person_id=person_id,
                course_key=key,
                slug=slug,
                dilemma_key=dilemma_key,
                scene_key=request.form.get("adegan", "")[:80],
                option_key=request.form.get("pilihan", "")[:4],
                now=clock.now(),
            )
        except DomainError as refused:
            error = refused
        else:
            return redirect(here + "#akibat")
    variant = journey.variant_for(case, person_id, study.enrolment.cycle)
    own = services.decisions_of(study.enrolment.id, slug, dilemma_key)
    way = journey.walk(variant, own)
    # In the middle of a story the next scene matters; how others went is told at its end.
    counted = (
        queries.tallies(study.edition.version_id, slug, dilemma_key, variant.variant, own)
        if way.finished
        else {}
    )
    back = url_for("courses.module", key=key, slug=slug, _anchor=f"d-{dilemma_key}")
    unread = journey.module_step(slug) not in study.done
    page = render_template(
        "courses/dilemma.html",
        edition=study.edition,
        module=found,
        number=[d.key for d in found.dilemmas].index(dilemma_key) + 1,
        variant=variant,
        way=way,
        tallies=counted,
        acts=acts.shipped()[0].named(variant.acts) if way.finished else (),
        fewest=queries.FEWEST_SHOWN,
        unread=unread,
        back=back,
        next_url=back if unread else next_url(study),
        error=text_of(error) if error else None,
        here=here,
    )
    return page, error.status if error else 200


@bp.get("/kursus/<key>/media/<sha256>")
@access.signed_in
def media(key: str, sha256: str) -> Response:
    """An image of a course; named by its hash, so it may be kept for ever."""
    found = queries.medium(key, sha256)
    if found is None:
        raise NotFound
    response = make_response(found[1])
    response.headers["Content-Type"] = found[0]
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@bp.get("/ringkasan/<key>")
@access.signed_in
def handout(key: str) -> str:
    """The course on one printed page."""
    edition = _study(key).edition
    if edition.handout is None:
        raise NotFound("courses.no_handout")
    return render_template("courses/handout.html", edition=edition, handout=edition.handout)


@bp.get("/glosarium/<key>")
@access.signed_in
def glossary(key: str) -> str:
    """The words of the course."""
    edition = _study(key).edition
    if not edition.glossary:
        raise NotFound("courses.no_glossary")
    return render_template("courses/glossary.html", edition=edition, terms=edition.glossary)


@bp.get("/bantuan")
@access.public
def help_page() -> str:
    """How Netra works, in plain words."""
    return render_template("courses/help.html")


@bp.get("/privasi")
@access.public
def privacy() -> str:
    """What is kept about people, why, for how long, and what they may ask for."""
    return render_template("courses/privacy.html")


def _study(key: str) -> Study:
    found = queries.study(access.principal().person_id, key)
    if found is None:
        raise NotFound("courses.unknown")
    return found


def stored_here(*, principal: access.Principal, now: Any) -> dict[str, Any]:
    """This package's part of "my data" (panel `me.data`)."""
    return queries.stored_here(principal.person_id)
