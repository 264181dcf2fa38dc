"""Error pages: our own words, one way out, whatever went wrong and whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, abort, render_template
from flask.testing import FlaskClient

from learning.kernel import access
from learning.kernel.access import Role
from learning.kernel.config import ROOT
from learning.kernel.errors import Conflict, Gone, Invalid, TooMany
from tests import factories

CODES = sorted(int(path.stem) for path in (ROOT / "templates" / "errors").glob("*.html"))
STATES: dict[str, Callable[[], Any]] = {
    "conflict": lambda: Conflict("courses.decided_already"),
    "gone": lambda: Gone("kernel.not_found"),
    "invalid": lambda: Invalid("courses.option_unknown"),
    "too-many": lambda: TooMany(retry_after=90),
}


@pytest.fixture
def broken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Make the privacy page end in the way one wants."""

    def end_in(ending: Callable[[], Any]) -> None:
        @access.public
        def view() -> Any:
            return ending()

        monkeypatch.setitem(app.view_functions, "courses.privacy", view)
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    return end_in


@pytest.mark.parametrize("code", CODES)
def test_every_error_page_stands_without_person_or_database(app: Flask, code: int) -> None:
    with app.test_request_context("/hilang"):
        page = render_template(f"errors/{code}.html", sentence=None, request_id="0a1b", code=code)
    assert f"Kode {code}, rujukan 0a1b" in page
    assert page.count("<h1>") == 1
    assert 'class="btn btn--main' in page
    assert "data-theme-toggle" in page
    for word in ("Traceback", "None", "Internal Server Error"):
        assert word not in page


def test_an_unknown_address_says_so_and_leads_home(client: FlaskClient) -> None:
    answer = client.get("/tidak/ada")
    assert answer.status_code == 404
    assert "Halaman ini tidak ada" in answer.text
    assert 'href="/"' in answer.text


def test_the_wrong_method_names_the_right_one(client: FlaskClient) -> None:
    answer = client.post("/privasi")
    assert answer.status_code == 405
    assert "tidak dapat dibuka langsung" in answer.text
    assert "GET" in answer.headers["Allow"]


def test_a_page_of_another_role_is_refused_with_a_way_out(
    app: Flask, login: Callable[[int], FlaskClient]
) -> None:
    with app.app_context():
        learner = factories.make_person()
    answer = login(learner).get("/studio/")
    assert answer.status_code == 403
    assert "Lihat peran saya" in answer.text


def test_a_script_that_is_signed_out_gets_401_as_json(client: FlaskClient) -> None:
    answer = client.get("/akun", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.get_json()["code"] == "http.401"


@pytest.mark.parametrize(
    ("name", "status"), [("conflict", 409), ("gone", 410), ("invalid", 422), ("too-many", 429)]
)
def test_a_refusal_is_told_in_its_own_sentence(
    client: FlaskClient, broken: Callable[[Any], None], name: str, status: int
) -> None:
    def refuse() -> None:
        refusal = STATES[name]()
        raise refusal

    broken(refuse)
    answer = client.get("/privasi")
    assert answer.status_code == status
    assert f"Kode {status}" in answer.text
    if status == 429:
        assert answer.headers["Retry-After"] == "90"
        assert "90 detik" in answer.text
    elif status == 409:
        assert "Pilihan pertama Anda tetap tersimpan" in answer.text


@pytest.mark.parametrize("status", [400, 403, 413, 418, 503])
def test_what_the_server_itself_refuses_has_a_page_too(
    client: FlaskClient, broken: Callable[[Any], None], status: int
) -> None:
    broken(lambda: abort(status))
    answer = client.get("/privasi")
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert f"Kode {status}" in answer.text


def test_a_crash_tells_nothing_but_a_reference(client: FlaskClient, broken: Callable[[Any], None]) -> None:
    def crash() -> None:
        raise ZeroDivisionError("rahasia dapur")

    broken(crash)
    answer = client.get("/privasi")
    assert answer.status_code == 500
    assert "Ada yang rusak di pihak kami" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "rahasia" not in answer.text


def test_a_form_without_token_is_sent_back_with_the_remedy(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post("/bahasa", data={"bahasa": "en"})
    assert answer.status_code == 400
    assert "Muat ulang halaman, lalu kirim sekali lagi" in answer.text
    assert "The CSRF token is missing" not in answer.text


def test_an_upload_over_the_limit_is_told_so(login: Callable[[int], FlaskClient], app: Flask) -> None:
    with app.app_context():
        trainer = factories.make_person(roles=[(Role.TRAINER, None)])
    limit = app.config["MAX_CONTENT_LENGTH"]
    app.config["MAX_CONTENT_LENGTH"] = 1000
    try:
        answer = login(trainer).post("/studio/unggah", data={"berkas": "x" * 5000})
    finally:
        app.config["MAX_CONTENT_LENGTH"] = limit
    assert answer.status_code == 413
    assert "Berkas ini terlalu besar" in answer.text


def test_error_pages_carry_the_strict_headers(client: FlaskClient) -> None:
    answer = client.get("/tidak/ada")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_english_reader_gets_the_same_page(client: FlaskClient) -> None:
    client.set_cookie("bahasa", "en")
    answer = client.get("/tidak/ada")
    assert answer.status_code == 404
    assert 'lang="en"' in answer.text
