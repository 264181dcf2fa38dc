"""The papers of a whole unit: made once each, by several processes, from the page of their course; a bad one holds up nobody."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select

from certificates import jobs as work
from certificates import papers, press, queries
from certificates.badge import queries as badges
from certificates.badge import signing
from certificates.badge.ordering import FILE_NAME
from certificates.models import Certificate
from certificates.paper_models import CertificateDocument
from certificates.pdf import splicing
from certificates.signing.examining import examine
from certificates.signing.verdict import Outcome
from learning.kernel import clock
from learning.kernel.config import Signing
from learning.kernel.db import db
from tests import factories

NAMES = ("Wening Astuti", "Ratna Wulandari", "Sri Lestari", "Budi Santoso", "Ḥāfiẓ Nūr")


@pytest.fixture
def issued(app: Flask, db_session: Any, tmp_path: Path) -> list[int]:
    """The certificates of some people of one unit and course; the trial key signs."""
    key = Signing(kind="test", pkcs12=str(tmp_path / "signing" / "test.p12"))
    app.config["NETRA"] = replace(app.config["NETRA"], signing=key, instance=tmp_path / "instance")
    factories.make_course(modules=2)
    unit = factories.make_unit(factories.make_agency("Kabupaten Sagara Timur"))
    for name in NAMES:
        factories.pass_course(factories.make_person(unit, name), now=clock.now() - timedelta(days=5))
    with app.app_context():
        signing.signer(clock.now())
    ids = list(db.session.scalars(select(Certificate.id).order_by(Certificate.id)))
    db.session.rollback()
    return ids


def documents() -> dict[int, tuple[str, str]]:
    rows = db.session.execute(
        select(CertificateDocument.certificate_id, CertificateDocument.renderer, CertificateDocument.sha256)
    ).all()
    db.session.rollback()
    return {row[0]: (row[1], row[2]) for row in rows}


def test_a_unit_gets_every_paper_once_and_each_says_how_it_was_drawn(issued: list[int]) -> None:
    steps: list[tuple[int, int]] = []
    assert work.make_papers({"certificate_ids": issued}, lambda *step: steps.append(step)) == {"failed": 0}
    made = documents()
    assert sorted(made) == issued
    reused = [each for each in issued if splicing.VERSION in made[each][0]]
    # The first of a page is drawn by the engine, and so are letters that no page is prepared for.
    assert reused == issued[1:4]
    assert steps[-1] == (len(issued), len(issued))
    for each in issued:
        kept = papers.stored(each)
        assert kept is not None
        assert hashlib.sha256(kept.content).hexdigest() == kept.sha256
        signer = papers.signers()[0]
        found = examine(kept.content, [signer.certificate])
        assert found.outcome is Outcome.GENUINE
        row = queries.certificate_by_id(each, now=clock.now())
        assert row is not None
        assert found.number == row.number
        badge = badges.badge_of(each)
        assert badge is not None
        with pikepdf.open(BytesIO(kept.content)) as document:
            assert document.attachments[FILE_NAME].get_file().read_bytes() == badge.credential
    db.session.rollback()
    # Ordered again, or begun again after a crash: what is kept stays.
    assert work.make_papers({"certificate_ids": issued}, lambda *_: None) == {"failed": 0}
    assert documents() == made


def test_a_paper_that_cannot_be_drawn_is_counted_and_the_others_are_made(
    issued: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = issued[1]
    read = papers.asked

    def broken(row: Any, settings: Any, **options: Any) -> papers.PaperOrder:
        order = read(row, settings, **options)
        if row.id == bad:
            return replace(order, row=replace(row, payload=replace(row.payload, holder_name="🎓")))
        return order

    monkeypatch.setattr(papers, "asked", broken)
    assert work.make_papers({"certificate_ids": issued}, lambda *_: None) == {"failed": 1}
    assert sorted(documents()) == [each for each in issued if each != bad]


def test_two_processes_make_what_one_makes(app: Flask, issued: list[int]) -> None:
    rows = queries.unsigned_certificates(now=clock.now(), limit=10)
    db.session.rollback()
    settings = app.config["NETRA"]
    done = list(press.make_many(rows, settings, processes=2))
    assert [(row.id, error) for row, error in done] == [(each, None) for each in issued]
    assert sorted(documents()) == issued


def test_the_command_signs_what_has_no_paper_yet(app: Flask, issued: list[int]) -> None:
    done = app.test_cli_runner().invoke(args=["certificates", "sign"])
    assert done.exit_code == 0, done.output
    assert f"{len(issued)} signed" in done.output
    assert sorted(documents()) == issued


def test_few_papers_are_not_worth_another_process() -> None:
    assert press.processes_for(0) == press.processes_for(5) == 1
    assert 1 <= press.processes_for(1_000_000) <= 8
