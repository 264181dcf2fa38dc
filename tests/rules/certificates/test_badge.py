"""A badge says what the paper says and less, and not a letter of it can be changed without being noticed."""

from __future__ import annotations

import copy
import json
import re
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

from certificates.badge import multibase, proof, reading, status_list
from certificates.badge.credential import AchievementFacts, BadgeFacts, credential, email_hash
from certificates.badge.keyring import KeyKind
from certificates.badge.linked_data import UnknownContext, canonical
from certificates.badge.queries import KeyRow
from certificates.badge.reading import Verdict

BASE = "https://netra.contoh.go.id"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NAME = "0123456789abcdef"
METHOD = f"{BASE}/penerbit#{NAME}"
AT = datetime(2026, 11, 25, 3, tzinfo=UTC)
PUBLISHED = KeyRow(
    1, NAME, KeyKind.ED25519, multibase.multikey(KEY.public_key().public_bytes_raw()), AT, None
)


def facts(**values: Any) -> BadgeFacts:
    return BadgeFacts(
        **{
            "address": f"{BASE}/v/ZYZSYT6TYVJG7PW2PZHDJS756MWJ9A",
            "number": "0412/NETRA/NAP/XI/2026",
            "holder_name": "Ratna Wulandari, S.Kep., Ns.",
            "institution": "Badan Kepegawaian",
            "achievement": AchievementFacts("netralitas", "0" * 16, "Netralitas ASN", 8),
            "issued_at": datetime(2026, 11, 24, 16, 30, tzinfo=UTC),
            "expires_on": date(2028, 11, 25),
            "timezone": "Asia/Makassar",
            "subject": "urn:uuid:7f6c4b5e-0000-4000-8000-000000000001",
            "status": status_list.entry(address=f"{BASE}/penerbit/status/1", place=94567),
            "email": "ratna@contoh.go.id",
            "salt": "5a17",
            **values,
        }
    )


def signed(**values: Any) -> dict[str, Any]:
    return proof.sign(credential(facts(**values), BASE), key=KEY, method=METHOD, at=AT)


