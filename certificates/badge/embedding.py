"""The badge inside the paper, as a web process sees it: find the kept one, or order one from the process that draws.

Opens no private key. What comes back is kept like every badge, first come, first kept.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from certificates.badge import queries, services, status_list
from certificates.badge.credential import AchievementFacts, BadgeFacts, credential, issuer_address
from certificates.badge.keyring import FOLDER, KeyKind
from certificates.badge.ordering import BadgeOrder, MadeBadge
from certificates.badge.services import SignedBadge
from certificates.events import CertificateCorrected, CertificateIssued
from certificates.models import Certificate
from certificates.payload import from_json
from learning.kernel import jobs
from learning.kernel.db import db
from learning.people.models import Person


def order_for(certificate_id: int, *, now: datetime) -> BadgeOrder | None:
    """What is to be signed for a certificate that has no badge yet.

    None before the first keys are published, and for a certificate from before badges until the worker has come to it.
    """
    keys = _keys_that_sign()
    if keys is None:
        return None
    ed25519, rsa = keys
    base_url = current_app.config["NETRA"].base_url
    place = queries.place_of(certificate_id)
    if place is None:
        return None
    row, email = db.session.execute(
        select(Certificate, Person.email)
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.id == certificate_id)
    ).one()
    document = credential(facts_of(row, email or "", place, base_url), base_url)
    return BadgeOrder(
        document,
        str(Path(current_app.config["NETRA"].instance).resolve() / FOLDER),
        ed25519,
        key_address(base_url, ed25519),
        rsa,
        jwt_key_address(base_url, rsa),
        now.isoformat(),
    )


def keep(*, certificate_id: int, made: MadeBadge, now: datetime) -> None:
    """Keep a badge that came back from an order, and see that the status list in which it stands gets published."""
    ids = {row.name: row.id for row in queries.published_keys()}
    services.keep_badges(
        badges=[SignedBadge(certificate_id, made.credential, made.jwt)],
        key_id=ids[made.ed25519],
        jwt_key_id=ids[made.rsa],
        now=now,
    )
    place = queries.place_of(certificate_id)
    if place is not None and queries.status_list(place[0]) is None:
        jobs.enqueue("badges.publish_list", {"list_no": place[0]}, key=f"badges.publish_list:{place[0]}")


def give_place(event: CertificateIssued | CertificateCorrected) -> None:
    """A new certificate gets its place in a status list at once, in its own commit: a badge cannot be signed without."""
    services.take_places(certificate_ids=[event.certificate_id])


def facts_of(row: Certificate, email: str, place: tuple[int, int], base_url: str) -> BadgeFacts:
    """What a badge says of a certificate; the subject's name is drawn anew, so a badge is made once and kept."""
    paper = from_json(row.payload)
    return BadgeFacts(
        address=paper.verify_url,
        number=paper.number,
        holder_name=paper.holder_name,
        institution=paper.issuer.institution,
        achievement=AchievementFacts(paper.course_key, paper.edition, paper.course_title, paper.jp),
        issued_at=row.issued_at,
        expires_on=row.expires_on,
        timezone=row.timezone,
        subject=f"urn:uuid:{uuid.uuid4()}",
        status=status_list.entry(address=list_address(base_url, place[0]), place=place[1]),
        email=email,
        salt=secrets.token_hex(16) if email else "",
    )


def list_address(base_url: str, list_no: int) -> str:
    """Where a status list is published."""
    return f"{issuer_address(base_url)}/status/{list_no}"


def key_address(base_url: str, name: str) -> str:
    """The address of a public Ed25519 key, as a proof names it."""
    return f"{issuer_address(base_url)}#{name}"


def jwt_key_address(base_url: str, name: str) -> str:
    """The address of a public RSA key, as a JWT names it."""
    return f"{issuer_address(base_url)}/kunci/{name}.json"


def _keys_that_sign() -> tuple[str, str] | None:
    newest: dict[KeyKind, str] = {}
    for row in queries.published_keys():
        if row.distrusted_at is None:
            newest.setdefault(row.kind, row.name)
    if len(newest) < len(KeyKind):
        return None
    return newest[KeyKind.ED25519], newest[KeyKind.RSA]
