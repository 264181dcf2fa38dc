"""The signed paper of a certificate: made once, kept, served; and the keys that ever signed.

Drawing and signing come first and are slow; then one write section keeps the result. Of two that were made at the same
time the first one kept is the paper, the other is thrown away and was never shown to anybody.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography import x509
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from certificates.badge import embedding
from certificates.badge import queries as badges
from certificates.letterheads import emblem_content
from certificates.paper_models import CertificateDocument, SignerCertificate, SignerDistrust
from certificates.payload import CertificatePayload
from certificates.queries import CertificateRow
from certificates.rendering import Paper, Renderer, certificate_pdf, renderer, renderer_version
from certificates.signing.backend import Sealed, SigningBackend
from certificates.signing.verdict import fingerprint
from learning.kernel import audit, clock, jobs
from learning.kernel.config import Settings, Signing
from learning.kernel.db import db
from learning.kernel.errors import Conflict, NotFound
from learning.kernel.transaction import violated, write

# A job that failed for good must not keep the paper from being asked for again: an order is new after so long.
ORDER_SECONDS = 900
SIGN = "certificates.sign"


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """The kept file and its mark."""

    certificate_id: int
    sha256: str
    made_at: datetime
    signer_id: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that ever signed for us. `distrusted_at`: since then only kept files count as signed by it."""

    id: int
    fingerprint: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    chain: str
    first_used_at: datetime
    distrusted_at: datetime | None
    note: str

    @property
    def name(self) -> str:
        """The common name in the subject; the whole subject where there is none."""
        found = re.search(r"(?:^|,)CN=((?:[^,\\]|\\.)+)", self.subject)
        return re.sub(r"\\(.)", r"\1", found[1]) if found else self.subject

    @property
    def certificate(self) -> str:
        """The PEM of the signer's own certificate."""
        end = "-----END CERTIFICATE-----"
        return self.chain.partition(end)[0] + end + "\n"


def stored(certificate_id: int) -> StoredPaper | None:
    """The kept paper of a certificate."""
    return _one(CertificateDocument.certificate_id == certificate_id)


def hash_of(certificate_id: int) -> str | None:
    """SHA-256 of the kept paper of a certificate."""
    return db.session.scalar(
        select(CertificateDocument.sha256).where(CertificateDocument.certificate_id == certificate_id)
    )


def without(certificate_ids: Sequence[int]) -> list[int]:
    """Those of these certificates whose paper is not kept yet, in their order."""
    kept: set[int] = set()
    for start in range(0, len(certificate_ids), 500):
        part = certificate_ids[start : start + 500]
        kept.update(
            db.session.scalars(
                select(CertificateDocument.certificate_id).where(CertificateDocument.certificate_id.in_(part))
            )
        )
    return [each for each in certificate_ids if each not in kept]


def stored_by_hash(sha256: str) -> StoredPaper | None:
    """The kept paper with exactly these bytes."""
    return _one(CertificateDocument.sha256 == sha256)


def _one(condition: ColumnElement[bool]) -> StoredPaper | None:
    row = db.session.execute(
        select(
            CertificateDocument.certificate_id,
            CertificateDocument.sha256,
            CertificateDocument.made_at,
            CertificateDocument.signer_id,
            CertificateDocument.content,
        ).where(condition)
    ).one_or_none()
    return StoredPaper(*row) if row is not None else None


def sealed_by(signing: Signing) -> Sealed:
    """What paper may say of itself under these settings."""
    if signing.kind == "none":
        return Sealed.NOTHING
    return Sealed.PERSON if signing.remote else Sealed.SEAL


def unsigned(row: CertificateRow, settings: Settings) -> bytes:
    """The paper where nothing signs, with its badge once one is signed: drawn when first asked for, then from the cache.

    Raises RenderingFailed. The badge is not ordered here: an unsigned paper is not kept, so there is no commit that both
    could stand in, and the worker's badge is in the paper from the next download on.
    """
    badge = badges.badge_of(row.id)
    return certificate_pdf(
        row.payload,
        template=row.template,
        sample=settings.demo,
        cache=settings.instance / "certificates",
        logo=emblem_content(row.payload.issuer.logo),
        credential=badge.credential if badge else b"",
    )


def make(
    row: CertificateRow,
    settings: Settings,
    *,
    using: Renderer | None = None,
    remote: SigningBackend | None = None,
) -> Paper:
    """Draw and sign the paper of a certificate; slow, outside any write section.

    A key of ours signs in the rendering process; `remote` is the service that signs otherwise. The paper carries the badge:
    the kept one, or one that is signed together with it and kept with it. Raises RenderingFailed, SigningFailed, SigningRefused.
    """
    return draw(asked(row, settings, remote=remote is not None), using or renderer(), remote=remote)


@dataclass(frozen=True, slots=True)
class PaperOrder:
    """All that has to be known to draw and sign one paper, so that no database is needed while it is drawn."""

    row: CertificateRow
    options: dict[str, Any]


def asked(row: CertificateRow, settings: Settings, *, remote: bool, reuse: bool = False) -> PaperOrder:
    """Read what the paper of a certificate needs. `reuse` where many of one course are drawn one after another."""
    known = badges.badge_of(row.id)
    return PaperOrder(
        row,
        {
            "template": row.template,
            "sample": settings.demo,
            "logo": emblem_content(row.payload.issuer.logo),
            "sealed": sealed_by(settings.signing),
            "signing": None if remote else settings.signing,
            "badge": None if known else embedding.order_for(row.id, now=clock.now()),
            "credential": known.credential if known else b"",
            "reuse": reuse,
        },
    )


