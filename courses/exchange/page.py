"""An HTML page that writes itself down as blocks of clean Markdown. It is given complete tags only (see `markup`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from courses.exchange.cleaning import at_line_start, clean, escape_inside

BLOCKS = frozenset(
    "address article aside blockquote caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr legend main nav p pre section summary tbody tfoot thead".split()
)
BOLD, ITALIC = frozenset(("b", "strong")), frozenset(("i", "em", "cite", "dfn", "var"))
MEDIA = {
    "audio": "a sound",
    "video": "a video",
    "iframe": "an embedded page",
    "object": "an embedded object",
    "embed": "an embedded object",
    "applet": "an embedded object",
    "svg": "a drawing",
    "canvas": "a drawing",
    "math": "a formula in MathML",
    "input": "an input field",
    "select": "an input field",
}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_TARGET = re.compile(r"(?:https?://|mailto:)[^\s<>]{1,480}", re.IGNORECASE)
_ATTRIBUTE = {
    "(": "%28",
    ")": "%29",
    "@": "%40",
    "[": "%5B",
    "]": "%5D",
    "*": "%2A",
    '"': "%22",
    "\\": "%5C",
    "`": "%60",
}
_MAX_DEPTH, _MAX_COLUMNS = 3, 20


def raised(words: str) -> str:
    """Words that stood above the line: 10³, x^maks. Without a sign 10³ would read as 103."""
    small = words.translate(_RAISED)
    return "^" + words.strip() if re.search(r"[0-9A-Za-z]", small) else small


def lowered(words: str) -> str:
    """Words that stood below the line: H₂O."""
    return words.translate(_LOWERED)


@dataclass(slots=True)
class _Run:
    words: str
    bold: bool
    italic: bool
    target: str

    @property
    def style(self) -> tuple[bool, bool, str]:
        return self.bold, self.italic, self.target


class Page(HTMLParser):
    """Collects blocks: (kind of block, its text); kinds are "p", "li", "quote" and "table"."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.described: list[str] = []
        self.missing: list[str] = []
        self.lost: list[str] = []
        self._blocks: list[tuple[str, str]] = []
        self._runs: list[_Run] = []
        self._bold = self._italic = self._quotes = self._headings = 0
        self._target = ""
        self._raised = self._lowered = 0
        self._lists: list[tuple[str, list[int]]] = []
        self._marker = ""
        self._in_item = False
        self._rows: list[list[str]] | None = None
        self._tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BOLD:
            self._bold += 1
        elif tag in ITALIC:
            self._italic += 1
        elif tag == "a":
            self._link(dict(attrs).get("href") or "")
        elif tag == "br":
            self._break()
        elif tag == "img":
            self._picture(dict(attrs))
        elif tag in MEDIA:
            self.missing.append(MEDIA[tag])
        elif tag in ("sub", "sup"):
            self._raised += tag == "sup"
            self._lowered += tag == "sub"
        elif tag == "q":
            self._say("“")
        elif tag in ("ul", "ol", "li"):
            self._list(tag)
        elif tag in ("table", "tr", "td", "th"):
            self._table(tag)
        elif tag in BLOCKS:
            self._flush()
            self._quotes += tag == "blockquote"
            self._headings += tag in _HEADINGS

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ("br", "img", "hr", "input"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in BOLD:
            self._bold = max(0, self._bold - 1)
        elif tag in ITALIC:
            self._italic = max(0, self._italic - 1)
        elif tag == "a":
            self._target = ""
        elif tag == "sup":
            self._raised = max(0, self._raised - 1)
        elif tag == "sub":
            self._lowered = max(0, self._lowered - 1)
        elif tag == "q":
            self._say("”")
        elif tag in ("ul", "ol"):
            self._flush()
            if self._lists:
                self._lists.pop()
            self._in_item, self._marker = bool(self._lists), ""
        elif tag == "li":
            self._flush()
            self._in_item, self._marker = False, ""
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table":
            self._end_table()
        elif tag in BLOCKS:
            self._flush()
            if tag == "blockquote":
                self._quotes = max(0, self._quotes - 1)
            elif tag in _HEADINGS:
                self._headings = max(0, self._headings - 1)

    def handle_data(self, data: str) -> None:
        self._say(raised(data) if self._raised else lowered(data) if self._lowered else data)

    def _say(self, words: str) -> None:
        self._runs.append(_Run(words, self._bold > 0, self._italic > 0, self._target))

    def _break(self) -> None:
        if self._in_item or self._rows is not None:
            self._say(" ")
        else:
            self._flush()

    def _link(self, target: str) -> None:
        found = _TARGET.fullmatch(target.strip())
        self._target = "".join(_ATTRIBUTE.get(c, c) for c in target.strip()) if found else ""
        if target.startswith("mailto:") and found:
            self._target = self._target.replace("%40", "@")
        if "@@PLUGINFILE@@" in target:
            self.lost.append("a link to an attached file")

    def _picture(self, attributes: dict[str, str | None]) -> None:
        words = " ".join((attributes.get("alt") or "").split())
        if words:
            self.described.append(words)
            self._say(f" {words} ")
        else:
            self.missing.append("a picture without a description")

    def _list(self, tag: str) -> None:
        self._flush()
        if tag != "li":
            self._lists.append((tag, [0]))
            return
        if not self._lists:
            self._lists.append(("ul", [0]))
        kind, counter = self._lists[-1]
        counter[0] += 1
        # Four blanks a level is what Python-Markdown nests by; deeper levels are shown as the deepest.
        indent = "    " * (min(len(self._lists), _MAX_DEPTH) - 1)
        self._marker = indent + (f"{counter[0]}. " if kind == "ol" else "- ")
        self._in_item = True

    def _table(self, tag: str) -> None:
        if tag == "table":
            self._flush()
            self._tables += 1
            if self._rows is None:
                self._rows = []
        elif self._rows is not None:
            if tag == "tr":
                self._rows.append([])
            else:
                self._end_cell()
                if not self._rows:
                    self._rows.append([])
                if stray := self._taken():
                    self._blocks.append(("p", stray))
                self._runs.append(_Run("\0", bold=False, italic=False, target=""))

    def _end_cell(self) -> None:
        if self._rows is None or not self._rows:
            return
        if not any(run.words == "\0" for run in self._runs[:1]):
            return
        del self._runs[0]
        if len(self._rows[-1]) < _MAX_COLUMNS:
            self._rows[-1].append(self._taken().replace("|", "&#124;"))
        else:
            self._rows[-1][-1] = f"{self._rows[-1][-1]} {self._taken()}".strip()

    def _end_table(self) -> None:
        self._end_cell()
        self._tables = max(0, self._tables - 1)
        if self._tables or self._rows is None:
            return
        rows, self._rows = [row for row in self._rows if any(row)], None
        width = max((len(row) for row in rows), default=0)
        if width < 2:
            self._blocks += [("p", row[0]) for row in rows]
            return
        lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
        lines.insert(1, "|" + "---|" * width)
        self._blocks.append(("table", "\n".join(lines)))

    def _flush(self) -> None:
        """End the block that is being written."""
        if self._rows is not None:
            self._say(" ")
            return
        words = self._taken()
        if not words:
            return
        if self._headings:
            bare = words.strip("*")
            words = f"**{bare}**" if bare else words
        if self._in_item:
            if self._marker or not self._blocks:
                self._blocks.append(("li", (self._marker or "- ") + at_line_start(words)))
                self._marker = ""
            else:
                kind, before = self._blocks[-1]
                self._blocks[-1] = (kind, f"{before} {words}")
        else:
            self._blocks.append(("quote" if self._quotes else "p", words))

    def _taken(self) -> str:
        """What was said since the last block, as Markdown on one line."""
        runs, self._runs = self._runs, []
        merged: list[_Run] = []
        for run in runs:
            blank = not run.words.strip()
            if merged and (blank or merged[-1].style == run.style):
                merged[-1].words += run.words
            elif run.words:
                merged.append(run)
        return " ".join("".join(_styled(run) for run in merged).split()) if merged else ""

    def finish(self) -> None:
        """What is open at the end is closed."""
        while self._rows is not None:
            self._tables = min(self._tables, 1)
            self._end_table()
        self._flush()

    def text(self) -> str:
        """The blocks with their blank lines; list items of one list stand together."""
        out: list[str] = []
        before = ""
        for kind, words in self._blocks:
            # Items have it behind their mark already, and a table begins with what would be escaped.
            line = words if kind in ("li", "table") else at_line_start(words)
            line = "> " + line if kind == "quote" else line
            if out:
                out.append(
                    "\n" if kind == before == "li" else "\n>\n" if kind == before == "quote" else "\n\n"
                )
            out.append(line)
            before = kind
        text, _pictures = clean("".join(out))
        return text


def _styled(run: _Run) -> str:
    words = " ".join(run.words.replace("\0", " ").split())
    if not words:
        return " " if run.words else ""
    before = " " if run.words[0].isspace() else ""
    after = " " if run.words[-1].isspace() else ""
    text = escape_inside(words)
    if run.target and len(text) <= 300 and "[" not in text and "]" not in text:
        text = f"[{text}]({run.target})"
    mark = "*" * (run.italic + 2 * run.bold)
    return f"{before}{mark}{text}{mark}{after}"
