"""Which addresses may be called, and what a signature covers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.hooks import signature
from certificates.hooks.addresses import Target, is_public, target


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.0.9", "169.254.169.254", "172.16.0.1", "192.0.0.1",
        "192.168.0.1", "198.18.0.1", "203.0.113.7", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
        "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "64:ff9b::a00:1", "2002:a00:1::", "2002:7f00:1::1", "", "localhost", "8.8.8", "0x7f000001",
    ],
)  # fmt: skip
def test_what_is_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "103.22.200.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_what_is_outside(address: str) -> None:
    assert is_public(address)


def test_the_parts_of_a_good_address() -> None:
    assert target("https://Simpeg.Contoh.go.id/a/b?c=d") == Target("simpeg.contoh.go.id", 443, "/a/b?c=d")
    assert target("https://simpeg.contoh.go.id:8443") == Target("simpeg.contoh.go.id", 8443, "/")


@pytest.mark.parametrize(
    "url",
    [
        "", "simpeg.contoh.go.id", "http://simpeg.contoh.go.id/", "ftp://simpeg.contoh.go.id/", "https://",
        "https://localhost/", "https://intranet/", "https://127.0.0.1/", "https://2130706433/", "https://[::1]/",
        "https://10.0.0.1.:443/", "https://user@simpeg.contoh.go.id/", "https://a:b@simpeg.contoh.go.id/",
        "https://simpeg.contoh.go.id:22/", "https://simpeg.contoh.go.id:99999/", "https://simpeg.contoh.go.id/#x",
        "https://simpeg.contoh.go.id\\@evil.test/", "https://simpeg.contoh.go.id/a b", "https://simpeg.contoh.go.id/\r\nX: y",
        "https://simpèg.contoh.go.id/", "https://-a.contoh.go.id/", "https://a..contoh.go.id/", "https://x.test/" + "a" * 500,
    ],
)  # fmt: skip
def test_addresses_nobody_may_subscribe(url: str) -> None:
    assert target(url) is None


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    target(text)
    target("https://" + text)
    is_public(text)


def test_the_signature_covers_id_time_and_body() -> None:
    secret = signature.secret_for("x" * 40, "hook")
    one = signature.headers(secret, message_id="m", timestamp=1, body=b"{}")
    assert one["webhook-signature"].startswith("v1,")
    for other in (
        signature.headers(secret, message_id="n", timestamp=1, body=b"{}"),
        signature.headers(secret, message_id="m", timestamp=2, body=b"{}"),
        signature.headers(secret, message_id="m", timestamp=1, body=b"{ }"),
        signature.headers(signature.secret_for("x" * 40, "else"), message_id="m", timestamp=1, body=b"{}"),
    ):
        assert other["webhook-signature"] != one["webhook-signature"]


def test_the_published_example_of_the_scheme() -> None:
    """The test vector of the Standard Webhooks libraries."""
    import base64

    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    found = signature.headers(
        secret, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=b'{"test": 2432232314}'
    )
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
