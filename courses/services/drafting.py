"""Use cases of writing: a draft is opened, its texts are saved, restored and removed, its images kept.

Nothing here parses or renders: what is wrong with a text is told by `courses.checking`, outside the write section.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from courses.format.source import (
    COURSE_FILE,
    GLOSSARY_FILE,
    HANDOUT_FILE,
    KEY,
    MAX_FILES,
    MAX_TEXT_FILE,
    MEDIA_FILE,
    MODULE_FILE,
)
from courses.models import (
    CourseDraft,
    DraftImage,
    DraftPresence,
    DraftRevision,
    DraftRole,
    DraftState,
    Duty,
    SaveKind,
)
from learning.kernel import audit
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import violated

MERGED = timedelta(minutes=5)
"""What one person types without a pause of this length is one row of the history, not one for every few seconds."""
SINGLE_FILES = (COURSE_FILE, HANDOUT_FILE, GLOSSARY_FILE)


@dataclass(frozen=True, slots=True)
class Saved:
    """A text as it stands after saving. `digest` is what the next save must name as its base."""

    path: str
    number: int
    digest: str
    at: datetime


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


def storable(content: str) -> str:
    """A text without what a database cannot keep: NUL (PostgreSQL refuses it) and halves of characters."""
    return content.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def clean(content: str) -> str:
    """A text as it is kept when somebody typed all of it: Unix line ends, a line end at the end."""
    text = storable(content.replace("\r\n", "\n").replace("\r", "\n"))
    return text if not text or text.endswith("\n") else text + "\n"


def open_draft(
    *,
    course_key: str,
    texts: Mapping[str, str],
    images: tuple[Image, ...] = (),
    base_version_id: int | None,
    person_id: int,
    now: datetime,
    kind: SaveKind = SaveKind.STARTED,
) -> str:
    """The open draft of a course, begun with these files when there is none yet; its public id.

    Refuses (Invalid) a key that cannot be a folder name.
    """
    if not KEY.fullmatch(course_key) or len(course_key) > 60:
        raise Invalid("courses.key_unfit")
    found = _open(course_key)
    if found is not None:
        return found.public_id
    draft = CourseDraft(
        course_key=course_key,
        base_version_id=base_version_id,
        state=DraftState.OPEN,
        opened_by=person_id,
        opened_at=now,
        closed_at=None,
        published_version_id=None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError as error:
        if not violated(error, "uq_course_draft_open"):
            raise
        # Two trainers opened it at the same instant: both get the one that stands.
        found = _open(course_key)
        if found is None:
            raise
        return found.public_id
    for path, content in sorted(texts.items()):
        _append(draft.id, path, content.replace("\0", "\ufffd"), kind, person_id, now, number=1)
    for image in images:
        _keep_image(draft.id, image, person_id, now)
    audit.record(
        "courses.draft_opened", f"course-draft:{draft.id}", actor_id=person_id, course_key=course_key
    )
    db.session.flush()
    return draft.public_id


def save_text(
    *,
    public_id: str,
    path: str,
    content: str,
    base: str,
    kind: SaveKind,
    person_id: int,
    now: datetime,
) -> Saved:
    """Keep a text of the draft. `base` is the digest of the text it was made from ("" for a new file).

    An unchanged text makes no new row; what one person types without pause is one row. A form changes one block, so the
    line ends of everything else stay as they are. Refuses: a draft in review or closed (Conflict), a base that is no longer
    the newest text (Conflict `courses.text_changed`, with who and when), a name that is none of a course (Invalid), a text
    that is too long (Invalid), somebody who approved this draft before.
    """
    draft = _writable(public_id)
    content = storable(content) if kind is SaveKind.FORM else clean(content)
    if len(content.encode()) > MAX_TEXT_FILE:
        raise Invalid("courses.text_too_long", limit=f"{MAX_TEXT_FILE // 1024} kB")
    _check_path(draft.id, path)
    newest = _newest(draft.id, path)
    standing = newest.digest if newest is not None else ""
    if standing == "removed" and not base:
        standing = ""
    if newest is not None and newest.digest == digest_of(content):
        return Saved(path, newest.number, newest.digest, newest.saved_at)
    if base != standing:
        raise Conflict(
            "courses.text_changed",
            by=newest.saved_by if newest else None,
            number=newest.number if newest else 0,
        )
    _note_author(draft.id, person_id, now)
    merges = (
        newest is not None
        and kind is SaveKind.AUTO
        and newest.kind is SaveKind.AUTO
        and newest.saved_by == person_id
        and now - newest.saved_at < MERGED
    )
    if merges and newest is not None:
        newest.content, newest.digest, newest.saved_at = content, digest_of(content), now
        db.session.flush()
        return Saved(path, newest.number, newest.digest, now)
    row = _append(draft.id, path, content, kind, person_id, now, number=(newest.number if newest else 0) + 1)
    return Saved(path, row.number, row.digest, now)


def remove_text(*, public_id: str, path: str, base: str, person_id: int, now: datetime) -> None:
    """Take a file out of the draft; its history stays. `kursus.md` cannot be removed."""
    draft = _writable(public_id)
    newest = _newest(draft.id, path)
    if newest is None or newest.content is None:
        raise NotFound("courses.file_unknown")
    if path == COURSE_FILE:
        raise Invalid("courses.course_file_stays")
    if newest.digest != base:
        raise Conflict("courses.text_changed", by=newest.saved_by, number=newest.number)
    _note_author(draft.id, person_id, now)
    _append(draft.id, path, None, SaveKind.SAVED, person_id, now, number=newest.number + 1)


def restore_text(
    *, public_id: str, path: str, number: int, base: str, person_id: int, now: datetime
) -> Saved:
    """Make an older text the newest one again; what stood in between stays in the history."""
    draft = _writable(public_id)
    wanted = db.session.execute(
        select(DraftRevision).where(
            DraftRevision.draft_id == draft.id, DraftRevision.path == path, DraftRevision.number == number
        )
    ).scalar_one_or_none()
    if wanted is None or wanted.content is None:
        raise NotFound("courses.file_unknown")
    return save_text(
        public_id=public_id,
        path=path,
        content=wanted.content,
        base=base,
        kind=SaveKind.RESTORED,
        person_id=person_id,
        now=now,
    )


def replace_all(
    *,
    public_id: str,
    texts: Mapping[str, str],
    images: tuple[Image, ...],
    person_id: int,
    now: datetime,
) -> int:
    """Put a folder that came in as zip in place of all files; every text before stays in the history. How many changed.

    The texts are kept as they came, line ends included: what went out as zip comes back as the same zip.
    """
    draft = _writable(public_id)
    _note_author(draft.id, person_id, now)
    standing = {row.path: row for row in newest_of_all(draft.id)}
    changed = 0
    for path in sorted(texts.keys() | standing.keys()):
        content = texts[path].replace("\0", "\ufffd") if path in texts else None
        newest = standing.get(path)
        if (newest.digest if newest else "removed") == digest_of(content):
            continue
        number = (newest.number if newest else 0) + 1
        _append(draft.id, path, content, SaveKind.IMPORTED, person_id, now, number=number)
        changed += 1
    db.session.execute(delete(DraftImage).where(DraftImage.draft_id == draft.id))
    for image in images:
        _keep_image(draft.id, image, person_id, now)
    return changed


def adopt_folder(
    *,
    course_key: str,
    texts: Mapping[str, str],
    images: tuple[Image, ...],
    base_version_id: int | None,
    person_id: int,
    now: datetime,
) -> str:
    """A folder that came in as the draft of its course: a new draft, or in place of the texts of the open one."""
    standing = _open(course_key)
    if standing is None:
        public_id = open_draft(
            course_key=course_key,
            texts=texts,
            images=images,
            base_version_id=base_version_id,
            person_id=person_id,
            now=now,
            kind=SaveKind.IMPORTED,
        )
        _note_author(locked(public_id).id, person_id, now)
        return public_id
    replace_all(public_id=standing.public_id, texts=texts, images=images, person_id=person_id, now=now)
    return standing.public_id


def keep_image(*, public_id: str, image: Image, person_id: int, now: datetime, replace: bool = True) -> None:
    """Keep an image; one of the same name is replaced, or refused (Conflict) when `replace` is false."""
    draft = _writable(public_id)
    if not MEDIA_FILE.fullmatch(image.path):
        raise Invalid("courses.file_name_unfit")
    same = (DraftImage.draft_id == draft.id, DraftImage.path == image.path)
    if not replace and db.session.scalar(select(func.count()).where(*same)):
        raise Conflict("courses.image_name_taken", name=image.path)
    _note_author(draft.id, person_id, now)
    db.session.execute(delete(DraftImage).where(*same))
    count = db.session.scalar(select(func.count()).where(DraftImage.draft_id == draft.id)) or 0
    if count >= MAX_FILES:
        raise Invalid("courses.too_many_files", limit=MAX_FILES)
    _keep_image(draft.id, image, person_id, now)


def describe_image(
    *,
    public_id: str,
    path: str,
    alt: str,
    texts: Mapping[str, tuple[str, str]],
    person_id: int,
    now: datetime,
) -> None:
    """Give an image another description, and the texts that show it with it: path -> (text, base), each a row of the history.

    Refuses what `save_text` refuses, all together: no text changes when one of them cannot.
    """
    draft = _writable(public_id)
    image = db.session.execute(
        select(DraftImage).where(DraftImage.draft_id == draft.id, DraftImage.path == path)
    ).scalar_one_or_none()
    if image is None:
        raise NotFound("courses.file_unknown")
    _note_author(draft.id, person_id, now)
    image.alt = alt[:300]
    for file, (content, base) in sorted(texts.items()):
        save_text(
            public_id=public_id,
            path=file,
            content=content,
            base=base,
            kind=SaveKind.FORM,
            person_id=person_id,
            now=now,
        )
    db.session.flush()


def remove_image(*, public_id: str, path: str, person_id: int, now: datetime) -> None:
    """Take an image out of the draft."""
    draft = _writable(public_id)
    _note_author(draft.id, person_id, now)
    gone = db.session.execute(
        delete(DraftImage).where(DraftImage.draft_id == draft.id, DraftImage.path == path)
    )
    if not gone.rowcount:  # type: ignore[attr-defined]
        raise NotFound("courses.file_unknown")


def note_presence(*, public_id: str, path: str, person_id: int, now: datetime) -> None:
    """Remember that somebody has a file open."""
    draft = locked(public_id, lock=False)
    seen = db.session.get(DraftPresence, (draft.id, path, person_id))
    if seen is None:
        db.session.add(DraftPresence(draft_id=draft.id, path=path[:200], person_id=person_id, seen_at=now))
    else:
        seen.seen_at = now
    db.session.flush()


def drop_draft(*, public_id: str, person_id: int, now: datetime) -> None:
    """Give a draft up. Its texts stay on record; the course can be opened anew."""
    draft = locked(public_id)
    if draft.closed_at is not None:
        return
    draft.state, draft.closed_at = DraftState.DROPPED, now
    audit.record("courses.draft_dropped", f"course-draft:{draft.id}", actor_id=person_id)


def locked(public_id: str, *, lock: bool = True) -> CourseDraft:
    """The draft by its public id, its row locked until the commit. NotFound when there is none."""
    query = select(CourseDraft).where(CourseDraft.public_id == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    draft = db.session.execute(query).scalar_one_or_none()
    if draft is None:
        raise NotFound("courses.draft_unknown")
    return draft


def _writable(public_id: str) -> CourseDraft:
    draft = locked(public_id)
    if draft.closed_at is not None:
        raise Conflict("courses.draft_closed")
    if draft.state is not DraftState.OPEN:
        raise Conflict("courses.draft_in_review")
    return draft


def _open(course_key: str) -> CourseDraft | None:
    return db.session.execute(
        select(CourseDraft).where(CourseDraft.course_key == course_key, CourseDraft.closed_at.is_(None))
    ).scalar_one_or_none()


def _check_path(draft_id: int, path: str) -> None:
    if path not in SINGLE_FILES and not MODULE_FILE.fullmatch(path):
        raise Invalid("courses.file_name_unfit")
    paths = db.session.scalar(
        select(func.count(func.distinct(DraftRevision.path))).where(DraftRevision.draft_id == draft_id)
    )
    if (paths or 0) >= MAX_FILES and _newest(draft_id, path) is None:
        raise Invalid("courses.too_many_files", limit=MAX_FILES)


def _note_author(draft_id: int, person_id: int, now: datetime) -> None:
    """Whoever changes a text is an author of the draft, and an author can never approve it."""
    duty = db.session.get(DraftRole, (draft_id, person_id))
    if duty is None:
        db.session.add(DraftRole(draft_id=draft_id, person_id=person_id, role=Duty.AUTHOR, since=now))
        db.session.flush()
    elif duty.role is Duty.APPROVER:
        raise Conflict("courses.approver_cannot_write")


def _newest(draft_id: int, path: str) -> DraftRevision | None:
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


def _append(
    draft_id: int,
    path: str,
    content: str | None,
    kind: SaveKind,
    person_id: int,
    now: datetime,
    *,
    number: int,
) -> DraftRevision:
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


def _keep_image(draft_id: int, image: Image, person_id: int, now: datetime) -> None:
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
