"""Links in letters: asking for one, using it once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from learning.kernel import clock, jobs
from learning.kernel.mail import MailMessage
from learning.people import login as people_login
from tests import factories

NIP = "198501012010011901"
NEW = "kuda lumping menari"


@pytest.fixture
def ratna(db_session: Any) -> int:
    return factories.make_person(
        employee_number=NIP, password=factories.PASSWORD, email="ratna@contoh.invalid"
    )


def newest_letter(db_session: Any) -> MailMessage | None:
    db_session.rollback()
    return db_session.scalar(select(MailMessage).order_by(MailMessage.id.desc()).limit(1))


def ask(client: FlaskClient, db_session: Any, nip: str = NIP) -> str:
    """Ask for a link and read it from the letter; the path."""
    assert client.post("/lupa-sandi", data={"nip": nip}).status_code == 200
    jobs.drain()
    letter = newest_letter(db_session)
    assert letter is not None
    found = re.search(r"http://localhost(/\S+)", letter.body)
    assert found is not None
    return found.group(1)


def choose(client: FlaskClient, path: str, password: str = NEW, again: str | None = None) -> Any:
    return client.post(path, data={"sandi": password, "ulangi": password if again is None else again})


def enters(client: FlaskClient, password: str) -> bool:
    return client.post("/masuk", data={"nip": NIP, "sandi": password}).status_code == 302


def test_a_forgotten_password_is_replaced_through_the_letter(
    client: FlaskClient, db_session: Any, ratna: int
) -> None:
    path = ask(client, db_session)
    assert path.startswith("/atur-sandi/")
    assert client.get(path).status_code == 200
    assert choose(client, path).status_code == 302
    assert not enters(client, factories.PASSWORD)
    assert enters(client, NEW)


def test_looking_at_the_link_uses_nothing_up(client: FlaskClient, db_session: Any, ratna: int) -> None:
    path = ask(client, db_session)
    for _ in range(3):
        assert client.get(path).status_code == 200  # a mail scanner opens it first
    assert choose(client, path).status_code == 302


def test_the_same_link_in_two_tabs_works_once(
    client: FlaskClient, db_session: Any, ratna: int, app: Flask
) -> None:
    path = ask(client, db_session)
    other = app.test_client()
    assert client.get(path).status_code == other.get(path).status_code == 200
    assert choose(client, path).status_code == 302
    late = choose(other, path, "gajah duduk di pagar")
    assert late.status_code == 410
    assert "Tautan tidak berlaku lagi" in late.text
    assert enters(client, NEW)


def test_a_newer_link_puts_the_older_out_of_use(client: FlaskClient, db_session: Any, ratna: int) -> None:
    first = ask(client, db_session)
    second = ask(client, db_session)
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_a_link_is_over_after_an_hour(client: FlaskClient, db_session: Any, ratna: int) -> None:
    path = ask(client, db_session)
    with clock.travel(clock.now() + timedelta(minutes=61)):
        assert client.get(path).status_code == 410
        assert choose(client, path).status_code == 410


def test_a_used_link_ends_every_session(client: FlaskClient, db_session: Any, ratna: int, app: Flask) -> None:
    phone = app.test_client()
    assert enters(phone, factories.PASSWORD)
    choose(client, ask(client, db_session))
    assert phone.get("/akun").status_code == 302


def test_somebody_new_activates_their_account(client: FlaskClient, db_session: Any) -> None:
    factories.make_person(employee_number=NIP, email="baru@contoh.invalid")
    path = ask(client, db_session)
    assert path.startswith("/aktivasi/")
    assert "Aktifkan akun Anda" in client.get(path).text
    choose(client, path)
    assert enters(client, NEW)


@pytest.mark.parametrize("nip", [NIP, "198501012010011902"])
def test_the_answer_is_the_same_whether_the_account_exists(
    client: FlaskClient, db_session: Any, ratna: int, nip: str
) -> None:
    answer = client.post("/lupa-sandi", data={"nip": nip})
    assert answer.status_code == 200
    assert "Bila NIP itu terdaftar" in answer.text
    queued = db_session.scalar(select(func.count()).select_from(jobs.Job))
    assert queued == 1, "the work is the same as well"


def test_too_many_letters_are_dropped_in_silence(client: FlaskClient, db_session: Any, ratna: int) -> None:
    for _ in range(5):
        assert client.post("/lupa-sandi", data={"nip": NIP}).status_code == 200
    jobs.drain()
    db_session.rollback()
    assert db_session.scalar(select(func.count()).select_from(MailMessage)) == 3


def test_one_address_cannot_flood_everybody_with_letters(
    client: FlaskClient, db_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_login, "LINK_CLIENT_LIMIT", "2/hour")
    answers = [client.post("/lupa-sandi", data={"nip": NIP}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("pendek", "Kata sandi paling sedikit 10 huruf, yang Anda isi 6."),
        ("aku" + NIP, "Kata sandi tidak boleh memuat NIP Anda."),
        ("Password 123", "terlalu umum"),
        ("1234567890", "terlalu umum"),
        ("ababababababab", "deretan atau ulangan"),
        ("x" * 129, "paling banyak 128 huruf"),
        ("", "Isi kata sandi baru."),
    ],
)
def test_a_weak_password_is_refused_with_the_reason_and_the_link_still_works(
    client: FlaskClient, db_session: Any, ratna: int, password: str, sentence: str
) -> None:
    path = ask(client, db_session)
    answer = choose(client, path, password)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert choose(client, path).status_code == 302


def test_two_different_entries_are_refused(client: FlaskClient, db_session: Any, ratna: int) -> None:
    answer = choose(client, ask(client, db_session), again="sesuatu yang lain")
    assert answer.status_code == 422
    assert "Dua isian kata sandi tidak sama" in answer.text


@pytest.mark.parametrize("path", ["/atur-sandi/", "/aktivasi/"])
@pytest.mark.parametrize("token", ["x", "%00", "a" * 5000, "..%2f..", "<script>"])
def test_an_invented_link_gets_a_clear_page(client: FlaskClient, path: str, token: str) -> None:
    assert client.get(path + token).status_code in {404, 410}
    assert choose(client, path + token).status_code in {404, 410}


def test_the_letter_stands_on_the_demo_page_with_a_link_to_tap(
    client: FlaskClient, db_session: Any, ratna: int, demo_mode: None
) -> None:
    assert client.post("/lupa-sandi", data={"nip": NIP}).status_code == 200
    jobs.drain()
    found = re.search(r'href="http://localhost(/atur-sandi/[^"]+)"', client.get("/surat").text)
    assert found is not None
    assert client.get(found[1]).status_code == 200
