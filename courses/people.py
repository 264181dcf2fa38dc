"""How many people a change of a course touches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Affected:
    """How many people an edition would touch: those under way on another edition, and those who have passed."""

    in_progress: int
    passed: int