def draw(order: PaperOrder, using: Renderer, *, remote: SigningBackend | None = None) -> Paper:
    """The paper, drawn and signed; touches no database. Raises what `make` raises."""
    paper = using.paper(order.row.payload.to_json(), **order.options)
    if remote is None:
        return paper
    signed = remote.sign_pdf(paper.content, reason=f"Sertifikat {order.row.number}")
    return replace(paper, content=signed.pdf, chain=signed.chain)


def make_kept(row: CertificateRow, settings: Settings, *, remote: SigningBackend | None = None) -> None:
    """Make and keep the paper of a certificate, for commands and background work. Raises what `make` raises."""
    while not write(
        keep,
        certificate_id=row.id,
        template=row.template,
        paper=make(row, settings, remote=remote),
        now=clock.now(),
    ):
        # The worker signed the badge meanwhile: that one belongs into the paper.
        db.session.rollback()


def keep(*, certificate_id: int, template: str, paper: Paper, now: datetime) -> bool:
    """Keep a signed paper with the badge that was signed for it. If one is kept already, that one stays.

    False, and nothing kept, when the certificate has got another badge meanwhile: the paper must be made again with it.
    """
    if not paper.chain:
        raise ValueError("only signed paper is kept")
    if _kept(certificate_id):
        return True
    if paper.badge is not None:
        known = badges.badge_of(certificate_id)
        if known is not None and known.credential != paper.badge.credential.encode():
            return False
        embedding.keep(certificate_id=certificate_id, made=paper.badge, now=now)
    sha256 = hashlib.sha256(paper.content).hexdigest()
    document = CertificateDocument(
        certificate_id=certificate_id,
        sha256=sha256,
        size=len(paper.content),
        template=template,
        renderer=renderer_version(reused=paper.reused),
        signer_id=signer_id(paper.chain, now),
        made_at=now,
        content=paper.content,
    )
    try:
        with db.session.begin_nested():
            db.session.add(document)
    except IntegrityError as error:
        if not violated(error, "uq_certificate_document_certificate_id"):
            raise
        return True
    audit.record("certificate.paper_made", f"certificate/{certificate_id}", sha256=sha256)
    return True


def _kept(certificate_id: int) -> bool:
    found = select(CertificateDocument.id).where(CertificateDocument.certificate_id == certificate_id)
    return db.session.scalar(found) is not None


def order(*, certificate_id: int, now: datetime, actor_id: int | None = None) -> int:
    """Have the paper made in the background; repeated orders within a quarter of an hour are one. The job's id."""
    slot = int(now.timestamp()) // ORDER_SECONDS
    return jobs.enqueue(
        SIGN, {"certificate_id": certificate_id}, key=f"{SIGN}/{certificate_id}/{slot}", created_by=actor_id
    )


# --- Keys -------------------------------------------------------------------------------------------------------


def signers() -> list[Signer]:
    """Every key that ever signed, the latest first."""
    rows = db.session.execute(
        select(SignerCertificate, SignerDistrust.at, SignerDistrust.note)
        .outerjoin(SignerDistrust, SignerDistrust.signer_id == SignerCertificate.id)
        .order_by(SignerCertificate.id.desc())
    )
    return [
        Signer(
            row.id,
            row.fingerprint,
            row.subject,
            row.issuer,
            row.not_before,
            row.not_after,
            row.chain,
            row.first_used_at,
            at,
            note or "",
        )
        for row, at, note in rows
    ]


def distrust(*, mark: str, note: str, now: datetime) -> None:
    """A key that others may have had: from now on only files that were kept count as signed by it. For ever.

    Raises NotFound for an unknown fingerprint, Conflict if it was said before.
    """
    found = next((signer for signer in signers() if signer.fingerprint == mark), None)
    if found is None:
        raise NotFound("certificates.signer_unknown")
    try:
        with db.session.begin_nested():
            db.session.add(SignerDistrust(signer_id=found.id, at=now, note=note))
    except IntegrityError as error:
        raise Conflict("certificates.signer_distrusted") from error
    audit.record("certificate.signer_distrusted", f"signer/{mark}", note=note)


def signer_id(chain: Sequence[str], now: datetime) -> int:
    """The id of a signer by its chain (PEM, its own first); entered and published when it signs for the first time."""
    mark = fingerprint(chain[0])
    known = select(SignerCertificate.id).where(SignerCertificate.fingerprint == mark)
    found = db.session.scalar(known)
    if found is not None:
        return found
    certificate = x509.load_pem_x509_certificate(chain[0].encode("ascii"))
    row = SignerCertificate(
        fingerprint=mark,
        subject=certificate.subject.rfc4514_string()[:400],
        issuer=certificate.issuer.rfc4514_string()[:400],
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        chain="".join(chain),
        first_used_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        found = db.session.scalar(known)
        if found is None:
            raise
        return found
    audit.record("certificate.signer_added", f"signer/{mark}", name=row.subject)
    return row.id


def sample_paper(payload: CertificatePayload, logo: bytes) -> bytes:
    """The paper of an invented person, marked CONTOH and never signed, to look at a letterhead. Raises RenderingFailed."""
    return renderer().render(payload.to_json(), sample=True, logo=logo)
