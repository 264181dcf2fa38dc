"""Maps of dilemmas: nothing overlaps, no option is forgotten, and what is broken is marked."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import branching
from courses.branching import Mark, Place, Story, StoryOption, StoryScene
from courses.branching_layout import Box, Drawing, End, Words, draw, width_of, wrap
from courses.format import single
from courses.format.compiled import CompiledVariant, DilemmaOption, LawCitation, Scene
from quizzes.items import Weight

WORDS = Words(
    scene=lambda number: f"Adegan {number}",
    leads_to=lambda scene: f"Lanjut ke {scene}",
    missing=lambda key: f"“{key}” tidak ada",
    end="Akhir cerita",
    weights={str(weight): str(weight) for weight in Weight},
    marks={mark: mark.value for mark in Mark},
)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
KEYS = ["awal", *(f"adegan-{n}" for n in range(1, 12))]
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=200)


@st.composite
def stories(draw_from: st.DrawFn) -> Story:
    """Any graph of up to twelve scenes: loops, scenes that do not exist, repeated keys, no options, any text."""
    options = st.builds(
        StoryOption,
        texts,
        st.sampled_from([*map(str, Weight), "tak-dikenal"]),
        st.none() | st.sampled_from([*KEYS, "tidak-ada"]),
        st.booleans(),
    )
    count = draw_from(st.integers(0, 12))
    keys = [draw_from(st.sampled_from(KEYS)) if draw_from(st.booleans()) else KEYS[n] for n in range(count)]
    return Story(
        draw_from(texts),
        tuple(
            StoryScene(
                key, draw_from(texts), draw_from(texts), tuple(draw_from(st.lists(options, max_size=8)))
            )
            for key in keys
        ),
    )


def drawn(story: Story) -> tuple[tuple[Place, ...], Drawing]:
    places = branching.ways(story)
    return places, draw(places, WORDS, story.title)


def area(thing: Box | End) -> tuple[float, float, float, float]:
    if isinstance(thing, End):
        return (thing.x - thing.size, thing.y - thing.size, thing.x + thing.size, thing.y + thing.size)
    return (thing.x, thing.y, thing.x + thing.width, thing.y + thing.height)


@given(stories())
def test_boxes_and_ends_never_overlap_and_lie_on_the_sheet(story: Story) -> None:
    _places, drawing = drawn(story)
    for a, b in combinations([*drawing.scenes, *drawing.options, *drawing.ends], 2):
        left, top, right, bottom = area(a)
        other_left, other_top, other_right, other_bottom = area(b)
        beside = right <= other_left or other_right <= left
        assert beside or bottom <= other_top or other_bottom <= top
    for thing in (*drawing.scenes, *drawing.options, *drawing.ends):
        x, y, right, bottom = area(thing)
        assert 0 <= x < right <= drawing.width
        assert 0 <= y < bottom <= drawing.height


@given(stories())
def test_every_option_has_an_arrow_that_ends_where_it_leads(story: Story) -> None:
    places, drawing = drawn(story)
    arrows = {(a.scene, a.option): a for a in drawing.arrows}
    assert len(arrows) == len(drawing.arrows) == sum(len(scene.options) for scene in story.scenes)
    boxes = {place.number - 1: box for place, box in zip(places, drawing.scenes, strict=True)}
    ends = {(e.y, e.broken) for e in drawing.ends}
    for place in places:
        for number, way in enumerate(place.ways):
            arrow = arrows[place.number - 1, number]
            x, y = (float(value) for value in NUMBER.findall(arrow.head)[:2])
            if way.target is None:
                assert arrow.kind == ("breaks" if way.option.goto is not None else "ends")
                assert any(abs(y - at) < 0.1 and broken is (arrow.kind == "breaks") for at, broken in ends)
            else:
                box = boxes[way.target]
                assert x == pytest.approx(box.x + box.width)
                assert box.y < y < box.y + box.height
                assert arrow.kind == ("loops" if Mark.LOOP in way.marks else "goes")


@given(stories())
def test_arrows_cross_no_box_and_share_a_lane_only_with_their_like(story: Story) -> None:
    places, drawing = drawn(story)
    right = max((box.x + box.width for box in drawing.scenes), default=0)
    lanes: dict[float, list[tuple[float, float, tuple[object, ...]]]] = {}
    targets = {(p.number - 1, n): way.target for p in places for n, way in enumerate(p.ways)}
    for arrow in drawing.arrows:
        target = targets[arrow.scene, arrow.option]
        if target is None:
            continue
        turn = re.search(r"Q(\S+) (\S+) \S+ \S+V\S+Q\S+ (\S+)", arrow.path)
        assert turn
        lane, begins, ends = (float(value) for value in turn.groups())
        assert right < lane <= drawing.width
        lanes.setdefault(lane, []).append(
            (min(begins, ends), max(begins, ends), (target, arrow.tone, arrow.kind))
        )
    for runs in lanes.values():
        for (low, high, like), (other_low, other_high, other) in combinations(runs, 2):
            assert like == other or high < other_low or other_high < low


@given(stories())
def test_lines_of_text_fit_into_their_boxes(story: Story) -> None:
    _places, drawing = drawn(story)
    for box in (*drawing.scenes, *drawing.options):
        baselines = [line.y for line in box.lines]
        assert baselines == sorted(set(baselines))
        for line in box.lines:
            assert line.x + width_of(line.text, line.kind) <= box.x + box.width
            assert box.y < line.y < box.y + box.height


@given(stories())
def test_the_same_story_gives_the_same_drawing(story: Story) -> None:
    assert drawn(story) == drawn(story)


@given(stories())
def test_without_its_loops_a_story_ends(story: Story) -> None:
    places = branching.ways(story)
    layers = {place.number - 1: place.layer for place in places}
    for place in places:
        for way in place.ways:
            if way.target is not None and Mark.LOOP not in way.marks:
                assert layers[way.target] > place.layer


@given(st.text(max_size=500), st.sampled_from(["title", "text", "small", "mark"]))
def test_wrapped_text_keeps_its_words_or_says_that_there_is_more(text: str, kind: str) -> None:
    lines = wrap(text, 120, kind)
    assert all(width_of(line, kind) <= 120 for line in lines)
    if not lines or not lines[-1].endswith("…"):
        assert "".join("".join(lines).split()) == "".join(text.split())


def options(*ways: str | None, cited: bool = True) -> tuple[StoryOption, ...]:
    return tuple(StoryOption(f"Opsi {n}", "tepat", goto, cited) for n, goto in enumerate(ways))


def story(**scenes: tuple[StoryOption, ...]) -> Story:
    return Story(
        "Cerita",
        tuple(StoryScene(key.replace("_", "-"), "", "Keadaan", ways) for key, ways in scenes.items()),
    )


def marked(told: Story) -> list[tuple[str, str]]:
    found = []
    for place in branching.ways(told):
        found += [(place.scene.key, mark.value) for mark in sorted(place.marks)]
        for number, way in enumerate(place.ways):
            found += [(f"{place.scene.key}/{number}", mark.value) for mark in sorted(way.marks)]
    return found


CASES = {
    "nothing wrong": (story(awal=options("b", None), b=options(None)), []),
    "a target that does not exist": (story(awal=options("x", None)), [("awal/0", "dead-end")]),
    "a way back": (story(awal=options("b"), b=options("awal", None)), [("b/0", "loop")]),
    "a scene that leads to itself": (story(awal=options("awal")), [("awal/0", "loop")]),
    "two ways to one scene are no loop": (
        story(awal=options("b", "c"), b=options("c"), c=options(None)),
        [],
    ),
    "a scene nobody reaches": (story(awal=options(None), b=options(None)), [("b", "unreachable")]),
    "two scenes that reach only each other": (
        story(awal=options(None), b=options("c"), c=options("b")),
        [("b", "unreachable"), ("c", "unreachable"), ("c/0", "loop")],
    ),
    "no option": (story(awal=options("b"), b=()), [("b", "no-options")]),
    "no citation": (story(awal=options(None, cited=False)), [("awal/0", "uncited")]),
    "no scene at all": (Story("Kosong", ()), []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_broken_is_marked(case: str) -> None:
    told, expected = CASES[case]
    assert marked(told) == expected


def test_scenes_stand_below_what_leads_to_them() -> None:
    told = story(awal=options("c", "b"), c=options(None), b=options("c"), lepas=options("b"))
    assert [place.scene.key for place in branching.ways(told)] == ["awal", "b", "c", "lepas"]


def test_of_two_scenes_with_one_key_the_first_is_meant() -> None:
    told = Story("Ganda", (*story(awal=options("b"), b=options(None)).scenes, story(b=()).scenes[0]))
    assert marked(told) == [("b", "no-options"), ("b", "unreachable")]


def test_an_edition_becomes_a_story() -> None:
    law = LawCitation("pp-94-2021", "pasal-5-n", "PP 94/2021, Pasal 5 huruf n")
    first = Scene(
        "awal",
        "",
        "<p>Kepala Bidang &amp; <b>Anda</b></p>",
        "",
        (
            DilemmaOption("a", "Menolak <em>halus</em>", "tepat", "lanjut", "<p>Baik</p>", (law,)),
            DilemmaOption("b", "Diam", "pelanggaran", None, "<p>Buruk</p>"),
        ),
    )
    told = branching.from_compiled(CompiledVariant("a", "Judul", "", "", "", (first,)))
    assert told.scenes[0].text == "Kepala Bidang & Anda"
    assert [(o.text, o.goto, o.cited) for o in told.scenes[0].options] == [
        ("Menolak halus", "lanjut", True),
        ("Diam", None, False),
    ]


DRAFT = """---
judul: Uji
menit: 45
tujuan:
  - Membedakan
