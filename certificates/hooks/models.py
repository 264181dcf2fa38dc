"""Tables of subscriptions and of the messages sent to them; a message is a row of the commit it speaks of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from certificates.hooks.kinds import HookKind
from learning.kernel.audit import BIG_ID
from learning.kernel.db import CanonicalJson, Model, enum_column


class Webhook(Model):
    """An address of one agency's system and what it wants to hear. Ended, never changed or deleted."""

    __tablename__ = "webhook"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_webhook_public_id"),
        Index("ix_webhook_agency_id", "agency_id"),
        CheckConstraint("url LIKE 'https://%'", name="https"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_whole"),
        {
            "info": {
                "frozen": ["public_id", "agency_id", "url", "kinds", "created_by", "created_at"],
                "frozen_when": "OLD.ended_at IS NOT NULL",
            }
        },
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36))
    agency_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    url: Mapped[str] = mapped_column(String(500))
    kinds: Mapped[list[str]] = mapped_column(CanonicalJson)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class WebhookMessage(Model):
    """One message to one subscription, and how far it got. What it says is frozen; `public_id` is its id for the receiver.

    `body` names certificates, courses and rules, never persons: the receiver asks with its token, and that is logged.
    `person_id` is whom that question is answered with. `occasion` names what a day brought, so that a day told twice
    (a second worker, a restart) is told once.
    """

    __tablename__ = "webhook_message"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_webhook_message_public_id"),
        UniqueConstraint("webhook_id", "occasion", name="uq_webhook_message_webhook_id_occasion"),
        Index("ix_webhook_message_webhook_id_id", "webhook_id", "id"),
        CheckConstraint("taken_at IS NULL OR given_up_at IS NULL", name="one_end"),
        {
            "info": {
                "frozen": ["public_id", "webhook_id", "kind", "body", "created_at", "occasion", "person_id"]
            }
        },
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36))
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    kind: Mapped[HookKind] = mapped_column(enum_column(HookKind))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    occasion: Mapped[str | None] = mapped_column(String(120))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    tries: Mapped[int]
    last_try_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_problem: Mapped[str] = mapped_column(String(40))
    next_try_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
