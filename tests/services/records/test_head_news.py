"""News for heads: their own units only, once, by day, ended by one click, silent when there is nothing to say."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from learning.kernel import clock, jobs, mail
from learning.kernel.access import Role
from learning.kernel.db import db
from learning.kernel.mail import MailMessage
from learning.kernel.transaction import write
from learning.people import services as people
from learning.people.models import RoleGrant
from learning.people.services import deputies
from learning.records import deadlines, rates
from learning.records import services as duties
from learning.records.count_models import UnitCountPending
from learning.records.duedates import StageKind, StageStatus
from learning.records.heads import jobs as telling
from learning.records.heads import links, queries, services
from learning.records.heads.models import HeadChoice, HeadDigest
from learning.records.heads.rhythm import Rhythm
from learning.records.services import folding, redating
from tests import factories
from tests.mail_server import MailServer

ASSIGNED = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
FIRST = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)  # Tuesday, nine in Jakarta
DUE = date(2026, 12, 21)


@dataclass(frozen=True)
class Place:
    agency: int
    office: int
    schools: tuple[int, ...]
    chief: int
    learners: tuple[int, ...]


@pytest.fixture
def place(db_session: Any) -> Place:
    factories.make_course()
    agency = factories.make_agency("Kabupaten Uji", timezone="Asia/Jakarta")
    office = factories.make_unit(agency, "Dinas Pendidikan", timezone="Asia/Jakarta")
    schools = tuple(factories.make_unit(office, f"SD {n}", timezone="Asia/Jakarta") for n in (1, 2))
    learners = tuple(
        factories.make_person(school, f"Guru Rahasia {chr(65 + n)}") for school in schools for n in range(5)
    )
    chief = factories.make_person(
        agency, "Kepala Dinas", email="kepala@contoh.invalid", roles=[("SUPERVISOR", office)]
    )
    factories.assign(office, due_on=DUE, now=ASSIGNED)
    for number, learner in enumerate(learners[:4]):
        at = ASSIGNED + timedelta(days=34 + 2 * number)
        with clock.travel(at):
            factories.pass_course(learner, now=at)
    with clock.travel(FIRST):
        jobs.drain()
    return Place(agency, office, schools, chief, learners)


@pytest.fixture
def posted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a mail server was given."""
    app.config["NETRA"] = replace(app.config["NETRA"], smtp_url="smtp://mail.invalid")
    letters: list[Any] = []

    def take(_url: str, letter: Any) -> None:
        if letter["List-Unsubscribe"]:  # the letters about certificates are another story
            letters.append(letter)

    monkeypatch.setattr(mail, "_smtp", take)
    return letters


def tell(now: datetime = FIRST) -> None:
    with clock.travel(now):
        telling.run(now)
        jobs.drain()


def choose(person: int, rhythm: Rhythm) -> None:
    write(services.choose, person_id=person, wanted=rhythm, now=FIRST - timedelta(days=1))


def test_one_letter_says_how_far_what_changed_what_is_needed_and_where(
    place: Place, posted: list[Any]
) -> None:
    tell()
    [letter] = posted
    assert letter["To"] == "kepala@contoh.invalid"
    assert letter["Subject"] == "Dinas Pendidikan: 40% lulus, 20 hari lagi"
    words = letter.get_content()
    for said in (
        "Yth. Kepala Dinas,",
        "Keadaan Dinas Pendidikan per 1 Desember 2026:",
        "4 dari 10 orang sudah lulus (40%).",
        "Naik 40 poin persen sejak 1 November 2026 (waktu itu 0%).",
        "Tenggat terdekat: Senin, 21 Desember 2026 (20 hari lagi).",
        "Agar semua lulus tepat waktu, perlu 1 orang lulus setiap hari.",
        "- SD 2: 0 dari 5 (0%)",
        "- SD 1: 4 dari 5 (80%)",
    ):
        assert said in words, words
    assert "Rahasia" not in words
    assert "\u00a0" not in words
    assert words.count("http") == 2  # where to act, and where to stop


