"""Tables of badges: public keys, places in the status lists, the signed badges, the signed lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from certificates.badge.keyring import KeyKind
from learning.kernel.audit import BIG_ID
from learning.kernel.db import Model, enum_column


class BadgeKey(Model):
    """A public key, published for ever. `distrusted_at` is set once, when its private half may be in other hands."""

    __tablename__ = "badge_key"
    __table_args__ = (
        UniqueConstraint("name", name="uq_badge_key_name"),
        {
            "info": {
                "frozen": ["name", "kind", "public", "created_at"],
                "frozen_when": "OLD.distrusted_at IS NOT NULL",
            }
        },
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(16))
    kind: Mapped[KeyKind] = mapped_column(enum_column(KeyKind))
    public: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    distrusted_at: Mapped[datetime | None]


class BadgePlace(Model):
    """Where the status of a certificate's badge stands, for ever: a badge signed anew keeps its place. Append-only."""

    __tablename__ = "badge_place"
    __table_args__ = (
        UniqueConstraint("list_no", "place", name="uq_badge_place_list_no_place"),
        CheckConstraint("list_no >= 1 AND place BETWEEN 0 AND 131071", name="inside"),
        {"info": {"append_only": True}},
    )

    certificate_id: Mapped[int] = mapped_column(
        BIG_ID, ForeignKey("certificate.id"), primary_key=True, autoincrement=False
    )
    list_no: Mapped[int]
    place: Mapped[int]


class Badge(Model):
    """A certificate as a signed credential, the bytes that are handed out. One for each pair of keys at most. Append-only."""

    __tablename__ = "badge"
    __table_args__ = (
        UniqueConstraint("certificate_id", "key_id", "jwt_key_id", name="uq_badge_certificate_id_keys"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    certificate_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("certificate.id"))
    key_id: Mapped[int] = mapped_column(ForeignKey("badge_key.id"))
    jwt_key_id: Mapped[int] = mapped_column(ForeignKey("badge_key.id"))
    credential: Mapped[str] = mapped_column(Text)
    jwt: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime]


class StatusList(Model):
    """A status list as it was published from an instant on; the newest of its number counts. Append-only."""

    __tablename__ = "badge_status_list"
    __table_args__ = (
        Index("ix_badge_status_list_list_no_id", "list_no", "id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    list_no: Mapped[int]
    taken_back: Mapped[int]
    key_id: Mapped[int] = mapped_column(ForeignKey("badge_key.id"))
    credential: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
