"""From certificates to the national system: the file, the queue, a receipt for each, once only, and only one's own."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from certificates import codes
from certificates.history import jobs as history_jobs
from certificates.history.models import HistoryLine, HistorySubmission, SubmissionState
from certificates.history.records import COLUMNS
from certificates.models import Certificate
from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.people import own
from tests import factories as make
from tests.pages.api.asking import Machine, make_token


@pytest.fixture
def sides(app: Flask, db_session: Any) -> dict[str, dict[str, Any]]:
    make.make_course()
    found = {}
    for name in ("A", "B"):
        agency = make.make_agency(f"Kabupaten {name}", code=name)
        unit = make.make_unit(agency)
        hr = make.make_person(unit, roles=[("HR", agency)])
        passed = make.make_person(unit, name=f"=Lulus {name}")
        make.pass_course(passed)
        found[name] = {
            "agency": agency,
            "hr": hr,
            "passed": passed,
            "machine": Machine(app, make_token(agency, hr)),
        }
    return found


def certificate_of(person: int) -> Certificate:
    return db.session.scalars(select(Certificate).where(Certificate.person_id == person)).one()


def revoke(person: int) -> None:
    certificate_id = certificate_of(person).id
    db.session.rollback()
    make.revoke_certificate(certificate_id)


def test_the_files_hold_ones_own_people_in_the_systems_shape(
    sides: dict[str, dict[str, Any]], login: Callable[[int], FlaskClient]
) -> None:
    hr = login(sides["A"]["hr"])
    content = hr.get("/riwayat-pelatihan/kursus.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 2
    line = dict(zip(rows[0], rows[1], strict=True))
    paper = certificate_of(sides["A"]["passed"]).payload
    assert line["nip"] == paper["employee_number"]
    assert line["nama"] == "'=Lulus A"
    assert line["nomorSertipikat"] == paper["number"]
    assert line["jenisDiklatId"] == "16"
    year, month, day = paper["finished_on"].split("-")
    assert (line["tanggalSelesaiKursus"], line["tahunKursus"]) == (f"{day}-{month}-{year}", year)
    book = openpyxl.load_workbook(io.BytesIO(hr.get("/riwayat-pelatihan/kursus.xlsx").data))
    assert book.active is not None
    cell = book.active["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (paper["employee_number"], "s", "@")
    assert book.active["B2"].data_type == "s"
    assert [view.purpose for view in own.views_of(sides["A"]["passed"])] == [
        "Mengunduh riwayat pelatihan"
    ] * 2
    assert own.views_of(sides["B"]["passed"]) == []


def test_queue_receipts_and_the_file_that_was_handed_over(
    sides: dict[str, dict[str, Any]], login: Callable[[int], FlaskClient]
) -> None:
    hr, other = login(sides["A"]["hr"]), login(sides["B"]["hr"])
    assert "1 sertifikat masuk antrean" in hr.post("/riwayat-pelatihan/antrean", follow_redirects=True).text
    assert "Tidak ada sertifikat" in hr.post("/riwayat-pelatihan/antrean", follow_redirects=True).text
    batch = db.session.scalars(select(HistorySubmission)).one()
    assert batch.state is SubmissionState.WAITING
    assert hr.get(f"/riwayat-pelatihan/{batch.public_id}/berkas.csv").status_code == 404
    jobs.drain()
    page = hr.get(f"/riwayat-pelatihan/{batch.public_id}").text
    assert "Diserahkan" in page
    receipt = db.session.scalars(select(HistoryLine.receipt)).one()
    assert receipt is not None
    assert receipt in page
    handed = hr.get(f"/riwayat-pelatihan/{batch.public_id}/berkas.csv").data.decode("utf-8-sig")
    assert certificate_of(sides["A"]["passed"]).number in handed
    for path in ("", "/berkas.csv"):
        assert other.get(f"/riwayat-pelatihan/{batch.public_id}{path}").status_code == 404


def test_a_batch_handed_over_twice_gives_the_same_receipts(sides: dict[str, dict[str, Any]]) -> None:
    """The worker died after the file was written: the next one hands over again, and nothing is entered twice."""
    machine = sides["A"]["machine"]
    code = certificate_of(sides["A"]["passed"]).code
    machine.post("/training-history/submissions", {"codes": [code]})
    batch = db.session.scalars(select(HistorySubmission)).one()
    db.session.rollback()
    from certificates.history.queries import to_hand_over
    from certificates.history.registries import registry

    found = to_hand_over(batch.id)
    assert found is not None
    before = registry().hand_over(found[0], [record for _, record in found[1]])
    jobs.drain()
    assert db.session.scalars(select(HistoryLine.receipt)).all() == before
    assert history_jobs.hand_over({"submission_id": batch.id}, lambda _d, _t: None) is None


def test_a_registry_that_fails_is_tried_again(
    sides: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = sides["A"]["machine"]
    made = machine.post(
        "/training-history/submissions", {"codes": [certificate_of(sides["A"]["passed"]).code]}
    )
    path = f"/training-history/submissions/{made.get_json()['id']}"
    from certificates.history.registries import FileRegistry

    with monkeypatch.context() as patch:
        patch.setattr(FileRegistry, "hand_over", lambda *_a: 1 / 0)
        jobs.drain()
        assert machine.get(path).get_json()["state"] == "FAILED"
    from sqlalchemy import update

    from learning.kernel.jobs import Job

    db.session.execute(update(Job).values(run_at=clock.now()))
    db.session.commit()
    jobs.drain()
    body = machine.get(path).get_json()
    assert body["state"] == "HANDED_OVER"
    assert body["lines"][0]["receipt"]


def test_by_the_interface_each_with_its_reason(sides: dict[str, dict[str, Any]]) -> None:
    a, b = sides["A"], sides["B"]
    mine, foreign = certificate_of(a["passed"]).code, certificate_of(b["passed"]).code
    listed = a["machine"].get("/training-history").get_json()
    assert [item["nomorSertipikat"] for item in listed["items"]] == [certificate_of(a["passed"]).number]
    body = {"codes": [codes.display(mine), foreign, "0000000000000000", mine]}
    made = a["machine"].post("/training-history/submissions", body).get_json()
    assert made["queued"] == 1
    assert [one["problem"] for one in made["skipped"]] == ["certificate.unknown"] * 2
    again = a["machine"].post("/training-history/submissions", body).get_json()
    assert (again["id"], again["queued"]) == (None, 0)
    assert again["skipped"][0]["problem"] == "certificate.queued_already"
    assert b["machine"].get(f"/training-history/submissions/{made['id']}").status_code == 404
    revoke(b["passed"])
    refused = b["machine"].post("/training-history/submissions", {"codes": [foreign]}).get_json()
    assert refused["skipped"] == [{"code": foreign, "problem": "certificate.does_not_count"}]
    assert b["machine"].get("/training-history").get_json()["items"] == []
    assert db.session.scalar(select(func.count()).select_from(HistoryLine)) == 1


def test_the_same_key_queues_once(sides: dict[str, dict[str, Any]]) -> None:
    machine = sides["A"]["machine"]
    body = {"codes": [certificate_of(sides["A"]["passed"]).code]}
    first = machine.post("/training-history/submissions", body, headers={"Idempotency-Key": "satu"})
    second = machine.post("/training-history/submissions", body, headers={"Idempotency-Key": "satu"})
    assert first.text == second.text
    assert second.get_json()["queued"] == 1
    assert db.session.scalar(select(func.count()).select_from(HistorySubmission)) == 1
