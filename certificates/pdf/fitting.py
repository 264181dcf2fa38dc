"""How large a name or title can stand on its lines, by the real widths of its letters: capitals need half as much again.

Used from template v2 on; v1 counts characters and keeps doing so.
"""

from __future__ import annotations

from functools import cache

from fontTools.ttLib import TTFont

from certificates.fontfolder import FONT_FOLDER
from certificates.pdf.letters import serif_has

# The column of 225 mm in points, and a little less, because kerning is not looked at.
COLUMN = 225 * 72 / 25.4 * 0.985
# (size in points, its class in the style sheet, lines it may take). The last one takes what is left.
NAME_SIZES = (
    (26.0, "l", 1),
    (22.0, "m", 1),
    (18.0, "s", 2),
    (15.0, "xs", 2),
    (12.0, "xxs", 3),
    (9.0, "tiny", 4),
)
COURSE_SIZES = ((20.0, "xl", 1), (16.0, "l", 2), (13.0, "s", 3), (11.0, "xs", 4), (8.0, "tiny", 5))
_ARABIC = range(0x600, 0x900)


def fitted(text: str, sizes: tuple[tuple[float, str, int], ...]) -> tuple[str, str]:
    """The size class for a text, and the text broken into lines of about equal width."""
    words = text.split()
    for size, name, most in sizes:
        lines = _lines(words, COLUMN / size)
        if len(lines) <= most:
            return name, "\n".join(_even(words, COLUMN / size, len(lines)))
    return sizes[-1][1], "\n".join(_lines(words, COLUMN / sizes[-1][0]))


def width(text: str) -> float:
    """The width of a text in the display face, in units of its size."""
    face = _widths("NetraSerif-SemiBold.ttf" if serif_has(text) else "NetraSerifExtended-Bold.ttf")
    naskh = _widths("NetraNaskh-Bold.ttf")
    return sum((naskh if ord(letter) in _ARABIC else face).get(ord(letter), 0.6) for letter in text)


def _even(words: list[str], limit: float, count: int) -> list[str]:
    """`words` on `count` lines, each as narrow as it can be."""
    # Never narrower than the widest word: that would cut a word to make the lines equal.
    low, high = min(limit, max(map(width, words), default=0.0)), limit
    if len(_lines(words, low)) <= count:
        return _lines(words, low)
    for _ in range(12):
        middle = (low + high) / 2
        if len(_lines(words, middle)) <= count:
            high = middle
        else:
            low = middle
    return _lines(words, high)


def _lines(words: list[str], limit: float) -> list[str]:
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or width(longer) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
        while width(lines[-1]) > limit and len(lines[-1]) > 1:
            # One word wider than the column is cut where the column ends.
            cut = max(1, int(len(lines[-1]) * limit / width(lines[-1])))
            lines[-1:] = [lines[-1][:cut], lines[-1][cut:]]
    return lines


@cache
def _widths(name: str) -> dict[int, float]:
    with TTFont(FONT_FOLDER / name, lazy=True) as font:
        em = font["head"].unitsPerEm
        return {code: font["hmtx"][glyph][0] / em for code, glyph in font.getBestCmap().items()}
