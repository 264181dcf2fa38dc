"""The badge as a picture that carries it: SVG and PNG, drawn by us, with the signed credential baked in. Pure.

Baking follows Open Badges 3.0, 5.3: in SVG an `openbadges:credential` element holds the JSON, in PNG an uncompressed iTXt
chunk. What the picture says in letters is read from the credential itself, so nobody's markup gets in and picture and
proof cannot say different things. The picture proves nothing; only what is baked in does.
"""

from __future__ import annotations

import json
import re
import struct
import textwrap
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
KEYWORD = b"openbadgecredential"
SIDE = 512
_FONTS = Path(__file__).parent.parent / "fonts"
_PLUM, _PAPER, _INK = "#5A2860", "#FBF8F4", "#2B2230"
_MARK = ((200, 176), (240, 216), (316, 130))
_LINES, _LETTERS = 3, 28
# What XML 1.0 has no place for, even written as a reference; JSON writes it as an escape.
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class _Words:
    course: tuple[str, ...]
    issuer: str
    year: str


def svg(credential: bytes) -> bytes:
    """The picture as SVG with the credential (JSON with its proof) in it. Raises ValueError for what is no badge of ours."""
    words = _words(credential)
    lines = "".join(
        f'<text x="256" y="{348 + 34 * at}" font-size="26" font-weight="700">{escape(line)}</text>'
        for at, line in enumerate(words.course)
    )
    foot = f"{escape(words.issuer)} · {words.year}"
    title = escape(" ".join(words.course))
    (x1, y1), (x2, y2), (x3, y3) = _MARK
    # In the data of a CDATA section only its own end must not stand.
    data = _NOT_XML.sub(_escaped, credential.decode()).replace("]]>", "]]]]><![CDATA[>")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{NAMESPACE}" viewBox="0 0 {SIDE} {SIDE}"'
        f' width="{SIDE}" height="{SIDE}" role="img">\n'
        f"<openbadges:credential><![CDATA[{data}]]></openbadges:credential>\n"
        f"<title>{title}</title>\n"
        f'<rect x="4" y="4" width="504" height="504" rx="36" fill="{_PAPER}" stroke="{_PLUM}" stroke-width="8"/>\n'
        f'<circle cx="256" cy="172" r="120" fill="{_PLUM}"/>'
        f'<circle cx="256" cy="172" r="104" fill="none" stroke="{_PAPER}" stroke-width="4"/>\n'
        f'<path d="M{x1} {y1}L{x2} {y2}L{x3} {y3}" fill="none" stroke="{_PAPER}" stroke-width="22"'
        ' stroke-linecap="round" stroke-linejoin="round"/>\n'
        f'<g font-family="sans-serif" text-anchor="middle" fill="{_INK}">{lines}'
        f'<text x="256" y="476" font-size="20">{foot}</text></g>\n</svg>\n'
    ).encode()


def png(credential: bytes) -> bytes:
    """The picture as PNG with the credential in it. Raises ValueError for what is no badge of ours."""
    drawn = _drawn(_words(credential))
    # Keyword, no compression (flag and method), no language, no translated keyword.
    baked = _chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + credential)
    end = len(_SIGNATURE) + 8 + 13 + 4  # behind the header, which comes first and has thirteen bytes
    return drawn[:end] + baked + drawn[end:]


def _words(credential: bytes) -> _Words:
    try:
        said = json.loads(credential)
        course = said["credentialSubject"]["achievement"]["name"]
        issuer, year = said["issuer"]["name"], said["validFrom"][:4]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("not a badge") from error
    lines = textwrap.wrap(_NOT_XML.sub(" ", course), _LETTERS, max_lines=_LINES, placeholder=" …")
    return _Words(tuple(lines), textwrap.shorten(_NOT_XML.sub(" ", issuer), 40, placeholder=" …"), year)


def _drawn(words: _Words) -> bytes:
    # Drawn four times as large: Pillow does not smooth the edges of its circles and lines.
    scale = 4
    picture = Image.new("RGB", (SIDE * scale, SIDE * scale), "white")
    pen = ImageDraw.Draw(picture)
    whole = [4 * scale, 4 * scale, 508 * scale, 508 * scale]
    pen.rounded_rectangle(whole, 36 * scale, fill=_PAPER, outline=_PLUM, width=8 * scale)
    for radius, how in ((120, {"fill": _PLUM}), (106, {"outline": _PAPER, "width": 4 * scale})):
        box = [(256 - radius) * scale, (172 - radius) * scale, (256 + radius) * scale, (172 + radius) * scale]
        pen.ellipse(box, **how)
    points = [(x * scale, y * scale) for x, y in _MARK]
    pen.line(points, fill=_PAPER, width=22 * scale, joint="curve")
    for x, y in points:
        pen.ellipse([x - 11 * scale, y - 11 * scale, x + 11 * scale, y + 11 * scale], fill=_PAPER)
    bold = ImageFont.truetype(str(_FONTS / "NetraSans-Bold.ttf"), 26 * scale)
    plain = ImageFont.truetype(str(_FONTS / "NetraSans-Regular.ttf"), 20 * scale)
    for at, line in enumerate(words.course):
        pen.text((256 * scale, (348 + 34 * at) * scale), line, _INK, bold, "ms")
    pen.text((256 * scale, 476 * scale), f"{words.issuer} · {words.year}", _INK, plain, "ms")
    out = BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
