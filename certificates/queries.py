"""Reads of certificates; frozen rows, no objects of the database. Rules and evidence: `rule_queries`, `evidence`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, tuple_

from certificates.models import Certificate, CertificateEvent, RevocationReason
from certificates.paper_models import CertificateDocument
from certificates.payload import CertificatePayload, from_json
from certificates.status import CertificateEventKind, LifeEvent, State, Status, status_at
from learning.kernel import clock
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.people.models import Person
from learning.people.scope import NOBODY, visible_people
from quizzes.models import PassRecord

# Who may see other people's certificates and ask about eligibility. Supervisors see completion, not papers.
SEEING = (Role.HR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate with its words and what it is worth now.

    `corrects_id`: the certificate of the same pass that this one corrects. `corrected`: it is superseded by a correction,
    not by another pass.
    """

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
    corrects_id: int | None = None
    corrected: bool = False

    @property
    def number(self) -> str:
        """The printed number."""
        return self.payload.number

    @property
    def code(self) -> str:
        """The symbols of the code without separators."""
        return self.payload.code

    @property
    def issued_on(self) -> date:
        """The day on the paper."""
        return date.fromisoformat(self.payload.issued_on)

    @property
    def finished_on(self) -> date:
        """The day of the pass; a correction is issued later."""
        return date.fromisoformat(self.payload.finished_on)


def visible_certificates(
    principal: Principal, *, on: date, among: Collection[int] | None = None
) -> Select[tuple[int]]:
    """Ids of the certificates a person may open: their own, and as HR or admin those of the people they look after.

    `among`: only those of these holders; whoever looks one up gives it, for the reason that `visible_people` says.
    """
    condition = Certificate.person_id == principal.person_id
    if principal.grants_for(*SEEING):
        others = visible_people(principal, *SEEING, on=on, with_former=True, among=among)
        condition = or_(condition, Certificate.person_id.in_(others))
    if among is not None:
        condition = and_(condition, Certificate.person_id.in_(among))
    return select(Certificate.id).where(condition)


def visible_certificate(principal: Principal, code: str, *, now: datetime) -> CertificateRow | None:
    """A certificate by its code if this person may open it."""
    on = clock.local_date(now, principal.timezone)
    # Two questions in any case, each by an index: a code of nobody and one out of reach must take the same time.
    holder = db.session.scalar(select(Certificate.person_id).where(Certificate.code == code)) or NOBODY
    query = select(Certificate).where(
        Certificate.code == code,
        Certificate.id.in_(visible_certificates(principal, on=on, among=[holder])),
    )
    return _one(query, now)


def certificate_by_code(code: str, *, now: datetime) -> CertificateRow | None:
    """A certificate by its whole code, for the public check."""
    return _one(select(Certificate).where(Certificate.code == code), now)


def certificate_by_number(number: str, *, now: datetime) -> CertificateRow | None:
    """A certificate by its printed number; for commands and for files whose signature is right, never for guesses."""
    return _one(select(Certificate).where(Certificate.number == number), now)


def certificate_by_id(certificate_id: int, *, now: datetime) -> CertificateRow | None:
    """A certificate by its row."""
    return _one(select(Certificate).where(Certificate.id == certificate_id), now)


def certificates_by_id(
    ids: Sequence[int], *, now: datetime, condition: ColumnElement[bool]
) -> list[CertificateRow]:
    """Those of these certificates that fulfil a condition, in the order in which they were issued."""
    rows = db.session.scalars(
        select(Certificate).where(Certificate.id.in_(ids), condition).order_by(Certificate.id)
    ).all()
    return _rows(rows, now)


def standing(now: datetime) -> ColumnElement[bool]:
    """The condition that a certificate is valid now, as `status_at` says it."""
    ended = select(CertificateEvent.certificate_id).where(CertificateEvent.at <= now)
    return and_(
        Certificate.issued_at <= now,
        Certificate.id.not_in(ended),
        or_(Certificate.expires_on.is_(None), *_last_day_not_over(now)),
    )


def all_certificates(*, now: datetime, course_key: str = "") -> Iterator[CertificateRow]:
    """Every certificate in the order in which they were issued, read in portions."""
    after = 0
    while True:
        query = select(Certificate).where(Certificate.id > after).order_by(Certificate.id).limit(500)
        if course_key:
            query = query.where(Certificate.course_key == course_key)
        rows = db.session.scalars(query).all()
        if not rows:
            return
        after = rows[-1].id
        yield from _rows(rows, now)