---

Teks.

::: dilema uji "Judul"
Pukul **sembilan** [lihat](02-lain.md).

### Menolak *halus* {.tepat ->lanjut}
Baik. [@pp-94-2021 pasal-5-n-6]

### Diam {.pelanggaran ->lanjtu}
Buruk.

## lanjut "Sesudahnya"
Cerita.

### Kembali {.pelanggaran ->awal}
Buruk. [@tidak-dikenal pasal-1]
:::
"""


def test_a_draft_with_mistakes_becomes_a_story_as_it_is_written() -> None:
    dilemmas, sources = single.dilemmas_in("01-uji.md", DRAFT, names=["01-uji.md"])
    told = branching.from_draft(dilemmas["uji"][0], sources)
    assert told.scenes[0].text == "Pukul sembilan lihat."
    assert [o.line for o in told.scenes[0].options] == [13, 16]
    # The reader guesses what "lanjtu" means and goes on; the map shows what was written.
    assert marked(told) == [("awal/1", "dead-end"), ("awal/1", "uncited"), ("lanjut/0", "loop")]


@given(st.text(max_size=300))
def test_any_text_of_a_module_can_be_asked_for_its_dilemmas(text: str) -> None:
    body = DRAFT + "\n::: dilema lain\n" + text
    dilemmas, sources = single.dilemmas_in("01-uji.md", body, names=["01-uji.md"])
    for variants in dilemmas.values():
        for variant in variants:
            drawn(branching.from_draft(variant, sources))
