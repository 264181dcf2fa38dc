"""The item analysis as the studio's pages show it: which edition, which questions, in which order. Frozen rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from courses.models import Course, CourseVersion
from learning.kernel.db import db
from learning.kernel.errors import NotFound
from quizzes import analysis_queries
from quizzes.analysis import ItemStats, Reliability
from quizzes.item_hints import Hint, HintCode, worst_first
from quizzes.items import Item, Objective
from quizzes.kinds.plain import plain

STEM = 140


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition to choose."""

    version_id: int
    question_set_id: int
    edition: str
    number: int
    title: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A question with its figures. `slug` and `name` are its address; `stem` its first words."""

    item: Item
    slug: str
    name: str
    stem: str
    objective: Objective
    stats: ItemStats
    hints: tuple[Hint, ...]


@dataclass(frozen=True)
class SetView:
    """All questions of an edition, worst first. `capped`: only the newest `most` papers were read."""

    edition: EditionRow
    editions: tuple[EditionRow, ...]
    rows: tuple[ItemRow, ...]
    sittings: int
    reliability: Reliability | None
    first_only: bool
    capped: bool
    most: int
    passing_score: int

    @property
    def modules(self) -> list[tuple[str, str]]:
        """(slug, title) of the modules with questions, in the order of the course."""
        found = {row.objective.module_slug: row.objective for row in self.rows}
        return [
            (o.module_slug, o.module_title) for o in sorted(found.values(), key=lambda o: o.module_number)
        ]

    @property
    def objectives(self) -> list[tuple[str, str]]:
        """(key, text) of the objectives with questions, in the order of the course."""
        found = {row.objective.key: row.objective for row in self.rows}
        ordered = sorted(found.values(), key=lambda o: (o.module_number, o.key))
        return [(o.key, o.text) for o in ordered]

    @property
    def found(self) -> list[HintCode]:
        """The hints that occur, gravest first."""
        codes = {hint.code for row in self.rows for hint in row.hints}
        return [code for code in HintCode if code in codes]

    def row(self, key: str) -> ItemRow:
        """One question; NotFound when the edition has none of this key."""
        row = next((row for row in self.rows if row.item.key == key), None)
        if row is None:
            raise NotFound("quiz.no_question")
        return row

    def filtered(self, module: str, objective: str, hint: str) -> list[ItemRow]:
        """The rows that fit; an empty word asks for nothing."""
        return [
            row
            for row in self.rows
            if module in ("", row.slug)
            and objective in ("", row.objective.key)
            and (not hint or any(one.code == hint for one in row.hints))
        ]


def editions(course_key: str) -> tuple[EditionRow, ...]:
    """All editions of a course, newest first."""
    rows = db.session.execute(
        select(
            CourseVersion.id,
            CourseVersion.question_set_id,
            CourseVersion.edition,
            CourseVersion.number,
            CourseVersion.title,
            CourseVersion.published_at,
        )
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.key == course_key)
        .order_by(CourseVersion.number.desc())
    )
    return tuple(EditionRow(*row) for row in rows)


def chosen_edition(course_key: str, number: str) -> tuple[EditionRow, tuple[EditionRow, ...]]:
    """The edition of this number (as typed in an address), the newest without one; NotFound for any other."""
    rows = editions(course_key)
    found = next((row for row in rows if number in ("", str(row.number))), None)
    if found is None:
        raise NotFound("courses.unknown")
    return found, rows


def set_view(course_key: str, number: str, *, first_only: bool = True) -> SetView:
    """The questions of an edition with their figures, worst first; NotFound when there is no such edition."""
    edition, rows = chosen_edition(course_key, number)
    found = analysis_queries.set_analysis(edition.question_set_id, first_only=first_only)
    objectives = found.questions.objectives_by_key
    items = [
        ItemRow(
            item=item,
            slug=item.pool,
            name=item.key.removeprefix(f"{item.pool}/"),
            stem=shortened(plain(item.stem)),
            objective=objectives[item.objective],
            stats=found.stats.items[item.key],
            hints=found.hints[item.key],
        )
        for item in found.questions.items
    ]
    items.sort(key=lambda row: (*worst_first(row.stats, row.hints), row.item.key))
    return SetView(
        edition,
        rows,
        tuple(items),
        found.stats.sittings,
        found.stats.reliability,
        first_only,
        found.capped,
        analysis_queries.MOST,
        found.questions.settings.passing_score,
    )


def shortened(text: str, limit: int = STEM) -> str:
    """The first words of a text."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def option_labels(item: Item) -> Sequence[tuple[str, str]]:
    """(key, "A. words") of the options."""
    return [(option.key, f"{option.key.upper()}. {plain(option.text)}") for option in item.options]
