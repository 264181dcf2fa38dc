"""Listeners: what happened to rules, exemptions and seats becomes messages to the agency concerned, in the same commit.

A person is never named in a message; the receiver asks for the number with its token, and the person can see that.
None of them commits.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from certificates.hooks.kinds import HookKind
from certificates.hooks.models import Webhook
from certificates.hooks.services import hooks_of, tell
from certificates.promotion.events import RuleApproved, WaiverEnded, WaiverGranted
from learning.kernel import clock
from learning.kernel.db import among, db
from learning.people.events import PeopleSeated, PeopleUnseated, PersonJoined, PersonLeft, PersonMoved
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Posting


def rule_approved(event: RuleApproved) -> None:
    """A version counts from its first day on; one whose first day has come is told as in force too.

    A rule of everybody is told to every agency, one of an agency to that agency alone.
    """
    query = (
        select(Webhook, OrgUnit.timezone)
        .join(OrgUnit, OrgUnit.id == Webhook.agency_id)
        .where(Webhook.ended_at.is_(None))
        .order_by(Webhook.id)
    )
    if event.agency_id is not None:
        query = query.where(Webhook.agency_id == event.agency_id)
    data = rule_data(event.key, event.version, event.valid_from, event.valid_to)
    for hook, timezone in db.session.execute(query):
        tell([hook], HookKind.RULE_APPROVED, data, event.at)
        if event.valid_from <= clock.local_date(event.at, timezone):
            tell([hook], HookKind.RULE_IN_FORCE, data, event.at, occasion=rule_in_force(event.rule_id))


def waiver_granted(event: WaiverGranted) -> None:
    """Somebody need not prove what a rule asks, from a day to a day."""
    data = waiver_data(event.public_id, event.rule_key, event.starts_on, event.ends_on)
    hooks = hooks_of(event.person_id, event.at)
    tell(hooks, HookKind.EXEMPTION_GRANTED, data, event.at, person_id=event.person_id)


def waiver_ended(event: WaiverEnded) -> None:
    """An exemption was ended before its last day."""
    data = waiver_data(event.public_id, event.rule_key, event.starts_on, event.ends_on)
    tell(
        hooks_of(event.person_id, event.at),
        HookKind.EXEMPTION_ENDED,
        data,
        event.at,
        occasion=exemption_ended(event.public_id),
        person_id=event.person_id,
    )


def person_joined(event: PersonJoined) -> None:
    """Somebody took a seat in the agency."""
    hooks = _hooks_at(event.org_unit_id)
    tell(hooks, HookKind.PERSON_JOINED, {}, event.at, person_id=event.person_id)


def person_moved(event: PersonMoved) -> None:
    """Somebody changed units; between agencies each is told its own half, and neither which the other is."""
    before, after = _hooks_at(event.from_unit_id), _hooks_at(event.to_unit_id)
    data = {"on": event.on.isoformat()}
    if _agency(event.from_unit_id) == _agency(event.to_unit_id):
        tell(after, HookKind.PERSON_MOVED, data, event.at, person_id=event.person_id)
        return
    tell(before, HookKind.PERSON_LEFT, data, event.at, person_id=event.person_id)
    tell(after, HookKind.PERSON_JOINED, data, event.at, person_id=event.person_id)


def person_left(event: PersonLeft) -> None:
    """Somebody's service ended with a seat in the agency; `on` is the first day without it, as after a move."""
    if event.org_unit_id is None:
        return
    data = {"on": date.fromordinal(event.on.toordinal() + 1).isoformat()}
    tell(_hooks_at(event.org_unit_id), HookKind.PERSON_LEFT, data, event.at, person_id=event.person_id)


