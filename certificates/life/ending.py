"""Taking the force from a certificate: one proposes with reason and evidence, an admin confirms. None commits."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from certificates.events import CertificateRevoked
from certificates.life.lifecycle import Outcome, ProposalKind
from certificates.life.proposals import open_proposal, require_open_to, settle, take
from certificates.models import CertificateEvent, RevocationReason
from certificates.status import CertificateEventKind
from learning.kernel import audit, events
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.kernel.errors import Conflict
from learning.kernel.transaction import violated


def propose_revocation(
    *,
    certificate_id: int,
    principal: Principal,
    reason: RevocationReason,
    note: str,
    evidence: str,
    now: datetime,
) -> uuid.UUID:
    """Propose to revoke; the proposal's public id. The certificate stays valid until an admin confirms.

    `reason` will be public, `note` tells the holder why, `evidence` is for those who decide. Refuses as `open_proposal`.
    """
    return open_proposal(
        certificate_id=certificate_id,
        kind=ProposalKind.REVOCATION,
        principal=principal,
        note=note,
        evidence=evidence,
        reason=reason,
        now=now,
    )


def confirm_revocation(*, public_id: uuid.UUID, principal: Principal, now: datetime) -> int:
    """Revoke, for ever, from this instant on; the certificate's id. Whoever asks in public is told at once.

    Refuses: as `take`; and a certificate that was superseded or revoked since it was proposed (Conflict).
    """
    row, certificate = take(public_id=public_id, principal=principal, outcome=Outcome.CONFIRMED, now=now)
    if row.kind is not ProposalKind.REVOCATION or row.reason is None:
        raise Conflict("certificates.proposal_decided")
    require_open_to(ProposalKind.REVOCATION, certificate, now)
    settle(row, Outcome.CONFIRMED, principal=principal, now=now)
    try:
        with db.session.begin_nested():
            db.session.add(
                CertificateEvent(
                    certificate_id=certificate.id,
                    kind=CertificateEventKind.REVOKED,
                    at=now,
                    actor_id=principal.person_id,
                    reason=row.reason,
                    note=row.note,
                    successor_id=None,
                    proposal_id=row.id,
                    proposal_outcome=Outcome.CONFIRMED,
                )
            )
    except IntegrityError as error:
        if violated(error, "uq_certificate_event_certificate_id_kind"):
            raise Conflict("certificates.not_revocable") from error
        raise
    audit.record(
        "certificate.revoked",
        f"certificate/{certificate.id}",
        actor_id=principal.person_id,
        about_id=certificate.person_id,
        number=certificate.number,
        reason=str(row.reason),
        proposed_by=row.proposed_by,
    )
    events.publish(
        CertificateRevoked(
            certificate.id, certificate.person_id, certificate.course_key, str(row.reason), now
        )
    )
    return certificate.id
