"""Somebody goes from one agency to another: written down with the seat, so that both agencies' admins are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select

from learning.kernel import mail
from learning.kernel.db import db
from learning.people import letters, transfer_queries
from learning.people.kinds import PostingKind
from learning.people.models import AgencyTransfer, OrgUnit, Person, Posting, TransferDigest
from learning.people.names import display_name


@dataclass(frozen=True, slots=True)
class Seated:
    """A new own seat, and the agency of the seat before it (None: the first seat ever)."""

    person_id: int
    from_agency_id: int | None
    unit_id: int
    starts_on: date


def note_transfers(seats: Sequence[Seated], *, now: datetime) -> int:
    """Write down which of these new seats lie in another agency than the one before; returns how many."""
    known = [seat for seat in seats if seat.from_agency_id is not None]
    if not known:
        return 0
    units = select(OrgUnit.id, OrgUnit.agency_id).where(OrgUnit.id.in_({seat.unit_id for seat in known}))
    agency = {row[0]: row[1] for row in db.session.execute(units)}
    rows = [
        {
            "person_id": seat.person_id,
            "from_agency_id": seat.from_agency_id,
            "to_agency_id": agency[seat.unit_id],
            "starts_on": seat.starts_on,
            "at": now,
        }
        for seat in known
        if agency[seat.unit_id] != seat.from_agency_id
    ]
    if rows:
        db.session.execute(insert(AgencyTransfer), rows)
    return len(rows)


def last_agency(person_id: int) -> int | None:
    """The agency of somebody's latest own seat, whether it has ended or not; None for who never had one."""
    return db.session.scalar(
        select(OrgUnit.agency_id)
        .join(Posting, Posting.org_unit_id == OrgUnit.id)
        .where(Posting.person_id == person_id, Posting.kind == PostingKind.DEFINITIVE)
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
        .limit(1)
    )


def send_transfer_digest(*, person_id: int, base_url: str, now: datetime) -> bool:
    """Put an admin's letter of the day about transfers into the outbox; False when there is none to write (any more).

    The person's row is held meanwhile, so two workers that look at the same moment write one letter.
    """
    person = db.session.get(Person, person_id, with_for_update=True, populate_existing=True)
    told = transfer_queries.untold(person_id, now)
    if person is None or person.email is None or told is None:
        return False
    db.session.add(TransferDigest(person_id=person_id, day=told.day, at=now))
    subject, body = letters.transfer_letter(
        name=display_name(person.name, person.front_title, person.back_title),
        locale=person.locale,
        news=told.news,
        url=f"{base_url}/admin/perpindahan",
    )
    mail.send(person.email, subject, body, person_id)
    return True
