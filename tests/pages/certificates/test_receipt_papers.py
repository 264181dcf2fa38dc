"""The PDF of a receipt: for anybody with the code, kept once, recognised when uploaded, and never a way to somebody else's."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError

from certificates import codes
from certificates.promotion.receipt_models import Receipt
from certificates.receipts import making, queries, services
from certificates.receipts.models import ReceiptDocument, ReceiptPaper
from certificates.verification.models import VerificationReceipt
from learning.kernel import clock, jobs
from learning.kernel.config import Signing
from learning.kernel.db import db
from learning.people.models import Person
from tests import factories

Login = Callable[[int], FlaskClient]
NOBODY = "198001012005011777"


@pytest.fixture
def signing(app: Flask, tmp_path: Path) -> Iterator[Signing]:
    """The trial key signs for one test."""
    settings = Signing(kind="test", pkcs12=str(tmp_path / "signing" / "test.p12"))
    app.config["NETRA"] = replace(app.config["NETRA"], signing=settings)
    return settings


@pytest.fixture
def office(db_session: Any) -> dict[str, int]:
    agency = factories.make_agency("Kabupaten Sagara Timur")
    unit = factories.make_unit(agency, "Bidang Mutasi")
    factories.make_course(modules=2)
    factories.load_rules(factories.make_rule(title="Kenaikan pangkat uji", basis="SK Uji 12/2026"))
    made = {
        "hr": factories.make_person(unit, "Bagas Pramudita", roles=[("HR", agency)]),
        "passed": factories.make_person(unit, "Wening Astuti"),
    }
    factories.pass_course(made["passed"], now=clock.now() - timedelta(days=3))
    return made


def checked(browser: FlaskClient, office: dict[str, int]) -> str:
    """HR checks two NIPs; the code of the receipt."""
    number = db.session.get_one(Person, office["passed"]).employee_number
    db.session.rollback()
    form = {"numbers": f"{number}\n{NOBODY}", "rule": "promosi", "day": "2027-04-01"}
    page = browser.post("/kelayakan/banyak", data=form, follow_redirects=True)
    assert "Unduh tanda terima (PDF)" in page.text
    code = db.session.scalars(select(Receipt.code)).one()
    db.session.rollback()
    return codes.display(code)


def listed(browser: FlaskClient) -> str:
    """A visitor checks a list of certificates; the code of the receipt."""
    browser.post("/verifikasi/daftar", data={"daftar": "0" * 30})
    code = db.session.scalars(select(VerificationReceipt.code)).one()
    db.session.rollback()
    return codes.display(code)


def fetch(browser: FlaskClient, code: str, **headers: str) -> Any:
    return browser.get(f"/verifikasi/tanda-terima/{code}.pdf", headers=headers or None)


def upload(browser: FlaskClient, content: bytes, **headers: str) -> Any:
    form = {"berkas": (io.BytesIO(content), "tanda-terima.pdf")}
    return browser.post(
        "/verifikasi/berkas", data=form, content_type="multipart/form-data", headers=headers or None
    )


def test_both_kinds_are_one_file_for_everybody_who_has_the_code(
    office: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    hr = login(office["hr"])
    for code in (checked(hr, office), listed(client)):
        first = fetch(client, code)
        assert first.status_code == 200, first.text
        assert first.headers["Content-Type"] == "application/pdf"
        assert re.search(
            r'attachment; filename="tanda-terima-T[ST]-\d+-\d+.pdf"', first.headers["Content-Disposition"]
        )
        assert first.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert fetch(hr, code).data == first.data
        again = fetch(client, code, **{"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        row = queries.stored_by_hash(hashlib.sha256(first.data).hexdigest())
        assert row is not None
        assert f"{code}.pdf" in client.get(f"/verifikasi/tanda-terima/{code}", follow_redirects=True).text
    assert db.session.scalar(select(func.count()).select_from(ReceiptDocument)) == 2


def test_what_it_says_is_frozen_and_names_nobody(
    office: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    code = checked(login(office["hr"]), office)
    # A unit that is renamed afterwards keeps its old name on the paper.
    db.session.execute(text("UPDATE org_unit SET name = 'Bidang Baru' WHERE name = 'Bidang Mutasi'"))
    db.session.commit()
    with pikepdf.open(io.BytesIO(fetch(client, code).data)) as document:
        facts = document.attachments["tanda-terima.json"].get_file().read_bytes()
    told = json.loads(facts)
    receipt = db.session.scalars(select(Receipt)).one()
    assert told["ordered_by"] == "Bidang Mutasi, Kabupaten Sagara Timur"
    assert (told["number"], told["result_hash"]) == (receipt.number, receipt.result_hash)
    assert (told["rule"]["version"], told["rule"]["basis"]) == (1, "SK Uji 12/2026")
    assert (told["total"], told["counts"]["ELIGIBLE"], told["counts"]["REFUSED"]) == (2, 1, 1)
    for private in ("Bagas", "Wening", NOBODY):
        assert private not in facts.decode()


def test_an_upload_is_recognised_and_leads_to_the_public_page(
    office: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    code = checked(login(office["hr"]), office)
    file = fetch(client, code).data
    page = upload(client, file)
    assert "Berkas ini asli dan tidak berubah" in page.text
    assert f"/verifikasi/tanda-terima/{code}" in page.text
    assert "Bidang Mutasi" in page.text
    told = upload(client, file, Accept="application/json").json
    assert told["file"] == "GENUINE"
    assert told["receipt"].startswith("TT-")
    altered = upload(client, file + b"\n")
    assert "Berkas ini telah diubah" in altered.text
    assert "Bidang Mutasi" not in altered.text


def test_a_second_signing_of_the_same_receipt_counts_until_the_key_is_distrusted(
    app: Flask, office: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    code = checked(login(office["hr"]), office)
    fetch(client, code)
    row = queries.paper_by_code(codes.fold(code))
    assert row is not None
    twin = making.make(row, app.config["NETRA"])
    assert queries.stored_by_hash(hashlib.sha256(twin.content).hexdigest()) is None
    assert "Ini tanda terima" in upload(client, twin.content).text
    from certificates import papers
    from learning.kernel.transaction import write

    mark = papers.signers()[0].fingerprint
    write(papers.distrust, mark=mark, note="Kunci bocor.", now=clock.now())
    assert "tidak dapat dipercaya lagi" in upload(client, twin.content).text
    assert "Ini tanda terima" in upload(client, fetch(client, code).data).text


def test_a_signed_receipt_that_nobody_was_given_is_not_ours(
    app: Flask, office: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    code = checked(login(office["hr"]), office)
    fetch(client, code)
    row = queries.paper_by_code(codes.fold(code))
    assert row is not None
    invented = replace(row, payload=replace(row.payload, number="TT-999999/2026"))
    assert (
        "Berkas ini bukan dari kami"
        in upload(client, making.make(invented, app.config["NETRA"]).content).text
    )


def test_a_code_that_is_none_and_a_number_open_nothing(
    office: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    code = checked(login(office["hr"]), office)
    number = db.session.scalars(select(Receipt.number)).one()
    db.session.rollback()
    for wrong in ("0" * 30, "x", number.replace("/", "-")):
        assert fetch(client, wrong).status_code == 404
    page = client.get("/verifikasi/tanda-terima", query_string={"kode": number})
    assert page.status_code == 404
    assert "nomor dapat ditebak" in page.text
    assert code not in page.text


def test_where_nothing_signs_the_paper_says_so_and_is_not_kept(
    office: dict[str, int], login: Login, client: FlaskClient
) -> None:
    code = checked(login(office["hr"]), office)
    first, second = fetch(client, code), fetch(client, code)
    assert first.status_code == 200
    assert first.data == second.data
    assert db.session.scalars(select(ReceiptDocument)).all() == []
    assert "tidak bertanda tangan elektronik" in upload(client, first.data).text


def test_a_paper_that_is_signed_far_away_comes_later(
    app: Flask, office: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    code = checked(login(office["hr"]), office)
    app.config["NETRA"] = replace(app.config["NETRA"], signing=replace(signing, tsa_url="http://tsa.invalid"))
    for _ in range(2):
        waiting = fetch(client, code)
        assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "5")
    app.config["NETRA"] = replace(app.config["NETRA"], signing=signing)
    with app.app_context():
        assert jobs.drain() >= 1
    assert fetch(client, code).status_code == 200


def test_a_signer_that_cannot_sign_gives_a_page_and_keeps_nothing(
    app: Flask, office: dict[str, int], login: Login, client: FlaskClient
) -> None:
    code = checked(login(office["hr"]), office)
    app.config["NETRA"] = replace(
        app.config["NETRA"], signing=Signing(kind="pkcs12", pkcs12="/tidak-ada.p12")
    )
    page = fetch(client, code)
    assert page.status_code == 503
    assert "tetap tercatat" in page.text
    assert db.session.scalars(select(ReceiptDocument)).all() == []


def test_a_receipt_from_before_gets_its_paper_when_asked_for(
    office: dict[str, int],
    login: Login,
    client: FlaskClient,
    signing: Signing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from certificates.verification import services as list_services

    monkeypatch.setattr(list_services, "freeze_certificates", lambda **_kwargs: 0)
    code = listed(client)
    assert db.session.scalars(select(ReceiptPaper)).all() == []
    page = client.get(f"/verifikasi/tanda-terima/{code}.pdf", follow_redirects=True)
    assert page.data.startswith(b"%PDF-")


def test_the_database_lets_nobody_rewrite_a_paper(
    office: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    fetch(client, checked(login(office["hr"]), office))
    for table in (ReceiptPaper, ReceiptDocument):
        with pytest.raises(DBAPIError, match="frozen"):
            db.session.execute(delete(table))
        db.session.rollback()


def test_somebody_who_draws_many_waits(
    office: dict[str, int], login: Login, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certificates.routes.receipt_papers.DRAWINGS", ("2/minute",))
    code = checked(login(office["hr"]), office)
    assert [fetch(client, code).status_code for _ in range(3)] == [200, 200, 429]


def test_the_command_line_writes_the_served_bytes(
    app: Flask, office: dict[str, int], login: Login, client: FlaskClient, signing: Signing, tmp_path: Path
) -> None:
    code = checked(login(office["hr"]), office)
    number = db.session.scalars(select(Receipt.number)).one()
    db.session.rollback()
    out, runner = tmp_path / "tt.pdf", app.test_cli_runner()
    for name in (number, code):
        done = runner.invoke(args=["eligibility", "receipt", name, "--out", str(out)])
        assert done.exit_code == 0, done.output
        assert out.read_bytes() == fetch(client, code).data
    other = runner.invoke(args=["eligibility", "receipt", "TT-9/2026", "--out", str(out)])
    assert other.exit_code == 1
    assert "there is no receipt" in other.output


def test_freezing_twice_is_once(office: dict[str, int], login: Login) -> None:
    from learning.kernel.transaction import write

    checked(login(office["hr"]), office)
    receipt_id = db.session.scalars(select(Receipt.id)).one()
    ids = {write(services.freeze_eligibility, receipt_id=receipt_id, now=clock.now()) for _ in range(2)}
    assert len(ids) == 1


def test_an_official_signs_receipts_in_the_session_of_the_certificates(
    app: Flask, office: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    checked(login(office["hr"]), office)
    listed(client)
    done = app.test_cli_runner().invoke(args=["certificates", "sign", "--limit", "2"])
    assert (done.exit_code, done.output) == (0, "2 signed\n")
    # One certificate and one receipt: the limit holds over both.
    assert db.session.scalar(select(func.count()).select_from(ReceiptDocument)) == 1
    assert app.test_cli_runner().invoke(args=["certificates", "sign"]).output == "1 signed\n"


def test_whoever_has_paper_and_result_computes_the_hash_as_the_paper_says(
    office: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    hr = login(office["hr"])
    code = checked(hr, office)
    with pikepdf.open(io.BytesIO(fetch(client, code).data)) as document:
        told = json.loads(document.attachments["tanda-terima.json"].get_file().read_bytes())
    from certificates.promotion.receipt_models import EligibilityCheck

    public_id = db.session.scalars(select(EligibilityCheck.public_id)).one()
    db.session.rollback()
    sheet = hr.get(f"/kelayakan/banyak/{public_id}/hasil.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet, newline=""), delimiter=";"))[1:]
    head = (
        told["form"], told["rule"]["key"], str(told["rule"]["version"]), told["as_of"], told["known_at"],
    )  # fmt: skip
    text_of = "".join("\t".join(cells) + "\n" for cells in (head, *rows))
    assert hashlib.sha256(text_of.encode()).hexdigest() == told["result_hash"]
