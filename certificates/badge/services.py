"""Use cases that write: register and distrust keys, give places, keep badges and status lists. None of them commits.

What is slow (making keys, signing) happens in `signing.py`, outside the write section.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from certificates.badge import queries, status_list
from certificates.badge.keyring import PublicKey
from certificates.badge.models import Badge, BadgeKey, BadgePlace, StatusList
from certificates.models import Certificate
from learning.kernel import audit
from learning.kernel.db import db
from learning.kernel.errors import Conflict, NotFound
from learning.kernel.transaction import violated


@dataclass(frozen=True, slots=True)
class SignedBadge:
    """A badge that is ready to be kept."""

    certificate_id: int
    credential: str
    jwt: str


def register_key(*, key: PublicKey, now: datetime) -> int:
    """Publish a public key, for ever; its id. A key that is published already stays as it is."""
    known = db.session.scalar(select(BadgeKey.id).where(BadgeKey.name == key.name))
    if known is not None:
        return known
    row = BadgeKey(name=key.name, kind=key.kind, public=key.public, created_at=now, distrusted_at=None)
    db.session.add(row)
    db.session.flush()
    audit.record("badge.key_made", f"badge_key/{key.name}", kind=str(key.kind))
    return row.id


def distrust_key(*, name: str, now: datetime, actor_id: int | None = None) -> None:
    """Say, for ever, that whatever this key signed proves nothing: its private half may be in other hands.

    It stays published, marked. Badges are signed anew by another key. Refuses an unknown or already distrusted key.
    """
    row = db.session.scalar(select(BadgeKey).where(BadgeKey.name == name).with_for_update())
    if row is None:
        raise NotFound("badges.key_unknown")
    if row.distrusted_at is not None:
        raise Conflict("badges.key_distrusted")
    row.distrusted_at = now
    audit.record("badge.key_distrusted", f"badge_key/{name}", actor_id=actor_id)


def take_places(*, certificate_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Certificate id -> (list number, place); who has a place keeps it. Unknown certificates are left out."""
    wanted = list(certificate_ids)
    found = {
        row.certificate_id: (row.list_no, row.place)
        for row in db.session.scalars(select(BadgePlace).where(BadgePlace.certificate_id.in_(wanted)))
    }
    there = set(db.session.scalars(select(Certificate.id).where(Certificate.id.in_(wanted))))
    for certificate_id in wanted:
        if certificate_id in there and certificate_id not in found:
            found[certificate_id] = _take_place(certificate_id)
    return found


def keep_badges(*, badges: Sequence[SignedBadge], key_id: int, jwt_key_id: int, now: datetime) -> int:
    """Keep signed badges; how many were new. Of two that were signed with the same keys at once, the first is kept."""
    kept = 0
    for badge in badges:
        try:
            with db.session.begin_nested():
                db.session.add(
                    Badge(
                        certificate_id=badge.certificate_id,
                        key_id=key_id,
                        jwt_key_id=jwt_key_id,
                        credential=badge.credential,
                        jwt=badge.jwt,
                        signed_at=now,
                    )
                )
            kept += 1
        except IntegrityError as error:
            if not violated(error, "uq_badge_certificate_id_keys"):
                raise
    return kept


def publish_list(*, list_no: int, places: Sequence[int], credential: str, key_id: int, now: datetime) -> bool:
    """Publish a signed status list; False when something happened since it was made, so that it must be made again."""
    if queries.taken_back(list_no, at=now) != list(places):
        return False
    db.session.add(
        StatusList(list_no=list_no, taken_back=len(places), key_id=key_id, credential=credential, made_at=now)
    )
    db.session.flush()
    audit.record(
        "badge.status_published",
        f"badge_status/{list_no}",
        taken_back=len(places),
        sha256=hashlib.sha256(credential.encode()).hexdigest(),
    )
    return True


def _take_place(certificate_id: int) -> tuple[int, int]:
    """A free random place in the certificate's list. Half of all places stay free, so few tries are needed."""
    list_no = status_list.list_of(certificate_id)
    while True:
        place = status_list.random_place()
        try:
            with db.session.begin_nested():
                db.session.add(BadgePlace(certificate_id=certificate_id, list_no=list_no, place=place))
        except IntegrityError as error:
            if violated(error, "uq_badge_place_list_no_place"):
                continue
            # Somebody gave this certificate its place at the same time.
            row = db.session.get(BadgePlace, certificate_id)
            if row is None:
                raise
            return row.list_no, row.place
        return list_no, place
