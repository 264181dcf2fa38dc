"""When it is said how many colleagues have passed. Pure.

Only what is true, and only where it can encourage: a norm draws people to itself from both sides (Schultz et al. 2007), so
who is told that most have not passed has a reason to wait. Nobody may be found out by it either. Decision 0033.
"""

from __future__ import annotations

LEAST_PEOPLE = 10
"""People of the unit from whom the pass is expected. Among fewer, everybody knows who is meant."""
LEAST_MISSING = 3
"""People who have not passed, the reader among them: with one or two the sentence would point at somebody."""


def may_be_said(passed: int, expected: int) -> bool:
    """Whether "so many of so many in your unit have passed" may be said to somebody of the unit who has not."""
    return expected >= LEAST_PEOPLE and 2 * passed > expected and expected - passed >= LEAST_MISSING
