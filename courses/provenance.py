"""Where the text of an edition comes from: its source files by hash, its modules, and every time it was put out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from courses.events import ChangeKind
from courses.format.compiled import hash_of
from courses.models import Course, CourseSource, CourseVersion, ModuleVersion, PublishLog
from learning.kernel.db import db
from learning.people.queries import person_rows


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the source as it was published. `sha256` is over its UTF-8 bytes."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ModuleSeal:
    """One module as its readers saw it; `sha256` is over the compiled content in canonical JSON."""

    number: int
    slug: str
    title: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One time at which the edition was made the current one. `publisher`: None for the command line."""

    published_at: datetime
    publisher: str | None
    change: ChangeKind
    note: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """An edition with everything that fixes its text. `content_hash` is over the source and the law it rests on."""

    number: int
    edition: str
    title: str
    content_hash: str
    published_at: datetime
    sources: tuple[SourceFile, ...]
    modules: tuple[ModuleSeal, ...]
    publications: tuple[Publication, ...]


def provenance_of(course_key: str, edition: str) -> Provenance | None:
    """Everything that fixes the text of an edition, read from the database; None when there is no such edition."""
    version = db.session.execute(
        select(CourseVersion)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.key == course_key, CourseVersion.edition == edition)
    ).scalar_one_or_none()
    if version is None:
        return None
    files = db.session.execute(
        select(CourseSource.path, CourseSource.content)
        .where(CourseSource.version_id == version.id)
        .order_by(CourseSource.path)
    ).all()
    modules = db.session.execute(
        select(ModuleVersion.number, ModuleVersion.slug, ModuleVersion.title, ModuleVersion.compiled)
        .where(ModuleVersion.version_id == version.id)
        .order_by(ModuleVersion.number)
    ).all()
    log = db.session.scalars(
        select(PublishLog).where(PublishLog.to_version_id == version.id).order_by(PublishLog.id)
    ).all()
    names = person_rows({row.published_by for row in log if row.published_by is not None})
    return Provenance(
        version.number,
        version.edition,
        version.title,
        version.content_hash,
        version.published_at,
        tuple(_file(path, content) for path, content in files),
        tuple(ModuleSeal(row.number, row.slug, row.title, hash_of(row.compiled)) for row in modules),
        tuple(
            Publication(
                row.published_at,
                names[row.published_by].display_name if row.published_by is not None else None,
                row.change,
                row.note,
            )
            for row in log
        ),
    )


def _file(path: str, content: str) -> SourceFile:
    written = content.encode("utf-8", "surrogatepass")
    return SourceFile(path, hashlib.sha256(written).hexdigest(), len(written))
