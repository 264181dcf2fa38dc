"""Question sets and answers made up by Hypothesis: any number of pools, kinds, variants."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from quizzes.items import (
    Item,
    ItemKind,
    Objective,
    Option,
    Pair,
    QuestionSet,
    QuizSettings,
    Weight,
    set_problems,
)
from quizzes.layout import Place

LETTERS = "abcdefgh"


@st.composite
def items(draw: Any, key: str = "m/soal", pool: str = "m", kind: ItemKind | None = None) -> Item:
    kind = kind or draw(st.sampled_from(list(ItemKind)))
    count = draw(st.integers(2, 6))
    letters = LETTERS[:count]
    values: dict[str, Any] = {}
    if kind is ItemKind.TRUE_FALSE:
        right = draw(st.booleans())
        values["options"] = (Option("a", "Benar", right), Option("b", "Salah", not right))
    elif kind is ItemKind.SINGLE:
        right = draw(st.sampled_from(letters))
        values["options"] = tuple(Option(c, f"Pilihan {c}", c == right) for c in letters)
    elif kind is ItemKind.MULTIPLE:
        rights = draw(st.sets(st.sampled_from(letters), min_size=1))
        values["options"] = tuple(Option(c, f"Pilihan {c}", c in rights) for c in letters)
    elif kind is ItemKind.DILEMMA:
        weights = [
            Weight.RIGHT,
            *draw(st.lists(st.sampled_from(list(Weight)), min_size=count - 1, max_size=count - 1)),
        ]
        values["options"] = tuple(
            Option(c, f"Cara {c}", weight=w) for c, w in zip(letters, weights, strict=True)
        )
    elif kind is ItemKind.ORDERING:
        values["options"] = tuple(Option(c, f"Langkah {c}") for c in letters)
    elif kind is ItemKind.MATCHING:
        values["pairs"] = tuple(Pair(c, f"Kiri {c}", f"Kanan {c}") for c in letters)
    else:
        values["accepted"] = ("netral", "20/2023")
    return Item(
        key=key,
        pool=pool,
        kind=kind,
        stem="<p>Soal?</p>",
        objective=f"{pool}/1",
        shuffle=draw(st.booleans()),
        **values,
    )


@st.composite
def question_sets(draw: Any) -> QuestionSet:
    """A set a paper can be drawn from, with variant groups."""
    pools = [f"modul-{n}" for n in range(1, draw(st.integers(1, 4)) + 1)]
    made: list[Item] = []
    wanted = []
    for pool in pools:
        count = draw(st.integers(1, 8))
        mine = []
        for n in range(count):
            group = draw(st.sampled_from([None, None, f"{pool}/g1", f"{pool}/g2"]))
            item = draw(items(key=f"{pool}/soal-{n}", pool=pool))
            mine.append(Item(**{**{f: getattr(item, f) for f in item.__slots__}, "variant_group": group}))
        offered = len({item.variant_group or item.key for item in mine})
        wanted.append((pool, draw(st.integers(1, offered))))
        made += mine
    question_set = QuestionSet(
        course_key="uji",
        edition="1",
        items=tuple(made),
        objectives=tuple(Objective(f"{p}/1", "Tujuan", p, "Modul", n) for n, p in enumerate(pools, 1)),
        settings=QuizSettings(draw=tuple(wanted)),
    )
    assert set_problems(question_set) == []
    return question_set


def forms(item: Item, place: Place) -> st.SearchStrategy[dict[str, list[str]]]:
    """Any form a page for this question could send: every field offered, each with any of its values or none."""
    if item.kind is ItemKind.SHORT:
        return st.builds(lambda text: {"jawaban": [text]}, st.text(max_size=40))
    positions = [str(n) for n in range(1, len(place.shown) + 1)]
    if item.kind is ItemKind.MULTIPLE:
        return st.builds(lambda values: {"jawaban": sorted(values)}, st.sets(st.sampled_from(positions)))
    if item.kind in (ItemKind.MATCHING, ItemKind.ORDERING):
        return st.dictionaries(
            st.sampled_from([f"jawaban-{n}" for n in positions]),
            st.builds(lambda value: [value], st.sampled_from(["", *positions])),
        )
    return st.builds(lambda value: {"jawaban": [value]}, st.sampled_from(["", *positions]))
