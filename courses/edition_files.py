"""The files of an edition as their authors wrote them: what a draft begins with and what is compared with it."""

from __future__ import annotations

from sqlalchemy import select

from courses.models import Course, CourseMedia, CourseSource, CourseVersion
from learning.kernel.db import db


def current_version_id(course_key: str) -> int | None:
    """The edition that is out."""
    return db.session.execute(
        select(Course.current_version_id).where(Course.key == course_key)
    ).scalar_one_or_none()


def sources_of(version_id: int | None) -> dict[str, str]:
    """The texts of an edition as their authors wrote them."""
    if version_id is None:
        return {}
    rows = db.session.execute(
        select(CourseSource.path, CourseSource.content).where(CourseSource.version_id == version_id)
    )
    return {row.path: row.content for row in rows}


def media_of(version_id: int) -> dict[str, tuple[str, bytes]]:
    """Path -> (MIME type, bytes) of the images of an edition. Editions from before images were listed give all."""
    version = db.session.get_one(CourseVersion, version_id)
    listed = {entry["path"]: entry["sha256"] for entry in version.media}
    rows = db.session.execute(
        select(CourseMedia.path, CourseMedia.sha256, CourseMedia.mime, CourseMedia.content).where(
            CourseMedia.course_id == version.course_id
        )
    ).all()
    if not listed:
        return {row.path: (row.mime, row.content) for row in rows}
    by_hash = {row.sha256: (row.mime, row.content) for row in rows}
    return {path: by_hash[sha256] for path, sha256 in listed.items() if sha256 in by_hash}
