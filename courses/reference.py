"""What anyone may look up: regulations with what rests on them, and the catalogue of acts; for trainers what is open.

The public pages name modules and dilemmas, and of the questions only how many there are: a question of the quiz is
shown to the trainers who may see it in the studio.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _

from courses import finding, impact, studio_queries, texts
from courses.format import acts, registry
from courses.queries import catalogue as published
from courses.studio_queries import Reach, within
from learning.kernel import access, clock, panels
from learning.kernel.access import Role
from learning.kernel.errors import Forbidden

bp = Blueprint("reference", __name__)


@bp.get("/regulasi")
@access.public
def regulations() -> str:
    """All regulations that courses may cite, with what is in force."""
    known, _problems = registry.shipped()
    return render_template(
        "reference/regulations.html",
        regulations=known.regulations.values(),
        words=texts,
        tabs=_tabs("regulations"),
    )


@bp.get("/regulasi/<key>")
@access.public
def regulation(key: str) -> str:
    """One regulation with its citable articles in own words, and what rests on it."""
    known, _problems = registry.shipped()
    found = known.regulations.get(key)
    if found is None:
        abort(404)
    catalogue, _more = acts.shipped()
    reach = _reach()
    trainer = reach is None or bool(reach)
    return render_template(
        "reference/regulation.html",
        regulation=found,
        known=known.regulations,
        resting=impact.of_law(key, stems=trainer),
        acts=[act for act in catalogue.entries.values() if any(g.key == key for g in act.grounds)],
        may_see=lambda course: within(reach, course),
        live=_live_certificates(key) if trainer else None,
        words=texts,
    )


@bp.get("/katalog")
@access.public
def catalogue() -> str:
    """The catalogue of acts, filtered: what is forbidden, as what, and what is allowed beside it."""
    known, _problems = acts.shipped()
    asked = finding.asked(request.args)
    found = finding.matching(known.entries.values(), asked, search_words=texts.act_words)
    laws, _more = registry.shipped()
    cited = dict.fromkeys(ground.key for act in known.entries.values() for ground in act.grounds)
    return render_template(
        "reference/catalogue.html",
        asked=asked,
        forbidden=[act for act in found if act.forbidden],
        permitted=[act for act in found if not act.forbidden],
        total=len(known.entries),
        uses=impact.of_acts(),
        laws=[(key, laws.regulations[key].short) for key in cited if key in laws.regulations],
        words=texts,
        tabs=_tabs("catalogue"),
    )


@bp.get("/studio/perlu-dicek")
@access.role(Role.TRAINER, Role.ADMIN)
def open_points() -> str:
    """What a lawyer must confirm before the first official run, by regulation."""
    if _reach() == frozenset():  # an admin of one agency: admits to the role, not to any course
        raise Forbidden
    known, _problems = registry.shipped()
    catalogue, _more = acts.shipped()
    return render_template(
        "reference/open_points.html",
        regulations=[r for r in known.regulations.values() if finding.is_open(r)],
        settled=[r for r in known.regulations.values() if not finding.is_open(r)],
        unverified=finding.unverified,
        uncertain=[act for act in catalogue.entries.values() if finding.is_uncertain(act)],
        courses=published(),
        words=texts,
    )


def _tabs(current: str) -> list[dict[str, Any]]:
    return [
        {"text": _("Katalog pelanggaran"), "href": url_for(".catalogue"), "current": current == "catalogue"},
        {"text": _("Peraturan"), "href": url_for(".regulations"), "current": current == "regulations"},
    ]


def _reach() -> Reach:
    """The courses whose questions the reader may see: None for all, empty for everybody who is not a trainer."""
    who = access.optional_principal()
    return frozenset() if who is None else studio_queries.reach_of(who)


def _live_certificates(key: str) -> int:
    """How many certificates valid today rest on an edition, of whatever age, that cites the regulation."""
    counted = panels.collect("impact.certificates", editions=impact.editions_citing(key), now=clock.now())
    return sum(sum(by_edition.values()) for by_edition in counted)
