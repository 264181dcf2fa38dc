"""Between the fields of a form and the value of a block. What the form does not show keeps the value it has in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from courses.format import editing
from courses.format.drafts import FIRST_SCENE
from courses.format.editable import (
    DILEMMA_ORDER,
    QUESTION_ORDER,
    Accepted,
    Block,
    Choice,
    Dilemma,
    FieldPath,
    Option,
    Pair,
    Question,
    Scene,
    attributes_of,
)
from courses.format.editing import Place
from courses.format.guarding import lined, one_line, words
from courses.format.source import slug
from quizzes.items import ItemKind

KINDS = {
    "tunggal": ItemKind.SINGLE,
    "majemuk": ItemKind.MULTIPLE,
    "benar-salah": ItemKind.TRUE_FALSE,
    "jodoh": ItemKind.MATCHING,
    "urutan": ItemKind.ORDERING,
    "isian": ItemKind.SHORT,
    "dinilai": ItemKind.DILEMMA,
    "ulang": ItemKind.DILEMMA,
}
TRUE_FALSE = (Choice("Benar"), Choice("Salah"))
_NAMES = {
    "scenes": "adegan",
    "options": "opsi",
    "choices": "pilihan",
    "pairs": "pasangan",
    "accepted": "jawaban",
    "key": "kunci",
    "title": "judul",
    "story": "cerita",
    "legend": "tanya",
    "text": "teks",
    "weight": "bobot",
    "goto": "lanjut",
    "consequence": "akibat",
    "feedback": "alasan",
    "left": "kiri",
    "right": "kanan",
    "stem": "pertanyaan",
    "explanation": "pembahasan",
}


def shape_of(block: Block) -> str:
    """Which form shows this block."""
    if isinstance(block, Dilemma):
        return "dilema"
    if block.kind is ItemKind.DILEMMA:
        return "ulang" if block.refers else "dinilai"
    return next(word for word, kind in KINDS.items() if kind is block.kind)


def field_id(path: FieldPath, shape: str) -> str:
    """The field of the form that shows a field of the block; empty for the block itself."""
    if not path:
        return ""
    if path[0] == "attributes":
        name = str(path[1])
        if name == "adegan":
            return "adegan_asal"
        return "jenis" if name == "jenis" and shape in ("tunggal", "majemuk") else name.replace("-", "_")
    if path[0] == "choices" and shape == "benar-salah":
        return "benar_salah"
    return "-".join(_NAMES.get(str(part), str(part)) for part in path)


def empty_block(shape: str, taken: Sequence[Place]) -> Block:
    """A new block with room for what it needs at least."""
    if shape == "dilema":
        return Dilemma(attributes=(), scenes=(Scene(options=(Option(), Option(), Option())),))
    kind = KINDS[shape]
    block = Question(kind)
    if kind is ItemKind.TRUE_FALSE:
        block = replace(block, choices=TRUE_FALSE)
    elif kind is ItemKind.MATCHING:
        block = replace(block, pairs=(Pair(), Pair(), Pair()))
    elif kind is ItemKind.SHORT:
        block = replace(block, accepted=(Accepted(), Accepted()))
    elif shape == "dinilai":
        block = replace(block, options=(Option(), Option(), Option()))
    elif shape == "ulang":
        known = [place.value.key for place in taken if isinstance(place.value, Dilemma)]
        return replace(block, attributes=attributes_of({"dilema": known[0] if known else ""}, QUESTION_ORDER))
    else:
        block = replace(block, choices=(Choice(), Choice(), Choice()))
    return editing.of_kind(block, kind)


def values_of(block: Block) -> dict[str, Any]:
    """A block as the values of its form."""
    values: dict[str, Any] = {name.replace("-", "_"): value for name, value in block.attributes}
    values |= {"kunci": block.key, "bentuk": shape_of(block), "semula": mark_of(block)}
    if isinstance(block, Dilemma):
        scenes = [
            {
                "asal": scene.key,
                "kunci": scene.key,
                "judul": scene.title,
                "cerita": scene.story,
                "tanya": scene.legend,
                "opsi": [_option_values(option) for option in scene.options],
            }
            for scene in block.scenes
        ]
        return {**values, "judul": block.title, "adegan": scenes}
    values["adegan_asal"] = values.pop("adegan", "")
    right = [choice.text.strip(" .").casefold() for choice in block.choices if choice.correct]
    return {
        **values,
        "jenis": values["bentuk"],
        "acak": block.value("acak") != "tidak",
        "pertanyaan": block.stem,
        "tanya": block.legend,
        "benar_salah": right[0] if len(right) == 1 else "",
        "pilihan": [{"teks": c.text, "benar": c.correct, "alasan": c.feedback} for c in block.choices],
        "pasangan": [{"kiri": pair.left, "kanan": pair.right} for pair in block.pairs],
        "jawaban": [{"teks": accepted.text} for accepted in block.accepted],
        "opsi": [_option_values(option) for option in block.options],
        "pembahasan": block.explanation,
    }


def mark_of(block: Block) -> str:
    """By what a block is known again in another text of the file."""
    return f"{block.key} {block.value('varian')}" if isinstance(block, Dilemma) else block.key


def block_from(values: Mapping[str, Any], shape: str, before: Block | None) -> Block:
    """What the form says now. `before` is the block that it changes."""
    if shape == "dilema":
        return _dilemma(values, before if isinstance(before, Dilemma) else None)
    return _question(values, shape, before if isinstance(before, Question) else None)


def without_blank_rows(block: Block) -> Block:
    """Without the rows that were offered and not filled."""
    if isinstance(block, Dilemma):
        scenes = tuple(replace(scene, options=_filled(scene.options)) for scene in block.scenes)
        return replace(block, scenes=scenes)
    return replace(
        block,
        choices=tuple(choice for choice in block.choices if choice.text or choice.feedback),
        pairs=tuple(pair for pair in block.pairs if pair.left or pair.right),
        accepted=tuple(accepted for accepted in block.accepted if accepted.text),
        options=_filled(block.options),
    )


def says_nothing(block: Block) -> bool:
    """Whether nobody has written anything into the form of a new block: what is chosen from a list does not count."""
    block = without_blank_rows(block)
    if isinstance(block, Dilemma):
        return not block.title and not any(
            scene.story or scene.legend or scene.options for scene in block.scenes
        )
    rows = (block.pairs, block.accepted, block.options, [c for c in block.choices if c not in TRUE_FALSE])
    return not (block.refers or block.stem or block.legend or block.explanation or any(rows))


def with_key(block: Block, taken: Sequence[Place]) -> Block:
    """With a key made of its title or its first words, when none was written."""
    if block.key:
        return block
    said = block.title if isinstance(block, Dilemma) else block.stem or block.value("dilema")
    base = "-".join(slug(said).split("-")[:5])[:40].strip("-") or "blok"
    known = {place.value.key for place in taken if place.value is not None}
    count, key = 1, base
    while key in known:
        count += 1
        key = f"{base}-{count}"
    return replace(block, key=key)


def _filled(options: Sequence[Option]) -> tuple[Option, ...]:
    return tuple(option for option in options if option.text or option.consequence)


def _option_values(option: Option) -> dict[str, str]:
    return {
        "teks": option.text,
        "bobot": option.weight,
        "lanjut": option.goto,
        "akibat": option.consequence,
    }


def _line(values: Mapping[str, Any], name: str) -> str:
    return words(str(values.get(name) or ""))


def _text(values: Mapping[str, Any], name: str) -> str:
    return lined(str(values.get(name) or ""))


def _flat(values: Mapping[str, Any], name: str) -> str:
    return one_line(str(values.get(name) or ""))


def _dilemma(values: Mapping[str, Any], before: Dilemma | None) -> Dilemma:
    rows = values.get("adegan") or [{}]
    renamed = {
        row.get("asal"): _line(row, "kunci") for row in rows[1:] if row.get("asal") and _line(row, "kunci")
    }
    scenes = tuple(_scene(row, renamed, first=not number) for number, row in enumerate(rows))
    said = dict(before.attributes) if before is not None else {}
    said |= {name: _line(values, name) for name in DILEMMA_ORDER}
    return Dilemma(_line(values, "kunci"), _line(values, "judul"), attributes_of(said, DILEMMA_ORDER), scenes)


def _scene(row: Mapping[str, Any], renamed: Mapping[str, str], *, first: bool) -> Scene:
    return Scene(
        key="" if first else _line(row, "kunci"),
        title="" if first else _line(row, "judul"),
        story=_text(row, "cerita"),
        legend=_line(row, "tanya"),
        options=tuple(_option(one, renamed) for one in row.get("opsi") or ()),
    )


def _option(row: Mapping[str, Any], renamed: Mapping[str, str]) -> Option:
    goto = _line(row, "lanjut")
    return Option(_line(row, "teks"), _line(row, "bobot"), renamed.get(goto, goto), _text(row, "akibat"))


def _question(values: Mapping[str, Any], shape: str, before: Question | None) -> Question:
    kind = KINDS[shape]
    if shape in ("tunggal", "majemuk"):
        kind = KINDS["majemuk" if values.get("jenis") == "majemuk" else "tunggal"]
    block = before if before is not None else Question(kind)
    said = dict(block.attributes)
    for name in ("tujuan", "tingkat", "katalog", "varian_dari"):
        said[name.replace("_", "-")] = _line(values, name)
    if shape == "ulang":
        scene = _line(values, "adegan_asal")
        said |= {"dilema": _line(values, "dilema"), "varian": _line(values, "varian"), "adegan": scene}
        if scene == FIRST_SCENE and block.value("adegan") != scene:
            said["adegan"] = ""
    if shape in ("tunggal", "majemuk") and bool(values.get("acak")) != (said.get("acak", "ya") != "tidak"):
        said["acak"] = "" if values.get("acak") else "tidak"
    block = replace(
        block,
        key=_line(values, "kunci"),
        attributes=attributes_of(said, QUESTION_ORDER),
        stem=_text(values, "pertanyaan"),
        explanation=_text(values, "pembahasan"),
    )
    if shape == "dinilai":
        options = tuple(_option(row, {}) for row in values.get("opsi") or ())
        block = replace(block, legend=_line(values, "tanya"), options=options)
    elif shape == "benar-salah":
        block = replace(block, choices=_true_false(block.choices or TRUE_FALSE, values.get("benar_salah")))
    elif shape == "jodoh":
        pairs = tuple(Pair(_flat(row, "kiri"), _flat(row, "kanan")) for row in values.get("pasangan") or ())
        block = replace(block, pairs=pairs)
    elif shape == "isian":
        accepted = tuple(Accepted(_flat(row, "teks")) for row in values.get("jawaban") or ())
        block = replace(block, accepted=accepted)
    elif shape != "ulang":
        block = replace(block, choices=tuple(_choice(row) for row in values.get("pilihan") or ()))
    return block if before is not None and kind is before.kind else editing.of_kind(block, kind)


def _choice(row: Mapping[str, Any]) -> Choice:
    return Choice(_flat(row, "teks"), bool(row.get("benar")), _flat(row, "alasan"))


def _true_false(choices: tuple[Choice, ...], said: Any) -> tuple[Choice, ...]:
    if said not in ("benar", "salah"):
        return choices
    return tuple(replace(choice, correct=choice.text.strip(" .").casefold() == said) for choice in choices)
