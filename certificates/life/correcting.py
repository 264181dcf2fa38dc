"""Correcting a certificate: the holder may ask, one proposes, an admin confirms, a new one is issued. None commits.

Nothing printed is ever changed. The new certificate stands for the same pass, with new number and code, the words of the
personnel record, and the last valid day of the old one: a correction never makes a certificate live longer.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace
from datetime import date, datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from certificates import services
from certificates.events import CertificateCorrected, CorrectionDeclined
from certificates.life.lifecycle import (
    Change,
    Outcome,
    ProposalKind,
    RequestOutcome,
    Words,
    changes,
    printed_words,
    words_from_json,
)
from certificates.life.proposals import (
    DECIDING,
    NOTE_LENGTH,
    PROPOSING,
    in_reach,
    open_proposal,
    require_open_to,
    settle,
    take,
)
from certificates.models import Certificate, CertificateEvent, CertificateProposal, CorrectionRequest
from certificates.numbering import certificate_number
from certificates.payload import from_json, payload_hash
from certificates.rendering import TEMPLATE_VERSION
from certificates.status import CertificateEventKind
from courses.editions import edition_of
from learning.kernel import audit, clock, events
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from learning.kernel.transaction import violated
from quizzes.models import PassRecord

SAID_LENGTH = 1_000


def ask(*, certificate_id: int, person_id: int, said: str, now: datetime) -> uuid.UUID:
    """The holder says what is wrong on the paper; the request's public id. A second press changes nothing.

    Refuses: somebody else's certificate (NotFound), one that no longer stands, a request that is still open and says
    something else (Conflict), an empty or too long text (Invalid).
    """
    row = db.session.execute(
        select(Certificate).where(Certificate.id == certificate_id, Certificate.person_id == person_id)
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("certificates.unknown")
    require_open_to(ProposalKind.CORRECTION, row, now)
    told = said.replace("\0", "").strip()
    if not told:
        raise Invalid("certificates.said_missing")
    if len(told) > SAID_LENGTH:
        raise Invalid("certificates.text_too_long", max=SAID_LENGTH)
    request = CorrectionRequest(
        public_id=uuid.uuid4(),
        certificate_id=row.id,
        person_id=person_id,
        pass_record_id=row.pass_record_id,
        said=told,
        asked_at=now,
        outcome=None,
        answered_by=None,
        answered_at=None,
        answer="",
    )
    try:
        with db.session.begin_nested():
            db.session.add(request)
    except IntegrityError as error:
        if not violated(error, "uq_correction_request_open"):
            raise
        standing = _open_request(row.id)
        if standing is not None and standing.said == told:
            return standing.public_id
        raise Conflict("certificates.request_open") from error
    audit.record(
        "certificate.correction_asked",
        f"certificate/{row.id}",
        actor_id=person_id,
        about_id=person_id,
        request=str(request.public_id),
    )
    return request.public_id


def refuse_request(*, public_id: uuid.UUID, principal: Principal, answer: str, now: datetime) -> int:
    """Tell the holder that the paper stays as it is, and why; the certificate's id.

    Refuses: out of reach (NotFound), one's own (Forbidden), answered already (Conflict), an empty or too long answer.
    """
    request = db.session.execute(
        select(CorrectionRequest)
        .where(CorrectionRequest.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if request is None:
        raise NotFound("certificates.request_unknown")
    in_reach(principal, request.certificate_id, *DECIDING, now=now)
    if request.person_id == principal.person_id:
        raise Forbidden("certificates.holder_takes_part")
    if request.outcome is not None:
        raise Conflict("certificates.request_answered")
    told = answer.replace("\0", "").strip()
    if not told:
        raise Invalid("certificates.answer_missing")
    if len(told) > NOTE_LENGTH:
        raise Invalid("certificates.text_too_long", max=NOTE_LENGTH)
    _answer(request, RequestOutcome.DECLINED, told, principal, now)
    events.publish(CorrectionDeclined(request.certificate_id, request.person_id, request.said, told, now))
    return request.certificate_id


def recorded_words(row: Certificate) -> Words:
    """Who and where by the personnel record as it stands now: today's name, the seat of the day of the pass."""
    passed_at = db.session.scalar(select(PassRecord.passed_at).where(PassRecord.id == row.pass_record_id))
    assert passed_at is not None
    holder, _issuer = services.holder_at(row.person_id, passed_at)
    return Words(
        holder.display_name,
        holder.employee_number,
        holder.position_title,
        holder.unit_name,
        holder.agency_name,
    )


def pending_changes(certificate_id: int) -> tuple[Change, ...]:
    """What a correction would change today: the printed words beside the personnel record's."""
    row = db.session.get(Certificate, certificate_id)
    return changes(printed_words(from_json(row.payload)), recorded_words(row)) if row is not None else ()


def propose_correction(
    *, certificate_id: int, principal: Principal, note: str, evidence: str, now: datetime
) -> uuid.UUID:
    """Propose to issue the certificate again with the words of the personnel record; the proposal's public id.

    Refuses as `open_proposal`, and when the record says what the paper says: the record has to be mended first (Invalid).
    """
    row = in_reach(principal, certificate_id, *PROPOSING, now=now)
    words = recorded_words(row)
    if not changes(printed_words(from_json(row.payload)), words):
        raise Invalid("certificates.nothing_to_correct")
    return open_proposal(
        certificate_id=certificate_id,
        kind=ProposalKind.CORRECTION,
        principal=principal,
        note=note,
        evidence=evidence,
        words=words.to_json(),
        now=now,
    )


