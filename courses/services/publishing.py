"""Publishing: a compiled course becomes an edition; zips sent in by trainers on their way there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from courses.events import ChangeKind, CoursePublished, Redo
from courses.format.compiled import CompiledCourse, module_to_json
from courses.models import (
    Course,
    CourseMedia,
    CourseSource,
    CourseUpload,
    CourseVersion,
    ModuleVersion,
    PublishLog,
)
from learning.kernel import audit, events
from learning.kernel.db import db
from learning.kernel.errors import Conflict
from learning.records import services as record_services
from quizzes import services as quiz_services


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """What a publish did; `created` is False when this content was out already."""

    version_id: int
    number: int
    edition: str
    created: bool


def publish(
    *,
    compiled: CompiledCourse,
    files: Mapping[str, bytes],
    published_by: int | None,
    now: datetime,
    redo: Redo = Redo.NOBODY,
    change: ChangeKind = ChangeKind.FIRST,
    passed_before: datetime | None = None,
    note: str = "",
) -> PublishOutcome:
    """Make a compiled course the current edition, with its question set, source and images.

    `note` tells in words what changed.

    Unchanged content makes no new version: an edition that was published before becomes current again if it is not.
    """
    course = db.session.execute(
        select(Course).where(Course.key == compiled.key).with_for_update()
    ).scalar_one_or_none()
    if course is None:
        course = Course(key=compiled.key, title=compiled.title, created_at=now, current_version_id=None)
        try:
            with db.session.begin_nested():
                db.session.add(course)
        except IntegrityError as error:  # two first publishes at the same instant
            raise Conflict("courses.published_meanwhile") from error
    known = db.session.execute(
        select(CourseVersion).where(
            CourseVersion.course_id == course.id, CourseVersion.content_hash == compiled.content_hash
        )
    ).scalar_one_or_none()
    if known is not None and course.current_version_id == known.id:
        return PublishOutcome(known.id, known.number, known.edition, False)
    version = known or _new_version(course, compiled, files, published_by, now)
    previous = course.current_version_id
    course.current_version_id, course.title = version.id, compiled.title
    kind = change if previous is not None else ChangeKind.FIRST
    db.session.add(
        PublishLog(
            course_id=course.id,
            from_version_id=previous,
            to_version_id=version.id,
            change=kind,
            redo=redo,
            published_by=published_by,
            published_at=now,
            passed_before=passed_before,
            note=note,
        )
    )
    audit.record(
        "courses.published",
        f"course:{course.id}",
        actor_id=published_by,
        edition=version.edition,
        number=version.number,
        change=kind.value,
        redo=redo.value,
    )
    events.publish(
        CoursePublished(
            compiled.key, compiled.title, version.edition, len(compiled.step_keys), redo, now, passed_before
        )
    )
    return PublishOutcome(version.id, version.number, version.edition, known is None)


def _new_version(
    course: Course,
    compiled: CompiledCourse,
    files: Mapping[str, bytes],
    published_by: int | None,
    now: datetime,
) -> CourseVersion:
    question_set_id = quiz_services.publish_question_set(question_set=compiled.question_set, now=now)
    last = db.session.execute(
        select(CourseVersion.number)
        .where(CourseVersion.course_id == course.id)
        .order_by(CourseVersion.number.desc())
        .limit(1)
    ).scalar()
    version = CourseVersion(
        course_id=course.id,
        number=(last or 0) + 1,
        edition=compiled.edition,
        content_hash=compiled.content_hash,
        question_set_id=question_set_id,
        title=compiled.title,
        code=compiled.code,
        summary=compiled.summary,
        jp=compiled.jp,
        validity_months=compiled.validity_months,
        landing_html=compiled.landing_html,
        citations=[asdict(use) for use in compiled.citations],
        regulations=[dict(regulation) for regulation in compiled.regulations],
        handout=asdict(compiled.handout) if compiled.handout else None,
        glossary=[asdict(term) for term in compiled.glossary],
        acts=[asdict(use) for use in compiled.acts],
        media=[{"path": medium.path, "sha256": medium.sha256} for medium in compiled.media],
        published_at=now,
        published_by=published_by,
    )
    db.session.add(version)
    db.session.flush()
    for module in compiled.modules:
        db.session.add(
            ModuleVersion(
                version_id=version.id,
                number=module.number,
                slug=module.slug,
                title=module.title,
                jp=module.jp,
                minutes=module.minutes,
                compiled=module_to_json(module),
            )
        )
    _keep_sources(course, version, compiled, files)
    db.session.flush()
    return version


def _keep_sources(
    course: Course, version: CourseVersion, compiled: CompiledCourse, files: Mapping[str, bytes]
) -> None:
    for path, content in files.items():
        if path.endswith(".md"):
            db.session.add(
                CourseSource(version_id=version.id, path=path, content=content.decode("utf-8", "replace"))
            )
    have = set(
        db.session.execute(select(CourseMedia.sha256).where(CourseMedia.course_id == course.id)).scalars()
    )
    for medium in compiled.media:
        if medium.sha256 in have:
            continue
        have.add(medium.sha256)
        db.session.add(
            CourseMedia(
                course_id=course.id,
                sha256=medium.sha256,
                path=medium.path,
                mime=medium.mime,
                width=medium.width,
                height=medium.height,
                content=files[medium.path],
            )
        )


def keep_upload(
    *,
    course_key: str,
    filename: str,
    content: bytes,
    problems: list[dict[str, Any]],
    compiled: dict[str, Any] | None,
    uploaded_by: int,
    now: datetime,
) -> str:
    """Keep a folder that was sent in, with what was found in it; returns its public id."""
    audit.record(
        "courses.uploaded",
        f"course:{course_key}",
        actor_id=uploaded_by,
        problems=len(problems),
        filename=filename,
    )
    upload = CourseUpload(
        course_key=course_key,
        filename=filename,
        uploaded_by=uploaded_by,
        uploaded_at=now,
        content=content,
        problems=problems,
        compiled=compiled,
        published_version_id=None,
    )
    db.session.add(upload)
    db.session.flush()
    return upload.public_id


def forget_uploads(*, before: datetime) -> int:
    """Empty uploads from before `before` that nobody published; what was found in them stays. Returns how many."""
    result = db.session.execute(
        update(CourseUpload)
        .where(
            CourseUpload.uploaded_at < before,
            CourseUpload.published_version_id.is_(None),
            CourseUpload.compiled.is_not(None) | (CourseUpload.content != b""),
        )
        .values(content=b"", compiled=None)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount  # type: ignore[attr-defined]


def follow_publish(event: CoursePublished) -> None:
    """Put those who must redo the course on the new edition (listener of `CoursePublished`)."""
    if event.redo is Redo.NOBODY:
        return
    record_services.repin(
        course_key=event.course_key,
        edition=event.edition,
        steps_total=event.steps_total,
        everyone=event.redo is Redo.EVERYONE,
        passed_before=event.passed_before,
        now=event.at,
    )
