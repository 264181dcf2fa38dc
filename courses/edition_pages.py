"""Every edition of a course, for ever: what its people read, decided and were asked, with every key."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from courses import studio_queries, texts
from courses.changes import Outline
from courses.desk import keys_open, reach
from courses.editions import Edition, edition_of
from courses.studio_queries import within
from learning.kernel import access
from learning.kernel.access import Role
from learning.kernel.errors import NotFound

bp = Blueprint("editions", __name__, url_prefix="/studio/kursus")
ONE = "/<key>/terbitan/<int(max=999999):number>"


@dataclass(frozen=True)
class Shelf:
    """An edition among the others of its course; `before` and `after` are the numbers of its neighbours."""

    edition: Edition
    outline: Outline
    before: int | None
    after: int | None


@bp.get(ONE)
@access.role(Role.TRAINER, Role.ADMIN)
def show(key: str, number: int) -> str:
    """One edition, current or long replaced: its texts, modules and settings. NotFound outside one's own courses."""
    shelf = _shelf(key, number)
    edition = shelf.edition
    published = [
        row for row in studio_queries.publish_log(frozenset({key}), key, 1_000) if row.number == number
    ]
    return render_template(
        "studio/edition.html",
        shelf=shelf,
        edition=edition,
        outline=shelf.outline,
        published=published,
        words=texts,
    )


@bp.get(ONE + "/<slug>")
@access.role(Role.TRAINER, Role.ADMIN)
def module(key: str, number: int, slug: str) -> str:
    """A module of an edition with every key and consequence. Forbidden to whoever is taking the quiz of the course."""
    shelf = _shelf(key, number)
    found = shelf.edition.module(slug)
    if found is None:
        raise NotFound("courses.module_unknown")
    return render_template(
        "studio/module.html",
        module=found,
        modules=shelf.outline.modules,
        items=[item for item in shelf.outline.items if item.pool == slug],
        back=(
            _("%(title)s, terbitan %(number)s", title=shelf.edition.title, number=number),
            url_for(".show", key=key, number=number),
        ),
        eyebrow=_("Terbitan %(number)s", number=number),
        address=lambda other: url_for(".module", key=key, number=number, slug=other),
        media=None,
        words=texts,
    )


def _shelf(key: str, number: int) -> Shelf:
    numbers = studio_queries.edition_numbers(key) if within(reach(), key) else {}
    edition = edition_of(key, numbers[number]) if number in numbers else None
    if edition is None:
        raise NotFound("courses.unknown")
    keys_open(key)
    return Shelf(
        edition,
        studio_queries.outline_of(edition),
        max((other for other in numbers if other < number), default=None),
        min((other for other in numbers if other > number), default=None),
    )
