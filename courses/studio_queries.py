"""Reads of the studio: courses, editions and uploads within a trainer's reach; sums of people, never their answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, Select, func, select, true

from courses import worddiff
from courses.changes import Outline, outline
from courses.draft_history import called
from courses.editions import Edition, current_edition
from courses.events import ChangeKind, Redo
from courses.models import Course, CourseSource, CourseUpload, CourseVersion, ModuleVersion, PublishLog
from courses.people import Affected
from courses.uploads import problems_from_json
from courses.worddiff import FileDiff
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.kernel.errors import NotFound
from learning.people.models import Person
from learning.records.models import Enrolment, EnrolmentStatus
from quizzes.question_sets import question_set_by_id

_CODE = re.compile(r"`([^`]+)`")
Reach = frozenset[str] | None
"""Course keys somebody may work on; None: all."""


def reach_of(principal: Principal) -> Reach:
    """The courses of a trainer; all for a trainer without limit and for an admin of everything."""
    keys: set[str] = set()
    for grant in principal.grants_for(Role.TRAINER, Role.ADMIN):
        if grant.role is Role.TRAINER and grant.course_key is not None:
            keys.add(grant.course_key)
        elif grant.role is Role.TRAINER or grant.unit_path is None:
            return None
    return frozenset(keys)


def within(reach: Reach, key: str) -> bool:
    """Whether a course lies within reach."""
    return reach is None or key in reach


@dataclass(frozen=True, slots=True)
class StudioCourse:
    """A course as the studio lists it."""

    key: str
    title: str
    number: int
    edition: str
    jp: int
    modules: int
    published_at: datetime


@dataclass(frozen=True, slots=True)
class LogRow:
    """One publish: when, which edition, why (in a word and in words), who must redo, by whom (None: the command line).

    With `passed_before`, of those who passed only whoever did so before that instant must redo.
    """

    at: datetime
    course_title: str
    number: int
    edition: str
    change: ChangeKind
    redo: Redo
    by: str | None
    note: str
    passed_before: datetime | None


@dataclass(frozen=True, slots=True)
class UploadRow:
    """An upload in a list. `number` is the edition it became, None while unpublished."""

    public_id: str
    course_key: str
    filename: str
    at: datetime
    by: str
    errors: int
    warnings: int
    number: int | None


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload with all that was found in it, without its bytes."""

    public_id: str
    course_key: str
    filename: str
    at: datetime
    by: str
    problems: list[dict[str, Any]]
    compiled: dict[str, Any] | None
    number: int | None


def courses_in(reach: Reach) -> list[StudioCourse]:
    """Published courses within reach by title."""
    modules = (
        select(func.count())
        .where(ModuleVersion.version_id == CourseVersion.id)
        .correlate(CourseVersion)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Course.key,
            CourseVersion.title,
            CourseVersion.number,
            CourseVersion.edition,
            CourseVersion.jp,
            modules,
            CourseVersion.published_at,
        )
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .where(_reached(Course.key, reach))
        .order_by(CourseVersion.title)
    )
    return [StudioCourse(*row) for row in rows]


def publish_log(reach: Reach, course_key: str | None = None, limit: int = 20) -> list[LogRow]:
    """The latest publishes within reach, newest first."""
    query = (
        select(PublishLog, CourseVersion.title, CourseVersion.number, CourseVersion.edition, Person)
        .join(Course, Course.id == PublishLog.course_id)
        .join(CourseVersion, CourseVersion.id == PublishLog.to_version_id)
        .outerjoin(Person, Person.id == PublishLog.published_by)
        .where(_reached(Course.key, reach))
        .order_by(PublishLog.id.desc())
        .limit(limit)
    )
    if course_key is not None:
        query = query.where(Course.key == course_key)
    return [
        LogRow(
            log.published_at,
            title,
            number,
            edition,
            log.change,
            log.redo,
            _name(person),
            log.note,
            log.passed_before,
        )
        for log, title, number, edition, person in db.session.execute(query)
    ]


def uploads_in(reach: Reach, course_key: str | None = None, limit: int = 20) -> list[UploadRow]:
    """The latest uploads within reach, newest first."""
    query = _uploads().where(_reached(CourseUpload.course_key, reach))
    if course_key is not None:
        query = query.where(CourseUpload.course_key == course_key)
    found = []
    for row in db.session.execute(query.order_by(CourseUpload.id.desc()).limit(limit)):
        severities = [problem["severity"] for problem in row.problems]
        found.append(
            UploadRow(
                row.public_id,
                row.course_key,
                row.filename,
                row.uploaded_at,
                _name(row.Person) or "",
                severities.count("error"),
                severities.count("warning"),
                row.number,
            )
        )
    return found


def upload(public_id: str, reach: Reach) -> Upload | None:
    """One upload; None when there is none or it belongs to a course out of reach."""
    row = db.session.execute(
        _uploads()
        .add_columns(CourseUpload.compiled)
        .where(CourseUpload.public_id == public_id, _reached(CourseUpload.course_key, reach))
    ).first()
    if row is None:
        return None
    return Upload(
        row.public_id,
        row.course_key,
        row.filename,
        row.uploaded_at,
        _name(row.Person) or "",
        row.problems,
        row.compiled,
        row.number,
    )


