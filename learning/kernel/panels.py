"""Places on a lower package's page where upper packages show their news.

A page asks `collect("home.aside", …)`; `app.py` says which functions answer. So the home page can carry a certificate
without its package knowing that certificates exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of a page: a template and the values it shows."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


_panels: dict[str, tuple[Callable[..., Any], ...]] = {}


def wire(table: Mapping[str, Sequence[Callable[..., Any]]]) -> None:
    """Replace the whole table of places and their functions. Called by `app.py` only."""
    _panels.clear()
    _panels.update({name: tuple(functions) for name, functions in table.items()})


def collect(name: str, **context: Any) -> list[Any]:
    """What every function wired to this place answers, in order; None answers are left out."""
    answers = (function(**context) for function in _panels.get(name, ()))
    return [answer for answer in answers if answer is not None]
