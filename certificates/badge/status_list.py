"""Which badges were taken back, one bit each (W3C Bitstring Status List 1.0). Pure.

A list has 131,072 places, the least the standard allows, so that whoever fetches it does not tell us which badge they
hold. A badge gets a random place, and no list is filled more than half: the place says nothing about when it was made.
"""

from __future__ import annotations

import gzip
import secrets
import zlib
from collections.abc import Callable, Iterable
from typing import Any

from certificates.badge.linked_data import CREDENTIALS
from certificates.badge.multibase import base64url, from_base64url

PLACES = 131_072
PER_LIST = PLACES // 2
PURPOSE = "revocation"
# How long a verifier may go on with the copy it has, in milliseconds.
TTL = 300_000


def list_of(certificate_id: int) -> int:
    """The number of the list, from one, that a certificate's badge stands in: 65,536 certificates share one."""
    return (certificate_id - 1) // PER_LIST + 1


def random_place(below: Callable[[int], int] = secrets.randbelow) -> int:
    """A place from 0 to 131,071. At most every second try meets one that is taken."""
    return below(PLACES)


def encode(taken_back: Iterable[int]) -> str:
    """The list as the standard writes it: gzip, base 64 for addresses, multibase prefix `u`; place 0 is the left-most bit.

    Equal lists give equal texts. Raises ValueError for a place that does not exist.
    """
    bits = bytearray(PLACES // 8)
    for place in taken_back:
        if not 0 <= place < PLACES:
            raise ValueError("no such place")
        bits[place // 8] |= 0x80 >> (place % 8)
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def is_set(encoded: str, place: int) -> bool:
    """Whether the bit at `place` is set. Raises ValueError for what is no such list."""
    if not encoded.startswith("u") or not 0 <= place < PLACES:
        raise ValueError("not a list of this kind")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        bits = unpacker.decompress(from_base64url(encoded[1:]), PLACES // 8 + 1)
    except zlib.error as error:
        raise ValueError("not a list of this kind") from error
    if len(bits) != PLACES // 8:
        raise ValueError("a list of another length")
    return bool(bits[place // 8] & (0x80 >> (place % 8)))


def list_credential(
    *, address: str, issuer: str, taken_back: Iterable[int], valid_from: str
) -> dict[str, Any]:
    """The list as an unsigned credential at `address`; `valid_from` as credentials write instants."""
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": valid_from,
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": encode(taken_back),
            "ttl": TTL,
        },
    }


def entry(*, address: str, place: int) -> dict[str, str]:
    """What a badge says about where its status stands."""
    return {
        "id": f"{address}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": PURPOSE,
        "statusListIndex": str(place),
        "statusListCredential": address,
    }
