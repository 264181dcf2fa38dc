"""One byte sequence for one linked-data document, whatever the order of its members (RDF Dataset Canonicalization 1.0).

Contexts come from this folder and from nowhere else: neither signing nor checking ever asks the network, so nobody can
make them wait, spy on them, or change the meaning of a word between the two.
"""

from __future__ import annotations

import json
import threading
from functools import cache
from pathlib import Path
from typing import Any

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_FOLDER = Path(__file__).parent / "contexts"
# PyLD keeps contexts it has resolved in a cache of its own that two threads can break: one of eight that signed at once failed.
_one_at_a_time = threading.Lock()
_FILES = {CREDENTIALS: "credentials-v2.json", OPEN_BADGES: "open-badges-3.0.3.json"}


class UnknownContext(ValueError):
    """The document speaks words of a context that is not bundled here."""


def canonical(document: dict[str, Any]) -> bytes:
    """The canonical N-Quads of a document.

    Raises UnknownContext for a context that is not bundled, ValueError for what is no linked data. Members that no
    context defines are no linked data and drop out: whoever signs must not use any (a test changes every member).
    """
    from pyld import jsonld

    _refuse_other_contexts(document.get("@context"))
    try:
        with _one_at_a_time:
            quads = jsonld.normalize(
                document,
                {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load},
            )
    except Exception as error:  # PyLD raises whatever its own code stumbles over in a document made to hurt
        raise ValueError("not linked data that can be read here") from error
    if not isinstance(quads, str) or not quads:
        raise ValueError("the document says nothing")
    return quads.encode()


def _refuse_other_contexts(contexts: Any) -> None:
    listed = contexts if isinstance(contexts, list) else [contexts]
    if not listed or any(context not in _FILES for context in listed if isinstance(context, str)):
        raise UnknownContext("a context that is not bundled")
    # A context written out in the document could give our words another meaning.
    if any(not isinstance(context, str) for context in listed):
        raise UnknownContext("a context inside the document")


def _load(url: str, _options: dict[str, Any]) -> dict[str, Any]:
    if url not in _FILES:
        raise UnknownContext(url)
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": _context(url),
    }


@cache
def _context(url: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((_FOLDER / _FILES[url]).read_text(encoding="utf-8"))
    return content
