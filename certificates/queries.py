"""Reads of certificates; frozen rows, no objects of the database. Rules and evidence: `rule_queries`, `evidence`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, tuple_

from certificates.models import Certificate, CertificateEvent, RevocationReason
from certificates.payload import CertificatePayload, from_json
from certificates.status import LifeEvent, Status, status_at
from learning.kernel import clock
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.people.models import Person
from learning.people.scope import visible_people
from quizzes.models import PassRecord

# Who may see other people's certificates and ask about eligibility. Supervisors see completion, not papers.
SEEING = (Role.HR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate with its words and what it is worth now."""

    id: int
    person_id: int
    pass_record_id: int
    enrolment_id: int
    course_key: str
    issued_at: datetime
    expires_on: date | None
    template: str
    payload: CertificatePayload
    status: Status
    reason: RevocationReason | None = None
    note: str = ""
    successor_number: str | None = None

    @property
    def number(self) -> str:
        """The printed number."""
        return self.payload.number

    @property
    def code(self) -> str:
        """The sixteen symbols without separators."""
        return self.payload.code

    @property
    def issued_on(self) -> date:
        """The day on the paper."""
        return date.fromisoformat(self.payload.issued_on)


def visible_certificates(principal: Principal, *, on: date) -> Select[tuple[int]]:
    """Ids of the certificates a person may open: their own, and as HR or admin those of the people they look after."""
    condition = Certificate.person_id == principal.person_id
    if principal.grants_for(*SEEING):
        others = visible_people(principal, *SEEING, on=on, with_former=True)
        condition = or_(condition, Certificate.person_id.in_(others))
    return select(Certificate.id).where(condition)


def visible_certificate(principal: Principal, code: str, *, now: datetime) -> CertificateRow | None:
    """A certificate by its code if this person may open it."""
    on = clock.local_date(now, principal.timezone)
    query = select(Certificate).where(
        Certificate.code == code, Certificate.id.in_(visible_certificates(principal, on=on))
    )
    return _one(query, now)


def certificate_by_code(code: str, *, now: datetime) -> CertificateRow | None:
    """A certificate by its whole code, for the public check."""
    return _one(select(Certificate).where(Certificate.code == code), now)


def certificates_by_codes(
    wanted: Iterable[str], *, now: datetime, people: Select[tuple[int]] | None = None
) -> list[CertificateRow]:
    """The certificates with these whole codes, for a check of many at once; codes of nothing are left out.

    `people`: only those of these people.
    """
    query = select(Certificate).where(Certificate.code.in_(sorted(wanted)))
    if people is not None:
        query = query.where(Certificate.person_id.in_(people))
    return _rows(db.session.scalars(query).all(), now)


def certificate_of_enrolment(enrolment_id: int, *, now: datetime) -> CertificateRow | None:
    """The certificate of one way through a course."""
    return _one(select(Certificate).where(Certificate.enrolment_id == enrolment_id), now)


