"""Opening lines with the place of every part: key, title, attributes; and how one of them is changed and the rest is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from courses.format.attributes import BRACES, QUOTES, TOKEN, parse
from courses.format.problems import Problems
from courses.format.source import KEY
from courses.format.text import readable

Edit = tuple[int, int, str]
"""Characters from, to, and what stands there instead."""


@dataclass(frozen=True, slots=True)
class Bit:
    """A part of the text as it stands: its value and its characters; empty, the place where it would go."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """One attribute, mark or arrow inside braces. `kind` is "value", "mark" or "goto"."""

    kind: str
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on an opening line after the word or the sign that opens; offsets count in the whole text.

    `sound`: nothing on it is damaged. `apart`: no attributes stand between its words, so that the words can be changed alone.
    """

    words: Bit
    title: Bit | None
    values: tuple[tuple[str, str], ...]
    marks: tuple[str, ...]
    goto: str | None
    tokens: tuple[Token, ...]
    groups: tuple[tuple[int, int], ...]
    source: str
    offset: int
    end: int
    sound: bool
    apart: bool

    def value(self, name: str) -> str:
        """An attribute, or an empty text."""
        return dict(self.values).get(name, "")


def read_head(source: str, offset: int, *, titled: bool = True) -> Head:
    """Read what stands from `offset` on, to the end of the line."""
    rest = readable(source)
    problems = Problems()
    header = parse(rest, "", 1, problems, titled=titled)
    groups = [(match.start(), match.end()) for match in BRACES.finditer(rest)]
    tokens = [token for start, end in groups for token in _tokens(rest, start + 1, end - 1, offset)]
    bare = BRACES.sub(lambda match: " " * len(match.group()), rest)
    marks = [i for i, character in enumerate(bare) if character in QUOTES] if titled else []
    title = None
    inside = False
    if len(marks) >= 2:
        first, last = marks[0] + 1, marks[-1]
        title = Bit(header.title or "", offset + first, offset + last)
        inside = any(first <= start < last for start, _end in groups)
        bare = bare[: first - 1] + " " * (last + 2 - first) + bare[last + 1 :]
    stop = len(bare.rstrip())
    start = len(bare) - len(bare.lstrip()) if stop else 0
    between = rest[start:stop] != bare[start:stop]
    words = Bit(header.text, offset + start, offset + stop)
    if not stop:
        words = Bit("", offset, offset)
    # A word that stands twice is told; one of them can be changed all the same.
    broken = [problem for problem in problems.found if problem.code != "atribut-ganda"]
    return Head(
        words=words,
        title=title,
        values=tuple(header.values.items()),
        marks=tuple(header.marks),
        goto=header.goto,
        tokens=tuple(tokens),
        groups=tuple((offset + start, offset + end) for start, end in groups),
        source=source,
        offset=offset,
        end=offset + len(rest.rstrip()),
        sound=not broken and not inside,
        apart=not between,
    )


def _tokens(rest: str, position: int, end: int, offset: int) -> list[Token]:
    found = []
    while rest[position:end].strip():
        match = TOKEN.match(rest[:end], position)
        if match is None:
            break
        begin = position + len(match.group()) - len(match.group().lstrip())
        position = match.end()
        name = match["name"]
        if name is not None:
            found.append(Token("value", name, offset + begin, offset + position))
        else:
            kind = "mark" if match["mark"] is not None else "goto"
            found.append(Token(kind, match["mark"] or "", offset + begin, offset + position))
    return found


def write_value(name: str, value: str) -> str:
    """One attribute. Words that are keys or numbers stand bare, everything else in quotation marks."""
    bare = KEY.fullmatch(value) and name not in ("katalog", "fase", "tempat", "peran")
    return f"{name}={value}" if bare else f'{name}="{value}"'


def write_values(values: Sequence[tuple[str, str]]) -> str:
    """All attributes in one pair of braces; nothing when there are none."""
    return "{" + " ".join(write_value(name, value) for name, value in values) + "}" if values else ""


def write_ways(weight: str, goto: str) -> str:
    """Weight and arrow of an option, without braces."""
    return " ".join(part for part in (f".{weight}" if weight else "", f"->{goto}" if goto else "") if part)


def change_words(head: Head, new: str) -> list[Edit]:
    """Another key or text."""
    if new == head.words.value:
        return []
    if not head.words.value:
        return [(head.words.start, head.words.start, f" {new}")]
    return [(head.words.start, head.words.end, new)]


def change_title(head: Head, new: str) -> list[Edit]:
    """Another title, with the quotation marks that stand there; none when it is empty."""
    if new == (head.title.value if head.title else ""):
        return []
    if head.title is None:
        return [(head.end, head.end, f' "{new}"')]
    if not new:
        before = head.source[: head.title.start - 1 - head.offset].rstrip(" \t")
        return [(head.offset + len(before), head.title.end + 1, "")]
    return [(head.title.start, head.title.end, new)]


def change_values(head: Head, new: Sequence[tuple[str, str]], order: Sequence[str], after: int) -> list[Edit]:
    """Other attributes, each in its place; the ones that are not known stay. `after` is where a first one would go."""
    wanted = dict(new)
    first = {token.name: token for token in reversed(head.tokens) if token.kind == "value"}
    texts: dict[Token, str] = {}
    added: list[tuple[Token | None, str]] = []
    for name in order:
        value = wanted.get(name, "")
        if value == head.value(name):
            continue
        if name in first:
            texts[first[name]] = write_value(name, value) if value else ""
            continue
        rank = order.index(name)
        before = [t for t in head.tokens if t.name in order and order.index(t.name) < rank]
        added.append((before[-1] if before else None, write_value(name, value)))
    return _in_braces(head, texts, added, after)


def change_ways(head: Head, weight: str, goto: str) -> list[Edit]:
    """Another weight or arrow of an option; other attributes stay."""
    text = write_ways(weight, goto)
    ways = [token for token in head.tokens if token.kind in ("mark", "goto")]
    if ways:
        return _in_braces(head, {token: text if token is ways[0] else "" for token in ways}, [], head.end)
    return _in_braces(head, {}, [(None, text)] if text else [], head.end)


def _in_braces(
    head: Head, texts: dict[Token, str], added: list[tuple[Token | None, str]], after: int
) -> list[Edit]:
    """Change tokens (an empty text takes one out) and add others, each after a token or in front of all."""
    if not head.groups:
        text = " ".join(text for _after, text in added)
        return [(after, after, f" {{{text}}}")] if text else []
    edits: list[Edit] = []
    for number, (start, end) in enumerate(head.groups):
        mates = [token for token in head.tokens if start < token.start < end]
        new = [text for token, text in added if token is None and number == 0]
        parts = list(new)
        for token in mates:
            parts.append(texts.get(token, head.source[token.start - head.offset : token.end - head.offset]))
            parts += [text for behind, text in added if behind is token]
        parts = [part for part in parts if part]
        if not any(texts.get(token) == "" for token in mates):
            edits += [(token.start, token.end, texts[token]) for token in mates if token in texts]
            edits += [(t.end, t.end, f" {text}") for t, text in added if t is not None and t in mates]
            if new:
                edits.append((start + 1, start + 1, " ".join(new) + (" " if mates else "")))
        elif parts:
            edits.append((start, end, "{" + " ".join(parts) + "}"))
        else:
            before = head.source[: start - head.offset]
            edits.append((head.offset + len(before.rstrip(" \t")), end, ""))
    return edits
