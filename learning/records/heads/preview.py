"""The letter a head would get now, without ordering one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from learning.kernel import clock
from learning.kernel.db import db
from learning.people.models import Person
from learning.records.heads import content, letters, links, queries
from learning.records.heads.models import HeadDigest


def letter_of(person_id: int, now: datetime) -> tuple[str, str] | None:
    """Subject and text; None for somebody who supervises nothing, and when there is nothing to say."""
    zone = queries.place_of(person_id)
    if zone is None:
        return None
    today = clock.local_date(now, zone)
    last = db.session.scalar(
        select(func.max(HeadDigest.day)).where(
            HeadDigest.person_id == person_id, HeadDigest.withdrawn_at.is_(None), HeadDigest.day < today
        )
    )
    since = queries.compared_with(last, today)
    roots = queries.roots([person_id])
    found = queries.figures(roots, {person_id: since}, now, zone)
    news = content.compose(found.get(person_id, ()), today)
    if news is None:
        return None
    person = db.session.get_one(Person, person_id)
    return letters.letter(
        news,
        units=tuple(root.name for root in roots[person_id]),
        name=person.name,
        locale=person.locale,
        today=today,
        since=since,
        unsubscribe=links.address(person_id),
    )
