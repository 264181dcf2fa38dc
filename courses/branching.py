"""The ways through a dilemma: which scene follows which option, and where a way is broken.

Pure. A story is made from a compiled variant or from a draft with mistakes; `ways` tells of every scene how far it is
from the beginning and of every option where it leads. `courses.branching_layout` draws what is found here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from courses.format.compiled import CompiledVariant
from courses.format.drafts import DraftVariant

MAX_SCENES = 24
MAX_OPTIONS = 16
"""Twice what a dilemma may have: what is larger is told in words, not drawn."""
_TAG = re.compile(r"<[^>]*>")
_CITATION = re.compile(r"\[\s?@[^\[\]]*\]")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_SIGNS = re.compile(r"[*_`]+|^\s{0,3}(?:>|[-+]|\d+\.)\s+|\s\|\s?|\|$", re.MULTILINE)


class Mark(StrEnum):
    """What is wrong with a scene or an option."""

    DEAD_END = "dead-end"  # the option leads to a scene that does not exist
    LOOP = "loop"  # the option leads back to a scene that was passed on the way
    UNCITED = "uncited"  # nothing of the law stands behind the option
    UNREACHABLE = "unreachable"  # no way leads to the scene
    NO_OPTIONS = "no-options"  # nothing can be chosen in the scene


@dataclass(frozen=True, slots=True)
class StoryOption:
    """A way to act. `goto` is the next scene, None where the story ends; `line` is 0 for what has no source."""

    text: str
    weight: str
    goto: str | None
    cited: bool
    line: int = 0


@dataclass(frozen=True, slots=True)
class StoryScene:
    """A situation in plain words, with the ways to act in it."""

    key: str
    title: str
    text: str
    options: tuple[StoryOption, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """One telling of a dilemma; it begins with the first scene."""

    title: str
    scenes: tuple[StoryScene, ...]

    @property
    def drawable(self) -> bool:
        """Whether it is small enough to be drawn."""
        return len(self.scenes) <= MAX_SCENES and all(len(s.options) <= MAX_OPTIONS for s in self.scenes)


@dataclass(frozen=True, slots=True)
class Way:
    """An option and where it leads: the index of a scene, or None for an ending and for a dead end."""

    option: StoryOption
    target: int | None
    marks: frozenset[Mark]


@dataclass(frozen=True, slots=True)
class Place:
    """A scene with its ways. `number` counts from 1 in the author's order, `layer` from 0 in steps from the beginning."""

    number: int
    scene: StoryScene
    layer: int
    marks: frozenset[Mark]
    ways: tuple[Way, ...]


def from_compiled(variant: CompiledVariant) -> Story:
    """The story of a variant that is out."""
    return Story(
        variant.title,
        tuple(
            StoryScene(
                scene.key,
                scene.title,
                plain_html(scene.html),
                tuple(
                    StoryOption(plain_html(o.text), str(o.weight), o.goto, bool(o.citations))
                    for o in scene.options
                ),
            )
            for scene in variant.scenes
        ),
    )


def from_draft(variant: DraftVariant, sources: Sequence[str]) -> Story:
    """The story of a variant as it is written; `sources` are the texts that its pieces point to."""
    return Story(
        variant.title,
        tuple(
            StoryScene(
                scene.key,
                scene.title,
                plain_markdown(sources[scene.text_piece]),
                tuple(
                    StoryOption(
                        plain_markdown(o.words),
                        o.weight,
                        o.written,
                        # A citation that is wrong is told by the reader; it is not missing.
                        bool(o.citations) or "[@" in sources[o.body_piece],
                        o.line,
                    )
                    for o in scene.options
                ),
                scene.line,
            )
            for scene in variant.scenes
        ),
    )


def plain_html(text: str) -> str:
    """The words of compiled HTML on one line."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def plain_markdown(text: str) -> str:
    """The words of Markdown on one line, without citations; good enough for a label."""
    return " ".join(_SIGNS.sub(" ", _LINK.sub(r"\1", _CITATION.sub("", text))).split())


def ways(story: Story) -> tuple[Place, ...]:
    """Every scene with its ways, the first scene first, then by distance from it, unreachable ones last."""
    keys: dict[str, int] = {}
    for index, scene in enumerate(story.scenes):
        keys.setdefault(scene.key, index)  # of two scenes with one key the first is meant
    targets = [
        [None if o.goto is None else keys.get(o.goto) for o in scene.options] for scene in story.scenes
    ]
    order, back = _walk(targets)
    reached = _reached(targets)
    layers = [0] * len(targets)
    for index in order:
        for number, target in enumerate(targets[index]):
            if target is not None and (index, number) not in back:
                layers[target] = max(layers[target], layers[index] + 1)
    places = [
        Place(
            index + 1,
            scene,
            layers[index],
            frozenset(
                mark
                for mark, holds in (
                    (Mark.UNREACHABLE, index not in reached),
                    (Mark.NO_OPTIONS, not scene.options),
                )
                if holds
            ),
            tuple(
                Way(option, target, _marks(option, target, loops=(index, number) in back))
                for number, (option, target) in enumerate(zip(scene.options, targets[index], strict=True))
            ),
        )
        for index, scene in enumerate(story.scenes)
    ]
    return tuple(sorted(places, key=lambda p: (Mark.UNREACHABLE in p.marks, p.layer, p.number)))


def _marks(option: StoryOption, target: int | None, *, loops: bool) -> frozenset[Mark]:
    dead = option.goto is not None and target is None
    told = ((Mark.DEAD_END, dead), (Mark.LOOP, loops), (Mark.UNCITED, not option.cited))
    return frozenset(mark for mark, holds in told if holds)


def _walk(targets: Sequence[Sequence[int | None]]) -> tuple[list[int], set[tuple[int, int]]]:
    """(scenes, each before what follows it, and the options (scene, number) that lead back into the own trail)."""
    state = ["new"] * len(targets)
    finished: list[int] = []
    back: set[tuple[int, int]] = set()
    for start in range(len(targets)):
        if state[start] != "new":
            continue
        state[start] = "open"
        trail = [(start, iter(enumerate(targets[start])))]
        while trail:
            index, rest = trail[-1]
            step = next(rest, None)
            if step is None:
                state[index] = "done"
                finished.append(index)
                trail.pop()
                continue
            number, target = step
            if target is None:
                continue
            if state[target] == "open":
                back.add((index, number))
            elif state[target] == "new":
                state[target] = "open"
                trail.append((target, iter(enumerate(targets[target]))))
    return finished[::-1], back


def _reached(targets: Sequence[Sequence[int | None]]) -> set[int]:
    reached: set[int] = set()
    waiting = [0] if targets else []
    while waiting:
        index = waiting.pop()
        if index not in reached:
            reached.add(index)
            waiting.extend(target for target in targets[index] if target is not None)
    return reached
