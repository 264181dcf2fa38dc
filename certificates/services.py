"""Use cases that write: issue, revoke, letterheads, promotion rules. None of them commits."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

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
from certificates.events import CertificateIssued, CertificateRevoked
from certificates.models import Certificate, CertificateEvent, Letterhead, PromotionRule, RevocationReason
from certificates.payload import CertificatePayload, Issuer, payload_hash
from certificates.rendering import TEMPLATE_VERSION
from certificates.rulebook import RuleText
from certificates.status import CertificateEventKind, LifeEvent, status_at
from courses.editions import edition_of
from learning.kernel import audit, clock, events
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people import queries as people
from learning.people.scope import visible_people
from learning.records import queries as records
from quizzes.events import QuizPassed
from quizzes.models import PassRecord

NOTE_LENGTH = 500
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

    Exactly one per pass under any concurrency: whoever comes second gets the first one's id. A valid earlier certificate
    of the same course is superseded. What is printed is frozen here; the paper itself is made when first asked for.
    """
    earlier = _issued_for(event.pass_record_id)
    if earlier is not None:
        return earlier
    record = db.session.get_one(PassRecord, event.pass_record_id)
    holder, issuer = _holder(event.person_id, event.passed_at)
    course = _course(event.course_key, event.edition)
    enrolment = records.enrolment(event.enrolment_id)
    started_at = enrolment.started_at if enrolment and enrolment.started_at else event.passed_at
    serial = _next_serial()
    payload = compose(
        serial=serial,
        code=_unused_code(),
        holder=holder,
        course=course,
        result=ResultFacts(event.score, record.module_scores, started_at, event.passed_at),
        issuer=issuer,
        base_url=current_app.config["NETRA"].base_url,
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


def revoke(
    *, certificate_id: int, principal: Principal, reason: RevocationReason, note: str, now: datetime
) -> None:
    """Take the force from a certificate, for ever. Only an admin who may see its holder; `note` says why to the holder.

    Refuses: a certificate out of reach (as if it did not exist), one revoked already, an empty or too long note.
    """
    certificate = db.session.execute(
        select(Certificate).where(
            Certificate.id == certificate_id,
            Certificate.person_id.in_(
                visible_people(
                    principal, Role.ADMIN, on=clock.local_date(now, principal.timezone), with_former=True
                )
            ),
        )
    ).scalar_one_or_none()
    if certificate is None or not principal.grants_for(Role.ADMIN):
        raise NotFound("certificates.unknown")
    note = note.strip()
    if not note:
        raise Invalid("certificates.note_missing")
    if len(note) > NOTE_LENGTH:
        raise Invalid("certificates.note_too_long", max=NOTE_LENGTH)
    try:
        with db.session.begin_nested():
            db.session.add(
                CertificateEvent(
                    certificate_id=certificate.id,
                    kind=CertificateEventKind.REVOKED,
                    at=now,
                    actor_id=principal.person_id,
                    reason=reason,
                    note=note,
                    successor_id=None,
                )
            )
    except IntegrityError as error:
        if violated(error, "uq_certificate_event_certificate_id_kind"):
            raise Conflict("certificates.already_revoked") from error
        raise
    audit.record(
        "certificate.revoked",
        f"certificate/{certificate.id}",
        actor_id=principal.person_id,
        about_id=certificate.person_id,
        number=certificate.number,
        reason=str(reason),
    )
    events.publish(
        CertificateRevoked(certificate.id, certificate.person_id, certificate.course_key, str(reason), now)
    )


def set_letterhead(
    *, agency_id: int, valid_from: date, issuer: Issuer, now: datetime, actor_id: int | None = None
) -> int:
    """Head and signatory of an agency's certificates from a day on; the row's id. Certificates issued before keep theirs.

    The name must be of somebody who has agreed to it: the paper says it was issued electronically, never that they
    signed. Refuses: a unit that is no agency, empty head or signatory, a second letterhead for the same day.
    """
    unit = people.unit_row(agency_id)
    if unit is None or unit.parent_id is not None:
        raise Invalid("certificates.not_an_agency")
    if not issuer.institution.strip() or not issuer.signatory_name.strip():
        raise Invalid("certificates.letterhead_incomplete")
    row = Letterhead(agency_id=agency_id, valid_from=valid_from, created_at=now, **asdict(issuer))
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise Conflict("certificates.letterhead_exists") from error
    audit.record(
        "certificate.letterhead_set",
        f"agency/{agency_id}",
        actor_id=actor_id,
        institution=issuer.institution,
        signatory=issuer.signatory_name,
        valid_from=valid_from.isoformat(),
    )
    return row.id


def load_rules(*, rules: Sequence[RuleText], now: datetime) -> tuple[int, int]:
    """Bring the promotion rules to what the file says; (added or changed, unchanged). Repeating it changes nothing.

    A changed rule becomes a new version; the old one ends the day before and keeps answering for its days.
    Refuses: a changed rule that does not begin after the version it replaces.
    """
    changed = 0
    for rule in rules:
        last = db.session.execute(
            select(PromotionRule)
            .where(PromotionRule.key == rule.key)
            .order_by(PromotionRule.version.desc())
            .limit(1)
        ).scalar_one_or_none()
        if last is not None and _same(last, rule):
            continue
        if last is not None and last.valid_to is None and _same(last, replace(rule, valid_to=None)):
            last.valid_to = rule.valid_to
            audit.record("certificate.rule_ended", f"promotion_rule/{rule.key}", version=last.version)
            changed += 1
            continue
        if last is not None:
            if rule.valid_from <= last.valid_from:
                raise Invalid("certificates.rule_not_later", key=rule.key, day=last.valid_from.isoformat())
            if last.valid_to is None:
                last.valid_to = rule.valid_from - timedelta(days=1)
                db.session.flush()
        version = last.version + 1 if last is not None else 1
        db.session.add(PromotionRule(version=version, created_at=now, **asdict(rule)))
        db.session.flush()
        audit.record("certificate.rule_loaded", f"promotion_rule/{rule.key}", version=version)
        changed += 1
    return changed, len(rules) - changed


def _same(row: PromotionRule, rule: RuleText) -> bool:
    return all(getattr(row, name) == value for name, value in asdict(rule).items())


def _issued_for(pass_record_id: int) -> int | None:
    return db.session.execute(
        select(Certificate.id).where(Certificate.pass_record_id == pass_record_id)
    ).scalar_one_or_none()


def _next_serial() -> int:
    if db.engine.dialect.name == "postgresql":
        return db.session.execute(
            text("SELECT nextval(pg_get_serial_sequence('certificate', 'id'))")
        ).scalar_one()
    # SQLite: only one write section runs at a time, and rows are never deleted.
    return (db.session.execute(select(func.max(Certificate.id))).scalar() or 0) + 1


def _unused_code() -> str:
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
    )


