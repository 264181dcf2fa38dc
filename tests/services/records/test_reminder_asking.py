"""Somebody responsible asks that people be reminded: one letter each, for their own people only, never twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from learning.kernel import clock, jobs, mail, refusals
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound, TooMany
from learning.kernel.refusals import RefusalReason
from learning.kernel.transaction import write
from learning.people import services as people
from learning.people.access import acting
from learning.people.models import Person, RoleGrant
from learning.records import rates
from learning.records import services as records
from learning.records.exemption_models import ReliefKind, ReliefReason
from learning.records.models import Enrolment
from learning.records.rates import State
from learning.records.reminders import asking, selection
from learning.records.reminders import jobs as reminding
from learning.records.reminders.models import (
    ReminderAsked,
    ReminderAsking,
    ReminderDigest,
    ReminderRun,
    ReminderStep,
)
from learning.records.reminders.selection import Chosen, Outcome
from tests import factories
from tests.services.records.test_at_once import at_once

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # Wednesday, ten in Jakarta
FAR = date(2027, 2, 20)  # further than the day's own letters look
ALL_LEFT = Chosen(factories.COURSE, State.UNMET, own_only=False, search="")


@dataclass(frozen=True)
class Place:
    agency: int
    office: int
    other: int
    chief: int
    hr: int
    learners: tuple[int, ...]


@pytest.fixture
def place(db_session: Any) -> Place:
    factories.make_course()
    agency = factories.make_agency("Kabupaten Uji", timezone="Asia/Jakarta")
    office = factories.make_unit(agency, "Dinas Uji", timezone="Asia/Jakarta")
    other = factories.make_unit(agency, "Dinas Lain", timezone="Asia/Jakarta")
    learners = tuple(
        factories.make_person(office, name, email=f"{name.lower()}@contoh.invalid")
        for name in ("Agus", "Budi", "Cici")
    )
    chief = factories.make_person(other, "Kepala", roles=[("SUPERVISOR", office)])
    hr = factories.make_person(other, "Pengelola", roles=[("HR", agency)])
    factories.assign(office, due_on=FAR, now=NOW - timedelta(days=9))
    return Place(agency, office, other, chief, hr, learners)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.travel(NOW):
        yield


@pytest.fixture
def posted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a mail server was given."""
    app.config["NETRA"] = replace(app.config["NETRA"], smtp_url="smtp://mail.invalid")
    sent: list[Any] = []
    monkeypatch.setattr(mail, "_smtp", lambda _url, letter: sent.append(letter))
    return sent


def ask(
    place: Place, who: int | None = None, chosen: Chosen = ALL_LEFT, now: datetime = NOW, **other: Any
) -> int:
    return write(
        asking.ask, person_id=who or place.chief, unit_id=other.get("unit_id", place.office), chosen=chosen, now=now
    )  # fmt: skip


def row_of(asking_id: int) -> ReminderAsking:
    db.session.expire_all()
    return db.session.get_one(ReminderAsking, asking_id)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def complete(person_id: int) -> None:
    enrolment = db.session.scalars(select(Enrolment).where(Enrolment.person_id == person_id)).one()

    def go() -> None:
        records.start(enrolment_id=enrolment.id, edition="a" * 16, steps_total=4, now=NOW)
        records.complete(enrolment_id=enrolment.id, passed_at=NOW)

    write(go)


def seen_by(who: int, place: Place, chosen: Chosen = ALL_LEFT, now: datetime = NOW) -> selection.Preview:
    principal = acting(who)
    assert principal is not None
    unit = rates.unit_head(principal, place.office)
    assert unit is not None
    return selection.preview(unit, chosen, now, ())


def test_everybody_left_gets_one_letter_that_says_which_office_asked(place: Place, posted: list[Any]) -> None:
    ask(place)
    jobs.drain()
    assert sorted(letter["To"] for letter in posted) == [
        "agus@contoh.invalid",
        "budi@contoh.invalid",
        "cici@contoh.invalid",
    ]
    words = posted[0].get_content().replace("\u00a0", " ")
    assert "atas permintaan pimpinan Dinas Uji." in words
    assert "20 Februari 2027" in words
    assert "Kepala" not in words


