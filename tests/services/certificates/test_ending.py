"""Revoking takes two people: nothing happens before the second one agrees, and the database knows it."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from certificates import queries
from certificates.life import ending, proposals
from certificates.life import queries as life_queries
from certificates.life.lifecycle import Outcome
from certificates.models import Certificate, CertificateEvent, CertificateProposal, RevocationReason
from certificates.status import CertificateEventKind, State
from learning.kernel.access import Principal
from learning.kernel.audit import AuditEntry
from learning.kernel.db import db
from learning.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from learning.kernel.transaction import write
from learning.people.own import acts_on
from tests import factories

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
THEN = NOW + timedelta(days=5)


class House(NamedTuple):
    certificate: int
    holder: int
    agency: int
    hr: Principal
    admin: Principal
    other_admin: Principal
    elsewhere: Principal


@pytest.fixture
def house(db_session: Any) -> House:
    """A certificate of somebody in an agency with HR and two admins, and an admin of another agency."""
    agency, other = factories.make_agency(), factories.make_agency("Kabupaten Lain")
    factories.make_course(modules=2)
    holder = factories.make_person(agency)
    factories.pass_course(holder, now=NOW)
    certificate_id = db.session.scalars(select(Certificate.id)).one()
    db.session.rollback()
    hr = factories.make_principal(factories.make_person(agency, roles=[("HR", agency)]))
    return House(
        certificate_id,
        holder,
        agency,
        hr,
        factories.make_admin(agency),
        factories.make_admin(agency),
        factories.make_admin(other),
    )


def state(house: House, at: datetime) -> State:
    (row,) = queries.certificates_of(house.holder, now=at)
    db.session.rollback()
    return row.status.state


def propose(house: House, by: Principal | None = None, **values: Any) -> Any:
    return factories.propose_revocation(house.certificate, by=by or house.hr, now=THEN, **values)


def confirm(public_id: Any, who: Principal) -> int:
    return write(ending.confirm_revocation, public_id=public_id, principal=who, now=THEN + timedelta(days=1))


def test_a_proposal_changes_nothing_and_the_second_person_revokes(house: House) -> None:
    public_id = propose(house)
    assert state(house, THEN + timedelta(days=1)) is State.VALID
    confirm(public_id, house.admin)
    assert state(house, THEN + timedelta(days=2)) is State.REVOKED
    assert state(house, THEN) is State.VALID
    event = db.session.scalars(select(CertificateEvent)).one()
    assert (event.actor_id, event.note, event.reason) == (
        house.admin.person_id,
        "Sebab.",
        RevocationReason.WRONG_DATA,
    )
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.revoked")).one()
    assert (entry.actor_id, entry.detail["proposed_by"]) == (house.admin.person_id, house.hr.person_id)


def test_the_proposer_cannot_be_the_second_person(house: House) -> None:
    public_id = propose(house, house.admin)
    with pytest.raises(Forbidden, match="second_person"):
        confirm(public_id, house.admin)
    assert state(house, THEN + timedelta(days=2)) is State.VALID


@pytest.mark.parametrize(
    "values",
    [
        "outcome = 'CONFIRMED', decided_by = proposed_by, decided_at = proposed_at",
        "outcome = 'DECLINED', decided_by = proposed_by, decided_at = proposed_at",
        "outcome = 'CONFIRMED', decided_by = holder_id, decided_at = proposed_at",
        "outcome = 'WITHDRAWN', decided_by = {other}, decided_at = proposed_at",
        "outcome = 'CONFIRMED', decided_at = proposed_at",
        "evidence = 'lain'",
        "reason = 'ISSUED_BY_MISTAKE'",
        "proposed_by = {other}",
    ],
)
def test_the_database_refuses_it_too(house: House, values: str) -> None:
    propose(house)
    statement = f"UPDATE certificate_proposal SET {values.format(other=house.admin.person_id)}"
    with pytest.raises(IntegrityError):
        write(db.session.execute, statement=text(statement))


def test_no_revocation_without_a_confirmed_proposal(house: House) -> None:
    """Straight into the database: no proposal, a waiting one, a declined one, somebody else's, another decider."""
    waiting = propose(house)
    row = db.session.scalars(select(CertificateProposal)).one()
    row_id, decider = row.id, house.admin.person_id
    db.session.rollback()

    def insert(proposal: int | None, outcome: Outcome | None, actor: int | None) -> None:
        def add() -> None:
            db.session.add(
                CertificateEvent(
                    certificate_id=house.certificate,
                    kind=CertificateEventKind.REVOKED,
                    at=THEN,
                    actor_id=actor,
                    reason=RevocationReason.WRONG_DATA,
                    note="",
                    proposal_id=proposal,
                    proposal_outcome=outcome,
                )
            )
            db.session.flush()

        write(add)

    cases = [(None, None, decider), (row_id, Outcome.CONFIRMED, decider), (row_id, Outcome.DECLINED, decider)]
    for case in cases:
        with pytest.raises(IntegrityError):
            insert(*case)
    write(proposals.decline, public_id=waiting, principal=house.admin, remark="Tidak terbukti.", now=THEN)
    for case in [*cases, (row_id, Outcome.CONFIRMED, None), (row_id, None, decider)]:
        with pytest.raises(IntegrityError):
            insert(*case)
    assert state(house, THEN + timedelta(days=2)) is State.VALID


