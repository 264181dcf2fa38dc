"""A corrected certificate is a new one for the same pass; the old one says so; nothing is edited, nothing counts twice."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from certificates import panels, queries, services
from certificates.life import correcting, ending
from certificates.life import queries as life_queries
from certificates.life.lifecycle import RequestOutcome
from certificates.models import Certificate, CertificateEvent, CertificateProposal
from certificates.payload import from_json, payload_hash
from certificates.promotion import evidence
from certificates.promotion import queries as rule_queries
from certificates.promotion.eligibility import Outcome as Verdict
from certificates.promotion.eligibility import decide
from certificates.status import State
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from learning.kernel.transaction import write
from learning.records import services as records
from quizzes.events import QuizPassed
from quizzes.models import PassRecord
from tests import factories

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
THEN = NOW + timedelta(days=40)  # 3 January 2027
AFTER = THEN + timedelta(days=1)
EVER = THEN + timedelta(days=2_000)


class House(NamedTuple):
    certificate: int
    holder: int
    hr: Principal
    admin: Principal
    elsewhere: Principal


@pytest.fixture
def house(db_session: Any) -> House:
    agency, other = factories.make_agency(), factories.make_agency("Kabupaten Lain")
    factories.make_course(modules=2)
    holder = factories.make_person(agency, "Wening Astuti")
    factories.pass_course(holder, now=NOW)
    certificate_id = db.session.scalars(select(Certificate.id)).one()
    db.session.rollback()
    hr = factories.make_principal(factories.make_person(agency, roles=[("HR", agency)]))
    return House(certificate_id, holder, hr, factories.make_admin(agency), factories.make_admin(other))


@pytest.fixture
def renamed(house: House) -> House:
    factories.rename_person(house.holder, "Wening Astuti", "S.Pd.", now=THEN)
    return house


def propose(house: House, by: Principal | None = None, certificate_id: int | None = None) -> Any:
    return write(
        correcting.propose_correction,
        certificate_id=certificate_id or house.certificate,
        principal=by or house.hr,
        note="Gelar dilengkapi.",
        evidence="Ijazah nomor 12 diperiksa.",
        now=THEN,
    )


def confirm(public_id: Any, who: Principal, now: datetime = THEN) -> int:
    return write(correcting.confirm_correction, public_id=public_id, principal=who, now=now)


def rows() -> list[Certificate]:
    db.session.rollback()
    return list(db.session.scalars(select(Certificate).order_by(Certificate.id)))


def test_the_new_one_has_new_number_and_code_the_same_pass_and_not_a_day_more(renamed: House) -> None:
    new_id = confirm(propose(renamed), renamed.admin)
    old, new = rows()
    assert new.id == new_id
    assert (new.corrects_id, new.pass_record_id, new.enrolment_id) == (
        old.id,
        old.pass_record_id,
        old.enrolment_id,
    )
    assert new.number != old.number
    assert new.code != old.code
    assert (new.issued_on, new.expires_on) == (date(2027, 1, 3), old.expires_on)
    paper, before = from_json(new.payload), from_json(old.payload)
    assert (before.holder_name, paper.holder_name) == ("Wening Astuti", "Wening Astuti, S.Pd.")
    assert (paper.finished_on, paper.expires_on, paper.score) == (
        before.finished_on,
        before.expires_on,
        before.score,
    )
    assert paper.number == f"{new.id:04d}/NETRA/NTU/I/2027"
    assert paper.verify_url.endswith(f"/v/{new.code}")
    assert (paper.replaces, before.replaces) == (old.number, "")
    assert "replaces" not in old.payload
    assert payload_hash(paper) == new.payload_hash
    assert payload_hash(before) == old.payload_hash


def test_the_old_one_is_superseded_by_it_from_that_instant_on(renamed: House) -> None:
    public_id = propose(renamed)
    assert [row.status.state for row in queries.certificates_of(renamed.holder, now=THEN)] == [State.VALID]
    db.session.rollback()
    confirm(public_id, renamed.admin)
    new, old = queries.certificates_of(renamed.holder, now=AFTER)
    assert (new.status.state, old.status.state) == (State.VALID, State.SUPERSEDED)
    assert old.corrected
    assert old.note == "Gelar dilengkapi."
    assert old.successor_number == new.number
    new, old = queries.certificates_of(renamed.holder, now=THEN - timedelta(seconds=1))
    assert (new.status.state, old.status.state) == (State.NOT_YET_ISSUED, State.VALID)


def test_a_chain_counts_once_wherever_certificates_are_read(renamed: House) -> None:
    confirm(propose(renamed), renamed.admin)
    factories.rename_person(renamed.holder, "Wening Astuti", "M.Pd.", now=THEN)
    last = confirm(propose(renamed, certificate_id=rows()[-1].id), renamed.admin)
    first, second, third = rows()
    assert (third.id, third.corrects_id, second.corrects_id) == (last, second.id, first.id)
    edition = (first.course_key, from_json(first.payload).edition)
    assert queries.live_by_edition(editions=[edition], now=AFTER) == {edition: 1}
    assert [row[2] for row in queries.live_numbers(editions=[edition], now=AFTER)] == [third.number]
    standing = queries.certificate_of_enrolment(first.enrolment_id, now=AFTER)
    assert standing is not None
    assert standing.id == third.id
    assert [row.id for row in queries.chain_of(first.pass_record_id, now=AFTER)] == [
        first.id,
        second.id,
        last,
    ]
    admin = life_queries.register(renamed.admin, state=State.VALID, text="", before=None, now=AFTER)
    assert [row.id for row in admin.rows] == [third.id]
    panel = panels.home_aside(principal=factories.make_principal(renamed.holder), now=AFTER)
    assert panel is not None
    assert panel.context["row"].id == third.id


def test_eligibility_holds_on_every_day_before_on_and_after_the_correction(renamed: House) -> None:
    confirm(propose(renamed), renamed.admin)
    factories.load_rules(factories.make_rule(valid_from=date(2020, 1, 1)))
    rule = rule_queries.rule_on("promosi", date(2027, 1, 1), agencies=None)
    assert rule is not None
    old, new = rows()
    expected = {
        date(2026, 11, 23): (Verdict.NOT_YET, None),
        date(2026, 11, 24): (Verdict.ELIGIBLE, old.number),
        date(2027, 1, 2): (Verdict.ELIGIBLE, old.number),
        date(2027, 1, 3): (Verdict.ELIGIBLE, new.number),
        date(2028, 11, 24): (Verdict.ELIGIBLE, new.number),
        date(2028, 11, 25): (Verdict.NOT_YET, None),
    }
    for day, (outcome, number) in expected.items():
        known = evidence.candidates_by_id([renamed.holder], rule=rule, as_of=day, known_at=EVER)
        verdict = decide(rule, known[renamed.holder].evidence, day)
        proofs = tuple(proof.number for proof in verdict.satisfied_by)
        assert (verdict.outcome, proofs) == (outcome, (number,) if number else ()), day


def test_hearing_of_the_pass_again_gives_the_one_that_stands(renamed: House) -> None:
    new_id = confirm(propose(renamed), renamed.admin)
    record = db.session.scalars(select(PassRecord)).one()
    event = QuizPassed(
        record.attempt_id,
        record.id,
        record.person_id,
        record.enrolment_id,
        record.course_key,
        record.edition,
        record.score,
        record.passed_at,
    )
    db.session.rollback()
    assert write(services.issue, event=event) == new_id
    assert len(rows()) == 2


def test_passing_again_supersedes_the_correction_only(renamed: House) -> None:
    confirm(propose(renamed), renamed.admin)
    later = NOW + timedelta(days=300)
    write(records.renew, enrolment_id=rows()[0].enrolment_id, now=later)
    factories.pass_course(renamed.holder, now=later)
    states = [
        row.status.state for row in queries.certificates_of(renamed.holder, now=later + timedelta(hours=1))
    ]
    assert states == [State.VALID, State.SUPERSEDED, State.SUPERSEDED]


def test_without_a_difference_there_is_nothing_to_correct(house: House) -> None:
    with pytest.raises(Invalid, match="nothing_to_correct"):
        propose(house)


def test_nothing_is_printed_that_the_second_person_has_not_seen(renamed: House) -> None:
    public_id = propose(renamed)
    factories.rename_person(renamed.holder, "Orang Lain", now=THEN)
    with pytest.raises(Conflict, match="record_changed"):
        confirm(public_id, renamed.admin)
    assert len(rows()) == 1


def test_proposer_holder_and_strangers_do_not_confirm(renamed: House) -> None:
    public_id = propose(renamed, renamed.admin)
    with pytest.raises(Forbidden, match="second_person"):
        confirm(public_id, renamed.admin)
    for stranger in (renamed.elsewhere, factories.make_principal(renamed.holder)):
        with pytest.raises(NotFound):
            confirm(public_id, stranger)
    with pytest.raises(Forbidden, match="admin_decides"):
        confirm(public_id, renamed.hr)
    with pytest.raises(NotFound):
        propose(renamed, renamed.elsewhere)


def test_only_a_valid_certificate_is_corrected(renamed: House) -> None:
    factories.revoke_certificate(renamed.certificate, now=NOW + timedelta(days=1))
    with pytest.raises(Conflict, match="not_correctable"):
        propose(renamed)


def test_an_expired_one_is_not_brought_back_by_a_correction(renamed: House) -> None:
    public_id = propose(renamed)
    with pytest.raises(Conflict, match="not_correctable"):
        confirm(public_id, renamed.admin, now=NOW + timedelta(days=800))


def test_a_revoked_correction_leaves_nothing_that_stands(renamed: House) -> None:
    new_id = confirm(propose(renamed), renamed.admin)
    factories.revoke_certificate(new_id, now=AFTER)
    states = {
        row.status.state for row in queries.certificates_of(renamed.holder, now=AFTER + timedelta(days=1))
    }
    assert states == {State.REVOKED, State.SUPERSEDED}
    with pytest.raises(Conflict, match="not_revocable"):
        factories.propose_revocation(renamed.certificate, by=renamed.hr, now=AFTER)


def forge(house: House, **changed: Any) -> None:
    """Insert a correction past the services: the row of the old one with another number and code, and `changed`."""

    def insert() -> None:
        old = db.session.get_one(Certificate, house.certificate)
        values = {column.name: getattr(old, column.name) for column in Certificate.__table__.columns}
        values |= {"id": 9_000, "number": "9000/X", "code": "ZZZZZZZZZZZZZZZZ"} | changed
        db.session.add(Certificate(**values))
        db.session.flush()

    write(insert)


def test_the_database_takes_no_second_certificate_of_a_pass_that_supersedes_nothing(renamed: House) -> None:
    public_id = propose(renamed)
    proposal = db.session.scalars(select(CertificateProposal.id)).one()
    stranger = factories.make_person()
    db.session.rollback()
    for changed in (
        {},  # a second first certificate of the pass
        {"corrects_id": renamed.certificate},  # without a proposal
        {"corrects_id": renamed.certificate, "proposal_id": proposal},  # which nobody confirmed
        {"corrects_id": renamed.certificate, "proposal_id": proposal, "person_id": stranger},
        {"corrects_id": 12_345, "proposal_id": proposal},
    ):
        with pytest.raises(IntegrityError):
            forge(renamed, **changed)
    confirm(public_id, renamed.admin)
    for changed in (
        {"corrects_id": renamed.certificate, "proposal_id": proposal},  # a second branch of the chain
        {"corrects_id": rows()[1].id, "proposal_id": proposal},  # by a proposal about another certificate
    ):
        with pytest.raises(IntegrityError):
            forge(renamed, **changed)
    assert len(rows()) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certificate SET corrects_id = NULL, proposal_id = NULL",
        "DELETE FROM certificate_event",
        "UPDATE certificate_proposal SET remark = 'x'",
        "DELETE FROM certificate_proposal",
    ],
)
def test_what_was_decided_stays(renamed: House, statement: str) -> None:
    confirm(propose(renamed), renamed.admin)
    with pytest.raises(DBAPIError, match="frozen"):
        write(db.session.execute, statement=text(statement))


def test_a_correction_and_a_new_pass_at_once_leave_one_valid_certificate(app: Flask, renamed: House) -> None:
    """The new pass waits for the correction or the correction for the pass; never do two stand."""
    public_id = propose(renamed)
    write(records.renew, enrolment_id=rows()[0].enrolment_id, now=THEN)
    factories.finish_steps(renamed.holder, now=THEN)
    at = THEN + timedelta(hours=2)
    issued, failed = threading.Event(), []

    def correct_slowly() -> None:
        correcting.confirm_correction(public_id=public_id, principal=renamed.admin, now=at)
        issued.set()
        time.sleep(1)  # the correction is not committed while the pass comes to the same certificate

    def pass_meanwhile() -> None:
        issued.wait(timeout=30)
        factories.sit_quiz(renamed.holder, now=at)

    def run(act: Any) -> None:
        with app.app_context():
            try:
                act()
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    acts = (lambda: write(correct_slowly), pass_meanwhile)
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    states = [
        row.status.state for row in queries.certificates_of(renamed.holder, now=AFTER + timedelta(days=1))
    ]
    assert states.count(State.VALID) == 1
    assert db.session.scalar(select(func.count()).select_from(CertificateEvent)) == len(states) - 1


def ask(house: House, said: str = "Gelar saya kurang.", by: int | None = None) -> Any:
    return write(
        correcting.ask,
        certificate_id=house.certificate,
        person_id=by or house.holder,
        said=said,
        now=THEN,
    )


def test_the_holder_asks_once_and_the_correction_answers(renamed: House) -> None:
    public_id = ask(renamed)
    assert ask(renamed) == public_id
    with pytest.raises(Conflict, match="request_open"):
        ask(renamed, "Yang lain lagi.")
    (row,) = life_queries.requests_waiting(renamed.admin, now=THEN)
    assert (row.said, row.holder_name) == ("Gelar saya kurang.", "Wening Astuti")
    assert life_queries.requests_waiting(renamed.elsewhere, now=THEN) == []
    db.session.rollback()
    confirm(propose(renamed), renamed.admin)
    (answered,) = life_queries.own_requests(renamed.holder, now=AFTER)
    assert (answered.outcome, answered.answer) == (RequestOutcome.CORRECTED, "Gelar dilengkapi.")


def test_an_admin_answers_no_with_a_reason_and_only_in_reach(house: House) -> None:
    public_id = ask(house)

    def refuse(who: Principal, answer: str = "Sesuai SK terakhir.") -> int:
        return write(correcting.refuse_request, public_id=public_id, principal=who, answer=answer, now=THEN)

    for stranger in (house.elsewhere, house.hr, factories.make_principal(house.holder)):
        with pytest.raises(NotFound):
            refuse(stranger)
    with pytest.raises(Invalid, match="answer_missing"):
        refuse(house.admin, " ")
    refuse(house.admin)
    with pytest.raises(Conflict, match="request_answered"):
        refuse(house.admin)
    assert ask(house, "Lagi.") != public_id


def test_nobody_asks_about_somebody_elses_certificate(house: House) -> None:
    with pytest.raises(NotFound):
        ask(house, by=house.admin.person_id)
    for said in ("", "  ", "x" * 1_001):
        with pytest.raises(Invalid):
            ask(house, said)


def test_a_revocation_proposed_before_blocks_the_correction(renamed: House) -> None:
    public_id = factories.propose_revocation(renamed.certificate, by=renamed.hr, now=THEN)
    with pytest.raises(Conflict, match="proposal_open"):
        propose(renamed, renamed.admin)
    with pytest.raises(Conflict, match="proposal_decided"):
        confirm(public_id, renamed.admin)
    write(ending.confirm_revocation, public_id=public_id, principal=renamed.admin, now=AFTER)
