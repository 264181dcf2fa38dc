"""Reads of training history: which certificates count, which were handed over, batches with their receipts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import func, select

from certificates import queries as certificates
from certificates.history.models import HistoryLine, HistorySubmission, SubmissionState
from certificates.history.records import CourseRecord, record_of
from certificates.models import Certificate
from certificates.payload import from_json
from certificates.queries import SEEING, CertificateRow
from certificates.status import State
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.people.scope import reach, visible_people

_STEP = 500
# What was revoked proves no training; what was superseded is followed by the certificate in its place.
COUNTING = (State.VALID, State.EXPIRED)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch without its lines."""

    public_id: str
    destination: str
    purpose: str
    state: SubmissionState
    lines: int
    made_at: datetime
    handed_over_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """One certificate of a batch with its receipt, None while there is none."""

    certificate: str
    receipt: str | None


def agencies_for(principal: Principal) -> list[tuple[int, str]]:
    """(id, name) of the agencies that the principal looks after as HR or admin."""
    condition = reach(principal, *SEEING)
    query = (
        select(OrgUnit.id, OrgUnit.name).where(OrgUnit.parent_id.is_(None)).order_by(OrgUnit.name, OrgUnit.id)
    )
    rows = db.session.execute(query if condition is None else query.where(condition))
    return [(row.id, row.name) for row in rows]


def counting(principal: Principal, *, on: date, now: datetime) -> Iterator[CertificateRow]:
    """The certificates that count, of the people the principal looks after, in the order in which they were issued."""
    people = visible_people(principal, *SEEING, on=on, with_former=True)
    after = 0
    while True:
        rows = certificates.certificates_after(people, after=after, limit=_STEP, changed_since=None, now=now)
        yield from (row for row in rows if row.status.state in COUNTING)
        if len(rows) < _STEP:
            return
        after = rows[-1].id


def queued_among(destination: str, certificate_ids: list[int]) -> set[int]:
    """Which of these certificates are in the queue of a registry already, or were handed over."""
    rows = db.session.scalars(
        select(HistoryLine.certificate_id).where(
            HistoryLine.destination == destination, HistoryLine.certificate_id.in_(certificate_ids)
        )
    )
    return set(rows)


def waiting_ids(principal: Principal, destination: str, *, on: date, now: datetime, most: int) -> list[int]:
    """Ids of the next certificates that count and that no queue of the registry holds yet, at most `most`."""
    found: list[int] = []
    rows = counting(principal, on=on, now=now)
    while len(found) < most and (part := [row.id for row in islice(rows, _STEP)]):
        held = queued_among(destination, part)
        found += [certificate_id for certificate_id in part if certificate_id not in held]
    return found[:most]


def batches(agency_ids: list[int], *, public_id: str | None = None, limit: int = 50) -> list[BatchRow]:
    """The newest batches of these agencies; or one of them."""
    query = (
        select(HistorySubmission, func.count(HistoryLine.id))
        .outerjoin(HistoryLine, HistoryLine.submission_id == HistorySubmission.id)
        .where(HistorySubmission.agency_id.in_(agency_ids))
        .group_by(HistorySubmission.id)
        .order_by(HistorySubmission.id.desc())
        .limit(limit)
    )
    if public_id is not None:
        query = query.where(HistorySubmission.public_id == public_id)
    return [
        BatchRow(
            row.public_id,
            row.destination,
            row.purpose,
            row.state,
            lines,
            row.made_at,
            row.handed_over_at,
            row.problem,
        )
        for row, lines in db.session.execute(query)
    ]


def lines_of(public_id: str) -> list[LineRow]:
    """The lines of a batch in the order in which they are handed over; the caller has settled who may see them."""
    rows = db.session.execute(
        select(Certificate.number, HistoryLine.receipt)
        .join(HistoryLine, HistoryLine.certificate_id == Certificate.id)
        .join(HistorySubmission, HistorySubmission.id == HistoryLine.submission_id)
        .where(HistorySubmission.public_id == public_id)
        .order_by(HistoryLine.id)
    )
    return [LineRow(row.number, row.receipt) for row in rows]


def to_hand_over(submission_id: int) -> tuple[str, list[tuple[int, CourseRecord]]] | None:
    """Batch and (line, record) of what is still to be handed over; None when that was done."""
    batch = db.session.get(HistorySubmission, submission_id)
    if batch is None or batch.state is SubmissionState.HANDED_OVER:
        return None
    rows = db.session.execute(
        select(HistoryLine.id, Certificate.payload)
        .join(Certificate, Certificate.id == HistoryLine.certificate_id)
        .where(HistoryLine.submission_id == submission_id)
        .order_by(HistoryLine.id)
    )
    return batch.public_id, [(row.id, record_of(from_json(row.payload))) for row in rows]
