"""Blocks as forms: what nobody changed stays byte for byte, what somebody typed stays in its field.

Proven on every block of the official curriculum, and on modules made of lines that mean something to the reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields as fields_of
from dataclasses import replace as changed
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.format import editing, single
from courses.format.editable import (
    Block,
    Dilemma,
    FieldPath,
    Question,
)
from courses.format.editing import Place
from courses.format.guarding import guard
from courses.format.lines import REASONS
from courses.format.registry import SHIPPED
from quizzes.items import ItemKind
from tests.rules.courses.reading import HEAD, REGISTRY
from tests.rules.courses.typed import blocks, dilemmas, line, put, questions

MODULES = sorted(SHIPPED.parent.glob("*/[0-9]*.md"))
NAMES = [f"{path.parent.name}/{path.name}" for path in MODULES]
WEATHER = {
    "as it is": lambda text: text,
    "Windows": lambda text: text.replace("\n", "\r\n"),
    "old Mac": lambda text: text.replace("\n", "\r"),
    "with a mark in front": lambda text: "\ufeff" + text,
    "no end": lambda text: text.rstrip("\n"),
    "tabs and spaces": lambda text: text.replace("\n\n", "\n \t\n").replace("{tujuan", "  {  tujuan"),
    "word processor": lambda text: text.replace('"', "”").replace("->", "→ "),
    "comments": lambda text: text.replace("\n\n", "\n\n<!-- catatan {x} -->\n\n", 1),
}
# What a block must never do to the reading of a file, whatever was typed into it.
STRUCTURE = {
    "blok-belum-ditutup",
    "penutup-tanpa-pembuka",
    "blok-tidak-dikenal",
    "pagar-kurang",
    "blok-tanpa-kunci",
    "kunci-blok-rusak",
    "judul-belum-ditutup",
    "atribut-belum-ditutup",
    "atribut-rusak",
    "atribut-ganda",
    "atribut-tidak-dikenal",
    "kunci-adegan-rusak",
    "atribut-adegan",
    "adegan-tidak-ada",
    "judul-di-dalam-blok",
    "bobot-ganda",
    "jenis-tidak-cocok",
    "teks-tersesat",
    "tanda-pilihan-rusak",
    "soal-dilema-berisi",
    "soal-dilema-tanpa-opsi",
    "benar-salah-rusak",
}
unhurried = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], max_examples=150
)


def sources(text: str) -> list[str]:
    return [text[place.start : place.end] for place in editing.places(text)]


def told(text: str) -> list[Any]:
    return list(
        single.problems_in("01-modul.md", text, names=("kursus.md", "01-modul.md"), registry=REGISTRY)
    )


def codes(text: str) -> set[str]:
    return {problem.code for problem in told(text)}


def alike(value: Block, held: Block) -> bool:
    """Equal, apart from a kind that only more answers would show."""
    if isinstance(value, Question) and isinstance(held, Question):
        value = changed(value, kind=held.kind)
    return value == held


def leaves(block: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Any]]:
    """Every field of a block that holds text or a yes or no."""
    for field in fields_of(block):
        value = getattr(block, field.name)
        if field.name == "attributes":
            yield from ((("attributes", name), text) for name, text in value)
        elif isinstance(value, tuple):
            for number, row in enumerate(value):
                yield from leaves(row, (*path, field.name, number))
        elif field.name != "kind":
            yield (*path, field.name), value


def another(path: FieldPath, value: Any) -> Any:
    """Something else for this field that is allowed there."""
    name = path[-1]
    if isinstance(value, bool):
        return not value
    if name == "weight":
        return "kurang-tepat" if value != "kurang-tepat" else "pelanggaran"
    if name in ("goto", "jenis") or (name == "key" and path[0] == "scenes"):
        return None  # both ends of a way must change together, and a kind with its answers
    if name == "title" and path[:2] == ("scenes", 0):
        return None
    return (
        f"{value}-lain"
        if name in ("key", "varian", "varian-dari", "dilema", "adegan")
        else f"{value} lain".strip()
    )


# --- The official curriculum ---


@pytest.mark.parametrize("weather", WEATHER)
@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_writing_back_changes_no_byte(module: Any, weather: str) -> None:
    text = WEATHER[weather](module.read_text())
    assert "".join(sources(text)) == text
    found = editing.blocks_of(text)
    assert found
    if weather != "no end":
        assert not [place.reason for place in found if place.value is None]
    for place in found:
        if place.value is not None:
            assert editing.replace(text, place, place.value) == text


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_the_house_writes_blocks_as_the_curriculum_does(module: Any) -> None:
    text = module.read_text()
    for place in editing.blocks_of(text):
        assert place.value is not None
        ours, theirs = editing.render(place.value).split("\n"), text[place.start : place.end].split("\n")
        assert ours[1:] == theirs[1:]
        assert sorted(ours[0]) == sorted(theirs[0])  # some name the catalogue before the phase


@pytest.mark.parametrize("weather", ["as it is", "Windows", "word processor"])
@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_another_value_changes_the_lines_of_its_field_only(module: Any, weather: str) -> None:
    text = WEATHER[weather](module.read_text())
    for turn, place in enumerate(editing.blocks_of(text)):
        assert place.value is not None
        steps = isinstance(place.value, Question) and place.value.kind is ItemKind.ORDERING
        every = [leaf for leaf in leaves(place.value) if not (steps and leaf[0][-1] == "correct")]
        for path, value in every[turn % 19 :: 19]:
            new = another(path, value)
            if new is None or (not value and value is not False):
                continue
            result = editing.replace(text, place, put(place.value, path, new))
            _only_its_lines(text, result, place, path)


def _only_its_lines(text: str, result: str, place: Place, path: FieldPath) -> None:
    both = zip(text.splitlines(keepends=True), result.splitlines(keepends=True), strict=True)
    changed_lines = [number for number, (old, new) in enumerate(both, start=1) if old != new]
    lines = {place.line}
    for name, first, last in place.fields:
        if name[: len(path) - 1] == path[: len(path) - 1]:
            lines |= set(range(first, last + 1))
    own = [range(first, last + 1) for name, first, last in place.fields if name == path]
    assert changed_lines
    assert set(changed_lines) <= (set(own[0]) if own else lines)
    assert len(changed_lines) == 1 or own
    after = set(sources(result))
    assert [source for source in sources(text) if source not in after] == [text[place.start : place.end]]


@pytest.mark.parametrize("module", MODULES[::4], ids=NAMES[::4])
def test_the_reader_says_the_same_about_everything_else(module: Any) -> None:
    text = module.read_text().replace("[@pp-94-2021 pasal-3-f]", "[@pp-94-2021 pasal-3-zz]")
    for place in editing.blocks_of(text)[::3]:
        assert place.value is not None
        path = ("explanation",) if isinstance(place.value, Question) else ("scenes", 0, "story")
        result = editing.replace(
            text, place, put(place.value, path, "Satu baris.\n\nDua baris, dan ::: tiga.")
        )
        after = next(one for one in editing.blocks_of(result) if one.start == place.start)
        shift = after.last_line - place.last_line
        assert _others(text, place, 0) == _others(result, after, shift)


def _others(text: str, place: Place, shift: int) -> list[Any]:
    return [
        (
            problem.line - shift if problem.line > place.last_line else problem.line,
            problem.code,
            problem.params,
        )
        for problem in told(text)
        if not place.line <= problem.line <= place.last_line
        and problem.code not in ("soal-mirip", "bacaan-berat")
    ]


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_blocks_change_places_come_and_go(module: Any) -> None:
    text = module.read_text()
    found = editing.blocks_of(text)
    for place, other in pairwise(found):
        moved = editing.move(text, place, other)
        again = editing.blocks_of(moved)
        assert [one.value for one in again][found.index(place)] == other.value
        first, second = again[found.index(place)], again[found.index(other)]
        assert editing.move(moved, first, second) == text
    for place in found[::3]:
        gone = editing.remove(text, place)
        assert len(editing.blocks_of(gone)) == len(found) - 1
        assert "\n\n\n" not in gone
        assert place.value is not None
        assert [one.value for one in editing.blocks_of(gone)] == [o.value for o in found if o is not place]
        added = editing.insert(text, place, place.value)
        assert editing.remove(added, editing.blocks_of(added)[found.index(place) + 1]) == text
    last = editing.insert(text, None, Question(key="akhir", stem="Apa?"))
    assert last.startswith(text)
    assert editing.blocks_of(last)[-1].value == Question(key="akhir", stem="Apa?")


# --- Whatever may stand in a file, whatever may be typed ---


@given(
    st.lists(line | st.just("::: soal s {tujuan=1}") | st.just('::: dilema d "D"'), max_size=25),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
@unhurried
def test_any_file_is_cut_without_a_gap_and_written_back(lines: list[str], end: str) -> None:
    text = (HEAD + "\n".join(lines)).replace("\n", end)
    assert "".join(sources(text)) == text
    for place in editing.blocks_of(text):
        assert (place.value is None) == (place.reason in REASONS)
        if place.value is not None:
            assert editing.replace(text, place, place.value) == text


@given(blocks)
@unhurried
def test_a_new_block_reads_as_it_was_meant(block: Block) -> None:
    source = editing.render(block)
    text = f"{HEAD}{source}"
    place = editing.blocks_of(text)[-1]
    assert len(editing.blocks_of(text)) == 1
    assert place.value is not None
    assert alike(place.value, guard(block))
    assert not codes(text) & STRUCTURE - _asked_for(block)


def _asked_for(block: Block) -> set[str]:
    """What is missing in the block itself: no text can be blamed for it."""
    if isinstance(block, Question) and block.kind is ItemKind.TRUE_FALSE:
        return {"benar-salah-rusak"}
    if isinstance(block, Question) and block.kind is ItemKind.DILEMMA and not block.options:
        return {"soal-dilema-tanpa-opsi"}
    if isinstance(block, Question) and block.kind in (ItemKind.SINGLE, ItemKind.MULTIPLE):
        # Two answers called “Benar” and “Salah” make another kind of question.
        return {"jenis-tidak-cocok"} if len(block.choices) == 2 else set()
    return set()


@given(st.lists(blocks, min_size=1, max_size=3), st.data())
@unhurried
def test_typing_into_one_block_leaves_the_others_alone(some: list[Block], data: Any) -> None:
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    text = HEAD
    for block in some:
        text = editing.insert(text, None, block)
    text = text.replace("\n", end)
    found = editing.blocks_of(text)
    assert len(found) == len(some)
    at = data.draw(st.integers(0, len(some) - 1))
    place = found[at]
    old = place.value
    assert old is not None
    same_kind = questions(old.kind, old.refers) if isinstance(old, Question) else dilemmas()
    new = data.draw(same_kind)
    result = editing.replace(text, place, new)
    after = editing.blocks_of(result)
    assert len(after) == len(found)
    assert result[: place.start] == text[: place.start]
    assert result.endswith(text[place.end :])
    value = after[at].value
    assert value is not None
    assert alike(value, guard(new, place.value)) or alike(value, guard(new, strictly=True))


@given(dilemmas(), st.data())
@unhurried
def test_rows_that_move_keep_their_source(block: Dilemma, data: Any) -> None:
    source = editing.render(block).replace(" {.", "   {.").replace("### ", "###  ")
    text = HEAD + source
    place = editing.blocks_of(text)[0]
    assert isinstance(place.value, Dilemma)
    scene = place.value.scenes[0]
    shuffled = tuple(data.draw(st.permutations(scene.options)))
    new = changed(place.value, scenes=(changed(scene, options=shuffled), *place.value.scenes[1:]))
    result = editing.replace(text, place, new)
    assert sorted(filter(None, result.split("\n"))) == sorted(filter(None, text.split("\n")))
    assert editing.blocks_of(result)[0].value == new