def _holder(person_id: int, at: datetime) -> tuple[HolderFacts, Issuer]:
    person = people.person_row(person_id)
    if person is None:
        raise NotFound("certificates.unknown")
    seat = people.posting_on(person_id, clock.local_date(at))
    if seat is None:
        facts = HolderFacts(person.display_name, person.employee_number, "", "", "", clock.DEFAULT_ZONE)
        return facts, default_issuer("")
    facts = HolderFacts(
        person.display_name,
        person.employee_number,
        seat.position_title,
        seat.unit_name,
        seat.agency_name,
        seat.timezone,
    )
    return facts, _issuer(seat.agency_id, seat.agency_name, clock.local_date(at, seat.timezone))


def _issuer(agency_id: int, agency_name: str, day: date) -> Issuer:
    row = db.session.execute(
        select(Letterhead)
        .where(Letterhead.agency_id == agency_id, Letterhead.valid_from <= day)
        .order_by(Letterhead.valid_from.desc())
        .limit(1)
    ).scalar_one_or_none()
    if row is None:
        return default_issuer(agency_name)
    return Issuer(
        row.institution,
        row.parent,
        row.address,
        row.place,
        row.signatory_office,
        row.signatory_name,
        row.signatory_number,
    )


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
                )
            )
            replaced.append(row.id)
    db.session.flush()
    return tuple(replaced)
