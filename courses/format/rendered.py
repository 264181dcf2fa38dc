"""What the renderer made last, so that a course of which one sentence changed is not rendered anew.

A trainer checks the same course again and again; nearly every passage of it is the one of a minute ago. Kept in the
memory of the process, up to a size, under everything that the HTML depends on: the kind of passage, its text, and what
texts of this course may point to. Failures are not kept: a passage that took too long may do better on a quieter day.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from courses.format.rendering import Links, Rendered

KEPT_CHARACTERS = 24_000_000
"""Some 25 to 50 MB a process: two courses of two hundred modules, or sixty of the usual size."""
# What a passage costs beyond its characters: the objects around them.
_OVERHEAD = 400

Piece = tuple[str, str]
_kept: OrderedDict[tuple[str, str, str], Rendered] = OrderedDict()
_lock = threading.Lock()
_size = 0


def name_of(links: Links) -> str:
    """SHA-256 of all that passages of this course may point to, in hexadecimal digits."""
    images = {path: dict(image) for path, image in links.images.items()}
    content = [dict(links.labels), dict(links.modules), images]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def recall(links: str, pieces: Sequence[Piece]) -> dict[Piece, Rendered]:
    """Those of the passages (kind, source) that are kept for these links."""
    found = {}
    with _lock:
        for kind, source in pieces:
            key = (links, kind, source)
            if (html := _kept.get(key)) is not None:
                _kept.move_to_end(key)
                found[kind, source] = html
    return found


def keep(links: str, made: Mapping[Piece, Rendered]) -> None:
    """Keep passages; what was asked for longest ago is forgotten first."""
    global _size
    with _lock:
        for (kind, source), html in made.items():
            if (links, kind, source) not in _kept:
                _kept[links, kind, source] = html
                _size += _weight(source, html)
        while _size > KEPT_CHARACTERS:
            (_links, _kind, source), html = _kept.popitem(last=False)
            _size -= _weight(source, html)


def forget() -> None:
    """Forget everything, for tests and measurements."""
    global _size
    with _lock:
        _kept.clear()
        _size = 0


def _weight(source: str, html: Rendered) -> int:
    return len(source) + len(html.html) + _OVERHEAD
