"""A wrong key found late, carried out: nobody loses, who gains gains everything, and it can be followed afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from certificates.models import Certificate
from learning.kernel import audit, clock, jobs
from learning.kernel.audit import AuditEntry
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import write
from learning.records import queries as records
from learning.records.models import EnrolmentStatus
from quizzes import correcting, corrections, own, queries
from quizzes.items import Item, ItemKind
from quizzes.layout import paper_from_json
from quizzes.models import Attempt, KeyCorrection, Outcome, PassRecord, QuestionSetRow, Regrade
from quizzes.question_sets import question_set_by_id
from quizzes.regrading import Correction, Remedy
from tests import factories as make
from tests.services.quizzes.conftest import START, Sitting

Sit = Callable[..., Sitting]


@pytest.fixture
def set_id(course: str, db_session: Any) -> int:
    return db_session.scalar(select(QuestionSetRow.id).where(QuestionSetRow.course_key == course))


@pytest.fixture
def item(set_id: int, sitting: Sit, db_session: Any) -> Item:
    """A single choice that stands on the paper of every sitting of these tests: they share one seed."""
    sat = sitting()
    paper = paper_from_json(attempt_of(db_session, sat.public_id).layout)
    by_key = question_set_by_id(set_id).by_key
    found = next(by_key[key] for key in paper.item_keys if by_key[key].kind is ItemKind.SINGLE)
    db_session.rollback()
    return found


@pytest.fixture
def trainers(course: str, db_session: Any) -> tuple[int, int]:
    return tuple(make.make_person(roles=[("TRAINER", course)]) for _n in range(2))  # type: ignore[return-value]


def attempt_of(session: Any, public_id: uuid.UUID) -> Attempt:
    session.rollback()
    return session.execute(
        select(Attempt).where(Attempt.public_id == public_id).execution_options(populate_existing=True)
    ).scalar_one()


def count(session: Any, model: type) -> int:
    session.rollback()
    return session.execute(select(func.count()).select_from(model)).scalar_one()


def number_of(session: Any, sat: Sitting, item: Item) -> int:
    paper = paper_from_json(attempt_of(session, sat.public_id).layout)
    return paper.item_keys.index(item.key) + 1


def finish(session: Any, sat: Sitting, item: Item, option: str, wrong: int) -> Attempt:
    """Answer the item with this option, leave `wrong` others empty, the rest right, and hand in."""
    here = number_of(session, sat, item)
    place = paper_from_json(attempt_of(session, sat.public_id).layout).place(here)
    assert place is not None
    sat.save(here, {"jawaban": [str(place.shown.index(option) + 1)]})
    others = [number for number in sat.key if number != here]
    for number in others[: len(others) - wrong]:
        sat.save(number, sat.key[number])
    sat.submit()
    return attempt_of(session, sat.public_id)


def fix(item: Item, *right: str) -> Correction:
    return Correction(item.key, Remedy.KEY, right)


def propose(set_id: int, correction: Correction, by: int, reason: str = "Lihat SKB 2022.") -> uuid.UUID:
    return write(
        correcting.propose,
        question_set_id=set_id,
        correction=correction,
        reason=reason,
        proposed_by=by,
        now=clock.now(),
    )


def carry_out(set_id: int, correction: Correction, trainers: tuple[int, int]) -> dict[str, Any]:
    public_id = propose(set_id, correction, trainers[0])
    job_id = write(correcting.confirm, public_id=public_id, decided_by=trainers[1], now=clock.now())
    jobs.drain()
    job = jobs.view(job_id)
    assert job is not None
    assert job.result is not None, job.error
    return job.result


# --- What it does -----------------------------------------------------------------------------------------------


def test_who_reaches_the_score_passes_with_everything_that_belongs_to_it(
    set_id: int, item: Item, sitting: Sit, trainers: tuple[int, int], db_session: Any
) -> None:
    attempt = finish(db_session, sitting(), item, "b", wrong=2)
    assert (attempt.score, attempt.passed) == (Decimal("70.00"), False)
    before = corrections.preview(set_id, fix(item, "b"))
    assert (before.rises, before.passes, before.capped) == (1, 1, False)

    assert carry_out(set_id, fix(item, "b"), trainers) == {"looked": 1, "lifted": 1, "passed": 1}

    record = db_session.scalars(select(PassRecord)).one()
    assert (record.attempt_id, record.score, record.passed_at) == (
        attempt.id,
        Decimal("80.00"),
        attempt.submitted_at,
    )
    certificate = db_session.scalars(select(Certificate)).one()
    assert certificate.pass_record_id == record.id
    assert certificate.payload["score"] == "80.00"
    enrolment = records.enrolment(attempt.enrolment_id)
    assert enrolment is not None
    assert enrolment.status is EnrolmentStatus.PASSED
    trace = db_session.scalars(select(Regrade)).one()
    assert (trace.score_before, trace.score_after, trace.pass_record_id) == (
        Decimal("70.00"),
        Decimal("80.00"),
        record.id,
    )


def test_frozen_rows_stay_as_they_were_and_the_log_tells_the_rest(
    set_id: int, item: Item, sitting: Sit, trainers: tuple[int, int], db_session: Any
) -> None:
    attempt = finish(db_session, sitting(), item, "b", wrong=2)
    marks, answers = list(attempt.marks or []), count(db_session, AuditEntry)
    carry_out(set_id, fix(item, "b"), trainers)
    after = attempt_of(db_session, attempt.public_id)
    assert (after.score, after.passed, after.marks) == (Decimal("70.00"), False, marks)
    entry = db_session.scalars(select(AuditEntry).where(AuditEntry.action == "quiz.regraded")).one()
    assert (entry.subject, entry.actor_id, entry.about_id) == (
        f"attempt/{attempt.public_id}",
        trainers[1],
        attempt.person_id,
    )
    assert (entry.detail["score_before"], entry.detail["score_after"]) == ("70.00", "80.00")
    assert count(db_session, AuditEntry) > answers
    assert list(audit.verify()) == []


def test_nobody_loses_and_a_pass_is_not_touched(
    set_id: int, item: Item, sitting: Sit, trainers: tuple[int, int], db_session: Any
) -> None:
    followed_the_key = finish(db_session, sitting(), item, "a", wrong=2)
    lifted_but_passed = finish(db_session, sitting(), item, "b", wrong=1)
    still_failing = finish(db_session, sitting(), item, "b", wrong=5)
    records_before = {r.id: r.score for r in db_session.scalars(select(PassRecord))}
    assert len(records_before) == 2

    assert carry_out(set_id, fix(item, "b"), trainers) == {"looked": 3, "lifted": 2, "passed": 0}

    db_session.rollback()
    assert {r.id: r.score for r in db_session.scalars(select(PassRecord))} == records_before
    assert count(db_session, Certificate) == 2
    lifted = {row.attempt_id: row.score_after for row in db_session.scalars(select(Regrade))}
    assert lifted == {lifted_but_passed.id: Decimal("90.00"), still_failing.id: Decimal("50.00")}
    assert followed_the_key.id not in lifted


def test_the_learner_sees_the_new_result_and_cannot_sit_again(
    set_id: int, item: Item, sitting: Sit, trainers: tuple[int, int], db_session: Any
) -> None:
    attempt = finish(db_session, sitting(), item, "b", wrong=2)
    carry_out(set_id, fix(item, "b"), trainers)
    view = queries.result_view(attempt.public_id, attempt.person_id, clock.now())
    assert view is not None
    assert (view.score, view.score_before, view.passed) == (Decimal("80.00"), Decimal("70.00"), True)
    asked = next(entry for entry in view.review if entry.corrected is not None)
    assert asked.right
    assert "Pilihan b" in asked.corrected  # type: ignore[operator]
    assert [option.right for option in asked.options] == [True, True, False]
    start = queries.start_view(attempt.person_id, make.COURSE, clock.now())
    assert start.refusal is not None
    assert start.refusal.code == "quiz.already_passed"
    kept = next(rows for rows in own.stored_here(attempt.person_id).values() if "Lulus" in rows[0])
    assert kept[0]["Lulus"] is True
    assert kept[0]["Nilai sesudah kunci diperbaiki"] == Decimal("80.00")


def test_an_attempt_under_way_is_closed_with_the_better_key(
    set_id: int, item: Item, sitting: Sit, trainers: tuple[int, int], db_session: Any
) -> None:
    sat = sitting()
    carry_out(set_id, fix(item, "b"), trainers)
    attempt = finish(db_session, sat, item, "b", wrong=2)
    assert (attempt.score, attempt.passed) == (Decimal("80.00"), True)
    assert count(db_session, Regrade) == 0


def test_a_second_attempt_under_way_while_the_first_becomes_a_pass(
    set_id: int, item: Item, sitting: Sit, trainers: tuple[int, int], db_session: Any
) -> None:
    first = finish(db_session, sitting(), item, "b", wrong=2)
    from datetime import timedelta

    again = sitting(first.person_id, now=START + timedelta(hours=3))
    carry_out(set_id, fix(item, "b"), trainers)
    for number, form in again.key.items():
        again.save(number, form, at=181)
    assert again.submit(at=190).passed
    db_session.rollback()
    assert [record.attempt_id for record in db_session.scalars(select(PassRecord))] == [first.id]
    assert count(db_session, Certificate) == 1


def test_who_has_passed_since_keeps_that_pass(
    set_id: int, item: Item, sitting: Sit, trainers: tuple[int, int], db_session: Any
) -> None:
    from datetime import timedelta

    first = finish(db_session, sitting(), item, "b", wrong=2)
    again = sitting(first.person_id, now=START + timedelta(hours=3))
    for number, form in again.key.items():
        again.save(number, form, at=181)
    assert again.submit(at=190).passed
    assert corrections.preview(set_id, fix(item, "b")).passes == 0
    result = carry_out(set_id, fix(item, "b"), trainers)
    assert (result["lifted"], result["passed"]) == (1, 0)
    assert count(db_session, PassRecord) == 1


def test_doing_it_twice_does_nothing_twice(
    set_id: int, item: Item, sitting: Sit, trainers: tuple[int, int], db_session: Any
) -> None:
    attempt = finish(db_session, sitting(), item, "b", wrong=2)
    carry_out(set_id, fix(item, "b"), trainers)
    row = db_session.scalars(select(KeyCorrection)).one()
    again = write(correcting.regrade_attempt, correction_id=row.id, attempt_id=attempt.id, now=clock.now())
    assert again == correcting.NOTHING
    assert (count(db_session, Regrade), count(db_session, PassRecord), count(db_session, Certificate)) == (
        1,
        1,
        1,
    )


def test_one_that_fails_does_not_hold_up_the_others_and_is_tried_again(
    set_id: int,
    item: Item,
    sitting: Sit,
    trainers: tuple[int, int],
    db_session: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = finish(db_session, sitting(), item, "b", wrong=2)
    fine = finish(db_session, sitting(), item, "b", wrong=2)
    real = correcting.regrade_attempt

    def sometimes(*, correction_id: int, attempt_id: int, now: Any) -> Any:
        if attempt_id == broken.id:
            raise RuntimeError("the lights went out")
        return real(correction_id=correction_id, attempt_id=attempt_id, now=now)

    monkeypatch.setattr(correcting, "regrade_attempt", sometimes)
    public_id = propose(set_id, fix(item, "b"), trainers[0])
    job_id = write(correcting.confirm, public_id=public_id, decided_by=trainers[1], now=clock.now())
    jobs.run(job_id)
    db_session.rollback()
    assert [row.attempt_id for row in db_session.scalars(select(Regrade))] == [fine.id]
    monkeypatch.setattr(correcting, "regrade_attempt", real)
    row = db_session.scalars(select(KeyCorrection)).one()
    write(real, correction_id=row.id, attempt_id=broken.id, now=clock.now())
    assert count(db_session, PassRecord) == 2


def test_a_void_question_and_a_second_correction_build_on_the_first(
    set_id: int, item: Item, sitting: Sit, trainers: tuple[int, int], db_session: Any
) -> None:
    attempt = finish(db_session, sitting(), item, "c", wrong=2)
    assert carry_out(set_id, fix(item, "b"), trainers)["lifted"] == 0
    assert carry_out(set_id, Correction(item.key, Remedy.VOID), trainers)["passed"] == 1
    standing = corrections.standing(attempt_of(db_session, attempt.public_id))
    assert (standing.score, standing.passed, standing.before) == (
        Decimal("80.00"),
        True,
        Decimal("70.00"),
    )


# --- Who may ----------------------------------------------------------------------------------------------------


def test_the_proposer_cannot_confirm_not_even_past_the_service(
    set_id: int, item: Item, trainers: tuple[int, int], db_session: Any
) -> None:
    public_id = propose(set_id, fix(item, "b"), trainers[0])
    with pytest.raises(Conflict, match=r"quiz\.correction_two_people"):
        write(correcting.confirm, public_id=public_id, decided_by=trainers[0], now=clock.now())

    def forge(outcome: Outcome) -> None:
        db_session.execute(
            update(KeyCorrection).values(outcome=outcome, decided_by=trainers[0], decided_at=clock.now())
        )

    for outcome in (Outcome.CONFIRMED, Outcome.DECLINED):
        with pytest.raises(IntegrityError):
            write(forge, outcome=outcome)
    write(correcting.decline, public_id=public_id, decided_by=trainers[0], now=clock.now())
    row = corrections.find(public_id)
    assert row is not None
    assert row.outcome is Outcome.WITHDRAWN


def test_what_was_proposed_cannot_be_exchanged_before_it_is_confirmed(
    set_id: int, item: Item, trainers: tuple[int, int], db_session: Any
) -> None:
    propose(set_id, fix(item, "b"), trainers[0])

    def exchange() -> None:
        db_session.execute(update(KeyCorrection).values(change=fix(item, "c").to_json()))

    with pytest.raises(DatabaseError, match="frozen"):
        write(exchange)


def test_a_regrade_is_append_only_and_never_lower(
    set_id: int, item: Item, sitting: Sit, trainers: tuple[int, int], db_session: Any
) -> None:
    finish(db_session, sitting(), item, "b", wrong=2)
    carry_out(set_id, fix(item, "b"), trainers)

    def change() -> None:
        db_session.execute(update(Regrade).values(score_after=Decimal(100)))

    with pytest.raises(DatabaseError, match="frozen"):
        write(change)


def test_a_decided_proposal_is_decided(
    set_id: int, item: Item, trainers: tuple[int, int], db_session: Any
) -> None:
    public_id = propose(set_id, fix(item, "b"), trainers[0])
    write(correcting.decline, public_id=public_id, decided_by=trainers[1], now=clock.now())
    for service in (correcting.confirm, correcting.decline):
        with pytest.raises(Conflict, match=r"quiz\.correction_decided"):
            write(service, public_id=public_id, decided_by=trainers[1], now=clock.now())
    assert corrections.confirmed(set_id) == []
    again = propose(set_id, fix(item, "b"), trainers[1])
    assert again != public_id


def test_what_is_refused(set_id: int, item: Item, trainers: tuple[int, int], db_session: Any) -> None:
    propose(set_id, fix(item, "b"), trainers[0])
    with pytest.raises(Conflict, match=r"quiz\.correction_open"):
        propose(set_id, fix(item, "c"), trainers[1])
    with pytest.raises(Invalid, match=r"quiz\.correction_same"):
        propose(set_id, fix(item, "a"), trainers[1])
    with pytest.raises(Invalid, match=r"quiz\.correction_reason"):
        propose(set_id, fix(item, "c"), trainers[1], reason="  ")
    with pytest.raises(NotFound):
        propose(set_id, Correction("modul-9/soal-9", Remedy.VOID), trainers[1])
    with pytest.raises(NotFound):
        write(correcting.confirm, public_id=uuid.uuid4(), decided_by=trainers[1], now=clock.now())


def test_an_undecided_correction_lifts_nobody(
    set_id: int, item: Item, sitting: Sit, trainers: tuple[int, int], db_session: Any
) -> None:
    attempt = finish(db_session, sitting(), item, "b", wrong=2)
    propose(set_id, fix(item, "b"), trainers[0])
    row = db_session.scalars(select(KeyCorrection)).one()
    with pytest.raises(Conflict, match=r"quiz\.correction_undecided"):
        write(correcting.regrade_attempt, correction_id=row.id, attempt_id=attempt.id, now=clock.now())
