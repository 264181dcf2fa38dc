"""Panels and commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from certificates import panels
from certificates.models import Certificate
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.people.access import load_principal
from tests import factories

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


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
    assert panels.my_data(principal=other, now=now) == {
        "sertifikat": [],
        "permintaan perbaikan sertifikat": [],
    }
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
    assert "1.syarat: Belum diisi." in refused.output
    assert "problems, nothing was loaded" in refused.output
    code = db.session.execute(text("SELECT code FROM org_unit WHERE parent_id IS NULL")).scalar_one()
    db.session.rollback()
    head = ["certificates", "letterhead", "set", "--agency", code, "--institution", "BKPSDM", "--office",
            "Kepala BKPSDM", "--name", "Rahmat Hidayat"]  # fmt: skip
    assert "set" in runner.invoke(args=head).output
    assert "set" in runner.invoke(args=head).output  # a mistake is mended by another version
    assert runner.invoke(args=[*head, "--nip", "12"]).exit_code == 1
    symbols = db.session.scalars(select(Certificate.code)).one()
    db.session.rollback()
    target = tmp_path / "sertifikat.pdf"
    assert (
        runner.invoke(args=["certificates", "export", symbols.lower(), "--out", str(target)]).exit_code == 0
    )
    assert target.read_bytes().startswith(b"%PDF-")
    assert runner.invoke(args=["certificates", "export", "x", "--out", str(target)]).exit_code == 1
