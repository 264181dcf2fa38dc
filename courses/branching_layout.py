"""The ways through a dilemma as boxes and arrows, narrow enough for a phone.

Scenes stand below each other by their distance from the beginning. Under each scene a stem carries its options, every
option a label on its arrow; arrows end in an ending, in a cross where the scene does not exist, or run in lanes on the
right to their scene. Numbers are pixels; text is broken by an estimate of its width. Same story, same drawing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from courses.branching import Mark, Place, Way

LEFT, WIDTH, INDENT, PAD = 2, 272, 22, 11
ENDS, LANE = 26, 12
"""Room for the endings right of the boxes, and for each lane right of them."""
GAP, SCENE_GAP = 10, 34
_SIZES = {"eyebrow": (12, 17), "title": (15, 20), "text": (14, 19), "small": (12.5, 17), "mark": (12.5, 17)}
"""Kind of a line -> size of its letters and height of the line."""
_LIMITS = {"title": 4, "text": 6, "small": 3}
_NARROW, _WIDE = frozenset("ijlftrI.,:;'’‘!|()[]-/ "), frozenset("mwMW@%—…&")
_BOLD = 1.06
_BREAK = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Words:
    """What is written into the drawing, in the reader's language."""

    scene: Callable[[int], str]
    leads_to: Callable[[str], str]
    missing: Callable[[str], str]
    end: str
    weights: Mapping[str, str]
    marks: Mapping[Mark, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; `kind` is one of eyebrow, title, text, small, mark."""

    x: float
    y: float
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Box:
    """A scene, or the label of an option. `flawed`: something is wrong with it."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[Line, ...]
    tone: str
    flawed: bool

    @property
    def middle(self) -> float:
        """Where arrows leave a label."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """An option's way. `kind`: goes, loops, ends or breaks. `path` and `head` are SVG path data."""

    scene: int
    option: int
    kind: str
    tone: str
    path: str
    head: str


@dataclass(frozen=True, slots=True)
class End:
    """Where an arrow stops: an ending, or (`broken`) a scene that does not exist. The centre, and half the size."""

    x: float
    y: float
    broken: bool
    size: float = 7


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything to print, in painting order: stems, arrows, ends, boxes."""

    width: float
    height: float
    stems: tuple[str, ...]
    arrows: tuple[Arrow, ...]
    ends: tuple[End, ...]
    scenes: tuple[Box, ...]
    options: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """Arrows of one look to one scene; they share a lane."""

    target: int
    tone: str
    kind: str


def tone_of(weight: str) -> str:
    """The tone of a weight, as everywhere in the studio; "" is an option without one."""
    return {"tepat": "ok", "dapat-diterima": "info", "kurang-tepat": "warn", "": "warn"}.get(weight, "bad")


def name_of(place: Place, words: Words) -> str:
    """A scene in one phrase: "Adegan 2: Dilaporkan"."""
    title = place.scene.title or (place.scene.key if place.number > 1 else "")
    return f"{words.scene(place.number)}: {title}" if title else words.scene(place.number)


def draw(places: Sequence[Place], words: Words, title: str = "") -> Drawing:
    """The drawing of a story's places; `title` is written into the first scene."""
    names = {place.number - 1: name_of(place, words) for place in places}
    runs = _runs(places)
    y = 2.0
    scenes: list[Box] = []
    labels: dict[tuple[int, int], Box] = {}
    stems: list[str] = []
    tops: dict[int, Box] = {}
    for place in places:
        index = place.number - 1
        entries = sum(run.target == index for run in runs)
        box = _scene(place, words, y, title if place.number == 1 else "", entries)
        scenes.append(box)
        tops[index] = box
        y = box.y + box.height + GAP
        for number, way in enumerate(place.ways):
            label = _label(way, words, names, y)
            labels[index, number] = label
            y = label.y + label.height + GAP
        if place.ways:
            last = labels[index, len(place.ways) - 1]
            stems.append(f"M{_n(LEFT + INDENT / 2)} {_n(box.y + box.height)}V{_n(last.middle)}")
        y += SCENE_GAP - GAP
    doors = _doors(runs, tops)
    lanes = _lanes(places, runs, labels, doors)
    arrows: list[Arrow] = []
    ends: list[End] = []
    for place in places:
        for number, way in enumerate(place.ways):
            label = labels[place.number - 1, number]
            run = _run(way)
            if run is None:
                end = End(LEFT + WIDTH + ENDS - 9, label.middle, Mark.DEAD_END in way.marks)
                ends.append(end)
                arrows.append(_stopping(place, number, way, label, end))
            else:
                lane = LEFT + WIDTH + ENDS + LANE * lanes[run]
                arrows.append(_leading(place, number, run, label, lane, doors[run]))
    columns = max(lanes.values(), default=-1) + 1
    return Drawing(
        LEFT + WIDTH + ENDS + max(0, LANE * (columns - 1) + 2),
        max(y - SCENE_GAP + 2, 2),
        tuple(stems),
        tuple(arrows),
        tuple(ends),
        tuple(scenes),
        tuple(labels.values()),
    )


def _run(way: Way) -> _Run | None:
    if way.target is None:
        return None
    return _Run(way.target, tone_of(way.option.weight), "loops" if Mark.LOOP in way.marks else "goes")


def _runs(places: Sequence[Place]) -> list[_Run]:
    """Every look of an arrow to every scene, once, in the order they are drawn."""
    found = (_run(way) for place in places for way in place.ways)
    return list(dict.fromkeys(run for run in found if run is not None))


def _scene(place: Place, words: Words, y: float, title: str, entries: int) -> Box:
    rows = [(words.scene(place.number), "eyebrow")]
    heading = place.scene.title or title or place.scene.key
    rows += [(row, "title") for row in wrap(heading, WIDTH - 2 * PAD, "title")]
    rows += [(row, "small") for row in wrap(place.scene.text, WIDTH - 2 * PAD, "small")]
    rows += _told(place.marks, words, WIDTH - 2 * PAD)
    return _box(LEFT, y, WIDTH, rows, "bad" if place.marks else "brand", bool(place.marks), 24 + 11 * entries)


def _label(way: Way, words: Words, names: Mapping[int, str], y: float) -> Box:
    width = WIDTH - INDENT
    room = width - 2 * PAD - 4
    weight = words.weights.get(way.option.weight, way.option.weight)
    rows = [(weight, "eyebrow")]
    rows += [(row, "text") for row in wrap(way.option.text, room, "text")]
    if way.target is not None:
        next_one = words.leads_to(names[way.target])
    else:
        dead = Mark.DEAD_END in way.marks
        next_one = words.missing(way.option.goto or "") if dead else words.end
    rows += [(row, "small") for row in wrap(next_one, room, "small")]
    rows += _told(way.marks - {Mark.DEAD_END}, words, room)
    flawed = bool(way.marks)
    return _box(LEFT + INDENT, y, width, rows, tone_of(way.option.weight), flawed, 0, inset=4)


def _told(marks: frozenset[Mark], words: Words, room: float) -> list[tuple[str, str]]:
    return [(row, "mark") for mark in sorted(marks) for row in wrap(words.marks[mark], room, "mark")]


def _box(
    x: float,
    y: float,
    width: float,
    rows: Sequence[tuple[str, str]],
    tone: str,
    flawed: bool,
    least: float,
    inset: float = 0,
) -> Box:
    lines: list[Line] = []
    at = y + PAD - 3
    for text, kind in rows:
        size, height = _SIZES[kind]
        lines.append(Line(x + PAD + inset, round(at + (height + size) / 2 - 2, 1), text, kind))
        at += height
    return Box(x, y, width, max(at + PAD - 3 - y, least), tuple(lines), tone, flawed)


def _doors(runs: Sequence[_Run], tops: Mapping[int, Box]) -> dict[_Run, tuple[float, float]]:
    """Where each run enters its scene: on the right side, one below the other."""
    doors: dict[_Run, tuple[float, float]] = {}
    taken: dict[int, int] = {}
    for run in runs:
        box = tops[run.target]
        doors[run] = (box.x + box.width, box.y + 18 + 11 * taken.get(run.target, 0))
        taken[run.target] = taken.get(run.target, 0) + 1
    return doors


def _lanes(
    places: Sequence[Place],
    runs: Sequence[_Run],
    labels: Mapping[tuple[int, int], Box],
    doors: Mapping[_Run, tuple[float, float]],
) -> dict[_Run, int]:
    """The lane of each run, short ones inside; runs that pass each other have different lanes."""
    spans = {run: [doors[run][1]] for run in runs}
    for place in places:
        for number, way in enumerate(place.ways):
            run = _run(way)
            if run is not None:
                spans[run].append(labels[place.number - 1, number].middle)
    lanes: dict[_Run, int] = {}
    occupied: list[list[tuple[float, float]]] = []
    for run in sorted(runs, key=lambda r: (max(spans[r]) - min(spans[r]), min(spans[r]), runs.index(r))):
        low, high = min(spans[run]) - 4, max(spans[run]) + 4
        lane = next(
            (n for n, spans_in in enumerate(occupied) if all(high < a or low > b for a, b in spans_in)),
            len(occupied),
        )
        if lane == len(occupied):
            occupied.append([])
        occupied[lane].append((low, high))
        lanes[run] = lane
    return lanes


def _branch(label: Box) -> str:
    """From the stem to the label, and on from its other side."""
    y = _n(label.middle)
    return f"M{_n(LEFT + INDENT / 2)} {y}H{_n(label.x)}M{_n(label.x + label.width)} {y}"


def _stopping(place: Place, number: int, way: Way, label: Box, end: End) -> Arrow:
    tip, y = end.x - end.size, end.y
    path = f"{_branch(label)}H{_n(tip - 4)}"
    head = f"M{_n(tip)} {_n(y)}l-7 -4v8z"
    kind = "breaks" if end.broken else "ends"
    return Arrow(place.number - 1, number, kind, tone_of(way.option.weight), path, head)


def _leading(
    place: Place, number: int, run: _Run, label: Box, lane: float, door: tuple[float, float]
) -> Arrow:
    x, y = door
    down = y > label.middle
    bend = min(6.0, abs(y - label.middle) / 2)
    turn = bend if down else -bend
    path = (
        f"{_branch(label)}H{_n(lane - bend)}Q{_n(lane)} {_n(label.middle)} {_n(lane)} {_n(label.middle + turn)}"
        f"V{_n(y - turn)}Q{_n(lane)} {_n(y)} {_n(lane - bend)} {_n(y)}H{_n(x + 6)}"
    )
    return Arrow(place.number - 1, number, run.kind, run.tone, path, f"M{_n(x)} {_n(y)}l8 -4.5v9z")


def wrap(text: str, room: float, kind: str) -> list[str]:
    """The text in lines that fit into `room`; the last one ends with an ellipsis when there is more."""
    limit = _LIMITS.get(kind, 3)
    lines: list[str] = []
    line = ""
    for word in _pieces(text, room, kind):
        longer = f"{line} {word}" if line else word
        if not line or width_of(longer, kind) <= room:
            line = longer
            continue
        lines.append(line)
        line = word
        if len(lines) == limit:
            return [*lines[:-1], _shortened(lines[-1], room, kind)]
    return [*lines, line] if line else lines


def _pieces(text: str, room: float, kind: str) -> list[str]:
    """The words, those wider than a line cut; no more than can be shown."""
    pieces: list[str] = []
    for match in _BREAK.finditer(text[:2_000]):
        word = match[0]
        while width_of(word, kind) > room:
            cut = next(n for n in range(len(word), 0, -1) if n == 1 or width_of(word[:n], kind) <= room)
            pieces.append(word[:cut])
            word = word[cut:]
            if not word:
                break
        if word:
            pieces.append(word)
        if len(pieces) > 200:
            break
    return pieces


def _shortened(line: str, room: float, kind: str) -> str:
    while line and width_of(f"{line}…", kind) > room:
        line = line[:-1].rstrip()
    return f"{line}…"


def width_of(text: str, kind: str) -> float:
    """How wide a line will be at most: an estimate per letter, checked against the shipped font."""
    size, _height = _SIZES[kind]
    total = sum(_share(letter) for letter in text)
    return total * size * (1.0 if kind in ("text", "small") else _BOLD)


def _share(letter: str) -> float:
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE or ord(letter) > 0x2E7F:
        return 1.0
    if letter.isupper():
        return 0.74
    return 0.62


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