def people_seated(event: PeopleSeated) -> None:
    """A file or a merger seated many: each is told as one would be, to the agencies that listen."""
    listening = _listening(
        {unit for _, before, after in event.seats for unit in (before, after) if unit is not None}
    )
    if not listening:
        return
    first_days = select(Posting.person_id, Posting.starts_on).where(
        among(Posting.person_id, [person_id for person_id, _, _ in event.seats]),
        Posting.kind == PostingKind.DEFINITIVE,
        Posting.ends_on.is_(None),
    )
    on: dict[int, date] = dict(db.session.execute(first_days).tuples().all())
    for person_id, before, after in event.seats:
        there, here = listening.get(before or 0, _DEAF), listening.get(after, _DEAF)
        data = {"on": on[person_id].isoformat()} if person_id in on else {}
        if before is None:
            tell(here.hooks, HookKind.PERSON_JOINED, {}, event.at, person_id=person_id)
        elif there.agency == here.agency:
            tell(here.hooks, HookKind.PERSON_MOVED, data, event.at, person_id=person_id)
        else:
            tell(there.hooks, HookKind.PERSON_LEFT, data, event.at, person_id=person_id)
            tell(here.hooks, HookKind.PERSON_JOINED, data, event.at, person_id=person_id)


def people_unseated(event: PeopleUnseated) -> None:
    """A whole list of an agency did not name these any more."""
    listening = _listening({unit for _, unit in event.seats})
    data = {"on": date.fromordinal(event.on.toordinal() + 1).isoformat()}
    for person_id, unit in event.seats:
        hooks = listening.get(unit, _DEAF).hooks
        tell(hooks, HookKind.PERSON_LEFT, data, event.at, person_id=person_id)


def rule_data(key: str, version: int, valid_from: date, valid_to: date | None) -> dict[str, object]:
    """How a message names a version of a rule."""
    return {
        "rule": key,
        "version": version,
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to else None,
    }


def waiver_data(public_id: str, rule_key: str, starts_on: date, ends_on: date) -> dict[str, object]:
    """How a message names an exemption; why it was granted is told to nobody but those who look after the person."""
    return {
        "exemption": public_id,
        "rule": rule_key,
        "valid_from": starts_on.isoformat(),
        "valid_to": ends_on.isoformat(),
    }


def rule_in_force(rule_id: int) -> str:
    """The occasion of a version's first day."""
    return f"{HookKind.RULE_IN_FORCE}/{rule_id}"


def exemption_ended(public_id: str) -> str:
    """The occasion of an exemption's end, by hand or by its last day."""
    return f"{HookKind.EXEMPTION_ENDED}/{public_id}"


class _Ears(NamedTuple):
    agency: int
    hooks: list[Webhook]


_DEAF = _Ears(0, [])


def _listening(unit_ids: set[int]) -> dict[int, _Ears]:
    """Unit -> its agency and who listens there; empty when nobody does in any of them, which is the usual case."""
    units = select(OrgUnit.id, OrgUnit.agency_id).where(among(OrgUnit.id, list(unit_ids)))
    agencies: dict[int, int] = dict(db.session.execute(units).tuples().all())
    hooks: dict[int, list[Webhook]] = {}
    for hook in db.session.scalars(
        select(Webhook)
        .where(among(Webhook.agency_id, list(set(agencies.values()))), Webhook.ended_at.is_(None))
        .order_by(Webhook.id)
    ):
        hooks.setdefault(hook.agency_id, []).append(hook)
    if not hooks:
        return {}
    return {unit: _Ears(agency, hooks.get(agency, [])) for unit, agency in agencies.items()}


def _hooks_at(unit_id: int) -> list[Webhook]:
    agency = select(OrgUnit.agency_id).where(OrgUnit.id == unit_id).scalar_subquery()
    return list(
        db.session.scalars(
            select(Webhook)
            .where(Webhook.agency_id == agency, Webhook.ended_at.is_(None))
            .order_by(Webhook.id)
        )
    )


def _agency(unit_id: int) -> int | None:
    return db.session.scalar(select(OrgUnit.agency_id).where(OrgUnit.id == unit_id))
