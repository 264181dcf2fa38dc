"""A dilemma asked again as a graded question: one choice, credit by the weight of the option.

tepat 1, dapat-diterima 1/2, kurang-tepat 1/4, pelanggaran and pelanggaran-berat 0 (`items.Weight`). A dilemma
has no single right answer in life either; the acceptable way out earns half, a breach earns nothing.
"""

from __future__ import annotations

from fractions import Fraction

from quizzes.items import ItemKind, Option, Weight
from quizzes.kinds.choice import OneChoice


class Dilemma(OneChoice):
    """Situational judgement with partial credit."""

    kind = ItemKind.DILEMMA

    def worth(self, option: Option) -> Fraction:
        # A dilemma option without a weight cannot be built (`items.item_problems`).
        return Weight(str(option.weight)).fraction
