"""Text that somebody types into a field, made to stay in its place: signs that would begin something else get a backslash
in front, as in any Markdown, and what cannot be written there at all is named.

Both work on values. What `guard` returns is what is read back from the file; `faults` says why a value is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from courses.format.answers import BROKEN_CHOICE, CHOICE, FEEDBACK, NUMBERED, PAIR, SHORT
from courses.format.blocks import FENCE, SHORT_FENCE
from courses.format.dilemmas import HEADING, WEIGHTS
from courses.format.drafts import FIRST_SCENE
from courses.format.editable import (
    Attributes,
    Block,
    Dilemma,
    FieldPath,
    Option,
    Question,
    Scene,
    attributes_of,
    order_of,
)
from courses.format.questions import QUOTE
from courses.format.source import KEY
from courses.format.text import FORBIDDEN
from quizzes.items import ItemKind

MOST_IN_BRACES = 500
_ARROW = "⇒"


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that cannot be written. `code` is one of `FAULTS`, `value` what was typed."""

    path: FieldPath
    code: str
    value: str


FAULTS = (
    "weight",
    "unwritable",
    "braces",
    "quotes",
    "key",
    "key_missing",
    "arrow",
    "forbidden",
    "long",
    "goto",
    "scene_twice",
)


def lined(text: str) -> str:
    """A text of several lines as it is kept: plain line ends, no blank lines around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines)


def one_line(text: str) -> str:
    """A text of one line: every line end is a space."""
    return " ".join(part for line in text.splitlines() if (part := line.strip()))


def guard(block: Block, before: Block | None = None, *, strictly: bool = False) -> Block:
    """The same block with every field held in its place. Lines that stood in it before keep signs that harm nobody there.

    `strictly` also holds back what is harmless where it stands now, but would not be in another place.
    """
    stood = [text for _path, text in _all_texts(before)] if before is not None and not strictly else []
    held = _Guard(frozenset(stood), strictly=strictly)
    if isinstance(block, Dilemma):
        return replace(
            block,
            key=words(block.key),
            title=words(block.title),
            attributes=_attributes(block),
            scenes=tuple(held.scene(scene) for scene in block.scenes),
        )
    return held.question(block)


def words(text: str) -> str:
    """Text on an opening line, where the number of spaces says nothing."""
    return " ".join(text.split())


def _attributes(block: Block) -> Attributes:
    return attributes_of({name: words(value) for name, value in block.attributes}, order_of(block))


class _Guard:
    """`stood`: texts that stand in the file; they are left as they are, and so are their lines where these are harmless."""

    def __init__(self, stood: frozenset[str], *, strictly: bool) -> None:
        self.stood = stood
        self.known = frozenset(line for text in stood for line in text.split("\n"))
        self.strictly = strictly

    def scene(self, scene: Scene) -> Scene:
        legend = self.inline(words(scene.legend))
        return replace(
            scene,
            key=words(scene.key),
            title=words(scene.title),
            story=self.story(scene.story, legend=bool(legend)),
            legend=legend,
            options=tuple(self.option(option) for option in scene.options),
        )

    def story(self, text: str, *, legend: bool, alone: bool = False) -> str:
        """The story above a legend: the first line with a question mark in front would be taken for it. `alone`: no
        option follows that would show where it ends.
        """
        held = self.lines(text, quotes=alone, answers=alone)
        if held in self.stood and legend:
            return held
        return "\n".join(_escape(line) if line.startswith("? ") else line for line in held.split("\n"))

    def option(self, option: Option, *, quotes: bool = False) -> Option:
        return replace(
            option,
            text=self.inline(words(option.text)),
            goto=words(option.goto),
            consequence=self.lines(option.consequence, quotes=quotes),
        )

    def lines(self, text: str, *, quotes: bool = False, answers: bool = False, steps: bool = False) -> str:
        """A text of several lines. `quotes`: a quotation would be taken for the explanation. `answers`, `steps`: lists may
        be taken for the answers.
        """
        if text in self.stood:
            return text
        return "\n".join(
            self.line(line, quotes=quotes, answers=answers, steps=steps) for line in lined(text).split("\n")
        )

    def line(self, line: str, *, quotes: bool, answers: bool, steps: bool) -> str:
        heading = HEADING.match(line)
        breaks = FENCE.match(line) or (SHORT_FENCE.match(line) and line not in self.known)
        breaks = breaks or (heading and (len(heading[1]) in (2, 3) or line not in self.known))
        breaks = breaks or (quotes and QUOTE.match(line))
        breaks = breaks or (
            answers and any(form.match(line) for form in (CHOICE, BROKEN_CHOICE, PAIR, SHORT))
        )
        if breaks:
            return _escape(line)
        if steps and NUMBERED.match(line):
            return re.sub(r"^( {0,3}\d{1,3})", r"\1\\", line)
        return line

    def question(self, block: Question) -> Question:
        asked = replace(
            block,
            key=words(block.key),
            attributes=_attributes(block),
            explanation=self.explanation(block.explanation),
            legend=self.inline(words(block.legend)),
        )
        if block.kind is ItemKind.DILEMMA and not block.refers:
            last = len(block.options) - 1
            return replace(
                asked,
                stem=self.story(block.stem, legend=bool(asked.legend), alone=last < 0),
                options=tuple(
                    self.option(option, quotes=self.strictly or number == last)
                    for number, option in enumerate(block.options)
                ),
            )
        rows = (*block.choices, *block.pairs, *block.accepted)
        steps = block.kind is ItemKind.ORDERING
        return replace(
            asked,
            stem=self.lines(block.stem, quotes=block.refers or not rows, answers=True, steps=steps),
            choices=tuple(
                replace(
                    choice,
                    correct=choice.correct and not steps,
                    text=_no_slashes(self.inline(one_line(choice.text))),
                    feedback=self.inline(one_line(choice.feedback)),
                )
                for choice in block.choices
            ),
            pairs=tuple(
                replace(pair, left=self.left(one_line(pair.left)), right=self.inline(one_line(pair.right)))
                for pair in block.pairs
            ),
            accepted=tuple(replace(accepted, text=one_line(accepted.text)) for accepted in block.accepted),
        )

    def inline(self, text: str) -> str:
        """One line of text; a number sign in front would make a heading of it."""
        return _escape(text) if HEADING.match(text) and text not in self.stood else text

    def left(self, text: str) -> str:
        """The left side of a pair: no arrow in it, and nothing that looks like a choice."""
        if text in self.stood:
            return text
        held = self.inline(text).replace("=>", "=\\>")
        return f"\\{held}" if CHOICE.match(f"- {held}") or BROKEN_CHOICE.match(f"- {held}") else held

    def explanation(self, text: str) -> str:
        """Every line has a sign of its own in front, so that nothing but a heading could be meant."""
        if text in self.stood:
            return text
        return "\n".join(
            _escape(line) if HEADING.match(line) and line not in self.known else line if line.strip() else ""
            for line in lined(text).split("\n")
        )


def _escape(line: str) -> str:
    words_at = len(line) - len(line.lstrip(" "))
    return f"{line[:words_at]}\\{line[words_at:]}"


def _no_slashes(text: str) -> str:
    """Two slashes by themselves would begin the feedback."""
    found = FEEDBACK.search(text)
    while found is not None:
        at = text.index("//", found.start())
        text = f"{text[:at]}\\{text[at:]}"
        found = FEEDBACK.search(text)
    return text


def faults(block: Block, before: Block | None = None) -> list[Fault]:
    """What cannot be written. What stood in the file before is no fault of whoever edits something else."""
    known = {(fault.code, fault.value) for fault in _faults(before)} if before is not None else set()
    return [fault for fault in _faults(block) if (fault.code, fault.value) not in known]


def _faults(block: Block) -> Iterator[Fault]:
    yield from _key(("key",), block.key)
    for name, value in block.attributes:
        yield from _signs(("attributes", name), value, '{}"“”', "quotes")
    if len(" ".join(f'{name}="{value}"' for name, value in block.attributes)) > MOST_IN_BRACES:
        longest = max(block.attributes, key=lambda pair: len(pair[1]))
        yield Fault(("attributes", longest[0]), "long", longest[1])
    if isinstance(block, Dilemma):
        yield from _signs(("title",), block.title, "{}", "braces")
        yield from _scenes(block)
    else:
        yield from _options(("options",), block.options, frozenset())
        for number, pair in enumerate(block.pairs):
            yield from _signs(("pairs", number, "left"), pair.left, _ARROW, "arrow")
    for path, text in _all_texts(block):
        if FORBIDDEN.search(text):
            yield Fault(path, "forbidden", text)


def _key(path: FieldPath, key: str) -> Iterator[Fault]:
    if not key.strip():
        yield Fault(path, "key_missing", key)
    elif not KEY.fullmatch(key) or len(key) > 60 or (path[0] == "scenes" and key == FIRST_SCENE):
        yield Fault(path, "key", key)


def _signs(path: FieldPath, text: str, signs: str, code: str) -> Iterator[Fault]:
    if any(sign in text for sign in signs):
        yield Fault(path, code, text)


def _scenes(block: Dilemma) -> Iterator[Fault]:
    keys = [scene.key for scene in block.scenes[1:]]
    for number, scene in enumerate(block.scenes):
        path: FieldPath = ("scenes", number)
        if number:
            yield from _key((*path, "key"), scene.key)
            if keys.index(scene.key) != number - 1 and scene.key:
                yield Fault((*path, "key"), "scene_twice", scene.key)
        yield from _signs((*path, "title"), scene.title, "{}", "braces")
        yield from _options((*path, "options"), scene.options, frozenset(keys))


def _options(path: FieldPath, options: Iterable[Option], scenes: frozenset[str]) -> Iterator[Fault]:
    for number, option in enumerate(options):
        yield from _signs((*path, number, "text"), option.text, "{}", "braces")
        if option.goto and option.goto not in scenes:
            yield Fault((*path, number, "goto"), "goto", option.goto)
        if option.weight and option.weight not in WEIGHTS:
            yield Fault((*path, number, "weight"), "weight", option.weight)


def _all_texts(block: Block) -> Iterator[tuple[FieldPath, str]]:
    """Every text of a block with its field."""
    yield from ((("attributes", name), value) for name, value in block.attributes)
    if isinstance(block, Dilemma):
        yield ("title",), block.title
        for number, scene in enumerate(block.scenes):
            for name in ("title", "story", "legend"):
                yield ("scenes", number, name), getattr(scene, name)
            yield from _option_texts(("scenes", number, "options"), scene.options)
        return
    for name in ("stem", "legend", "explanation"):
        yield (name,), getattr(block, name)
    yield from _option_texts(("options",), block.options)
    for number, choice in enumerate(block.choices):
        yield ("choices", number, "text"), choice.text
        yield ("choices", number, "feedback"), choice.feedback
    for number, pair in enumerate(block.pairs):
        yield ("pairs", number, "left"), pair.left
        yield ("pairs", number, "right"), pair.right
    for number, accepted in enumerate(block.accepted):
        yield ("accepted", number, "text"), accepted.text


def _option_texts(path: FieldPath, options: Iterable[Option]) -> Iterator[tuple[FieldPath, str]]:
    for number, option in enumerate(options):
        yield (*path, number, "text"), option.text
        yield (*path, number, "consequence"), option.consequence
