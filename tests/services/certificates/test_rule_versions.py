"""Rules as versions: each answers for its days, as known at a moment; two people for each; nothing is edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from certificates.promotion import queries as rule_queries
from certificates.promotion import services as rule_services
from certificates.promotion.models import PromotionRule, RuleDecision, RuleOrigin, RuleVerdict
from certificates.promotion.rules import Exemption, Rule, RuleText
from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from learning.kernel.transaction import write
from learning.people.access import load_principal
from tests import factories

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
READING = factories.make_rule(valid_from=date(2026, 1, 1))
RULE: RuleText = READING.rule


def load(rule: RuleText, now: datetime = NOW, agency: str | None = None) -> tuple[int, int]:
    return write(rule_services.load_rules, rules=(replace(READING, rule=rule, agency=agency),), now=now)


def on(day: date, known_at: datetime | None = None) -> Rule | None:
    return rule_queries.rule_on("promosi", day, agencies=None, known_at=known_at)


def principal_of(person_id: int) -> Principal:
    found = load_principal(factories.make_session(person_id))
    assert found is not None
    db.session.rollback()
    return found


def test_loading_the_same_rules_again_changes_nothing(db_session: Any) -> None:
    assert load(RULE) == (1, 0)
    assert load(RULE) == (0, 1)
    assert db.session.scalars(select(PromotionRule.version)).all() == [1]


def test_a_changed_rule_becomes_a_version_and_each_answers_for_its_days(db_session: Any) -> None:
    load(RULE)
    assert load(replace(RULE, legal_basis="Dasar baru", valid_from=date(2026, 7, 1))) == (1, 0)
    old, new = on(date(2026, 6, 30)), on(date(2026, 7, 1))
    assert old is not None
    assert new is not None
    assert (old.version, old.legal_basis) == (1, RULE.legal_basis)
    assert (new.version, new.legal_basis) == (2, "Dasar baru")
    ended = on(date(2025, 1, 1))
    assert ended is not None
    assert not ended.in_force(date(2025, 1, 1))
    assert rule_queries.rule_on("lain", date(2026, 7, 1), agencies=None) is None


def test_as_known_before_the_change_the_old_version_answers(db_session: Any) -> None:
    load(RULE)
    load(replace(RULE, title="Kedua", valid_from=date(2026, 7, 1)), now=NOW + timedelta(days=1))
    then, now = on(date(2026, 8, 1), known_at=NOW), on(date(2026, 8, 1), known_at=NOW + timedelta(days=1))
    assert then is not None
    assert now is not None
    assert (then.version, now.version) == (1, 2)
    assert on(date(2026, 8, 1), known_at=NOW - timedelta(seconds=1)) is None


def test_a_change_that_would_rewrite_the_past_is_refused(db_session: Any) -> None:
    load(RULE)
    with pytest.raises(Invalid, match="rule_not_later"):
        load(replace(RULE, title="Lain"))


def test_a_rule_may_be_given_an_end(db_session: Any) -> None:
    load(RULE)
    assert load(replace(RULE, valid_to=date(2027, 1, 1))) == (1, 0)
    assert load(replace(RULE, valid_to=date(2027, 1, 1))) == (0, 1)
    last, over = on(date(2027, 1, 1)), on(date(2027, 1, 2))
    assert last is not None
    assert over is not None
    assert last.in_force(date(2027, 1, 1))
    assert not over.in_force(date(2027, 1, 2))
    with pytest.raises(Invalid, match="rule_not_later"):
        load(RULE)


@pytest.mark.parametrize("table", ["promotion_rule_version", "promotion_rule_decision"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
def test_versions_and_decisions_are_frozen(db_session: Any, table: str, verb: str) -> None:
    load(RULE)
    with pytest.raises(DBAPIError, match="frozen: promotion_rule"):
        write(db.session.execute, statement=text(verb.format(table)))


def test_an_agencys_rule_is_seen_by_that_agency_only(db_session: Any) -> None:
    first, second = factories.make_agency("Satu", code="SATU"), factories.make_agency("Dua", code="DUA")
    load(RULE, agency="SATU")
    assert [rule.agency_id for rule in rule_queries.rules_for(NOW.date(), agencies=frozenset({first}))] == [
        first
    ]
    assert rule_queries.rules_for(NOW.date(), agencies=frozenset({second})) == []
    with pytest.raises(Conflict, match="rule_key_taken"):
        load(replace(RULE, valid_from=date(2027, 1, 1)), agency="DUA")
    with pytest.raises(Invalid, match="rule_agency"):
        load(replace(RULE, key="baru"), agency="TIGA")


# --- Proposals ---


@pytest.fixture
def office(db_session: Any) -> dict[str, Any]:
    agency, other = factories.make_agency("Satu"), factories.make_agency("Dua")
    unit = factories.make_unit(agency)
    person = factories.make_person
    return {
        "agency": agency,
        "author": principal_of(person(agency, roles=[("ADMIN", agency)])),
        "second": principal_of(person(agency, roles=[("ADMIN", agency)])),
        "hr": principal_of(person(agency, roles=[("HR", agency)])),
        "stranger": principal_of(person(other, roles=[("ADMIN", other)])),
        "everybody": principal_of(person(agency, roles=[("ADMIN", None)])),
        "somebody": person(unit),
    }


def propose(who: Principal, agency: int | None, rule: RuleText = RULE) -> str:
    return write(
        rule_services.propose_rule, principal=who, rule=rule, agency_id=agency, purpose="Sebab.", now=NOW
    )


def decide(who: Principal, public_id: str, verdict: RuleVerdict, remark: str = "", digest: str = "") -> None:
    body_hash = db.session.scalar(select(PromotionRule.body_hash).where(PromotionRule.public_id == public_id))
    write(
        rule_services.decide_rule,
        principal=who,
        public_id=public_id,
        verdict=verdict,
        body_hash=digest or body_hash,
        remark=remark,
        now=NOW,
    )


def test_a_proposal_counts_once_a_second_admin_has_approved_it(office: dict[str, Any]) -> None:
    public_id = propose(office["author"], office["agency"])
    assert on(NOW.date()) is None
    decide(office["second"], public_id, RuleVerdict.APPROVED)
    found = on(NOW.date())
    assert found is not None
    assert (found.version, found.agency_id) == (1, office["agency"])
    row = rule_queries.version(public_id, agencies=None)
    assert row is not None
    assert row.verdict is RuleVerdict.APPROVED
    with pytest.raises(Conflict, match="rule_decided"):
        decide(office["second"], public_id, RuleVerdict.APPROVED)


@pytest.mark.parametrize(
    ("who", "verdict", "error"),
    [
        ("author", RuleVerdict.APPROVED, Forbidden),
        ("author", RuleVerdict.RETURNED, Forbidden),
        ("second", RuleVerdict.WITHDRAWN, Forbidden),
        ("hr", RuleVerdict.APPROVED, NotFound),
        ("stranger", RuleVerdict.APPROVED, NotFound),
    ],
)
def test_who_may_not_decide(
    office: dict[str, Any], who: str, verdict: RuleVerdict, error: type[DomainError]
) -> None:
    public_id = propose(office["author"], office["agency"])
    with pytest.raises(error):
        decide(office[who], public_id, verdict, remark="x")
    assert on(NOW.date()) is None


@pytest.mark.parametrize("who", ["hr", "stranger"])
def test_who_may_not_propose(office: dict[str, Any], who: str) -> None:
    with pytest.raises(Forbidden):
        propose(office[who], office["agency"])


def test_rules_for_everybody_belong_to_an_admin_of_everything(office: dict[str, Any]) -> None:
    with pytest.raises(Forbidden):
        propose(office["author"], None)
    public_id = propose(office["everybody"], None)
    with pytest.raises(NotFound):
        decide(office["second"], public_id, RuleVerdict.APPROVED)


def test_the_database_itself_refuses_the_author_as_approver(office: dict[str, Any]) -> None:
    public_id = propose(office["author"], office["agency"])
    row = db.session.execute(
        select(PromotionRule.id, PromotionRule.proposed_by).where(PromotionRule.public_id == public_id)
    ).one()
    db.session.rollback()
    author, other = row.proposed_by, office["second"].person_id

    def decision(origin: RuleOrigin, proposed_by: int | None, decided_by: int | None) -> None:
        db.session.add(
            RuleDecision(
                rule_id=row.id, origin=origin, proposed_by=proposed_by, verdict=RuleVerdict.APPROVED,
                decided_by=decided_by, decided_at=NOW, remark="",
            )
        )  # fmt: skip
        db.session.flush()

    for origin, proposed_by, decided_by in (
        (RuleOrigin.PAGE, author, author),
        (RuleOrigin.PAGE, other, author),  # an author who says somebody else wrote it
        (RuleOrigin.PAGE, None, author),
        (RuleOrigin.COMMAND, None, None),  # as if it had come by the command line
    ):
        with pytest.raises(IntegrityError):
            write(decision, origin=origin, proposed_by=proposed_by, decided_by=decided_by)


def test_what_was_not_read_is_not_approved(office: dict[str, Any]) -> None:
    public_id = propose(office["author"], office["agency"])
    with pytest.raises(Conflict, match="reads_differently"):
        decide(office["second"], public_id, RuleVerdict.APPROVED, digest="0" * 64)


def test_one_proposal_at_a_time_and_a_way_back(office: dict[str, Any]) -> None:
    first = propose(office["author"], office["agency"])
    with pytest.raises(Conflict, match="rule_waits"):
        propose(office["second"], office["agency"], replace(RULE, title="Lain"))
    with pytest.raises(Invalid, match="remark_missing"):
        decide(office["second"], first, RuleVerdict.RETURNED)
    decide(office["second"], first, RuleVerdict.RETURNED, remark="Dasarnya belum ada.")
    again = propose(office["author"], office["agency"], replace(RULE, legal_basis="SK 2/2026"))
    decide(office["author"], again, RuleVerdict.WITHDRAWN)
    assert on(NOW.date()) is None
    third = propose(office["author"], office["agency"])
    decide(office["second"], third, RuleVerdict.APPROVED)
    with pytest.raises(Invalid, match="rule_unchanged"):
        propose(office["author"], office["agency"])
    rows = rule_queries.versions_of("promosi", agencies=None)
    assert [row.rule.version for row in rows] == [3, 2, 1]
    assert rule_queries.versions_of("promosi", agencies=frozenset()) == []


# --- Exemptions granted in person ---

CLTN = replace(RULE, exemptions=(Exemption("Cuti di luar tanggungan negara", key="cltn"),))


def grant(office: dict[str, Any], who: str = "author", **changes: Any) -> str:
    values = {
        "person_id": office["somebody"], "rule_key": "promosi", "waiver_key": "cltn", "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31), "basis": "SK 5/2026", "now": NOW, **changes,
    }  # fmt: skip
    return write(rule_services.grant_waiver, principal=office[who], **values)


def held(person_id: int, as_of: date, known_at: datetime) -> dict[int, tuple[str, ...]]:
    return rule_queries.waiver_keys("promosi", [person_id], as_of=as_of, known_at=known_at)


def test_an_exemption_holds_for_its_days_and_as_it_was_known(office: dict[str, Any]) -> None:
    load(CLTN)
    person, day = office["somebody"], date(2026, 12, 1)
    public_id = grant(office)
    later = NOW + timedelta(days=9)
    assert held(person, day, NOW) == {person: ("cltn",)}
    assert held(person, day, NOW - timedelta(seconds=1)) == {}
    assert held(person, date(2027, 1, 1), NOW) == {}
    write(rule_services.end_waiver, principal=office["second"], public_id=public_id, now=later)
    assert held(person, day, later) == {}
    assert held(person, day, NOW) == {person: ("cltn",)}
    (row,) = rule_queries.waivers_of(person)
    assert row.ended_at == later
    write(rule_services.end_waiver, principal=office["author"], public_id=public_id, now=clock.now())
    assert rule_queries.waivers_of(person)[0].ended_at == later


@pytest.mark.parametrize(
    ("who", "changes", "error"),
    [
        ("stranger", {}, NotFound),
        ("hr", {}, NotFound),
        ("author", {"waiver_key": "sakit"}, Invalid),
        ("author", {"rule_key": "lain"}, Invalid),
        ("author", {"ends_on": date(2025, 1, 1)}, Invalid),
        ("author", {"basis": " "}, Invalid),
    ],
)
def test_who_and_what_is_refused(
    office: dict[str, Any], who: str, changes: dict[str, Any], error: type[DomainError]
) -> None:
    load(CLTN)
    with pytest.raises(error):
        grant(office, who, **changes)


def test_nobody_exempts_themselves(office: dict[str, Any]) -> None:
    load(CLTN)
    with pytest.raises(Forbidden, match="waiver_oneself"):
        grant(office, person_id=office["author"].person_id)
