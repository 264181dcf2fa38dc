"""Private addresses of one's due dates: made, shown once, ended, and what stands behind one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from learning.kernel import audit, clock
from learning.kernel.db import db
from learning.kernel.web import format_date
from learning.people.kinds import PersonStatus
from learning.people.models import OrgUnit, Person
from learning.people.services import token_hash
from learning.records import ics
from learning.records import queries as records
from learning.records.duedates import StageStatus
from learning.records.models import Enrolment
from learning.records.nudges.planning import MINUTES
from learning.records.nudges.queries import Planned, plans_of
from learning.records.queries import EnrolmentRow
from learning.records.reminders.letters import made_up
from learning.records.reminders.models import CalendarLink
from learning.records.texts import STAGE, STAGE_STATUS, inside


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose dates an address shows, and in which language."""

    person_id: int
    locale: str


def make(*, person_id: int, token: str, locale: str, now: datetime) -> None:
    """Put a new address in force; the one before it ends in the same commit."""
    # The person's row is the lock: of two clicks at once the second ends what the first has made.
    db.session.get_one(Person, person_id, with_for_update=True)
    _end(person_id, now)
    db.session.add(
        CalendarLink(
            person_id=person_id, token_hash=token_hash(token), locale=locale, made_at=now, ended_at=None
        )
    )
    db.session.flush()
    audit.record("records.calendar_link_made", f"person:{person_id}", actor_id=person_id)


def end(*, person_id: int, now: datetime) -> bool:
    """End the address in force; False when there is none."""
    ended = _end(person_id, now)
    if ended:
        audit.record("records.calendar_link_ended", f"person:{person_id}", actor_id=person_id)
    return ended


def _end(person_id: int, now: datetime) -> bool:
    ended = db.session.execute(
        update(CalendarLink)
        .where(CalendarLink.person_id == person_id, CalendarLink.ended_at.is_(None))
        .values(ended_at=now)
        .returning(CalendarLink.id)
    ).all()
    return bool(ended)


def made_at(person_id: int) -> datetime | None:
    """Since when somebody has an address in force."""
    return db.session.scalars(
        select(CalendarLink.made_at).where(
            CalendarLink.person_id == person_id, CalendarLink.ended_at.is_(None)
        )
    ).first()


def owner(token: str) -> Owner | None:
    """Whose address this is; None for one that was ended or never made, and for whoever has left the service."""
    row = db.session.execute(
        select(CalendarLink.person_id, CalendarLink.locale)
        .join(Person, Person.id == CalendarLink.person_id)
        .where(
            CalendarLink.token_hash == token_hash(token),
            CalendarLink.ended_at.is_(None),
            Person.status == PersonStatus.ACTIVE,
        )
    ).first()
    return Owner(row.person_id, row.locale) if row else None


def file(whose: Owner, now: datetime) -> str:
    """The calendar file: a whole day for each course that is due and not passed, and the times planned for it. No name, no NIP."""
    zones = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Enrolment.id, OrgUnit.timezone)
            .join(OrgUnit, OrgUnit.id == Enrolment.org_unit_id)
            .where(Enrolment.person_id == whose.person_id, Enrolment.ended_at.is_(None))
        )
    }
    with force_locale(whose.locale):
        rows = [row for row in records.enrolments_of(whose.person_id) if row.open_duty]
        entries = [_entry(row, zones.get(row.id, clock.DEFAULT_ZONE), now) for row in rows]
        plans = plans_of(whose.person_id)
        planned = [_planned(row, plans[row.id]) for row in rows if row.id in plans]
        return ics.calendar(_("Tenggat saya di Netra"), entries, whose.locale, planned)


def _planned(row: EnrolmentRow, plan: Planned) -> ics.Appointment:
    return ics.Appointment(
        f"{row.public_id}-rencana@netra",
        plan.starts_at,
        MINUTES,
        _("Belajar: %(course)s", course=row.course_title),
        f"{current_app.config['NETRA'].base_url}/kursus/{row.course_key}",
        plan.made_at,
        int(plan.made_at.timestamp()) // 60,
    )


def _entry(row: EnrolmentRow, zone: str, now: datetime) -> ics.Entry:
    assert row.due_at is not None  # an open duty has a date
    day, reason, lines = clock.local_date(row.due_at, zone), row.due_reason, []
    if reason is not None and reason.outage is not None:
        lines.append(made_up(reason.outage))
    elif reason is not None and reason.extended and reason.extended_on is not None:
        lines.append(
            _("Tenggat Anda diperpanjang sampai dengan %(day)s.", day=format_date(reason.extended_on))
        )
    elif reason is not None and reason.stage is not None and reason.stage_status is not None:
        lines.append(
            _(
                "Mengapa tanggal itu: %(stage)s %(event)s dimulai %(day)s. Dasarnya: %(basis)s.",
                stage=inside(STAGE[reason.stage]),
                event=reason.event_name,
                day=format_date(reason.stage_starts_on),
                basis=reason.legal_basis.rstrip("."),
            )
        )
        if reason.stage_status is not StageStatus.CONFIRMED:
            lines.append(f"{STAGE_STATUS[reason.stage_status]}.")
    elif reason is not None:
        lines.append(_("Dasarnya: %(basis)s.", basis=reason.legal_basis.rstrip(".")))
    lines.append(f"{current_app.config['NETRA'].base_url}/kursus/{row.course_key}")
    moved = reason.moved_at if reason is not None else None
    return ics.Entry(
        f"{row.public_id}@netra",
        day,
        day,
        _("Tenggat: %(course)s", course=row.course_title),
        "\n".join(lines),
        moved or now,
        # Minutes since 1970: grows with every move and needs no counter.
        int(moved.timestamp()) // 60 if moved else 0,
        reason is not None and reason.stage_status not in {None, StageStatus.CONFIRMED},
    )
