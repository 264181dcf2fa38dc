"""Dilemmas as maps: the scenes and options of a module, with dead ends, loops and missing citations marked."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from courses import branching, branching_layout, studio_queries, texts
from courses.branching import Mark, Place, Story
from courses.branching_layout import Drawing
from courses.desk import draft_or_404, keys_open, reach
from courses.format import single
from courses.studio_queries import within
from learning.kernel import access
from learning.kernel.access import Role
from learning.kernel.errors import NotFound

bp = Blueprint("branching", __name__, url_prefix="/studio")
MOST_OPTIONS = 1_000
"""So many options are drawn on one page; no module that can be published has nearly as many."""


@dataclass(frozen=True, slots=True)
class Row:
    """An option in words: "1a", what it says, its weight, where it leads, what is wrong with it, its line."""

    number: str
    text: str
    weight: str
    leads_to: str
    flaws: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Map:
    """One telling of a dilemma as a page shows it; `drawing` is None when it is too large to draw."""

    key: str
    variant: str
    title: str
    drawing: Drawing | None
    rows: tuple[Row, ...]
    flaws: tuple[tuple[str, int], ...]
    sentence: str


@bp.get("/naskah/<uuid:public_id>/peta/<path>")
@access.role(Role.TRAINER, Role.ADMIN)
def draft(public_id: uuid.UUID, path: str) -> str:
    """The dilemmas of a module of a draft as they are written now, mistakes and all."""
    found = draft_or_404(public_id)
    file = found.file(path)
    if file is None or not file.is_module:
        raise NotFound("courses.file_unknown")
    dilemmas, sources = single.dilemmas_in(path, file.content, names=found.names, media=found.media)
    told = (
        (key, variant.variant, branching.from_draft(variant, sources))
        for key, variants in dilemmas.items()
        for variant in variants
    )
    edit = url_for("editor.edit", public_id=public_id, path=path)
    return _page(
        told,
        heading=_("Peta cabang: %(file)s", file=path),
        eyebrow=_("Naskah: %(title)s", title=found.title),
        trail=[(found.title, url_for("desk.show", public_id=public_id)), (path, edit)],
        edit=edit if found.writable else None,
    )


@bp.get("/kursus/<key>/<slug>/peta")
@access.role(Role.TRAINER, Role.ADMIN)
def published(key: str, slug: str) -> str:
    """The dilemmas of a module of the edition that is out. Forbidden to whoever is taking its quiz: it may ask them again."""
    found = studio_queries.current_outline(key) if within(reach(), key) else None
    module = found[0].module(slug) if found else None
    if found is None or module is None:
        raise NotFound("courses.module_unknown")
    keys_open(key)
    edition = found[0]
    told = (
        (dilemma.key, variant.variant, branching.from_compiled(variant))
        for dilemma in module.dilemmas
        for variant in dilemma.variants
    )
    return _page(
        told,
        heading=_("Peta cabang: %(title)s", title=module.title),
        eyebrow=_("Terbitan %(number)s", number=edition.number),
        trail=[
            (edition.title, url_for("studio.course", key=key)),
            (module.title, url_for("studio.course_module", key=key, slug=slug)),
        ],
        edit=None,
    )


def _page(
    told: Iterable[tuple[str, str, Story]],
    *,
    heading: str,
    eyebrow: str,
    trail: list[tuple[str, str]],
    edit: str | None,
) -> str:
    maps: list[Map] = []
    left = MOST_OPTIONS
    for key, variant, story in told:
        left -= sum(len(scene.options) for scene in story.scenes)
        maps.append(_map(key, variant, story, room=left >= 0))
    return render_template(
        "studio/branching.html", maps=maps, heading=heading, eyebrow=eyebrow, trail=trail, edit=edit
    )


def _map(key: str, variant: str, story: Story, *, room: bool) -> Map:
    if not room or not story.drawable:
        return Map(key, variant, story.title, None, (), (), "")
    words, places = texts.branching_words(), branching.ways(story)
    names = {place.number - 1: branching_layout.name_of(place, words) for place in places}
    rows: list[Row] = []
    flaws: list[tuple[str, int]] = []
    for place in places:
        flaws.extend(
            (f"{names[place.number - 1]}. {words.marks[mark]}", place.scene.line)
            for mark in sorted(place.marks)
        )
        for letter, way in zip("abcdefghijklmnop", place.ways, strict=False):
            number = f"{place.number}{letter}"
            told = tuple(str(words.marks[mark]) for mark in sorted(way.marks))
            flaws.extend((f"{number}. {text}", way.option.line) for text in told)
            if way.target is not None:
                leads_to = names[way.target]
            else:
                dead = Mark.DEAD_END in way.marks
                leads_to = words.missing(way.option.goto or "") if dead else words.end
            rows.append(Row(number, way.option.text, way.option.weight, leads_to, told, way.option.line))
    drawing = branching_layout.draw(places, words, story.title)
    return Map(key, variant, story.title, drawing, tuple(rows), tuple(flaws), _sentence(places))


def _sentence(places: Iterable[Place]) -> str:
    """What the drawing shows, for whoever does not see it; the table after it says the rest."""
    found = list(places)
    ways = [way for place in found for way in place.ways]
    ends = sum(way.option.goto is None for way in ways)
    return _(
        "%(scenes)s dan %(options)s; %(ends)s.",
        scenes=ngettext("%(num)s adegan", "%(num)s adegan", len(found)),
        options=ngettext("%(num)s opsi", "%(num)s opsi", len(ways)),
        ends=ngettext("%(num)s opsi mengakhiri cerita", "%(num)s opsi mengakhiri cerita", ends),
    )
