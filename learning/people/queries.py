"""Reads of persons, units and roles. They return frozen rows, never database objects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.people import nip
from learning.people.kinds import EmploymentType, PersonStatus, PositionType, PostingKind
from learning.people.models import LoginSession, OrgUnit, Person, PersonView, Posting, RoleGrant
from learning.people.names import display_name
from learning.people.scope import NOBODY, reach, visible_people, visible_units
from learning.people.unit_queries import (
    UnitRow,
    children_of,
    unit_codes,
    unit_options,
    unit_row,
    unit_tree,
)

__all__ = [
    "GrantRow", "PersonRow", "PostingRow", "SearchHit", "SessionRow", "UnitRow", "ViewRow", "as_plain", "children_of", "find_person", "grants_of",
    "open_grants", "periods_over_course", "person_by_number", "person_by_public_id", "person_row", "person_rows", "posting_on", "postings_of",
    "search_people", "sessions_of", "unit_codes", "unit_options", "unit_row", "unit_tree", "views_of", "visible_people", "visible_units",
]  # fmt: skip

PAGE = 25


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Who somebody is. `display_name` carries the titles."""

    id: int
    public_id: str
    employee_number: str
    name: str
    display_name: str
    email: str | None
    employment_type: EmploymentType
    status: PersonStatus
    locale: str
    activated: bool
    front_title: str = ""
    back_title: str = ""


@dataclass(frozen=True, slots=True)
class PostingRow:
    """Where somebody sat or sits, with unit and agency. Days are inclusive; `ends_on` None: still open."""

    person_id: int
    org_unit_id: int
    unit_name: str
    unit_path: str
    agency_id: int
    agency_name: str
    region_code: str | None
    timezone: str
    position_title: str
    position_type: PositionType
    grade_code: str | None
    kind: PostingKind
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One line of the list of persons."""

    public_id: str
    display_name: str
    employee_number: str
    unit_name: str | None
    position_title: str | None
    status: PersonStatus
    activated: bool


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role somebody holds or held."""

    id: int
    person_id: int
    person_public_id: str
    person_name: str
    role: Role
    org_unit_id: int | None
    unit_name: str | None
    unit_path: str | None
    course_key: str | None
    granted_at: datetime
    ended_at: datetime | None


def _person(row: Person) -> PersonRow:
    return PersonRow(
        row.id,
        row.public_id,
        row.employee_number,
        row.name,
        display_name(row.name, row.front_title, row.back_title),
        row.email,
        row.employment_type,
        row.status,
        row.locale,
        row.password_hash is not None,
        row.front_title,
        row.back_title,
    )


def person_row(person_id: int) -> PersonRow | None:
    """Somebody by id, whatever their status; None when there is nobody."""
    person = db.session.get(Person, person_id)
    return _person(person) if person else None


def person_rows(person_ids: Iterable[int]) -> dict[int, PersonRow]:
    """Several persons at once, by id."""
    rows = db.session.scalars(select(Person).where(Person.id.in_(list(person_ids))))
    return {row.id: _person(row) for row in rows}


def person_by_number(employee_number: str) -> PersonRow | None:
    """Somebody by NIP without any scope: for jobs and commands. Pages use `find_person`."""
    person = db.session.scalar(select(Person).where(Person.employee_number == employee_number))
    return _person(person) if person else None


def find_person(principal: Principal, employee_number: str, *roles: Role, on: date) -> PersonRow | None:
    """Somebody by NIP if this principal may see them as HR, supervisor or admin (former staff included)."""
    return _visible(principal, *roles, found=Person.employee_number == employee_number, on=on)


def person_by_public_id(principal: Principal, public_id: str, *roles: Role, on: date) -> PersonRow | None:
    """Somebody by the id in the address, within the scope of these roles (former staff included)."""
    return _visible(principal, *roles, found=Person.public_id == public_id, on=on)


