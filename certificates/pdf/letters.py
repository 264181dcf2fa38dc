"""Which letters the bundled fonts can draw. A letter that none has would be printed as an empty box: refused instead."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont

from certificates.fontfolder import FONT_FOLDER

# Joiners and direction marks steer the shaping and have no form of their own; white space needs none.
_FORMLESS = frozenset("\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069\u00ad\n\t\r")


class UndrawableLetters(ValueError):
    """The payload holds letters that no bundled font has (say, an emoji or Chinese)."""


def composed(value: Any) -> Any:
    """The same payload with every text in composed form (NFC): one glyph for a letter with its mark where there is one."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {key: composed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [composed(item) for item in value]
    return value


def refuse_undrawable(value: Any) -> None:
    """Look at every text of a payload. Raises UndrawableLetters at the first letter that would be an empty box."""
    if isinstance(value, str):
        if any(letter not in _FORMLESS and ord(letter) not in _drawable() for letter in value):
            raise UndrawableLetters
    elif isinstance(value, dict):
        for item in value.values():
            refuse_undrawable(item)
    elif isinstance(value, list):
        for item in value:
            refuse_undrawable(item)


def serif_has(text: str) -> bool:
    """Whether the display serif has every letter; a name half in one face and half in another looks like a forgery."""
    return all(letter in _FORMLESS or ord(letter) in _letters("NetraSerif-SemiBold.ttf") for letter in text)


@cache
def _drawable() -> frozenset[int]:
    return frozenset().union(*(_letters(path.name) for path in FONT_FOLDER.glob("*.ttf")))


@cache
def _letters(name: str) -> frozenset[int]:
    with TTFont(FONT_FOLDER / name, lazy=True) as font:
        return frozenset(font.getBestCmap())
