"""A receipt of each kind in the demo, so that a newcomer sees what HR hands on: a list of NIPs and a list of certificates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from certificates.models import Certificate
from certificates.promotion import bulk, check_queries, check_services, checklines, receipts
from certificates.promotion import queries as rule_queries
from certificates.promotion.periods import next_period
from certificates.promotion.receipt_models import Receipt
from certificates.verification import lists, services
from certificates.verification import queries as verification
from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.people.access import acting
from learning.people.demo import PeopleDemo
from learning.people.models import Person

# One number that nobody has and one damaged by a spreadsheet: a receipt counts those as well.
_ODD = ("198001012005011777", "1.99E+17")
_PEOPLE = 12


def load(now: datetime, story: dict[str, Any]) -> None:
    """Both receipts, asked for by the regency's personnel officer yesterday; what is there already stays as it is."""
    people: PeopleDemo = story["people"]
    officer = acting(people.personas.get("kepegawaian", 0))
    if officer is None or db.session.scalar(select(Receipt.id).limit(1)) is not None:
        return
    ids = [member.person_id for member in people.members if member.unit.startswith("SGT")][:_PEOPLE]
    yesterday = now - timedelta(days=1)
    _eligibility(officer, ids, yesterday)
    _certificates(officer, ids, yesterday)


def _eligibility(officer: Principal, ids: list[int], now: datetime) -> None:
    today = clock.local_date(now)
    day = next_period(today)
    rules = rule_queries.rules_for(day, agencies=rule_queries.agencies_of(officer))
    if not rules:
        return
    rule = rules[0]
    numbers = db.session.scalars(
        select(Person.employee_number).where(Person.id.in_(ids)).order_by(Person.id)
    ).all()
    lines = bulk.answers(
        bulk.read_list("\n".join((*numbers, *_ODD)).encode(), today=today),
        start=0,
        principal=officer,
        on=today,
        rule=rule,
        as_of=day,
        known_at=now,
    )
    digest = checklines.start_for(rule, day, receipts.moment(now))
    for line in lines:
        checklines.digest_line(digest, line.cells)
    scope = check_queries.scope_of(officer)
    check_services.at_once(
        lines=lines,
        result_hash=digest.hexdigest(),
        agency_name=check_queries.agency_name(scope),
        filename="usul-kenaikan-pangkat.csv",
        rule_id=rule.id,
        as_of=day,
        scope_path=scope,
        made_by=officer.person_id,
        now=now,
    )


def _certificates(officer: Principal, ids: list[int], now: datetime) -> None:
    found = db.session.scalars(
        select(Certificate.code).where(Certificate.person_id.in_(ids)).order_by(Certificate.id)
    ).all()
    answered, seen = verification.answers(
        lists.entries((*found, "0000-0000-0000-0000")), principal=officer, now=now
    )
    content = lists.result_file(answered, checked_at=now)
    services.give_receipt(
        content=content,
        total=len(answered),
        counts=lists.counts_of(answered),
        maker=check_queries.agency_name(check_queries.scope_of(officer)),
        maker_id=officer.person_id,
        purpose="Usul kenaikan pangkat (contoh demo)",
        seen=seen,
        now=now,
    )
