"""What somebody sends who wants the server to stumble or to speak for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

ODD = ["/\t/[", "/\t/\uff0f", "/a\r\nX-Odd: 1", "/\t/contoh.invalid", "/a\x00b", "/\u2028/a"]


@pytest.mark.parametrize("target", ODD)
def test_an_odd_way_on_leads_to_the_start_and_never_stumbles(client: FlaskClient, target: str) -> None:
    assert client.get("/masuk", query_string={"next": target}).status_code in {200, 404}
    answer = client.post("/bahasa", data={"next": target, "bahasa": "en"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_the_address_to_compare_with_is_ours_whatever_host_the_request_names(
    client: FlaskClient, app: Flask
) -> None:
    app.config["NETRA"] = replace(app.config["NETRA"], base_url="https://netra.contoh.invalid")
    page = client.get("/verifikasi", headers={"Host": "palsu.invalid"}).text
    assert "netra.contoh.invalid" in page
    assert "palsu.invalid" not in page


def test_forms_on_the_verification_page_work_over_tls(client: FlaskClient) -> None:
    """Over TLS the token check also wants the referrer, so these pages must let browsers send it to ourselves."""
    page = client.get("/verifikasi", base_url="https://localhost")
    assert page.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_stranger_cannot_send_a_flood_of_fields(client: FlaskClient, app: Flask, kind: str) -> None:
    """A form of sixty megabytes took one process eight seconds and two gigabytes before anybody had signed in."""
    app.config["WTF_CSRF_ENABLED"] = True
    body = b"a=b&" * 500_000
    answer = client.post("/masuk", data=body, content_type=kind)
    assert answer.status_code == 413
    assert "Internal" not in answer.text


def test_somebody_signed_in_sends_files_but_no_flood_of_fields(client: FlaskClient, app: Flask) -> None:
    from tests import factories

    with app.app_context():
        person = factories.make_person(factories.make_agency(), roles=[("TRAINER", None)])
        token = factories.make_session(person)
    with client.session_transaction() as session:
        session["_user_id"] = token
    assert client.post("/studio/unggah", data={"a": "b" * 600_000}).status_code == 413
    part = (
        b'--b\r\nContent-Disposition: form-data; name="%s"; filename="a.zip"\r\n\r\n'
        + bytes(300_000)
        + b"\r\n"
    )
    large = part % b"berkas" + part % b"lain" + b"--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    assert client.post("/studio/unggah", data=large, content_type=kind).status_code == 302
