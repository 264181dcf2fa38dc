"""Who changes when a rule changes: both versions decided for real people, counted and, for some, named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select

from certificates.promotion.eligibility import Outcome, decide
from certificates.promotion.evidence import Candidate, candidates_by_id
from certificates.promotion.rules import Rule
from learning.kernel import clock
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Posting
from learning.people.scope import visible_people

CHUNK = 1_000
LIMIT = 20_000
NAMES = 50


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody whose answer would be another."""

    person: Candidate
    before: Outcome | None
    after: Outcome


@dataclass(frozen=True, slots=True)
class Preview:
    """What a proposal does to the people within reach. `before` of a count is None where no version stood.

    `people` were looked at; `capped` says that there are more. `named` are the first whose answer changes, by name.
    """

    as_of: date
    people: int
    capped: bool
    counts: tuple[tuple[Outcome | None, Outcome, int], ...]
    named: tuple[Change, ...]

    @property
    def changing(self) -> int:
        """How many people get another answer."""
        return sum(count for before, after, count in self.counts if before is not after)


def preview(
    before: Rule | None, after: Rule, *, principal: Principal, as_of: date, now: datetime, limit: int = LIMIT
) -> Preview:
    """Decide both versions as of a day, with today's knowledge, for the people whom this admin looks after.

    A rule of one agency is tried on that agency's people. At most `limit` people are looked at, in the order of their ids.
    """
    on = clock.local_date(now, principal.timezone)
    ids = list(db.session.scalars(_people(after, principal, on).limit(limit + 1)))
    capped, ids = len(ids) > limit, ids[:limit]
    counts: Counter[tuple[Outcome | None, Outcome]] = Counter()
    named: list[Change] = []
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        for candidate in candidates_by_id(part, rule=after, as_of=as_of, known_at=now).values():
            old = decide(before, candidate.evidence, as_of).outcome if before else None
            new = decide(after, candidate.evidence, as_of).outcome
            counts[old, new] += 1
            if old is not new and len(named) < NAMES:
                named.append(Change(candidate, old, new))
    order = list(Outcome)
    rows = sorted(
        ((old, new, count) for (old, new), count in counts.items()),
        key=lambda row: (order.index(row[0]) if row[0] else -1, order.index(row[1])),
    )
    named.sort(key=lambda change: (change.person.display_name, change.person.person_id))
    return Preview(as_of, len(ids), capped, tuple(rows), tuple(named))


def _people(rule: Rule, principal: Principal, on: date) -> Select[tuple[int]]:
    people = visible_people(principal, Role.ADMIN, on=on)
    query = select(Posting.person_id).where(
        Posting.person_id.in_(people),
        Posting.kind == PostingKind.DEFINITIVE,
        Posting.starts_on <= on,
        Posting.ends_on.is_(None) | (Posting.ends_on >= on),
    )
    if rule.agency_id is not None:
        query = query.join(OrgUnit, OrgUnit.id == Posting.org_unit_id).where(
            OrgUnit.agency_id == rule.agency_id
        )
    return query.distinct().order_by(Posting.person_id)
