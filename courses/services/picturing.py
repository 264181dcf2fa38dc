"""Use cases of a draft's images: one is kept, described anew, taken out. They come in re-encoded (`courses.checking`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select

from courses.format.source import MAX_FILES, MEDIA_FILE
from courses.models import DraftImage, SaveKind
from courses.services.draft_rows import Image, add_image, note_author, writable
from courses.services.writing import save_text
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound


def keep_image(*, public_id: str, image: Image, person_id: int, now: datetime, replace: bool = True) -> None:
    """Keep an image; one of the same name is replaced, or refused (Conflict) when `replace` is false."""
    draft = writable(public_id)
    if not MEDIA_FILE.fullmatch(image.path):
        raise Invalid("courses.file_name_unfit")
    same = (DraftImage.draft_id == draft.id, DraftImage.path == image.path)
    if not replace and db.session.scalar(select(func.count()).where(*same)):
        raise Conflict("courses.image_name_taken", name=image.path)
    note_author(draft.id, person_id, now)
    db.session.execute(delete(DraftImage).where(*same))
    count = db.session.scalar(select(func.count()).where(DraftImage.draft_id == draft.id)) or 0
    if count >= MAX_FILES:
        raise Invalid("courses.too_many_files", limit=MAX_FILES)
    add_image(draft.id, image, person_id, now)


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
    draft = writable(public_id)
    image = db.session.execute(
        select(DraftImage).where(DraftImage.draft_id == draft.id, DraftImage.path == path)
    ).scalar_one_or_none()
    if image is None:
        raise NotFound("courses.file_unknown")
    note_author(draft.id, person_id, now)
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
    draft = writable(public_id)
    note_author(draft.id, person_id, now)
    gone = db.session.execute(
        delete(DraftImage).where(DraftImage.draft_id == draft.id, DraftImage.path == path)
    )
    if not gone.rowcount:  # type: ignore[attr-defined]
        raise NotFound("courses.file_unknown")
