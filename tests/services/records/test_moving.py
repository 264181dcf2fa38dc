"""A date moves for many: chunk by chunk, through a death in the middle, a second move, joiners; and nobody is told twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from learning.kernel import clock, config, jobs
from learning.kernel.db import db
from learning.kernel.errors import Conflict
from learning.kernel.jobs import Job, JobState
from learning.kernel.transaction import write
from learning.people import services as people
from learning.records import calendar, counting, dating, moves, queries, services
from learning.records.duedates import StageKind, StageStatus, due_at
from learning.records.exemption_models import ReliefKind, ReliefReason
from learning.records.kinds import OutageKind
from learning.records.models import Enrolment, StageChange
from learning.records.moving_models import DueChange, Redating
from learning.records.reminders import jobs as reminding
from learning.records.services import redating
from tests import factories

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FIRST, SECOND, THIRD = date(2027, 1, 10), date(2027, 2, 10), date(2027, 3, 10)
COURSE = factories.COURSE


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is many, and a chunk is three enrolments of at most two units."""
    monkeypatch.setattr(redating, "AT_ONCE", 0)
    monkeypatch.setattr(redating, "SIZE", 3)
    monkeypatch.setattr(redating, "UNITS", 2)


@pytest.fixture
def agency(db_session: Any) -> int:
    return factories.make_agency()


@pytest.fixture
def crowd(agency: int) -> list[int]:
    """Eleven people in four units of two time zones, all due three days before the campaign."""
    east = factories.make_unit(agency, "Distrik Timur", timezone="Asia/Jayapura")
    units = [agency, factories.make_unit(agency), east, factories.make_unit(east)]
    return [factories.make_person(units[n % 4], now=NOW - timedelta(days=9)) for n in range(11)]


def event_of(agency: int) -> int:
    event_id = factories.make_election(FIRST, now=NOW)
    factories.assign(agency, event_id=event_id, now=NOW)
    return event_id


def move(event_id: int, day: date, now: datetime = NOW) -> Redating:
    write(
        services.set_stage, event_id=event_id, stage=StageKind.CAMPAIGN, starts_on=day, now=now,
        status=StageStatus.CONFIRMED, source_ref="PKPU Uji 2",
    )  # fmt: skip
    return db.session.scalars(select(Redating).order_by(Redating.id.desc()).limit(1)).one()


def days() -> list[date]:
    """On which day each running enrolment is due, where its person works; all of them the end of that day."""
    db.session.expire_all()
    found = []
    for row in db.session.scalars(
        select(Enrolment).where(Enrolment.ended_at.is_(None)).order_by(Enrolment.person_id)
    ):
        zone = people_zone(row.org_unit_id)
        assert row.due_at is not None
        found.append(clock.local_date(row.due_at, zone))
        assert row.due_at == due_at(found[-1], 0, zone)
    return found


def people_zone(unit_id: int | None) -> str:
    from learning.people.models import OrgUnit

    return db.session.get_one(OrgUnit, unit_id).timezone


def before(day: date) -> date:
    return day - timedelta(days=3)


def step(row: Redating) -> tuple[int, int] | None:
    return write(redating.step, redating_id=row.id, now=NOW)


def changes() -> int:
    return db.session.scalar(select(func.count()).select_from(DueChange)) or 0


def test_a_few_move_at_once_and_the_page_has_the_final_figure(agency: int, crowd: list[int]) -> None:
    event_id = event_of(agency)
    passed = crowd[0]
    write(services.complete, enrolment_id=start(passed), passed_at=NOW)
    row = move(event_id, SECOND)
    assert (row.moved, row.job_id, row.finished_at) == (10, None, NOW)
    assert sorted(set(days())) == [before(FIRST), before(SECOND)]
    assert changes() == 10
    assert db.session.scalars(select(StageChange.people).order_by(StageChange.id.desc())).first() == 10


def start(person_id: int) -> int:
    found = queries.enrolment_for(person_id, COURSE)
    assert found is not None
    write(services.start, enrolment_id=found.id, edition="a" * 16, steps_total=3, now=NOW)
    return found.id


@pytest.mark.usefixtures("small")
def test_many_move_chunk_by_chunk_and_never_to_a_third_date(agency: int, crowd: list[int]) -> None:
    row = move(event_of(agency), SECOND)
    assert (row.finished_at, row.total) == (None, 11)
    seen = []
    while (done := step(row)) is not None:
        seen.append(done[0])
        assert set(days()) <= {before(FIRST), before(SECOND)}
    assert seen == sorted(seen)
    assert max(after - earlier for earlier, after in zip([0, *seen], seen, strict=False)) <= 3
    assert days() == [before(SECOND)] * 11
    db.session.refresh(row)
    assert (row.looked, row.moved, row.replaced) == (11, 11, False)
    assert step(row) is None
    assert changes() == 11
    assert (list(dating.misdated()), counting.drifts()) == ([], [])


