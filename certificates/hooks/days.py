"""What a day brings: rules that begin or end, exemptions that run out, certificates that expire. None commits.

Nothing happens on such a day that a listener could hear, so a recurring job looks. Each thing is told once: the message
carries its occasion, and the database holds one of each for a subscription.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, exists, literal, select
from sqlalchemy.orm import aliased

from certificates.hooks import news
from certificates.hooks.kinds import HookKind
from certificates.hooks.models import Webhook, WebhookMessage
from certificates.hooks.services import agency_of, named, put
from certificates.models import Certificate, CertificateEvent
from certificates.promotion.models import PromotionRule, RuleDecision, RuleVerdict, RuleWaiver
from learning.kernel import clock
from learning.kernel.db import db
from learning.people.models import OrgUnit

BY_DAY = (
    HookKind.RULE_IN_FORCE,
    HookKind.RULE_ENDED,
    HookKind.EXEMPTION_ENDED,
    HookKind.EXPIRING,
    HookKind.EXPIRED,
)
AHEAD = timedelta(days=30)
"""How long before its last day a certificate is told as expiring, the last day included."""
BACK = timedelta(days=31)
"""How long the worker may sleep and still tell what it missed."""


@dataclass(frozen=True, slots=True)
class _Told:
    kind: HookKind
    occasion: str
    data: dict[str, Any]
    person_id: int | None = None


def hooks_by_day() -> list[int]:
    """Ids of the living subscriptions that want anything a day brings."""
    rows = db.session.execute(
        select(Webhook.id, Webhook.kinds).where(Webhook.ended_at.is_(None)).order_by(Webhook.id)
    )
    return [row.id for row in rows if set(row.kinds) & {str(kind) for kind in BY_DAY}]


def tell_day(*, webhook_id: int, now: datetime, most: int) -> int:
    """Tell a subscription at most `most` things of its agency's day that it has not heard yet; how many.

    What lies before the subscription, or longer ago than `BACK`, is history and is not told.
    """
    hook, timezone = db.session.execute(
        select(Webhook, OrgUnit.timezone)
        .join(OrgUnit, OrgUnit.id == Webhook.agency_id)
        .where(Webhook.id == webhook_id)
    ).one()
    if hook.ended_at is not None:
        return 0
    today = clock.local_date(now, timezone)
    first = max(today - BACK, clock.local_date(hook.created_at, timezone))
    told = 0
    for kind in BY_DAY:
        if str(kind) not in hook.kinds or told >= most:
            continue
        for one in _untold(hook, kind, first, today, most - told):
            put(hook.id, one.kind, one.data, now, occasion=one.occasion, person_id=one.person_id)
            told += 1
    return told


def _untold(hook: Webhook, kind: HookKind, first: date, today: date, most: int) -> Iterator[_Told]:
    if kind in (HookKind.RULE_IN_FORCE, HookKind.RULE_ENDED):
        yield from _rules(hook, kind, first, today, most)
    elif kind is HookKind.EXEMPTION_ENDED:
        yield from _exemptions(hook, first, today, most)
    elif kind is HookKind.EXPIRING:
        yield from _certificates(hook, kind, today, today + AHEAD, most)
    else:
        yield from _certificates(hook, kind, first, today - timedelta(days=1), most)


def _rules(hook: Webhook, kind: HookKind, first: date, today: date, most: int) -> list[_Told]:
    """Versions whose first day has come; or whose last day is over and that no later version had replaced by then."""
    later, decided = aliased(PromotionRule), aliased(RuleDecision)
    query = (
        select(PromotionRule)
        .join(RuleDecision, RuleDecision.rule_id == PromotionRule.id)
        .where(
            RuleDecision.verdict == RuleVerdict.APPROVED,
            PromotionRule.agency_id.is_(None) | (PromotionRule.agency_id == hook.agency_id),
            ~_heard(hook, kind, PromotionRule.id),
        )
        .order_by(PromotionRule.id)
        .limit(most)
    )
    if kind is HookKind.RULE_IN_FORCE:
        query = query.where(PromotionRule.valid_from >= first, PromotionRule.valid_from <= today)
    else:
        replaced = (
            exists()
            .where(later.id == decided.rule_id)
            .where(decided.verdict == RuleVerdict.APPROVED, later.key == PromotionRule.key)
            .where(later.version > PromotionRule.version, later.valid_from <= today)
        )
        query = query.where(
            PromotionRule.valid_to >= first - timedelta(days=1), PromotionRule.valid_to < today, ~replaced
        )
    return [
        _Told(
            kind,
            f"{kind}/{row.id}",
            news.rule_data(row.key, row.version, row.valid_from, row.valid_to),
        )
        for row in db.session.scalars(query)
    ]


def _exemptions(hook: Webhook, first: date, today: date, most: int) -> list[_Told]:
    agency = agency_of(RuleWaiver.person_id, today).correlate(RuleWaiver).scalar_subquery()
    rows = db.session.scalars(
        select(RuleWaiver)
        .where(
            RuleWaiver.ended_at.is_(None),
            RuleWaiver.ends_on >= first - timedelta(days=1),
            RuleWaiver.ends_on < today,
            agency == hook.agency_id,
            ~_heard(hook, HookKind.EXEMPTION_ENDED, RuleWaiver.public_id),
        )
        .order_by(RuleWaiver.id)
        .limit(most)
    )
    return [
        _Told(
            HookKind.EXEMPTION_ENDED,
            news.exemption_ended(row.public_id),
            news.waiver_data(row.public_id, row.rule_key, row.starts_on, row.ends_on),
            row.person_id,
        )
        for row in rows
    ]


def _certificates(hook: Webhook, kind: HookKind, first: date, last: date, most: int) -> list[_Told]:
    """Certificates that nothing has ended, with a last day in the period."""
    agency = agency_of(Certificate.person_id, last).correlate(Certificate).scalar_subquery()
    rows = db.session.scalars(
        select(Certificate)
        .where(
            Certificate.expires_on >= first,
            Certificate.expires_on <= last,
            ~exists().where(CertificateEvent.certificate_id == Certificate.id),
            agency == hook.agency_id,
            ~_heard(hook, kind, Certificate.id),
        )
        .order_by(Certificate.id)
        .limit(most)
    )
    return [
        _Told(
            kind,
            f"{kind}/{row.id}",
            {**named(row.id), "expires_on": row.expires_on.isoformat() if row.expires_on else None},
        )
        for row in rows
    ]


def _heard(hook: Webhook, kind: HookKind, key: Any) -> ColumnElement[bool]:
    """Whether the subscription was told this kind of thing about a row already."""
    return exists().where(
        WebhookMessage.webhook_id == hook.id,
        WebhookMessage.occasion == literal(f"{kind}/") + cast(key, String),
    )
