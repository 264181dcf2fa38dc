"""Tables of the interface for machines: tokens, and answers kept for requests that are sent again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.audit import BIG_ID
from learning.kernel.db import CanonicalJson, Model


class ApiToken(Model):
    """What one system of one agency may ask, for one purpose, until a day. Of its secret only the SHA-256 is kept.

    Everything but its last use is frozen; once revoked the row never changes again.
    """

    __tablename__ = "api_token"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_api_token_public_id"),
        UniqueConstraint("secret_hash", name="uq_api_token_secret_hash"),
        Index("ix_api_token_agency_id", "agency_id"),
        CheckConstraint("expires_at > created_at", name="period"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_whole"),
        {
            "info": {
                "frozen": [
                    "public_id", "agency_id", "name", "purpose", "scopes", "secret_hash", "hint", "created_by", "created_at",
                    "expires_at",
                ],
                "frozen_when": "OLD.revoked_at IS NOT NULL",
            }
        },
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36))
    agency_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    name: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(String(60))
    scopes: Mapped[list[str]] = mapped_column(CanonicalJson)
    secret_hash: Mapped[str] = mapped_column(String(64))
    hint: Mapped[str] = mapped_column(String(8))
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class KeptAnswer(Model):
    """The answer to a request with an Idempotency-Key, for a day; `status` is empty while it is being worked on."""

    __tablename__ = "api_kept_answer"
    __table_args__ = (
        UniqueConstraint("token_id", "key", name="uq_api_kept_answer_token_id_key"),
        Index("ix_api_kept_answer_begun_at", "begun_at"),
        CheckConstraint("(status IS NULL) = (body IS NULL)", name="whole"),
        {"info": {"frozen": ["token_id", "key", "request_hash"]}},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"))
    key: Mapped[str] = mapped_column(String(100))
    request_hash: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[datetime]
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
