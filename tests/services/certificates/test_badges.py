"""Badges are signed once and kept, revocation is published, keys are kept secret, replaced, and distrusted."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from certificates.badge import keyring, multibase, proof, queries, reading, services, signing, status_list
from certificates.badge.keyring import KeyKind
from certificates.badge.models import Badge, BadgeKey, BadgePlace, StatusList
from certificates.badge.reading import Verdict
from certificates.models import Certificate
from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.errors import Conflict, NotFound
from learning.kernel.transaction import write
from tests import factories

PASSED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LATER = PASSED + timedelta(days=2)


@pytest.fixture
def keys(db_session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty key folder for this test."""
    folder = tmp_path / "keys"
    monkeypatch.setattr(signing, "key_folder", lambda: folder)
    with clock.travel(LATER):
        yield folder


@pytest.fixture
def unit(keys: Path) -> int:
    factories.make_course(modules=1)
    return factories.make_unit(factories.make_agency("Kabupaten Sagara Timur"))


def passed(unit: int, name: str = "Wening Astuti") -> int:
    """Somebody passes; the certificate's id."""
    person_id = factories.make_person(unit, name)
    factories.pass_course(person_id, now=PASSED)
    found = db.session.scalar(select(Certificate.id).where(Certificate.person_id == person_id))
    db.session.rollback()
    assert found is not None
    return found


def judged(content: bytes) -> reading.Shown:
    found = reading.judge(content, keys=queries.published_keys(), base_url="http://localhost")
    db.session.rollback()
    return found


def taken_back(certificate_id: int) -> bool:
    """What a verifier reads in the published list."""
    badge = json.loads(signing.credential_for(certificate_id))
    entry = badge["credentialStatus"]
    number = int(entry["statusListCredential"].rpartition("/")[2])
    published = queries.status_list(number)
    assert published is not None
    listed = json.loads(published.credential)
    assert listed["id"] == entry["statusListCredential"]
    db.session.rollback()
    encoded = listed["credentialSubject"]["encodedList"]
    return status_list.is_set(encoded, int(entry["statusListIndex"]))


def test_a_badge_is_signed_once_and_handed_out_as_the_same_bytes(unit: int) -> None:
    certificate_id = passed(unit)
    content = signing.credential_for(certificate_id)
    assert signing.credential_for(certificate_id) == content
    assert signing.sign_badges([certificate_id]) == 0
    assert db.session.scalar(select(func.count()).select_from(Badge)) == 1
    row = db.session.get_one(Certificate, certificate_id)
    assert judged(content) == reading.Shown(Verdict.GENUINE, row.code)
    assert b"Wening Astuti" in content
    assert row.payload["employee_number"].encode() not in content


def test_private_keys_lie_in_files_that_only_their_owner_reads(unit: int, keys: Path) -> None:
    signing.credential_for(passed(unit))
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    files = list(keys.glob("*.pem"))
    assert len(files) == 2
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told = json.dumps([[row.public, row.name] for row in queries.published_keys()])
    assert "PRIVATE" not in told


def test_the_email_address_is_hashed_with_a_salt_of_its_own(unit: int) -> None:
    first, second = passed(unit, "Satu"), passed(unit, "Dua")
    badges = [json.loads(signing.credential_for(one)) for one in (first, second)]
    found = [badge["credentialSubject"]["identifier"][1] for badge in badges]
    assert all(one["hashed"] is True and one["identityHash"].startswith("sha256$") for one in found)
    assert len({one["salt"] for one in found}) == 2
    assert "@" not in json.dumps(badges).replace("@context", "")


def test_a_revoked_certificate_is_taken_back_in_the_list_by_a_job(unit: int) -> None:
    mine, other = passed(unit, "Satu"), passed(unit, "Dua")
    signing.sign_badges([mine, other])
    assert not taken_back(mine)
    factories.revoke_certificate(mine)
    assert jobs.drain() >= 1
    assert taken_back(mine)
    assert not taken_back(other)
    assert signing.refresh_status() == []


def test_a_replaced_certificate_is_taken_back_too(unit: int) -> None:
    from learning.records import services as records

    old = passed(unit)
    signing.credential_for(old)
    row = db.session.get_one(Certificate, old)
    person_id, enrolment_id = row.person_id, row.enrolment_id
    db.session.rollback()
    later = PASSED + timedelta(days=1)
    write(records.renew, enrolment_id=enrolment_id, now=later)
    factories.pass_course(person_id, now=later)
    new = db.session.scalar(select(func.max(Certificate.id)))
    assert new is not None
    assert new != old
    assert signing.refresh_status() == [1]
    assert taken_back(old)
    assert not taken_back(new)


def test_one_revoked_before_its_badge_was_signed_is_taken_back_from_the_start(unit: int) -> None:
    first = passed(unit, "Satu")
    signing.credential_for(first)
    second = passed(unit, "Dua")
    factories.revoke_certificate(second)
    assert taken_back(second)
    assert not taken_back(first)


def test_the_worker_signs_what_is_missing_and_then_rests(unit: int) -> None:
    ids = [passed(unit, f"Wening {letter * 3}") for letter in ("Ana", "Budi", "Citra", "Dewi", "Eka")]
    assert queries.unsigned(limit=10) == ids
    assert signing.sign_missing() == 5
    assert signing.sign_missing() == 0
    assert signing.sign_missing(all_of_them=True) == 0


