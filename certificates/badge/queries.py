"""Reads of badges, keys and status lists; frozen rows. Nothing here opens a private key: web processes use only this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from certificates.badge.keyring import KeyKind
from certificates.badge.models import Badge, BadgeKey, BadgePlace, StatusList
from certificates.models import Certificate, CertificateEvent
from certificates.status import CertificateEventKind
from learning.kernel.db import db

# What ends a certificate before its last day. A badge knows only "taken back": a replaced certificate proves nothing
# any more on the public page, so its badge must not prove anything either (docs/decisions/0015).
ENDING = (CertificateEventKind.REVOKED, CertificateEventKind.SUPERSEDED)
# Before the newest signed certificate so many are looked at again: ids come out of order where several write at once.
OVERLAP = 10_000


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A public key as published."""

    id: int
    name: str
    kind: KeyKind
    public: str
    created_at: datetime
    distrusted_at: datetime | None


@dataclass(frozen=True, slots=True)
class BadgeRow:
    """A signed badge in both writings."""

    credential: bytes
    jwt: bytes
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class ListRow:
    """A status list as published now."""

    credential: bytes
    made_at: datetime
    taken_back: int


def published_keys() -> list[KeyRow]:
    """Every key there ever was, the newest first."""
    rows = db.session.scalars(select(BadgeKey).order_by(BadgeKey.id.desc())).all()
    return [KeyRow(row.id, row.name, row.kind, row.public, row.created_at, row.distrusted_at) for row in rows]


def key(name: str) -> KeyRow | None:
    """A key by its name."""
    return next((row for row in published_keys() if row.name == name), None)


def badge_of(certificate_id: int) -> BadgeRow | None:
    """The newest badge of a certificate that trusted keys signed; None when none is signed yet."""
    row = db.session.execute(
        _trusted(select(Badge.credential, Badge.jwt, Badge.signed_at))
        .where(Badge.certificate_id == certificate_id)
        .order_by(Badge.id.desc())
        .limit(1)
    ).first()
    return BadgeRow(row.credential.encode(), row.jwt.encode(), row.signed_at) if row else None


def place_of(certificate_id: int) -> tuple[int, int] | None:
    """(list number, place) of a certificate in the status lists."""
    row = db.session.get(BadgePlace, certificate_id)
    return (row.list_no, row.place) if row is not None else None


def unsigned(*, limit: int, all_of_them: bool = False) -> list[int]:
    """Ids of certificates without a badge of trusted keys, the oldest first; without `all_of_them` only among the newest."""
    signed = _trusted(select(Badge.id)).where(Badge.certificate_id == Certificate.id).exists()
    query = select(Certificate.id).where(~signed).order_by(Certificate.id).limit(limit)
    if not all_of_them:
        newest = db.session.scalar(select(func.max(Badge.certificate_id))) or 0
        query = query.where(Certificate.id > newest - OVERLAP)
    return list(db.session.scalars(query))


def status_list(list_no: int) -> ListRow | None:
    """A status list as published now; None when nobody's badge stands in it."""
    row = db.session.execute(
        select(StatusList.credential, StatusList.made_at, StatusList.taken_back)
        .where(StatusList.list_no == list_no)
        .order_by(StatusList.id.desc())
        .limit(1)
    ).first()
    return ListRow(row.credential.encode(), row.made_at, row.taken_back) if row else None


def taken_back(list_no: int, *, at: datetime) -> list[int]:
    """The places of a list whose certificates something has ended by then: revoked, or replaced by another."""
    return sorted(db.session.scalars(_ended(at).where(BadgePlace.list_no == list_no)))


def stale_lists(*, at: datetime) -> list[int]:
    """Numbers of the lists that do not say yet what has happened, or that only a distrusted key has signed."""
    counted = _ended(at).with_only_columns(BadgePlace.list_no, func.count(func.distinct(BadgePlace.place)))
    ended = {row[0]: row[1] for row in db.session.execute(counted.group_by(BadgePlace.list_no))}
    newest = select(func.max(StatusList.id)).group_by(StatusList.list_no)
    published: Sequence[tuple[int, int, datetime | None]] = [
        (row[0], row[1], row[2])
        for row in db.session.execute(
            select(StatusList.list_no, StatusList.taken_back, BadgeKey.distrusted_at)
            .join(BadgeKey, BadgeKey.id == StatusList.key_id)
            .where(StatusList.id.in_(newest))
        )
    ]
    return [number for number, count, distrusted in published if distrusted or count != ended.get(number, 0)]


def _trusted(query: Select[Any]) -> Select[Any]:
    """Only badges of which both keys, of the proof and of the JWT, are trusted."""
    jwt_key = aliased(BadgeKey)
    return (
        query.join(BadgeKey, BadgeKey.id == Badge.key_id)
        .join(jwt_key, jwt_key.id == Badge.jwt_key_id)
        .where(BadgeKey.distrusted_at.is_(None), jwt_key.distrusted_at.is_(None))
    )


def _ended(at: datetime) -> Select[tuple[int]]:
    return (
        select(BadgePlace.place)
        .join(CertificateEvent, CertificateEvent.certificate_id == BadgePlace.certificate_id)
        .where(CertificateEvent.kind.in_(ENDING), CertificateEvent.at <= at)
        .distinct()
    )