def test_the_preview_counts_what_is_then_ordered(place: Place) -> None:
    agus, budi, cici = place.learners
    complete(agus)

    def lose_address() -> None:
        db.session.get_one(Person, budi).email = None

    write(lose_address)
    seen = seen_by(place.chief, place)
    assert (seen.people, seen.letters, seen.by_outcome) == (2, 1, {Outcome.LETTER: 1, Outcome.NO_ADDRESS: 1})
    row = row_of(ask(place))
    assert (row.selected, row.ordered, row.no_address) == (2, 1, 1)
    assert row.finished_at is not None
    assert db.session.scalars(select(ReminderDigest.person_id)).all() == [cici]


def test_asking_again_for_the_same_people_leads_to_the_first_asking(place: Place) -> None:
    first = ask(place)
    assert ask(place) == first
    assert ask(place, place.hr) == first
    assert (count(ReminderAsking), count(ReminderDigest)) == (1, 3)


def test_two_who_ask_for_overlapping_people_make_no_doubles(app: Flask, place: Place) -> None:
    db.session.remove()
    by_name = replace(ALL_LEFT, search="a")

    def go(who: int, unit: int, chosen: Chosen) -> Any:
        with clock.travel(NOW):
            return ask(place, who, chosen, unit_id=unit)

    answers = at_once(
        app,
        lambda: go(place.chief, place.office, ALL_LEFT),
        lambda: go(place.hr, place.agency, ALL_LEFT),
        lambda: go(place.hr, place.office, by_name),
        lambda: go(place.chief, place.office, ALL_LEFT),
    )
    assert count(ReminderDigest) == 3
    assert all(isinstance(one, int | Conflict) for one in answers), answers


def test_asking_beside_the_days_own_run_makes_no_doubles(app: Flask, place: Place) -> None:
    factories.make_course("lain-uji")
    factories.assign(place.office, "lain-uji", due_on=date(2026, 12, 2), now=NOW - timedelta(days=9))
    db.session.remove()

    def run() -> Any:
        return reminding.run(NOW)

    def go() -> Any:
        with clock.travel(NOW):
            return ask(place)

    answers = at_once(app, run, go)
    assert count(ReminderDigest) == 3
    assert isinstance(answers[0], dict)
    assert isinstance(answers[1], int | Conflict)


def test_the_letter_tells_the_steps_of_the_day_so_that_the_run_does_not_send_them_again(
    place: Place, posted: list[Any]
) -> None:
    factories.make_course("lain-uji")
    factories.assign(place.office, "lain-uji", due_on=date(2026, 12, 4), now=NOW - timedelta(days=9))
    ask(place)
    jobs.drain()
    assert posted[0]["Subject"].startswith("2 kursus menunggu Anda, 9 hari lagi")
    assert count(ReminderStep) == 3
    reminding.run(NOW + timedelta(minutes=5))
    # Three days later, six days ahead, the step of seven days has begun and the rest of three days is over.
    reminding.run(NOW + timedelta(days=1))
    assert count(ReminderDigest) == 3
    reminding.run(NOW + timedelta(days=3))
    assert count(ReminderDigest) == 6


def test_nobody_hears_from_two_askings_within_three_days(place: Place) -> None:
    ask(place)
    for days in (1, 2):
        with pytest.raises(Conflict, match=r"records\.nobody_to_ask"):
            ask(place, now=NOW + timedelta(days=days))
    ask(place, now=NOW + timedelta(days=5))  # Monday
    assert count(ReminderDigest) == 6


def test_a_pass_before_the_letter_leaves_withdraws_it(place: Place, posted: list[Any]) -> None:
    asking_id = ask(place)
    complete(place.learners[0])
    jobs.drain()
    assert len(posted) == 2
    principal = acting(place.chief)
    assert principal is not None
    row = selection.asking(principal, place.office, asking_id)
    assert row is not None
    assert (row.ordered, row.sent, row.withdrawn, row.waiting) == (3, 2, 1, 0)


