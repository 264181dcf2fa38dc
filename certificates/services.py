"""Use cases that write: issue. Ending: `ending`; correcting: `correcting`; rules: `rule_services`; heads: `letterheads`. None commits."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime

from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from certificates import codes
from certificates.composing import (
    CourseFacts,
    HolderFacts,
    ModuleFacts,
    ResultFacts,
    compose,
    default_issuer,
)
from certificates.events import CertificateIssued
from certificates.letterheads import letterhead_on
from certificates.models import Certificate, CertificateEvent
from certificates.payload import CertificatePayload, Issuer, payload_hash
from certificates.rendering import TEMPLATE_VERSION
from certificates.status import CertificateEventKind, LifeEvent, status_at
from courses.editions import edition_of
from learning.kernel import audit, clock, events
from learning.kernel.db import db
from learning.kernel.errors import NotFound
from learning.kernel.transaction import violated
from learning.people import queries as people
from learning.records import queries as records
from quizzes.events import QuizPassed
from quizzes.models import PassRecord

_PURPOSE = b"netra certificate codes 1"


def code_key() -> bytes:
    """The key of the checksum in verification codes, derived from the installation's secret.

    If the secret is ever replaced, old codes no longer fit their checksum; they are found all the same, because
    verification asks the database by the whole code.
    """
    secret: str = current_app.config["NETRA"].secret_key
    return hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).digest()


def issue(event: QuizPassed) -> int:
    """Issue the certificate of a pass; its id. Runs in the commit of the pass.

    Exactly one per pass under any concurrency: whoever comes second gets the id of the one that stands, corrected
    meanwhile or not. A valid earlier certificate of the same course is superseded. What is printed is frozen here; the
    paper itself is made when first asked for.
    """
    earlier = _issued_for(event.pass_record_id)
    if earlier is not None:
        return earlier
    record = db.session.get_one(PassRecord, event.pass_record_id)
    holder, (issuer, number_pattern) = holder_at(event.person_id, event.passed_at)
    course = _course(event.course_key, event.edition)
    enrolment = records.enrolment(event.enrolment_id)
    started_at = enrolment.started_at if enrolment and enrolment.started_at else event.passed_at
    serial = next_serial()
    payload = compose(
        serial=serial,
        code=unused_code(),
        holder=holder,
        course=course,
        result=ResultFacts(event.score, record.module_scores, started_at, event.passed_at),
        issuer=issuer,
        base_url=current_app.config["NETRA"].base_url,
        number_pattern=number_pattern,
    )
    certificate = _row(serial, payload, event)
    try:
        with db.session.begin_nested():
            db.session.add(certificate)
    except IntegrityError as error:
        if not violated(error, "uq_certificate_pass_record_id") and not violated(
            error, "uq_certificate_enrolment_id"
        ):
            raise
        earlier = _issued_for(event.pass_record_id)
        if earlier is None:
            raise
        return earlier
    replaced = _supersede_earlier(certificate)
    audit.record(
        "certificate.issued",
        f"certificate/{serial}",
        about_id=event.person_id,
        number=payload.number,
        pass_record=event.pass_record_id,
        payload_hash=certificate.payload_hash,
        replaces=list(replaced),
    )
    events.publish(
        CertificateIssued(
            serial,
            event.person_id,
            event.course_key,
            payload.number,
            payload.code,
            event.passed_at,
            replaced,
        )
    )
    return serial


def _issued_for(pass_record_id: int) -> int | None:
    return db.session.execute(
        select(func.max(Certificate.id)).where(Certificate.pass_record_id == pass_record_id)
    ).scalar_one_or_none()


def next_serial() -> int:
    """The id of the next certificate, which its number is made of."""
    if db.engine.dialect.name == "postgresql":
        return db.session.execute(
            text("SELECT nextval(pg_get_serial_sequence('certificate', 'id'))")
        ).scalar_one()
    # SQLite: only one write section runs at a time, and rows are never deleted.
    return (db.session.execute(select(func.max(Certificate.id))).scalar() or 0) + 1


def unused_code() -> str:
    """A fresh verification code that no certificate has."""
    # 130 random bits: a second round will not be seen, but a pass must not fail on it.
    while True:
        code = codes.new_code(code_key())
        if db.session.execute(select(Certificate.id).where(Certificate.code == code)).scalar() is None:
            return code


def _row(serial: int, payload: CertificatePayload, event: QuizPassed) -> Certificate:
    return Certificate(
        id=serial,
        number=payload.number,
        code=payload.code,
        pass_record_id=event.pass_record_id,
        enrolment_id=event.enrolment_id,
        person_id=event.person_id,
        course_key=event.course_key,
        issued_at=event.passed_at,
        issued_on=date.fromisoformat(payload.issued_on),
        expires_on=date.fromisoformat(payload.expires_on) if payload.expires_on else None,
        timezone=payload.timezone,
        template=TEMPLATE_VERSION,
        payload=payload.to_json(),
        payload_hash=payload_hash(payload),
        corrects_id=None,
        proposal_id=None,
    )


def holder_at(
    person_id: int, at: datetime, issued_at: datetime | None = None
) -> tuple[HolderFacts, tuple[Issuer, str]]:
    """Who a person is by the personnel record and where they sat at `at`; with the letterhead there on the issuing day,
    and that letterhead's number pattern.

    `issued_at`: when the paper is made, if that is not the instant the seat is asked for.
    """
    person = people.person_row(person_id)
    if person is None:
        raise NotFound("certificates.unknown")
    seat = people.posting_on(person_id, clock.local_date(at))
    if seat is None:
        facts = HolderFacts(person.display_name, person.employee_number, "", "", "", clock.DEFAULT_ZONE)
        return facts, (default_issuer(""), "")
    facts = HolderFacts(
        person.display_name,
        person.employee_number,
        seat.position_title,
        seat.unit_name,
        seat.agency_name,
        seat.timezone,
    )
    day = clock.local_date(issued_at or at, seat.timezone)
    return facts, letterhead_on(seat.agency_id, seat.agency_name, day)


def _course(course_key: str, edition: str) -> CourseFacts:
    found = edition_of(course_key, edition)
    if found is None:
        raise LookupError(f"the edition that was passed is not published: {course_key} {edition}")
    return CourseFacts(
        key=course_key,
        edition=edition,
        title=found.title,
        code=found.code,
        jp=found.jp,
        validity_months=found.validity_months,
        modules=tuple(ModuleFacts(m.number, m.slug, m.title, m.jp, m.minutes) for m in found.modules),
    )


def _supersede_earlier(certificate: Certificate) -> tuple[int, ...]:
    """Replace what the person holds for this course and what still proves something; expired ones stay expired."""
    now = certificate.issued_at
    # A correction that is being confirmed has the old one locked: wait for it, and then see the new one as well.
    db.session.execute(
        select(Certificate.id)
        .where(
            Certificate.person_id == certificate.person_id,
            Certificate.course_key == certificate.course_key,
            Certificate.id != certificate.id,
        )
        .order_by(Certificate.id)
        .with_for_update()
    ).all()
    older = db.session.execute(
        select(Certificate).where(
            Certificate.person_id == certificate.person_id,
            Certificate.course_key == certificate.course_key,
            Certificate.id != certificate.id,
        )
    ).scalars()
    replaced = []
    for row in list(older):
        happened = db.session.execute(
            select(CertificateEvent).where(CertificateEvent.certificate_id == row.id)
        ).scalars()
        state = status_at(
            now,
            issued_at=row.issued_at,
            expires_on=row.expires_on,
            timezone=row.timezone,
            events=[LifeEvent(event.kind, event.at) for event in happened],
        )
        if state.valid:
            db.session.add(
                CertificateEvent(
                    certificate_id=row.id,
                    kind=CertificateEventKind.SUPERSEDED,
                    at=now,
                    actor_id=None,
                    reason=None,
                    note="",
                    successor_id=certificate.id,
                    proposal_id=None,
                    proposal_outcome=None,
                )
            )
            replaced.append(row.id)
    db.session.flush()
    return tuple(replaced)
