"""News travels upward: a package publishes a frozen fact in the past tense, `app.py` says who listens.

Listeners run at once, in the same transaction as the change they hear of: if one fails, nothing happened.
That is how a pass, its completion, its unit count and its certificate are one commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Listener = Callable[[Any], object]

_listeners: dict[type, tuple[Listener, ...]] = {}


def wire(table: Mapping[type, Sequence[Listener]]) -> None:
    """Replace the whole table of who listens to what. Called by `app.py` only."""
    _listeners.clear()
    _listeners.update({event: tuple(listeners) for event, listeners in table.items()})


def wired() -> dict[type, tuple[Listener, ...]]:
    """The table as it stands, for tests and for the architecture page."""
    return dict(_listeners)


def publish(event: object) -> None:
    """Tell every listener of this exact event type, in the order of the table."""
    for listener in _listeners.get(type(event), ()):
        listener(event)