def test_in_the_evening_the_letters_wait_for_the_morning_and_nothing_else_goes_with_them(
    place: Place, posted: list[Any]
) -> None:
    evening = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # seven in Jakarta
    seen = seen_by(place.chief, place, now=evening)
    assert [(clock.local(moment).isoformat(), n) for moment, _zone, n in seen.waiting] == [
        ("2026-11-26T07:00:00+07:00", 3)
    ]
    with clock.travel(evening):
        ask(place, now=evening)
        jobs.drain()
        # Somebody else who asks before midnight and after it finds them reminded already.
        with pytest.raises(Conflict):
            ask(place, place.hr, replace(ALL_LEFT, state=State.NOT_STARTED), now=evening)
    assert posted == []
    next_day = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
    with clock.travel(next_day):
        reminding.run(next_day)
        jobs.drain()
    assert len(posted) == 3
    assert db.session.scalars(select(ReminderDigest.day).distinct()).all() == [date(2026, 11, 26)]


def test_a_refused_address_is_not_written_to_again_until_a_letter_was_taken(place: Place) -> None:
    ask(place)
    agus = place.learners[0]

    def refuse() -> None:
        digest = db.session.scalars(select(ReminderDigest).where(ReminderDigest.person_id == agus)).one()
        digest.refused_at, digest.refusal = NOW, "550 unknown"

    write(refuse)
    monday = NOW + timedelta(days=5)
    assert seen_by(place.chief, place, now=monday).by_outcome == {Outcome.LETTER: 2, Outcome.BOUNCED: 1}
    much_later = NOW + timedelta(days=61)
    assert seen_by(place.chief, place, now=much_later).by_outcome == {Outcome.LETTER: 3}


def test_an_address_that_is_marked_as_refused_is_not_written_to(place: Place) -> None:
    agus = db.session.get_one(Person, place.learners[0]).email
    assert agus
    write(lambda: refusals.mark(address=agus.upper(), reason=RefusalReason.CLOSED, said="5.2.1", now=NOW))
    assert seen_by(place.chief, place).by_outcome == {Outcome.LETTER: 2, Outcome.BOUNCED: 1}
    ask(place)
    assert count(ReminderDigest) == 2


def test_whoever_is_exempt_is_not_asked_and_a_letter_that_waits_is_withdrawn(
    place: Place, posted: list[Any]
) -> None:
    evening = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)

    def exempt(person_id: int) -> None:
        first, second = (
            acting(factories.make_person(place.other, name, roles=[("ADMIN", place.agency)]))
            for name in ("Satu", "Dua")
        )
        assert first is not None
        assert second is not None
        asked = write(
            records.propose_relief, principal=first, person_id=person_id, course_key=factories.COURSE,
            kind=ReliefKind.EXEMPTION, until=date(2027, 3, 1), reason=ReliefReason.STUDY, note="Tugas belajar.",
            evidence="Surat 1/2026", now=evening,
        )  # fmt: skip
        write(records.approve_relief, principal=second, public_id=asked, now=evening)

    with clock.travel(evening):
        exempt(place.learners[0])
        assert seen_by(place.chief, place, now=evening).by_outcome == {Outcome.LETTER: 2}
        ask(place, now=evening)
        exempt(place.learners[1])
    next_day = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
    with clock.travel(next_day):
        reminding.run(next_day)
        jobs.drain()
    assert [letter["To"] for letter in posted] == ["cici@contoh.invalid"]


def test_who_has_no_date_is_not_obliged_and_not_reminded(place: Place) -> None:
    dodi = factories.make_person(place.office, "Dodi", now=NOW)

    def no_date() -> None:
        db.session.scalars(select(Enrolment).where(Enrolment.person_id == dodi)).one().due_at = None

    write(no_date)
    seen = seen_by(place.chief, place)
    assert seen.by_outcome == {Outcome.LETTER: 3, Outcome.NO_DATE: 1}


