"""A module cut into places, without a gap: its dilemmas and questions with every field, and what stands between them.

The reader decides where a block begins and ends; here its characters are added. A block that no form can show (left open,
a damaged opening line, text where none belongs) says why; it can be moved and removed like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from courses.format import blocks, modules
from courses.format.blocks import Chunk
from courses.format.editable import Block, FieldPath
from courses.format.heads import Head, read_head
from courses.format.lines import Fields, Lines, Unshown
from courses.format.locating_questions import SeenQuestion, question
from courses.format.locating_scenes import SeenDilemma, dilemma
from courses.format.problems import Problems, TooManyProblems

TEXT = "teks"


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the text: a block, or what stands between blocks (`kind` "teks"). Line numbers count from 1.

    `seen` is what a form can edit; without it `reason` says why. `fields` are its fields with their first and last line.
    """

    kind: str
    start: int
    end: int
    line: int
    last_line: int
    head: Head | None = None
    seen: SeenDilemma | SeenQuestion | None = None
    reason: str = ""
    fields: tuple[tuple[FieldPath, int, int], ...] = ()

    @property
    def is_block(self) -> bool:
        """Whether it is a dilemma or a question."""
        return self.kind in ("dilema", "soal")

    @property
    def value(self) -> Block | None:
        """What a form edits."""
        return self.seen.value if self.seen is not None else None


def places(text: str) -> list[Place]:
    """The whole text in order, cut at its blocks."""
    lines = Lines(text)
    _fields, first, body = modules.front_matter("", "\n".join(lines.read), Problems())
    try:
        found = blocks.split("", first, body, Problems())
    except TooManyProblems:
        found = []
    result: list[Place] = []
    position = 0
    for block in found:
        if block.kind == TEXT:
            continue
        stop = block.line + len(block.body.lines)
        closed = stop < len(lines.read) and _closes(lines.read[stop])
        last = stop if closed else stop - 1
        start, end = lines.starts[block.line - 1], lines.nexts[last]
        if start > position:
            result.append(_between(lines, position, start))
        place = Place(block.kind, start, end, block.line, last + 1)
        if place.is_block:
            place = _seen(lines, place, stop, closed=closed)
        result.append(place)
        position = end
    if position < len(text):
        result.append(_between(lines, position, len(text)))
    return result


def objectives(text: str) -> tuple[str, ...]:
    """The objectives of a module in order; empty when its front matter cannot be read."""
    fields, _first, _body = modules.front_matter("", "\n".join(Lines(text).read), Problems())
    node = fields.get("tujuan")
    return tuple(" ".join((item.text or "").split()) for item in (node.items or [])) if node else ()


def _closes(line: str) -> bool:
    return blocks.FENCE.match(line) is not None and not line.strip().strip(":").strip()


def _between(lines: Lines, start: int, end: int) -> Place:
    return Place(TEXT, start, end, lines.number(start), lines.number(max(start, end - 1)))


def _seen(lines: Lines, place: Place, stop: int, *, closed: bool) -> Place:
    head = _head(lines, place.line - 1)
    fields: Fields = []
    try:
        if not closed:
            raise Unshown("unclosed")
        if not (head.sound and head.apart):
            raise Unshown("head")
        body = Chunk(place.line + 1, lines.read[place.line : stop])
        found: SeenDilemma | SeenQuestion
        if place.kind == "dilema":
            found = dilemma(lines, head, body, fields)
        else:
            found = question(lines, head, body, fields)
    except Unshown as reason:
        return replace(place, head=head, reason=str(reason))
    return replace(place, head=head, seen=found, fields=tuple(fields))


def _head(lines: Lines, index: int) -> Head:
    """What stands on an opening line after the name of the block."""
    line = lines.read[index]
    stop = len(line.rstrip().rstrip(":").rstrip())
    begin = len(line) - len(line.lstrip().lstrip(":").lstrip())
    begin += len(re.split(r"[\s{\"“]", line[begin:stop], maxsplit=1)[0])
    offset = lines.starts[index]
    return read_head(lines.text[offset + begin : offset + stop], offset + begin)
