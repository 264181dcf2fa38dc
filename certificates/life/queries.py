"""Reads of what is proposed, asked and told about certificates; frozen rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from certificates import codes
from certificates.life.lifecycle import (
    Change,
    Outcome,
    ProposalKind,
    RequestOutcome,
    changes,
    is_overdue,
    printed_words,
    words_from_json,
)
from certificates.models import (
    Certificate,
    CertificateProposal,
    CorrectionRequest,
    RevocationReason,
)
from certificates.payload import from_json
from certificates.queries import SEEING, CertificateRow, rows_of, state_is
from certificates.status import State
from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.people.models import Person
from learning.people.queries import person_rows
from learning.people.scope import visible_people

PAGE = 50
SHOWN = 200
RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal with its certificate's number and the names of the people. `overdue`: it has waited too long."""

    public_id: uuid.UUID
    certificate_id: int
    number: str
    code: str
    course_title: str
    holder_id: int
    holder_name: str
    kind: ProposalKind
    reason: RevocationReason | None
    note: str
    evidence: str
    changes: tuple[Change, ...]
    proposed_by: int
    proposer_name: str
    proposed_at: datetime
    outcome: Outcome | None
    decider_name: str | None
    decided_at: datetime | None
    remark: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class RequestRow:
    """What a holder says is wrong, and what became of it."""

    public_id: uuid.UUID
    certificate_id: int
    number: str
    code: str
    holder_id: int
    holder_name: str
    said: str
    asked_at: datetime
    outcome: RequestOutcome | None
    answer: str
    answered_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One page of the register. `next` is the cursor of the page after it, None on the last."""

    rows: tuple[CertificateRow, ...]
    next: int | None


def visible_holders(principal: Principal, *, now: datetime) -> Select[tuple[int]]:
    """Ids of the people whose certificates this principal looks after as HR or admin."""
    on = clock.local_date(now, principal.timezone)
    return visible_people(principal, *SEEING, on=on, with_former=True)


def register(
    principal: Principal, *, state: State | None, text: str, before: int | None, now: datetime
) -> RegisterPage:
    """The certificates of the people this principal looks after, the newest first, fifty a page.

    `text`: part of a name, the beginning of a NIP, a number or a code. `before` is the cursor of the page before: the
    pages stay where they are while new certificates are issued above them.
    """
    query = select(Certificate.id).where(Certificate.person_id.in_(visible_holders(principal, now=now)))
    if state is not None:
        query = query.where(state_is(state, now))
    if before is not None:
        query = query.where(Certificate.id < before)
    wanted = text.strip()
    if wanted:
        query = _matching(query, wanted)
    ids = list(db.session.scalars(query.order_by(Certificate.id.desc()).limit(PAGE + 1)))
    rows = rows_of(ids[:PAGE], now=now)
    return RegisterPage(tuple(rows), ids[PAGE - 1] if len(ids) > PAGE else None)


def _matching(query: Select[tuple[int]], text: str) -> Select[tuple[int]]:
    digits = "".join(text.split())
    folded = codes.fold(text)
    if "/" in text:
        return query.where(Certificate.number.startswith(text.upper(), autoescape=True))
    if len(folded) == codes.LENGTH and any(char.isdigit() for char in folded):
        return query.where(Certificate.code == folded)
    people = select(Person.id)
    if digits.isascii() and digits.isdigit():
        people = people.where(Person.employee_number.startswith(digits[:18], autoescape=True))
    else:
        people = people.where(Person.name.icontains(text, autoescape=True))
    return query.where(Certificate.person_id.in_(people))


def proposal(principal: Principal, public_id: uuid.UUID, *, now: datetime) -> ProposalRow | None:
    """A proposal about somebody this principal looks after; None for any other, and for one about oneself."""
    found = _proposals(_reachable(principal, now).where(CertificateProposal.public_id == public_id), now)
    return found[0] if found else None


def waiting(principal: Principal, *, now: datetime) -> list[ProposalRow]:
    """Proposals that wait for a second person, the oldest first."""
    query = _reachable(principal, now).where(CertificateProposal.outcome.is_(None))
    return _proposals(query.order_by(CertificateProposal.proposed_at, CertificateProposal.id), now)


def decided_lately(principal: Principal, *, now: datetime) -> list[ProposalRow]:
    """Proposals that ended in the last thirty days, the latest first."""
    query = _reachable(principal, now).where(CertificateProposal.decided_at >= now - RECENT)
    return _proposals(query.order_by(CertificateProposal.decided_at.desc()), now)


def open_about(certificate_id: int, *, now: datetime) -> ProposalRow | None:
    """The proposal that waits for a decision on this certificate. For those who look after the holder only."""
    query = select(CertificateProposal).where(
        CertificateProposal.certificate_id == certificate_id, CertificateProposal.outcome.is_(None)
    )
    found = _proposals(query, now)
    return found[0] if found else None


def about(certificate_ids: Iterable[int], *, now: datetime) -> list[ProposalRow]:
    """Every proposal about these certificates, the oldest first."""
    query = select(CertificateProposal).where(CertificateProposal.certificate_id.in_(list(certificate_ids)))
    return _proposals(query.order_by(CertificateProposal.id), now)


def _reachable(principal: Principal, now: datetime) -> Select[tuple[CertificateProposal]]:
    return select(CertificateProposal).where(
        CertificateProposal.holder_id.in_(visible_holders(principal, now=now)),
        CertificateProposal.holder_id != principal.person_id,
    )


def requests_waiting(principal: Principal, *, now: datetime) -> list[RequestRow]:
    """Requests of holders without an answer, the oldest first; one's own is for others to answer."""
    return _requests(
        select(CorrectionRequest)
        .where(
            CorrectionRequest.person_id.in_(visible_holders(principal, now=now)),
            CorrectionRequest.person_id != principal.person_id,
            CorrectionRequest.outcome.is_(None),
        )
        .order_by(CorrectionRequest.asked_at, CorrectionRequest.id),
        now,
    )


