"""Reads of drafts as they stand: their files, images, reviews and remarks; within a trainer's reach only.

What became of one file is `courses.draft_history`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from courses.draft_history import called
from courses.format.compiled import CompiledMedia
from courses.format.source import COURSE_FILE, MODULE_FILE, SourceFolder
from courses.models import (
    Course,
    CourseDraft,
    CourseVersion,
    DraftComment,
    DraftImage,
    DraftReview,
    DraftRevision,
    DraftRole,
    DraftState,
    Duty,
    SaveKind,
    Verdict,
)
from courses.studio_queries import Reach, within
from learning.kernel.db import db
from learning.people.models import Person

_TITLE = re.compile(r"^judul:[ \t]*[\"']?(?P<title>[^\n\"']{1,160})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DraftFile:
    """One file of a draft as it stands now."""

    path: str
    number: int
    content: str
    digest: str
    kind: SaveKind
    saved_at: datetime
    saved_by: str

    @property
    def is_module(self) -> bool:
        """Whether it is a module."""
        return MODULE_FILE.fullmatch(self.path) is not None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One round of review."""

    number: int
    note: str
    tree: str
    submitted_by: str
    submitted_by_id: int
    submitted_at: datetime
    verdict: Verdict | None
    decided_by: str | None
    decided_at: datetime | None
    remark: str


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A remark at a line."""

    id: int
    path: str
    line: int
    quote: str
    body: str
    by: str
    at: datetime
    settled: bool


@dataclass(frozen=True, slots=True)
class ImageRow:
    """An image of a draft, without its bytes."""

    path: str
    alt: str
    mime: str
    sha256: str
    width: int
    height: int
    size: int

    @property
    def name(self) -> str:
        """The file name alone."""
        return self.path.removeprefix("media/")


@dataclass(frozen=True)
class Draft:
    """A draft with its files. `authors` are names; `title` is that of the edition it began from, else the key."""

    id: int
    public_id: str
    course_key: str
    title: str
    state: DraftState
    base_version_id: int | None
    base_number: int | None
    opened_at: datetime
    closed: bool
    files: tuple[DraftFile, ...]
    images: tuple[ImageRow, ...]
    reviews: tuple[ReviewRow, ...]
    comments: tuple[CommentRow, ...]
    author_ids: frozenset[int]
    authors: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The paths of its texts, course file first."""
        return tuple(file.path for file in self.files)

    def file(self, path: str) -> DraftFile | None:
        """The file of this path."""
        return next((file for file in self.files if file.path == path), None)

    @property
    def writable(self) -> bool:
        """Whether texts can be changed now."""
        return self.state is DraftState.OPEN

    @property
    def review(self) -> ReviewRow | None:
        """The newest round of review."""
        return self.reviews[-1] if self.reviews else None

    @property
    def media(self) -> dict[str, CompiledMedia]:
        """Its images as the reader of courses wants them."""
        return {
            i.path: CompiledMedia(i.path, i.sha256, i.mime, i.width, i.height, i.size) for i in self.images
        }


def open_draft_of(course_key: str) -> str | None:
    """The public id of the open draft of a course."""
    return db.session.execute(
        select(CourseDraft.public_id).where(
            CourseDraft.course_key == course_key, CourseDraft.closed_at.is_(None)
        )
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class DraftSummary:
    """An open draft in a list."""

    public_id: str
    course_key: str
    title: str
    state: DraftState
    opened_at: datetime
    changed_at: datetime | None


def open_drafts(reach: Reach) -> list[DraftSummary]:
    """Open drafts within reach, the latest change first."""
    changed = (
        select(func.max(DraftRevision.saved_at))
        .where(DraftRevision.draft_id == CourseDraft.id)
        .correlate(CourseDraft)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            CourseDraft.id,
            CourseDraft.public_id,
            CourseDraft.course_key,
            Course.title,
            CourseDraft.state,
            CourseDraft.opened_at,
            changed.label("changed_at"),
        )
        .outerjoin(Course, Course.key == CourseDraft.course_key)
        .where(CourseDraft.closed_at.is_(None))
        .order_by(CourseDraft.id.desc())
    )
    found = [
        DraftSummary(
            r.public_id,
            r.course_key,
            r.title or _title(_files(r.id), r.course_key),
            r.state,
            r.opened_at,
            r.changed_at,
        )
        for r in rows
        if within(reach, r.course_key)
    ]
    return sorted(found, key=lambda d: d.changed_at or d.opened_at, reverse=True)


