"""What a verdict rests on, read for any number of persons in one pair of statements.

The first reads persons with their seats on the day, the second passes with certificates, what happened to them and the
edition that was passed. A third follows only if the rule names reasons of exemption that are granted in person.

`as_of` is the day asked about, `known_at` the moment whose knowledge counts: certificates, revocations and exemptions
recorded later are not seen. The personnel record itself (seats, employment type, names) keeps no history of
corrections; receipts therefore freeze what they saw of it (`checklines`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, String, and_, cast, false, func, or_, select, text, type_coerce

from certificates.models import Certificate, CertificateEvent
from certificates.promotion.eligibility import Evidence
from certificates.promotion.facts import Facts, PaperFact, evidence_of
from certificates.promotion.queries import SEEING, waiver_keys
from certificates.promotion.rules import Rule
from certificates.status import CertificateEventKind
from courses.models import Course, CourseVersion
from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.db import among, db
from learning.people.kinds import PersonStatus, PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.people.names import display_name
from learning.people.scope import reach, visible_people
from quizzes.models import PassRecord

_MANY = 200


class Candidate(NamedTuple):
    """A person with everything a verdict rests on. Title and unit are those of the seat on the day, "" without one."""

    person_id: int
    public_id: str
    employee_number: str
    display_name: str
    position_title: str
    unit_name: str
    facts: Facts

    @property
    def evidence(self) -> Evidence:
        """The facts as `decide` takes them."""
        return evidence_of(self.facts)


def candidates_by_id(
    person_ids: Iterable[int], *, rule: Rule | None, as_of: date, known_at: datetime
) -> dict[int, Candidate]:
    """Persons by id, whoever asks: the caller has settled who may. Without a rule no exemption granted in person is read."""
    return _candidates(among(Person.id, list(person_ids)), rule=rule, as_of=as_of, known_at=known_at)


def candidates_by_number(
    numbers: Sequence[str], *, principal: Principal, on: date, rule: Rule, as_of: date, known_at: datetime
) -> dict[str, Candidate]:
    """NIP -> person, of those whom the principal looks after as HR or admin on the day `on`.

    A number of another agency and one that nobody has are left out alike, by the same statement.
    """
    if len(numbers) >= _MANY and db.engine.dialect.name == "postgresql":
        # A plan that is to fit any list is made for ten numbers; for a thousand of an agency it takes ten times as long.
        db.session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    wanted = among(Person.employee_number, numbers)
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
        person_id: _candidate(rows, *papers.get(person_id, _NOTHING), waivers.get(person_id, ()))
        for person_id, rows in people.items()
    }


# Closed lists come as their text: a list of a million needs no objects for them.
_PEOPLE = select(
    Person.id,
    Person.public_id,
    Person.employee_number,
    Person.name,
    Person.front_title,
    Person.back_title,
    type_coerce(Person.employment_type, String),
    type_coerce(Person.status, String),
    Posting.id.label("posting_id"),
    Posting.position_title,
    type_coerce(Posting.position_type, String),
    Posting.grade_code,
    OrgUnit.name.label("unit_name"),
    OrgUnit.agency_id,
)


def _people(condition: ColumnElement[bool], as_of: date) -> dict[int, list[Any]]:
    """Person -> their rows, one for each seat on the day, the latest first; one without a seat if there is none."""
    rows = db.session.execute(
        _PEOPLE.select_from(Person)
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
    found: dict[int, list[Any]] = {}
    for row in rows:
        known = found.setdefault(row[0], [row])
        if known[0] is not row:
            known.append(row)
    return found


_Papers = tuple[tuple[PaperFact, ...], tuple[str, ...]]
_NOTHING: _Papers = ((), ())


def _papers(ids: list[int], as_of: date, known_at: datetime) -> dict[int, _Papers]:
    """Person -> certificates and courses passed without one, as known at a moment."""
    if not ids:
        return {}
    certificates: dict[int, dict[int, PaperFact]] = {}
    bare: dict[int, dict[str, None]] = {}
    for (
        person_id, course_key, passed_on, paper_id, number, code, issued_on, expires_on, edition_on, jp, kind, day, _,
    ) in _paper_rows(ids, known_at):  # fmt: skip
        if paper_id is None:
            if passed_on <= as_of:
                bare.setdefault(person_id, {})[course_key] = None
            continue
        mine = certificates.setdefault(person_id, {})
        known = mine.get(paper_id)
        revoked, superseded = (None, None) if known is None else (known[5], known[6])
        # Each kind of thing happens to a certificate at most once.
        if kind == CertificateEventKind.REVOKED:
            revoked = day
        elif kind == CertificateEventKind.SUPERSEDED:
            superseded = day
        mine[paper_id] = (
            number, code, course_key, issued_on, expires_on, revoked, superseded, passed_on, edition_on, jp or 0,
        )  # fmt: skip
    return {
        person_id: (tuple(certificates.get(person_id, {}).values()), tuple(bare.get(person_id, {})))
        for person_id in {*certificates, *bare}
    }


def _paper_rows(ids: list[int], known_at: datetime) -> Iterable[Sequence[Any]]:
    """Person, course, day of the pass, certificate with its days, one thing that happened to it with its day, and the zone.

    Days are those of this zone, the certificate's. PostgreSQL says them itself, which for a list of a million is far cheaper
    than an instant for each; SQLite knows no zones.
    """
    zone = func.coalesce(Certificate.timezone, clock.DEFAULT_ZONE)
    there = db.engine.dialect.name == "postgresql"

    def day(instant: Any) -> Any:
        return cast(func.timezone(zone, instant), Date) if there else instant

    statement = (
        select(
            PassRecord.person_id,
            PassRecord.course_key,
            day(PassRecord.passed_at),
            Certificate.id,
            Certificate.number,
            Certificate.code,
            Certificate.issued_on,
            Certificate.expires_on,
            day(CourseVersion.published_at),
            CourseVersion.jp,
            type_coerce(CertificateEvent.kind, String),
            day(CertificateEvent.at),
            zone,
        )
        .outerjoin(Certificate, Certificate.pass_record_id == PassRecord.id)
        .outerjoin(
            CertificateEvent,
            and_(CertificateEvent.certificate_id == Certificate.id, CertificateEvent.at <= known_at),
        )
        .outerjoin(Course, Course.key == PassRecord.course_key)
        .outerjoin(
            CourseVersion,
            and_(CourseVersion.course_id == Course.id, CourseVersion.edition == PassRecord.edition),
        )
        .where(
            among(PassRecord.person_id, ids),
            PassRecord.passed_at <= known_at,
            # A pass whose certificate was issued later counts as neither.
            or_(Certificate.id.is_(None), Certificate.issued_at <= known_at),
        )
        .order_by(PassRecord.person_id, PassRecord.id, Certificate.id)
    )
    rows = db.session.execute(statement).all()
    return rows if there else [_with_days(*row) for row in rows]


def _with_days(*row: Any) -> tuple[Any, ...]:
    (person_id, course_key, passed_at, *paper, published_at, jp, kind, at, zone) = row
    return (
        person_id, course_key, clock.local_date(passed_at, zone), *paper,
        published_at and clock.local_date(published_at, zone), jp, kind, at and clock.local_date(at, zone), zone,
    )  # fmt: skip


def _candidate(
    rows: list[Any],
    certificates: tuple[PaperFact, ...],
    bare_passes: tuple[str, ...],
    waivers: tuple[str, ...],
) -> Candidate:
    (
        person_id, public_id, employee_number, name, front_title, back_title, kind, status,
        posting_id, title, _, _, unit_name, _,
    ) = rows[0]  # fmt: skip
    seats = () if posting_id is None else tuple([(row[13], row[10], row[11]) for row in rows])
    return Candidate(
        person_id,
        public_id,
        employee_number,
        display_name(name, front_title, back_title),
        title if seats else "",
        unit_name if seats else "",
        # Somebody who left keeps the seats they had: on a day in those they were serving.
        Facts(bool(seats) or status == PersonStatus.ACTIVE, kind, seats, certificates, bare_passes, waivers),
    )
