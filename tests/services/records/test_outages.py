"""An outage moves dates once two people agreed, for everybody it concerned, and each of them reads why."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.errors import Conflict, DomainError, Forbidden, Invalid
from learning.kernel.transaction import write
from learning.people.models import Person
from learning.records import counting, dating, fairness, moves, queries, services
from learning.records.duedates import due_at
from learning.records.kinds import OutageKind
from learning.records.models import Enrolment
from learning.records.moving_models import Outage, OutageOutcome, Redating
from learning.records.services import redating
from tests import factories

COURSE = factories.COURSE
BEGAN, ENDED = datetime(2026, 11, 24, 7, 0, tzinfo=UTC), datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DUE, GIVEN = date(2026, 11, 24), date(2026, 11, 26)


@pytest.fixture
def agency(db_session: Any) -> int:
    return factories.make_agency()


@pytest.fixture
def late(agency: int) -> int:
    """Somebody who has until the end of the day of the outage."""
    person = factories.make_person(agency)
    factories.assign(agency, due_on=DUE, now=NOW - timedelta(days=30))
    return person


def propose(actor_id: int, **values: Any) -> uuid.UUID:
    said = {
        "kind": OutageKind.QUIZ,
        "began_at": BEGAN,
        "ended_at": ENDED,
        "note": "Server padam.",
        "evidence": "Log.",
    }
    return write(services.propose_outage, actor_id=actor_id, **{"now": NOW, **said, **values})


def agree(public_id: uuid.UUID, now: datetime = NOW) -> Redating | None:
    found = write(services.approve_outage, actor_id=factories.make_person(None), public_id=public_id, now=now)
    return db.session.get_one(Redating, found) if found is not None else None


def due_of(person_id: int) -> date:
    db.session.expire_all()
    found = db.session.scalars(select(Enrolment).where(Enrolment.person_id == person_id)).one()
    assert found.due_at is not None
    return clock.local_date(found.due_at)


def test_nothing_moves_before_two_people_agree_and_then_the_person_reads_why(agency: int, late: int) -> None:
    passed, later = factories.make_person(agency), factories.make_person(factories.make_agency("Jauh"))
    done = queries.enrolment_for(passed, COURSE)
    assert done is not None
    write(services.start, enrolment_id=done.id, edition="a" * 16, steps_total=1, now=BEGAN)
    write(services.complete, enrolment_id=done.id, passed_at=BEGAN)
    proposal = propose(factories.make_person(None))
    assert due_of(late) == DUE
    assert moves.people_given(BEGAN, GIVEN) == 1
    row = agree(proposal)
    assert row is not None
    assert (row.moved, row.looked) == (1, 1)
    assert (due_of(late), due_of(passed)) == (GIVEN, DUE)
    shown = queries.enrolment_for(late, COURSE)
    assert shown is not None
    assert shown.due_reason is not None
    assert shown.due_reason.outage is not None
    assert (shown.due_reason.outage.note, shown.due_reason.outage.until_on) == ("Server padam.", GIVEN)
    told = moves.told_now(late, NOW)
    assert [one.outage.note for one in told if one.outage] == ["Server padam."]
    assert (moves.told_now(passed, NOW), moves.told_now(later, NOW)) == ([], [])
    assert (list(dating.misdated()), counting.drifts()) == ([], [])


def test_who_joins_afterwards_gets_what_everybody_has(agency: int, late: int) -> None:
    agree(propose(factories.make_person(None)))
    joined = factories.make_person(agency, now=NOW)
    assert due_of(joined) == GIVEN
    factories.assign(agency, course_key="lain", due_on=DUE, now=NOW)
    assert list(dating.misdated()) == []


def test_many_follow_by_the_same_job(agency: int, late: int, monkeypatch: pytest.MonkeyPatch) -> None:
    others = [factories.make_person(agency) for _ in range(5)]
    monkeypatch.setattr(redating, "AT_ONCE", 0)
    monkeypatch.setattr(redating, "SIZE", 2)
    row = agree(propose(factories.make_person(None)))
    assert row is not None
    assert row.finished_at is None
    shown = queries.enrolment_for(late, COURSE)
    assert shown is not None
    assert shown.due_at == due_at(GIVEN, 0, clock.DEFAULT_ZONE)
    jobs.drain()
    assert {due_of(person) for person in (late, *others)} == {GIVEN}
    db.session.refresh(row)
    assert (row.moved, list(dating.misdated())) == (6, [])


def test_an_outage_approved_later_that_lay_before_gives_the_same_in_either_order(
    agency: int, late: int
) -> None:
    proposer = factories.make_person(None)
    then = NOW + timedelta(days=3)
    two = timedelta(days=2)
    agree(propose(proposer, began_at=BEGAN + two, ended_at=ENDED + two, now=then), then)
    assert due_of(late) == DUE
    agree(propose(proposer), then)
    assert due_of(late) == date(2026, 11, 30)
    assert list(dating.misdated()) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"ended_at": BEGAN}, "records.outage_order"),
        ({"ended_at": NOW + timedelta(minutes=1)}, "records.outage_future"),
        ({"ended_at": BEGAN + timedelta(minutes=14)}, "records.outage_short"),
        ({"began_at": ENDED - fairness.LONGEST - timedelta(minutes=1)}, "records.outage_long"),
        ({"note": " "}, "records.outage_note_missing"),
        ({"evidence": "\0"}, "records.outage_evidence_missing"),
        ({"note": "x" * 501}, "records.outage_text_long"),
    ],
)
def test_what_is_no_outage_is_refused(agency: int, values: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        propose(factories.make_person(None), **values)
    assert refused.value.code == code


def refusal(**call: Any) -> str:
    with pytest.raises(DomainError) as refused:
        write(call.pop("fn"), now=NOW, **call)
    return refused.value.code


def test_two_people_once(agency: int, late: int) -> None:
    one, other = factories.make_person(None), factories.make_person(None)
    proposal = propose(one)
    with pytest.raises(Conflict) as twice:
        propose(other)
    assert twice.value.code == "records.outage_same"
    with pytest.raises(Forbidden) as alone:
        write(services.approve_outage, actor_id=one, public_id=proposal, now=NOW)
    assert alone.value.code == "records.outage_second_person"
    assert refusal(fn=services.decline_outage, actor_id=other, public_id=proposal, remark="") == (
        "records.outage_remark_missing"
    )
    outcome = write(services.decline_outage, actor_id=one, public_id=proposal, remark="", now=NOW)
    assert outcome is OutageOutcome.WITHDRAWN
    assert refusal(fn=services.approve_outage, actor_id=other, public_id=proposal) == "records.outage_decided"
    again = propose(one)
    returned = write(services.decline_outage, actor_id=other, public_id=again, remark="Salah jam.", now=NOW)
    assert (returned, due_of(late)) == (OutageOutcome.RETURNED, DUE)


def test_the_database_refuses_one_person_for_both_parts_and_keeps_what_was_decided(agency: int) -> None:
    one = factories.make_person(None)
    waiting = propose(one)
    decided = {"outcome": OutageOutcome.APPROVED, "decided_by": one, "decided_at": NOW}
    with pytest.raises(IntegrityError):
        write(lambda: db.session.execute(update(Outage).values(**decided)))
    agree(waiting)
    with pytest.raises(IntegrityError):
        write(lambda: db.session.execute(update(Outage).values(until_on=date(2026, 12, 31))))


def test_the_command_proposes_in_the_name_of_an_admin(app: Flask, agency: int, late: int) -> None:
    admin = factories.make_person(None, "Admin", roles=[("ADMIN", None)])
    number = db.session.get_one(Person, admin).employee_number
    nobody = db.session.get_one(Person, late).employee_number
    call = [
        "records", "outage", "--start", "2026-11-24 14:00", "--end", "2026-11-24 16:00", "--kind", "QUIZ",
        "--note", "Server padam.", "--evidence", "Log.", "--by",
    ]  # fmt: skip
    with clock.travel(NOW):
        refused = app.test_cli_runner().invoke(args=[*call, str(nobody)])
        assert (refused.exit_code, "NIP" in refused.output) == (1, True)
        done = app.test_cli_runner().invoke(args=[*call, str(number)])
    assert done.exit_code == 0, done.output
    assert "1 people are due on 2026-11-26" in done.output
    assert db.session.scalars(select(Outage.proposed_by)).all() == [admin]