KILLED = """
import os, signal, sys
from app import create_app
from learning.kernel import config
from learning.records import moving_jobs
from learning.records.services import redating
redating.SIZE, redating.UNITS = 3, 2
settings = config.load({"SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnop", "NETRA_INSTANCE": sys.argv[1]},
    database_url=sys.argv[2], base_url="http://localhost", demo=False)
with create_app(settings, testing=True).app_context():
    moving_jobs.redate({"redating_id": int(sys.argv[3])}, lambda done, total: done >= 5 and os.kill(os.getpid(), signal.SIGKILL))
"""


@pytest.mark.usefixtures("small")
def test_a_worker_killed_between_chunks_leaves_what_the_next_one_completes(
    agency: int, crowd: list[int], tmp_path: Path
) -> None:
    row = move(event_of(agency), SECOND)
    redating_id = row.id
    db.session.remove()
    url = db.engine.url.render_as_string(hide_password=False)
    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), url, str(redating_id)],
        cwd=config.ROOT, env=os.environ | {"PYTHONPATH": "."}, check=False, timeout=120,
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL
    half = changes()
    assert 3 <= half < 11
    assert days().count(before(SECOND)) == half
    assert jobs.drain() == 1
    assert days() == [before(SECOND)] * 11
    assert changes() == 11
    done = db.session.get_one(Redating, redating_id)
    assert (done.looked, done.moved, done.finished_at is not None) == (11, 11, True)


@pytest.mark.usefixtures("small")
def test_who_looks_before_the_chunk_has_come_reads_the_new_day(agency: int, crowd: list[int]) -> None:
    event_id = event_of(agency)
    move(event_id, SECOND)
    shown = queries.enrolment_for(crowd[-1], COURSE)
    assert shown is not None
    assert shown.due_at == due_at(before(SECOND), 0, people_zone(shown.org_unit_id))
    assert shown.due_reason is not None
    assert (shown.due_reason.moved_from, shown.due_reason.stage_starts_on) == (FIRST, SECOND)
    assert days() == [before(FIRST)] * 11
    # A later day lets another assignment be the first: date and reason are that one's.
    fixed = factories.assign(agency, due_on=date(2027, 1, 31), now=NOW)
    shown = queries.enrolment_for(crowd[-1], COURSE)
    assert shown is not None
    assert (shown.assignment_id, shown.due_at) == (
        fixed,
        due_at(date(2027, 1, 31), 0, people_zone(shown.org_unit_id)),
    )
    assert shown.due_reason is not None
    assert shown.due_reason.stage is None
    jobs.drain()
    assert days() == [date(2027, 1, 31)] * 11


@pytest.mark.usefixtures("small")
def test_a_second_move_takes_over_with_the_newest_day(agency: int, crowd: list[int]) -> None:
    event_id = event_of(agency)
    first = move(event_id, SECOND)
    step(first)
    second = move(event_id, THIRD)
    db.session.refresh(first)
    assert (first.replaced, first.finished_at is not None) == (True, True)
    assert step(first) is None
    assert jobs.drain() == 2
    assert days() == [before(THIRD)] * 11
    db.session.refresh(second)
    assert (second.moved, second.replaced) == (11, False)


@pytest.mark.usefixtures("small")
def test_a_move_of_another_election_does_not_end_the_first(agency: int, crowd: list[int]) -> None:
    first = move(event_of(agency), SECOND)
    other = move(event_of(agency), THIRD)
    assert (first.finished_at, other.finished_at) == (None, None)
    jobs.drain()
    assert days() == [before(SECOND)] * 11


@pytest.mark.usefixtures("small")
def test_an_outage_does_not_take_over_a_move_that_is_under_way(agency: int, crowd: list[int]) -> None:
    other = factories.make_agency()
    factories.make_person(other, now=NOW - timedelta(days=9))
    factories.assign(other, due_on=NOW.date(), now=NOW - timedelta(days=9))
    first = move(event_of(agency), SECOND)
    step(first)
    proposal = write(
        services.propose_outage, actor_id=factories.make_person(None), kind=OutageKind.QUIZ,
        began_at=NOW - timedelta(hours=9), ended_at=NOW - timedelta(hours=3), note="Server padam.",
        evidence="Log.", now=NOW,
    )  # fmt: skip
    write(services.approve_outage, actor_id=factories.make_person(None), public_id=proposal, now=NOW)
    db.session.refresh(first)
    assert (first.replaced, first.finished_at) == (False, None)
    jobs.drain()
    assert days()[:11] == [before(SECOND)] * 11
    assert days()[11] > NOW.date()


@pytest.mark.usefixtures("small")
def test_whoever_joins_or_moves_meanwhile_has_the_right_date(agency: int, crowd: list[int]) -> None:
    row = move(event_of(agency), SECOND)
    step(row)
    factories.make_person(agency, "Pendatang", now=NOW)
    write(
        people.post_person, person_id=crowd[-1], org_unit_id=agency, position_title="Guru",
        position_type=people_kind(), starts_on=date(2026, 11, 24), now=NOW,
    )  # fmt: skip
    jobs.drain()
    assert days() == [before(SECOND)] * 12
    assert (list(dating.misdated()), counting.drifts()) == ([], [])


