"""Our badges before other people's code: Digital Bazaar's verifier and jose, run by node, without the network.

`npm ci` in this folder brings them; script/test does so when npm is there. Without them these tests are skipped, and
what stands for the badges then are only our own tests.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from certificates.badge import signing
from certificates.models import Certificate
from learning.kernel.db import db
from tests import factories

HERE = Path(__file__).parent
PASSED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (HERE / "node_modules").is_dir(),
    reason="other implementations are not installed: npm ci in tests/interop",
)


@pytest.fixture
def question(db_session: Any, login: Callable[[int], FlaskClient]) -> dict[str, Any]:
    """A badge, and everything that a verifier would fetch from our public pages."""
    unit = factories.make_unit(factories.make_agency("Kabupaten Sagara Timur"))
    factories.make_course(modules=1)
    person_id = factories.make_person(unit, "Ratna Wulandari", back_title="S.Kep., Ns.")
    factories.pass_course(person_id, now=PASSED)
    row = db.session.scalars(select(Certificate)).one()
    certificate_id, code = row.id, row.code
    db.session.rollback()
    signing.credential_for(certificate_id)
    return asked(login(person_id), code)


def asked(browser: FlaskClient, code: str) -> dict[str, Any]:
    badge = browser.get(f"/sertifikat/{code}.badge.json").get_json(force=True)
    issuer, method = badge["issuer"]["id"], badge["proof"][0]["verificationMethod"]
    listed = badge["credentialStatus"]["statusListCredential"]

    def fetched(address: str) -> Any:
        path = address.removeprefix("http://localhost")
        return browser.get(path, headers={"Accept": "application/json"}).get_json(force=True)

    return {
        "badge": badge,
        "documents": {
            issuer: fetched(issuer),
            method: fetched(f"{issuer}/kunci/{method.rpartition('#')[2]}.json"),
            listed: fetched(listed),
        },
        "jwt": browser.get(f"/sertifikat/{code}.badge.jwt").text,
        "jwks": fetched(f"{issuer}/jwks.json"),
    }


def judged(question: dict[str, Any]) -> dict[str, Any]:
    ran = subprocess.run(
        ["node", "verify_badge.mjs"],
        cwd=HERE,
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_proof_status_and_jwt_are_accepted(question: dict[str, Any]) -> None:
    assert judged(question) == {"proof": True, "error": None, "status": [False], "jwt": True}


def test_the_badge_in_the_picture_is_accepted(
    question: dict[str, Any], login: Callable[[int], FlaskClient]
) -> None:
    """Read out of the picture by readers that know nothing of ours: an XML parser, and Pillow's own of PNG chunks."""
    row = db.session.execute(select(Certificate.code, Certificate.person_id)).one()
    db.session.rollback()
    browser = login(row.person_id)
    drawn = browser.get(f"/sertifikat/{row.code}.badge.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert "attachment" in drawn.headers["Content-Disposition"]
    element = ET.fromstring(drawn.data).find("{https://purl.imsglobal.org/ob/v3p0}credential")
    assert element is not None
    image = Image.open(io.BytesIO(browser.get(f"/sertifikat/{row.code}.badge.png").data))
    for baked in (element.text, image.text["openbadgecredential"]):  # type: ignore[attr-defined]
        assert baked
        told = judged({**question, "badge": json.loads(baked)})
        assert told == {"proof": True, "error": None, "status": [False], "jwt": True}
        changed = (
            baked.replace("Ratna", "Ratni") if "Ratna" in baked else baked.replace('"name":"', '"name":"X', 1)
        )
        assert judged({**question, "badge": json.loads(changed)})["proof"] is False


def test_a_changed_word_is_refused(question: dict[str, Any]) -> None:
    question["badge"]["credentialSubject"]["licenseNumber"] += "0"
    head, body, tail = question["jwt"].split(".")
    question["jwt"] = f"{head}.{body[:-2]}{'AA' if body[-2:] != 'AA' else 'BB'}.{tail}"
    found = judged(question)
    assert found["proof"] is False
    assert "Invalid signature" in found["error"]
    assert found["jwt"] is not True


def test_a_word_that_no_context_knows_is_refused(question: dict[str, Any]) -> None:
    question["badge"]["tambahan"] = "x"
    assert judged(question)["proof"] is False


def test_a_key_of_somebody_else_is_refused(question: dict[str, Any]) -> None:
    from certificates.badge import multibase

    method = question["badge"]["proof"][0]["verificationMethod"]
    question["documents"][method]["publicKeyMultibase"] = multibase.multikey(bytes(range(32)))
    assert judged(question)["proof"] is False


def test_a_revoked_badge_is_seen_as_revoked(
    question: dict[str, Any], login: Callable[[int], FlaskClient]
) -> None:
    row = db.session.scalars(select(Certificate)).one()
    certificate_id, holder, code = row.id, row.person_id, row.code
    db.session.rollback()
    factories.revoke_certificate(certificate_id)
    signing.refresh_status()
    found = judged(asked(login(holder), code))
    assert found["status"] == [True]
    assert found["proof"] is True
