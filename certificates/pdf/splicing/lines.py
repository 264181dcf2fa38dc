"""Lines of a laid-out page that change from person to person, set anew by the functions that WeasyPrint sets lines with.

Knows WeasyPrint's boxes. Nothing is guessed: every position that is going to be computed is first computed for the
stand-ins and compared with where the engine has put them; a page where one differs is not reused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from weasyprint.draw.text import draw_first_line
from weasyprint.formatting_structure import boxes
from weasyprint.matrix import Matrix
from weasyprint.pdf.stream import Stream
from weasyprint.text.line_break import split_first_line

from certificates.pdf.splicing.words import MARK, BodyText, collapsed

# Letters that the fonts of a page are prepared for; words with any other are drawn by the ordinary engine. Each letter is in
# every paper then, in three faces: those with accents would add 7 kB for one name in thousands.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789 .,:;/()&'\"-+ \u00a0\u00b7\u2013\u2014\u2018\u2019"
_LIGATURES = "ff fi fl ffi ffl fj tt ti ft fb fh fk Th"
_KNOWN = frozenset(LETTERS)
# As near to the edge as lines may come, in CSS pixels; nearer, and the engine decides whether the line wraps.
_MARGIN = 0.5
_EXACT = 1e-3
_GLYPHS = re.compile(rb"<([0-9a-f]*)>")


class Unfit(Exception):
    """This page, or this person on it, cannot be drawn by reuse; no fault, the ordinary engine can."""


@dataclass(slots=True)
class Piece:
    """A text box on a line. `token` None: always the same words. `part`: which line of the token's text."""

    box: Any
    token: int | None = None
    part: int = 0
    # Where its operators stand in the stream of its page, from the text matrix to the end of the text.
    begin: int = 0
    end: int = 0
    tail: bytes = b""


@dataclass(slots=True)
class Line:
    """The pieces of a line from left to right, where the line may begin, how wide it may be and how it is aligned."""

    pieces: list[Piece]
    left: float
    room: float
    align: str
    block: Any = field(repr=False)
    margin: bool = False
    page: int = 0

    def start(self, width: float) -> float:
        """Where a line of this width begins."""
        if self.align == "center":
            return self.left + (self.room - width) / 2
        return self.left + (self.room - width) if self.align == "right" else self.left


def lines_of(pages: list[Any]) -> list[Line]:
    """Every line of laid-out pages in document order."""
    found = []
    heads: set[int] = set()
    for number, page in enumerate(pages):
        for line in _lines(page._page_box, None, heads, margin=False):  # noqa: SLF001 - the only way to the boxes
            line.page = number
            found.append(line)
    return found


def _lines(box: Any, block: Any, heads: set[int], *, margin: bool) -> Iterator[Line]:
    box = getattr(box, "_box", box)
    if isinstance(box, boxes.TableRowGroupBox) and box.is_header:
        # The head of a table that goes on over the page is drawn again, but stands in the text once.
        if id(box.element) in heads:
            return
        heads.add(id(box.element))
    if isinstance(box, boxes.LineBox):
        pieces = [Piece(item) for item in box.descendants() if isinstance(item, boxes.TextBox)]
        align = {"start": "left", "end": "right"}.get(
            box.style["text_align_all"], box.style["text_align_all"]
        )
        yield Line(pieces, block.content_box_x(), block.width, align, block, margin)
    elif isinstance(box, boxes.ParentBox):
        for child in box.children:
            yield from _lines(child, box, heads, margin=margin or isinstance(box, boxes.MarginBox))


def parts_of(words: str, style: Any) -> list[str]:
    """A text by the lines that it asks for itself, white space as it is set."""
    if style["white_space"] == "pre-line":
        return [collapsed(part) for part in words.split("\n")]
    return [collapsed(words)]


def assign(lines: list[Line], texts: list[BodyText]) -> list[Line]:
    """Say of each box which text it shows, and give the lines in which something differs. Raises Unfit."""
    body = [piece for line in lines if not line.margin for piece in line.pieces if piece.box.text.strip()]
    whole: set[int] = set()
    used = 0
    first_last: dict[int, tuple[BodyText, BodyText, int]] = {}
    blocks = {id(piece): line.block for line in lines for piece in line.pieces}
    for words in texts:
        if used >= len(body):
            raise Unfit("a text without a box")
        parts = parts_of(words.words, body[used].box.style)
        block = id(blocks[id(body[used])])
        first, _, extra = first_last.get(block, (words, words, 0))
        first_last[block] = (first, words, extra + len(parts) - 1)
        for number, part in enumerate(parts):
            taken: list[Piece] = []
            wanted = part.replace(" ", "")
            while wanted and used < len(body):
                shown = body[used].box.text.replace(" ", "")
                if not wanted.startswith(shown):
                    raise Unfit("a box with other words")
                wanted = wanted[len(shown) :]
                taken.append(body[used])
                used += 1
            if wanted:
                raise Unfit("a text without a box")
            if len(taken) == 1:
                taken[0].token, taken[0].part = words.token, number
                whole.add(id(taken[0]))
            elif MARK in part:
                raise Unfit("words of a person on two lines")
    if used != len(body):
        raise Unfit("a box without a text")
    changing = []
    for line in lines:
        if not any(MARK in piece.box.text for piece in line.pieces):
            continue
        if line.margin:
            _assign_margin(line, texts)
        else:
            if any(piece.box.text.strip() and id(piece) not in whole for piece in line.pieces):
                raise Unfit("a line that goes on in the next")
            first, last, extra = first_last[id(line.block)]
            count = sum(1 for other in lines if other.block is line.block)
            if count != 1 + extra + last.breaks_before - first.breaks_before:
                raise Unfit("a block whose lines wrap")
        changing.append(line)
    return changing


