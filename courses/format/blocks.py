"""Cutting a module body into text and fenced blocks, with the line where each begins.

Fences never nest: an opening inside an open block means that the earlier one was not closed, and that is
what the author is told, at the line of the one left open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from courses.format import attributes
from courses.format.attributes import Header
from courses.format.problems import Problems, did_you_mean

NOTICES = ("catatan", "boleh", "awas")
FIGURES = ("alur", "linimasa")
"""Lists drawn as a figure: connected steps, a timeline."""
DIRECTIVES = (*NOTICES, *FIGURES, "dilema", "soal")
FENCE = re.compile(r" {0,3}:::")
SHORT_FENCE = re.compile(r" {0,3}::[ \t]{0,9}([A-Za-z][\w-]*)?(?:[ \t].*)?$")


@dataclass(slots=True)
class Chunk:
    """Some lines of a file; `line` is the number of the first one."""

    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def is_blank(self) -> bool:
        return not any(line.strip() for line in self.lines)

    def trimmed(self) -> Chunk:
        """Without blank lines around it, the line number moved along."""
        first, last = 0, len(self.lines)
        while first < last and not self.lines[first].strip():
            first += 1
        while last > first and not self.lines[last - 1].strip():
            last -= 1
        return Chunk(self.line + first, self.lines[first:last])


@dataclass(slots=True)
class Block:
    """One block: `kind` "teks" for plain text, else the directive. `line` is the opening line."""

    kind: str
    line: int
    header: Header
    body: Chunk


def split(file: str, first_line: int, lines: list[str], problems: Problems) -> list[Block]:
    """All blocks in order. Slips of fences are noted; what was probably meant is read all the same."""
    blocks: list[Block] = []
    current = _text(first_line)
    opened: Block | None = None
    for number, line in enumerate(lines, start=first_line):
        fence = FENCE.match(line) if ":::" in line else None
        if fence is None:
            if "::" in line[:6]:
                _check_short(file, number, line, problems)
            current.body.lines.append(line)
            continue
        rest = line.strip().strip(":").strip()
        if not rest:
            if opened is None:
                problems.add(file, number, "penutup-tanpa-pembuka")
                current.body.lines.append("")
                continue
            blocks.append(opened)
            opened, current = None, _text(number + 1)
            continue
        if opened is not None:
            problems.add(file, opened.line, "blok-belum-ditutup", name=opened.kind, line=number)
        blocks.append(current)
        opened = current = _open(file, number, rest, problems)
    if opened is not None:
        problems.add(
            file, opened.line, "blok-belum-ditutup", name=opened.kind, line=first_line + len(lines) - 1
        )
    blocks.append(current)
    return [block for block in blocks if block.kind != "teks" or not block.body.is_blank]


def _text(line: int) -> Block:
    return Block("teks", line, Header(), Chunk(line))


def _open(file: str, line: int, rest: str, problems: Problems) -> Block:
    word = re.split(r"[\s{\"“]", rest, maxsplit=1)[0]
    kind = word
    if word not in DIRECTIVES:
        kind = did_you_mean(word, DIRECTIVES) or "?"
        guess = None if kind == "?" else kind
        problems.add(
            file, line, "blok-tidak-dikenal", suggestion=guess, name=word or rest, known=", ".join(DIRECTIVES)
        )
    header = attributes.parse(rest[len(word) :], file, line, problems)
    return Block(kind, line, header, Chunk(line + 1))


def _check_short(file: str, number: int, line: str, problems: Problems) -> None:
    """`:: soal kunci` or a lone `::` is a fence with a colon missing."""
    match = SHORT_FENCE.match(line)
    if match is None or not line.strip().startswith("::"):
        return
    word = match.group(1)
    if word is None or word in DIRECTIVES or did_you_mean(word, DIRECTIVES):
        problems.add(
            file, number, "pagar-kurang", suggestion=line.strip().replace("::", ":::", 1), text=line.strip()
        )
