"""What a verdict rests on, read for any number of persons in one pair of statements.

The first reads persons with their seats on the day, the second passes with certificates, what happened to them and the
edition that was passed. A third follows only if the rule names reasons of exemption that are granted in person.

`as_of` is the day asked about, `known_at` the moment whose knowledge counts: certificates, revocations and exemptions
recorded later are not seen. The personnel record itself (seats, employment type, names) keeps no history of
corrections; receipts therefore freeze what they saw of it (`checklines`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from certificates.models import Certificate, CertificateEvent
from certificates.promotion.eligibility import CertificateEvidence, Evidence, Seat
from certificates.promotion.queries import SEEING, waiver_keys
from certificates.promotion.rules import Rule
from certificates.status import CertificateEventKind
from courses.models import Course, CourseVersion
from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.people.kinds import EmploymentType, PersonStatus, PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.people.names import display_name
from learning.people.scope import reach, visible_people
from quizzes.models import PassRecord


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person with everything a verdict rests on. Title and unit are those of the seat on the day, "" without one."""

    person_id: int
    public_id: str
    employee_number: str
    display_name: str
    position_title: str
    unit_name: str
    evidence: Evidence


@dataclass(slots=True)
class _Found:
    person: Any
    seats: list[Any] = field(default_factory=list)


def candidates_by_id(
    person_ids: Iterable[int], *, rule: Rule | None, as_of: date, known_at: datetime
) -> dict[int, Candidate]:
    """Persons by id, whoever asks: the caller has settled who may. Without a rule no exemption granted in person is read."""
    return _candidates(Person.id.in_(list(person_ids)), rule=rule, as_of=as_of, known_at=known_at)


def candidates_by_number(
    numbers: Sequence[str], *, principal: Principal, on: date, rule: Rule, as_of: date, known_at: datetime
) -> dict[str, Candidate]:
    """NIP -> person, of those whom the principal looks after as HR or admin on the day `on`.

    A number of another agency and one that nobody has are left out alike, by the same statement.
    """
    wanted = Person.employee_number.in_(list(numbers))
    mine: ColumnElement[bool] | None = None
    if not principal.grants_for(*SEEING):
        mine = false()
    elif reach(principal, *SEEING) is not None:
        # Asked for these numbers only: a whole agency would be gone through for every part of a list.
        theirs = visible_people(principal, *SEEING, on=on, with_former=True)
        mine = Person.id.in_(theirs.where(Posting.person_id.in_(select(Person.id).where(wanted))))
    condition = wanted if mine is None else and_(wanted, mine)
    found = _candidates(condition, rule=rule, as_of=as_of, known_at=known_at)
    return {one.employee_number: one for one in found.values()}


def _candidates(
    condition: ColumnElement[bool], *, rule: Rule | None, as_of: date, known_at: datetime
) -> dict[int, Candidate]:
    people = _people(condition, as_of)
    ids = list(people)
    papers = _papers(ids, as_of, known_at)
    waivers: dict[int, tuple[str, ...]] = {}
    if rule is not None and ids and any(one.key for one in rule.exemptions):
        waivers = waiver_keys(rule.key, ids, as_of=as_of, known_at=known_at)
    return {
        person_id: _candidate(found, *papers.get(person_id, ((), ())), waivers.get(person_id, ()))
        for person_id, found in people.items()
    }


