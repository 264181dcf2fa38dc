"""Behind the pages: what a journey prepares in a running server's database, and what it looks up there.

Everything goes through the real services and their write sections, which share one lock with the server's processes;
so preparing people while the server runs is as safe as two people using it at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import select

from app import create_app
from certificates.models import (
    Certificate,
    CertificateEvent,
    CertificateEventKind,
    CertificateProposal,
    CorrectionRequest,
)
from certificates.promotion.receipt_models import Receipt
from certificates.verification.models import VerificationReceipt
from courses import editions, journey
from courses.models import Decision
from learning.kernel import clock, config
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.demo_people import PERSONAS
from learning.people.models import OrgUnit, Person
from learning.records import queries as records
from learning.records.demo import COURSE_KEY
from learning.records.exemption_models import ExemptionProposal
from learning.records.models import Enrolment
from quizzes import demo, question_sets, services
from quizzes.items import ItemKind
from quizzes.layout import paper_from_json
from quizzes.models import Attempt, AttemptState, QuestionSetRow
from quizzes.responses import latest_responses

if TYPE_CHECKING:
    from tests.journeys.conftest import LiveServer

Forms = dict[int, Mapping[str, list[str]]]
COURSE = COURSE_KEY
NIP = {persona.key: persona.nip for persona in PERSONAS}


@cache
def _app(instance: str, url: str, database_url: str) -> Flask:
    environ = {
        "NETRA_INSTANCE": instance,
        "NETRA_DEMO": "1",
        "NETRA_BASE_URL": url,
        "DATABASE_URL": database_url,
    }
    return create_app(config.load(environ), testing=True)


@contextmanager
def inside(server: LiveServer) -> Iterator[None]:
    """The application's context on this server's database; leaves no connection open behind it."""
    app = _app(str(server.instance), server.url, server.database_url)
    with app.app_context():
        # Copies of published content belong to one database; another server has another.
        editions.forget()
        question_sets.forget()
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def right_answers(server: LiveServer, attempt: str, wrong: int = 0) -> Forms:
    """Form fields by question number that answer an attempt right; the last `wrong` questions are left out."""
    with inside(server):
        return demo.answer_forms(uuid.UUID(attempt), wrong)


def kinds(server: LiveServer, attempt: str) -> dict[ItemKind, int]:
    """Which kinds of question an attempt has, each with the number of its first question."""
    with inside(server):
        row = db.session.execute(select(Attempt).filter_by(public_id=uuid.UUID(attempt))).scalar_one()
        stored = db.session.get_one(QuestionSetRow, row.question_set_id)
        items = question_sets.question_set(stored.id, stored.content_hash).by_key
        found: dict[ItemKind, int] = {}
        for number, place in enumerate(paper_from_json(row.layout).places, 1):
            found.setdefault(items[place.item_key].kind, number)
        return found


def answers(server: LiveServer, attempt: str) -> dict[int, tuple[int, dict[str, object]]]:
    """What the database has of an attempt: question number -> standing revision and answer."""
    with inside(server):
        row = db.session.execute(select(Attempt.id).filter_by(public_id=uuid.UUID(attempt))).scalar_one()
        return {number: (one.revision, dict(one.answer)) for number, one in latest_responses(row).items()}


def people_before_the_quiz(server: LiveServer, count: int) -> list[str]:
    """NIPs of people, none of them a persona, who have done every module and may sit the quiz now."""
    with inside(server):
        statement = (
            select(Person.employee_number)
            .join(Attempt, Attempt.person_id == Person.id)
            .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
            .where(
                Attempt.passed.is_(False),
                Attempt.number == 1,
                Enrolment.completed_at.is_(None),
                Enrolment.ended_at.is_(None),
                Person.employee_number.not_in(NIP.values()),
                Person.id.not_in(select(Attempt.person_id).where(Attempt.state == AttemptState.OPEN)),
                Person.id.not_in(select(Attempt.person_id).where(Attempt.number > 1)),
            )
            .order_by(Person.id)
            .limit(count)
        )
        found = list(db.session.scalars(statement))
    assert len(found) == count, f"the demo has only {len(found)} people who failed once"
    return found


def open_quiz(server: LiveServer, nip: str) -> str:
    """Start the quiz for somebody (or find the open attempt): the attempt's public id."""
    with inside(server):
        person_id = db.session.execute(select(Person.id).filter_by(employee_number=nip)).scalar_one()
        started = write(services.start_attempt, person_id=person_id, course_key=COURSE, now=clock.now())
        return str(started.public_id)


