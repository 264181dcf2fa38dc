"""Use cases that write promotion rules and exemptions. None of them commits.

A version is proposed by one person and approved by another (0014); what is loaded on the command line counts at once,
because whoever has a shell on the server could write it anyway.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from certificates.promotion.events import RuleApproved, WaiverEnded, WaiverGranted
from certificates.promotion.models import PromotionRule, RuleDecision, RuleOrigin, RuleVerdict, RuleWaiver
from certificates.promotion.rulebook import RuleReading, plain, read_rule
from certificates.promotion.rules import RuleText
from learning.kernel import audit, clock, events
from learning.kernel.access import Principal, Role
from learning.kernel.db import canonical_json, db
from learning.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people.models import OrgUnit, Person
from learning.people.scope import visible_people
from learning.people.tree import ancestors

REMARK_LENGTH = 1_000


def load_rules(*, rules: Sequence[RuleReading], now: datetime) -> tuple[int, int]:
    """Bring the promotion rules to what a file says; (added or changed, unchanged). Repeating it changes nothing.

    A changed rule becomes a new version; the old one keeps answering for the days before. Refuses: the code of an agency
    that is none, a key of another agency, a changed rule that does not begin after the version it replaces.
    """
    changed = 0
    for reading in rules:
        assert reading.rule is not None
        rule, agency_id = reading.rule, _agency(reading.agency)
        last = _last_approved(rule.key)
        if last is not None and _text(last) == rule and last.agency_id == agency_id:
            continue
        row = _add(rule, agency_id, RuleOrigin.COMMAND, purpose="", proposed_by=None, now=now)
        db.session.add(
            RuleDecision(
                rule_id=row.id,
                origin=RuleOrigin.COMMAND,
                proposed_by=None,
                verdict=RuleVerdict.APPROVED,
                decided_by=None,
                decided_at=now,
                remark="",
            )
        )
        audit.record("certificate.rule_loaded", f"promotion_rule/{rule.key}", version=row.version)
        events.publish(_approved(row, now))
        changed += 1
    db.session.flush()
    return changed, len(rules) - changed


def propose_rule(
    *, principal: Principal, rule: RuleText, agency_id: int | None, purpose: str, now: datetime
) -> str:
    """Propose a version, the first of its key or the next; its public id. Nothing counts before it is approved.

    Refuses: who is no admin of the agency (of everything, for a rule of everybody: Forbidden), a key of another agency, a
    change that says nothing new or does not begin after the version it replaces, a key with a proposal that waits.
    """
    _may_write(principal, agency_id)
    last = _last_approved(rule.key)
    if last is not None and _text(last) == rule:
        raise Invalid("certificates.rule_unchanged")
    if _waiting(rule.key):
        raise Conflict("certificates.rule_waits")
    row = _add(
        rule, agency_id, RuleOrigin.PAGE, purpose=purpose.strip(), proposed_by=principal.person_id, now=now
    )
    audit.record(
        "certificate.rule_proposed",
        f"promotion_rule/{rule.key}",
        actor_id=principal.person_id,
        version=row.version,
        body_hash=row.body_hash,
    )
    return row.public_id


def decide_rule(
    *, principal: Principal, public_id: str, verdict: RuleVerdict, body_hash: str, remark: str, now: datetime
) -> None:
    """Approve, send back or withdraw a proposal; `body_hash` is what the person has read.

    Refuses: a proposal out of reach (as if there were none), the author as approver and anybody else as the one who
    withdraws (the database does so too), a proposal that was decided already or reads differently, sending back without a
    remark.
    """
    row = db.session.scalar(
        select(PromotionRule).where(
            PromotionRule.public_id == public_id, PromotionRule.origin == RuleOrigin.PAGE
        )
    )
    if row is None or not may_write(principal, row.agency_id):
        raise NotFound("certificates.rule_gone")
    if row.body_hash != body_hash:
        raise Conflict("certificates.rule_reads_differently")
    own = row.proposed_by == principal.person_id
    if own != (verdict is RuleVerdict.WITHDRAWN):
        raise Forbidden("certificates.rule_two_people" if own else "certificates.rule_not_yours")
    remark = remark.strip()
    if verdict is RuleVerdict.RETURNED and not remark:
        raise Invalid("certificates.rule_remark_missing")
    decision = RuleDecision(
        rule_id=row.id,
        origin=row.origin,
        proposed_by=row.proposed_by,
        verdict=verdict,
        decided_by=principal.person_id,
        decided_at=now,
        remark=remark[:REMARK_LENGTH],
    )
    try:
        with db.session.begin_nested():
            db.session.add(decision)
    except IntegrityError as error:
        if violated(error, "uq_promotion_rule_decision_rule_id"):
            raise Conflict("certificates.rule_decided") from error
        raise
    audit.record(
        "certificate.rule_decided",
        f"promotion_rule/{row.key}",
        actor_id=principal.person_id,
        version=row.version,
        verdict=str(verdict),
    )
    if verdict is RuleVerdict.APPROVED:
        events.publish(_approved(row, now))


def grant_waiver(
    *,
    principal: Principal,
    person_id: int,
    rule_key: str,
    waiver_key: str,
    starts_on: date,
    ends_on: date,
    basis: str,
    now: datetime,
) -> str:
    """Grant one person a named reason of exemption that the rule knows; the exemption's public id.

    Only an admin who looks after the person (NotFound otherwise). Refuses oneself, reversed days, no basis, a reason
    that the rule does not name.
    """
    _looked_after(principal, person_id, now)
    if person_id == principal.person_id:
        raise Forbidden("certificates.waiver_oneself")
    rule = _last_approved(rule_key)
    named = {one.key for one in _text(rule).exemptions if one.key} if rule is not None else set()
    if waiver_key not in named:
        raise Invalid("certificates.waiver_unknown")
    if ends_on < starts_on:
        raise Invalid("certificates.waiver_days")
    if not basis.strip():
        raise Invalid("certificates.waiver_basis")
    row = RuleWaiver(
        public_id=str(uuid.uuid4()),
        person_id=person_id,
        rule_key=rule_key,
        waiver_key=waiver_key,
        starts_on=starts_on,
        ends_on=ends_on,
        basis=basis.strip(),
        granted_by=principal.person_id,
        granted_at=now,
        ended_at=None,
        ended_by=None,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "certificate.waiver_granted",
        f"rule_waiver/{row.id}",
        actor_id=principal.person_id,
        about_id=person_id,
        rule=rule_key,
        reason=waiver_key,
    )
    events.publish(WaiverGranted(row.public_id, person_id, rule_key, starts_on, ends_on, now))
    return row.public_id


def end_waiver(*, principal: Principal, public_id: str, now: datetime) -> int:
    """End an exemption from now on; the person's id. Twice is once. NotFound outside the admin's reach."""
    row = db.session.scalar(select(RuleWaiver).where(RuleWaiver.public_id == public_id).with_for_update())
    if row is None:
        raise NotFound("certificates.waiver_gone")
    _looked_after(principal, row.person_id, now)
    if row.ended_at is None:
        row.ended_at, row.ended_by = now, principal.person_id
        audit.record(
            "certificate.waiver_ended",
            f"rule_waiver/{row.id}",
            actor_id=principal.person_id,
            about_id=row.person_id,
        )
        events.publish(
            WaiverEnded(row.public_id, row.person_id, row.rule_key, row.starts_on, row.ends_on, now)
        )
    return row.person_id


def may_write(principal: Principal, agency_id: int | None) -> bool:
    """Whether somebody may propose and approve rules of an agency; None: those of everybody."""
    for grant in principal.grants_for(Role.ADMIN):
        if grant.unit_path is None:
            return True
        if agency_id is not None and ancestors(grant.unit_path) == (agency_id,):
            return True
    return False


def _approved(row: PromotionRule, at: datetime) -> RuleApproved:
    return RuleApproved(row.id, row.key, row.version, row.agency_id, row.valid_from, row.valid_to, at)


def _may_write(principal: Principal, agency_id: int | None) -> None:
    if not may_write(principal, agency_id):
        raise Forbidden


def _looked_after(principal: Principal, person_id: int, now: datetime) -> None:
    on = clock.local_date(now, principal.timezone)
    mine = select(Person.id).where(
        Person.id == person_id,
        Person.id.in_(visible_people(principal, Role.ADMIN, on=on, with_former=True)),
    )
    if not principal.grants_for(Role.ADMIN) or db.session.scalar(mine) is None:
        raise NotFound("certificates.unknown")


def _add(
    rule: RuleText,
    agency_id: int | None,
    origin: RuleOrigin,
    *,
    purpose: str,
    proposed_by: int | None,
    now: datetime,
) -> PromotionRule:
    rows = db.session.scalars(
        select(PromotionRule).where(PromotionRule.key == rule.key).order_by(PromotionRule.version)
    ).all()
    if rows and rows[0].agency_id != agency_id:
        raise Conflict("certificates.rule_key_taken", key=rule.key)
    last = _last_approved(rule.key)
    if last is not None and not _follows(rule, _text(last)):
        raise Invalid("certificates.rule_not_later", key=rule.key, day=last.valid_from.isoformat())
    body = plain(rule)
    row = PromotionRule(
        public_id=str(uuid.uuid4()),
        key=rule.key,
        version=rows[-1].version + 1 if rows else 1,
        agency_id=agency_id,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        body=body,
        body_hash=hashlib.sha256(canonical_json(body).encode()).hexdigest(),
        origin=origin,
        purpose=purpose,
        proposed_by=proposed_by,
        proposed_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        if violated(error, "uq_promotion_rule_version_key_version"):
            raise Conflict("certificates.rule_waits") from error
        raise
    return row


def _follows(rule: RuleText, last: RuleText) -> bool:
    """A version begins after the one it replaces, unless it says the same and only ends."""
    if rule.valid_from > last.valid_from:
        return True
    ended = {name: value for name, value in plain(rule).items() if name != "berlaku-sampai"}
    return last.valid_to is None and ended == plain(last) and rule.valid_to is not None


def _last_approved(key: str) -> PromotionRule | None:
    return db.session.scalar(
        select(PromotionRule)
        .join(RuleDecision, RuleDecision.rule_id == PromotionRule.id)
        .where(PromotionRule.key == key, RuleDecision.verdict == RuleVerdict.APPROVED)
        .order_by(PromotionRule.version.desc())
        .limit(1)
    )


def _waiting(key: str) -> bool:
    found = db.session.scalar(
        select(PromotionRule.id)
        .outerjoin(RuleDecision, RuleDecision.rule_id == PromotionRule.id)
        .where(PromotionRule.key == key, RuleDecision.id.is_(None))
        .limit(1)
    )
    return found is not None


def _text(row: PromotionRule) -> RuleText:
    rule = read_rule(row.body).rule
    assert rule is not None
    return rule


def _agency(code: str | None) -> int | None:
    if code is None:
        return None
    found = db.session.scalar(select(OrgUnit.id).where(OrgUnit.code == code, OrgUnit.parent_id.is_(None)))
    if found is None:
        raise Invalid("certificates.rule_agency", agency=code)
    return found
