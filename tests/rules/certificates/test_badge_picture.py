"""The picture carries the badge byte for byte, whatever words stand in it, and takes nobody's markup."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from certificates.badge import picture


def badge(course: str = "Netralitas ASN", issuer: str = "Kabupaten Sagara Timur", **more: Any) -> bytes:
    said = {
        "credentialSubject": {"achievement": {"name": course}},
        "issuer": {"name": issuer},
        "validFrom": "2026-11-24T03:00:00Z",
        **more,
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


HOSTILE = (
    "]]></openbadges:credential><script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "&lt;&amp;&#0;",
    "]]]]>",
    "é \u202e \u0001 \ufffe \ud7ff 😀",
    "x" * 2_000,
    "kata " * 400,
    "",
)


def in_svg(content: bytes) -> str:
    root = ET.fromstring(content)
    (found,) = root.findall(f"{{{picture.NAMESPACE}}}credential")
    return found.text or ""


@pytest.mark.parametrize("text", HOSTILE)
def test_what_goes_in_comes_out(text: str) -> None:
    credential = badge(course=text, issuer=text, extra=text)
    drawn = picture.svg(credential)
    assert json.loads(in_svg(drawn)) == json.loads(credential)
    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(drawn).iter()}
    assert tags == {"svg", "credential", "title", "rect", "circle", "path", "g", "text"}
    with Image.open(BytesIO(picture.png(credential))) as image:
        image.load()
        assert image.size == (picture.SIDE, picture.SIDE)
        assert image.text["openbadgecredential"].encode() == credential  # type: ignore[attr-defined]


def test_ordinary_words_come_out_as_the_same_bytes() -> None:
    credential = badge()
    assert in_svg(picture.svg(credential)).encode() == credential
    assert picture.svg(credential) == picture.svg(credential)
    assert picture.png(credential) == picture.png(credential)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"x", b'{"credentialSubject": 1}'])
def test_what_is_no_badge_is_refused(content: bytes) -> None:
    for draw in (picture.svg, picture.png):
        with pytest.raises(ValueError, match="not a badge"):
            draw(content)
