"""A course tried as a learner meets it, from the edition that is out or from a draft, without leaving a record.

Nothing here writes: no enrolment, no step, no decision, no attempt, no line of audit. Where somebody stands in a story
(`jalan`) and which paper was drawn (`benih`) is carried in the address alone, and answers are graded where they arrive.
"""

from __future__ import annotations

import re
import secrets
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from courses import checking, journey, studio_queries, texts
from courses.desk import draft_or_404, keys_open, reach
from courses.draft_queries import Draft
from courses.editions import Edition
from courses.format import acts, compiled
from courses.format.compiled import (
    CompiledCourse,
    CompiledDilemma,
    CompiledModule,
    CompiledVariant,
    Handout,
    Term,
    hash_of,
)
from courses.journey import Walk
from courses.studio_queries import within
from learning.kernel import access
from learning.kernel.access import Role
from learning.kernel.errors import NotFound
from quizzes import corrections, drawing, papers
from quizzes import queries as quizzes
from quizzes.grading import Grade, grade
from quizzes.items import QuestionSet
from quizzes.kinds import Answer, AnswerRefused, kind_of
from quizzes.layout import Paper
from quizzes.question_sets import question_set_by_id
from quizzes.regrading import Correction, regraded

bp = Blueprint("sandbox", __name__, url_prefix="/studio")
OF_EDITION, OF_DRAFT = "/kursus/<key>/coba", "/naskah/<uuid:public_id>/coba"
MODULE = "/modul/<slug>"
DILEMMA = MODULE + "/dilema/<dilemma_key>"
MOST_SCENES = 200
KEPT = 8
"""So many drafts are kept as they were read: reading a whole course takes more than a second, and every page needs it."""
_SEED = re.compile(r"[0-9a-f]{8,32}")
# By draft and by all that was written in it, so a copy cannot be stale.
_kept: OrderedDict[tuple[str, str], CompiledCourse | None] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Trial:
    """A course being tried. `prefix` and `name` make the addresses of its pages; `back` is where it was opened from."""

    title: str
    summary: str
    landing_html: str
    modules: tuple[CompiledModule, ...]
    questions: QuestionSet
    fixes: tuple[Correction, ...]
    handout: Handout | None
    glossary: tuple[Term, ...]
    source: str
    back: str
    prefix: str
    name: Mapping[str, Any]

    def url(self, page: str, **parts: Any) -> str:
        """The address of one of its pages."""
        return url_for(f"sandbox.{self.prefix}{page}", **self.name, **parts)

    def module(self, slug: str) -> CompiledModule:
        """The module of this name; NotFound when there is none."""
        found = next((module for module in self.modules if module.slug == slug), None)
        if found is None:
            raise NotFound("courses.module_unknown")
        return found

    def after(self, module: CompiledModule) -> str:
        """Where reading goes on after a module: the next one, or the quiz."""
        following = next((other for other in self.modules if other.number == module.number + 1), None)
        return self.url("module", slug=following.slug) if following else self.url("quiz")


def tried(view: Callable[..., Any]) -> Callable[..., Any]:
    """Give the view its course: NotFound outside one's reach, Forbidden while taking its quiz.

    A draft with errors cannot be tried: its check is shown instead.
    """

    @wraps(view)
    def opened(key: str | None = None, public_id: uuid.UUID | None = None, **parts: str) -> Any:
        trial = _of_draft(public_id) if public_id is not None else _of_edition(key or "")
        return trial if isinstance(trial, Response) else view(trial, **parts)

    return opened


def _of_edition(key: str) -> Trial:
    found = studio_queries.current_outline(key) if within(reach(), key) else None
    if found is None:
        raise NotFound("courses.unknown")
    keys_open(key)
    edition: Edition = found[0]
    return Trial(
        edition.title,
        edition.summary,
        edition.landing_html,
        edition.modules,
        question_set_by_id(edition.question_set_id),
        tuple(corrections.confirmed(edition.question_set_id)),
        edition.handout,
        edition.glossary,
        _("Terbitan %(number)s", number=edition.number),
        url_for("studio.course", key=key),
        "",
        {"key": key},
    )


