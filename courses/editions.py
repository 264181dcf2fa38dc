"""Published editions, loaded once per process.

An edition never changes, so a copy in memory cannot be stale: a learner's page reads its module from here and asks the
database only for what is the learner's own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from courses.format.compiled import (
    ActUse,
    CitationUse,
    CompiledModule,
    Handout,
    Term,
    lighter,
    module_from_json,
)
from courses.models import Course, CourseVersion, ModuleVersion
from learning.kernel.db import db

KEPT = 24


@dataclass(frozen=True)
class Edition:
    """A published version ready for its pages."""

    version_id: int
    course_id: int
    course_key: str
    number: int
    edition: str
    title: str
    code: str
    summary: str
    jp: int
    validity_months: int
    landing_html: str
    published_at: datetime
    question_set_id: int
    modules: tuple[CompiledModule, ...]
    handout: Handout | None
    glossary: tuple[Term, ...]
    citations: tuple[CitationUse, ...]
    acts: tuple[ActUse, ...]

    def module(self, slug: str) -> CompiledModule | None:
        """The module with this slug."""
        return next((module for module in self.modules if module.slug == slug), None)

    @property
    def step_keys(self) -> tuple[str, ...]:
        """All steps in order."""
        return tuple(step for module in self.modules for step in module.step_keys)

    @property
    def minutes(self) -> int:
        """Reading time of all modules."""
        return sum(module.minutes for module in self.modules)


_kept: OrderedDict[tuple[str, str], Edition] = OrderedDict()
_lock = threading.Lock()


def edition_of(course_key: str, edition: str) -> Edition | None:
    """The published edition; None when there is none of this name. Two queries on first use, none after."""
    name = (course_key, edition)
    with _lock:
        if name in _kept:
            _kept.move_to_end(name)
            return _kept[name]
    row = db.session.execute(
        select(CourseVersion)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.key == course_key, CourseVersion.edition == edition)
    ).scalar_one_or_none()
    if row is None:
        return None
    loaded = _load(row, course_key)
    with _lock:
        _kept[name] = loaded
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return loaded


def current_edition(course_key: str) -> Edition | None:
    """What newcomers get now; None when the course does not exist."""
    edition = db.session.execute(
        select(CourseVersion.edition)
        .join(Course, Course.current_version_id == CourseVersion.id)
        .where(Course.key == course_key)
    ).scalar_one_or_none()
    return edition_of(course_key, edition) if edition else None


def current_editions() -> list[Edition]:
    """Every course as newcomers get it, by title. One query, and two more for each edition not in memory."""
    rows = db.session.execute(
        select(Course.key, CourseVersion.edition)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .order_by(CourseVersion.title)
    )
    return [found for key, edition in rows.all() if (found := edition_of(key, edition)) is not None]


def forget() -> None:
    """Drop all copies (tests, where one database follows another in one process)."""
    with _lock:
        _kept.clear()


def _load(row: CourseVersion, course_key: str) -> Edition:
    modules = db.session.execute(
        select(ModuleVersion.compiled)
        .where(ModuleVersion.version_id == row.id)
        .order_by(ModuleVersion.number)
    ).scalars()
    return Edition(
        row.id,
        row.course_id,
        course_key,
        row.number,
        row.edition,
        row.title,
        row.code,
        row.summary,
        row.jp,
        row.validity_months,
        row.landing_html,
        row.published_at,
        row.question_set_id,
        tuple(module_from_json(lighter(data)) for data in modules),
        Handout(**row.handout) if row.handout else None,
        tuple(Term(**term) for term in row.glossary),
        tuple(CitationUse(**use) for use in row.citations),
        tuple(ActUse(**use) for use in row.acts),
    )
