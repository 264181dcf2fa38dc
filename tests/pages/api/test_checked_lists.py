"""A system has a list checked: the answers of the page, a file, and a receipt that a stranger can check."""

from __future__ import annotations

import hashlib
import io

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from certificates import codes
from certificates.api.scopes import Scope
from certificates.models import Certificate
from certificates.verification.models import VerificationReceipt
from learning.kernel.db import db
from learning.people import own
from tests.pages.api.asking import Machine, make_token
from tests.pages.api.conftest import Office


def paper_of(person: int) -> tuple[str, str]:
    row = db.session.execute(
        select(Certificate.number, Certificate.code).where(Certificate.person_id == person)
    ).one()
    return row.number, codes.display(row.code)


def test_codes_and_numbers_with_a_receipt(client: FlaskClient, offices: dict[str, Office]) -> None:
    a, b = offices["A"], offices["B"]
    (my_number, my_code), (foreign_number, foreign_code) = paper_of(a.passed), paper_of(b.passed)
    unknown = f"9999/{my_number.split('/', 1)[1]}"
    entries = [
        my_number,
        f"https://x/v/{foreign_code}",
        foreign_number,
        unknown,
        "bukan kode",
        my_code.lower(),
    ]
    answer = a.machine.post("/verification-lists", {"entries": entries}).get_json()
    assert [line["answer"] for line in answer["lines"]] == [
        "VALID", "VALID", "UNKNOWN", "UNKNOWN", "MISTYPED", "VALID",
    ]  # fmt: skip
    foreign, nobody = answer["lines"][2], answer["lines"][3]
    assert {**foreign, "line": 0, "entry": ""} == {**nobody, "line": 0, "entry": ""}
    assert a.nip(a.passed) not in str(answer)
    content = answer["file"].encode()
    receipt = answer["receipt"]
    assert hashlib.sha256(content).hexdigest() == receipt["sha256"]
    assert receipt["counts"] == {"VALID": 3, "UNKNOWN": 2, "MISTYPED": 1}
    # Everybody found can see it, once for a list; nothing of the result is kept, and nobody inherits it.
    assert len(own.views_of(a.passed)) == len(own.views_of(b.passed)) == 1
    kept = db.session.scalars(select(VerificationReceipt)).one()
    assert (kept.maker_id, kept.content, kept.payload["maker"]) == (None, None, "Kabupaten A")
    # A stranger checks the file: another agency's system, and the page without an account.
    assert b.machine.get(f"/verification-lists/{receipt['code']}").get_json() == receipt
    page = receipt["url"].partition("://")[2].partition("/")[2]
    for tried, said in (
        (content, "Berkas ini asli dan tidak berubah"),
        (content + b" ", "Berkas ini bukan hasil pemeriksaan itu"),
    ):
        assert said in client.post(f"/{page}", data={"berkas": (io.BytesIO(tried), "hasil.csv")}).text


def test_numbers_need_more_than_the_right_to_verify(app: Flask, office: Office) -> None:
    number, code = paper_of(office.passed)
    machine = Machine(app, make_token(office.agency, office.admin, Scope.CERTIFICATES_VERIFY))
    lines = machine.post("/verification-lists", {"entries": [number, code]}).get_json()["lines"]
    assert [line["answer"] for line in lines] == ["NUMBER_NOT_ANSWERED", "VALID"]
    other = Machine(app, make_token(office.agency, office.admin, Scope.CERTIFICATES_READ))
    assert other.post("/verification-lists", {"entries": [code]}).status_code == 403


def test_sent_twice_with_one_key_is_one_receipt(office: Office) -> None:
    _number, code = paper_of(office.passed)
    sent = {"headers": {"Idempotency-Key": "daftar-1"}}
    first = office.machine.post("/verification-lists", {"entries": [code]}, **sent)
    again = office.machine.post("/verification-lists", {"entries": [code]}, **sent)
    assert first.get_json() == again.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert office.machine.post("/verification-lists", {"entries": ["x"]}, **sent).status_code == 422
    assert len(db.session.scalars(select(VerificationReceipt)).all()) == 1
    assert len(own.views_of(office.passed)) == 1


def test_bad_lists_and_bad_receipt_codes_are_refused(office: Office) -> None:
    for entries in ([], ["x" * 201], ["x"] * 1001, [None], "x", ["\x00"]):
        answer = office.machine.post("/verification-lists", {"entries": entries})
        assert answer.status_code == 422, entries
        assert answer.get_json()["errors"]
    for code in ("0000000000000000", paper_of(office.passed)[1]):
        answer = office.machine.get(f"/verification-lists/{code}")
        assert answer.get_json()["type"].endswith("#receipt-unknown")
    assert db.session.scalar(select(VerificationReceipt.id)) is None