def last_attempt(server: LiveServer, nip: str, *, passed: bool) -> str:
    """Public id of the newest closed attempt of somebody with that outcome."""
    with inside(server):
        statement = (
            select(Attempt.public_id)
            .join(Person, Person.id == Attempt.person_id)
            .where(Person.employee_number == nip, Attempt.passed.is_(passed))
            .order_by(Attempt.id.desc())
            .limit(1)
        )
        return str(db.session.execute(statement).scalar_one())


def certificate_codes(server: LiveServer, nip: str) -> list[str]:
    """Codes of the certificates of somebody, oldest first."""
    with inside(server):
        statement = (
            select(Certificate.code)
            .join(Person, Person.id == Certificate.person_id)
            .where(Person.employee_number == nip)
            .order_by(Certificate.id)
        )
        return list(db.session.scalars(statement))


def dilemmas(server: LiveServer, nip: str) -> tuple[str, str]:
    """Addresses of a dilemma that somebody has decided to its end, and of one that waits."""
    with inside(server):
        person_id = db.session.execute(select(Person.id).filter_by(employee_number=nip)).scalar_one()
        enrolment = records.enrolment_for(person_id, COURSE)
        assert enrolment is not None
        assert enrolment.edition is not None
        edition = editions.edition_of(COURSE, enrolment.edition)
        assert edition is not None
        decided = set(
            db.session.execute(
                select(Decision.module_slug, Decision.dilemma_key).where(
                    Decision.enrolment_id == enrolment.id
                )
            ).tuples()
        )
        everyone = [(m.slug, d.key) for m in edition.modules for d in m.dilemmas]
        done = records.done_steps(enrolment.id)
    before = next(pair for pair in everyone if pair not in decided)
    after = next(pair for pair in everyone if journey.dilemma_step(*pair) in done)
    address = f"/kursus/{COURSE}/{{}}/dilema/{{}}"
    return address.format(*after), address.format(*before)


def unit_id(server: LiveServer, code: str) -> int:
    """Id of the unit with this code."""
    with inside(server):
        return db.session.execute(select(OrgUnit.id).filter_by(code=code)).scalar_one()


def person_public_id(server: LiveServer, nip: str) -> str:
    """The id that stands in the addresses of somebody's pages."""
    with inside(server):
        return str(db.session.execute(select(Person.public_id).filter_by(employee_number=nip)).scalar_one())


def receipt_codes(server: LiveServer) -> tuple[str, str]:
    """Codes of the demo's receipts: of an eligibility check and of a list of certificates."""
    with inside(server):
        return (
            str(db.session.scalars(select(Receipt.code).order_by(Receipt.id)).first()),
            str(
                db.session.scalars(select(VerificationReceipt.code).order_by(VerificationReceipt.id)).first()
            ),
        )


def relief_in_force(server: LiveServer) -> str:
    """The first exemption of the demo, which a second person approved."""
    with inside(server):
        return str(
            db.session.scalars(select(ExemptionProposal.public_id).order_by(ExemptionProposal.id)).first()
        )


def ended_codes(server: LiveServer) -> tuple[str, str, str]:
    """Codes of certificates of the demo: one that has run out, one revoked, one superseded by a correction."""
    with inside(server):
        expired = select(Certificate.code).where(Certificate.expires_on < clock.local_date(clock.now()))
        revoked, superseded = (
            select(Certificate.code)
            .join(CertificateEvent, CertificateEvent.certificate_id == Certificate.id)
            .where(CertificateEvent.kind == kind, CertificateEvent.proposal_id.is_not(None))
            for kind in (CertificateEventKind.REVOKED, CertificateEventKind.SUPERSEDED)
        )
        first, second, third = (
            str(db.session.execute(query.order_by(Certificate.id).limit(1)).scalar_one())
            for query in (expired, revoked, superseded)
        )
        return first, second, third


def waiting_about_certificates(server: LiveServer) -> tuple[str, str]:
    """Public ids of the demo's proposal and request that nobody has decided."""
    with inside(server):
        proposal, request = (
            str(
                db.session.execute(
                    select(model.public_id).where(model.outcome.is_(None)).limit(1)
                ).scalar_one()
            )
            for model in (CertificateProposal, CorrectionRequest)
        )
        return proposal, request