def request_row(principal: Principal, public_id: uuid.UUID, *, now: datetime) -> RequestRow | None:
    """A request of somebody this principal looks after; None for any other, and for one's own."""
    found = _requests(
        select(CorrectionRequest).where(
            CorrectionRequest.public_id == public_id,
            CorrectionRequest.person_id.in_(visible_holders(principal, now=now)),
            CorrectionRequest.person_id != principal.person_id,
        ),
        now,
    )
    return found[0] if found else None


def request_about(certificate_id: int, *, now: datetime) -> RequestRow | None:
    """The latest request about a certificate, answered or not."""
    found = _requests(
        select(CorrectionRequest)
        .where(CorrectionRequest.certificate_id == certificate_id)
        .order_by(CorrectionRequest.id.desc())
        .limit(1),
        now,
    )
    return found[0] if found else None


def own_requests(person_id: int, *, now: datetime) -> list[RequestRow]:
    """Everything a person has asked to be corrected, the newest first."""
    return _requests(
        select(CorrectionRequest)
        .where(CorrectionRequest.person_id == person_id)
        .order_by(CorrectionRequest.id.desc()),
        now,
    )


def _proposals(query: Select[tuple[CertificateProposal]], now: datetime) -> list[ProposalRow]:
    rows = db.session.scalars(query.limit(SHOWN)).all()
    papers = _papers([row.certificate_id for row in rows])
    names = person_rows({who for row in rows for who in (row.proposed_by, row.decided_by) if who})
    found = []
    for row in rows:
        number, code, payload = papers[row.certificate_id]
        paper = from_json(payload)
        decider = names.get(row.decided_by) if row.decided_by else None
        found.append(
            ProposalRow(
                row.public_id,
                row.certificate_id,
                number,
                code,
                paper.course_title,
                row.holder_id,
                paper.holder_name,
                row.kind,
                row.reason,
                row.note,
                row.evidence,
                changes(printed_words(paper), words_from_json(row.words)) if row.words else (),
                row.proposed_by,
                names[row.proposed_by].display_name,
                row.proposed_at,
                row.outcome,
                decider.display_name if decider else None,
                row.decided_at,
                row.remark,
                row.outcome is None and is_overdue(row.proposed_at, now),
            )
        )
    return found


def _requests(query: Select[tuple[CorrectionRequest]], now: datetime) -> list[RequestRow]:
    rows = db.session.scalars(query.limit(SHOWN)).all()
    papers = _papers([row.certificate_id for row in rows])
    found = []
    for row in rows:
        number, code, payload = papers[row.certificate_id]
        found.append(
            RequestRow(
                row.public_id,
                row.certificate_id,
                number,
                code,
                row.person_id,
                str(payload["holder_name"]),
                row.said,
                row.asked_at,
                row.outcome,
                row.answer,
                row.answered_at,
                row.outcome is None and is_overdue(row.asked_at, now),
            )
        )
    return found


def _papers(ids: Sequence[int]) -> dict[int, tuple[str, str, dict[str, object]]]:
    rows = db.session.execute(
        select(Certificate.id, Certificate.number, Certificate.code, Certificate.payload).where(
            Certificate.id.in_(ids)
        )
    )
    return {row.id: (row.number, row.code, row.payload) for row in rows}
