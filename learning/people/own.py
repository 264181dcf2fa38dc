"""What somebody may know about themselves: sessions, what is stored about them, and who looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from learning.kernel.access import Principal
from learning.kernel.audit import AuditEntry
from learning.kernel.db import db
from learning.kernel.mail import MailMessage
from learning.people import queries, texts
from learning.people.models import LoginSession, Person, PersonView
from learning.people.names import display_name

SHOWN = 200


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser that is signed in now."""

    public_id: str
    device: str
    created_at: datetime
    expires_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class ViewRow:
    """Somebody else's look at one's data."""

    at: datetime
    viewer: str
    purpose: str


def sessions_of(principal: Principal, *, now: datetime) -> list[SessionRow]:
    """The live sessions of the principal, this one first, then the newest."""
    rows = db.session.scalars(
        select(LoginSession)
        .where(
            LoginSession.person_id == principal.person_id,
            LoginSession.ended_at.is_(None),
            LoginSession.expires_at > now,
        )
        .order_by(LoginSession.created_at.desc(), LoginSession.id.desc())
    )
    found = [
        SessionRow(row.public_id, row.device, row.created_at, row.expires_at, row.id == principal.session_id)
        for row in rows
    ]
    return sorted(found, key=lambda row: not row.current)


def views_of(person_id: int, *, limit: int | None = SHOWN) -> list[ViewRow]:
    """Who looked at somebody's data, the newest first."""
    rows = db.session.execute(
        select(PersonView, Person)
        .join(Person, Person.id == PersonView.viewer_id)
        .where(PersonView.subject_id == person_id)
        .order_by(PersonView.at.desc(), PersonView.id.desc())
        .limit(limit)
    )
    return [
        ViewRow(
            view.at,
            display_name(viewer.name, viewer.front_title, viewer.back_title),
            str(texts.VIEW_PURPOSES.get(view.purpose, view.purpose)),
        )
        for view, viewer in rows
    ]


def acts_on(person_id: int, *, by_others: bool = False, limit: int | None = SHOWN) -> list[ViewRow]:
    """What the audit log says was done to somebody's data, the newest first; `viewer` is who did it."""
    query = select(AuditEntry, Person).outerjoin(Person, Person.id == AuditEntry.actor_id)
    query = query.where(AuditEntry.about_id == person_id)
    if by_others:
        query = query.where(AuditEntry.actor_id.is_not(None), AuditEntry.actor_id != person_id)
    rows = db.session.execute(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit))
    return [
        ViewRow(
            entry.at,
            display_name(actor.name, actor.front_title, actor.back_title)
            if actor is not None
            else _("Sistem"),
            str(texts.ACTIONS.get(entry.action, entry.action)),
        )
        for entry, actor in rows
    ]


def my_data(*, principal: Principal, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """What this package keeps about the principal, as plain values by heading."""
    person = queries.person_row(principal.person_id)
    assert person is not None
    return {
        _("Identitas"): [
            {
                _("NIP"): person.employee_number,
                _("Nama"): person.display_name,
                _("Surel"): person.email or "",
                _("Jenis pegawai"): str(texts.EMPLOYMENT_TYPES[person.employment_type]),
                _("Status"): str(texts.STATUSES[person.status]),
            }
        ],
        _("Penempatan"): [
            {
                _("Unit"): seat.unit_name,
                _("Instansi"): seat.agency_name,
                _("Jabatan"): seat.position_title,
                _("Golongan"): seat.grade_code or "",
                _("Sifat"): str(texts.POSTING_KINDS[seat.kind]),
                _("Mulai"): seat.starts_on,
                _("Sampai"): seat.ends_on,
            }
            for seat in queries.postings_of(principal.person_id)
        ],
        _("Peran"): [
            {
                _("Peran"): str(texts.ROLES[grant.role]),
                _("Lingkup"): grant.unit_name or grant.course_key or _("Semua"),
                _("Mulai"): grant.granted_at,
                _("Sampai"): grant.ended_at,
            }
            for grant in queries.grants_of(principal.person_id)
        ],
        _("Sesi masuk"): [
            {
                _("Perangkat"): row.device,
                _("Masuk"): row.created_at,
                _("Berakhir"): row.ended_at or row.expires_at,
                _("Sebab berakhir"): str(texts.SESSION_ENDS[row.ended_reason]) if row.ended_reason else "",
            }
            for row in db.session.scalars(
                select(LoginSession)
                .where(LoginSession.person_id == principal.person_id)
                .order_by(LoginSession.created_at.desc())
                .limit(SHOWN)
            )
        ],
        _("Surat"): [
            {_("Dibuat"): letter.created_at, _("Kepada"): letter.recipient, _("Perihal"): letter.subject}
            for letter in db.session.scalars(
                select(MailMessage)
                .where(MailMessage.person_id == principal.person_id, MailMessage.created_at <= now)
                .order_by(MailMessage.id.desc())
                .limit(SHOWN)
            )
        ],
    }
