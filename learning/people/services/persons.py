"""Persons and their seats: registering, moving, ending. Moves are news for upper packages."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit, clock, events, refusals
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people import nip
from learning.people.events import PersonJoined, PersonLeft, PersonMoved, SeatChanged
from learning.people.import_rows import is_email
from learning.people.kinds import EmploymentType, PersonStatus, PositionType, PostingKind, SessionEnd
from learning.people.models import OrgUnit, Person, PersonView, Posting, RoleGrant
from learning.people.names import is_plausible, tidy
from learning.people.services.accounts import end_all_sessions, use_up_links
from learning.people.services.transfers import Seated, last_agency, note_transfers


def create_person(
    *,
    employee_number: str,
    name: str,
    employment_type: EmploymentType,
    now: datetime,
    email: str | None = None,
    front_title: str = "",
    back_title: str = "",
    locale: str = "id",
    password_hash: str | None = None,
    actor_id: int | None = None,
) -> int:
    """Register somebody; returns the id. Without `password_hash` they cannot sign in until they use their link.

    Refuses: a NIP that breaks a rule (Invalid with the code of `nip.read`), an implausible name, a malformed
    address, a NIP that is registered already (Conflict "people.number_taken").
    """
    reading = nip.read(employee_number, today=clock.local_date(now))
    if reading.number is None:
        problem = reading.problems[0]
        raise Invalid(problem.code, **problem.params)
    if not is_plausible(name):
        raise Invalid("people.name")
    if email is not None and not is_email(email):
        raise Invalid("people.email", found=email)
    person = Person(
        public_id=str(uuid.uuid4()),
        employee_number=reading.number.digits,
        name=tidy(name),
        front_title=tidy(front_title),
        back_title=tidy(back_title),
        email=email.lower() if email else None,
        employment_type=employment_type,
        password_hash=password_hash,
        status=PersonStatus.ACTIVE,
        locale=locale,
        created_at=now,
    )
    db.session.add(person)
    try:
        db.session.flush()
    except IntegrityError as error:
        if violated(error, "uq_person_employee_number"):
            raise Conflict("people.number_taken") from error
        raise
    audit.record("people.person_created", f"person:{person.id}", actor_id=actor_id, about_id=person.id)
    return person.id


def update_person(
    *,
    person_id: int,
    name: str,
    email: str | None,
    front_title: str,
    back_title: str,
    employment_type: EmploymentType,
    now: datetime,
    actor_id: int | None = None,
) -> bool:
    """Correct what is known about somebody; True when anything changed. An empty address keeps the old one.

    With another address the password links that went to the old one stop working: it may be a stranger's. Another kind
    of employment is published as SeatChanged.
    """
    person = _person(person_id)
    if not is_plausible(name):
        raise Invalid("people.name")
    if email is not None and not is_email(email):
        raise Invalid("people.email", found=email)
    wanted = {
        "name": tidy(name),
        "email": email.lower() if email else person.email,
        "front_title": tidy(front_title),
        "back_title": tidy(back_title),
        "employment_type": employment_type,
    }
    changed = {key: value for key, value in wanted.items() if getattr(person, key) != value}
    for key, value in changed.items():
        setattr(person, key, value)
    if "email" in changed:
        use_up_links(person_id, now)
        refusals.clear(str(wanted["email"]))  # somebody stands for it anew, whatever a server said of it once
    if changed:
        audit.record(
            "people.person_changed",
            f"person:{person_id}",
            actor_id=actor_id,
            about_id=person_id,
            fields=sorted(changed),
        )
    if "employment_type" in changed:
        db.session.flush()
        unit_id = _open_seat_unit(person_id)
        if unit_id is not None:
            events.publish(SeatChanged(person_id, unit_id, now))
    return bool(changed)


def post_person(
    *,
    person_id: int,
    org_unit_id: int,
    position_title: str,
    position_type: PositionType,
    starts_on: date,
    now: datetime,
    grade_code: str | None = None,
    kind: PostingKind = PostingKind.DEFINITIVE,
    ends_on: date | None = None,
    actor_id: int | None = None,
) -> int:
    """Seat somebody from `starts_on`; returns the posting's id.

    A definitive seat ends the open one on the day before. Publishes PersonJoined for a first seat, PersonMoved when the
    unit differs and SeatChanged when it does not. Refuses: a start on or before the open seat's own start (Conflict
    "people.posting_before_open"), a unit that is closed then, somebody who is not active.
    """
    person = _person(person_id)
    if person.status is not PersonStatus.ACTIVE:
        raise Conflict("people.not_active")
    unit = db.session.get(OrgUnit, org_unit_id)
    if unit is None:
        raise NotFound("people.unit_unknown")
    if unit.valid_to is not None and unit.valid_to < starts_on:
        raise Invalid("people.unit_ended")
    before = last_agency(person_id) if kind is PostingKind.DEFINITIVE else None
    previous = _end_open_seat(person_id, starts_on) if kind is PostingKind.DEFINITIVE else None
    posting = Posting(
        person_id=person_id,
        org_unit_id=org_unit_id,
        position_title=tidy(position_title),
        position_type=position_type,
        grade_code=grade_code,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    db.session.add(posting)
    try:
        db.session.flush()
    except IntegrityError as error:
        if violated(error, "uq_posting_open_seat"):
            raise Conflict("people.seat_taken_meanwhile") from error
        raise
    audit.record(
        "people.posted",
        f"person:{person_id}",
        actor_id=actor_id,
        about_id=person_id,
        org_unit_id=org_unit_id,
        starts_on=starts_on.isoformat(),
        kind=kind.value,
    )
    if kind is PostingKind.DEFINITIVE:
        note_transfers([Seated(person_id, before, org_unit_id, starts_on)], now=now)
        if previous is None:
            events.publish(PersonJoined(person_id, org_unit_id, now))
        elif previous != org_unit_id:
            events.publish(PersonMoved(person_id, previous, org_unit_id, starts_on, now))
        else:
            events.publish(SeatChanged(person_id, org_unit_id, now))
    return posting.id


def retire_person(
    *,
    person_id: int,
    on: date,
    now: datetime,
    status: PersonStatus = PersonStatus.RETIRED,
    actor_id: int | None = None,
) -> None:
    """End somebody's service; `on` is the last day. Seats and roles end, sign-in ends at once on all devices.

    Publishes PersonLeft. Records and certificates stay. Refuses: somebody who has left already, a day before the
    open seat began.
    """
    person = _person(person_id)
    if person.status is not PersonStatus.ACTIVE:
        raise Conflict("people.not_active")
    if status is PersonStatus.ACTIVE:
        raise Invalid("people.not_active")
    seats = db.session.scalars(
        select(Posting).where(
            Posting.person_id == person_id, Posting.ends_on.is_(None) | (Posting.ends_on > on)
        )
    ).all()
    if any(seat.starts_on > on for seat in seats):
        raise Invalid("people.end_before_start")
    unit_id = next((seat.org_unit_id for seat in seats if seat.kind is PostingKind.DEFINITIVE), None)
    for seat in seats:
        seat.ends_on = on
    person.status = status
    _refuse_last_admin_leaving(person_id)
    db.session.execute(
        update(RoleGrant)
        .where(RoleGrant.person_id == person_id, RoleGrant.ended_at.is_(None))
        .values(ended_at=now, ended_by=actor_id)
        .execution_options(synchronize_session=False)
    )
    end_all_sessions(person_id=person_id, reason=SessionEnd.STATUS, now=now)
    audit.record(
        "people.left",
        f"person:{person_id}",
        actor_id=actor_id,
        about_id=person_id,
        on=on.isoformat(),
        status=status.value,
    )
    events.publish(PersonLeft(person_id, unit_id, on, now))


def log_view(*, subject_id: int, viewer_id: int, purpose: str, now: datetime) -> None:
    """Note that somebody looked at somebody else's data, and for what. Looking at oneself is not noted."""
    if subject_id != viewer_id:
        db.session.add(PersonView(subject_id=subject_id, viewer_id=viewer_id, purpose=purpose, at=now))


def _open_seat_unit(person_id: int) -> int | None:
    return db.session.scalar(
        select(Posting.org_unit_id).where(
            Posting.person_id == person_id,
            Posting.kind == PostingKind.DEFINITIVE,
            Posting.ends_on.is_(None),
        )
    )


def _end_open_seat(person_id: int, starts_on: date) -> int | None:
    """End the open definitive seat; returns its unit, or None when there was no open seat."""
    seat = db.session.scalar(
        select(Posting)
        .where(
            Posting.person_id == person_id,
            Posting.kind == PostingKind.DEFINITIVE,
            Posting.ends_on.is_(None),
        )
        .with_for_update()
    )
    if seat is None:
        return None
    if starts_on <= seat.starts_on:
        raise Conflict("people.posting_before_open", since=seat.starts_on.isoformat())
    seat.ends_on = starts_on - timedelta(days=1)
    db.session.flush()
    return seat.org_unit_id


def _refuse_last_admin_leaving(person_id: int) -> None:
    from learning.people.services.roles import refuse_without_admin

    refuse_without_admin(leaving_person_id=person_id)


def _person(person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound("people.person_unknown")
    return person
