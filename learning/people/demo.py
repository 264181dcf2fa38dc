"""Sample agencies and people: two invented agencies, some three hundred invented people with well-formed numbers, and the
personas that stand on the login page in demo mode.

The same plan at every load (seeded); only the days of moves and retirements follow the instant given. All numbers end
in 999, the serial that marks invented ones. Everything goes through the real services.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.db import db
from learning.people import services
from learning.people.demo_people import (
    MOVED,
    PASSWORD,
    PERSONAS,
    PLANNED,
    PNS,
    RETIRED,
    ROLES,
    SEED,
    VACANT,
    Planned,
    plan,
)
from learning.people.demo_units import MINISTRY, REGENCY, UNITS
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Person
from learning.people.passwords import hash_password


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the loaded demo. `unit` is the unit's code; `retired` people have no seat any more."""

    person_id: int
    unit_id: int
    unit: str
    number: str
    leads: bool
    persona: str | None
    retired: bool
    moved: bool


@dataclass(frozen=True, slots=True)
class PeopleDemo:
    """What the load made (or found): ids by code of units and by key of personas, and every person."""

    regency_id: int
    ministry_id: int
    units: dict[str, int]
    personas: dict[str, int]
    members: tuple[Member, ...] = field(repr=False)

    @property
    def active(self) -> tuple[Member, ...]:
        """Everybody who still serves."""
        return tuple(member for member in self.members if not member.retired)


def load(now: datetime, story: dict[str, Any] | None = None) -> PeopleDemo:
    """Make the two agencies and everybody in them; what is there already stays as it is. Needs a write section.

    With `story` the result is also put there under "people", for the loaders that follow.
    """
    units = _load_units(now)
    known = _known(p.number for p in plan())
    ids: dict[str, int] = dict(known)
    missing = [p for p in plan() if p.number not in known]
    if missing:
        hashed = hash_password(PASSWORD)
        for person in missing:
            ids[person.number] = _load_person(person, units, hashed, now)
    personas = {p.persona: ids[p.number] for p in PLANNED if p.persona}
    everybody = _fates(ids, units)
    if missing:
        _load_roles(personas, units, now)
        _live_on(everybody, units, now)
    demo = PeopleDemo(units[REGENCY], units[MINISTRY], units, personas, tuple(everybody))
    if story is not None:
        story["people"] = demo
    return demo


def login_personas(**_place: object) -> list[tuple[str, str, str, str]]:
    """The personas as the login page shows them: label, NIP, password, note."""
    return [(p.label, p.nip, PASSWORD, str(p.note)) for p in PERSONAS]


def _known(numbers: Iterable[str]) -> dict[str, int]:
    rows = db.session.execute(
        select(Person.employee_number, Person.id).where(Person.employee_number.in_(list(numbers)))
    )
    return dict(rows.tuples().all())


def _load_units(now: datetime) -> dict[str, int]:
    rows = db.session.execute(
        select(OrgUnit.code, OrgUnit.id).where(OrgUnit.code.in_([u.key for u in UNITS]))
    )
    known: dict[str, int] = {code: unit_id for code, unit_id in rows if code is not None}
    for unit in UNITS:
        if unit.key not in known:
            known[unit.key] = services.create_unit(
                name=unit.name,
                kind=unit.kind,
                now=now,
                parent_id=known[unit.parent] if unit.parent else None,
                code=unit.key,
                region_code=unit.region,
                timezone=unit.zone,
                valid_from=date(2017, 1, 1),
            )
    return known


def _load_person(person: Planned, units: dict[str, int], hashed: str, now: datetime) -> int:
    agency = "sagaratimur" if person.unit.startswith(REGENCY) else "kebunraya"
    person_id = services.create_person(
        employee_number=person.number,
        name=person.name,
        employment_type=person.employment,
        now=now,
        email=f"{_slug(person.name)}@{agency}.contoh.invalid" if person.mail else None,
        front_title=person.front,
        back_title=person.back,
        password_hash=hashed,
    )
    _seat(person_id, person, units[person.unit], person.since, now)
    return person_id


def _seat(person_id: int, person: Planned, unit_id: int, since: date, now: datetime, **values: Any) -> None:
    services.post_person(
        person_id=person_id,
        org_unit_id=unit_id,
        position_title=values.pop("position", person.position),
        position_type=person.type,
        starts_on=since,
        now=now,
        grade_code=person.grade,
        **values,
    )


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", ".", plain).strip(".")


def _fates(ids: dict[str, int], units: dict[str, int]) -> list[Member]:
    """Who has retired and who has moved, by the plan alone, so that a second load says the same as the first."""
    ordinary = [p for p in plan() if not p.leads and p.persona is None and p.employment is PNS]
    retired = {p.number for p in sorted(ordinary, key=lambda p: p.number)[:RETIRED]}
    moved = dict(_moves([p for p in ordinary if p.number not in retired]))
    return [
        Member(
            ids[p.number],
            units[moved.get(p.number, p.unit)],
            moved.get(p.number, p.unit),
            p.number,
            p.leads,
            p.persona,
            p.number in retired,
            p.number in moved,
        )
        for p in plan()
    ]


def _moves(people: list[Planned]) -> Iterator[tuple[str, str]]:
    dice = random.Random(SEED + 1)
    for person in dice.sample(people, MOVED):
        agency, team = person.unit.split(".")[0], next(u.team for u in UNITS if u.key == person.unit)
        near = [u.key for u in UNITS if u.key.startswith(agency) and u.team == team and u.staff]
        elsewhere = [key for key in near if key != person.unit]
        if elsewhere:
            yield person.number, dice.choice(elsewhere)


def _load_roles(personas: dict[str, int], units: dict[str, int], now: datetime) -> None:
    for key, role, unit in ROLES:
        services.grant_role(
            person_id=personas[key], role=role, now=now, org_unit_id=units[unit] if unit else None
        )


def _live_on(members: list[Member], units: dict[str, int], now: datetime) -> None:
    """Moves, retirements, and posts that somebody else looks after for a while."""
    today = clock.local_date(now)
    by_number = {p.number: p for p in plan()}
    for n, member in enumerate(m for m in members if m.moved):
        person = by_number[member.number]
        moved_on = max(today - timedelta(days=20 + 37 * n), person.since + timedelta(days=1))
        _seat(member.person_id, person, member.unit_id, moved_on, now)
    for n, member in enumerate(m for m in members if m.retired):
        last_day = max(today - timedelta(days=9 + 21 * n), by_number[member.number].since)
        services.retire_person(person_id=member.person_id, on=last_day, now=now)
    heads = {member.unit: member for member in members if member.leads}
    titles = {unit.key: unit.head for unit in UNITS}
    for n, (vacant, looked_after_by) in enumerate(VACANT.items()):
        head = heads[looked_after_by]
        _seat(
            head.person_id,
            by_number[head.number],
            units[vacant],
            today - timedelta(days=30 + 11 * n),
            now,
            position=f"Plt. {titles[vacant]}",
            kind=PostingKind.ACTING,
            ends_on=today + timedelta(days=60),
        )
