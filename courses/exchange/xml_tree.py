"""Moodle XML, one question at a time, from a parser that knows no document types, entities or outside files."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.entities import html5
from xml.parsers import expat

from courses.exchange.decoding import OLD_WINDOWS, Unreadable, tidy
from courses.exchange.questions import MAX_QUESTIONS

MAX_DEPTH = 30
MAX_ELEMENTS = 5_000
"""Elements in one question; a question with a hundred answers has a few hundred."""
_PROLOG = re.compile(rb"\s{0,100}<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_KNOWN_ENCODINGS = re.compile(
    r"utf-?8|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-?125\d|cp125\d|macintosh|mac-?roman",
    re.IGNORECASE,
)
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}\?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_OWN = ("amp;", "lt;", "gt;", "quot;", "apos;")


@dataclass(slots=True)
class Node:
    """An element: attributes, children in order, the words directly in it."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list[Node] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words, without blanks around them."""
        return "".join(self.words).strip()

    def all(self, name: str) -> list[Node]:
        """Children of that name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Node | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def value(self, name: str, default: str = "") -> str:
        """The words of a child; those of its `<text>` when it has one."""
        child = self.first(name)
        if child is None:
            return default
        inner = child.first("text")
        return (inner or child).text


def questions(content: bytes) -> tuple[list[Node], str]:
    """(the `<question>` elements, note about the encoding). Raises Unreadable, in one line.

    A `Node` named "too-large" stands for a question that was too deep or too big to keep.
    """
    if content.lstrip()[:4] in (b"PK\x03\x04", b"%PDF"):
        raise Unreadable("this is not an XML file")
    text, note = _decoded(content)
    handler = _Handler()
    parser = expat.ParserCreate(encoding="utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.data
    parser.StartDoctypeDeclHandler = handler.forbidden
    parser.EntityDeclHandler = handler.forbidden
    handler.parser = parser
    try:
        parser.Parse(_with_numbers(text).encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise Unreadable(
            f"not well-formed XML, line {error.lineno}: {expat.ErrorString(error.code)}"
        ) from error
    if handler.root != "quiz":
        raise Unreadable("not a Moodle question file: its outermost element is not <quiz>")
    return handler.found, note


def _decoded(content: bytes) -> tuple[str, str]:
    """The text by its mark, else by what its first line says when that is true, else UTF-8, else Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _bare(content.decode("utf-16", "replace")), ""
    if content[:4] in (b"\x00<\x00?", b"<\x00?\x00"):
        return _bare(content.decode("utf-16-be" if content[0] == 0 else "utf-16-le", "replace")), ""
    told = _PROLOG.match(content[:400].removeprefix(b"\xef\xbb\xbf"))
    names = ["utf-8-sig"]
    if told and _KNOWN_ENCODINGS.fullmatch(told[1].decode("ascii")) and b"utf" not in told[1].lower():
        names.insert(0, told[1].decode("ascii"))
    for name in names:
        try:
            return _bare(content.decode(name)), ""
        except (UnicodeDecodeError, LookupError):
            continue
    return _bare(content.decode("cp1252", "replace")), OLD_WINDOWS


def _bare(text: str) -> str:
    """Without the declaration, which would name another encoding, and without characters XML forbids."""
    text = text.lstrip("\ufeff")
    # As many line ends as before: the lines of the message are those of the file.
    return _DECLARATION.sub(lambda m: "\n" * m.group().count("\n"), tidy(text), count=1)


def _with_numbers(text: str) -> str:
    """Entities of HTML, such as `&nbsp;` outside CDATA, by their number; what nobody knows stays and is an error."""

    def numbered(match: re.Match[str]) -> str:
        if match[1] in _OWN or match[1] not in html5:
            return match.group()
        return "".join(f"&#{ord(character)};" for character in html.unescape(match.group()))

    parts: list[str] = []
    end = 0
    while (begin := text.find("<![CDATA[", end)) >= 0 and (stop := text.find("]]>", begin)) >= 0:
        parts += [_ENTITY.sub(numbered, text[end:begin]), text[begin : stop + 3]]
        end = stop + 3
    return "".join([*parts, _ENTITY.sub(numbered, text[end:])])


class _Handler:
    """Keeps questions, forgets everything else; files inside a question are known by name only."""

    def __init__(self) -> None:
        self.parser: expat.XMLParserType | None = None
        self.root = ""
        self.found: list[Node] = []
        self._depth = 0
        self._open: list[Node] = []
        self._elements = 0
        self._too_large = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self.root = name
        if self._depth > MAX_DEPTH * 10:
            raise Unreadable("elements are nested too deeply")
        line = self.parser.CurrentLineNumber if self.parser else 1
        if not self._open:
            if self._depth == 2 and name == "question":
                if len(self.found) >= 2 * MAX_QUESTIONS:
                    raise Unreadable(f"more than {MAX_QUESTIONS:,} questions; split the file")
                self._open = [Node(name, attributes, line)]
                self._elements, self._too_large = 0, False
            return
        self._elements += 1
        node = Node(name, attributes, line)
        self._too_large = self._too_large or len(self._open) > MAX_DEPTH or self._elements > MAX_ELEMENTS
        if not self._too_large:
            self._open[-1].children.append(node)
        self._open.append(node)

    def end(self, name: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        node = self._open.pop()
        if not self._open:
            self.found.append(Node("too-large", node.attributes, node.line) if self._too_large else node)

    def data(self, words: str) -> None:
        if self._open and self._open[-1].name != "file":
            self._open[-1].words.append(words)

    def forbidden(self, *_declared: object) -> None:
        raise Unreadable(
            "declares a document type or entities; Moodle's files have none, and they are not read"
        )
