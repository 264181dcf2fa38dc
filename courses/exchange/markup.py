"""HTML, as Moodle keeps it in a question, to clean Markdown.

Paragraphs, bold, italic, lists, links and tables stay; every other tag gives its words; scripts and styles give nothing.
Runs in time proportional to the text, whatever the text is: half-finished tags are made plain words before the
standard parser sees them, because it looks for their end again and again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from courses.exchange.cleaning import clean, escape
from courses.exchange.decoding import tidy
from courses.exchange.page import BLOCKS, BOLD, ITALIC, MEDIA, Page, lowered, raised

HTML, MOODLE, PLAIN, MARKDOWN = "html", "moodle", "plain", "markdown"
FORMATS = (HTML, MOODLE, PLAIN, MARKDOWN)
_TAG = re.compile(
    r"""<(/?)([A-Za-z][A-Za-z0-9:-]{0,40})((?:[\s/](?:[^<>"']|"[^"<]{0,4000}"|'[^'<]{0,4000}')*)?)>"""
    r"|<(/?)([A-Za-z][A-Za-z0-9:-]{0,40})((?:[\s/][^<>]{0,4000})?)>|<[!?][^<>]{0,4000}>"
)
_COMMENT, _COMMENT_END = re.compile("<!--"), re.compile("-->")
_SCRIPT, _SCRIPT_END = re.compile(r"<script\b", re.IGNORECASE), re.compile(r"</script[^<>]*>", re.IGNORECASE)
_STYLE, _STYLE_END = re.compile(r"<style\b", re.IGNORECASE), re.compile(r"</style[^<>]*>", re.IGNORECASE)
_RAISED = re.compile(r"<sup>([^<>]{1,100})</sup>", re.IGNORECASE)
_LOWERED = re.compile(r"<sub>([^<>]{1,100})</sub>", re.IGNORECASE)
_SWALLOWING = frozenset("script style plaintext xmp noscript noembed noframes title textarea".split())
"""Tags after which the standard parser may take everything for words; theirs are kept, they themselves are not."""
MAX_GLANCE = 2_000
"""Characters that are enough to see whether a text says anything."""


@dataclass(slots=True)
class Converted:
    """`text` is clean Markdown. `described` are descriptions of pictures that now stand in the text; `missing` is what a
    reader of the text alone does not get, in words; `lost` is what went without harm to the meaning.
    """

    text: str
    described: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def to_markdown(text: str, kind: str) -> Converted:
    """A text in one of Moodle's four formats as clean Markdown. Never raises.

    "moodle" is HTML whose line breaks count; a break in the middle of a sentence (no stop before it, a small letter after
    it) is taken for the wrapped line of a text editor.
    """
    text = tidy(text)
    if kind == PLAIN:
        return Converted(_paragraphs(escape(text)))
    if kind == MARKDOWN:
        return _from_markdown(text)
    if kind == MOODLE:
        text = _moodle_breaks(text.strip())
    if "<" not in text and "&" not in text:
        return Converted(escape(" ".join(text.split())))
    page = Page()
    page.feed(_safe(text))
    page.close()
    page.finish()
    return Converted(page.text(), page.described, page.missing, page.lost)


def _paragraphs(text: str) -> str:
    return re.sub(r"\n+", "\n\n", text.strip("\n")).strip()


def _moodle_breaks(text: str) -> str:
    if "\n" not in text:
        return text
    lines = text.split("\n")
    out = [lines[0]]
    for before, line in pairwise(lines):
        here = line.strip()
        wrapped = (
            before.strip()
            and not re.search(r"[.:;!?)>]\s*$", before)
            and re.match(r"[a-z_](?![.)])", here) is not None
        )
        out.append(" " + here if wrapped else "<br>" + here)
    return "".join(out)


def _safe(text: str) -> str:
    """The same HTML with every tag complete: comments, scripts and styles out, other angles as entities."""
    text = _without_hidden(text)
    parts: list[str] = []
    end = 0
    for match in _TAG.finditer(text):
        parts.append(text[end : match.start()].replace("<", "&lt;"))
        name = (match[2] or match[5] or "").lower()
        if name and name not in _SWALLOWING:
            attributes = match[3] or match[6] or ""
            parts.append(f"<{match[1] or match[4] or ''}{name}{attributes.replace('<', '')}>")
        end = match.end()
    return "".join([*parts, text[end:].replace("<", "&lt;")])


def _without(text: str, opening: re.Pattern[str], closing: re.Pattern[str], *, open_end: bool) -> str:
    """Without everything from `opening` to `closing`; with `open_end` the text ends where nothing closes it."""
    parts: list[str] = []
    end = 0
    while begin := opening.search(text, end):
        stop = closing.search(text, begin.end())
        if stop is None:
            if open_end:
                return "".join([*parts, text[end : begin.start()]])
            break
        parts += [text[end : begin.start()], " "]
        end = stop.end()
    return "".join([*parts, text[end:]])


def _without_hidden(text: str) -> str:
    """Without what a browser never shows: comments, scripts, styles."""
    text = _without(text, _COMMENT, _COMMENT_END, open_end=False)
    text = _without(text, _SCRIPT, _SCRIPT_END, open_end=True)
    return _without(text, _STYLE, _STYLE_END, open_end=True)


def _from_markdown(text: str) -> Converted:
    missing: list[str] = []
    described: list[str] = []
    if "<" in text:
        text = _without_hidden(text)

        text = _RAISED.sub(lambda m: raised(m[1]), text)
        text = _LOWERED.sub(lambda m: lowered(m[1]), text)

        def tag(match: re.Match[str]) -> str:
            name = (match[2] or match[5] or "").lower()
            if name in MEDIA and not (match[1] or match[4]):
                missing.append(MEDIA[name])
            if name == "img":
                alt = re.search(r"""alt\s*=\s*["']([^"']*)""", match[3] or match[6] or "")
                words = alt[1].strip() if alt else ""
                (described if words else missing).append(words or "a picture without a description")
                return escape(words)
            if name in BOLD:
                return "**"
            if name in ITALIC:
                return "*"
            return "\n\n" if name == "br" or name in BLOCKS else ""

        text = _TAG.sub(tag, text)
    text, pictures = clean(text)
    described += [words for words in pictures if words]
    missing += ["a picture without a description" for words in pictures if not words]
    return Converted(text, described, missing)