def leaves(content: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to every text, number and truth value of a document."""
    if isinstance(content, dict | list):
        pairs = content.items() if isinstance(content, dict) else enumerate(content)
        for name, part in pairs:
            yield from leaves(part, (*way, name))
    else:
        yield way


def changed(document: dict[str, Any], way: tuple[Any, ...]) -> dict[str, Any]:
    altered = copy.deepcopy(document)
    place: Any = altered
    for name in way[:-1]:
        place = place[name]
    old = place[way[-1]]
    place[way[-1]] = (not old) if isinstance(old, bool) else old + 1 if isinstance(old, int) else f"{old}9"
    return altered


def judged(document: Any, keys: list[KeyRow] | None = None) -> reading.Shown:
    return reading.judge(json.dumps(document).encode(), keys=keys or [PUBLISHED], base_url=BASE)


def test_a_signed_badge_is_genuine_and_leads_to_its_certificate() -> None:
    assert judged(signed()) == reading.Shown(Verdict.GENUINE, "ZYZSYT6TYVJG7PW2PZHDJS756MWJ9A")


def test_every_single_value_is_covered_by_the_proof() -> None:
    badge = signed()
    assert len(list(leaves(badge))) > 40
    for way in leaves(badge):
        assert judged(changed(badge, way)).verdict is not Verdict.GENUINE, way


def test_a_taken_away_member_is_noticed_too() -> None:
    badge = signed()
    for part in ("validUntil", "credentialStatus", "name"):
        assert judged({name: badge[name] for name in badge if name != part}).verdict is Verdict.ALTERED


def test_the_order_of_members_does_not_matter() -> None:
    badge = signed()
    assert judged(dict(reversed(badge.items()))).verdict is Verdict.GENUINE


def test_signing_is_repeatable_and_keeps_no_secret_about_how() -> None:
    assert signed() == signed()
    assert signed()["proof"][0]["cryptosuite"] == "eddsa-rdfc-2022"
    assert isinstance(signed()["proof"], list)


def test_nothing_tells_who_the_holder_is_elsewhere() -> None:
    text = json.dumps(credential(facts(), BASE))
    for hidden in ("ratna@contoh", "nip", "employee", "score"):
        assert hidden not in text.lower(), hidden
    assert not re.search(
        r"\d{16}(?!\w)", text.replace('"version": "0000000000000000"', "").replace("0" * 16, "")
    )
    hashed = credential(facts(), BASE)["credentialSubject"]["identifier"][1]
    assert hashed["identityHash"] == email_hash("ratna@contoh.go.id", "5a17")
    assert len(credential(facts(email="", salt=""), BASE)["credentialSubject"]["identifier"]) == 1


def test_it_is_valid_to_the_last_second_of_the_last_day_in_the_holders_zone() -> None:
    assert credential(facts(), BASE)["validUntil"] == "2028-11-25T15:59:59Z"
    assert "validUntil" not in credential(facts(expires_on=None), BASE)


def test_the_badge_has_what_open_badges_three_asks_for() -> None:
    """The required members of AchievementCredential, AchievementSubject, Achievement and IdentityObject."""
    badge = signed()
    assert badge["@context"][:2] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert {"id", "type", "issuer", "validFrom", "name", "credentialSubject", "credentialStatus"} <= set(
        badge
    )
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(badge["type"])
    subject = badge["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    assert {"id", "type", "name", "description", "criteria"} <= set(subject["achievement"])
    assert all(
        {"type", "hashed", "identityHash", "identityType"} <= set(one) for one in subject["identifier"]
    )
    assert badge["credentialStatus"]["type"] == "BitstringStatusListEntry"


def test_another_key_of_another_house_is_not_ours() -> None:
    other = Ed25519PrivateKey.generate()
    foreign = proof.sign(
        credential(facts(), BASE), key=other, method="https://palsu.example/penerbit#x", at=AT
    )
    assert judged(foreign).verdict is Verdict.NOT_OURS
    claims_ours = proof.sign(credential(facts(), BASE), key=other, method=METHOD, at=AT)
    assert judged(claims_ours).verdict is Verdict.ALTERED


def test_a_distrusted_key_proves_nothing() -> None:
    distrusted = KeyRow(1, NAME, KeyKind.ED25519, PUBLISHED.public, AT, AT)
    assert judged(signed(), [distrusted]).verdict is Verdict.DISTRUSTED_KEY


def test_a_status_list_is_no_badge_although_the_same_key_signed_it() -> None:
    listed = status_list.list_credential(
        address=f"{BASE}/penerbit/status/1",
        issuer=f"{BASE}/penerbit",
        taken_back=[3],
        valid_from=proof.instant(AT),
    )
    document = proof.sign(listed, key=KEY, method=METHOD, at=AT)
    assert proof.verifies(document, public=KEY.public_key(), method=METHOD)
    assert judged(document).verdict is Verdict.NOT_OURS
    for way in leaves(document):
        altered = changed(document, way)
        assert not proof.verifies(altered, public=KEY.public_key(), method=METHOD), way


@pytest.mark.parametrize(
    "context",
    [
        ["https://example.org/other"],
        [{"name": "https://schema.org/name"}],
        [],
        None,
        ["https://www.w3.org/ns/credentials/v2", {"issuer": "https://palsu.example/issuer"}],
    ],
)
def test_other_contexts_are_refused_and_never_fetched(context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: Any, **__: Any) -> None:
        raise AssertionError("somebody asked the network")

    monkeypatch.setattr(socket, "socket", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    with pytest.raises(UnknownContext):
        canonical({"@context": context, "id": "urn:x", "name": "x"})
    badge = {**signed(), "@context": context}
    assert judged(badge).verdict is Verdict.ALTERED


def test_knots_that_take_a_canonicalizer_for_ever_are_not_untied() -> None:
    badge = signed()
    badge["credentialSubject"]["source"] = {"id": "_:a", "type": ["Profile"]}
    assert judged(badge).verdict is Verdict.NOT_OURS
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    assert judged({**badge, "name": deep}).verdict is Verdict.NOT_OURS


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 40_000, b" " * 70_000])
def test_what_is_no_badge_is_unreadable(content: bytes) -> None:
    assert reading.judge(content, keys=[PUBLISHED], base_url=BASE).verdict is Verdict.UNREADABLE


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=8), part, max_size=3),
    max_leaves=8,
)


def said(value: Any) -> list[str]:
    """What a value says in JSON-LD: [x], [[x]] and [x, null] say x, and twice the same is once."""
    parts = value if isinstance(value, list) else [value]
    found = [one for part in parts for one in (said(part) if isinstance(part, list) else [repr(part)])]
    return sorted(set(found) - {"None"})


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(leaves(signed()), key=str)), values)
@example(("credentialSubject", "identifier", 0, "hashed"), [False])
def test_whatever_is_put_in_the_place_of_whatever_nothing_raises_and_nothing_passes(
    way: tuple[Any, ...], value: Any
) -> None:
    badge = signed()
    place: Any = badge
    for name in way[:-1]:
        place = place[name]
    same = said(place[way[-1]]) == said(value)
    place[way[-1]] = value
    assert same or judged(badge).verdict is not Verdict.GENUINE


@given(st.binary(max_size=80))
def test_base_58_and_64_come_back(data: bytes) -> None:
    assert multibase.from_base58(multibase.base58(data)) == data
    assert multibase.from_base64url(multibase.base64url(data)) == data


def test_base_58_is_the_one_that_others_write() -> None:
    """Test vectors of the Internet draft on base 58."""
    assert multibase.base58(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert multibase.base58(bytes.fromhex("0000287fb4cd")) == "11233QC4"


@given(st.binary(max_size=40))
def test_only_32_bytes_are_a_key(data: bytes) -> None:
    if len(data) == multibase.ED25519_BYTES:
        assert multibase.from_multikey(multibase.multikey(data)) == data
        assert multibase.multikey(data).startswith("z6Mk")
    else:
        with pytest.raises(ValueError, match="32 bytes"):
            multibase.multikey(data)


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, status_list.PLACES - 1), max_size=60), st.integers(0, status_list.PLACES - 1))
def test_exactly_the_places_put_in_come_out(places: set[int], other: int) -> None:
    encoded = status_list.encode(places)
    assert encoded == status_list.encode(sorted(places))
    for place in {*places, other, 0, status_list.PLACES - 1}:
        assert status_list.is_set(encoded, place) == (place in places)


def test_place_zero_is_the_left_most_bit() -> None:
    import gzip

    first = gzip.decompress(multibase.from_base64url(status_list.encode([0])[1:]))
    assert first[0] == 0b1000_0000
    assert len(first) * 8 == 131_072


@pytest.mark.parametrize("place", [-1, status_list.PLACES])
def test_a_place_outside_the_list_is_an_error(place: int) -> None:
    with pytest.raises(ValueError, match="no such place"):
        status_list.encode([place])


def test_a_list_is_never_filled_more_than_half() -> None:
    assert {status_list.list_of(one) for one in range(1, 65_537)} == {1}
    assert status_list.list_of(65_537) == 2
    assert status_list.PER_LIST * 2 == status_list.PLACES
