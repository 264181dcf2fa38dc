"""What the issuer publishes, what a holder downloads, and what nobody else gets."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from certificates.badge import signing
from certificates.badge.models import Badge
from certificates.models import Certificate
from learning.kernel import clock, jobs
from learning.kernel.db import db
from tests import factories

PASSED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def holder(db_session: Any) -> int:
    unit = factories.make_unit(factories.make_agency("Kabupaten Sagara Timur"))
    factories.make_course(modules=1)
    person_id = factories.make_person(unit, "Ratna Wulandari")
    factories.pass_course(person_id, now=PASSED)
    return person_id


def only() -> tuple[int, str]:
    row = db.session.scalars(select(Certificate)).one()
    found = row.id, row.code
    db.session.rollback()
    return found


def part(token: str, at: int) -> dict[str, Any]:
    text = token.split(".")[at]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def test_the_holder_downloads_the_badge_beside_the_paper(
    holder: int, login: Callable[[int], FlaskClient]
) -> None:
    certificate_id, code = only()
    signing.credential_for(certificate_id)
    browser = login(holder)
    page = browser.get(f"/sertifikat/{code}", follow_redirects=True).text
    assert ".badge.json" in page
    answer = browser.get(f"/sertifikat/{code}.badge.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/vc"
    assert answer.headers["Content-Disposition"].endswith('.json"')
    assert "1985" not in answer.headers["Content-Disposition"]
    badge = answer.get_json(force=True)
    assert badge["id"] == f"http://localhost/v/{code}"
    token = browser.get(f"/sertifikat/{code}.badge.jwt").text
    assert part(token, 0).keys() == {"alg", "kid", "typ"}
    claims = part(token, 1)
    assert (claims["iss"], claims["jti"]) == (badge["issuer"]["id"], badge["id"])
    assert claims["sub"] == badge["credentialSubject"]["id"]
    assert claims["nbf"] == int(datetime.fromisoformat(badge["validFrom"]).timestamp())
    assert claims["exp"] == int(datetime.fromisoformat(badge["validUntil"]).timestamp())
    assert "proof" not in claims


def test_nobody_else_gets_it_and_not_even_hr(holder: int, login: Callable[[int], FlaskClient]) -> None:
    certificate_id, code = only()
    signing.credential_for(certificate_id)
    agency = factories.make_agency("Lain")
    for roles in ([], [("HR", agency)], [("ADMIN", None)]):
        other = factories.make_person(factories.make_unit(agency), roles=roles)
        for ending in ("json", "jwt"):
            assert login(other).get(f"/sertifikat/{code}.badge.{ending}").status_code == 404


def test_whoever_is_faster_than_the_worker_is_told_and_then_gets_it(
    holder: int, login: Callable[[int], FlaskClient]
) -> None:
    _id, code = only()
    browser = login(holder)
    for _ in range(3):
        answer = browser.get(f"/sertifikat/{code}.badge.json")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert "sedang disiapkan" in answer.text
    db.session.rollback()
    assert db.session.scalar(select(Badge.id)) is None
    assert jobs.drain() >= 1  # the letter about the new certificate goes out as well
    assert browser.get(f"/sertifikat/{code}.badge.json").status_code == 200


def test_a_web_process_never_opens_a_private_key(
    holder: int, login: Callable[[int], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate_id, code = only()
    badge = json.loads(signing.credential_for(certificate_id))

    def refuse(*_: Any) -> None:
        raise AssertionError("a request opened the key folder")

    for name in ("present", "ed25519", "rsa_key", "make"):
        monkeypatch.setattr(f"certificates.badge.keyring.{name}", refuse)
    browser = login(holder)
    edition = badge["credentialSubject"]["achievement"]["id"].removeprefix("http://localhost")
    for path in (
        "/penerbit",
        "/penerbit/profil.json",
        "/penerbit/jwks.json",
        "/penerbit/status/1",
        edition,
        f"/sertifikat/{code}.badge.json",
        f"/sertifikat/{code}.badge.jwt",
    ):
        assert browser.get(path).status_code == 200, path


def test_programs_get_the_document_and_people_a_page_at_one_address(holder: int, client: FlaskClient) -> None:
    signing.credential_for(only()[0])
    for accept in (
        "*/*",
        "application/json",
        "application/ld+json, application/json;q=0.9, */*;q=0.1",
        "application/vc",
        None,
    ):
        answer = client.get("/penerbit", headers={"Accept": accept} if accept else {})
        assert answer.headers["Content-Type"] == "application/json", accept
        assert answer.json["id"] == "http://localhost/penerbit"
    page = client.get("/penerbit", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert "text/html" in page.headers["Content-Type"]
    assert "Penerbit dan kuncinya" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_the_controller_document_leads_from_the_proof_to_the_key(holder: int, client: FlaskClient) -> None:
    badge = json.loads(signing.credential_for(only()[0]))
    document = client.get("/penerbit/profil.json").json
    method = badge["proof"][0]["verificationMethod"]
    assert method in document["assertionMethod"]
    listed = next(one for one in document["verificationMethod"] if one["id"] == method)
    assert listed["controller"] == badge["issuer"]["id"] == document["id"]
    assert listed["publicKeyMultibase"].startswith("z6Mk")
    single = client.get(f"/penerbit/kunci/{method.rpartition('#')[2]}.json").json
    assert single["publicKeyMultibase"] == listed["publicKeyMultibase"]


def test_a_jwt_names_the_address_of_its_key(holder: int, login: Callable[[int], FlaskClient]) -> None:
    certificate_id, code = only()
    signing.credential_for(certificate_id)
    browser = login(holder)
    kid = part(browser.get(f"/sertifikat/{code}.badge.jwt").text, 0)["kid"]
    single = browser.get(kid.removeprefix("http://localhost")).json
    assert (single["kty"], single["alg"], single["kid"]) == ("RSA", "RS256", kid)
    assert single in browser.get("/penerbit/jwks.json").json["keys"]
    assert "d" not in single


def test_a_status_list_may_be_kept_five_minutes_and_asked_for_cheaply(
    holder: int, client: FlaskClient
) -> None:
    signing.credential_for(only()[0])
    answer = client.get("/penerbit/status/1")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    assert answer.get_json(force=True)["id"] == "http://localhost/penerbit/status/1"
    again = client.get("/penerbit/status/1", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert client.get("/penerbit/status/2").status_code == 404


def test_a_distrusted_key_is_marked_and_its_address_is_gone(holder: int, client: FlaskClient) -> None:
    from certificates.badge import queries, services
    from certificates.badge.keyring import KeyKind
    from learning.kernel.transaction import write

    with clock.travel(PASSED + timedelta(hours=1)):
        signing.credential_for(only()[0])
        rows = queries.published_keys()
        db.session.rollback()
        for row in rows:
            write(services.distrust_key, name=row.name, now=clock.now())
    document = client.get("/penerbit/profil.json").json
    assert document["assertionMethod"] == []
    assert [one["revoked"] for one in document["verificationMethod"]] == ["2026-11-24T04:00:00Z"]
    assert client.get("/penerbit/jwks.json").json == {"keys": []}
    for row in rows:
        assert client.get(f"/penerbit/kunci/{row.name}.json").status_code == 410
    assert {row.kind for row in rows} == set(KeyKind)
