"""Scenes with their stories, legends and options, and the characters of each."""

from __future__ import annotations

from dataclasses import dataclass

from courses.format.blocks import Chunk
from courses.format.dilemmas import WEIGHTS, options_of, scenes_of
from courses.format.editable import DILEMMA_ORDER, Dilemma, FieldPath, Option, Scene, attributes_of
from courses.format.heads import Bit, Head, read_head
from courses.format.lines import MOST_ROWS, MOST_SCENES, Fields, Lines, Unshown


@dataclass(frozen=True, slots=True)
class SeenOption:
    """An option as it stands, from the start of its heading to the end of its last line that is not blank."""

    value: Option
    head: Head
    body: Bit
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SeenScene:
    """A scene as it stands. `more`: whole lines of the story below the legend. `body`: where its first line begins."""

    value: Scene
    head: Head | None
    story: Bit
    more: tuple[int, int] | None
    legend: Bit
    options: tuple[SeenOption, ...]
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class SeenDilemma:
    """A dilemma as it stands."""

    value: Dilemma
    head: Head
    scenes: tuple[SeenScene, ...]


def dilemma(lines: Lines, head: Head, body: Chunk, fields: Fields) -> SeenDilemma:
    """The scenes below an opening line."""
    cuts = scenes_of(body)
    if len(cuts) > MOST_SCENES:
        raise Unshown("many")
    scenes = []
    for number, (line, heading, chunk) in enumerate(cuts):
        scene_head = None
        if heading is not None:
            scene_head = _heading(lines, line - 1, titled=True)
            if not (scene_head.sound and scene_head.apart) or scene_head.tokens:
                raise Unshown("head")
            fields.append((("scenes", number, "key"), line, line))
        scenes.append(scene(lines, scene_head, chunk, ("scenes", number), fields))
    value = Dilemma(
        key=head.words.value,
        title=head.title.value if head.title else "",
        attributes=attributes_of(dict(head.values), DILEMMA_ORDER),
        scenes=tuple(found.value for found in scenes),
    )
    return SeenDilemma(value, head, tuple(scenes))


def scene(lines: Lines, head: Head | None, chunk: Chunk, path: FieldPath, fields: Fields) -> SeenScene:
    """What stands below the heading of a scene, or below an opening line."""
    text, legend, options = options_of(chunk)
    if len(options) > MOST_ROWS:
        raise Unshown("many")
    first = chunk.line - 1
    story, more, asked = _story(lines, first, first + len(text.lines), legend)
    lines.note(fields, (*path, "story"), story)
    if more is not None:
        fields.append(((*path, "story"), lines.number(more[0]), lines.number(more[1] - 1)))
    lines.note(fields, (*path, "legend"), asked)
    seen = tuple(
        _option(lines, line - 1, body, (*path, "options", number), fields)
        for number, (line, _heading_text, body) in enumerate(options)
    )
    value = Scene(
        key=head.words.value if head else "",
        title=head.title.value if head and head.title else "",
        story=story.value,
        legend=asked.value,
        options=tuple(option.value for option in seen),
    )
    return SeenScene(
        value,
        head,
        story,
        more,
        asked,
        seen,
        start=lines.starts[first - 1] if head else lines.starts[first],
        body=lines.starts[first],
        end=lines.core_end(first - 1, first + len(chunk.lines)),
    )


def _heading(lines: Lines, index: int, *, titled: bool) -> Head:
    """What stands on a heading line after its number signs."""
    line = lines.read[index]
    begin = len(line) - len(line.lstrip(" ").lstrip("#"))
    offset = lines.starts[index] + begin
    return read_head(lines.text[offset : lines.ends[index]], offset, titled=titled)


def _story(
    lines: Lines, first: int, stop: int, legend: Chunk | None
) -> tuple[Bit, tuple[int, int] | None, Bit]:
    """(story, its lines below the legend, legend)."""
    if legend is None:
        return lines.trimmed(first, stop), None, Bit("", lines.starts[first], lines.starts[first])
    at = legend.line - 1
    after = at + len(legend.lines)
    asked = Bit(" ".join(" ".join(legend.lines).split()), lines.starts[at], lines.ends[after - 1])
    above, below = lines.trimmed(first, at), lines.trimmed(after, stop)
    if not below.value:
        return above, None, asked
    whole = "\n\n".join(part for part in (above.value, below.value) if part)
    more = (below.start, lines.nexts[lines.number(below.end) - 1])
    return Bit(whole, above.start, above.end), more, asked


def _option(lines: Lines, index: int, body: Chunk, path: FieldPath, fields: Fields) -> SeenOption:
    head = _heading(lines, index, titled=False)
    if not head.sound:
        raise Unshown("head")
    stop = index + 1 + len(body.lines)
    bit = lines.trimmed(index + 1, stop)
    fields.append(((*path, "text"), index + 1, index + 1))
    lines.note(fields, (*path, "consequence"), bit)
    weight = head.marks[0] if head.marks and head.marks[0] in WEIGHTS else ""
    value = Option(head.words.value, weight, head.goto or "", bit.value)
    return SeenOption(value, head, bit, lines.starts[index], lines.core_end(index, stop))
