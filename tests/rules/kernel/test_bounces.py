"""What a report about a letter says, and which answers of a mail server blame the address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kernel import bounces, refusals
from learning.kernel.refusals import RefusalReason

TOKEN = "0123456789abcdef0123456789abcdef"


def report(
    *, action: str = "failed", status: str = "5.1.1", identifier: str = f"<netra-7-{TOKEN}@uji.go.id>",
    original: str = "text/rfc822-headers", diagnostic: str = "smtp; 550 5.1.1 no such user",
) -> bytes:  # fmt: skip
    return f"""\
From: MAILER-DAEMON@relay.contoh.invalid
To: netra@uji.go.id
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=batas"

--=batas
Content-Type: text/plain

Your letter could not be delivered.

--=batas
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.contoh.invalid
Arrival-Date: Wed, 25 Nov 2026 05:00:00 +0000

Final-Recipient: rfc822; wening@contoh.invalid
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}

--=batas
Content-Type: {original}

From: Netra <netra@uji.go.id>
To: wening@contoh.invalid
Message-ID: {identifier}
Subject: Pengingat

--=batas--
""".encode()


@pytest.mark.parametrize("original", ["text/rfc822-headers", "message/rfc822", "message/global-headers"])
def test_a_report_names_the_letter_that_came_back(original: str) -> None:
    found = bounces.read(report(original=original))
    assert found == bounces.Report(7, TOKEN, True, "5.1.1 smtp; 550 5.1.1 no such user")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_letter_that_is_only_late_has_not_failed(action: str) -> None:
    found = bounces.read(report(action=action))
    assert found is not None
    assert not found.failed


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 50,
        b"Subject: Saya sedang cuti\n\nKembali Senin.\n",
        report(identifier="<orang-lain@contoh.invalid>"),
        report(identifier=f"<netra-7-{TOKEN[:-1]}@uji.go.id>"),
        report(identifier=f"<netra-{'9' * 40}-{TOKEN}@uji.go.id>"),
        report().replace(b"message/delivery-status", b"text/plain"),
        report().replace(b"message/delivery-status", b"message/delivery-status; charset=tidak-ada"),
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)),
    ],
)
def test_other_letters_are_no_reports_or_harmless(raw: bytes) -> None:
    found = bounces.read(raw)
    assert found is None or found.failed  # the odd charset is still read


@given(st.binary(max_size=400), st.integers(0, 900))
def test_no_damage_makes_reading_fail(damage: bytes, at: int) -> None:
    whole = report()
    bounces.read(whole[:at] + damage + whole[at + len(damage) :])


def test_a_mailbox_is_taken_apart() -> None:
    one = b"From MAILER-DAEMON Wed Nov 25 05:00:00 2026\n" + report()
    assert len(bounces.split(one * 3)) == 3
    assert bounces.split(report()) == [report()]


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("5.1.1 no such user", 550, RefusalReason.UNKNOWN_ADDRESS),
        ("no such user", 550, RefusalReason.UNKNOWN_ADDRESS),
        ("5.1.10 null MX", 556, RefusalReason.UNKNOWN_DOMAIN),
        ("5.2.2 mailbox full", 552, RefusalReason.FULL),
        ("5.7.1 relay access denied", 550, None),
        ("relaying denied", 550, None),
        ("rejected, listed as spam source", 550, None),
        ("5.1.8 sender address rejected", 550, None),
        ("5.3.4 too large", 552, None),
        ("transaction failed", 554, None),
        ("no such user", None, None),
        ("version 15.1.1 of our server", 554, None),
        ("4.2.2 full for now", 552, None),
    ],
)
def test_only_answers_about_the_address_blame_it(text: str, code: int | None, reason: object) -> None:
    assert refusals.blame(text, code) is reason
