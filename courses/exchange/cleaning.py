"""Clean Markdown: what a text must look like so that the course format reads it and Moodle shows the same words.

`escape` writes plain words as Markdown, `clean` takes Markdown that somebody else wrote, `plain` goes back to words.
Whatever comes from here is left as it is by `clean`, so a text can go round through a file as often as it likes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from courses.exchange.decoding import tidy

_SPECIAL = re.compile(r"[\\`*\[\]]")
_ENTITY_LIKE = re.compile(r"&(?=#?[A-Za-z0-9]{1,32};)")
_ANGLE = re.compile(r"<(?!(?:https?://|mailto:)[^<>\s]{1,500}>)(?=[A-Za-z/!?])")
_ANY_ANGLE = re.compile(r"<(?=[A-Za-z/!?])")
_UNDERSCORES = re.compile(r"_+")
_LINE_START = re.compile(r"(?m)^([ ]{0,3})(?:([#>])|([-+])(?=[ ]|$)|(\d{1,9})([.)])(?=[ ]|$))")
_RULER = re.compile(r"(?m)^(?:([-|:])(?=[-|: ]{2,}$)|(~)(?=~~))")
_RULERS = {"-": r"\-", "|": "&#124;", ":": "&#58;", "~": "&#126;"}
_CODE = re.compile(r"`[^`\n]*`")
_CITATION = r"\[@[a-z0-9-]{1,100} [a-z0-9-]{1,100}\]"
_CITED = re.compile(f"({_CITATION})")
_AT = re.compile(
    rf"({_CITATION})|(\[ ?)@|(\()@(?=[A-Za-z])|(?<![\w.])@(?=(?:uu|pp|perpres|skb|se|pkpu|perbawaslu|mk)-)"
)
_LINK = re.compile(
    r"(?<!!)\[([^\[\]\n]{1,300})\]\((https?://[^()<>\s]{1,490}|mailto:[^()<>\s]{1,490})(?:[ ]+\"[^\"\n]{0,300}\")?\)"
)
_REFERENCE = re.compile(r"(?m)^([ ]{0,3})\[(?=[^@\]\n][^\]\n]{0,200}\]:\s*\S)")
_HASH = re.compile(r"(?m)^([ ]{0,3})#")
_EQUALS = re.compile(r"(?m)^([ ]{0,3})=")
_DASHES = re.compile(r"(?m)^([ ]{0,3})-(?=-+[ ]*$)")
_FENCE = re.compile(r"(?m)^([ ]{0,3}):(?=:)")
_TICK = re.compile(r"(?m)^([ ]{0,3}(?:[-*+][ ]{0,9})?)\[(?=[ ]{0,9}\w?[^\w\s@\]]?[ ]{0,9}\](?![(\[]))")
_LISTED = re.compile(r"(?m)^[ ]{0,3}[-*+][ ].*$")
_BLANK = re.compile(r"(?m)^([ ]{0,3})_(?=_{2,}[ ]*$)")
_ATX = re.compile(r"(?m)^[ ]{0,3}#{1,6}[ ]+(.*?)[ ]*#*[ ]*$")
_SETEXT = re.compile(r"(?m)(?<=[^\n])\n[ ]{0,3}(?:=+|-{2,})[ ]*$")
_HR = re.compile(r"(?m)^[ ]{0,3}(?:-[ ]*){3,}$|^[ ]{0,3}(?:\*[ ]*){3,}$")
_CODE_FENCE = re.compile(r"(?m)^[ ]{0,3}(?:`{3,}|~{3,})[^`\n]*$")
_PICTURE = re.compile(r"!\[([^\[\]\n]{0,300})\]\([^()\n]{0,500}\)")
_ENTITY = re.compile(r"&#?[A-Za-z0-9]{1,32};")
_UNESCAPE = re.compile(r"\\([\\`*_{}\[\]()>#+.!-])")
_STRONG = re.compile(r"(?<!\\)\*{1,3}(?=\S)|(?<=\S)(?<!\\)\*{1,3}")
_NO_LONGER_FIRST = re.compile(r"^(\\[#>+_-]|\d{1,9}\\(?=[.)])|&#61;|&#58;|&#124;|&#126;)")
_MEANT = {"&#61;": "=", "&#58;": ":", "&#124;": "|", "&#126;": "~"}
_SPACES = re.compile(r"[ \t\u00a0]+")


def escape(text: str) -> str:
    """Plain words as Markdown that shows exactly them. Line breaks stay, runs of blanks become one."""
    text = "\n".join(_SPACES.sub(" ", line).strip() for line in tidy(text).split("\n"))
    return guard(at_line_start(escape_inside(text)))


def escape_inside(text: str) -> str:
    """Plain words as Markdown that stands inside a line, where what opens a block means nothing.

    A citation of the course format is no plain word: whoever types one in a spreadsheet means it.
    """
    text = "".join(
        part if at % 2 else _ENTITY_LIKE.sub("&amp;", _SPECIAL.sub(r"\\\g<0>", part))
        for at, part in enumerate(_CITED.split(text))
    )
    text = _ANY_ANGLE.sub("&lt;", text)
    if text.count("_") > 1 and len(_UNDERSCORES.findall(text)) > 1:
        text = text.replace("_", r"\_")
    return text


def at_line_start(text: str) -> str:
    """Escaped words whose lines would open a list, a quote, a heading or a table, so that they do not."""
    text = _LINE_START.sub(lambda m: m[1] + (rf"{m[4]}\{m[5]}" if m[4] else "\\" + (m[2] or m[3])), text)
    return _RULER.sub(lambda m: _RULERS[m[1] or m[2]], text)


def guard(text: str) -> str:
    """Markdown without the constructs that the course format takes for its own marks or reports as mistakes.

    Changes spelling, never meaning: what stands in the way becomes an entity or gets a backslash. What is guarded is
    left alone when it is guarded again. Citations `[@key place]` stay, so that they survive a trip through Moodle.
    """
    text = _REFERENCE.sub(r"\1\\[", text)
    text = _guard_links(text)
    if "<" in text:
        text = _outside_code(text, lambda part: _ANGLE.sub("&lt;", part))
    if "@" in text:
        text = _AT.sub(lambda m: m[1] or f"{m[2] or m[3] or ''}&#64;", text)
    text = _HASH.sub(r"\1\\#", text)
    text = _EQUALS.sub(r"\1&#61;", text)
    text = _DASHES.sub(r"\1\\-", text)
    text = _FENCE.sub(r"\1&#58;", text)
    text = _TICK.sub(r"\1\\[", text)
    text = _BLANK.sub(r"\1\\_", text)
    if "=>" in text or "⇒" in text:
        text = _LISTED.sub(lambda m: without_arrows(m.group()), text)
    return text


def without_arrows(text: str) -> str:
    """Arrows by their entity, where the course format or GIFT would cut the text in two at them."""
    return text.replace("=>", "=&gt;").replace("⇒", "&rArr;").replace("->", "-&gt;")


def _guard_links(text: str) -> str:
    if "](" not in text:
        return text
    parts: list[str] = []
    end = 0
    for match in _LINK.finditer(text):
        if not match[1].strip():
            continue
        parts.append(text[end : match.start()].replace("](", "]&#40;"))
        parts.append(f"[{match[1]}]({match[2]})")
        end = match.end()
    return "".join([*parts, text[end:].replace("](", "]&#40;")])


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    parts: list[str] = []
    end = 0
    for match in _CODE.finditer(text):
        parts += [change(text[end : match.start()]), match.group()]
        end = match.end()
    return "".join([*parts, change(text[end:])])


def clean(text: str) -> tuple[str, list[str]]:
    """(clean Markdown, descriptions of the pictures taken out) of Markdown without HTML tags.

    Headings become bold lines, rulers, fences of code and pictures go; a picture leaves its description.
    """
    text = tidy(text).replace("\t", "    ")
    pictures: list[str] = []
    # Taking something out can bring its neighbours together; a few rounds settle it.
    for _round in range(8):
        before, text = text, _cleaned(text, pictures)
        if text == before:
            break
    return text, pictures


def _cleaned(text: str, pictures: list[str]) -> str:
    if "![" in text:

        def described(match: re.Match[str]) -> str:
            pictures.append(match[1].strip())
            return match[1].strip()

        text = _PICTURE.sub(described, text)
    text = _CODE_FENCE.sub("", text)
    text = _SETEXT.sub("\n", text)
    text = _HR.sub("", text)
    text = _ATX.sub(lambda m: f"**{m[1].strip('* ')}**\n" if m[1].strip("* ") else "", text)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", guard(text)).strip()


def plain(text: str) -> str:
    """The words of clean Markdown on one line: no marks, no escapes, links by their text."""
    text = one_line(text)
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[1])
        return "\ue000"

    text = _UNESCAPE.sub(keep, text.replace("\ue000", ""))
    text = _STRONG.sub("", _LINK.sub(r"\1", text)).replace("`", "")
    literal = iter(kept)
    text = re.sub("\ue000", lambda _m: next(literal), _ENTITY.sub(lambda m: html.unescape(m.group()), text))
    return " ".join(tidy(text).split())


def one_line(text: str) -> str:
    """Clean Markdown on one line, for an option: marks of lists and rulers of tables go, the words stay."""
    lines = [line.strip() for line in text.split("\n")]
    lines = [line for line in lines if line and not re.fullmatch(r"\|?[-:| ]*-[-:| ]*\|?", line)]
    if len(lines) > 1:
        lines = [re.sub(r"^(?:[-*+]|>)[ ]+|^\|[ ]*|[ ]*\|$", "", line) for line in lines]
        lines[1:] = [
            _NO_LONGER_FIRST.sub(lambda m: _MEANT.get(m[1], m[1].replace("\\", "")), line)
            for line in lines[1:]
        ]
    return guard(_SPACES.sub(" ", " ".join(lines)).strip())


def shortened(words: str, limit: int = 80) -> str:
    """The first words that fit, with … when some are left."""
    words = " ".join(words.split())
    if len(words) <= limit:
        return words
    head = words[:limit].rsplit(" ", 1)[0] if " " in words[:limit] else words[:limit]
    return head.rstrip(" .,;:") + "…"
