"""Reads of subscriptions and of what was sent to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from certificates.hooks.kinds import HookKind
from certificates.hooks.models import Webhook, WebhookMessage
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.people.models import OrgUnit, Person
from learning.people.scope import visible_units

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is to be sent now."""

    id: int
    public_id: str
    hook_public_id: str
    url: str
    body: str
    tries: int


@dataclass(frozen=True, slots=True)
class HookRow:
    """A subscription as its admins see it. `waiting` and `given_up` count its messages."""

    public_id: str
    agency_name: str
    url: str
    kinds: tuple[HookKind, ...]
    created_at: datetime
    ended_at: datetime | None
    waiting: int
    given_up: int


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message and how far it got."""

    public_id: str
    kind: HookKind
    body: str
    created_at: datetime
    tries: int
    last_try_at: datetime | None
    last_status: int | None
    last_problem: str
    next_try_at: datetime | None
    taken_at: datetime | None
    given_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a message speaks of."""

    public_id: str
    kind: HookKind
    created_at: datetime
    person_id: int
    employee_number: str


def message_to_send(message_id: int) -> Waiting | None:
    """A message that nobody has taken and that was not given up, to an address that still wants it."""
    row = db.session.execute(
        select(WebhookMessage, Webhook)
        .join(Webhook, Webhook.id == WebhookMessage.webhook_id)
        .where(
            WebhookMessage.id == message_id,
            WebhookMessage.taken_at.is_(None),
            WebhookMessage.given_up_at.is_(None),
            Webhook.ended_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    message, hook = row
    return Waiting(message.id, message.public_id, hook.public_id, hook.url, message.body, message.tries)


def subject_of(public_id: str, *, agency_id: int) -> Subject | None:
    """What a message to one agency speaks of, and of whom; None for a message of another agency or about nobody.

    Whether the person is still the agency's is not asked: a message that somebody left must say who.
    """
    row = db.session.execute(
        select(WebhookMessage, Person.employee_number)
        .join(Webhook, Webhook.id == WebhookMessage.webhook_id)
        .join(Person, Person.id == WebhookMessage.person_id)
        .where(WebhookMessage.public_id == public_id, Webhook.agency_id == agency_id)
    ).first()
    if row is None:
        return None
    message, number = row
    return Subject(message.public_id, message.kind, message.created_at, message.person_id, number)


def hooks_for(principal: Principal, public_id: str | None = None) -> list[HookRow]:
    """The subscriptions of the agencies that the principal looks after as admin, living ones first; or one of them."""
    waiting = func.count().filter(WebhookMessage.taken_at.is_(None), WebhookMessage.given_up_at.is_(None))
    counts = (
        select(
            WebhookMessage.webhook_id,
            waiting.label("waiting"),
            func.count().filter(WebhookMessage.given_up_at.is_not(None)).label("given_up"),
        )
        .group_by(WebhookMessage.webhook_id)
        .subquery()
    )
    query = (
        select(Webhook, OrgUnit.name, counts.c.waiting, counts.c.given_up)
        .join(OrgUnit, OrgUnit.id == Webhook.agency_id)
        .outerjoin(counts, counts.c.webhook_id == Webhook.id)
        .where(Webhook.agency_id.in_(visible_units(principal, Role.ADMIN)))
        .order_by(Webhook.ended_at.is_not(None), Webhook.id.desc())
    )
    if public_id is not None:
        query = query.where(Webhook.public_id == public_id)
    return [
        HookRow(
            hook.public_id,
            agency_name,
            hook.url,
            tuple(HookKind(kind) for kind in hook.kinds),
            hook.created_at,
            hook.ended_at,
            waits or 0,
            lost or 0,
        )
        for hook, agency_name, waits, lost in db.session.execute(query)
    ]


def messages_of(public_id: str) -> list[MessageRow]:
    """The newest messages of a subscription; the caller has settled who may see it."""
    rows = db.session.scalars(
        select(WebhookMessage)
        .join(Webhook, Webhook.id == WebhookMessage.webhook_id)
        .where(Webhook.public_id == public_id)
        .order_by(WebhookMessage.id.desc())
        .limit(SHOWN)
    )
    return [
        MessageRow(
            row.public_id,
            row.kind,
            row.body,
            row.created_at,
            row.tries,
            row.last_try_at,
            row.last_status,
            row.last_problem,
            row.next_try_at,
            row.taken_at,
            row.given_up_at,
        )
        for row in rows
    ]