def unsigned_certificates(*, now: datetime, limit: int) -> list[CertificateRow]:
    """Certificates whose signed paper does not exist yet, the oldest first."""
    kept = select(CertificateDocument.certificate_id)
    rows = db.session.scalars(
        select(Certificate).where(Certificate.id.not_in(kept)).order_by(Certificate.id).limit(limit)
    ).all()
    return _rows(rows, now)


def certificates_by_codes(
    codes: Collection[str], *, now: datetime, people: Select[tuple[int]] | None = None
) -> dict[str, CertificateRow]:
    """Code -> certificate, for those of these whole codes that exist; `people`: only those of these people."""
    if not codes:
        return {}
    query = select(Certificate).where(Certificate.code.in_(sorted(codes)))
    if people is not None:
        query = query.where(Certificate.person_id.in_(people))
    return {row.code: row for row in _rows(db.session.scalars(query).all(), now)}


def visible_by_numbers(
    principal: Principal, numbers: Collection[str], *, now: datetime
) -> dict[str, CertificateRow]:
    """Number -> certificate, for those of these numbers that this person may open."""
    if not numbers:
        return {}
    on = clock.local_date(now, principal.timezone)
    # As for a code: what is asked second does not grow with the agency, and is asked in any case.
    holders = set(
        db.session.scalars(select(Certificate.person_id).where(Certificate.number.in_(numbers)))
    ) or {NOBODY}
    rows = db.session.scalars(
        select(Certificate).where(
            Certificate.number.in_(numbers),
            Certificate.id.in_(visible_certificates(principal, on=on, among=holders)),
        )
    ).all()
    return {row.number: row for row in _rows(rows, now)}


def certificate_of_enrolment(enrolment_id: int, *, now: datetime) -> CertificateRow | None:
    """The certificate of one way through a course: of a chain of corrections the last one."""
    return _one(
        select(Certificate)
        .where(Certificate.enrolment_id == enrolment_id)
        .order_by(Certificate.id.desc())
        .limit(1),
        now,
    )


def chain_of(pass_record_id: int, *, now: datetime) -> list[CertificateRow]:
    """Every certificate of one pass, the first one first; each further one corrects the one before."""
    rows = db.session.scalars(
        select(Certificate).where(Certificate.pass_record_id == pass_record_id).order_by(Certificate.id)
    ).all()
    return _rows(rows, now)


def rows_of(certificate_ids: Sequence[int], *, now: datetime) -> list[CertificateRow]:
    """These certificates in this order. Two statements."""
    rows = db.session.scalars(select(Certificate).where(Certificate.id.in_(certificate_ids))).all()
    found = {row.id: row for row in _rows(rows, now)}
    return [found[certificate_id] for certificate_id in certificate_ids]


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


def state_is(state: State, now: datetime) -> ColumnElement[bool]:
    """The condition "in this state now" on certificates, as `status_at` decides it for one."""
    happened = exists().where(CertificateEvent.certificate_id == Certificate.id, CertificateEvent.at <= now)
    revoked = happened.where(CertificateEvent.kind == CertificateEventKind.REVOKED)
    running = or_(Certificate.expires_on.is_(None), *_last_day_not_over(now))
    conditions = {
        State.NOT_YET_ISSUED: Certificate.issued_at > now,
        State.REVOKED: revoked,
        State.SUPERSEDED: and_(happened, ~revoked),
        State.EXPIRED: and_(~happened, ~running, Certificate.issued_at <= now),
        State.VALID: and_(~happened, running, Certificate.issued_at <= now),
    }
    return conditions[state]


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
            events=[entry.event for entry in mine],
        )
        about = next((entry for entry in mine if entry.event is status.event), None)
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
                about.reason if about else None,
                about.note if about else "",
                about.successor_number if about else None,
                row.corrects_id,
                about.corrected if about else False,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class _Happened:
    event: LifeEvent
    reason: RevocationReason | None
    note: str
    successor_number: str | None
    corrected: bool


_successor = Certificate.__table__.alias("successor")
_EVENTS = (
    select(CertificateEvent, _successor.c.code, _successor.c.number, _successor.c.corrects_id)
    .outerjoin(_successor, _successor.c.id == CertificateEvent.successor_id)
    .where(CertificateEvent.certificate_id.in_(bindparam("ids", expanding=True)))
)


def _events(ids: list[int]) -> dict[int, list[_Happened]]:
    if not ids:
        return {}
    rows = db.session.execute(_EVENTS, {"ids": ids})
    found: dict[int, list[_Happened]] = {}
    for event, code, number, corrects_id in rows:
        life = LifeEvent(event.kind, event.at, str(event.reason or ""), code)
        found.setdefault(event.certificate_id, []).append(
            _Happened(life, event.reason, event.note, number, corrects_id is not None)
        )
    return found
