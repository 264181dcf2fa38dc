"""Signing badges and status lists. With `sealing` the only place that opens private keys; for workers and commands, never for a request.

A web process answers from the database alone (`queries.py`). So a hole in a page does not reach the keys, a machine that
only serves pages needs none, and a rush of passes does not wait for signatures: the worker follows within minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import current_app
from sqlalchemy import select

from certificates.badge import jose, keyring, proof, queries, services, status_list
from certificates.badge.credential import BadgeFacts, credential, issuer_address
from certificates.badge.embedding import facts_of, jwt_key_address, key_address, list_address
from certificates.badge.keyring import FOLDER, KeyKind, PublicKey
from certificates.badge.ordering import text_of
from certificates.badge.services import SignedBadge
from certificates.models import Certificate
from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.errors import NotFound
from learning.kernel.transaction import write
from learning.people.models import Person

BATCH = 100


@dataclass(frozen=True, slots=True)
class Signer:
    """The keys that sign today, with the addresses under which their public halves stand."""

    key_id: int
    key: Ed25519PrivateKey
    method: str
    jwt_key_id: int
    jwt_key: RSAPrivateKey
    kid: str


def credential_for(certificate_id: int) -> bytes:
    """The signed badge of a certificate, UTF-8 JSON, always the same bytes; signed now if it was not yet.

    For embedding in the paper and for commands. Needs the private keys when the badge is new, so call it where papers are
    made, not in a request (a request asks `queries.badge_of`). Raises NotFound for a certificate that does not exist.
    """
    found = queries.badge_of(certificate_id)
    if found is None:
        sign_badges([certificate_id])
        found = queries.badge_of(certificate_id)
    if found is None:
        raise NotFound("certificates.unknown")
    return found.credential


def sign_badges(certificate_ids: Sequence[int]) -> int:
    """Sign what is not signed yet among these certificates and keep it; how many were signed. May be repeated."""
    now, base_url = clock.now(), current_app.config["NETRA"].base_url
    signing = signer(now)
    places = write(services.take_places, certificate_ids=list(certificate_ids))
    rows = db.session.execute(
        select(Certificate, Person.email)
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.id.in_(places))
        .order_by(Certificate.id)
    ).all()
    facts = [(row[0].id, facts_of(row[0], row[1] or "", places[row[0].id], base_url)) for row in rows]
    db.session.rollback()
    badges = [_signed(certificate_id, fact, base_url, signing, now) for certificate_id, fact in facts]
    kept = write(
        services.keep_badges, badges=badges, key_id=signing.key_id, jwt_key_id=signing.jwt_key_id, now=now
    )
    for list_no in sorted({place[0] for place in places.values()}):
        published = queries.status_list(list_no)
        # A certificate that was taken back before it had a badge must not look good until the next refresh.
        if published is None or published.taken_back != len(queries.taken_back(list_no, at=now)):
            publish_status(list_no)
    return kept


def sign_missing(*, all_of_them: bool = False, limit: int = 5_000) -> int:
    """Sign the badges that are missing, oldest first, in batches of one commit each; how many were signed."""
    signed = 0
    while signed < limit:
        ids = queries.unsigned(limit=BATCH, all_of_them=all_of_them)
        db.session.rollback()
        if not ids or not (kept := sign_badges(ids)):
            break
        signed += kept
    return signed


def publish_status(list_no: int) -> None:
    """Publish what is true of a status list now. Something that happens meanwhile makes it start again."""
    base_url = current_app.config["NETRA"].base_url
    while True:
        now = clock.now()
        signing = signer(now)
        places = queries.taken_back(list_no, at=now)
        db.session.rollback()
        unsigned = status_list.list_credential(
            address=list_address(base_url, list_no),
            issuer=issuer_address(base_url),
            taken_back=places,
            valid_from=proof.instant(now),
        )
        signed = proof.sign(unsigned, key=signing.key, method=signing.method, at=now)
        if write(
            services.publish_list,
            list_no=list_no,
            places=places,
            credential=text_of(signed),
            key_id=signing.key_id,
            now=now,
        ):
            return


def refresh_status() -> list[int]:
    """Publish anew every list that does not say yet what has happened; their numbers."""
    stale = queries.stale_lists(at=clock.now())
    for list_no in stale:
        publish_status(list_no)
    return stale


def key_folder() -> Path:
    """Where this installation keeps its private keys."""
    return Path(current_app.config["NETRA"].instance) / FOLDER


def signer(now: datetime) -> Signer:
    """The keys that sign: of each kind the newest published one whose private half is here. Makes what is missing."""
    folder, base_url = key_folder(), current_app.config["NETRA"].base_url
    ed25519 = _current(folder, KeyKind.ED25519) or new_key(KeyKind.ED25519, now)
    rsa = _current(folder, KeyKind.RSA) or new_key(KeyKind.RSA, now)
    ids = {row.name: row.id for row in queries.published_keys()}
    return Signer(
        ids[ed25519],
        keyring.ed25519(folder, ed25519),
        key_address(base_url, ed25519),
        ids[rsa],
        keyring.rsa_key(folder, rsa),
        jwt_key_address(base_url, rsa),
    )


def new_key(kind: KeyKind, now: datetime, *, rotate: bool = False) -> str:
    """Make and publish a key of a kind, unless another process was faster; the name of the key that signs from now on.

    `rotate` makes one in any case. Earlier keys stay published, and what they signed stays good.
    """
    folder = key_folder()
    with keyring.locked(folder):
        if not rotate and (found := _current(folder, kind)):
            return found
        key = _unpublished(folder, kind) or keyring.make(folder, kind)
        write(services.register_key, key=key, now=now)
        return key.name


def _current(folder: Path, kind: KeyKind) -> str | None:
    here = keyring.present(folder)
    for row in queries.published_keys():
        if row.kind is kind and row.distrusted_at is None and row.name in here:
            return row.name
    return None


def _unpublished(folder: Path, kind: KeyKind) -> PublicKey | None:
    """A key that was written to disk by somebody who died before publishing it."""
    published = {row.name for row in queries.published_keys()}
    for key in keyring.present(folder).values():
        if key.kind is kind and key.name not in published:
            return key
    return None


def _signed(
    certificate_id: int, facts: BadgeFacts, base_url: str, signing: Signer, now: datetime
) -> SignedBadge:
    unsigned = credential(facts, base_url)
    return SignedBadge(
        certificate_id,
        text_of(proof.sign(unsigned, key=signing.key, method=signing.method, at=now)),
        jose.compact(unsigned, key=signing.jwt_key, kid=signing.kid),
    )