def _people(condition: ColumnElement[bool], as_of: date) -> dict[int, _Found]:
    rows = db.session.execute(
        select(
            Person.id,
            Person.public_id,
            Person.employee_number,
            Person.name,
            Person.front_title,
            Person.back_title,
            Person.employment_type,
            Person.status,
            Posting.id.label("posting_id"),
            Posting.position_title,
            Posting.position_type,
            Posting.grade_code,
            OrgUnit.name.label("unit_name"),
            OrgUnit.agency_id,
        )
        .outerjoin(
            Posting,
            and_(
                Posting.person_id == Person.id,
                Posting.kind == PostingKind.DEFINITIVE,
                Posting.starts_on <= as_of,
                or_(Posting.ends_on.is_(None), Posting.ends_on >= as_of),
            ),
        )
        .outerjoin(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .where(condition)
        .order_by(Person.id, Posting.starts_on.desc(), Posting.id.desc())
    )
    found: dict[int, _Found] = {}
    for row in rows:
        entry = found.get(row.id)
        if entry is None:
            entry = found[row.id] = _Found(row)
        if row.posting_id is not None:
            entry.seats.append(row)
    return found


_PAPERS = (
    select(
        PassRecord.person_id,
        PassRecord.course_key,
        PassRecord.passed_at,
        Certificate.id,
        Certificate.number,
        Certificate.code,
        Certificate.issued_on,
        Certificate.issued_at,
        Certificate.expires_on,
        Certificate.timezone,
        CourseVersion.published_at,
        CourseVersion.jp,
        CertificateEvent.kind,
        CertificateEvent.at,
    )
    .outerjoin(Certificate, Certificate.pass_record_id == PassRecord.id)
    .outerjoin(CertificateEvent, CertificateEvent.certificate_id == Certificate.id)
    .outerjoin(Course, Course.key == PassRecord.course_key)
    .outerjoin(
        CourseVersion,
        and_(CourseVersion.course_id == Course.id, CourseVersion.edition == PassRecord.edition),
    )
    .order_by(PassRecord.person_id, PassRecord.id, Certificate.id)
)
_Papers = tuple[tuple[CertificateEvidence, ...], tuple[str, ...]]


def _papers(ids: list[int], as_of: date, known_at: datetime) -> dict[int, _Papers]:
    """Person -> certificates and courses passed without one, as known at a moment."""
    if not ids:
        return {}
    rows = db.session.execute(
        _PAPERS.where(PassRecord.person_id.in_(ids), PassRecord.passed_at <= known_at)
    ).all()
    events: dict[int, dict[CertificateEventKind, datetime]] = {}
    for row in rows:
        if row.kind is not None and row.at <= known_at:
            events.setdefault(row.id, {})[row.kind] = row.at
    certificates: dict[int, dict[int, CertificateEvidence]] = {}
    bare: dict[int, dict[str, None]] = {}
    for row in rows:
        if row.id is not None and row.issued_at <= known_at:
            mine = certificates.setdefault(row.person_id, {})
            if row.id not in mine:
                mine[row.id] = _certificate(row, events.get(row.id, {}))
        elif row.id is None and clock.local_date(row.passed_at) <= as_of:
            bare.setdefault(row.person_id, {})[row.course_key] = None
    return {
        person_id: (tuple(certificates.get(person_id, {}).values()), tuple(bare.get(person_id, {})))
        for person_id in {*certificates, *bare}
    }


def _certificate(row: Any, happened: dict[CertificateEventKind, datetime]) -> CertificateEvidence:
    zone = row.timezone
    days = {kind: clock.local_date(at, zone) for kind, at in happened.items()}
    return CertificateEvidence(
        row.number,
        row.code,
        row.course_key,
        row.issued_on,
        row.expires_on,
        days.get(CertificateEventKind.REVOKED),
        days.get(CertificateEventKind.SUPERSEDED),
        clock.local_date(row.passed_at, zone),
        clock.local_date(row.published_at, zone) if row.published_at is not None else None,
        row.jp or 0,
    )


def _candidate(
    found: _Found,
    certificates: tuple[CertificateEvidence, ...],
    bare_passes: tuple[str, ...],
    waivers: tuple[str, ...],
) -> Candidate:
    person, seats = found.person, found.seats
    kind: EmploymentType = person.employment_type
    return Candidate(
        person.id,
        person.public_id,
        person.employee_number,
        display_name(person.name, person.front_title, person.back_title),
        seats[0].position_title if seats else "",
        seats[0].unit_name if seats else "",
        Evidence(
            # Somebody who left keeps the seats they had: on a day in those they were serving.
            serving=bool(seats) or person.status is PersonStatus.ACTIVE,
            employment_type=str(kind),
            seats=tuple(Seat(seat.agency_id, str(seat.position_type), seat.grade_code) for seat in seats),
            certificates=certificates,
            bare_passes=bare_passes,
            waivers=waivers,
        ),
    )