def people_kind() -> Any:
    from learning.people.kinds import PositionType

    return PositionType.FUNCTIONAL


def test_an_extension_beyond_the_new_day_stays_and_is_not_told(agency: int, crowd: list[int]) -> None:
    event_id = event_of(agency)
    officer, admin = factories.make_admin(), factories.make_admin()
    proposal = write(
        services.propose_relief, principal=officer, person_id=crowd[0], course_key=COURSE,
        kind=ReliefKind.EXTENSION, until=date(2027, 3, 1), reason=ReliefReason.DISASTER, note="Banjir.",
        evidence="SK 12", now=NOW,
    )  # fmt: skip
    write(services.approve_relief, principal=admin, public_id=proposal, now=NOW)
    row = move(event_id, SECOND)
    assert row.moved == 10
    assert days()[0] == date(2027, 3, 1)
    assert moves.told_now(crowd[0], NOW) == []


def test_who_has_passed_or_is_exempt_hears_nothing(agency: int, crowd: list[int]) -> None:
    event_id = event_of(agency)
    officer, admin = factories.make_admin(), factories.make_admin()
    proposal = write(
        services.propose_relief, principal=officer, person_id=crowd[0], course_key=COURSE,
        kind=ReliefKind.EXEMPTION, until=date(2027, 3, 1), reason=ReliefReason.STUDY, note="Tugas belajar.",
        evidence="SK 12", now=NOW,
    )  # fmt: skip
    write(services.approve_relief, principal=admin, public_id=proposal, now=NOW)
    write(services.complete, enrolment_id=start(crowd[1]), passed_at=NOW)
    move(event_id, SECOND)
    assert [len(moves.told_now(person, NOW)) for person in crowd[:3]] == [0, 0, 1]
    told = moves.told_now(crowd[2], NOW)[0]
    assert (told.stage_before, told.stage_after) == (FIRST, SECOND)
    assert told.before_at is not None
    assert told.before_at < told.after_at
    assert moves.told_now(crowd[2], NOW + moves.TOLD_FOR) == []


@pytest.mark.usefixtures("small")
def test_nobody_is_reminded_while_dates_are_being_recomputed(agency: int, crowd: list[int]) -> None:
    event_id = event_of(agency)
    morning = NOW + timedelta(hours=1)
    with clock.travel(morning):
        row = move(event_id, SECOND, morning)
        assert reminding.run(morning) == {}
        jobs.drain()
        assert sorted(reminding.run(morning)) == ["Asia/Jakarta", "Asia/Jayapura"]
    # A job that nobody mends must not silence everybody.
    assert not moves.keeps_waiting(row.started_at + moves.LONGEST_WAIT)


@pytest.mark.usefixtures("small")
def test_what_was_given_up_is_resumed_behind_the_cursor(agency: int, crowd: list[int]) -> None:
    row = move(event_of(agency), SECOND)
    step(row)
    with pytest.raises(Conflict) as refused:
        write(redating.resume, redating_id=row.id, now=NOW)
    assert refused.value.code == "records.redating_runs"

    def give_up() -> None:
        db.session.get_one(Job, row.job_id).state = JobState.FAILED

    write(give_up)
    shown = moves.redating(row.id)
    assert shown is not None
    assert shown.given_up
    write(redating.resume, redating_id=row.id, now=NOW)
    jobs.drain()
    db.session.refresh(row)
    assert (row.looked, row.moved) == (11, 11)


@pytest.mark.usefixtures("small")
def test_reconciling_tells_a_job_under_way_from_drift(app: Flask, agency: int, crowd: list[int]) -> None:
    row = move(event_of(agency), SECOND)
    run = app.test_cli_runner()
    waiting = run.invoke(args=["records", "reconcile"])
    assert (waiting.exit_code, f"recomputation {row.id} is under way" in waiting.output) == (2, True)
    assert "11 dates wait for it" in waiting.output
    assert "should be" not in waiting.output
    jobs.drain()

    def by_hand() -> None:
        db.session.scalars(select(Enrolment).limit(1)).one().due_at = NOW

    write(by_hand)
    drifted = run.invoke(args=["records", "reconcile"])
    assert (drifted.exit_code, drifted.output.count("should be")) == (1, 1)


def test_what_was_noted_of_a_date_stays(agency: int, crowd: list[int]) -> None:
    move(event_of(agency), SECOND)
    with pytest.raises(DatabaseError, match="frozen"):
        write(lambda: db.session.execute(DueChange.__table__.delete()))  # type: ignore[attr-defined]


def test_the_preview_says_what_then_happens(agency: int, crowd: list[int]) -> None:
    event_id = event_of(agency)
    found = calendar.election(event_id)
    assert found is not None
    stage = found.stage(StageKind.CAMPAIGN)
    assert stage is not None
    assert stage.people == move(event_id, SECOND).moved == 11
