"""The line that opens something: words, `{attributes}`, `"Title"`, in any order, with tolerance for word processors.

Curly quotes and arrows that a word processor puts in are read as the plain ones.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from courses.format.problems import Problems, did_you_mean

QUOTES = '"“”„‟«»'
BRACES = re.compile(r"\{([^{}]{0,500})\}")
TOKEN = re.compile(
    r"\s*(?:(?P<name>[^\s=.{}\"“”>]+)\s*=\s*(?:[\"“”](?P<quoted>[^\"“”]*)[\"“”]|(?P<value>[^\s\"“”]+))"
    r"|\.(?P<mark>[^\s.]+)|(?:->|→)\s*(?P<goto>\S+))"
)


@dataclass(slots=True)
class Header:
    """What stood on an opening line. `marks` are `.words`, `goto` the target after `->`."""

    words: list[str] = field(default_factory=list)
    text: str = ""
    title: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)
    goto: str | None = None
    has_braces: bool = False


def parse(rest: str, file: str, line: int, problems: Problems, *, titled: bool = True) -> Header:
    """Read an opening line. With `titled=False` quotes are ordinary text (an option may quote somebody)."""
    header = Header()
    match = None
    for match in BRACES.finditer(rest):
        header.has_braces = True
        _attributes(match.group(1), header, file, line, problems)
        if not titled:
            continue
    rest = BRACES.sub(" ", rest)
    if "{" in rest or "}" in rest:
        problems.add(file, line, "atribut-belum-ditutup", text=rest)
        rest = re.split(r"[{}]", rest, maxsplit=1)[0]
    if titled:
        positions = [i for i, character in enumerate(rest) if character in QUOTES]
        if len(positions) >= 2:
            header.title = " ".join(rest[positions[0] + 1 : positions[-1]].split())
            rest = rest[: positions[0]] + " " + rest[positions[-1] + 1 :]
        elif positions:
            problems.add(file, line, "judul-belum-ditutup", text=rest)
            header.title = " ".join(rest[positions[0] + 1 :].split())
            rest = rest[: positions[0]]
    header.words = rest.split()
    header.text = " ".join(header.words)
    return header


def _attributes(text: str, header: Header, file: str, line: int, problems: Problems) -> None:
    position = 0
    while text[position:].strip():
        match = TOKEN.match(text, position)
        if match is None:
            problems.add(file, line, "atribut-rusak", text=text[position:].strip())
            return
        position = match.end()
        if match["name"] is not None:
            value = match["quoted"] if match["quoted"] is not None else match["value"]
            if match["name"] in header.values:
                problems.add(file, line, "atribut-ganda", name=match["name"])
            header.values.setdefault(match["name"], " ".join(value.split()))
        elif match["mark"] is not None:
            mark, arrow, target = match["mark"].partition("->")
            header.marks.append(mark)
            if arrow and target:
                header.goto = target
        else:
            if header.goto is not None:
                problems.add(file, line, "atribut-ganda", name="->")
            header.goto = match["goto"]


def only(header: Header, known: Collection[str], file: str, line: int, problems: Problems) -> None:
    """Note attributes that are not known here; a known one probably meant is suggested and used."""
    for name in list(header.values):
        if name in known:
            continue
        guess = did_you_mean(name, set(known) - set(header.values))
        problems.add(file, line, "atribut-tidak-dikenal", suggestion=guess, name=name, known=", ".join(known))
        value = header.values.pop(name)
        if guess:
            header.values[guess] = value