def _visible(principal: Principal, *roles: Role, found: ColumnElement[bool], on: date) -> PersonRow | None:
    """Two questions in any case, each by an index: nobody and somebody out of reach must take the same time."""
    person_id = db.session.scalar(select(Person.id).where(found)) or NOBODY
    person = db.session.scalar(
        select(Person).where(
            Person.id == person_id,
            Person.id.in_(visible_people(principal, *roles, on=on, with_former=True, among=[person_id])),
        )
    )
    return _person(person) if person else None


def _postings() -> Select[tuple[Posting, OrgUnit, str]]:
    agency = OrgUnit.__table__.alias("agency")
    return (
        select(Posting, OrgUnit, agency.c.name)
        .join(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .join(agency, agency.c.id == OrgUnit.agency_id)
    )


def _posting(row: Row[tuple[Posting, OrgUnit, str]]) -> PostingRow:
    seat, unit, agency_name = row
    return PostingRow(
        seat.person_id,
        unit.id,
        unit.name,
        unit.path,
        unit.agency_id,
        agency_name,
        unit.region_code,
        unit.timezone,
        seat.position_title,
        seat.position_type,
        seat.grade_code,
        seat.kind,
        seat.starts_on,
        seat.ends_on,
    )


def posting_on(person_id: int, on: date) -> PostingRow | None:
    """The definitive seat on a day; the latest when two overlap; None when there was none."""
    row = db.session.execute(
        _postings()
        .where(
            Posting.person_id == person_id,
            Posting.kind == PostingKind.DEFINITIVE,
            Posting.starts_on <= on,
            or_(Posting.ends_on.is_(None), Posting.ends_on >= on),
        )
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
        .limit(1)
    ).first()
    return _posting(row) if row else None


def postings_of(person_id: int) -> list[PostingRow]:
    """All seats of somebody, the newest first."""
    rows = db.session.execute(
        _postings()
        .where(Posting.person_id == person_id)
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
    )
    return [_posting(row) for row in rows]


def search_people(
    principal: Principal, *roles: Role, text: str, on: date, page: int = 1
) -> tuple[list[SearchHit], int]:
    """Persons in scope whose name contains `text` or whose NIP begins with it; one page of 25 and the total."""
    text = text.strip()
    digits = "".join(text.split())
    query = select(Person.id).where(Person.id.in_(visible_people(principal, *roles, on=on, with_former=True)))
    if digits.isascii() and digits.isdigit():
        query = query.where(Person.employee_number.startswith(digits[: nip.LENGTH], autoescape=True))
    elif text:
        query = query.where(func.lower(Person.name).contains(text.lower(), autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ids = query.order_by(Person.name, Person.id).limit(PAGE).offset((page - 1) * PAGE).subquery()
    rows = db.session.execute(
        select(Person, Posting.position_title, OrgUnit.name)
        .join(ids, ids.c.id == Person.id)
        .outerjoin(
            Posting,
            (Posting.person_id == Person.id)
            & (Posting.kind == PostingKind.DEFINITIVE)
            & (Posting.starts_on <= on)
            & or_(Posting.ends_on.is_(None), Posting.ends_on >= on),
        )
        .outerjoin(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .order_by(Person.name, Person.id)
    )
    hits = {
        person.id: SearchHit(
            person.public_id,
            display_name(person.name, person.front_title, person.back_title),
            person.employee_number,
            unit_name,
            title,
            person.status,
            person.password_hash is not None,
        )
        for person, title, unit_name in rows
    }
    return list(hits.values()), total


def _grants() -> Select[tuple[RoleGrant, Person, OrgUnit]]:
    return (
        select(RoleGrant, Person, OrgUnit)
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
    )


def _grant(row: Row[tuple[RoleGrant, Person, OrgUnit]]) -> GrantRow:
    grant, person, unit = row
    return GrantRow(
        grant.id,
        person.id,
        person.public_id,
        display_name(person.name, person.front_title, person.back_title),
        grant.role,
        grant.org_unit_id,
        unit.name if unit is not None else None,
        unit.path if unit is not None else None,
        grant.course_key,
        grant.granted_at,
        grant.ended_at,
    )


def grants_of(person_id: int) -> list[GrantRow]:
    """All roles of somebody, held and ended, the newest first."""
    rows = db.session.execute(
        _grants()
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.granted_at.desc(), RoleGrant.id.desc())
    )
    return [_grant(row) for row in rows]


def open_grants(principal: Principal, *, page: int = 1) -> tuple[list[GrantRow], int]:
    """Roles held now that an admin or HR may see: all, or those over units of the own agency. One page and the total."""
    condition = reach(principal, Role.ADMIN, Role.HR)
    query = _grants().where(RoleGrant.ended_at.is_(None))
    if condition is not None:
        query = query.where(condition)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(RoleGrant.role, Person.name, RoleGrant.id).limit(PAGE).offset((page - 1) * PAGE)
    return [_grant(row) for row in db.session.execute(ordered)], total


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when; `until` None: still."""

    since: datetime
    until: datetime | None


def periods_over_course(person_id: int, course_key: str) -> list[Period]:
    """When somebody held a course, as its trainer, as trainer of all, or as admin of everything; ended ones included."""
    rows = db.session.execute(
        select(RoleGrant.granted_at, RoleGrant.ended_at)
        .where(
            RoleGrant.person_id == person_id,
            or_(
                (RoleGrant.role == Role.TRAINER)
                & (RoleGrant.course_key.is_(None) | (RoleGrant.course_key == course_key)),
                (RoleGrant.role == Role.ADMIN) & RoleGrant.org_unit_id.is_(None),
            ),
        )
        .order_by(RoleGrant.granted_at, RoleGrant.id)
    )
    return [Period(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser that is or was signed in."""

    id: int
    public_id: str
    device: str
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ViewRow:
    """Somebody looked at a person's data. The viewer is named by position and unit as well."""

    viewer_name: str
    viewer_unit: str | None
    purpose: str
    at: datetime


def sessions_of(person_id: int, live_at: datetime | None = None) -> list[SessionRow]:
    """Sessions of somebody, the newest first; with `live_at` only those that still let somebody in."""
    query = select(LoginSession).where(LoginSession.person_id == person_id).order_by(LoginSession.id.desc())
    if live_at is not None:
        query = query.where(LoginSession.ended_at.is_(None), LoginSession.expires_at > live_at)
    return [
        SessionRow(row.id, row.public_id, row.device, row.created_at, row.expires_at, row.ended_at)
        for row in db.session.scalars(query.limit(500))
    ]


def views_of(person_id: int, *, limit: int | None = 50) -> list[ViewRow]:
    """Who looked at somebody's data, the newest first."""
    rows = db.session.execute(
        select(
            PersonView.purpose,
            PersonView.at,
            Person.name,
            Person.front_title,
            Person.back_title,
            OrgUnit.name,
        )
        .join(Person, Person.id == PersonView.viewer_id)
        .outerjoin(
            Posting,
            (Posting.person_id == Person.id)
            & (Posting.kind == PostingKind.DEFINITIVE)
            & Posting.ends_on.is_(None),
        )
        .outerjoin(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .where(PersonView.subject_id == person_id)
        .order_by(PersonView.id.desc())
        .limit(limit)
    )
    return [ViewRow(display_name(row[2], row[3], row[4]), row[5], row.purpose, row.at) for row in rows]


def as_plain(row: Any) -> dict[str, Any]:
    """A frozen row as plain values for the download of one's own data; internal ids are left out."""
    values = asdict(row) if row is not None else {}
    return {
        name: value.isoformat() if isinstance(value, date) else getattr(value, "value", value)
        for name, value in values.items()
        if name != "id" and not name.endswith("_id") and not name.endswith("_path")
    }
