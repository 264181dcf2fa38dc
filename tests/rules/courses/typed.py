"""What somebody may type into the fields of a block: lines that mean something to the reader, in every field."""

from __future__ import annotations

from dataclasses import replace as changed
from typing import Any

from hypothesis import strategies as st

from courses.format import editing
from courses.format.editable import (
    DILEMMA_ORDER,
    QUESTION_ORDER,
    Accepted,
    Choice,
    Dilemma,
    FieldPath,
    Option,
    Pair,
    Question,
    Scene,
    attributes_of,
)
from courses.format.text import FORBIDDEN
from quizzes.items import ItemKind, Weight

NASTY = (
    ":::",
    "::: soal lain",
    "  ::: dilema x",
    ":: soal",
    "::",
    "## adegan",
    "### opsi {.tepat ->x}",
    "###tanpa spasi",
    "#tagar",
    "#### empat",
    "> kutipan",
    "> **Nama, 09.12** ujar",
    ">",
    "- [ ] pilihan",
    "- [x] benar // alasan",
    "* [v] rusak",
    "[x] kurung",
    "- kiri => kanan",
    "- kiri ⇒ kanan",
    "= isian",
    "=",
    "1. langkah",
    "2) langkah",
    "? tanya",
    "? ",
    "a // b",
    "// c",
    "a//b",
    "https://contoh.id",
    "---",
    "===",
    "{.tepat}",
    'a "b" c',
    "“kutip”",
    "\\",
    "\\:::",
    "- butir",
    "  menjorok",
    "\ttab",
    "    kode",
    "",
    " ",
    "teks biasa [@pp-94-2021 pasal-5-n]",
    "<b>html</b>",
    "Benar",
    "Salah",
)

letters = st.text(st.characters(codec="utf-8"), max_size=12).map(lambda text: FORBIDDEN.sub("", text))
line = st.sampled_from(NASTY) | letters.map(lambda text: "".join(text.split("\n")).replace("\r", ""))
prose = st.lists(line, max_size=4).map("\n".join)
key = st.from_regex(r"[a-z]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True)
plain = line.map(lambda text: text.translate(str.maketrans("", "", '{}"“”⇒')))


def attributes(order: tuple[str, ...], **fixed: Any) -> st.SearchStrategy[Any]:
    texts = {name: plain for name in order if name in ("fase", "tempat", "peran")}
    texts |= {
        "katalog": st.sampled_from(["v-38", "v-38 b-09"]),
        "varian": key,
        "tujuan": st.sampled_from("12"),
    }
    texts |= {"tingkat": st.sampled_from(["mudah", "sulit"]), "acak": st.just("tidak"), **fixed}
    known = {name: value for name, value in texts.items() if name in order}
    return st.fixed_dictionaries({}, optional=known).map(lambda values: attributes_of(values, order))


def options(goto: st.SearchStrategy[str], least: int = 0) -> st.SearchStrategy[Any]:
    one = st.builds(
        Option,
        text=plain,
        weight=st.sampled_from(["", *map(str, Weight)]),
        goto=goto,
        consequence=prose,
    )
    return st.lists(one, min_size=least, max_size=4).map(tuple)


@st.composite
def dilemmas(draw: Any) -> Dilemma:
    keys = draw(st.lists(key.filter(lambda word: word != "awal"), max_size=2, unique=True))
    ways = st.sampled_from(["", *keys])
    scenes = tuple(
        Scene(name, draw(plain) if name else "", draw(prose), draw(line), draw(options(ways)))
        for name in ("", *keys)
    )
    return Dilemma(draw(key), draw(plain), draw(attributes(DILEMMA_ORDER)), scenes)


@st.composite
def questions(draw: Any, kind: ItemKind | None = None, refers: bool | None = None) -> Question:
    kind = draw(st.sampled_from(ItemKind)) if kind is None else kind
    refers = draw(st.booleans()) if refers is None else refers
    more = {"dilema": st.just("ada")} if kind is ItemKind.DILEMMA and refers else {}
    said = draw(
        attributes(tuple(name for name in QUESTION_ORDER if name not in ("dilema", "varian")), **more)
    )
    if more:
        said = attributes_of({**dict(said), "dilema": "ada"}, QUESTION_ORDER)
    choices = st.builds(Choice, text=line, correct=st.booleans(), feedback=line)
    if kind is ItemKind.ORDERING:
        choices = st.builds(Choice, text=line)
    question = Question(
        kind,
        draw(key),
        said,
        stem=draw(prose),
        legend=draw(line) if kind is ItemKind.DILEMMA and not more else "",
        choices=draw(st.lists(choices, max_size=4).map(tuple))
        if kind in (ItemKind.SINGLE, ItemKind.MULTIPLE, ItemKind.TRUE_FALSE, ItemKind.ORDERING)
        else (),
        pairs=draw(st.lists(st.builds(Pair, left=plain, right=line), max_size=4).map(tuple))
        if kind is ItemKind.MATCHING
        else (),
        accepted=draw(st.lists(st.builds(Accepted, text=line), max_size=4).map(tuple))
        if kind is ItemKind.SHORT
        else (),
        options=draw(options(st.just(""))) if kind is ItemKind.DILEMMA and not more else (),
        explanation=draw(prose),
    )
    return editing.of_kind(question, kind)


blocks = dilemmas() | questions()


def put(block: Any, path: FieldPath, value: Any) -> Any:
    name, *rest = path
    if not rest:
        return changed(block, **{str(name): value})
    if name == "attributes":
        values = {**dict(block.attributes), str(rest[0]): value}
        return changed(block, attributes=tuple(values.items()))
    rows = list(getattr(block, str(name)))
    rows[int(rest[0])] = put(rows[int(rest[0])], tuple(rest[1:]), value)
    return changed(block, **{str(name): tuple(rows)})
