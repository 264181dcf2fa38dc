"""Use cases of writing one file of a draft: it is saved, taken out, and an older text made the newest one again.

Nothing here parses or renders: what is wrong with a text is told by `courses.checking`, outside the write section.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from courses.format.source import COURSE_FILE, MAX_TEXT_FILE
from courses.models import DraftRevision, SaveKind
from courses.services.draft_rows import (
    append_text,
    check_path,
    digest_of,
    newest_of,
    note_author,
    sent_in_since,
    writable,
)
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound

MERGED = timedelta(minutes=5)
"""What one person types without a pause of this length is one row of the history, not one for every few seconds."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A text as it stands after saving. `digest` is what the next save must name as its base."""

    path: str
    number: int
    digest: str
    at: datetime


def storable(content: str) -> str:
    """A text without what a database cannot keep: NUL (PostgreSQL refuses it) and halves of characters."""
    return content.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def clean(content: str) -> str:
    """A text as it is kept when somebody typed all of it: Unix line ends, a line end at the end."""
    text = storable(content.replace("\r\n", "\n").replace("\r", "\n"))
    return text if not text or text.endswith("\n") else text + "\n"


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

    An unchanged text makes no new row; what one person types without pause is one row, and a text that was sent in for
    review stays a row of its own. A form changes one block, so the
    line ends of everything else stay as they are. Refuses: a draft in review or closed (Conflict), a base that is no longer
    the newest text (Conflict `courses.text_changed`, with who and when), a name that is none of a course (Invalid), a text
    that is too long (Invalid), somebody who approved this draft before.
    """
    draft = writable(public_id)
    content = storable(content) if kind is SaveKind.FORM else clean(content)
    if len(content.encode()) > MAX_TEXT_FILE:
        raise Invalid("courses.text_too_long", limit=f"{MAX_TEXT_FILE // 1024} kB")
    check_path(draft.id, path)
    newest = newest_of(draft.id, path)
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
    note_author(draft.id, person_id, now)
    merges = (
        newest is not None
        and kind is SaveKind.AUTO
        and newest.kind is SaveKind.AUTO
        and newest.saved_by == person_id
        and now - newest.saved_at < MERGED
        and not sent_in_since(draft.id, newest.saved_at)
    )
    if merges and newest is not None:
        newest.content, newest.digest, newest.saved_at = content, digest_of(content), now
        db.session.flush()
        return Saved(path, newest.number, newest.digest, now)
    row = append_text(
        draft.id, path, content, kind, person_id, now, number=(newest.number if newest else 0) + 1
    )
    return Saved(path, row.number, row.digest, now)


def remove_text(*, public_id: str, path: str, base: str, person_id: int, now: datetime) -> None:
    """Take a file out of the draft; its history stays. `kursus.md` cannot be removed."""
    draft = writable(public_id)
    newest = newest_of(draft.id, path)
    if newest is None or newest.content is None:
        raise NotFound("courses.file_unknown")
    if path == COURSE_FILE:
        raise Invalid("courses.course_file_stays")
    if newest.digest != base:
        raise Conflict("courses.text_changed", by=newest.saved_by, number=newest.number)
    note_author(draft.id, person_id, now)
    append_text(draft.id, path, None, SaveKind.SAVED, person_id, now, number=newest.number + 1)


def restore_text(
    *, public_id: str, path: str, number: int, base: str, person_id: int, now: datetime
) -> Saved:
    """Make an older text the newest one again; what stood in between stays in the history."""
    draft = writable(public_id)
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
