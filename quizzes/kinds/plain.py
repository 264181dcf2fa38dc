"""Plain text out of compiled HTML, for summaries in the audit, in e-mails and in the review."""

from __future__ import annotations

from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "br", "li", "ul", "ol", "blockquote", "div", "tr", "td", "th", "h2", "h3", "h4"})


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append(" ")


def plain(html: str) -> str:
    """The words of a fragment on one line, tags dropped, entities resolved."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.parts).split())