def confirm_correction(*, public_id: uuid.UUID, principal: Principal, now: datetime) -> int:
    """Issue the corrected certificate; its id. The old one is superseded in the same commit.

    Refuses: as `take`; a certificate that no longer stands, and a personnel record that changed since the proposal, so that
    nothing is printed that the second person has not seen (Conflict).
    """
    proposal, old = take(public_id=public_id, principal=principal, outcome=Outcome.CONFIRMED, now=now)
    if proposal.kind is not ProposalKind.CORRECTION or proposal.words is None:
        raise Conflict("certificates.proposal_decided")
    require_open_to(ProposalKind.CORRECTION, old, now)
    words = words_from_json(proposal.words)
    if words != recorded_words(old):
        raise Conflict("certificates.record_changed")
    settle(proposal, Outcome.CONFIRMED, principal=principal, now=now)
    new = _corrected(old, words, proposal, now)
    try:
        with db.session.begin_nested():
            db.session.add(new)
            db.session.flush()
            db.session.add(
                CertificateEvent(
                    certificate_id=old.id,
                    kind=CertificateEventKind.SUPERSEDED,
                    at=now,
                    actor_id=principal.person_id,
                    reason=None,
                    note=proposal.note,
                    successor_id=new.id,
                    proposal_id=proposal.id,
                    proposal_outcome=Outcome.CONFIRMED,
                )
            )
    except IntegrityError as error:
        if violated(error, "uq_certificate_corrects_id") or violated(
            error, "uq_certificate_event_certificate_id_kind"
        ):
            raise Conflict("certificates.not_correctable") from error
        raise
    request = _open_request(old.id)
    if request is not None:
        _answer(request, RequestOutcome.CORRECTED, proposal.note, principal, now)
    audit.record(
        "certificate.corrected",
        f"certificate/{new.id}",
        actor_id=principal.person_id,
        about_id=new.person_id,
        number=new.number,
        corrects=old.number,
        pass_record=new.pass_record_id,
        payload_hash=new.payload_hash,
        proposed_by=proposal.proposed_by,
    )
    audit.record(
        "certificate.superseded",
        f"certificate/{old.id}",
        actor_id=principal.person_id,
        about_id=old.person_id,
        number=old.number,
        successor=new.number,
    )
    events.publish(
        CertificateCorrected(new.id, old.id, new.person_id, new.course_key, new.number, new.code, now)
    )
    return new.id


def _corrected(old: Certificate, words: Words, proposal: CertificateProposal, now: datetime) -> Certificate:
    paper = from_json(old.payload)
    edition = edition_of(old.course_key, paper.edition)
    if edition is None:
        raise LookupError(f"the edition that was passed is not published: {old.course_key} {paper.edition}")
    passed_at = db.session.scalar(select(PassRecord.passed_at).where(PassRecord.id == old.pass_record_id))
    assert passed_at is not None
    # Signed by whoever signs today: a paper made now cannot carry the hand of somebody who has left since.
    _holder, (issuer, pattern) = services.holder_at(old.person_id, passed_at, issued_at=now)
    serial, code = services.next_serial(), services.unused_code()
    issued_on: date = clock.local_date(now, old.timezone)
    url = f"{current_app.config['NETRA'].base_url}/v/{code}"
    payload = replace(
        paper,
        number=certificate_number(serial, edition.code, issued_on, pattern),
        code=code,
        issued_on=issued_on.isoformat(),
        issuer=issuer,
        verify_url=url,
        qr_text=url.upper(),
        replaces=old.number,
        **asdict(words),
    )
    return Certificate(
        id=serial,
        number=payload.number,
        code=code,
        pass_record_id=old.pass_record_id,
        enrolment_id=old.enrolment_id,
        person_id=old.person_id,
        course_key=old.course_key,
        issued_at=now,
        issued_on=issued_on,
        expires_on=old.expires_on,
        timezone=old.timezone,
        template=TEMPLATE_VERSION,
        payload=payload.to_json(),
        payload_hash=payload_hash(payload),
        corrects_id=old.id,
        proposal_id=proposal.id,
    )


def _open_request(certificate_id: int) -> CorrectionRequest | None:
    return db.session.execute(
        select(CorrectionRequest).where(
            CorrectionRequest.certificate_id == certificate_id, CorrectionRequest.outcome.is_(None)
        )
    ).scalar_one_or_none()


def _answer(
    request: CorrectionRequest, outcome: RequestOutcome, answer: str, principal: Principal, now: datetime
) -> None:
    request.outcome, request.answer = outcome, answer
    request.answered_by, request.answered_at = principal.person_id, now
    db.session.flush()
    audit.record(
        f"certificate.correction_request_{outcome.value.lower()}",
        f"certificate/{request.certificate_id}",
        actor_id=principal.person_id,
        about_id=request.person_id,
        request=str(request.public_id),
    )
