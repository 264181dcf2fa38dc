"""What became of a file of a draft: every text that was saved, by whom, and who has it open now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from courses.models import DraftPresence, DraftRevision, SaveKind
from learning.kernel.db import db
from learning.people.models import Person
from learning.people.names import display_name

PRESENT = timedelta(seconds=90)
"""So long after the last sign of life somebody counts as having a file open; the page gives one every thirty seconds."""


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One saved text in the history of a file. `removed`: the file was taken out."""

    number: int
    kind: SaveKind
    saved_at: datetime
    saved_by: str
    removed: bool


def history(draft_id: int, path: str) -> list[RevisionRow]:
    """Every saved text of a file, the newest first."""
    rows = db.session.execute(
        select(
            DraftRevision.number,
            DraftRevision.kind,
            DraftRevision.saved_at,
            DraftRevision.content.is_(None).label("removed"),
            Person,
        )
        .join(Person, Person.id == DraftRevision.saved_by)
        .where(DraftRevision.draft_id == draft_id, DraftRevision.path == path)
        .order_by(DraftRevision.number.desc())
    )
    return [RevisionRow(r.number, r.kind, r.saved_at, called(r.Person), bool(r.removed)) for r in rows]


def revision(draft_id: int, path: str, number: int) -> str | None:
    """A text of the history; None when there is none, or the file was removed then."""
    return db.session.execute(
        select(DraftRevision.content).where(
            DraftRevision.draft_id == draft_id, DraftRevision.path == path, DraftRevision.number == number
        )
    ).scalar_one_or_none()


def texts_at(draft_id: int, instant: datetime) -> dict[str, str]:
    """Path -> text of every file as it stood at an instant, removed ones left out."""
    last = (
        select(DraftRevision.path, func.max(DraftRevision.number).label("number"))
        .where(DraftRevision.draft_id == draft_id, DraftRevision.saved_at <= instant)
        .group_by(DraftRevision.path)
        .subquery()
    )
    rows = db.session.execute(
        select(DraftRevision.path, DraftRevision.content)
        .join(last, (DraftRevision.path == last.c.path) & (DraftRevision.number == last.c.number))
        .where(DraftRevision.draft_id == draft_id, DraftRevision.content.is_not(None))
    )
    return {row.path: row.content for row in rows}


def others_present(draft_id: int, path: str, person_id: int, now: datetime) -> list[str]:
    """Who else has this file open."""
    rows = db.session.execute(
        select(Person)
        .join(DraftPresence, DraftPresence.person_id == Person.id)
        .where(
            DraftPresence.draft_id == draft_id,
            DraftPresence.path == path,
            DraftPresence.person_id != person_id,
            DraftPresence.seen_at > now - PRESENT,
        )
        .order_by(Person.name)
    ).scalars()
    return [called(person) for person in rows]


def name_of(person_id: int | None) -> str:
    """How somebody is called, or an empty text."""
    person = db.session.get(Person, person_id) if person_id is not None else None
    return called(person) if person else ""


def called(person: Person) -> str:
    """How a person is called on the pages of the studio: with titles."""
    return display_name(person.name, person.front_title, person.back_title)