def test_the_holder_takes_no_part_even_as_an_admin(db_session: Any) -> None:
    agency = factories.make_agency()
    factories.make_course(modules=2)
    holder = factories.make_person(agency, roles=[("HR", agency)])
    factories.pass_course(holder, now=NOW)
    certificate_id = db.session.scalars(select(Certificate.id)).one()
    db.session.rollback()
    me = factories.make_principal(holder)
    with pytest.raises(Forbidden, match="holder_takes_part"):
        factories.propose_revocation(certificate_id, by=me, now=THEN)
    public_id = factories.propose_revocation(certificate_id, by=factories.make_admin(agency), now=THEN)
    from learning.kernel.access import Role
    from learning.people import services as people

    write(people.grant_role, person_id=holder, role=Role.ADMIN, org_unit_id=agency, now=THEN)
    with pytest.raises(Forbidden, match="holder_takes_part"):
        confirm(public_id, factories.make_principal(holder))
    assert life_queries.proposal(me, public_id, now=THEN) is None
    assert life_queries.waiting(me, now=THEN) == []


def test_outside_ones_reach_nothing_exists(house: House) -> None:
    with pytest.raises(NotFound):
        propose(house, house.elsewhere)
    public_id = propose(house)
    for act in (
        lambda: confirm(public_id, house.elsewhere),
        lambda: write(
            proposals.decline, public_id=public_id, principal=house.elsewhere, remark="x", now=THEN
        ),
        lambda: confirm(public_id, factories.make_principal(house.holder)),
        lambda: confirm(uuid.uuid4(), house.admin),
    ):
        with pytest.raises(NotFound):
            act()
    assert life_queries.proposal(house.elsewhere, public_id, now=THEN) is None
    assert life_queries.waiting(house.elsewhere, now=THEN) == []
    assert [row.public_id for row in life_queries.waiting(house.hr, now=THEN)] == [public_id]


def test_hr_proposes_but_does_not_confirm(house: House) -> None:
    public_id = propose(house, house.admin)
    with pytest.raises(Forbidden, match="admin_decides"):
        confirm(public_id, house.hr)
    with pytest.raises(Forbidden, match="admin_decides"):
        write(proposals.decline, public_id=public_id, principal=house.hr, remark="x", now=THEN)


def test_declining_needs_a_reason_and_leaves_the_certificate_alone(house: House) -> None:
    public_id = propose(house)
    with pytest.raises(Invalid, match="remark_missing"):
        write(proposals.decline, public_id=public_id, principal=house.admin, remark="  ", now=THEN)
    ended = write(
        proposals.decline, public_id=public_id, principal=house.admin, remark="Tidak terbukti.", now=THEN
    )
    assert ended is Outcome.DECLINED
    assert state(house, THEN + timedelta(days=1)) is State.VALID
    with pytest.raises(Conflict, match="proposal_decided"):
        confirm(public_id, house.other_admin)


def test_the_proposer_withdraws_without_a_reason(house: House) -> None:
    public_id = propose(house)
    assert (
        write(proposals.decline, public_id=public_id, principal=house.hr, remark="", now=THEN)
        is Outcome.WITHDRAWN
    )
    again = propose(house)
    assert again != public_id


def test_one_proposal_at_a_time(house: House) -> None:
    propose(house)
    with pytest.raises(Conflict, match="proposal_open"):
        propose(house, house.admin)


def test_what_is_revoked_is_not_revoked_again(house: House) -> None:
    confirm(propose(house), house.admin)
    with pytest.raises(Conflict, match="not_revocable"):
        factories.propose_revocation(house.certificate, by=house.hr, now=THEN + timedelta(days=3))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"note": ""}, "note_missing"),
        ({"note": " \x00 "}, "note_missing"),
        ({"note": "x" * 501}, "text_too_long"),
    ],
)
def test_a_proposal_needs_an_explanation_of_sane_length(
    house: House, values: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        propose(house, **values)


def test_a_suspicion_that_nobody_confirmed_is_not_held_up_to_the_holder(house: House) -> None:
    public_id = propose(house)
    assert "certificate.revocation_proposed" not in {row.purpose for row in acts_on(house.holder)}
    about = db.session.scalars(
        select(AuditEntry.about_id).where(AuditEntry.action == "certificate.revocation_proposed")
    ).one()
    db.session.rollback()
    assert about is None
    confirm(public_id, house.admin)
    assert "Usul pencabutan sertifikat disetujui" in {row.purpose for row in acts_on(house.holder)}


def test_sixteen_second_persons_at_once_revoke_once(app: Flask, house: House) -> None:
    public_id = propose(house)
    admins = [house.admin, house.other_admin] * 8
    start, done, refused, failed = threading.Barrier(16), [], [], []

    def decide(who: Principal) -> None:
        with app.app_context():
            try:
                start.wait()
                done.append(confirm(public_id, who))
            except DomainError as error:
                refused.append(error.code)
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=decide, args=(who,)) for who in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(done) == 1
    assert set(refused) == {"certificates.proposal_decided"}
    assert len(db.session.scalars(select(CertificateEvent)).all()) == 1


def test_the_overdue_stand_out_in_the_list(house: House) -> None:
    propose(house)
    (fresh,) = life_queries.waiting(house.admin, now=THEN + timedelta(days=7))
    (late,) = life_queries.waiting(house.admin, now=THEN + timedelta(days=8))
    assert (fresh.overdue, late.overdue) == (False, True)