def test_the_figures_are_those_of_the_pages(place: Place) -> None:
    roots = queries.roots([place.chief])
    [found] = queries.figures(roots, {place.chief: date(2026, 11, 24)}, FIRST, "Asia/Jakarta")[place.chief]
    unit = rates.UnitHead(place.office, "", "", roots[place.chief][0].path, "Asia/Jakarta", ())
    now, then = rates.total(unit, factories.COURSE), rates.total(unit, factories.COURSE, date(2026, 11, 24))
    assert (found.expected, found.passed) == (now.expected, now.passed)
    assert found.then == (then.expected, then.passed)
    assert [(one.name, one.passed) for one in found.units] == [
        (one.name, one.passed)
        for one in sorted(rates.child_rates(unit, factories.COURSE), key=lambda one: one.org_unit_id)
    ]
    ahead = deadlines.outstanding(unit, factories.COURSE, FIRST)
    assert ahead.due_at is not None
    assert found.due_on == clock.local_date(ahead.due_at)
    later = deadlines.outstanding(unit, factories.COURSE, FIRST + timedelta(days=60))
    assert (
        queries.figures(roots, {place.chief: FIRST.date()}, FIRST + timedelta(days=60), "Asia/Jakarta")[
            place.chief
        ][0].overdue
        == later.overdue
    )


def test_several_units_are_one_letter_and_what_lies_in_another_is_counted_once(
    place: Place, posted: list[Any]
) -> None:
    other = factories.make_unit(place.agency, "Dinas Lain", timezone="Asia/Jakarta")
    for unit in (place.schools[0], other):
        write(people.grant_role, person_id=place.chief, role=Role.SUPERVISOR, org_unit_id=unit, now=FIRST)
    tell()
    [letter] = posted
    assert letter["Subject"].startswith("2 unit: 40% lulus")
    assert "4 dari 10 orang" in letter.get_content()


