"""What ending and correcting a certificate share: propose once, decide once, by two people who may. None commits."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from certificates.life.lifecycle import Outcome, ProposalKind, is_open_to, refused_to_decide
from certificates.models import (
    Certificate,
    CertificateEvent,
    CertificateProposal,
    RevocationReason,
)
from certificates.status import LifeEvent, State, status_at
from learning.kernel import audit, clock
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people.scope import visible_people

NOTE_LENGTH = 500
EVIDENCE_LENGTH = 4_000
REMARK_LENGTH = 500
# Who looks after the holder may propose; taking effect needs an admin.
PROPOSING = (Role.HR, Role.ADMIN)
DECIDING = (Role.ADMIN,)

_NOT_OPEN = {
    ProposalKind.REVOCATION: "certificates.not_revocable",
    ProposalKind.CORRECTION: "certificates.not_correctable",
}


def in_reach(principal: Principal, certificate_id: int, *roles: Role, now: datetime) -> Certificate:
    """A certificate whose holder these roles of the principal look after, locked. NotFound for any other.

    Whoever changes what a certificate is worth holds this lock, so that two acts on it never overlap.
    """
    if not principal.grants_for(*roles):
        raise NotFound("certificates.unknown")
    on = clock.local_date(now, principal.timezone)
    row = db.session.execute(
        select(Certificate)
        .where(
            Certificate.id == certificate_id,
            Certificate.person_id.in_(visible_people(principal, *roles, on=on, with_former=True)),
        )
        .with_for_update()
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("certificates.unknown")
    return row


def state_of(row: Certificate, now: datetime) -> State:
    """What a certificate is worth now, read afresh."""
    happened = db.session.execute(
        select(CertificateEvent.kind, CertificateEvent.at).where(CertificateEvent.certificate_id == row.id)
    )
    return status_at(
        now,
        issued_at=row.issued_at,
        expires_on=row.expires_on,
        timezone=row.timezone,
        events=[LifeEvent(kind, at) for kind, at in happened],
    ).state


def require_open_to(kind: ProposalKind, row: Certificate, now: datetime) -> None:
    """Refuse (Conflict) what no longer stands, with the sentence for the kind."""
    if not is_open_to(kind, state_of(row, now)):
        raise Conflict(_NOT_OPEN[kind])


def open_proposal(
    *,
    certificate_id: int,
    kind: ProposalKind,
    principal: Principal,
    note: str,
    evidence: str,
    now: datetime,
    reason: RevocationReason | None = None,
    words: dict[str, Any] | None = None,
) -> uuid.UUID:
    """Keep a proposal until a second person decides; its public id. Nothing happens to the certificate.

    Refuses: out of reach (NotFound), the holder (Forbidden), a certificate that no longer stands, a second open proposal
    for it (Conflict), a missing or too long note or evidence (Invalid).
    """
    row = in_reach(principal, certificate_id, *PROPOSING, now=now)
    if row.person_id == principal.person_id:
        raise Forbidden("certificates.holder_takes_part")
    require_open_to(kind, row, now)
    proposal = CertificateProposal(
        public_id=uuid.uuid4(),
        certificate_id=row.id,
        holder_id=row.person_id,
        pass_record_id=row.pass_record_id,
        kind=kind,
        reason=reason,
        note=_text(note, NOTE_LENGTH, "certificates.note_missing"),
        evidence=_text(evidence, EVIDENCE_LENGTH, "certificates.evidence_missing"),
        words=words,
        proposed_by=principal.person_id,
        proposed_at=now,
        outcome=None,
        decided_by=None,
        decided_at=None,
        remark="",
    )
    try:
        with db.session.begin_nested():
            db.session.add(proposal)
    except IntegrityError as error:
        if violated(error, "uq_certificate_proposal_open"):
            raise Conflict("certificates.proposal_open") from error
        raise
    audit.record(
        f"certificate.{kind.value.lower()}_proposed",
        f"certificate/{row.id}",
        actor_id=principal.person_id,
        about_id=_told_about(kind, None, row.person_id),
        proposal=str(proposal.public_id),
        reason=str(reason) if reason else None,
    )
    return proposal.public_id


def take(
    *, public_id: uuid.UUID, principal: Principal, outcome: Outcome, now: datetime
) -> tuple[CertificateProposal, Certificate]:
    """A proposal that waits and that this person may end in this way, with its certificate; both locked.

    Refuses: out of reach (NotFound), decided already (Conflict), and as second person the proposer, the holder or whoever
    is no admin there (Forbidden).
    """
    row = db.session.execute(
        select(CertificateProposal)
        .where(CertificateProposal.public_id == public_id)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("certificates.proposal_unknown")
    certificate = in_reach(principal, row.certificate_id, *PROPOSING, now=now)
    if outcome is not Outcome.WITHDRAWN:
        _require_admin(principal, row.certificate_id, now)
    db.session.refresh(row, with_for_update=True)
    if row.outcome is not None:
        raise Conflict("certificates.proposal_decided")
    refusal = refused_to_decide(
        outcome, proposed_by=row.proposed_by, holder_id=row.holder_id, decided_by=principal.person_id
    )
    if refusal is not None:
        raise Forbidden(refusal)
    return row, certificate


def _require_admin(principal: Principal, certificate_id: int, now: datetime) -> None:
    try:
        in_reach(principal, certificate_id, *DECIDING, now=now)
    except NotFound as error:
        raise Forbidden("certificates.admin_decides") from error


def settle(
    row: CertificateProposal, outcome: Outcome, *, principal: Principal, remark: str = "", now: datetime
) -> None:
    """Write down how a proposal ended. The database refuses one person for both parts."""
    try:
        with db.session.begin_nested():
            row.outcome, row.decided_by, row.decided_at = outcome, principal.person_id, now
            row.remark = remark
    except IntegrityError as error:
        if violated(error, "ck_certificate_proposal_two_people"):
            raise Forbidden("certificates.second_person") from error
        raise
    audit.record(
        f"certificate.{row.kind.value.lower()}_{outcome.value.lower()}",
        f"certificate/{row.certificate_id}",
        actor_id=principal.person_id,
        about_id=_told_about(row.kind, outcome, row.holder_id),
        proposal=str(row.public_id),
    )


def _told_about(kind: ProposalKind, outcome: Outcome | None, holder_id: int) -> int | None:
    """Whose "Data saya" lists the act. A suspicion that nobody confirmed is not held up to the holder."""
    if kind is ProposalKind.REVOCATION and outcome is not Outcome.CONFIRMED:
        return None
    return holder_id


def decline(*, public_id: uuid.UUID, principal: Principal, remark: str, now: datetime) -> Outcome:
    """End a proposal without effect: the proposer withdraws it, another admin declines it and says why."""
    own = db.session.scalar(
        select(CertificateProposal.proposed_by).where(CertificateProposal.public_id == public_id)
    )
    outcome = Outcome.WITHDRAWN if own == principal.person_id else Outcome.DECLINED
    row, _certificate = take(public_id=public_id, principal=principal, outcome=outcome, now=now)
    said = remark.strip()
    if outcome is Outcome.DECLINED:
        said = _text(remark, REMARK_LENGTH, "certificates.remark_missing")
    settle(row, outcome, principal=principal, remark=said[:REMARK_LENGTH], now=now)
    return outcome


def _text(text: str, longest: int, missing: str) -> str:
    """`text` without spaces around it. Refuses (Invalid) an empty one with `missing`, and one that is too long."""
    told = text.replace("\0", "").strip()
    if not told:
        raise Invalid(missing)
    if len(told) > longest:
        raise Invalid("certificates.text_too_long", max=longest, field=missing.removesuffix("_missing"))
    return told


def field_of(error: DomainError) -> str | None:
    """Which text a refusal speaks of: "note", "evidence" or "remark"; None when of none."""
    code = str(error.params.get("field", error.code))
    name = code.removeprefix("certificates.").removesuffix("_missing")
    return name if name in {"note", "evidence", "remark"} else None
