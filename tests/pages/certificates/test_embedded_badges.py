"""The badge travels inside the paper: the same one that is handed out beside it, from the first download on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from certificates import codes, papers, queries
from certificates.badge import queries as badges
from certificates.badge import reading, signing
from certificates.badge.models import Badge, StatusList
from certificates.badge.ordering import FILE_NAME
from certificates.badge.reading import Verdict
from certificates.models import Certificate
from learning.kernel import clock, jobs
from learning.kernel.config import Signing
from learning.kernel.db import db
from tests import factories

Login = Callable[[int], FlaskClient]


@pytest.fixture
def holder(app: Flask, db_session: Any, tmp_path: Path) -> int:
    """Somebody with a certificate; the trial key signs papers."""
    key = Signing(kind="test", pkcs12=str(tmp_path / "signing" / "test.p12"))
    app.config["NETRA"] = replace(app.config["NETRA"], signing=key, instance=tmp_path / "instance")
    factories.make_course(modules=2)
    unit = factories.make_unit(factories.make_agency("Kabupaten Sagara Timur"))
    person_id = factories.make_person(unit, "Wening Astuti")
    factories.pass_course(person_id, now=clock.now() - timedelta(days=5))
    return person_id


def only() -> tuple[int, str]:
    row = db.session.execute(select(Certificate.id, Certificate.code)).one()
    db.session.rollback()
    return row[0], codes.display(row[1])


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def badge_in(pdf: bytes) -> bytes | None:
    with pikepdf.open(BytesIO(pdf)) as document:
        if FILE_NAME not in document.attachments:
            return None
        return document.attachments[FILE_NAME].get_file().read_bytes()


def test_the_first_download_signs_the_badge_and_carries_it(holder: int, login: Login) -> None:
    signing.signer(clock.now())
    certificate_id, code = only()
    browser = login(holder)
    inside = badge_in(browser.get(f"/sertifikat/{code}.pdf").data)
    assert inside is not None
    assert inside == browser.get(f"/sertifikat/{code}.badge.json").data
    assert signing.credential_for(certificate_id) == inside
    told = reading.judge(inside, keys=badges.published_keys(), base_url="http://localhost")
    assert told.verdict is Verdict.GENUINE
    db.session.rollback()
    # Whoever checks it asks its status list, which had nobody in it until now.
    assert count(StatusList) == 0
    jobs.drain()
    assert count(StatusList) == 1


def test_a_badge_that_is_there_already_is_the_one_in_the_paper(holder: int, login: Login) -> None:
    certificate_id, code = only()
    known = signing.credential_for(certificate_id)
    assert badge_in(login(holder).get(f"/sertifikat/{code}.pdf").data) == known
    assert count(Badge) == 1


def test_without_keys_there_is_a_paper_all_the_same(holder: int, login: Login, tmp_path: Path) -> None:
    _certificate_id, code = only()
    paper = login(holder).get(f"/sertifikat/{code}.pdf")
    assert paper.status_code == 200
    assert badge_in(paper.data) is None
    assert count(Badge) == 0


def test_a_machine_that_does_not_hold_the_private_keys_makes_the_paper_without(
    holder: int, login: Login, tmp_path: Path
) -> None:
    signing.signer(clock.now())
    for path in (tmp_path / "instance" / "badge-keys").glob("*.pem"):
        path.unlink()
    _certificate_id, code = only()
    assert badge_in(login(holder).get(f"/sertifikat/{code}.pdf").data) is None


def test_when_the_worker_was_faster_its_badge_is_the_one_in_the_paper(
    app: Flask, holder: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing.signer(clock.now())
    certificate_id, _code = only()
    row = queries.certificate_by_id(certificate_id, now=clock.now())
    assert row is not None
    db.session.rollback()
    make = papers.make

    def slow(*place: Any, **values: Any) -> Any:
        # While the paper is drawn, the worker signs the badge.
        monkeypatch.setattr(papers, "make", make)
        paper = make(*place, **values)
        db.session.rollback()
        signing.credential_for(certificate_id)
        return paper

    monkeypatch.setattr(papers, "make", slow)
    papers.make_kept(row, app.config["NETRA"])
    paper = papers.stored(certificate_id)
    assert paper is not None
    kept = badges.badge_of(certificate_id)
    assert kept is not None
    assert badge_in(paper.content) == kept.credential
    assert count(Badge) == 1
    assert json.loads(kept.credential)["credentialSubject"]["licenseNumber"] == row.number


def test_a_reader_who_meets_that_race_is_asked_to_come_back_and_then_gets_it(
    holder: int, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing.signer(clock.now())
    certificate_id, code = only()
    make = papers.make

    def slow(*place: Any, **values: Any) -> Any:
        paper = make(*place, **values)
        db.session.rollback()
        with monkeypatch.context() as worker:  # another process, which may write as often as it likes
            worker.setattr("learning.kernel.transaction._count_request_write", lambda: None)
            signing.credential_for(certificate_id)
        return paper

    monkeypatch.setattr(papers, "make", slow)
    browser = login(holder)
    assert browser.get(f"/sertifikat/{code}.pdf").status_code == 202
    paper = browser.get(f"/sertifikat/{code}.pdf")
    assert paper.status_code == 200
    kept = badges.badge_of(certificate_id)
    assert kept is not None
    assert badge_in(paper.data) == kept.credential


def test_an_unsigned_paper_carries_the_badge_once_it_is_signed(app: Flask, holder: int, login: Login) -> None:
    app.config["NETRA"] = replace(app.config["NETRA"], signing=Signing(kind="none"))
    certificate_id, code = only()
    browser = login(holder)
    assert badge_in(browser.get(f"/sertifikat/{code}.pdf").data) is None
    known = signing.credential_for(certificate_id)
    db.session.rollback()
    first = browser.get(f"/sertifikat/{code}.pdf").data
    assert badge_in(first) == known
    assert browser.get(f"/sertifikat/{code}.pdf").data == first
