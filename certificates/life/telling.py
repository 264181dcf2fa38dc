"""Telling the holder what happened to a certificate: once, in the commit of the event itself. None commits.

A notice is a row that is unique for certificate and kind, and it commits together with the letter in the outbox: whoever
comes second, a listener that is run again or a second worker, finds the row and tells nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import exists, select

from certificates import codes
from certificates.events import (
    CertificateCorrected,
    CertificateIssued,
    CertificateRevoked,
    CorrectionDeclined,
)
from certificates.life.letters import About, answer_letter, letter
from certificates.life.notices import FARTHEST, NoticeKind, reminder_due
from certificates.models import Certificate, CertificateEvent, CertificateNotice
from certificates.payload import from_json
from certificates.status import CertificateEventKind
from learning.kernel import clock, mail
from learning.kernel.db import db
from learning.people.kinds import PersonStatus
from learning.people.models import Person

NEWS = timedelta(days=3)
"""What happened longer ago is history (a demo, an import): it is noted as told, without a letter."""


def issued(event: CertificateIssued) -> None:
    """The certificate is ready; one letter also says which one it replaces."""
    if _told(event.certificate_id, NoticeKind.READY):
        return
    row = db.session.get_one(Certificate, event.certificate_id)
    replaced = [db.session.get_one(Certificate, older) for older in event.replaces]
    about = replace(_about(row), replaced_number=replaced[-1].number if replaced else "")
    mail_id = _tell(row, NoticeKind.READY, about, event.issued_at)
    for older in replaced:
        _note(older.id, NoticeKind.SUPERSEDED, event.issued_at, mail_id)


def corrected(event: CertificateCorrected) -> None:
    """The old one is superseded by a correction, and the new one is ready: one letter for both."""
    if _told(event.corrects_id, NoticeKind.SUPERSEDED):
        return
    old = db.session.get_one(Certificate, event.corrects_id)
    new = db.session.get_one(Certificate, event.certificate_id)
    note = db.session.scalar(
        select(CertificateEvent.note).where(
            CertificateEvent.certificate_id == old.id,
            CertificateEvent.kind == CertificateEventKind.SUPERSEDED,
        )
    )
    about = replace(_about(old), note=note or "", successor_number=new.number, successor_url=_about(new).url)
    mail_id = _tell(old, NoticeKind.SUPERSEDED, about, event.at)
    _note(new.id, NoticeKind.READY, event.at, mail_id)


def revoked(event: CertificateRevoked) -> None:
    """The certificate was revoked: why, and whom to ask."""
    row = db.session.get_one(Certificate, event.certificate_id)
    happened = db.session.execute(
        select(CertificateEvent.reason, CertificateEvent.note).where(
            CertificateEvent.certificate_id == row.id, CertificateEvent.kind == CertificateEventKind.REVOKED
        )
    ).one()
    _tell(row, NoticeKind.REVOKED, replace(_about(row), reason=happened.reason, note=happened.note), event.at)


def declined(event: CorrectionDeclined) -> None:
    """The answer to a request that was not granted."""
    row = db.session.get_one(Certificate, event.certificate_id)
    person = _reader(row.person_id)
    if person is None or person.email is None or _is_history(event.at):
        return
    subject, body = answer_letter(
        name=_name(row), locale=person.locale, number=row.number, said=event.said, answer=event.answer,
        url=_about(row).url,
    )  # fmt: skip
    mail.send(person.email, subject, body, person_id=person.id)


def about_to_expire(*, now: datetime, after: int, most: int) -> list[int]:
    """Ids above `after` of certificates that stand, run out within ninety days and may lack a reminder, in order."""
    today = clock.local_date(now)
    ended = exists().where(CertificateEvent.certificate_id == Certificate.id)
    told = exists().where(
        CertificateNotice.certificate_id == Certificate.id, CertificateNotice.kind == NoticeKind.EXPIRES_7
    )
    return list(
        db.session.scalars(
            select(Certificate.id)
            .where(
                Certificate.id > after,
                # A day of room on both sides: which day it is where the holder is, decides `remind`.
                Certificate.expires_on >= today - timedelta(days=1),
                Certificate.expires_on <= today + timedelta(days=FARTHEST + 1),
                ~ended,
                ~told,
            )
            .order_by(Certificate.id)
            .limit(most)
        )
    )


def remind(*, certificate_ids: list[int], now: datetime) -> int:
    """Send the reminders that are due for these certificates; how many. Repeating it on the same day sends none."""
    told: dict[int, set[NoticeKind]] = {}
    for certificate_id, kind in db.session.execute(
        select(CertificateNotice.certificate_id, CertificateNotice.kind).where(
            CertificateNotice.certificate_id.in_(certificate_ids)
        )
    ):
        told.setdefault(certificate_id, set()).add(kind)
    ended = exists().where(CertificateEvent.certificate_id == Certificate.id)
    rows = db.session.scalars(
        select(Certificate).where(Certificate.id.in_(certificate_ids), ~ended).order_by(Certificate.id)
    ).all()
    sent = 0
    for row in rows:
        if row.expires_on is None or row.issued_at > now:
            continue
        today = clock.local_date(now, row.timezone)
        kind = reminder_due(row.expires_on, today, told.get(row.id, ()))
        if kind is None:
            continue
        about = replace(_about(row), days_left=(row.expires_on - today).days)
        sent += _tell(row, kind, about, now) is not None
    return sent


def _tell(row: Certificate, kind: NoticeKind, about: About, at: datetime) -> int | None:
    """Put the letter into the outbox unless this was told before; the letter's id, None without one."""
    if _told(row.id, kind):
        return None
    person = _reader(row.person_id)
    mail_id = None
    if person is not None and person.email is not None and not _is_history(at):
        subject, body = letter(kind, about, name=_name(row), locale=person.locale)
        mail_id = mail.send(person.email, subject, body, person_id=person.id)
    _note(row.id, kind, at, mail_id)
    return mail_id


def _note(certificate_id: int, kind: NoticeKind, at: datetime, mail_id: int | None) -> None:
    # Never asked for first: whoever comes second must fail here, and lose the letter with it.
    db.session.add(CertificateNotice(certificate_id=certificate_id, kind=kind, told_at=at, mail_id=mail_id))
    db.session.flush()


def _told(certificate_id: int, kind: NoticeKind) -> bool:
    return (
        db.session.scalar(
            select(CertificateNotice.id).where(
                CertificateNotice.certificate_id == certificate_id, CertificateNotice.kind == kind
            )
        )
        is not None
    )


def _reader(person_id: int) -> Person | None:
    """The holder, unless they have left the service."""
    person = db.session.get_one(Person, person_id)
    return person if person.status is PersonStatus.ACTIVE else None


def _name(row: Certificate) -> str:
    return from_json(row.payload).holder_name


def _is_history(at: datetime) -> bool:
    return clock.now() - at > NEWS


def _about(row: Certificate) -> About:
    base: str = current_app.config["NETRA"].base_url
    paper = from_json(row.payload)
    expires_on: date | None = row.expires_on
    return About(
        course_title=paper.course_title,
        number=row.number,
        url=f"{base}/sertifikat/{codes.display(row.code)}",
        course_url=f"{base}/kursus/{row.course_key}",
        expires_on=expires_on,
    )