def draft(public_id: str, reach: Reach) -> Draft | None:
    """A draft with everything but the bytes of its images; None when there is none within reach."""
    row = db.session.execute(
        select(CourseDraft, CourseVersion.number, CourseVersion.title)
        .outerjoin(CourseVersion, CourseVersion.id == CourseDraft.base_version_id)
        .where(CourseDraft.public_id == public_id)
    ).first()
    if row is None or not within(reach, row.CourseDraft.course_key):
        return None
    found: CourseDraft = row.CourseDraft
    authors = db.session.execute(
        select(Person)
        .join(DraftRole, DraftRole.person_id == Person.id)
        .where(DraftRole.draft_id == found.id, DraftRole.role == Duty.AUTHOR)
        .order_by(Person.name)
    ).scalars()
    people, files = list(authors), _files(found.id)
    return Draft(
        id=found.id,
        public_id=found.public_id,
        course_key=found.course_key,
        title=row.title or _title(files, found.course_key),
        state=found.state,
        base_version_id=found.base_version_id,
        base_number=row.number,
        opened_at=found.opened_at,
        closed=found.closed_at is not None,
        files=files,
        images=_images(found.id),
        reviews=_reviews(found.id),
        comments=_comments(found.id),
        author_ids=frozenset(person.id for person in people),
        authors=tuple(called(person) for person in people),
    )


def _title(files: tuple[DraftFile, ...], otherwise: str) -> str:
    """What a course that was never published calls itself, as far as its text can be read while it is written."""
    content = next((file.content for file in files if file.path == COURSE_FILE), "")
    line = _TITLE.search(content)
    return line["title"].strip() if line else otherwise


def _files(draft_id: int) -> tuple[DraftFile, ...]:
    last = (
        select(DraftRevision.path, func.max(DraftRevision.number).label("number"))
        .where(DraftRevision.draft_id == draft_id)
        .group_by(DraftRevision.path)
        .subquery()
    )
    rows = db.session.execute(
        select(DraftRevision, Person)
        .join(last, (DraftRevision.path == last.c.path) & (DraftRevision.number == last.c.number))
        .join(Person, Person.id == DraftRevision.saved_by)
        .where(DraftRevision.draft_id == draft_id, DraftRevision.content.is_not(None))
    )
    found = [
        DraftFile(r.path, r.number, r.content or "", r.digest, r.kind, r.saved_at, called(person))
        for r, person in rows
    ]
    return tuple(sorted(found, key=lambda f: (f.path != "kursus.md", not f.is_module, f.path)))


def _images(draft_id: int) -> tuple[ImageRow, ...]:
    rows = db.session.execute(
        select(
            DraftImage.path,
            DraftImage.alt,
            DraftImage.mime,
            DraftImage.sha256,
            DraftImage.width,
            DraftImage.height,
            func.length(DraftImage.content),
        )
        .where(DraftImage.draft_id == draft_id)
        .order_by(DraftImage.path)
    )
    return tuple(ImageRow(*row) for row in rows)


def image(draft_id: int, sha256: str) -> tuple[str, bytes] | None:
    """MIME type and bytes of an image of a draft."""
    row = db.session.execute(
        select(DraftImage.mime, DraftImage.content)
        .where(DraftImage.draft_id == draft_id, DraftImage.sha256 == sha256)
        .limit(1)
    ).first()
    return (row.mime, row.content) if row else None


def folder_of(found: Draft) -> SourceFolder:
    """A draft as the folder that the reader of courses takes, images included."""
    files: dict[str, bytes] = {file.path: file.content.encode() for file in found.files}
    rows = db.session.execute(
        select(DraftImage.path, DraftImage.content).where(DraftImage.draft_id == found.id)
    )
    files.update({row.path: row.content for row in rows})
    return SourceFolder(found.course_key, files)


def _reviews(draft_id: int) -> tuple[ReviewRow, ...]:
    rows = db.session.execute(
        select(DraftReview).where(DraftReview.draft_id == draft_id).order_by(DraftReview.number)
    ).scalars()
    reviews = list(rows)
    names = _names([r.submitted_by for r in reviews] + [r.decided_by for r in reviews])
    return tuple(
        ReviewRow(
            r.number,
            r.note,
            r.tree,
            names[r.submitted_by],
            r.submitted_by,
            r.submitted_at,
            r.verdict,
            names.get(r.decided_by) if r.decided_by else None,
            r.decided_at,
            r.remark,
        )
        for r in reviews
    )


def _comments(draft_id: int) -> tuple[CommentRow, ...]:
    rows = db.session.execute(
        select(DraftComment, Person)
        .join(Person, Person.id == DraftComment.written_by)
        .where(DraftComment.draft_id == draft_id)
        .order_by(DraftComment.path, DraftComment.line, DraftComment.id)
    )
    return tuple(
        CommentRow(c.id, c.path, c.line, c.quote, c.body, called(p), c.written_at, c.settled_at is not None)
        for c, p in rows
    )


def _names(ids: Sequence[int | None]) -> Mapping[int, str]:
    wanted = {person_id for person_id in ids if person_id is not None}
    if not wanted:
        return {}
    people = db.session.execute(select(Person).where(Person.id.in_(sorted(wanted)))).scalars()
    return {person.id: called(person) for person in people}
