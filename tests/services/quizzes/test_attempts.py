"""The life of an attempt: start, answer, hand in, run out of time, try again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from learning.kernel import audit, clock, events, jobs
from learning.kernel.audit import AuditEntry
from learning.kernel.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from learning.kernel.transaction import write
from learning.records import queries as records
from learning.records.models import EnrolmentStatus
from quizzes import demo, own, queries, services
from quizzes.jobs import close_overdue
from quizzes.models import Attempt, AttemptState, ClosedBy, PassRecord, Response
from quizzes.question_sets import question_set_by_id
from tests import factories as make
from tests.services.quizzes.conftest import START, Sitting

Sit = Callable[..., Sitting]


def attempt_of(session: Any, public_id: uuid.UUID) -> Attempt:
    session.rollback()
    return session.execute(
        select(Attempt).where(Attempt.public_id == public_id).execution_options(populate_existing=True)
    ).scalar_one()


def count(session: Any, model: type) -> int:
    session.rollback()
    return session.execute(select(func.count()).select_from(model)).scalar_one()


def start(person_id: int, minutes: float = 0) -> services.Started:
    return write(
        services.start_attempt,
        person_id=person_id,
        course_key=make.COURSE,
        now=START + timedelta(minutes=minutes),
    )


# --- Starting ---------------------------------------------------------------------------------------------------


def test_an_attempt_freezes_set_seed_paper_and_deadline(sitting: Sit, db_session: Any) -> None:
    attempt = attempt_of(db_session, sitting().public_id)
    assert attempt.state is AttemptState.OPEN
    assert attempt.deadline_at == START + timedelta(minutes=40)
    assert len(attempt.seed) == 32
    assert len(attempt.layout) == 10
    for column, value in (("seed", "anders"), ("layout", []), ("deadline_at", START + timedelta(days=1))):
        with pytest.raises(DatabaseError, match="frozen"):
            write(_change, attempt_id=attempt.id, **{column: value})


def _change(attempt_id: int, **values: Any) -> None:
    from learning.kernel.db import db

    db.session.execute(Attempt.__table__.update().where(Attempt.id == attempt_id).values(**values))  # type: ignore[attr-defined]


def test_a_second_start_goes_on_with_the_open_attempt(sitting: Sit, db_session: Any) -> None:
    sat = sitting()
    again = start(sat.person_id, 5)
    assert (again.public_id, again.created) == (sat.public_id, False)
    assert count(db_session, Attempt) == 1


def test_the_database_itself_refuses_a_second_open_attempt(sitting: Sit, db_session: Any) -> None:
    attempt = attempt_of(db_session, sitting().public_id)
    values = {column.name: getattr(attempt, column.name) for column in Attempt.__table__.columns}
    copy = {**values, "id": None, "public_id": uuid.uuid4(), "number": 2}

    def insert() -> None:
        db_session.add(Attempt(**copy))

    with pytest.raises(DatabaseError):
        write(insert)


def test_nobody_starts_before_the_modules_are_done(course: str, db_session: Any) -> None:
    person_id = make.make_person(make.make_agency())
    with pytest.raises(NotFound) as unknown:
        start(person_id)
    assert unknown.value.code == "quiz.not_enrolled"
    make.begin(person_id, course, START)
    with pytest.raises(Forbidden) as early:
        start(person_id)
    assert early.value.code == "quiz.modules_left"
    assert early.value.params["left"] == 4


def test_three_attempts_with_an_hour_between_and_not_one_more(
    learner: Callable[[], int], db_session: Any
) -> None:
    person_id = learner()
    for number, minute in ((1, 0), (2, 70), (3, 140)):
        public_id = start(person_id, minute).public_id
        write(
            services.submit,
            public_id=public_id,
            person_id=person_id,
            now=START + timedelta(minutes=minute + 5),
        )
        assert attempt_of(db_session, public_id).number == number
        if number < 3:
            with pytest.raises(Forbidden) as soon:
                start(person_id, minute + 64.9)
            assert soon.value.code == "quiz.cooldown"
            assert soon.value.params["opens_at"] == START + timedelta(minutes=minute + 65)
    with pytest.raises(Forbidden) as over:
        start(person_id, 9999)
    assert over.value.code == "quiz.attempts_used_up"


def test_whoever_passed_does_not_start_again(sitting: Sit, db_session: Any) -> None:
    sat = sitting()
    sat.answer_all()
    assert sat.submit().passed
    with pytest.raises(Forbidden) as refusal:
        start(sat.person_id, 500)
    assert refusal.value.code == "quiz.already_passed"


def test_the_next_attempt_asks_what_was_not_asked_before(learner: Callable[[], int], db_session: Any) -> None:
    """Two modules with seven questions each, five drawn: four fresh ones are left for the second paper."""
    person_id = learner()
    first = start(person_id).public_id
    write(services.submit, public_id=first, person_id=person_id, now=START)
    second = start(person_id, 100).public_id
    papers = [{place["item"] for place in attempt_of(db_session, one).layout} for one in (first, second)]
    assert len(papers[1] - papers[0]) == 4


def test_an_overdue_attempt_is_closed_before_the_next_may_start(sitting: Sit, db_session: Any) -> None:
    sat = sitting()
    sat.answer_all(wrong=9)
    second = start(sat.person_id, 40 + 61)
    assert second.created
    first = attempt_of(db_session, sat.public_id)
    assert (first.state, first.closed_by) == (AttemptState.EXPIRED, ClosedBy.DEADLINE)


# --- Answering --------------------------------------------------------------------------------------------------


def single(sat: Sitting) -> int:
    """The number of a question with several options of which one may be chosen."""
    return next(
        n for n, form in sat.key.items() if set(form) == {"jawaban"} and form["jawaban"] in (["1"], ["2"])
    )


def test_the_same_request_twice_is_one_answer(sitting: Sit, db_session: Any) -> None:
    sat = sitting()
    first = sat.save(1, sat.key[1])
    again = sat.save(1, sat.key[1], at=2)
    assert (first.added, again.added) == (True, False)
    assert (again.revision, again.saved_at, again.answered) == (1, first.saved_at, 1)
    assert count(db_session, Response) == 1


def test_an_older_page_never_overwrites_a_newer_answer(sitting: Sit, db_session: Any) -> None:
    sat = sitting()
    number = single(sat)
    sat.save(number, {"jawaban": ["1"]})
    newer = sat.save(number, {"jawaban": ["2"]}, revision=2)
    assert newer.added
    with pytest.raises(Conflict) as refusal:
        sat.save(number, {"jawaban": ["1"]}, revision=2)
    assert refusal.value.code == "quiz.newer_answer"
    assert refusal.value.params["revision"] == 2
    assert refusal.value.params["current"] == {"jawaban": ["2"]}
    assert refusal.value.params["current_text"]
    for revision in (0, 1, 4, 99):
        with pytest.raises(Conflict):
            sat.save(number, {"jawaban": ["1"]}, revision=revision)
    # Chosen with open eyes, the older page's answer is the next revision.
    assert sat.save(number, {"jawaban": ["1"]}, revision=3).added
    assert count(db_session, Response) == 3


def test_a_stale_page_that_says_what_stands_already_is_acknowledged(sitting: Sit) -> None:
    sat = sitting()
    number = single(sat)
    sat.save(number, {"jawaban": ["1"]})
    sat.save(number, {"jawaban": ["2"]}, revision=2)
    told = sat.save(number, {"jawaban": ["2"]}, revision=1)
    assert (told.revision, told.added) == (2, False)


def test_an_answer_can_be_taken_back(sitting: Sit) -> None:
    sat = sitting()
    assert sat.save(1, sat.key[1]).answered == 1
    emptied = sat.save(1, {}, revision=2)
    assert (emptied.answered, emptied.complete, emptied.added) == (0, False, True)


def test_opening_a_question_and_leaving_it_writes_nothing(sitting: Sit, db_session: Any) -> None:
    assert sitting().save(3, {}).added is False
    assert count(db_session, Response) == 0


@pytest.mark.parametrize(
    "form",
    [
        {"jawaban": ["9"]},
        {"jawaban": ["a"]},
        {"jawaban-1": ["99"]},
        {"jawaban": ["1", "2", "3", "1"]},
        {"jawaban": ["x" * 201]},
    ],
)
def test_what_the_page_never_offered_is_refused(
    sitting: Sit, db_session: Any, form: dict[str, list[str]]
) -> None:
    sat = sitting()
    refused = 0
    for number in sat.key:
        try:
            sat.save(number, form)
        except Invalid:
            refused += 1
    assert refused


@pytest.mark.parametrize("number", [0, 11, 10**6])
def test_there_is_no_such_question(sitting: Sit, number: int) -> None:
    with pytest.raises(NotFound):
        sitting().save(number, {"jawaban": ["1"]})


def test_nobody_answers_for_somebody_else(sitting: Sit, learner: Callable[[], int]) -> None:
    sat, other = sitting(), learner()
    stranger = Sitting(sat.public_id, other, sat.key)
    for act in (lambda: stranger.save(1, sat.key[1]), stranger.submit):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotFound):
        write(services.set_flag, public_id=sat.public_id, person_id=other, number=1, flagged=True, now=START)
    with pytest.raises(NotFound):
        write(services.close_own_overdue, public_id=sat.public_id, person_id=other, now=START)
    with pytest.raises(NotFound):
        queries.open_paper(sat.public_id, other)
    with pytest.raises(NotFound):
        queries.result_view(sat.public_id, other, START)


def test_flags_stay_with_the_attempt_and_end_with_it(sitting: Sit) -> None:
    sat = sitting()

    def flag(number: int, flagged: bool) -> list[int]:
        return list(
            write(
                services.set_flag,
                public_id=sat.public_id,
                person_id=sat.person_id,
                number=number,
                flagged=flagged,
                now=START,
            )
        )

    assert flag(7, True) == [7]
    assert flag(2, True) == [2, 7]
    assert flag(2, True) == [2, 7]
    assert flag(7, False) == [2]
    assert queries.open_paper(sat.public_id, sat.person_id).flags == {2}
    with pytest.raises(NotFound):
        flag(11, True)
    sat.submit()
    with pytest.raises(Gone):
        flag(3, True)


# --- Time -------------------------------------------------------------------------------------------------------


def test_a_late_answer_is_refused_and_the_earlier_ones_are_graded(sitting: Sit, db_session: Any) -> None:
    sat = sitting()
    sat.answer_all(wrong=1, at=39)
    sat.save(10, {}, at=40)
    with pytest.raises(Gone) as late:
        sat.save(10, sat.key[10], at=40 + 5.1 / 60)
    assert late.value.code == "quiz.late"
    result = sat.submit(at=41)
    assert (result.state, result.score) == (AttemptState.EXPIRED, Decimal("90.00"))
    assert result.submitted_at == START + timedelta(minutes=40)
    assert result.passed


def test_an_answer_within_the_grace_counts(sitting: Sit) -> None:
    sat = sitting()
    sat.answer_all(wrong=1)
    assert sat.save(10, sat.key[10], at=40 + 4.9 / 60).added
    assert sat.submit(at=40 + 5 / 60).score == 100


def test_after_handing_in_nothing_changes(sitting: Sit, db_session: Any) -> None:
    sat = sitting()
    sat.answer_all(wrong=3)
    first = sat.submit()
    with pytest.raises(Gone) as closed:
        sat.save(10, sat.key[10], at=11)
    assert closed.value.code == "quiz.closed"
    assert sat.submit(at=500) == first
    attempt = attempt_of(db_session, sat.public_id)
    for column, value in (("score", 100), ("passed", True), ("state", AttemptState.OPEN)):
        with pytest.raises(DatabaseError, match="frozen"):
            write(_change, attempt_id=attempt.id, **{column: value})


def test_the_sweeper_closes_what_was_abandoned_at_its_deadline(sitting: Sit, db_session: Any) -> None:
    overdue, unfinished, running = sitting(), sitting(), sitting(now=START + timedelta(minutes=30))
    overdue.answer_all()
    with clock.travel(START + timedelta(minutes=40, seconds=5)):
        assert close_overdue({}, lambda *_: None) == {"closed": 0, "failed": 0}
    with clock.travel(START + timedelta(minutes=60)):
        assert close_overdue({}, lambda *_: None) == {"closed": 2, "failed": 0}
        assert close_overdue({}, lambda *_: None) == {"closed": 0, "failed": 0}
    done = attempt_of(db_session, overdue.public_id)
    assert (done.state, done.passed, done.submitted_at) == (
        AttemptState.EXPIRED,
        True,
        START + timedelta(minutes=40),
    )
    assert attempt_of(db_session, unfinished.public_id).score == 0
    assert attempt_of(db_session, running.public_id).state is AttemptState.OPEN
    assert count(db_session, PassRecord) == 1


def test_the_sweeper_runs_by_itself(sitting: Sit, db_session: Any) -> None:
    sat = sitting()
    with clock.travel(START + timedelta(hours=2)):
        jobs.sweep(clock.now())
        jobs.drain()
    assert attempt_of(db_session, sat.public_id).state is AttemptState.EXPIRED


def test_one_attempt_that_cannot_be_closed_does_not_hold_up_the_others(
    sitting: Sit, db_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = sitting(), sitting()
    real = services.close

    def close(attempt: Attempt, *args: Any) -> None:
        if attempt.public_id == broken.public_id:
            raise RuntimeError("no certificate")
        real(attempt, *args)

    monkeypatch.setattr(services, "close", close)
    with clock.travel(START + timedelta(hours=1)):
        assert close_overdue({}, lambda *_: None) == {"closed": 1, "failed": 1}
    assert attempt_of(db_session, broken.public_id).state is AttemptState.OPEN
    assert attempt_of(db_session, fine.public_id).state is AttemptState.EXPIRED


def test_the_learner_who_looks_first_closes_it(sitting: Sit) -> None:
    sat = sitting()

    def look(minute: float) -> services.Result | None:
        return write(
            services.close_own_overdue,
            public_id=sat.public_id,
            person_id=sat.person_id,
            now=START + timedelta(minutes=minute),
        )

    assert look(40) is None
    closed = look(41)
    assert closed is not None
    assert closed.state is AttemptState.EXPIRED


# --- The end ----------------------------------------------------------------------------------------------------


def test_a_pass_completes_the_course_in_the_same_commit(sitting: Sit, db_session: Any) -> None:
    sat = sitting()
    sat.answer_all(wrong=2)
    result = sat.submit()
    assert (result.passed, result.score) == (True, Decimal("80.00"))
    db_session.rollback()
    record = db_session.execute(select(PassRecord)).scalar_one()
    assert record.score == result.score
    assert set(record.module_scores) == {"modul-1", "modul-2"}
    enrolment = records.enrolment(record.enrolment_id)
    assert enrolment is not None
    assert (enrolment.status, enrolment.completed_at) == (EnrolmentStatus.PASSED, result.submitted_at)


def test_if_a_listener_fails_nothing_was_handed_in(
    sitting: Sit, db_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sat = sitting()
    sat.answer_all()

    def publish(_event: object) -> None:
        raise RuntimeError("no certificate")

    with monkeypatch.context() as patch:
        patch.setattr(events, "publish", publish)
        with pytest.raises(RuntimeError):
            sat.submit()
    assert attempt_of(db_session, sat.public_id).state is AttemptState.OPEN
    assert count(db_session, PassRecord) == 0
    assert sat.submit().passed


def test_what_happened_stands_in_the_audit_log(sitting: Sit, db_session: Any) -> None:
    sat = sitting()
    sat.answer_all()
    sat.submit()
    sat.submit()
    db_session.rollback()
    rows = db_session.execute(select(AuditEntry).where(AuditEntry.about_id == sat.person_id)).scalars().all()
    told = {row.action: row for row in rows if row.action.startswith("quiz.")}
    assert set(told) == {"quiz.started", "quiz.closed", "quiz.passed"}
    assert sum(row.action == "quiz.closed" for row in rows) == 1
    assert told["quiz.closed"].actor_id == sat.person_id
    assert told["quiz.closed"].detail["score"] == "100.00"
    assert list(audit.verify()) == []


def test_a_result_stays_what_was_told_even_if_grading_changes(
    sitting: Sit, db_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sat = sitting()
    sat.answer_all(wrong=4)
    sat.submit()
    for kind in demo.kind_of.__globals__["_registry"].values():
        monkeypatch.setattr(type(kind), "fraction", lambda *_: 1)
    view = queries.result_view(sat.public_id, sat.person_id, START)
    assert view is not None
    assert view.score == 60
    assert sum(entry.fraction < 1 for entry in view.grade.items) == 4


def test_the_key_is_not_shown_while_another_attempt_may_follow(
    learner: Callable[[], int], sitting: Sit, db_session: Any
) -> None:
    person_id = learner()
    sat = sitting(person_id)
    sat.submit(at=1)
    early = queries.result_view(sat.public_id, person_id, START)
    assert early is not None
    assert early.review == ()
    assert early.reread
    second = sitting(person_id, START + timedelta(minutes=70))
    for number, form in second.key.items():
        second.save(number, form, at=71)
    assert queries.result_view(sat.public_id, person_id, START).review == ()  # type: ignore[union-attr]
    second.submit(at=72)
    assert len(queries.result_view(sat.public_id, person_id, START).review) == 10  # type: ignore[union-attr]


def test_a_later_cycle_closes_the_key_again(sitting: Sit, course: str, db_session: Any) -> None:
    from learning.records import services as record_services

    sat = sitting()
    sat.answer_all()
    sat.submit()
    view = queries.result_view(sat.public_id, sat.person_id, START)
    assert view is not None
    assert view.review
    later = START + timedelta(days=700)
    db_session.rollback()
    write(record_services.renew, enrolment_id=view.enrolment_id, now=later)
    make.finish_steps(sat.person_id, course, now=later)
    again = sitting(sat.person_id, later)
    assert queries.result_view(sat.public_id, sat.person_id, later).review == ()  # type: ignore[union-attr]
    write(services.submit, public_id=again.public_id, person_id=sat.person_id, now=later)
    assert queries.result_view(sat.public_id, sat.person_id, later).review == ()  # type: ignore[union-attr]


def test_what_is_kept_about_somebody_can_be_downloaded_without_the_key(sitting: Sit, db_session: Any) -> None:
    sat = sitting()
    sat.answer_all()
    sat.submit()
    kept = own.stored_here(sat.person_id)
    assert len(kept["Percobaan kuis"]) == 1
    assert {row["Soal"] for row in kept["Jawaban kuis"]} == set(range(1, len(kept["Jawaban kuis"]) + 1))
    assert "Rahasia" not in str(kept)


# --- Question sets ------------------------------------------------------------------------------------------------


def test_publishing_the_same_set_twice_keeps_one_and_another_content_is_refused(
    course: str, db_session: Any
) -> None:
    question_set = make.build_course().question_set
    first = write(services.publish_question_set, question_set=question_set, now=START)
    assert write(services.publish_question_set, question_set=question_set, now=START) == first
    assert question_set_by_id(first) == question_set
    from dataclasses import replace

    other = replace(question_set, settings=replace(question_set.settings, minutes=5))
    with pytest.raises(Conflict):
        write(services.publish_question_set, question_set=other, now=START)
    with pytest.raises(Invalid):
        write(
            services.publish_question_set,
            question_set=replace(question_set, edition="2", items=question_set.items[:1]),
            now=START,
        )
