"""Blocks as the house writes them: one attribute order, blank lines between parts, one line for each answer.

The lines come without line ends; whoever puts them into a file knows which ones it has.
"""

from __future__ import annotations

from collections.abc import Sequence

from courses.format.editable import (
    CHOICE_KINDS,
    Accepted,
    Block,
    Choice,
    Dilemma,
    Option,
    Pair,
    Question,
    Row,
    Scene,
)
from courses.format.heads import write_values, write_ways
from quizzes.items import ItemKind


def block_lines(block: Block) -> list[str]:
    """A whole block, from its opening line to its closing one."""
    if isinstance(block, Dilemma):
        head = [
            "::: dilema",
            block.key,
            write_values(block.attributes),
            f'"{block.title}"' if block.title else "",
        ]
        body = [scene_lines(scene, first=not number) for number, scene in enumerate(block.scenes)]
    else:
        head = ["::: soal", block.key, write_values(block.attributes)]
        body = _question(block)
    return [" ".join(part for part in head if part), *_apart(body), ":::"]


def scene_lines(scene: Scene, *, first: bool) -> list[str]:
    """A scene with its heading; the first one has none."""
    heading = (
        []
        if first
        else [" ".join(p for p in ("##", scene.key, f'"{scene.title}"' if scene.title else "") if p)]
    )
    parts = [text_lines(scene.story), legend_lines(scene.legend)]
    return _apart([heading, *parts, *(option_lines(option) for option in scene.options)])


def text_lines(text: str) -> list[str]:
    """A text of several lines; none when it is empty."""
    return text.split("\n") if text else []


def legend_lines(text: str) -> list[str]:
    """The question above the options."""
    return [f"? {text}"] if text else []


def quoted_lines(text: str) -> list[str]:
    """An explanation."""
    return [f"> {line}" if line else ">" for line in text_lines(text)]


def option_lines(option: Option) -> list[str]:
    """An option: its heading, and below a blank line its consequence."""
    return _apart([[option_heading(option)], text_lines(option.consequence)])


def option_heading(option: Option) -> str:
    """The heading of an option."""
    ways = write_ways(option.weight, option.goto)
    return " ".join(part for part in ("###", option.text, f"{{{ways}}}" if ways else "") if part)


def row_lines(row: Row, number: int) -> list[str]:
    """An answer; `number` counts the steps of an ordering question from 1, and is 0 elsewhere."""
    if isinstance(row, Option):
        return option_lines(row)
    if isinstance(row, Pair):
        return [f"- {row.left} => {row.right}".rstrip()]
    if isinstance(row, Accepted):
        return [f"= {row.text}"]
    mark = f"{number}." if number else f"- [{'x' if row.correct else ' '}]"
    feedback = f" // {row.feedback}" if row.feedback else ""
    return [f"{mark} {row.text}{feedback}" if row.text or number else f"{mark}{feedback}"]


def _question(block: Question) -> list[list[str]]:
    parts = [text_lines(block.stem)]
    if block.kind is ItemKind.DILEMMA:
        if not block.refers:
            parts += [legend_lines(block.legend), *(option_lines(option) for option in block.options)]
    else:
        rows: Sequence[Row] = answers_of(block)
        steps = block.kind is ItemKind.ORDERING
        parts.append(
            [line for number, row in enumerate(rows, 1) for line in row_lines(row, number if steps else 0)]
        )
    return [*parts, quoted_lines(block.explanation)]


def answers_of(block: Question) -> tuple[Choice, ...] | tuple[Pair, ...] | tuple[Accepted, ...]:
    """The rows of a question of its kind."""
    if block.kind is ItemKind.MATCHING:
        return block.pairs
    if block.kind is ItemKind.SHORT:
        return block.accepted
    return block.choices if block.kind in (*CHOICE_KINDS, ItemKind.ORDERING) else ()


def _apart(parts: list[list[str]]) -> list[str]:
    """The parts that say something, a blank line between two."""
    lines: list[str] = []
    for part in parts:
        if part:
            lines += ["", *part] if lines else part
    return lines
