"""What rests on a law, and what is about an act: reads over the editions that are out.

When a law changes, the first question is what must be read again. Uses were written down when the course was compiled
(`CourseVersion.citations`, `.acts`), so nothing is parsed here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from courses.editions import Edition, current_editions
from courses.models import Course, CourseVersion
from learning.kernel.db import db
from quizzes.question_sets import question_set_by_id

_TAG = re.compile(r"<[^>]+>")
STEM = 160


@dataclass(frozen=True, slots=True)
class Use:
    """A module, dilemma or question of an edition, and the articles (locators) or acts it names.

    `kind` is kursus, modul, dilema or soal; `owner` names it in its module ("kunci/varian", "kunci"). `title` is what
    people read: of a question its first words, or its key where they are not asked for.
    """

    kind: str
    module_number: int
    module_slug: str
    module_title: str
    owner: str
    title: str
    names: tuple[str, ...]

    @property
    def dilemma_key(self) -> str:
        """The key of a dilemma without its variant."""
        return self.owner.partition("/")[0]


@dataclass(frozen=True, slots=True)
class CourseUses:
    """What one course, in the edition that is out, says of a law or an act."""

    course_key: str
    title: str
    edition: str
    number: int
    uses: tuple[Use, ...]

    def of(self, kind: str) -> tuple[Use, ...]:
        """The uses of one kind."""
        return tuple(use for use in self.uses if use.kind == kind)


def of_law(key: str, locator: str | None = None, *, stems: bool = False) -> list[CourseUses]:
    """Courses that are out and cite a regulation (or one article of it), by title."""
    return [
        found
        for edition in current_editions()
        if (
            found := _gathered(
                edition,
                (
                    ((use.kind, use.module_slug, use.owner), use.locator)
                    for use in edition.citations
                    if use.key == key and locator in (None, use.locator)
                ),
                stems,
            )
        ).uses
    ]


def of_acts() -> dict[str, list[CourseUses]]:
    """Entry of the catalogue of acts -> the courses that are out and have a dilemma or question about it."""
    found: dict[str, list[CourseUses]] = {}
    for edition in current_editions():
        places: dict[str, list[tuple[tuple[str, str, str], str]]] = {}
        for use in edition.acts:
            places.setdefault(use.act, []).append(((use.kind, use.module_slug, use.owner), use.act))
        for act, named in places.items():
            found.setdefault(act, []).append(_gathered(edition, named, stems=False))
    return found


def editions_citing(key: str, locator: str | None = None) -> list[tuple[str, str]]:
    """(course key, edition) of every edition ever published that cites a regulation: old certificates rest on old ones."""
    rows = db.session.execute(
        select(Course.key, CourseVersion.edition, CourseVersion.citations)
        .join(Course, Course.id == CourseVersion.course_id)
        .order_by(Course.key, CourseVersion.number)
    )
    return [
        (course, edition)
        for course, edition, uses in rows
        if any(use["key"] == key and locator in (None, use["locator"]) for use in uses)
    ]


def _gathered(edition: Edition, named: Iterable[tuple[tuple[str, str, str], str]], stems: bool) -> CourseUses:
    places: dict[tuple[str, str, str], dict[str, None]] = {}
    for place, name in named:
        places.setdefault(place, {})[name] = None
    uses = tuple(_told(edition, place, tuple(names), stems) for place, names in places.items())
    return CourseUses(edition.course_key, edition.title, edition.edition, edition.number, uses)


def _told(edition: Edition, place: tuple[str, str, str], names: tuple[str, ...], stems: bool) -> Use:
    kind, slug, owner = place
    module = edition.module(slug)
    number, title = (module.number, module.title) if module else (0, edition.title)
    said = title
    if kind == "dilema" and module is not None:
        key, _slash, name = owner.partition("/")
        dilemma = module.dilemma(key)
        variant = dilemma.variant(name) if dilemma else None
        said = variant.title if variant else owner
    elif kind == "soal":
        said = (_stem(edition, f"{slug}/{owner}") if stems else "") or owner
    return Use(kind, number, slug, title, owner, said, names)


def _stem(edition: Edition, key: str) -> str:
    item = question_set_by_id(edition.question_set_id).by_key.get(key)
    words = " ".join(html.unescape(_TAG.sub(" ", item.stem)).split()) if item else ""
    return words if len(words) <= STEM else words[: STEM - 1].rstrip() + "…"
