"""A badge signed where its paper is drawn, so that the paper carries it from its first download on.

A web process says what is to be signed and by which published keys (`embedding`); the process that draws the paper, which
reads keys and talks to nobody, signs (`sealing`). Pure.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

FILE_NAME = "kredensial.json"
MEDIA_TYPE = "application/vc+ld+json"
DESCRIPTION = "Open Badge 3.0"


@dataclass(frozen=True, slots=True)
class BadgeOrder:
    """An unsigned badge and the names of the keys that are to sign it; `at` is an ISO instant with its offset."""

    document: dict[str, Any]
    folder: str
    ed25519: str
    method: str
    rsa: str
    kid: str
    at: str


@dataclass(frozen=True, slots=True)
class MadeBadge:
    """A badge in both writings, JSON with its proof and compact JWT, and the names of the keys that signed them."""

    credential: str
    jwt: str
    ed25519: str
    rsa: str


def text_of(document: dict[str, Any]) -> str:
    """The one writing in which signed documents are kept and handed out."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
