"""Which words of a page belong to one person, and the page in tags and texts. Pure."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any

# In no word of any paper; where it stands in the drawn page, something differs between two people.
MARK = "Qzx"
MARKED_ADDRESS = f"https://qzx.example/v/{MARK}"
DAY = "2000-01-01"
# The words of one person. Everything else in the page's words belongs to the course, the agency or the template.
_OWN = (
    "number",
    "replaces",
    "code",
    "holder_name",
    "holder_lines",
    "employee_number",
    "position_title",
    "unit_lines",
    "period",
    "period_english",
    "score",
    "score_english",
    "expires",
    "expires_english",
    "issued",
    "verify_short",
)
_QR = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")
_TAG = re.compile(r"(<[^>]*>)")
_SPACES = re.compile(r"[ \t\n]+")


def stand_ins(words: dict[str, Any]) -> dict[str, Any]:
    """The words with a stand-in for each that belongs to one person: empty stays empty, as many lines stay as many lines.

    Two people with equal results share one page.
    """
    general = {name: _stand_in(value) if name in _OWN else value for name, value in words.items()}
    general["issued_iso"] = DAY
    general["verify_url"] = MARKED_ADDRESS
    general["qr_data"] = "M4 4h1v1h-1z"
    general["modules"] = [{**line, "score": MARK} for line in words["modules"]]
    return general


def key(general: dict[str, Any]) -> str:
    """One text for one page."""
    return json.dumps(general, sort_keys=True, ensure_ascii=False)


def _stand_in(value: str) -> str:
    return "\n".join(MARK for _ in value.split("\n")) if value else ""


def qr_operators(data: str) -> bytes | None:
    """The rectangles of a QR path as the engine draws them; None for any other path."""
    parts, end = [], 0
    for found in _QR.finditer(data):
        if found.start() != end or found[3] != found[4]:
            return None
        end = found.end()
        x, y, run = int(found[1]), int(found[2]), int(found[3])
        parts.append(b"%d %d m\n%d %d l\n%d %d l\n%d %d l\nh" % (x, y, x + run, y, x + run, y + 1, x, y + 1))
    return b"\n".join(parts) if parts and end == len(data) else None


def tokens(page: str) -> list[str]:
    """Tags and texts of a page in turn: texts at even places, tags at odd ones."""
    return _TAG.split(page)


def text(token: str) -> str:
    """A text token as it is read."""
    return html.unescape(token)


def collapsed(words: str) -> str:
    """Runs of white space as one space, as in all text but that whose line breaks count."""
    return _SPACES.sub(" ", words)


@dataclass(frozen=True, slots=True)
class BodyText:
    """One text of the page's body: its place among the tokens, its lines, and how many forced breaks stand before it."""

    token: int
    words: str
    breaks_before: int


def body_texts(parts: list[str]) -> list[BodyText]:
    """The texts that become boxes, in their order; those inside drawings are spoken, not drawn."""
    found: list[BodyText] = []
    drawing = body = False
    breaks = 0
    for place, part in enumerate(parts):
        if place % 2:
            body = body or part.startswith("<body")
            drawing = (drawing or part.startswith("<svg")) and part != "</svg>"
            breaks += part == "<br>"
        elif body and not drawing and part.strip():
            found.append(BodyText(place, text(part), breaks))
    return found