def _of_draft(public_id: uuid.UUID) -> Trial | Response:
    draft = draft_or_404(public_id)
    course = _compiled(draft)
    if course is None:
        return redirect(url_for("desk.check", public_id=public_id))
    return Trial(
        course.title,
        course.summary,
        course.landing_html,
        course.modules,
        course.question_set,
        (),
        course.handout,
        course.glossary,
        _("Naskah"),
        url_for("desk.show", public_id=public_id),
        "draft_",
        {"public_id": public_id},
    )


def _compiled(draft: Draft) -> CompiledCourse | None:
    """The draft as a course whose images come from the draft; None while it has errors."""
    written = (*((f.path, f.digest) for f in draft.files), *((i.path, i.sha256) for i in draft.images))
    standing = (draft.public_id, hash_of(written))
    with _lock:
        if standing in _kept:
            _kept.move_to_end(standing)
            return _kept[standing]
    course = checking.whole(draft).course
    if course is not None:
        # Images are kept with the edition; until then they come from the draft.
        kept = f"/kursus/{course.key}/media/"
        drafted = url_for("images.file", public_id=draft.public_id, sha256="-").removesuffix("-")
        course = compiled.from_json(_readdressed(compiled.to_json(course), kept, drafted))
    with _lock:
        _kept[standing] = course
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return course


def _readdressed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, Mapping):
        return {name: _readdressed(inner, old, new) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_readdressed(inner, old, new) for inner in value]
    return value


@bp.get(OF_EDITION)
@bp.get(OF_DRAFT, endpoint="draft_start")
@access.role(Role.TRAINER, Role.ADMIN)
@tried
def start(trial: Trial) -> str:
    """What trying a course is, and the way through it."""
    return render_template("studio/trial.html", trial=trial, settings=trial.questions.settings, say=texts)


@bp.get(OF_EDITION + MODULE)
@bp.get(OF_DRAFT + MODULE, endpoint="draft_module")
@access.role(Role.TRAINER, Role.ADMIN)
@tried
def module(trial: Trial, slug: str) -> str:
    """A module as learners read it, its dilemmas in place."""
    found = trial.module(slug)
    return render_template(
        "studio/trial_module.html",
        trial=trial,
        module=found,
        modules=trial.modules,
        cards={d.key: (d.variants[0], journey.walk(d.variants[0], {})) for d in found.dilemmas},
    )


@bp.get(OF_EDITION + DILEMMA)
@bp.get(OF_DRAFT + DILEMMA, endpoint="draft_dilemma")
@access.role(Role.TRAINER, Role.ADMIN)
@tried
def dilemma(trial: Trial, slug: str, dilemma_key: str) -> Any:
    """A dilemma: the open scene, or what came of the decisions in the address. What cannot be followed is ignored."""
    found = trial.module(slug)
    case = found.dilemma(dilemma_key)
    if case is None:
        raise NotFound("courses.dilemma_unknown")
    variant = case.variant(request.args.get("varian", "")) or case.variants[0]
    way = journey.walk(variant, decisions_in(request.args.get("jalan", "")))
    here = {"slug": slug, "dilemma_key": dilemma_key, "varian": variant.variant}
    chosen = _chosen(way)
    if chosen is not None:
        steps = [*_steps(way), chosen]
        return redirect(trial.url("dilemma", **here, jalan=",".join(steps), _anchor="akibat"))
    return render_template(
        "studio/trial_dilemma.html",
        trial=trial,
        module=found,
        number=found.dilemmas.index(case) + 1,
        variant=variant,
        variants=_tabs(trial, case, variant, here),
        way=way,
        jalan=",".join(_steps(way)),
        acts=acts.shipped()[0].named(variant.acts) if way.finished else (),
        here=trial.url("dilemma", **here),
        back=trial.url("module", slug=slug, _anchor=f"d-{dilemma_key}"),
        onward=_onward(trial, found, case),
    )