def test_nothing_goes_out_twice_whatever_runs_again(place: Place, posted: list[Any], app: Flask) -> None:
    def another() -> None:
        with app.app_context():
            telling.run(FIRST)

    threads = [threading.Thread(target=another) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for hours in (0, 1, 5):
        tell(FIRST + timedelta(hours=hours))
    tell(FIRST + timedelta(days=1))
    assert len(posted) == 1
    with pytest.raises(IntegrityError):  # and not even by hand
        write(
            lambda: db.session.add(
                HeadDigest(
                    person_id=place.chief, zone="Asia/Jakarta", day=date(2026, 12, 3), week=date(2026, 11, 30),
                    since=date(2026, 11, 1), ordered_at=FIRST,
                )
            )
        )  # fmt: skip
    tell(FIRST + timedelta(days=6))  # the week after, with a deadline three weeks off
    assert len(posted) == 2


@pytest.mark.parametrize(
    ("now", "letters"),
    [
        (FIRST - timedelta(hours=3), 0),  # six in the morning
        (datetime(2026, 12, 1, 10, 30, tzinfo=UTC), 0),  # half past five
        (datetime(2026, 12, 6, 3, 0, tzinfo=UTC), 0),  # Sunday
        (datetime(2026, 12, 7, 3, 0, tzinfo=UTC), 1),  # Monday
    ],
)
def test_never_at_night_and_never_on_a_day_of_rest(
    place: Place, posted: list[Any], now: datetime, letters: int
) -> None:
    tell(now)
    assert len(posted) == letters


def test_what_was_ordered_in_the_evening_leaves_in_the_morning(place: Place, posted: list[Any]) -> None:
    evening = datetime(2026, 12, 1, 9, 59, tzinfo=UTC)
    with clock.travel(evening):
        telling.run(evening)
    with clock.travel(evening + timedelta(minutes=2)):
        jobs.drain()
    assert posted == []
    with clock.travel(datetime(2026, 12, 2, 0, 1, tzinfo=UTC)):
        jobs.drain()
    [letter] = posted
    assert "per 2 Desember 2026" in letter.get_content()


@pytest.fixture
def moved(place: Place, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Moves the day that comes before all others; the people follow in a job."""
    event_id = factories.make_election(date(2026, 12, 18), now=ASSIGNED)
    factories.assign(place.office, event_id=event_id, now=ASSIGNED)
    monkeypatch.setattr(redating, "AT_ONCE", 0)

    def move() -> None:
        write(
            duties.set_stage, event_id=event_id, stage=StageKind.CAMPAIGN, starts_on=date(2026, 12, 20), now=FIRST,
            status=StageStatus.CONFIRMED, source_ref="PKPU Uji 2",
        )  # fmt: skip

    return move


def test_nothing_is_ordered_while_dates_are_being_recomputed(
    place: Place, posted: list[Any], moved: Callable[[], None]
) -> None:
    with clock.travel(FIRST):
        moved()
        assert telling.run(FIRST) == {}
        jobs.drain()
        assert posted == []
    tell()
    assert "Tenggat terdekat: Kamis, 17 Desember 2026" in posted[0].get_content()


def test_what_is_ordered_already_waits_for_the_new_dates(
    place: Place, posted: list[Any], moved: Callable[[], None]
) -> None:
    with clock.travel(FIRST):
        telling.run(FIRST)
        moved()
        jobs.drain()
        assert posted == []
    with clock.travel(FIRST + timedelta(minutes=31)):
        jobs.drain()
    [letter] = posted
    assert "Tenggat terdekat: Kamis, 17 Desember 2026" in letter.get_content()


def nobody_wants_it(place: Place) -> None:
    choose(place.chief, Rhythm.NONE)


def all_passed_long_ago(place: Place) -> None:
    for learner in place.learners[4:]:
        with clock.travel(FIRST - timedelta(days=31)):
            factories.pass_course(learner, now=FIRST - timedelta(days=31))
    write(lambda: db.session.add(_letter_of(place.chief, date(2026, 11, 29), week=date(2026, 11, 23))))


def _letter_of(person: int, day: date, week: date) -> HeadDigest:
    return HeadDigest(
        person_id=person, zone="Asia/Jakarta", day=day, week=week, since=day, ordered_at=FIRST, handed_over_at=FIRST
    )  # fmt: skip


@pytest.mark.parametrize("why", [nobody_wants_it, all_passed_long_ago])
def test_silence(place: Place, posted: list[Any], why: Any) -> None:
    why(place)
    posted.clear()
    tell(FIRST + timedelta(days=7))
    assert posted == []


def test_who_loses_the_role_between_order_and_letter_is_told_nothing(place: Place, posted: list[Any]) -> None:
    with clock.travel(FIRST):
        telling.run(FIRST)
        grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == place.chief)).one()
        write(people.end_role, grant_id=grant, now=FIRST)
        jobs.drain()
    assert posted == []
    assert db.session.scalars(select(HeadDigest.withdrawn_at)).one() is not None


def test_a_deputy_gets_no_letter_and_hr_neither(place: Place, posted: list[Any]) -> None:
    from learning.people.models import Person

    factories.make_person(place.agency, roles=[("HR", place.agency)])
    grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == place.chief)).one()
    with clock.travel(FIRST):
        write(
            deputies.hand_over, giver_id=place.chief, grant_id=grant,
            employee_number=db.session.get_one(Person, place.learners[0]).employee_number, first=FIRST.date(),
            last=FIRST.date(), reason="Cuti tahunan", now=FIRST,
        )  # fmt: skip
    tell()
    assert [letter["To"] for letter in posted] == ["kepala@contoh.invalid"]


def test_a_server_that_is_away_is_waited_for_and_nothing_is_doubled(
    place: Place, app: Flask, monkeypatch: pytest.MonkeyPatch, posted: list[Any]
) -> None:
    def away(_url: str, _letter: Any) -> None:
        raise ConnectionRefusedError

    taking = mail._smtp
    monkeypatch.setattr(mail, "_smtp", away)
    tell()
    monkeypatch.setattr(mail, "_smtp", taking)
    with clock.travel(FIRST + timedelta(minutes=31)):
        jobs.drain()
    assert len(posted) == 1
    assert (
        db.session.scalar(
            select(func.count()).select_from(MailMessage).where(MailMessage.unsubscribe.is_not(None))
        )
        == 0
    )


def test_the_header_arrives_whole_and_the_click_ends_it(
    place: Place, app: Flask, client: FlaskClient
) -> None:
    with MailServer() as server:
        app.config["NETRA"] = replace(
            app.config["NETRA"],
            smtp_url=f"smtp://127.0.0.1:{server.port}",
            base_url="https://netra.contoh-yang-panjang.go.id",
        )
        tell()
        [letter] = [one for one in server.letters if b"List-Unsubscribe" in one.raw]
    head = letter.raw.split(b"\r\n\r\n")[0].decode()
    found = re.search(r"^List-Unsubscribe: <https://[^/]+(/\S+)>\r$", head, re.MULTILINE)
    assert found is not None, head
    assert re.search(r"^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$", head, re.MULTILINE)

    address = found[1]
    assert "<button" in client.get(address).text
    assert queries.rhythm_of(place.chief) is Rhythm.SUITED  # looking ends nothing
    app.config["WTF_CSRF_ENABLED"] = True  # a mail program has no token
    for _ in range(2):
        assert client.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    db.session.rollback()
    row = db.session.get_one(HeadChoice, place.chief)
    assert (row.rhythm, row.by_letter) == (Rhythm.NONE, True)
    forged = address[:-1] + ("0" if address[-1] != "0" else "1")
    assert client.post(forged).status_code == 404
    assert links.owner(links.token(place.chief)) == place.chief


def test_it_takes_the_same_few_statements_however_many_heads(place: Place) -> None:
    from learning.kernel.db import count_queries

    def asked() -> int:
        statements: list[str] = []
        stop = count_queries(db.engine, statements.append)
        people_ids = [one.person_id for one in queries.heads(zone="Asia/Jakarta", after=0)]
        queries.figures(
            queries.roots(people_ids), dict.fromkeys(people_ids, date(2026, 11, 1)), FIRST, "Asia/Jakarta"
        )
        stop()
        return len(statements)

    one = asked()
    for school in place.schools:
        factories.make_person(school, roles=[("SUPERVISOR", school)])
    assert asked() == one


def test_it_reads_the_kept_sums_and_not_each_unit_below(place: Place) -> None:
    from learning.kernel.db import count_queries

    def told() -> list[queries.Figures]:
        found = queries.figures(
            queries.roots([place.chief]), {place.chief: date(2026, 11, 28)}, FIRST, "Asia/Jakarta"
        )
        db.session.rollback()
        return list(found[place.chief])

    with clock.travel(FIRST):
        factories.pass_course(place.learners[4], now=FIRST)
    waiting = told()
    assert db.session.scalar(select(func.count()).select_from(UnitCountPending)), "a pass waits to be added"
    while write(folding.fold):
        pass
    assert not db.session.scalar(select(func.count()).select_from(UnitCountPending))
    statements: list[str] = []
    stop = count_queries(db.engine, statements.append)
    assert told() == waiting
    stop()
    [one] = waiting
    assert (one.passed, one.then, one.week) == (5, (10, 3), 4)
    assert [each.passed for each in one.units] == [5, 0]
    assert [each for each in statements if "unit_count" in each and "unit_below" not in each] == []


def test_commands_show_and_order(place: Place, app: Flask, posted: list[Any]) -> None:
    from learning.people.models import Person

    number = db.session.get_one(Person, place.chief).employee_number
    with clock.travel(FIRST):
        run = app.test_cli_runner().invoke
        seen = run(args=["records", "digests", "preview"])
        assert "Asia/Jakarta: 1 heads" in seen.output
        letter = run(args=["records", "digests", "preview", "--nip", number])
        assert "4 dari 10 orang" in letter.output
        assert db.session.scalar(select(func.count()).select_from(HeadDigest)) == 0
        ran = run(args=["records", "digests", "run"])
        assert "1 letters ordered, 0 heads without address" in ran.output
