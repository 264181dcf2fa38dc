"""Reads of tokens: who stands behind a secret, and which tokens an admin looks after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from certificates.api.models import ApiToken
from certificates.api.scopes import Scope
from learning.kernel import clock
from learning.kernel.access import Grant, Principal, Role
from learning.kernel.db import db
from learning.people.access import bare_principal
from learning.people.models import OrgUnit, Person
from learning.people.names import display_name
from learning.people.scope import reach, visible_units


@dataclass(frozen=True, slots=True)
class Caller:
    """The system behind a request: a living token with its agency."""

    token_id: int
    public_id: str
    name: str
    purpose: str
    scopes: frozenset[Scope]
    made_by: int
    expires_at: datetime
    last_used_at: datetime | None
    agency_id: int
    agency_name: str
    agency_path: str
    timezone: str

    @property
    def principal(self) -> Principal:
        """What the system may see: what HR of its agency sees. Nobody in person: nothing is its own."""
        return bare_principal(0, (Grant(Role.HR, self.agency_id, self.agency_path),))

    def today(self, now: datetime) -> date:
        """The day at the agency's seat."""
        return clock.local_date(now, self.timezone)


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its admins see it; never its secret."""

    public_id: str
    agency_name: str
    name: str
    purpose: str
    scopes: tuple[Scope, ...]
    hint: str
    maker: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def alive(self, now: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and now < self.expires_at


def caller_by(secret_hash: str, *, now: datetime) -> Caller | None:
    """Who stands behind a secret; None when nobody does, or no longer: the three cases are not told apart."""
    row = db.session.execute(
        select(ApiToken, OrgUnit)
        .join(OrgUnit, OrgUnit.id == ApiToken.agency_id)
        .where(ApiToken.secret_hash == secret_hash)
    ).first()
    if row is None:
        return None
    token, agency = row
    ended = agency.valid_to is not None and agency.valid_to < clock.local_date(now, agency.timezone)
    if ended or token.revoked_at is not None or token.expires_at <= now:
        return None
    known = {str(scope) for scope in Scope}
    return Caller(
        token.id,
        token.public_id,
        token.name,
        token.purpose,
        frozenset(Scope(scope) for scope in token.scopes if scope in known),
        token.created_by,
        token.expires_at,
        token.last_used_at,
        agency.id,
        agency.name,
        agency.path,
        agency.timezone,
    )


def tokens_for(principal: Principal) -> list[TokenRow]:
    """The tokens of the agencies that the principal looks after as admin, living ones first, the newest first."""
    rows = db.session.execute(
        select(ApiToken, OrgUnit.name, Person)
        .join(OrgUnit, OrgUnit.id == ApiToken.agency_id)
        .join(Person, Person.id == ApiToken.created_by)
        .where(ApiToken.agency_id.in_(visible_units(principal, Role.ADMIN)))
        .order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())
    )
    return [
        TokenRow(
            token.public_id,
            agency_name,
            token.name,
            token.purpose,
            tuple(scope for scope in Scope if scope in token.scopes),
            token.hint,
            display_name(maker.name, maker.front_title, maker.back_title),
            token.created_at,
            token.expires_at,
            token.last_used_at,
            token.revoked_at,
        )
        for token, agency_name, maker in rows
    ]


def agencies_for(principal: Principal) -> list[tuple[int, str]]:
    """(id, name) of the agencies for which the principal may make a token."""
    condition = reach(principal, Role.ADMIN)
    query = (
        select(OrgUnit.id, OrgUnit.name).where(OrgUnit.parent_id.is_(None)).order_by(OrgUnit.name, OrgUnit.id)
    )
    rows = db.session.execute(query if condition is None else query.where(condition))
    return [(row.id, row.name) for row in rows]
