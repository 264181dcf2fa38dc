"""Markdown to the HTML of the face: citations, headings, tables, chat bubbles, images, then sanitising.

Used only inside the rendering child (`render_child`), because Python-Markdown can be made to run for a very
long time by a few kilobytes. Raw HTML is off; nh3 with a short allow-list is the last step before the fixed
icon templates go in.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from html import escape
from typing import Any

import markdown
import nh3
from markdown.extensions import Extension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

ICON = '<svg class="ic" aria-hidden="true"><use href="/static/sprite.svg#%s"/></svg>'
_CITATION = r"\[@(\S{1,100})\s+(\S{1,100})\]"
_CITATION_RE = re.compile(_CITATION)
_BUBBLE_NEXT = re.compile(r"^( {0,3}>)(?=[ \t]*\*\*)", re.MULTILINE)
_TIMED_NEXT = re.compile(r"^( {0,3}>)(?=[ \t]*\*\*[^*\n]{1,80}\d[.:]\d\d\*\*)", re.MULTILINE)
_NAME_TIME = re.compile(r"(.{1,80}?)(?:,\s*(?:pukul\s+)?(\d{1,2})[.:](\d{2}))?\s*[.:]?\s*", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-zÀ-ÿ(“\"‘'](?:[A-Za-z0-9À-ÿ ,.;:?!()\"'“”‘’–—…%/-]|\n(?=[A-Za-zÀ-ÿ(“]))*")
_TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "div", "em", "figcaption", "figure", "h2", "h3", "hr", "img",
    "li", "ol", "p", "strong", "table", "tbody", "td", "th", "thead", "time", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "rel"},
    "div": {"role", "aria-label"},
    "h2": {"id"},
    "h3": {"id"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "table": {"role"},
    "tbody": {"role"},
    "td": {"role", "data-l"},
    "th": {"role", "scope"},
    "thead": {"role"},
    "time": {"datetime"},
    "tr": {"role"},
}
_CLASSES = {"a": {"cite"}, "caption": {"sr"}, "div": {"tbl", "stackable", "chat"}, "td": {"r"}, "th": {"r"}}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
    strip_comments=True,
)


def cite_url(key: str, locator: str) -> str:
    """Where a citation leads: the page of the regulation, at the article."""
    return f"/regulasi/{key}#{locator}"


def anchor(text: str) -> str:
    """The id of a heading. The prefix keeps it apart from the ids of the page around it."""
    words = re.sub(r"[^a-z0-9]+", "-", text.casefold().encode("ascii", "ignore").decode()).strip("-")
    return "b-" + (words[:60].strip("-") or "bagian")


class Renderer:
    """Renders fragments for one course. `labels` maps "key locator" to the words of a citation; `links`
    module files to URLs; `images` media paths to src, width and height.
    """

    def __init__(
        self, labels: Mapping[str, str], links: Mapping[str, str], images: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.labels = labels
        self.links = links
        self.images = images
        self.toc: list[tuple[int, str, str]] = []
        self.kind = "text"
        self._block = markdown.Markdown(extensions=[TableExtension(), _Course(self, inline=False)])
        self._inline = markdown.Markdown(extensions=[_Course(self, inline=True)])

    def render(self, kind: str, source: str) -> tuple[str, list[tuple[int, str, str]]]:
        """(HTML, headings as (level, id, text)). May raise RecursionError on absurd nesting."""
        self.kind, self.toc = kind, []
        html = self._fast(source)
        if html is None:
            if ">" in source:
                source = _part_bubbles(source, timed=kind != "scene")
            engine = self._inline if kind == "inline" else self._block
            engine.reset()
            html = engine.convert(source)
        if kind == "inline":
            html = _unwrap(html)
        return _with_icons(_CLEANER.clean(html)), self.toc

    def _fast(self, source: str) -> str | None:
        """Plain words with citations, which most fragments are, need no Markdown machinery."""
        bare = _CITATION_RE.sub("", source)
        if not _PLAIN.fullmatch(bare.rstrip()) or "  \n" in source or "@" in bare:
            return None

        def chip(match: re.Match[str]) -> str:
            label = self.labels.get(f"{match[1]} {match[2]}")
            return (
                match[0]
                if label is None
                else f'<a class="cite" href="{escape(cite_url(match[1], match[2]))}">{escape(label)}</a>'
            )

        return f"<p>{_CITATION_RE.sub(chip, source.strip())}</p>"


def _with_icons(html: str) -> str:
    """Put the scale in front of each citation. Authors cannot write this tag: raw HTML is off."""
    icon = ICON % "scale"
    return re.sub(r'<a (?=[^>]*class="cite")[^>]*>', lambda match: match.group() + icon, html)


def _unwrap(html: str) -> str:
    html = html.strip()
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        return html[3:-4]
    return html


def _part_bubbles(source: str, *, timed: bool) -> str:
    """Chat bubbles on neighbouring lines become separate paragraphs of the quote."""
    return (_TIMED_NEXT if timed else _BUBBLE_NEXT).sub(r"\1\n\1", source)


class _Course(Extension):
    """Switches off what authors may not use and adds what the face needs."""

    def __init__(self, renderer: Renderer, *, inline: bool) -> None:
        super().__init__()
        self.renderer = renderer
        self.inline = inline

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - name given by Python-Markdown
        md.preprocessors.deregister("html_block")
        for name in (
            "html",
            "reference",
            "image_reference",
            "short_reference",
            "short_image_ref",
            "automail",
        ):
            md.inlinePatterns.deregister(name)
        for name in ("code", "setextheader", "reference"):
            md.parser.blockprocessors.deregister(name)
        if self.inline:
            for name in ("indent", "hashheader", "hr", "olist", "ulist", "quote"):
                md.parser.blockprocessors.deregister(name)
        md.inlinePatterns.register(_Citation(_CITATION, md, self.renderer), "citation", 175)
        md.treeprocessors.register(_Shape(md, self.renderer), "shape", 5)


class _Citation(InlineProcessor):
    def __init__(self, pattern: str, md: markdown.Markdown, renderer: Renderer) -> None:
        super().__init__(pattern, md)
        self.renderer = renderer

    def handleMatch(  # type: ignore[override]  # noqa: N802 - name given by Python-Markdown
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element | None, int | None, int | None]:
        label = self.renderer.labels.get(f"{m[1]} {m[2]}")
        if label is None:
            return None, None, None
        element = ET.Element("a", {"class": "cite", "href": cite_url(m[1], m[2])})
        element.text = markdown.util.AtomicString(label)
        return element, m.start(0), m.end(0)


class _Shape(Treeprocessor):
    """Reworks the tree: heading ids, stackable tables, chat bubbles, resolved links and images."""

    def __init__(self, md: markdown.Markdown, renderer: Renderer) -> None:
        super().__init__(md)
        self.renderer = renderer
        self.caption = ""

    def run(self, root: ET.Element) -> None:
        self.caption = ""
        taken: set[str] = set()
        for index, child in enumerate(list(root)):
            if child.tag in ("h2", "h3") and self.renderer.kind == "lesson":
                self._heading(child, taken)
            elif child.tag == "table":
                root[index] = self._table(child)
            elif child.tag == "blockquote":
                self._bubbles(root, child)
            elif (
                child.tag == "p"
                and len(child) == 1
                and child[0].tag == "img"
                and not (child.text or "").strip()
            ):
                self._figure(child)
        for parent in list(root.iter()):
            self._inner(parent, top=parent is root)

    def _heading(self, element: ET.Element, taken: set[str]) -> None:
        title = " ".join(_words(element).split())
        name, count = anchor(title), 1
        while name in taken:
            count += 1
            name = f"{anchor(title)}-{count}"
        taken.add(name)
        element.set("id", name)
        self.caption = title
        self.renderer.toc.append((int(element.tag[1]), name, title))

    def _inner(self, parent: ET.Element, *, top: bool) -> None:
        for child in list(parent):
            if child.tag in ("h1", "h2", "h3", "h4", "h5", "h6") and not child.get("id"):
                child.tag = "p"
            elif child.tag == "a" and child.get("class") != "cite":
                self._link(child)
            elif child.tag == "img":
                self._image(child)
            elif child.tag == "table" and not top and parent.tag != "div":
                parent[list(parent).index(child)] = self._table(child)

    def _link(self, element: ET.Element) -> None:
        target = (element.get("href") or "").strip()
        path, _, name = target.partition("#")
        element.attrib.clear()
        if target.lower().startswith(("https://", "http://", "mailto:")):
            element.set("href", target)
            element.set("rel", "noopener noreferrer")
        elif path in self.renderer.links:
            element.set("href", self.renderer.links[path] + (f"#{anchor(name)}" if name else ""))
        elif not path and name:
            element.set("href", f"#{anchor(name)}")

    def _image(self, element: ET.Element) -> None:
        known = self.renderer.images.get(element.get("src") or "")
        alt = element.get("alt") or ""
        element.attrib.clear()
        element.set("alt", alt)
        if known is not None:
            element.set("src", str(known["src"]))
            element.set("width", str(known["width"]))
            element.set("height", str(known["height"]))
            element.set("loading", "lazy")

    @staticmethod
    def _figure(paragraph: ET.Element) -> None:
        image = paragraph[0]
        if (image.tail or "").strip():
            return
        title = image.get("title")
        paragraph.tag = "figure"
        if title:
            caption = ET.SubElement(paragraph, "figcaption")
            caption.text = title

    def _bubbles(self, root: ET.Element, quote: ET.Element) -> None:
        """A quote whose paragraphs begin with a bold name becomes chat bubbles, one a paragraph."""
        bubbles: list[ET.Element] = []
        always = self.renderer.kind == "scene"
        for paragraph in quote:
            bubble = _bubble(paragraph, always=always) if paragraph.tag == "p" else None
            if bubble is not None:
                bubbles.append(bubble)
            elif bubbles:
                bubbles[-1].append(paragraph)
            else:
                return
        if bubbles:
            position = list(root).index(quote)
            root.remove(quote)
            for offset, bubble in enumerate(bubbles):
                root.insert(position + offset, bubble)

    def _table(self, table: ET.Element) -> ET.Element:
        box = ET.Element("div", {"class": "tbl stackable", "role": "region"})
        label = self.caption or "Tabel"
        box.set("aria-label", label)
        table.set("role", "table")
        caption = ET.Element("caption", {"class": "sr"})
        caption.text = markdown.util.AtomicString(label)
        table.insert(0, caption)
        # Repeated in every cell of its column, so a long heading must not multiply.
        heads = [" ".join(_words(cell).split())[:120] for cell in table.iterfind("thead/tr/th")]
        for group in table:
            if group.tag not in ("thead", "tbody"):
                continue
            group.set("role", "rowgroup")
            for row in group:
                row.set("role", "row")
                for column, cell in enumerate(list(row)):
                    self._cell(cell, group.tag, column, heads)
        box.append(table)
        box.tail = table.tail
        table.tail = None
        return box

    @staticmethod
    def _cell(cell: ET.Element, group: str, column: int, heads: list[str]) -> None:
        right = "right" in (cell.get("style") or "") + (cell.get("align") or "")
        cell.attrib.clear()
        if right:
            cell.set("class", "r")
        if group == "thead":
            cell.set("role", "columnheader")
            cell.set("scope", "col")
            return
        if column == 0 and (len(cell) or (cell.text or "").strip()):
            cell.tag = "th"
            cell.set("role", "rowheader")
            cell.set("scope", "row")
            return
        cell.set("role", "cell")
        if column < len(heads) and heads[column]:
            cell.set("data-l", heads[column])
        inner = ET.Element("div")
        inner.text, cell.text = cell.text, None
        for child in list(cell):
            cell.remove(child)
            inner.append(child)
        cell.append(inner)


def _bubble(paragraph: ET.Element, *, always: bool) -> ET.Element | None:
    if not len(paragraph) or paragraph[0].tag != "strong" or (paragraph.text or "").strip():
        return None
    match = _NAME_TIME.fullmatch(_words(paragraph[0]))
    if match is None or (match[2] is None and not always):
        return None
    bubble = ET.Element("div", {"class": "chat"})
    name = ET.SubElement(bubble, "b")
    name.text = markdown.util.AtomicString(match[1].strip())
    tail = (paragraph[0].tail or "").lstrip(" :\n")
    last = name
    if match[2] is not None:
        last = ET.SubElement(bubble, "time", {"datetime": f"{int(match[2]) % 24:02d}:{match[3]}"})
        last.text = f"{match[2]}.{match[3]}"
    last.tail = tail
    for child in list(paragraph)[1:]:
        bubble.append(child)
    return bubble


def _words(element: ET.Element) -> str:
    """The text of an element without its citations."""
    parts = [element.text or ""]
    for child in element:
        if child.get("class") != "cite":
            parts.append(_words(child))
        parts.append(child.tail or "")
    return "".join(parts)
