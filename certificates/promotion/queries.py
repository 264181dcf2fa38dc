"""Reads of promotion rules: which version answers for a day, as it was known at a moment; proposals and their history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import aliased

from certificates.promotion.models import PromotionRule, RuleDecision, RuleOrigin, RuleVerdict, RuleWaiver
from certificates.promotion.rulebook import read_rule
from certificates.promotion.rules import Rule, rule_of
from learning.kernel.access import Principal, Role
from learning.kernel.db import among, db
from learning.people.models import OrgUnit, Person
from learning.people.names import display_name
from learning.people.tree import ancestors

# Who may see other people's certificates and ask about eligibility. Supervisors see completion, not papers.
SEEING = (Role.HR, Role.ADMIN)
# The agencies whose rules somebody may use besides those for everybody; None: all.
Agencies = frozenset[int] | None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A version with how it came to be. `verdict` None: waiting for the second person."""

    public_id: str
    rule: Rule
    body_hash: str
    agency_name: str | None
    origin: RuleOrigin
    purpose: str
    proposed_by: int | None
    proposer: str
    proposed_at: datetime
    verdict: RuleVerdict | None
    decider: str
    decided_at: datetime | None
    remark: str


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """An exemption granted in person."""

    public_id: str
    rule_key: str
    waiver_key: str
    starts_on: date
    ends_on: date
    basis: str
    granter: str
    granted_at: datetime
    ended_at: datetime | None


def agencies_of(principal: Principal, *roles: Role) -> Agencies:
    """The agencies that these roles (default: HR and admin) reach into; None for an admin of everything."""
    found: set[int] = set()
    for grant in principal.grants_for(*(roles or SEEING)):
        if grant.unit_path is not None:
            found.add(ancestors(grant.unit_path)[0])
        elif grant.role is Role.ADMIN:
            return None
    return frozenset(found)


def rules_for(day: date, *, agencies: Agencies, known_at: datetime | None = None) -> list[Rule]:
    """The rules to choose from on a day, in the order they were first written, of everybody and of these agencies.

    Of each rule the approved version that answers for `day`: the highest that has begun, else the first. With `known_at`
    only what had been approved by then.
    """
    query = (
        select(PromotionRule)
        .join(RuleDecision, RuleDecision.rule_id == PromotionRule.id)
        .where(RuleDecision.verdict == RuleVerdict.APPROVED, _of(agencies))
        .order_by(PromotionRule.id)
    )
    if known_at is not None:
        query = query.where(RuleDecision.decided_at <= known_at)
    chosen: dict[str, PromotionRule] = {}
    for row in db.session.scalars(query):
        if row.key not in chosen or row.valid_from <= day:
            chosen[row.key] = row
    return [_rule(row) for row in chosen.values()]


def rule_on(key: str, day: date, *, agencies: Agencies, known_at: datetime | None = None) -> Rule | None:
    """One rule as `rules_for` chooses its version; None when there is none of this key within reach."""
    return next(
        (rule for rule in rules_for(day, agencies=agencies, known_at=known_at) if rule.key == key), None
    )


def rule_by_id(rule_id: int) -> Rule:
    """A version by its id."""
    return _rule(db.session.get_one(PromotionRule, rule_id))


def latest_versions(*, agencies: Agencies) -> list[RuleRow]:
    """Of each rule within reach the highest approved version and, after it, the proposal that waits; by key."""
    rows = _rows(_of(agencies))
    shown: dict[tuple[str, bool], RuleRow] = {}
    for row in rows:
        if row.verdict in (None, RuleVerdict.APPROVED):
            shown[row.rule.key, row.verdict is None] = row
    return [shown[name] for name in sorted(shown)]


def versions_of(key: str, *, agencies: Agencies) -> list[RuleRow]:
    """Every version of a rule, sent back and withdrawn ones too, the newest first."""
    return _rows(_of(agencies), PromotionRule.key == key)[::-1]


def version(public_id: str, *, agencies: Agencies) -> RuleRow | None:
    """One version by the id in the address; None outside the reach."""
    return next(iter(_rows(_of(agencies), PromotionRule.public_id == public_id)), None)


def approved_before(row: RuleRow) -> Rule | None:
    """The approved version that a proposal would replace; None for the first of its key."""
    earlier = _rows(
        PromotionRule.key == row.rule.key,
        PromotionRule.version < row.rule.version,
        RuleDecision.verdict == RuleVerdict.APPROVED,
    )
    return earlier[-1].rule if earlier else None


def waivers_of(person_id: int) -> list[WaiverRow]:
    """Exemptions granted to somebody, the newest first."""
    rows = db.session.execute(
        select(RuleWaiver, Person.name, Person.front_title, Person.back_title)
        .join(Person, Person.id == RuleWaiver.granted_by)
        .where(RuleWaiver.person_id == person_id)
        .order_by(RuleWaiver.id.desc())
    )
    return [
        WaiverRow(
            row.public_id,
            row.rule_key,
            row.waiver_key,
            row.starts_on,
            row.ends_on,
            row.basis,
            display_name(*names),
            row.granted_at,
            row.ended_at,
        )
        for row, *names in rows
    ]


def waiver_keys(
    rule_key: str, person_ids: Iterable[int], *, as_of: date, known_at: datetime
) -> dict[int, tuple[str, ...]]:
    """Person -> keys of the exemptions for a rule that hold on a day, as known at a moment. One statement."""
    rows = db.session.execute(
        select(RuleWaiver.person_id, RuleWaiver.waiver_key)
        .where(
            RuleWaiver.rule_key == rule_key,
            among(RuleWaiver.person_id, list(person_ids)),
            RuleWaiver.starts_on <= as_of,
            RuleWaiver.ends_on >= as_of,
            RuleWaiver.granted_at <= known_at,
            or_(RuleWaiver.ended_at.is_(None), RuleWaiver.ended_at > known_at),
        )
        .order_by(RuleWaiver.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for person_id, key in rows:
        found[person_id] = (*found.get(person_id, ()), key)
    return found


def _of(agencies: Agencies) -> ColumnElement[bool]:
    if agencies is None:
        return true()
    return or_(PromotionRule.agency_id.is_(None), PromotionRule.agency_id.in_(sorted(agencies)))


def _rule(row: PromotionRule) -> Rule:
    reading = read_rule(row.body)
    if reading.rule is None:
        raise ValueError(f"stored rule {row.key} {row.version} cannot be read: {reading.problems}")
    return rule_of(reading.rule, version=row.version, agency_id=row.agency_id, rule_id=row.id)


def _rows(*conditions: ColumnElement[bool]) -> list[RuleRow]:
    proposer, decider = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(PromotionRule, RuleDecision, OrgUnit.name, proposer, decider)
        .outerjoin(RuleDecision, RuleDecision.rule_id == PromotionRule.id)
        .outerjoin(OrgUnit, OrgUnit.id == PromotionRule.agency_id)
        .outerjoin(proposer, proposer.id == PromotionRule.proposed_by)
        .outerjoin(decider, decider.id == RuleDecision.decided_by)
        .where(*conditions)
        .order_by(PromotionRule.key, PromotionRule.version)
    )
    return [
        RuleRow(
            row.public_id,
            _rule(row),
            row.body_hash,
            agency_name,
            row.origin,
            row.purpose,
            row.proposed_by,
            _name(author),
            row.proposed_at,
            decision.verdict if decision else None,
            _name(second),
            decision.decided_at if decision else None,
            decision.remark if decision else "",
        )
        for row, decision, agency_name, author, second in rows
    ]


def _name(person: Person | None) -> str:
    return display_name(person.name, person.front_title, person.back_title) if person else ""