def upload_content(public_id: str) -> bytes:
    """The zip as it was sent in."""
    return db.session.execute(
        select(CourseUpload.content).where(CourseUpload.public_id == public_id)
    ).scalar_one()


def affected(course_key: str, edition: str) -> Affected:
    """Whom publishing `edition` could touch."""
    rows = db.session.execute(
        select(Enrolment.status, func.count())
        .where(Enrolment.course_key == course_key, Enrolment.ended_at.is_(None), Enrolment.edition != edition)
        .group_by(Enrolment.status)
    )
    counts: dict[EnrolmentStatus, int] = {row[0]: row[1] for row in rows}
    return Affected(counts.get(EnrolmentStatus.IN_PROGRESS, 0), counts.get(EnrolmentStatus.PASSED, 0))


def current_outline(course_key: str) -> tuple[Edition, Outline] | None:
    """The edition that is out, with its outline for comparing; None before the first publish."""
    edition = current_edition(course_key)
    return (edition, outline_of(edition)) if edition else None


def outline_of(edition: Edition) -> Outline:
    """The outline of an edition: its texts, its settings, and all its questions with their keys."""
    return outline(
        edition.title,
        edition.jp,
        edition.validity_months,
        edition.landing_html,
        edition.modules,
        question_set_by_id(edition.question_set_id),
        edition.handout,
        edition.glossary,
    )


def edition_numbers(course_key: str) -> dict[int, str]:
    """The numbers of all editions of a course, in order, with their names."""
    rows = db.session.execute(
        select(CourseVersion.number, CourseVersion.edition)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.key == course_key)
        .order_by(CourseVersion.number)
    )
    return dict(rows.tuples().all())


@dataclass(frozen=True, slots=True)
class EditionChoice:
    """An edition to choose for comparing."""

    edition: str
    number: int
    published_at: datetime


@dataclass(frozen=True)
class Compared:
    """Two editions of a course with what differs in their sources."""

    key: str
    title: str
    choices: tuple[EditionChoice, ...]
    older: EditionChoice
    newer: EditionChoice
    files: list[FileDiff]


def compared(key: str, reach: Reach, older: str, newer: str) -> Compared:
    """Two editions of a course within reach, the last two unless others are named. NotFound without any edition."""
    rows = db.session.execute(
        select(
            CourseVersion.id,
            CourseVersion.edition,
            CourseVersion.number,
            CourseVersion.published_at,
            CourseVersion.title,
        )
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.key == key, _reached(Course.key, reach))
        .order_by(CourseVersion.number.desc())
    ).all()
    if not rows:
        raise NotFound("courses.unknown")
    after = next((row for row in rows if row.edition == newer), rows[0])
    earlier = [row for row in rows if row.number < after.number]
    before = next((row for row in rows if row.edition == older), earlier[0] if earlier else after)
    sources = {
        row.id: dict(
            db.session.execute(
                select(CourseSource.path, CourseSource.content).where(CourseSource.version_id == row.id)
            )
            .tuples()
            .all()
        )
        for row in {before, after}
    }
    return Compared(
        key,
        after.title,
        tuple(EditionChoice(row.edition, row.number, row.published_at) for row in rows),
        EditionChoice(before.edition, before.number, before.published_at),
        EditionChoice(after.edition, after.number, after.published_at),
        worddiff.files(sources[before.id], sources[after.id]),
    )


def grouped(problems: list[dict[str, Any]], language: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """Problems by file in the order found, each as the page shows it: line, code, what, remedy, guess, severity."""
    files: dict[str, list[dict[str, Any]]] = {}
    for problem in problems_from_json(problems):
        what, remedy = problem.texts(language)
        guess = problem.guess(language)
        files.setdefault(problem.file, []).append(
            {
                "tone": "bad" if problem.severity == "error" else "warn",
                "line": problem.line,
                "code": problem.code,
                "what": _coded(what),
                "remedy": _coded(f"{remedy} {guess}".strip()),
            }
        )
    return list(files.items())


def _coded(sentence: str) -> Markup:
    """The sentence for a page: what stands between backticks is set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 - escaped just before


def _uploads() -> Select[Any]:
    return (
        select(
            CourseUpload.public_id,
            CourseUpload.course_key,
            CourseUpload.filename,
            CourseUpload.uploaded_at,
            CourseUpload.problems,
            CourseVersion.number,
            Person,
        )
        .join(Person, Person.id == CourseUpload.uploaded_by)
        .outerjoin(CourseVersion, CourseVersion.id == CourseUpload.published_version_id)
    )


def _reached(column: Any, reach: Reach) -> ColumnElement[bool]:
    return true() if reach is None else column.in_(sorted(reach))


def _name(person: Person | None) -> str | None:
    return None if person is None else called(person)
