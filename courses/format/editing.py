"""A module as dilemmas and questions that can be changed one by one, while everything else in the file stays as it is.

`places` cuts the text, `replace`, `insert`, `remove` and `move` give back a new one. A changed block keeps the source of every
field that is equal; a new one is written as the house writes it. Text that would break out of its field is held in place
(`guarding`), and what cannot be written is refused by field. What comes out has been read again: a result that would not read
back as it was meant is never handed out.
"""

from __future__ import annotations

from dataclasses import replace as changed

from courses.format import canonical, rewriting
from courses.format.editable import CHOICE_KINDS, KIND_WORDS, QUESTION_ORDER, Block, Question, attributes_of
from courses.format.guarding import Fault, faults, guard
from courses.format.lines import Lines
from courses.format.locating import Place, objectives, places
from quizzes.items import ItemKind

__all__ = [
    "Fault",
    "Place",
    "Unfit",
    "blocks_of",
    "faults",
    "insert",
    "move",
    "objectives",
    "of_kind",
    "places",
    "remove",
    "render",
    "replace",
]


class Unfit(Exception):
    """A block that cannot be written; `faults` name the fields. A fault without a field speaks of the whole block."""

    def __init__(self, found: list[Fault]) -> None:
        super().__init__(", ".join(fault.code for fault in found))
        self.faults = found


def blocks_of(text: str) -> list[Place]:
    """The dilemmas and questions of a module in order."""
    return [place for place in places(text) if place.is_block]


def of_kind(question: Question, kind: ItemKind) -> Question:
    """The question as one of this kind, with the word on its opening line that says so where the answers do not."""
    values = dict(question.attributes)
    word = KIND_WORDS.get(kind) or ("dilema" if kind is ItemKind.DILEMMA and "dilema" not in values else "")
    return changed(question, kind=kind, attributes=attributes_of({**values, "jenis": word}, QUESTION_ORDER))


def render(block: Block) -> str:
    """A new block, with Unix line ends. Raises `Unfit`."""
    found = faults(block)
    if found:
        raise Unfit(found)
    text = "\n".join(canonical.block_lines(guard(block))) + "\n"
    read = places("---\n---\n" + text)
    if len(read) != 2 or not _same(read[1], guard(block)):
        raise Unfit([Fault((), "unwritable", "")])
    return text


def replace(text: str, place: Place, block: Block) -> str:
    """The text with one block changed. Raises `Unfit`."""
    if place.value is None or place.value == block:
        return text
    found = faults(block, place.value)
    if found:
        raise Unfit(found)
    held = guard(block, place.value)
    if held == place.value:
        return text
    try:
        result = rewriting.rewrite(text, place, held)
    except rewriting.Overlap:
        result = ""
    read = _read_back(text, place, result, held)
    if read is not None:
        return rewriting.count_steps(result, read) if rewriting.counted(place) else result
    held = guard(block, strictly=True)
    newline = Lines(text).newline(place.line - 1)
    whole = "".join(line + newline for line in canonical.block_lines(held))
    result = text[: place.start] + _ended_alike(whole, text[place.start : place.end]) + text[place.end :]
    if _read_back(text, place, result, held) is None:
        raise Unfit([Fault((), "unwritable", "")])
    return result


def insert(text: str, after: Place | None, block: Block) -> str:
    """The text with a new block behind a place, else at its end. Raises `Unfit`."""
    at = after.end if after is not None else len(text)
    whole = render(block)
    result = _put(text, at, whole)
    read = [place for place in places(result) if place.start >= at and place.is_block]
    if not read or not _same(read[0], guard(block)):
        raise Unfit([Fault((), "unwritable", "")])
    return result


def remove(text: str, place: Place) -> str:
    """The text without a block, and without the blank lines that set it apart."""
    before, behind = text[: place.start], text[place.end :]
    if not behind.strip():
        kept = before.rstrip()
        line = Lines(before[len(kept) :])
        return kept + (before[len(kept) :][: line.nexts[0]] if kept else "") + behind.lstrip()
    lines = Lines(before)
    if len(lines.starts) < 2 or not lines.read[-2].strip():
        following = Lines(behind)
        index = next(i for i, line in enumerate(following.read) if line.strip())
        behind = behind[following.starts[index] :]
    return before + behind


def move(text: str, place: Place, other: Place) -> str:
    """The text with two blocks in each other's place, letter by letter; what stands between them stays."""
    first, second = sorted((place, other), key=lambda one: one.start)
    above, below = text[first.start : first.end], text[second.start : second.end]
    between = text[first.end : second.start]
    return (
        text[: first.start]
        + _ended_alike(below, above)
        + between
        + _ended_alike(above, below)
        + text[second.end :]
    )


def _put(text: str, at: int, whole: str) -> str:
    lines = Lines(text)
    newline = lines.newline(lines.number(at) - 1)
    before, behind = text[:at], text[at:]
    whole = whole.replace("\n", newline)
    if before and not before.endswith(("\n", "\r")):
        whole = newline + newline + whole
    elif before.strip() and Lines(before).read[-2].strip():
        whole = newline + whole
    if behind and Lines(behind).read[0].strip():
        whole += newline
    return before + whole + behind


def _ended_alike(whole: str, like: str) -> str:
    """With the line end that the other one has, or without one at the end of the file."""
    end = like[len(like.rstrip("\r\n")) :]
    return whole.rstrip("\r\n") + end


def _read_back(text: str, place: Place, result: str, held: Block) -> Place | None:
    """The block in the result, if it reads as it was meant and everything around it is untouched."""
    rest = len(text) - place.end
    if result[: place.start] != text[: place.start] or result[len(result) - rest :] != text[place.end :]:
        return None
    read = next((one for one in places(result) if one.start == place.start), None)
    if read is None or read.kind != place.kind or read.end != len(result) - rest:
        return None
    return read if _same(read, held) else None


def _same(read: Place, held: Block) -> bool:
    value = read.value
    if isinstance(value, Question) and isinstance(held, Question):
        answers = canonical.answers_of(held)
        alike = value.kind in CHOICE_KINDS and held.kind in CHOICE_KINDS
        if alike or (not answers and held.kind is not ItemKind.DILEMMA):
            value = changed(value, kind=held.kind)
    return value == held