@pytest.mark.parametrize("unit", ["agency", "other"])
def test_nobody_asks_above_or_beside_what_they_answer_for(place: Place, unit: str) -> None:
    with pytest.raises(NotFound):
        ask(place, unit_id=getattr(place, unit))
    with pytest.raises(NotFound):
        ask(place, place.learners[0])
    assert count(ReminderAsking) == 0


def test_a_right_that_ended_between_page_and_button_is_gone(place: Place) -> None:
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == place.chief)).one()
    write(people.end_role, grant_id=grant.id, now=NOW, actor_id=place.hr)
    with pytest.raises(NotFound):
        ask(place)


def test_a_trainer_and_people_who_passed_cannot_be_a_selection(place: Place) -> None:
    for state in (State.ALL, State.PASSED):
        with pytest.raises(Invalid):
            ask(place, chosen=replace(ALL_LEFT, state=state))


def test_a_unit_is_asked_for_a_few_times_a_day_only(place: Place) -> None:
    for n in range(asking.UNIT_MOST):
        factories.make_person(place.office, f"Baru {'abcde'[n]}", now=NOW)
        ask(place, chosen=replace(ALL_LEFT, search=f"Baru {'abcde'[n]}"))
    factories.make_person(place.office, "Akhir", now=NOW)
    with pytest.raises(TooMany) as refused:
        ask(place, chosen=replace(ALL_LEFT, search="Akhir"))
    assert refused.value.code == "records.asked_unit_often"
    assert refused.value.retry_after == 14 * 3600
    # The numbers in the table are those of the code.
    with pytest.raises(IntegrityError):
        db.session.execute(
            text(
                "INSERT INTO reminder_asking (org_unit_id, course_key, state, own_only, search, day, unit_place,"
                " asker_place, asked_by, asked_at, office_role, selected, last_enrolment_id, ordered, recent,"
                " no_address, bounced, no_date, stopped) SELECT org_unit_id, course_key, state, own_only, 'x', day, 6,"
                " 7, asked_by, asked_at, office_role, 0, 0, 0, 0, 0, 0, 0, stopped FROM reminder_asking"
                " WHERE unit_place = 1"
            )
        )
    db.session.rollback()


def test_many_are_left_to_a_job_that_goes_on_where_it_was_killed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "AT_ONCE", 1)
    monkeypatch.setattr(asking, "CHUNK", 2)
    asking_id = ask(place)
    assert row_of(asking_id).job_id is not None
    assert count(ReminderDigest) == 0
    assert write(asking.order_chunk, asking_id=asking_id, now=NOW) == (2, 3)
    db.session.remove()
    jobs.drain()
    row = row_of(asking_id)
    assert (row.ordered, row.recent, row.finished_at is not None) == (3, 0, True)
    assert count(ReminderDigest) == 3
    assert write(asking.order_chunk, asking_id=asking_id, now=NOW) is None


def test_a_job_stops_when_its_asker_has_lost_the_right(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "AT_ONCE", 1)
    asking_id = ask(place)
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == place.chief)).one()
    write(people.end_role, grant_id=grant.id, now=NOW, actor_id=place.hr)
    jobs.drain()
    assert row_of(asking_id).stopped
    assert count(ReminderDigest) == 0


def test_what_was_asked_for_cannot_be_changed_afterwards(place: Place) -> None:
    ask(place)
    for statement in (
        "UPDATE reminder_asking SET asked_by = 1",
        "UPDATE reminder_asking SET ordered = 0",
        "DELETE FROM reminder_asking",
        "UPDATE reminder_asked SET asking_id = 2",
        "DELETE FROM reminder_asked",
    ):
        with pytest.raises(IntegrityError, match="frozen"):
            db.session.execute(text(statement))
        db.session.rollback()
    assert count(ReminderAsked) == 3
    assert count(ReminderRun) == 1