def certificates_of(person_id: int, *, now: datetime) -> list[CertificateRow]:
    """A person's certificates, the newest first."""
    rows = db.session.scalars(
        select(Certificate)
        .where(Certificate.person_id == person_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    ).all()
    return _rows(rows, now)


def certificates_after(
    people: Select[tuple[int]], *, after: int, limit: int, changed_since: datetime | None, now: datetime
) -> list[CertificateRow]:
    """At most `limit` certificates of these people behind the id `after`, in the order in which they were issued.

    `changed_since`: only those issued then or later, or to which something happened then or later.
    """
    query = select(Certificate).where(Certificate.person_id.in_(people), Certificate.id > after)
    if changed_since is not None:
        happened = select(CertificateEvent.certificate_id).where(CertificateEvent.at >= changed_since)
        query = query.where(or_(Certificate.issued_at >= changed_since, Certificate.id.in_(happened)))
    rows = db.session.scalars(query.order_by(Certificate.id).limit(limit)).all()
    return _rows(rows, now)


def _standing(editions: Sequence[tuple[str, str]], now: datetime) -> Select[Any]:
    """Certificates issued on these (course key, edition) that nothing has ended and that may still be valid now."""
    ended = select(CertificateEvent.certificate_id).where(CertificateEvent.at <= now)
    return (
        select(Certificate)
        .join(PassRecord, PassRecord.id == Certificate.pass_record_id)
        .where(
            tuple_(PassRecord.course_key, PassRecord.edition).in_(list(editions)),
            Certificate.issued_at <= now,
            Certificate.id.not_in(ended),
            or_(Certificate.expires_on.is_(None), *_last_day_not_over(now)),
        )
    )


def _last_day_not_over(now: datetime) -> Iterator[ColumnElement[bool]]:
    """The last day of a certificate counts in full, in the certificate's own zone (as in `status_at`)."""
    for zone in clock.ZONE_NAMES:
        today = clock.local_date(now, zone)
        yield and_(Certificate.timezone == zone, Certificate.expires_on >= today)
    other = Certificate.timezone.not_in(list(clock.ZONE_NAMES))
    yield and_(other, Certificate.expires_on >= clock.local_date(now))


def live_by_edition(*, editions: Sequence[tuple[str, str]], now: datetime) -> dict[tuple[str, str], int]:
    """(course key, edition) -> how many of its certificates are valid now; editions without any are left out."""
    if not editions:
        return {}
    rows = db.session.execute(
        _standing(editions, now)
        .with_only_columns(PassRecord.course_key, PassRecord.edition, func.count())
        .group_by(PassRecord.course_key, PassRecord.edition)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def live_numbers(
    *, editions: Sequence[tuple[str, str]], now: datetime
) -> Iterator[tuple[str, str, str, date]]:
    """(course key, edition, number, issued on) of those certificates, streamed in the order in which they were issued."""
    if not editions:
        return
    rows = db.session.execute(
        _standing(editions, now)
        .with_only_columns(
            PassRecord.course_key, PassRecord.edition, Certificate.number, Certificate.issued_on
        )
        .order_by(Certificate.id)
        .execution_options(yield_per=1_000)
    )
    for row in rows:
        yield row[0], row[1], row[2], row[3]


def is_among(person_id: int, people: Select[tuple[int]]) -> bool:
    """Whether a person is one of a set of ids."""
    return (
        db.session.scalar(select(Person.id).where(Person.id == person_id, Person.id.in_(people))) is not None
    )


def _one(query: Select[tuple[Certificate]], now: datetime) -> CertificateRow | None:
    row = db.session.scalar(query)
    return _rows([row], now)[0] if row is not None else None


def _rows(rows: Sequence[Certificate], now: datetime) -> list[CertificateRow]:
    happened = _events([row.id for row in rows])
    found = []
    for row in rows:
        mine = happened.get(row.id, [])
        status = status_at(
            now,
            issued_at=row.issued_at,
            expires_on=row.expires_on,
            timezone=row.timezone,
            events=[event for event, _, _, _ in mine],
        )
        about = next((entry for entry in mine if entry[0] is status.event), None)
        found.append(
            CertificateRow(
                row.id,
                row.person_id,
                row.pass_record_id,
                row.enrolment_id,
                row.course_key,
                row.issued_at,
                row.expires_on,
                row.template,
                from_json(row.payload),
                status,
                about[1] if about else None,
                about[2] if about else "",
                about[3] if about else None,
            )
        )
    return found


_Happened = tuple[LifeEvent, RevocationReason | None, str, str | None]


_successor = Certificate.__table__.alias("successor")
_EVENTS = (
    select(CertificateEvent, _successor.c.code, _successor.c.number)
    .outerjoin(_successor, _successor.c.id == CertificateEvent.successor_id)
    .where(CertificateEvent.certificate_id.in_(bindparam("ids", expanding=True)))
)


def _events(ids: list[int]) -> dict[int, list[_Happened]]:
    if not ids:
        return {}
    rows = db.session.execute(_EVENTS, {"ids": ids})
    found: dict[int, list[_Happened]] = {}
    for event, code, number in rows:
        life = LifeEvent(event.kind, event.at, str(event.reason or ""), code)
        found.setdefault(event.certificate_id, []).append((life, event.reason, event.note, number))
    return found
