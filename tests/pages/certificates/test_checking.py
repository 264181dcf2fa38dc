"""The public check by code: every state, every way of typing, nothing that the paper does not say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from certificates import codes, services
from certificates.models import Certificate, RevocationReason
from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.records import services as records
from tests import factories

PASSED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def holder(db_session: Any) -> int:
    agency = factories.make_agency("Kabupaten Sagara Timur")
    unit = factories.make_unit(agency, "Puskesmas Karang Bendo")
    factories.make_course(modules=2)
    person_id = factories.make_person(unit, "Ratna Wulandari", back_title="S.Kep., Ns.")
    factories.pass_course(person_id, now=PASSED)
    return person_id


def certificate() -> Certificate:
    db.session.rollback()
    return db.session.scalars(select(Certificate).order_by(Certificate.id)).first()  # type: ignore[return-value]


def test_the_form_asks_for_the_code_without_an_account(client: FlaskClient) -> None:
    page = client.get("/verifikasi")
    assert page.status_code == 200
    assert "Kode verifikasi" in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_valid_certificate_shows_what_the_paper_says_and_nothing_more(
    holder: int, client: FlaskClient
) -> None:
    row = certificate()
    with clock.travel(PASSED + timedelta(days=10)):
        page = client.get(f"/verifikasi/{codes.display(row.code)}")
    assert page.status_code == 200
    assert "<title>Berlaku" in page.text
    for words in (
        "Sertifikat ini asli dan berlaku",
        "Ratna Wulandari, S.Kep., Ns.",
        "Netralitas Uji",
        row.number,
    ):
        assert words in page.text
    nip = row.payload["employee_number"]
    digits = "".join(char for char in page.text if char.isdigit())
    assert nip not in digits
    assert nip[2:8] not in page.text
    assert "••••••" in page.text
    for hidden in ("Guru Ahli Pertama", "Puskesmas Karang Bendo", "100.00"):
        assert hidden not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize("prefix", ["/v/", "/V/", "/verifikasi/"])
@pytest.mark.parametrize("writing", ["plain", "lower", "grouped", "letters"])
def test_every_way_of_typing_the_code_finds_it(
    holder: int, client: FlaskClient, prefix: str, writing: str
) -> None:
    code = certificate().code
    typed = {
        "plain": code,
        "lower": code.lower(),
        "grouped": codes.display(code).replace("-", " "),
        "letters": code.replace("0", "O").replace("1", "l"),
    }[writing]
    with clock.travel(PASSED + timedelta(days=10)):
        assert "Sertifikat ini asli dan berlaku" in client.get(prefix + typed).text
        found = client.get("/verifikasi", query_string={"kode": f" {typed} "}, follow_redirects=True)
    assert "Sertifikat ini asli dan berlaku" in found.text


def test_on_its_last_day_it_is_valid_and_the_day_after_it_has_expired(
    holder: int, client: FlaskClient
) -> None:
    code = certificate().code
    with clock.travel(datetime(2028, 11, 24, 16, 59, tzinfo=UTC)):
        assert "asli dan berlaku" in client.get(f"/v/{code}").text
    with clock.travel(datetime(2028, 11, 24, 17, 0, tzinfo=UTC)):
        page = client.get(f"/v/{code}")
    assert page.status_code == 200
    assert "masa berlakunya habis" in page.text
    assert "<title>Kedaluwarsa" in page.text


def test_a_superseded_certificate_points_to_its_successor(holder: int, client: FlaskClient) -> None:
    old = certificate()
    later = PASSED + timedelta(days=200)
    write(records.renew, enrolment_id=old.enrolment_id, now=later)
    factories.pass_course(holder, now=later)
    new = db.session.scalars(select(Certificate).order_by(Certificate.id.desc())).first()
    assert new is not None
    with clock.travel(later + timedelta(days=1)):
        page = client.get(f"/v/{old.code}").text
    assert "sudah diganti" in page
    assert f"/verifikasi/{codes.display(new.code)}" in page
    assert new.number in page


def test_a_revoked_certificate_says_since_when_and_why(holder: int, client: FlaskClient) -> None:
    row = certificate()
    day = PASSED + timedelta(days=51)
    factories.revoke_certificate(
        row.id,
        reason=RevocationReason.QUIZ_RULES_BROKEN,
        note="Rincian hanya untuk pemegang.",
        now=day,
    )
    with clock.travel(day + timedelta(days=1)):
        page = client.get(f"/v/{row.code}")
    assert page.status_code == 200
    assert "Dicabut 14\u00a0Januari\u00a02027" in page.text
    assert "tata tertib kuis dilanggar" in page.text
    assert "Rincian hanya" not in page.text


def test_a_typing_error_and_an_unknown_code_get_one_answer(
    holder: int, client: FlaskClient, app: Flask, query_count: Any
) -> None:
    code = certificate().code
    wrong = code[:3] + ("A" if code[3] != "A" else "B") + code[4:]
    with app.app_context():
        never = codes.new_code(services.code_key())
    pages, statements = [], []
    for typed in (wrong, never):
        with query_count() as asked:
            page = client.get(f"/v/{typed}")
        assert page.status_code == 404
        assert "patut diragukan" in page.text
        assert codes.display(typed) in page.text
        words = page.text.replace(codes.display(typed), "CODE").replace(typed, "CODE")
        pages.append(words)
        statements.append(len(asked))
    assert pages[0] == pages[1]
    assert statements[0] == statements[1]
    answers = [
        client.get(f"/v/{typed}", headers={"Accept": "application/json"}) for typed in (wrong, never, "x")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


def test_what_cannot_be_a_code_takes_the_same_question_to_the_database(
    holder: int, client: FlaskClient, query_count: Any
) -> None:
    counts = []
    for typed in ("x", "U" * 30, "0" * 30, "0" * 16):
        with query_count() as asked:
            client.get(f"/v/{typed}")
        counts.append(len(asked))
    assert len(set(counts)) == 1


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ("", 422, "Tuliskan kode"),
        ("K7QF", 404, "Yang Anda isi 4"),
        ("K7QF-2M9T-XR4C-8HP?", 404, "“?”"),
        ("<script>", 404, "&lt;"),
    ],
)
def test_the_form_says_what_to_check_about_a_code(
    client: FlaskClient, typed: str, status: int, sentence: str
) -> None:
    page = client.get("/verifikasi", query_string={"kode": typed})
    assert page.status_code == status
    assert sentence in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize("typed", ["x", "%00", "K" * 500, "..%2f..", "%F0%9F%98%80", "U" * 16])
def test_nonsense_in_the_address_is_a_calm_404(client: FlaskClient, typed: str) -> None:
    page = client.get(f"/verifikasi/{typed}")
    assert page.status_code == 404


def test_a_paper_made_under_an_earlier_secret_is_still_found(
    holder: int, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = certificate().code
    monkeypatch.setattr("certificates.services.code_key", lambda: b"another key")
    with clock.travel(PASSED + timedelta(days=10)):
        assert "asli dan berlaku" in client.get(f"/v/{code}").text


@pytest.mark.parametrize("writing", ["plain", "grouped", "lower"])
def test_a_paper_from_before_with_sixteen_symbols_is_found_for_ever(
    db_session: Any, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, writing: str
) -> None:
    monkeypatch.setattr(codes, "CURRENT", codes.EARLIER)
    made = codes.new_code
    monkeypatch.setattr(codes, "new_code", lambda key: made(key, kind=codes.EARLIER))
    unit = factories.make_unit(factories.make_agency())
    factories.make_course(modules=1)
    factories.pass_course(factories.make_person(unit), now=PASSED)
    monkeypatch.undo()
    code = certificate().code
    assert len(code) == 16
    typed = {"plain": code, "grouped": codes.display(code), "lower": code.lower()}[writing]
    with clock.travel(PASSED + timedelta(days=10)):
        for prefix in ("/v/", "/V/", "/verifikasi/"):
            assert "asli dan berlaku" in client.get(prefix + typed).text


def test_machines_get_the_same_as_json(holder: int, client: FlaskClient) -> None:
    row = certificate()
    with clock.travel(PASSED + timedelta(days=10)):
        body = client.get(f"/v/{row.code}", headers={"Accept": "application/json"}).json
    assert body["state"] == "VALID"
    assert body["number"] == row.number
    assert body["employee_number"].count("•") == 13
    assert "score" not in body


def test_whoever_keeps_guessing_has_to_wait_and_is_told_how_long(holder: int, client: FlaskClient) -> None:
    for _ in range(20):
        assert client.get("/v/AAAAAAAAAAAAAAAA").status_code == 404
    refused = client.get("/v/AAAAAAAAAAAAAAAA")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1


def test_the_check_costs_two_statements(holder: int, client: FlaskClient, query_count: Any) -> None:
    code = certificate().code
    client.get(f"/v/{code}")
    with query_count() as statements:
        client.get(f"/v/{code}")
    assert len(statements) <= 2