def test_a_new_key_signs_from_now_on_and_old_badges_stay_good(unit: int) -> None:
    first = passed(unit, "Satu")
    old = signing.credential_for(first)
    name = signing.new_key(KeyKind.ED25519, clock.now(), rotate=True)
    new = signing.credential_for(passed(unit, "Dua"))
    assert f"#{name}".encode() in new
    assert f"#{name}".encode() not in old
    assert judged(old).verdict is judged(new).verdict is Verdict.GENUINE
    assert signing.credential_for(first) == old


def test_what_a_distrusted_key_signed_proves_nothing_and_is_signed_anew(unit: int) -> None:
    certificate_id = passed(unit)
    old = signing.credential_for(certificate_id)
    name = json.loads(old)["proof"][0]["verificationMethod"].rpartition("#")[2]
    write(services.distrust_key, name=name, now=clock.now())
    assert judged(old).verdict is Verdict.DISTRUSTED_KEY
    assert queries.badge_of(certificate_id) is None
    assert signing.refresh_status() == [1]
    assert signing.sign_missing(all_of_them=True) == 1
    new = signing.credential_for(certificate_id)
    assert judged(new).verdict is Verdict.GENUINE
    assert json.loads(new)["credentialStatus"] == json.loads(old)["credentialStatus"]
    published = queries.status_list(1)
    assert published is not None
    assert name.encode() not in published.credential
    with pytest.raises(Conflict):
        write(services.distrust_key, name=name, now=clock.now())
    with pytest.raises(NotFound):
        write(services.distrust_key, name="nobody", now=clock.now())


def test_a_lost_key_folder_makes_new_keys_and_what_was_signed_stays_good(unit: int, keys: Path) -> None:
    old = signing.credential_for(passed(unit, "Satu"))
    for file in keys.glob("*.pem"):
        file.unlink()
    new = signing.credential_for(passed(unit, "Dua"))
    assert judged(old).verdict is judged(new).verdict is Verdict.GENUINE
    assert len(queries.published_keys()) == 4


def test_a_key_written_by_somebody_who_died_before_publishing_it_is_used(unit: int, keys: Path) -> None:
    orphan = keyring.make(keys, KeyKind.ED25519)
    assert f"#{orphan.name}".encode() in signing.credential_for(passed(unit))


def test_the_published_list_is_signed_by_a_published_key(unit: int) -> None:
    signing.credential_for(passed(unit))
    published = queries.status_list(1)
    assert published is not None
    listed = json.loads(published.credential)
    method = listed["proof"][0]["verificationMethod"]
    row = queries.key(method.rpartition("#")[2])
    assert row is not None
    public = Ed25519PublicKey.from_public_bytes(multibase.from_multikey(row.public))
    assert proof.verifies(listed, public=public, method=method)


def test_eight_who_ask_at_once_get_one_badge_and_one_pair_of_keys(app: Flask, unit: int) -> None:
    certificate_id = passed(unit)
    start, found, failed = threading.Barrier(8), [], []

    def ask() -> None:
        with app.app_context():
            try:
                start.wait()
                found.append(signing.credential_for(certificate_id))
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(found)) == 1
    assert db.session.scalar(select(func.count()).select_from(Badge)) == 1
    assert db.session.scalar(select(func.count()).select_from(BadgePlace)) == 1
    assert db.session.scalar(select(func.count()).select_from(BadgeKey)) == 2


def test_a_taken_place_is_given_to_nobody_else(unit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([7, 7, 7, 8])
    monkeypatch.setattr(status_list, "random_place", lambda: next(drawn))
    first, second = passed(unit, "Satu"), passed(unit, "Dua")
    places = write(services.take_places, certificate_ids=[first, second, 999_999])
    assert places == {first: (1, 7), second: (1, 8)}


def test_a_certificate_that_does_not_exist_has_no_badge(unit: int) -> None:
    with pytest.raises(NotFound):
        signing.credential_for(999_999)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE badge SET credential = 'x'",
        "DELETE FROM badge",
        "UPDATE badge_place SET place = 1",
        "UPDATE badge_key SET public = 'x'",
        "DELETE FROM badge_status_list",
    ],
)
def test_the_database_refuses_to_change_what_was_published(unit: int, statement: str) -> None:
    signing.credential_for(passed(unit))
    with pytest.raises(DBAPIError, match="frozen: badge"):
        write(db.session.execute, statement=text(statement))
    assert db.session.scalar(select(func.count()).select_from(StatusList)) == 1


def test_commands_export_verify_rotate_and_distrust(app: Flask, unit: int, tmp_path: Path) -> None:
    certificate_id = passed(unit)
    code = db.session.get_one(Certificate, certificate_id).code
    db.session.rollback()
    run = app.test_cli_runner()
    file = tmp_path / "badge.json"

    def said(*args: str, fails: bool = False) -> str:
        result = run.invoke(args=["badges", *args])
        assert (result.exit_code != 0) == fails, result.output
        return result.output

    said("export", code, "--out", str(file))
    assert "GENUINE" in said("verify", str(file))
    assert "VALID" in said("verify", str(file))
    file.write_bytes(file.read_bytes().replace(b"Wening", b"Wanang"))
    assert "ALTERED" in said("verify", str(file), fails=True)
    said("export", code, "--jwt", "--out", str(file))
    assert file.read_text().count(".") == 2
    new = said("rotate", "ed25519").strip()
    assert new in said("keys")
    said("distrust", new, "--yes")
    assert "distrusted" in said("keys")
    assert "done, 0 signed" in said("sign", "--all")
    assert "no certificate" in said("export", "0" * 30, "--out", str(file), fails=True)
