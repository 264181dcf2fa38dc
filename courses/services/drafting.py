"""Use cases of a whole draft: it is opened, filled from a folder, given up; who has a file of it open.

One file of it: `courses.services.writing`; its images: `courses.services.picturing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from courses.format.source import KEY
from courses.models import CourseDraft, DraftImage, DraftPresence, DraftState, SaveKind
from courses.services.draft_rows import (
    Image,
    add_image,
    append_text,
    digest_of,
    locked,
    newest_of_all,
    note_author,
    open_of,
    writable,
)
from learning.kernel import audit
from learning.kernel.db import db
from learning.kernel.errors import Invalid
from learning.kernel.transaction import violated


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
    found = open_of(course_key)
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
        found = open_of(course_key)
        if found is None:
            raise
        return found.public_id
    for path, content in sorted(texts.items()):
        append_text(draft.id, path, content.replace("\0", "\ufffd"), kind, person_id, now, number=1)
    for image in images:
        add_image(draft.id, image, person_id, now)
    audit.record(
        "courses.draft_opened", f"course-draft:{draft.id}", actor_id=person_id, course_key=course_key
    )
    db.session.flush()
    return draft.public_id


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
    draft = writable(public_id)
    note_author(draft.id, person_id, now)
    standing = {row.path: row for row in newest_of_all(draft.id)}
    changed = 0
    for path in sorted(texts.keys() | standing.keys()):
        content = texts[path].replace("\0", "\ufffd") if path in texts else None
        newest = standing.get(path)
        if (newest.digest if newest else "removed") == digest_of(content):
            continue
        number = (newest.number if newest else 0) + 1
        append_text(draft.id, path, content, SaveKind.IMPORTED, person_id, now, number=number)
        changed += 1
    db.session.execute(delete(DraftImage).where(DraftImage.draft_id == draft.id))
    for image in images:
        add_image(draft.id, image, person_id, now)
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
    standing = open_of(course_key)
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
        note_author(locked(public_id).id, person_id, now)
        return public_id
    replace_all(public_id=standing.public_id, texts=texts, images=images, person_id=person_id, now=now)
    return standing.public_id


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
