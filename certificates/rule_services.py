"""Use cases that write promotion rules. None of them commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from certificates.models import PromotionRule
from certificates.rulebook import RuleText
from learning.kernel import audit
from learning.kernel.db import db
from learning.kernel.errors import Invalid


def load_rules(*, rules: Sequence[RuleText], now: datetime) -> tuple[int, int]:
    """Bring the promotion rules to what the file says; (added or changed, unchanged). Repeating it changes nothing.

    A changed rule becomes a new version; the old one ends the day before and keeps answering for its days.
    Refuses: a changed rule that does not begin after the version it replaces.
    """
    changed = 0
    for rule in rules:
        last = db.session.execute(
            select(PromotionRule)
            .where(PromotionRule.key == rule.key)
            .order_by(PromotionRule.version.desc())
            .limit(1)
        ).scalar_one_or_none()
        if last is not None and _same(last, rule):
            continue
        if last is not None and last.valid_to is None and _same(last, replace(rule, valid_to=None)):
            last.valid_to = rule.valid_to
            audit.record("certificate.rule_ended", f"promotion_rule/{rule.key}", version=last.version)
            changed += 1
            continue
        if last is not None:
            if rule.valid_from <= last.valid_from:
                raise Invalid("certificates.rule_not_later", key=rule.key, day=last.valid_from.isoformat())
            if last.valid_to is None:
                last.valid_to = rule.valid_from - timedelta(days=1)
                db.session.flush()
        version = last.version + 1 if last is not None else 1
        db.session.add(PromotionRule(version=version, created_at=now, **asdict(rule)))
        db.session.flush()
        audit.record("certificate.rule_loaded", f"promotion_rule/{rule.key}", version=version)
        changed += 1
    return changed, len(rules) - changed


def _same(row: PromotionRule, rule: RuleText) -> bool:
    return all(getattr(row, name) == value for name, value in asdict(rule).items())
