"""Signing in and out, as people and attackers do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from learning.kernel import clock, panels
from learning.kernel.transaction import write
from learning.people import login as people_login
from learning.people import passwords, queries, services
from learning.people.kinds import PersonStatus
from tests import factories

NIP = "198501012010011901"
WRONG = "NIP atau kata sandi tidak cocok."


@pytest.fixture
def ratna(db_session: Any) -> int:
    agency = factories.make_agency()
    return factories.make_person(
        agency, name="Ratna Wulandari", employee_number=NIP, password=factories.PASSWORD
    )


def enter(client: FlaskClient, password: str = factories.PASSWORD, nip: str = NIP, **more: str) -> Any:
    return client.post("/masuk", data={"nip": nip, "sandi": password, **more})


def test_a_civil_servant_signs_in_with_spaces_in_the_number(client: FlaskClient, ratna: int) -> None:
    answer = enter(client, nip="19850101 201001 1 901")
    assert answer.status_code == 302
    assert answer.location == "/"
    assert "Ratna Wulandari" in client.get("/akun").text


def test_unknown_number_wrong_password_and_retired_person_hear_the_same(
    client: FlaskClient, ratna: int
) -> None:
    wrong = enter(client, "bukan kata sandinya")
    unknown = enter(client, "bukan kata sandinya", nip="198501012010011902")
    write(services.retire_person, person_id=ratna, on=clock.local_date(clock.now()), now=clock.now())
    retired = enter(client)
    for answer in (wrong, unknown, retired):
        assert answer.status_code == 422
        assert WRONG in answer.text


def test_an_unknown_number_costs_one_hash_like_a_wrong_password(
    client: FlaskClient, ratna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str | None] = []
    real = passwords.verify_password

    def counting(stored: str | None, password: str) -> bool:
        checked.append(stored)
        return real(stored, password)

    monkeypatch.setattr(passwords, "verify_password", counting)
    enter(client, "salah salah salah")
    enter(client, "salah salah salah", nip="198501012010011902")
    assert len(checked) == 2
    assert checked[0] is not None
    assert checked[1] is None


def test_a_number_with_seventeen_digits_says_so_and_keeps_what_was_typed(client: FlaskClient) -> None:
    answer = enter(client, nip=NIP[:-1])
    assert answer.status_code == 422
    assert "NIP harus 18 angka, yang diisi 17." in answer.text
    assert NIP[:-1] in answer.text


def test_the_password_never_comes_back_in_the_page(client: FlaskClient, ratna: int) -> None:
    assert "sangat-rahasia-sekali" not in enter(client, "sangat-rahasia-sekali").text


@pytest.mark.parametrize(
    "target",
    ["https://jahat.example/", "//jahat.example", "/\\jahat.example", "javascript:alert(1)", "jahat"],
)
def test_next_never_leads_to_another_host(client: FlaskClient, ratna: int, target: str) -> None:
    assert enter(client, next=target).location == "/"


def test_next_leads_back_to_the_page_that_was_wanted(client: FlaskClient, ratna: int) -> None:
    assert client.get("/akun").location == "/masuk?next=/akun"
    assert enter(client, next="/akun").location == "/akun"


def test_signing_out_ends_the_session_on_the_server_at_once(client: FlaskClient, ratna: int) -> None:
    enter(client)
    stolen = client.get_cookie("netra")
    assert stolen is not None
    assert client.post("/keluar").status_code == 302
    thief = client.application.test_client()
    thief.set_cookie("netra", stolen.value)
    assert thief.get("/akun").status_code == 302


def test_a_cookie_planted_before_signing_in_is_worth_nothing_afterwards(
    client: FlaskClient, ratna: int, login: Callable[[int], FlaskClient]
) -> None:
    attacker = factories.make_person(name="Andi Penyerang")
    planted = login(attacker).get_cookie("netra")
    assert planted is not None
    client.set_cookie("netra", planted.value)
    enter(client)
    assert "Ratna Wulandari" in client.get("/akun").text
    watching = client.application.test_client()
    watching.set_cookie("netra", planted.value)
    assert watching.get("/akun").status_code == 302, "the session this browser had is ended"


def test_each_signing_in_has_a_token_of_its_own(client: FlaskClient, ratna: int) -> None:
    tokens = set()
    for _ in range(2):
        enter(client)
        with client.session_transaction() as session:
            tokens.add(session["_user_id"])
    assert len(tokens) == 2


def test_a_session_ends_after_twelve_hours(client: FlaskClient, ratna: int) -> None:
    enter(client)
    with clock.travel(clock.now() + timedelta(hours=12, minutes=1)):
        assert client.get("/akun").status_code == 302


def test_hammering_does_not_lock_out_the_owner_on_a_known_browser(
    client: FlaskClient, app: Flask, ratna: int
) -> None:
    enter(client)
    client.post("/keluar")
    attacker = app.test_client()
    for _ in range(10):
        assert enter(attacker, "tebakan-tebakan").status_code == 422
    held = enter(attacker, factories.PASSWORD)
    assert held.status_code == 429, "even the right guess waits"
    assert "Akun Anda tidak dikunci" in held.text
    assert enter(client).status_code == 302, "the owner's device cookie counts apart"


def test_a_device_cookie_of_somebody_else_opens_no_second_counter(
    client: FlaskClient, app: Flask, ratna: int
) -> None:
    attacker = app.test_client()
    factories.make_person(name="Andi", employee_number="198501012010011903", password=factories.PASSWORD)
    enter(attacker, nip="198501012010011903")
    answers = [enter(attacker, "tebakan-tebakan").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    stranger = app.test_client()
    assert enter(stranger, "tebakan-tebakan").status_code == 429, "they counted as a stranger's tries"


def test_one_address_that_tries_many_accounts_is_slowed(
    client: FlaskClient, ratna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_login, "CLIENT_LIMIT", "3/15 minutes")
    for serial in (1, 2, 3):
        assert enter(client, "tebakan-tebakan", nip=f"19850101201001180{serial}").status_code == 422
    assert enter(client, "tebakan-tebakan", nip="198501012010011804").status_code == 429


def test_a_hash_with_older_parameters_is_renewed_while_signing_in(
    client: FlaskClient, db_session: Any
) -> None:
    from argon2 import PasswordHasher

    from learning.people.models import Person

    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(factories.PASSWORD)
    person_id = factories.make_person(employee_number=NIP)

    def plant() -> None:
        db_session.get(Person, person_id).password_hash = weak

    write(plant)
    assert enter(client).status_code == 302
    stored = db_session.get(Person, person_id).password_hash
    assert stored != weak
    assert not passwords.is_outdated(stored)


def test_without_a_csrf_token_nobody_is_signed_in_or_out(app: Flask, client: FlaskClient) -> None:
    # No application context is held here: Flask would hand its cached token from one request to the next.
    with app.app_context():
        factories.make_person(name="Ratna Wulandari", employee_number=NIP, password=factories.PASSWORD)
    enter(client)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post("/keluar").status_code == 400
        assert client.get("/akun").status_code == 200, "still signed in"
        stranger = app.test_client()
        assert enter(stranger).status_code == 400
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', stranger.get("/masuk").text)
        assert token is not None
        assert enter(stranger, csrf_token=token.group(1)).status_code == 302
        old = token.group(1)
        assert stranger.post("/keluar", data={"csrf_token": old}).status_code == 400, "a token from before"
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(client: FlaskClient, ratna: int) -> None:
    headers = enter(client).headers.getlist("Set-Cookie")
    assert {line.split("=")[0] for line in headers} >= {"netra", "netra_perangkat"}
    for line in headers:
        assert "HttpOnly" in line
        assert "SameSite=Lax" in line


def test_knowing_who_is_there_costs_one_statement(
    ratna: int, login: Callable[[int], FlaskClient], query_count: Callable[[], Any]
) -> None:
    from learning.people.access import load_principal

    for _ in range(3):
        factories.make_session(ratna)
    token = factories.make_session(ratna)
    with query_count() as statements:
        assert load_principal(token) is not None
    assert len(statements) == 1


def test_a_retired_person_is_out_with_the_next_click(ratna: int, login: Callable[[int], FlaskClient]) -> None:
    browser = login(ratna)
    assert browser.get("/akun").status_code == 200
    write(services.retire_person, person_id=ratna, on=clock.local_date(clock.now()), now=clock.now())
    assert browser.get("/akun").status_code == 302
    row = queries.person_row(ratna)
    assert row is not None
    assert row.status is PersonStatus.RETIRED


def test_personas_stand_on_the_page_in_the_demo_only(
    client: FlaskClient, ratna: int, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    personas = [("Ratna Wulandari", NIP, factories.PASSWORD, "Peserta")]
    monkeypatch.setitem(panels._panels, "login.demo", (lambda: personas,))
    assert factories.PASSWORD not in client.get("/masuk").text


def test_a_persona_signs_in_with_one_tap_and_no_script(
    client: FlaskClient, ratna: int, demo_mode: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    personas = [("Ratna Wulandari", NIP, factories.PASSWORD, "Peserta")]
    monkeypatch.setitem(panels._panels, "login.demo", (lambda: personas,))
    page = client.get("/masuk").text
    assert "19850101 201001 1 901" in page
    form = page[page.index("Coba sebagai peraga") :]
    number, password = re.search(
        r'name="nip" value="(\d+)".*?name="sandi" value="([^"]+)"', form, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    assert enter(client, password, nip=number).status_code == 302


def test_thirty_visitors_of_the_demo_can_be_the_same_persona(
    app: Flask, client: FlaskClient, ratna: int
) -> None:
    assert [enter(app.test_client()).status_code for _ in range(15)] == [302] * 15


def test_letters_of_the_demo_are_a_404_elsewhere(client: FlaskClient, app: Flask) -> None:
    assert client.get("/surat").status_code == 404
