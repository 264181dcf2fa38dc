"""The rows of a draft, for the use cases that write them: the draft locked, its authors, its texts, its images."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from courses.format.source import COURSE_FILE, GLOSSARY_FILE, HANDOUT_FILE, MAX_FILES, MODULE_FILE
from courses.models import (
    CourseDraft,
    DraftImage,
    DraftReview,
    DraftRevision,
    DraftRole,
    DraftState,
    Duty,
    SaveKind,
)
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound

SINGLE_FILES = (COURSE_FILE, HANDOUT_FILE, GLOSSARY_FILE)


@dataclass(frozen=True, slots=True)
class Image:
    """An image that was read and re-encoded, ready to be kept."""

    path: str
    alt: str
    mime: str
    width: int
    height: int
    content: bytes


def digest_of(content: str | None) -> str:
    """The name of a text: SHA-256 in hex; of a removed file the word "removed"."""
    return (
        "removed" if content is None else hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    )


def locked(public_id: str, *, lock: bool = True) -> CourseDraft:
    """The draft by its public id, its row locked until the commit. NotFound when there is none."""
    query = select(CourseDraft).where(CourseDraft.public_id == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    draft = db.session.execute(query).scalar_one_or_none()
    if draft is None:
        raise NotFound("courses.draft_unknown")
    return draft


def writable(public_id: str) -> CourseDraft:
    """The draft, locked. Refuses (Conflict) one that is closed or in review."""
    draft = locked(public_id)
    if draft.closed_at is not None:
        raise Conflict("courses.draft_closed")
    if draft.state is not DraftState.OPEN:
        raise Conflict("courses.draft_in_review")
    return draft


def open_of(course_key: str) -> CourseDraft | None:
    """The open draft of a course."""
    return db.session.execute(
        select(CourseDraft).where(CourseDraft.course_key == course_key, CourseDraft.closed_at.is_(None))
    ).scalar_one_or_none()


def note_author(draft_id: int, person_id: int, now: datetime) -> None:
    """Whoever changes a text is an author of the draft, and an author can never approve it."""
    duty = db.session.get(DraftRole, (draft_id, person_id))
    if duty is None:
        db.session.add(DraftRole(draft_id=draft_id, person_id=person_id, role=Duty.AUTHOR, since=now))
        db.session.flush()
    elif duty.role is Duty.APPROVER:
        raise Conflict("courses.approver_cannot_write")


def check_path(draft_id: int, path: str) -> None:
    """Refuses (Invalid) a name that no file of a course has, and more files than a course may have."""
    if path not in SINGLE_FILES and not MODULE_FILE.fullmatch(path):
        raise Invalid("courses.file_name_unfit")
    paths = db.session.scalar(
        select(func.count(func.distinct(DraftRevision.path))).where(DraftRevision.draft_id == draft_id)
    )
    if (paths or 0) >= MAX_FILES and newest_of(draft_id, path) is None:
        raise Invalid("courses.too_many_files", limit=MAX_FILES)


def newest_of(draft_id: int, path: str) -> DraftRevision | None:
    """The newest row of a file, also of one that was removed."""
    return db.session.execute(
        select(DraftRevision)
        .where(DraftRevision.draft_id == draft_id, DraftRevision.path == path)
        .order_by(DraftRevision.number.desc())
        .limit(1)
    ).scalar_one_or_none()


def newest_of_all(draft_id: int) -> list[DraftRevision]:
    """The newest row of every file of a draft, removed ones included."""
    last = (
        select(DraftRevision.path, func.max(DraftRevision.number).label("number"))
        .where(DraftRevision.draft_id == draft_id)
        .group_by(DraftRevision.path)
        .subquery()
    )
    return list(
        db.session.execute(
            select(DraftRevision)
            .join(last, (DraftRevision.path == last.c.path) & (DraftRevision.number == last.c.number))
            .where(DraftRevision.draft_id == draft_id)
        ).scalars()
    )


def sent_in_since(draft_id: int, instant: datetime) -> bool:
    """Whether the draft was sent in for review at or after an instant: what stood then was read by somebody."""
    last = db.session.scalar(
        select(func.max(DraftReview.submitted_at)).where(DraftReview.draft_id == draft_id)
    )
    return last is not None and last >= instant


def append_text(
    draft_id: int,
    path: str,
    content: str | None,
    kind: SaveKind,
    person_id: int,
    now: datetime,
    *,
    number: int,
) -> DraftRevision:
    """One more row in the history of a file; `content` None takes the file out."""
    row = DraftRevision(
        draft_id=draft_id,
        path=path,
        number=number,
        content=content,
        digest=digest_of(content),
        kind=kind,
        saved_by=person_id,
        saved_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def add_image(draft_id: int, image: Image, person_id: int, now: datetime) -> None:
    """Keep an image of a path that is free."""
    db.session.add(
        DraftImage(
            draft_id=draft_id,
            path=image.path,
            alt=image.alt[:300],
            mime=image.mime,
            sha256=hashlib.sha256(image.content).hexdigest(),
            width=image.width,
            height=image.height,
            content=image.content,
            added_by=person_id,
            added_at=now,
        )
    )
    db.session.flush()