def _assign_margin(line: Line, texts: list[BodyText]) -> None:
    """The foot of a page repeats a text of the body."""
    if len(line.pieces) != 1:
        raise Unfit("a foot of several texts")
    shown = line.pieces[0].box.text
    found = [words for words in texts if collapsed(words.words) == shown]
    if len(found) != 1:
        raise Unfit("a foot with words of its own")
    line.pieces[0].token = found[0].token


class Setter:
    """Draws single texts into a stream of its own; knows which glyphs the fonts of the document hold."""

    def __init__(self, fonts: dict[Any, Any]) -> None:
        """`fonts` are those of a document; drawing before `close` adds glyphs to them."""
        self._fonts = fonts
        self._stream = Stream(fonts, (0, 0, 0, 0), {"ExtGState": {}}, {}, None, {}, None)
        self._held: dict[bytes, dict[int, str]] = {}

    def prepare(self, box: Any) -> None:
        """Have the fonts of a box hold every letter that a person's words may need."""
        for words in (LETTERS, _LIGATURES):
            self.operators(self.laid_out(box, words), 0.0)

    def close(self) -> None:
        """From now on the fonts are written: what they hold is what there is."""
        for font in self._fonts.values():
            self._held.setdefault(font.hash.encode(), {}).update(font.to_unicode)

    def laid_out(self, box: Any, words: str) -> Any:
        """A box like this with other words."""
        layout, _, resume, width, height, baseline = split_first_line(words, box.style, None, None, 0)
        if resume is not None:
            raise Unfit("words with a line break of their own")
        made = box.copy_with_text(words)
        made.pango_layout, made.width, made.height = layout, width, height
        # The engine counts from the top of the line, the layout from the top of its letters.
        made.baseline = baseline + made.margin_top
        return made

    def operators(self, box: Any, x: float) -> list[bytes]:
        """The operators of a box that begins at `x`, from its text matrix on."""
        stream = self._stream
        stream.stream = []
        stream._current_font = None  # noqa: SLF001 - so that each text names its font
        box.pango_layout.reactivate(box.style)
        draw_first_line(stream, box, "clip", "none", Matrix(d=-1, e=x, f=box.position_y + box.baseline))
        box.pango_layout.deactivate()
        return list(stream.stream)

    def check(self, operators: list[bytes], words: str) -> None:
        """Whether every glyph is in the file and reads as what is meant. Raises Unfit."""
        read = ""
        held: dict[int, str] | None = None
        for operator in operators:
            if operator.endswith(b" Tf"):
                held = self._held.get(operator.split(b" ", 1)[0][1:])
            elif operator.endswith(b"TJ"):
                for run in _GLYPHS.findall(operator):
                    for place in range(0, len(run), 4):
                        letters = held.get(int(run[place : place + 4], 16)) if held is not None else None
                        if letters is None:
                            raise Unfit("a glyph that the page does not hold")
                        read += letters
        if read.replace("\u00a0", " ") != words.replace("\u00a0", " "):
            raise Unfit("glyphs that would be read as other letters")


def known(words: str) -> bool:
    """Whether the fonts of a page are prepared for every letter."""
    return _KNOWN.issuperset(words.replace("\n", " "))


def fits(line: Line, width: float) -> bool:
    """Whether a line of this width surely stays one line."""
    return width <= line.room - _MARGIN


def as_computed(line: Line) -> bool:
    """Whether the engine has put the pieces of a line where this module would."""
    x = line.start(sum(piece.box.width for piece in line.pieces))
    for piece in line.pieces:
        if abs(piece.box.position_x - x) > _EXACT:
            return False
        x += piece.box.width
    return True


def same_height(made: Any, old: Any) -> bool:
    """Whether two boxes stand on the same base line; another font among the letters would move it."""
    return abs(made.height - old.height) < _EXACT and abs(made.baseline - old.baseline) < _EXACT
