"""Rules, exemptions, seats and what a day brings: to the agency concerned only, once, and never naming a person."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from certificates.hooks import days
from certificates.hooks.jobs import tell_day
from certificates.hooks.models import Webhook, WebhookMessage
from certificates.models import Certificate
from certificates.promotion import services as rules
from certificates.promotion.rules import Exemption
from learning.kernel import clock, events
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people import own
from learning.people import services as people
from learning.people.events import PeopleSeated, PeopleUnseated
from learning.people.kinds import PositionType
from learning.people.services.merging import merge_unit
from tests import factories as make
from tests.pages.api.conftest import Office, open_office
from tests.pages.hooks.receiving import subscribe

NAMED = "cltn"


@pytest.fixture
def offices(app: Flask, db_session: Any) -> dict[str, Office]:
    """Two agencies that listen to everything."""
    make.make_course()
    make.load_rules(make.make_rule(exemptions=(Exemption("Cuti di luar tanggungan negara", key=NAMED),)))
    found = {name: open_office(app, name) for name in ("A", "B")}
    for office in found.values():
        subscribe(office.agency, office.admin)
    return found


def told(office: Office) -> list[tuple[str, dict[str, Any]]]:
    """What was put into the outbox for an agency."""
    db.session.rollback()
    bodies = db.session.scalars(
        select(WebhookMessage.body)
        .join(Webhook, Webhook.id == WebhookMessage.webhook_id)
        .where(Webhook.agency_id == office.agency)
        .order_by(WebhookMessage.id)
    ).all()
    db.session.rollback()
    return [(body["type"], body["data"]) for body in map(json.loads, bodies)]


def kinds(office: Office) -> list[str]:
    return [kind for kind, _ in told(office)]


def a_day(now: datetime) -> int:
    """The hourly job at another hour."""
    return sum(write(days.tell_day, webhook_id=one, now=now, most=200) for one in days.hooks_by_day())


def move(person: int, unit: int, on: date | None = None) -> None:
    now = clock.now()
    write(
        people.post_person,
        person_id=person,
        org_unit_id=unit,
        position_title="Analis",
        position_type=PositionType.FUNCTIONAL,
        starts_on=on or clock.local_date(now),
        now=now,
    )


def test_somebody_joins_moves_and_leaves(offices: dict[str, Office]) -> None:
    a, b = offices["A"], offices["B"]
    newcomer = make.make_person(make.make_unit(a.agency, "Dinas Baru"), name="Nama Rahasia")
    assert [kind for kind, _ in told(a)] == ["person.joined"]
    move(newcomer, make.make_unit(a.agency, "Dinas Lain"))
    assert kinds(a) == ["person.joined", "person.moved"]
    assert told(b) == []
    # From one agency to the other: each hears its half, and neither which the other is.
    move(newcomer, make.make_unit(b.agency, "Dinas B"), clock.local_date(clock.now()) + timedelta(days=3))
    assert kinds(a)[2:] == ["person.left"]
    assert kinds(b) == ["person.joined"]
    first_day = (clock.local_date(clock.now()) + timedelta(days=3)).isoformat()
    assert told(a)[2][1]["on"] == told(b)[0][1]["on"] == first_day
    day = clock.local_date(clock.now()) + timedelta(days=30)
    write(people.retire_person, person_id=newcomer, on=day, now=clock.now())
    assert kinds(b) == ["person.joined", "person.left"]
    assert told(b)[1][1]["on"] == (day + timedelta(days=1)).isoformat()
    everything = str(told(a)) + str(told(b))
    assert a.nip(newcomer) not in everything
    assert "Rahasia" not in everything
    assert set(told(a)[0][1]) == {"url"}


def test_a_crowd_is_told_one_by_one(offices: dict[str, Office]) -> None:
    a, b = offices["A"], offices["B"]
    old, new = make.make_unit(a.agency, "Seksi Lama"), make.make_unit(a.agency, "Seksi Baru")
    there = make.make_unit(b.agency, "Dinas B")
    crowd = [make.make_person(old) for _ in range(3)]
    before_a, before_b = len(told(a)), len(told(b))
    day = clock.local_date(clock.now())
    write(merge_unit, unit_id=old, into_id=new, on=day, now=clock.now())
    assert told(a)[before_a:] == [
        ("person.moved", {"url": body["url"], "on": day.isoformat()}) for _, body in told(a)[before_a:]
    ]
    assert len(told(a)) == before_a + 3
    # As the files of two agencies publish it: one comes from elsewhere, one is new, one is named no more.
    first, second, third = crowd
    now = clock.now()
    write(lambda: events.publish(PeopleSeated(((first, new, there), (second, None, there)), now)))
    write(lambda: events.publish(PeopleUnseated(((third, new),), day, now)))
    assert kinds(a)[before_a + 3 :] == ["person.left", "person.left"]
    assert told(a)[-1][1]["on"] == (day + timedelta(days=1)).isoformat()
    assert kinds(b)[before_b:] == ["person.joined", "person.joined"]
    assert all(a.nip(person) not in str(told(a)) + str(told(b)) for person in crowd)


def test_the_token_gets_the_number_and_the_person_sees_that(offices: dict[str, Office]) -> None:
    a, b = offices["A"], offices["B"]
    person = make.make_person(make.make_unit(a.agency, "Dinas Baru"))
    move(person, make.make_unit(b.agency, "Dinas B"))
    joined, left = (data["url"].partition("/api/v1")[2] for _, data in told(a))
    for path, kind in ((joined, "person.joined"), (left, "person.left")):
        subject = a.machine.get(path).get_json()
        assert (subject["nip"], subject["type"]) == (a.nip(person), kind)
    assert len(own.views_of(person)) == 2
    foreign = b.machine.get(joined).get_json()
    nobody = b.machine.get(f"/webhook-messages/{uuid.uuid4()}").get_json()
    make.pass_course(a.waiting)
    about_nobody = db.session.scalar(
        select(WebhookMessage.public_id).where(WebhookMessage.person_id.is_(None))
    )
    paper = a.machine.get(f"/webhook-messages/{about_nobody}").get_json()
    for body in (foreign, nobody, paper):
        assert body["type"].endswith("#message-unknown")
    assert {**foreign, "request_id": ""} == {**nobody, "request_id": ""}


def test_an_exemption_is_granted_and_ends_once(offices: dict[str, Office]) -> None:
    a, b = offices["A"], offices["B"]
    now = clock.now()
    today = clock.local_date(now)

    def grant(days_long: int) -> str:
        return write(
            rules.grant_waiver,
            principal=make.make_principal(a.admin),
            person_id=a.waiting,
            rule_key="promosi",
            waiver_key=NAMED,
            starts_on=today,
            ends_on=today + timedelta(days=days_long),
            basis="SK Rahasia 1/2026",
            now=now,
        )

    by_hand, by_day = grant(10), grant(2)
    assert kinds(a) == ["exemption.granted"] * 2
    write(rules.end_waiver, principal=make.make_principal(a.admin), public_id=by_hand, now=now)
    write(rules.end_waiver, principal=make.make_principal(a.admin), public_id=by_hand, now=now)
    assert kinds(a)[2:] == ["exemption.ended"]
    assert a_day(now + timedelta(days=2)) == 0  # the last day still counts
    assert a_day(now + timedelta(days=3)) == 1
    assert a_day(now + timedelta(days=12)) == 0
    assert [data["exemption"] for kind, data in told(a) if kind == "exemption.ended"] == [by_hand, by_day]
    # Ended by hand although it had run out: told already.
    write(
        rules.end_waiver,
        principal=make.make_principal(a.admin),
        public_id=by_day,
        now=now + timedelta(days=4),
    )
    assert kinds(a).count("exemption.ended") == 2
    assert told(b) == []
    assert "Rahasia" not in str(told(a))
    assert NAMED not in str(told(a))


def test_rules_in_force_and_ended(offices: dict[str, Office]) -> None:
    a, b = offices["A"], offices["B"]
    now = clock.now()
    today = clock.local_date(now)
    soon, later = today + timedelta(days=5), today + timedelta(days=20)
    make.load_rules(
        make.make_rule("milik-a", agency="A", valid_from=soon, valid_to=later),
        make.make_rule("nasional", valid_from=today, valid_to=None),
        now=now,
    )
    assert kinds(b) == ["rule.approved", "rule.in_force"]
    assert kinds(a) == ["rule.approved", "rule.approved", "rule.in_force"]
    assert a_day(now) == 0
    assert a_day(now + timedelta(days=5)) == 1
    assert a_day(now + timedelta(days=5)) == 0
    assert told(a)[-1] == (
        "rule.in_force",
        {"rule": "milik-a", "version": 1, "valid_from": soon.isoformat(), "valid_to": later.isoformat()},
    )
    assert a_day(now + timedelta(days=20)) == 0
    assert a_day(now + timedelta(days=21)) == 1
    assert told(a)[-1][0] == "rule.ended"
    assert len(told(b)) == 2


def test_a_rule_that_the_next_version_replaced_has_not_ended(offices: dict[str, Office]) -> None:
    now = clock.now()
    today = clock.local_date(now)
    make.load_rules(make.make_rule("satu", valid_from=today, valid_to=today + timedelta(days=3)), now=now)
    make.load_rules(make.make_rule("satu", title="Dua", valid_from=today + timedelta(days=4)), now=now)
    a_day(now + timedelta(days=4))
    assert kinds(offices["A"]).count("rule.ended") == 0
    assert kinds(offices["A"]).count("rule.in_force") == 2


def test_a_certificate_expires(offices: dict[str, Office]) -> None:
    a, b = offices["A"], offices["B"]
    paper = db.session.scalars(select(Certificate).where(Certificate.person_id == a.passed)).one()
    assert paper.expires_on is not None
    last, number = paper.expires_on, paper.number
    now = clock.now() + timedelta(days=(last - clock.local_date(clock.now())).days)
    assert a_day(now - timedelta(days=31)) == 0
    assert a_day(now - timedelta(days=30)) == 2  # one of each agency
    assert a_day(now) == 0
    assert a_day(now + timedelta(days=1)) == 2
    assert a_day(now + timedelta(days=2)) == 0
    assert [(kind, data["certificate"], data["expires_on"]) for kind, data in told(a)] == [
        ("certificate.expiring", number, last.isoformat()),
        ("certificate.expired", number, last.isoformat()),
    ]
    assert number not in str(told(b))


def test_what_was_revoked_or_lies_before_the_subscription_is_not_told(offices: dict[str, Office]) -> None:
    a = offices["A"]
    paper = db.session.scalars(select(Certificate).where(Certificate.person_id == a.passed)).one()
    certificate_id, last = paper.id, paper.expires_on
    assert last is not None
    db.session.rollback()
    make.revoke_certificate(certificate_id)
    after = clock.now() + timedelta(days=(last - clock.local_date(clock.now())).days + 1)
    heard = len(told(a))
    a_day(after)
    assert len(told(a)) == heard
    # Expired before anybody listened: history.
    db.session.execute(update(Webhook).values(ended_at=after, ended_by=a.admin))
    db.session.commit()
    write_late(a, after + timedelta(days=2))
    assert a_day(after + timedelta(days=3)) == 0


def write_late(office: Office, now: datetime) -> None:
    """A subscription made at a later moment."""
    row = Webhook(
        public_id=str(uuid.uuid4()),
        agency_id=office.agency,
        url="https://lain.contoh.test/",
        kinds=["certificate.expired"],
        created_by=office.admin,
        created_at=now,
        ended_at=None,
        ended_by=None,
    )
    db.session.add(row)
    db.session.commit()


def test_the_job_runs_and_a_second_worker_tells_nothing_twice(offices: dict[str, Office]) -> None:
    now = clock.now()
    today = clock.local_date(now)
    make.load_rules(make.make_rule("hari-ini", valid_from=today), now=now - timedelta(days=1))
    heard = kinds(offices["A"])
    first = tell_day({}, lambda *_: None)
    assert first is not None
    assert tell_day({}, lambda *_: None) == {"told": 0}
    assert kinds(offices["A"])[len(heard) :] in ([], ["rule.in_force"])
    assert kinds(offices["A"]).count("rule.in_force") == 1
