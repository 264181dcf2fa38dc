"""What is wrong with one value, as a code with params. `texts.py` turns it into a sentence and a remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: `code` like "nip.too_short", `params` for its sentence."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
