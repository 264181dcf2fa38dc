"""Rules as versions, panels, commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from certificates import panels, queries, services
from certificates.eligibility import RuleKind
from certificates.models import (
    Certificate,
    PromotionRule,
    RequirementSource,
)
from certificates.rulebook import RuleText
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.kernel.errors import Invalid
from learning.kernel.transaction import write
from learning.people.access import load_principal
from tests import factories

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
RULE = RuleText(
    "promosi", "Promosi", RuleKind.POSITION, "Administrator", "kursus", "Kursus", "Dasar",
    RequirementSource.AGENCY_POLICY, "Catatan", date(2026, 1, 1),
)  # fmt: skip


def principal_of(person_id: int) -> Principal:
    found = load_principal(factories.make_session(person_id))
    assert found is not None
    db.session.rollback()
    return found


@pytest.fixture
def issued(db_session: Any) -> tuple[int, int, int]:
    """(certificate id, holder, agency)."""
    agency = factories.make_agency()
    factories.make_course(modules=2)
    holder = factories.make_person(agency)
    factories.pass_course(holder, now=NOW)
    certificate_id = db.session.scalars(select(Certificate.id)).one()
    db.session.rollback()
    return certificate_id, holder, agency


def test_loading_the_same_rules_again_changes_nothing(db_session: Any) -> None:
    assert write(services.load_rules, rules=(RULE,), now=NOW) == (1, 0)
    assert write(services.load_rules, rules=(RULE,), now=NOW) == (0, 1)


def test_a_changed_rule_becomes_a_version_and_each_answers_for_its_days(db_session: Any) -> None:
    changed = replace(RULE, legal_basis="Dasar baru", valid_from=date(2026, 7, 1))
    write(services.load_rules, rules=(RULE,), now=NOW)
    assert write(services.load_rules, rules=(changed,), now=NOW) == (1, 0)
    old, new = queries.rule_on("promosi", date(2026, 6, 30)), queries.rule_on("promosi", date(2026, 7, 1))
    assert old is not None
    assert new is not None
    assert (old.version, old.legal_basis, old.valid_to) == (1, "Dasar", date(2026, 6, 30))
    assert (new.version, new.legal_basis, new.valid_to) == (2, "Dasar baru", None)
    ended = queries.rule_on("promosi", date(2025, 1, 1))
    assert ended is not None
    assert not ended.in_force(date(2025, 1, 1))
    assert queries.rule_on("lain", date(2026, 7, 1)) is None


def test_a_change_that_would_rewrite_the_past_is_refused(db_session: Any) -> None:
    write(services.load_rules, rules=(RULE,), now=NOW)
    with pytest.raises(Invalid, match="rule_not_later"):
        write(services.load_rules, rules=(replace(RULE, title="Lain"),), now=NOW)
    assert queries.rules_for(date(2026, 7, 1))[0].title == "Promosi"


def test_a_rule_may_be_given_an_end_once(db_session: Any) -> None:
    ending = replace(RULE, valid_to=date(2027, 1, 1))
    write(services.load_rules, rules=(RULE,), now=NOW)
    assert write(services.load_rules, rules=(ending,), now=NOW) == (1, 0)
    assert write(services.load_rules, rules=(ending,), now=NOW) == (0, 1)
    with pytest.raises(DBAPIError, match="frozen: promotion_rule"):
        write(db.session.execute, statement=text("UPDATE promotion_rule SET valid_to = NULL"))


def test_the_words_of_a_rule_are_frozen(db_session: Any) -> None:
    write(services.load_rules, rules=(RULE,), now=NOW)
    with pytest.raises(DBAPIError, match="frozen: promotion_rule"):
        write(db.session.execute, statement=text("UPDATE promotion_rule SET title = 'lain'"))


def test_panels_show_ones_own_certificate_and_nobody_elses(
    issued: tuple[int, int, int],
) -> None:
    certificate_id, holder, agency = issued
    now = NOW + timedelta(days=1)
    enrolment_id = db.session.get_one(Certificate, certificate_id).enrolment_id
    db.session.rollback()
    me = principal_of(holder)
    other = principal_of(factories.make_person(agency))
    hr = principal_of(factories.make_person(agency, roles=[("HR", agency)]))
    assert panels.result_pass(enrolment_id=enrolment_id, now=now, principal=me) is not None
    assert panels.result_pass(enrolment_id=enrolment_id, now=now, principal=other) is None
    assert panels.home_aside(principal=me, now=now) is not None
    assert panels.home_aside(principal=other, now=now) is None
    (entry,) = panels.my_data(principal=me, now=now)["sertifikat"]
    assert entry["keadaan"] == "Berlaku"
    assert all(value is None or isinstance(value, str | int) for value in entry.values())
    assert not any(panels.my_data(principal=other, now=now).values())
    assert panels.person_facts(principal=hr, person_id=holder, now=now) is not None
    assert panels.person_facts(principal=other, person_id=holder, now=now) is None


def test_commands_load_rules_set_a_letterhead_and_write_a_paper(
    app: Flask, issued: tuple[int, int, int], tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    assert "4 added" in runner.invoke(args=["certificates", "rules", "load"]).output
    assert "0 added or changed, 4 unchanged" in runner.invoke(args=["certificates", "rules", "load"]).output
    assert "promosi-administrator" in runner.invoke(args=["certificates", "rules", "list"]).output
    broken = tmp_path / "aturan.yaml"
    broken.write_text("- kunci: x", "utf-8")
    refused = runner.invoke(args=["certificates", "rules", "load", str(broken)])
    assert refused.exit_code == 1
    assert "is missing" in refused.output
    code = db.session.execute(text("SELECT code FROM org_unit WHERE parent_id IS NULL")).scalar_one()
    db.session.rollback()
    head = ["certificates", "letterhead", "set", "--agency", code, "--institution", "BKPSDM", "--office",
            "Kepala BKPSDM", "--name", "Rahmat Hidayat"]  # fmt: skip
    assert "set" in runner.invoke(args=head).output
    assert "sudah punya kop" in runner.invoke(args=head).output
    assert runner.invoke(args=[*head, "--nip", "12"]).exit_code == 1
    symbols = db.session.scalars(select(Certificate.code)).one()
    db.session.rollback()
    target = tmp_path / "sertifikat.pdf"
    assert runner.invoke(args=["certificates", "render", symbols.lower(), str(target)]).exit_code == 0
    assert target.read_bytes().startswith(b"%PDF-")
    assert runner.invoke(args=["certificates", "render", "x", str(target)]).exit_code == 1


def test_rules_are_kept_by_their_versions(db_session: Any) -> None:
    write(services.load_rules, rules=(RULE,), now=NOW)
    assert db.session.scalars(select(PromotionRule.version)).all() == [1]
