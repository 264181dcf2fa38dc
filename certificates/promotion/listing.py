"""Verdicts of the people somebody looks after, page by page, and one's own verdicts ahead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from certificates.promotion.eligibility import Outcome, ReasonCode, Verdict, decide
from certificates.promotion.evidence import Candidate, candidates_by_id
from certificates.promotion.queries import SEEING, rules_for, waiver_keys
from certificates.promotion.rules import Rule
from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.people.scope import units_in, visible_people

PAGE = 50
CHUNK = 250
SCANNED = 5_000
# Whoever a rule does not speak of has nothing to do about it.
_NOT_CONCERNED = {
    ReasonCode.RULE_NOT_IN_FORCE,
    ReasonCode.OTHER_AGENCY,
    ReasonCode.NOT_FOR_POSITION,
    ReasonCode.NOT_FOR_GRADE,
    ReasonCode.RANK_RULE_NOT_FOR_CONTRACT,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A person with the verdict."""

    person: Candidate
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Page:
    """So many lines by name. `after`: the address of the rest, None at the end; `searched` persons were looked at."""

    lines: tuple[Line, ...]
    after: str | None
    searched: int


def page(
    rule: Rule,
    *,
    principal: Principal,
    as_of: date,
    now: datetime,
    unit_path: str = "",
    outcome: Outcome | None = None,
    after: str = "",
) -> Page:
    """The next lines after the person called `after` (public id), of the people looked after as HR or admin today.

    `unit_path` narrows to a subtree within reach, `outcome` to one verdict. Looks at no more than 5,000 persons at a time;
    the rest is behind `after`. An `after` that names nobody begins at the start.
    """
    base = _people(principal, clock.local_date(now, principal.timezone), unit_path)
    cursor = _place(after)
    lines: list[Line] = []
    searched, last = 0, after
    while searched < SCANNED:
        rows = db.session.execute((base.where(_beyond(*cursor)) if cursor else base).limit(CHUNK)).all()
        found = candidates_by_id([row.id for row in rows], rule=rule, as_of=as_of, known_at=now)
        for row in rows:
            searched += 1
            cursor = (row.name, row.id)
            verdict = decide(rule, found[row.id].evidence, as_of)
            if outcome is None or verdict.outcome is outcome:
                lines.append(Line(found[row.id], verdict))
                if len(lines) == PAGE:
                    return Page(tuple(lines), row.public_id, searched)
            last = row.public_id
        if len(rows) < CHUNK:
            return Page(tuple(lines), None, searched)
    return Page(tuple(lines), last, searched)


def own_verdicts(person_id: int, *, agency_id: int | None, as_of: date, now: datetime) -> tuple[Verdict, ...]:
    """Somebody's own verdicts for a day by the rules of everybody and of the agency, without those not meant for them."""
    agencies = frozenset({agency_id}) if agency_id is not None else frozenset()
    rules = rules_for(as_of, agencies=agencies)
    if not rules:
        return ()
    candidate = candidates_by_id([person_id], rule=None, as_of=as_of, known_at=now).get(person_id)
    if candidate is None:
        return ()
    found = []
    for rule in rules:
        evidence = candidate.evidence
        if any(one.key for one in rule.exemptions):
            keys = waiver_keys(rule.key, [person_id], as_of=as_of, known_at=now)
            evidence = replace(evidence, waivers=keys.get(person_id, ()))
        verdict = decide(rule, evidence, as_of)
        if not {reason.code for reason in verdict.reasons} & _NOT_CONCERNED:
            found.append(verdict)
    return tuple(found)


def _beyond(name: str, person_id: int) -> ColumnElement[bool]:
    return or_(Person.name > name, and_(Person.name == name, Person.id > person_id))


def _people(principal: Principal, on: date, unit_path: str) -> Select[tuple[int, str, str]]:
    query = select(Person.id, Person.name, Person.public_id).where(
        Person.id.in_(visible_people(principal, *SEEING, on=on))
    )
    if unit_path:
        query = query.where(
            exists().where(
                Posting.person_id == Person.id,
                Posting.kind == PostingKind.DEFINITIVE,
                Posting.starts_on <= on,
                or_(Posting.ends_on.is_(None), Posting.ends_on >= on),
                Posting.org_unit_id.in_(select(OrgUnit.id).where(units_in(unit_path))),
            )
        )
    return query.order_by(Person.name, Person.id)


def _place(public_id: str) -> tuple[str, int] | None:
    if not public_id:
        return None
    row = db.session.execute(select(Person.name, Person.id).where(Person.public_id == public_id)).first()
    return (row.name, row.id) if row else None
