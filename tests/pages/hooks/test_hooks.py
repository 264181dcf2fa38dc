"""From a certificate to the agency's system: signed, tried again, given up, never sent inside; and its pages."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from certificates.hooks import sending, services, signature
from certificates.hooks.kinds import HookKind
from certificates.hooks.models import Webhook, WebhookMessage
from certificates.models import Certificate
from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.jobs import Job, JobState
from tests import factories as make
from tests.pages.hooks.receiving import NAME, Receiver, make_certificate, serve, subscribe, trust


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def receiver(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    found = Receiver()
    server = serve(found, certificate)
    trust(monkeypatch, found, certificate)
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def agency(app: Flask, db_session: Any) -> dict[str, int]:
    make.make_course()
    agency = make.make_agency("Kabupaten A", code="A")
    unit = make.make_unit(agency)
    return {
        "agency": agency,
        "unit": unit,
        "admin": make.make_person(unit, roles=[("ADMIN", agency)]),
        "person": make.make_person(unit),
    }


def messages() -> list[WebhookMessage]:
    db.session.expire_all()
    return list(db.session.scalars(select(WebhookMessage).order_by(WebhookMessage.id)))


def later() -> None:
    """Every try that waits is due now."""
    db.session.execute(
        update(Job).where(Job.state == JobState.QUEUED).values(run_at=clock.now() - timedelta(seconds=1))
    )
    db.session.commit()
    jobs.drain()


def test_a_pass_becomes_a_signed_message(app: Flask, agency: dict[str, int], receiver: Receiver) -> None:
    public_id = subscribe(agency["agency"], agency["admin"])
    make.pass_course(agency["person"])
    assert [message.kind for message in messages()] == [
        HookKind.ISSUED
    ]  # in the commit of the pass, not sent yet
    jobs.drain()
    ((path, headers, body),) = receiver.got
    assert path == "/netra?a=1"
    told = json.loads(body)
    number, code = db.session.execute(select(Certificate.number, Certificate.code)).one()
    assert told["type"] == "certificate.issued"
    assert told["data"]["certificate"] == number
    assert told["data"]["code"].replace("-", "") == code
    from learning.people.queries import person_row

    person = person_row(agency["person"])
    assert person is not None
    assert person.employee_number not in body.decode()
    assert person.name not in body.decode()
    # As a receiver checks it, with nothing of ours but the secret that was shown.
    secret = base64.b64decode(
        signature.shown(signature.secret_for(app.config["NETRA"].secret_key, public_id)).removeprefix(
            "whsec_"
        )
    )
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body.decode()}"
    expected = base64.b64encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert headers["host"] == NAME
    (message,) = messages()
    assert message.taken_at is not None
    later()
    assert len(receiver.got) == 1


def test_a_failing_pass_tells_nothing(
    agency: dict[str, int], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(agency["agency"], agency["admin"])
    monkeypatch.setattr(services, "put", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make.pass_course(agency["person"])
    assert db.session.scalar(select(Certificate.id)) is None  # one commit: no certificate either
    assert messages() == []


def test_replaced_and_revoked(agency: dict[str, int], receiver: Receiver) -> None:
    make.pass_course(agency["person"])
    subscribe(agency["agency"], agency["admin"])
    first = db.session.scalars(select(Certificate)).one()
    certificate_id = first.id
    db.session.rollback()
    make.revoke_certificate(certificate_id, note="Nama salah.")
    jobs.drain()
    told = [json.loads(body) for _, _, body in receiver.got]
    assert [(one["type"], one["data"]["reason"]) for one in told] == [("certificate.revoked", "WRONG_DATA")]
    assert "Nama salah" not in str(told)


def test_only_what_was_asked_for_and_only_ones_own_people(agency: dict[str, int], receiver: Receiver) -> None:
    other = make.make_agency("Kabupaten B", code="B")
    subscribe(other, make.make_person(make.make_unit(other), roles=[("ADMIN", other)]))
    subscribe(agency["agency"], agency["admin"], kinds=[HookKind.REVOKED])
    make.pass_course(agency["person"])
    assert messages() == []


def test_tried_again_until_taken(agency: dict[str, int], receiver: Receiver) -> None:
    subscribe(agency["agency"], agency["admin"])
    make.pass_course(agency["person"])
    receiver.answers = [500, 302, 200]
    jobs.drain()
    (message,) = messages()
    assert (message.tries, message.last_status, message.last_problem) == (1, 500, "refused")
    assert message.next_try_at is not None
    jobs.drain()
    assert len(receiver.got) == 1  # not before its time
    later()
    assert len(receiver.got) == 2  # the redirect was not followed
    later()
    (message,) = messages()
    assert (message.tries, message.last_status) == (3, 200)
    assert message.taken_at is not None
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 1


def test_given_up_after_all_waits(agency: dict[str, int], receiver: Receiver) -> None:
    subscribe(agency["agency"], agency["admin"])
    make.pass_course(agency["person"])
    receiver.answers = [503] * 20
    for _ in range(12):
        later()
    (message,) = messages()
    assert len(receiver.got) == len(services.WAITS) + 1
    assert message.given_up_at is not None
    assert [job.name for job in jobs.failed()] in ([], ["kernel.deliver_mail"])  # no mail server here


def test_nothing_more_after_the_end(
    agency: dict[str, int], receiver: Receiver, login: Callable[[int], FlaskClient]
) -> None:
    public_id = subscribe(agency["agency"], agency["admin"])
    make.pass_course(agency["person"])
    login(agency["admin"]).post(f"/admin/webhook/{public_id}/akhiri")
    later()
    assert receiver.got == []


def test_a_certificate_for_another_name_is_refused(
    agency: dict[str, int], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(agency["agency"], agency["admin"], url="https://lain.contoh.test/")
    make.pass_course(agency["person"])
    jobs.drain()
    assert [message.last_problem for message in messages()] == ["certificate"]
    assert receiver.got == []


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["203.0.113.1"],
        ["93.184.215.14", "192.168.1.1"],
        ["::1"],
        ["169.254.169.254"],
    ],
)
def test_no_message_goes_inside(
    agency: dict[str, int], monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    """The name may lead anywhere by the time of sending; one inward address among public ones is enough to refuse."""
    called = []
    monkeypatch.setattr(sending, "resolve", lambda _target: [(address, 443) for address in found])
    monkeypatch.setattr(sending.socket, "create_connection", lambda *a, **k: called.append(a))
    subscribe(agency["agency"], agency["admin"])
    make.pass_course(agency["person"])
    jobs.drain()
    assert [message.last_problem for message in messages()] == ["not_public"]
    assert called == []


def test_a_receiver_that_never_ends_is_left(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "DEADLINE_SECONDS", 0.3)
    receiver.slow = lambda: time.sleep(1)
    began = time.monotonic()
    assert sending.post(f"https://{NAME}/", b"{}", {}) == sending.Sent(None, "timeout")
    assert time.monotonic() - began < 0.9


def test_from_form_to_the_log(
    app: Flask, agency: dict[str, int], receiver: Receiver, login: Callable[[int], FlaskClient]
) -> None:
    admin = login(agency["admin"])
    page = admin.get("/admin/webhook").text
    mark = re.findall(r'name="mark"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="mark"', page)[0]
    sent = {
        "mark": mark[0] or mark[1],
        "agency": str(agency["agency"]),
        "url": f"https://{NAME}/netra",
        "kinds": ["certificate.issued", "ping"],
    }
    made = admin.post("/admin/webhook", data=sent)
    assert made.status_code == 200
    assert "whsec_" in made.text
    assert admin.post("/admin/webhook", data=sent).status_code == 409
    hook = db.session.scalars(select(Webhook)).one()
    assert hook.kinds == ["certificate.issued"]
    assert "whsec_" not in admin.get("/admin/webhook").text
    tried = admin.post(f"/admin/webhook/{hook.public_id}/coba", follow_redirects=True)
    assert "Menunggu" in tried.text
    jobs.drain()
    log = admin.get(f"/admin/webhook/{hook.public_id}").text
    assert "Diterima" in log
    assert "Uji coba" in log
    assert json.loads(receiver.got[0][2])["type"] == "ping"


@pytest.mark.parametrize(
    "url", ["http://simpeg.contoh.go.id/", "https://localhost/", "https://10.0.0.1/", "", "https://a.b:22/"]
)
def test_addresses_that_cannot_be_subscribed(
    agency: dict[str, int], login: Callable[[int], FlaskClient], url: str
) -> None:
    sent = {"agency": str(agency["agency"]), "url": url, "kinds": ["certificate.issued"]}
    answer = login(agency["admin"]).post("/admin/webhook", data=sent)
    assert answer.status_code == 422
    assert url in answer.text
