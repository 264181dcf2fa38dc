"""What was drawn and in which order it is shown: the frozen layout of one attempt. Pure.

A browser only ever sees positions ("2" is the second option as shown), never the keys of the author: option
keys of an ordering stand in the right order, and both halves of a pair carry the same key, so a key on the
wire would be the answer. The layout translates between the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """One question on a paper. `shown` are option keys, or pair keys of the left sides, in the order shown;
    `rights` are pair keys of the right sides in the order shown (matching only).
    """

    item_key: str
    shown: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """All questions of one attempt; question number n (from 1) is `places[n - 1]`."""

    places: tuple[Place, ...]

    def __len__(self) -> int:
        return len(self.places)

    @property
    def item_keys(self) -> tuple[str, ...]:
        """Keys of the drawn items in the order asked."""
        return tuple(place.item_key for place in self.places)

    def place(self, number: int) -> Place | None:
        """Question `number` (from 1), or None when the paper has no such number."""
        return self.places[number - 1] if 1 <= number <= len(self.places) else None


def paper_to_json(paper: Paper) -> list[dict[str, Any]]:
    """The paper as plain lists, for the attempt row."""
    return [
        {"item": place.item_key, "shown": list(place.shown), "rights": list(place.rights)}
        for place in paper.places
    ]


def paper_from_json(data: Sequence[Mapping[str, Any]]) -> Paper:
    """Read the stored layout back."""
    return Paper(tuple(Place(row["item"], tuple(row["shown"]), tuple(row["rights"])) for row in data))