def decisions_in(text: str) -> dict[str, str]:
    """The decisions in an address, "scene.option,scene.option"; parts of another shape are left out."""
    decisions: dict[str, str] = {}
    for part in text.split(",", MOST_SCENES)[:MOST_SCENES]:
        scene, dot, option = part.rpartition(".")
        if dot and scene and option:
            decisions.setdefault(scene, option)
    return decisions


def _steps(way: Walk) -> list[str]:
    return [f"{passage.scene.key}.{passage.option.key}" for passage in way.passages]


def _chosen(way: Walk) -> str | None:
    """The decision just sent, if the scene that is open offers it."""
    scene, wanted = way.scene, request.args.get("pilihan")
    if scene is None or request.args.get("adegan") != scene.key:
        return None
    return next((f"{scene.key}.{option.key}" for option in scene.options if option.key == wanted), None)


def _tabs(
    trial: Trial, case: CompiledDilemma, current: CompiledVariant, here: Mapping[str, str]
) -> list[dict[str, Any]]:
    if len(case.variants) == 1:
        return []
    return [
        {
            "text": _("Varian %(name)s", name=variant.variant),
            "href": trial.url("dilemma", **{**here, "varian": variant.variant}),
            "current": variant is current,
        }
        for variant in case.variants
    ]


def _onward(trial: Trial, module: CompiledModule, case: CompiledDilemma) -> str:
    """The next dilemma of the module, or where reading goes on after it."""
    later = module.dilemmas[module.dilemmas.index(case) + 1 :]
    if later:
        return trial.url("dilemma", slug=module.slug, dilemma_key=later[0].key)
    return trial.after(module)


@bp.route(OF_EDITION + "/kuis", methods=["GET", "POST"])
@bp.route(OF_DRAFT + "/kuis", methods=["GET", "POST"], endpoint="draft_quiz")
@access.role(Role.TRAINER, Role.ADMIN)
@tried
def quiz(trial: Trial) -> Any:
    """A paper of the quiz on one page; POST grades it and shows every key. The seed in the address draws it again."""
    seed = request.args.get("benih", "")
    if not _SEED.fullmatch(seed):
        return redirect(trial.url("quiz", benih=secrets.token_hex(8)))
    paper = drawing.draw(trial.questions, seed)
    common = {
        "trial": trial,
        "settings": trial.questions.settings,
        "here": trial.url("quiz", benih=seed),
        "another": trial.url("quiz"),
        "total": len(paper),
    }
    if request.method == "POST":
        result = _graded(trial, paper)
        review = quizzes.review(result, trial.fixes)
        return render_template("studio/trial_result.html", result=result, review=review, **common)
    items = [
        papers.beside_others(papers.paper_item(number, trial.questions.by_key[place.item_key], place, {}))
        for number, place in enumerate(paper.places, 1)
    ]
    return render_template("studio/trial_quiz.html", items=items, **common)


def _graded(trial: Trial, paper: Paper) -> Grade:
    """The paper as the product would grade it, corrected keys included."""
    form = {name: request.form.getlist(name) for name in request.form}
    answers = {number: _answer(trial, paper, number, form) for number in range(1, len(paper) + 1)}
    result = grade(trial.questions, paper, answers)
    marks = [entry.fraction for entry in result.items]
    return regraded(trial.questions, paper, answers, marks, result.passed, trial.fixes).grade


def _answer(trial: Trial, paper: Paper, number: int, form: Mapping[str, Sequence[str]]) -> Answer:
    place = paper.places[number - 1]
    item = trial.questions.by_key[place.item_key]
    try:
        return kind_of(item).parse(item, place, papers.form_beside_others(number, form))
    except AnswerRefused:  # something the page never offered: the same as no answer
        return {}
