"""Whether a colour can be read on the paper: contrast as WCAG 2.2 defines it (1.4.3 and 1.4.11). Pure."""

from __future__ import annotations

import re

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_PAPER = "#FFFFFF"
# The head row of the table, the darkest ground that the first colour is printed on as text.
_TINT = "#E8EEF3"
TEXT_CONTRAST = 4.5
LINE_CONTRAST = 2.0


def is_colour(text: str) -> bool:
    """Whether this is a colour as we write it, `#RRGGBB`."""
    return _COLOUR.fullmatch(text) is not None


def contrast(first: str, second: str = _PAPER) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str) -> bool:
    """Whether text in this colour can be read everywhere on the paper."""
    return min(contrast(colour), contrast(colour, _TINT)) >= TEXT_CONTRAST


def visible(colour: str) -> bool:
    """Whether a line in this colour is still seen; it decorates only, so less is asked than of text."""
    return contrast(colour) >= LINE_CONTRAST


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
