"""Pages drawn once with stand-ins, and the papers of many people made from them."""

from __future__ import annotations

import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import pydyf
from weasyprint.pdf import _w3c_date_to_pdf
from weasyprint.pdf.stream import Stream

from certificates.pdf.attaching import Attachment
from certificates.pdf.engine import FIRST_VERSION, VARIANT, Template, embedded, issue_day
from certificates.pdf.splicing import words as language
from certificates.pdf.splicing.files import ReadyFile, ReadyStream, stream_object
from certificates.pdf.splicing.lines import (
    Line,
    Piece,
    Setter,
    Unfit,
    as_computed,
    assign,
    fits,
    known,
    lines_of,
    parts_of,
    same_height,
)

_MOST_PAGES = 24
_MOST_TEXTS = 4_000
# CSS pixels to points, as the engine draws.
_SCALE = 0.75
_EXACT = 1e-3
# Tags in which a person's words stand, and nothing else may differ.
_OWN_TAGS = ('<meta name="keywords"', '<meta name="dcterms.', '<a href="', '<path d="')


class Layout:
    """One page with stand-ins, laid out, and where in its file each person's words go."""

    def __init__(
        self,
        template: Template,
        general: dict[str, Any],
        *,
        sample: bool,
        logo: bytes,
        attached: Attachment | None,
    ) -> None:
        """Draws the page. Raises Unfit if one of its lines is not where this module would put it."""
        page = template.html.render(general)
        self._template = template
        self._tokens = language.tokens(page)
        texts = language.body_texts(self._tokens)
        self._texts = {item.token for item in texts}
        self._title = self._tokens.index("<title>") + 1
        self._own_tags = self._find_own_tags(general["qr_data"])
        document = template.page(page, sample=sample, logo=logo)
        self._metadata = document.metadata
        lines = assign(lines_of(document.pages), texts)
        if not all(as_computed(line) for line in lines):
            raise Unfit("a line that stands elsewhere than computed")
        self._lines: list[Line] = lines
        self._setter = Setter(document.fonts)
        for piece in {_face(piece): piece for line in lines for piece in line.pieces}.values():
            self._setter.prepare(piece.box)
        self._set: dict[tuple[int, str], tuple[float, bytes]] = {}
        captured: list[pydyf.PDF] = []
        files = (
            [embedded(attached, template.fetcher, issue_day({"issued_on": "2000-01-01"}))] if attached else []
        )
        document.write_pdf(
            pdf_variant=VARIANT,
            attachments=files,
            finisher=lambda _, pdf: captured.append(self._ready(pdf, general)),
        )
        self._setter.close()

    def draw(self, words: dict[str, Any], page: str, day: Any, attached: bytes | None) -> bytes:
        """The paper of one person: `words` and the filled-in `page` of the same template. Raises Unfit."""
        parts = language.tokens(page)
        if len(parts) != len(self._tokens):
            raise Unfit("another page")
        changed: dict[int, str] = {}
        for place, (old, new) in enumerate(zip(self._tokens, parts, strict=True)):
            if old == new:
                continue
            if place % 2:
                if place not in self._own_tags:
                    raise Unfit("another page")
            elif place in self._texts or place == self._title:
                changed[place] = language.text(new)
                if not known(changed[place]):
                    raise Unfit("a letter that the page was not prepared for")
            else:
                raise Unfit("another page")
        gaps: list[dict[int, bytes]] = [{} for _ in self._streams]
        link_end = 0.0
        for line in self._lines:
            placed = [(piece, *self._set_piece(piece, changed)) for piece in line.pieces]
            width = sum(item[1] for item in placed)
            if not fits(line, width):
                raise Unfit("a line that may wrap")
            x = line.start(width)
            for piece, own_width, operators in placed:
                if piece.end:
                    y = piece.box.position_y + piece.box.baseline
                    gaps[line.page][piece.begin] = b"1 0 0 -1 %s %s Tm\n%s" % (
                        _number(x),
                        _number(y),
                        operators,
                    )
                x += own_width
                if piece is self._link_piece:
                    link_end = x
        symbol = language.qr_operators(words["qr_data"])
        if symbol is None:
            raise Unfit("a symbol of another kind")
        gaps[0][self._symbol] = symbol
        objects = {
            number: stream.filled([filling[place] for place in sorted(filling)])
            for (number, stream), filling in zip(self._streams, gaps, strict=True)
        }
        objects[self._link_number] = self._link(words["verify_url"], link_end)
        objects.update(self._about(changed[self._title], words))
        if attached is not None:
            objects[self._file_number] = self._file(attached, day)
        return self._ready_file.copy(objects)

    def _find_own_tags(self, symbol: str) -> set[int]:
        found = set()
        for place in range(1, len(self._tokens), 2):
            tag = self._tokens[place]
            if language.MARK in tag or language.DAY in tag or symbol in tag:
                if not tag.startswith(_OWN_TAGS):
                    raise Unfit("a person's words in a place that is not known")
                found.add(place)
        return found

    def _set_piece(self, piece: Piece, changed: dict[int, str]) -> tuple[float, bytes]:
        """(width, operators after the text matrix) of a piece for one person."""
        if piece.token is None or piece.token not in changed:
            return piece.box.width, piece.tail
        words = self._words(piece, changed[piece.token])
        known_as = (id(piece), words)
        if known_as not in self._set:
            made = self._setter.laid_out(piece.box, words)
            if not same_height(made, piece.box):
                raise Unfit("another font among the letters")
            operators = self._setter.operators(made, 0.0)[1:]
            self._setter.check(operators, words)
            if len(self._set) >= _MOST_TEXTS:
                self._set.clear()
            self._set[known_as] = (made.width, b"\n".join(operators))
        return self._set[known_as]

    def _words(self, piece: Piece, whole: str) -> str:
        """What a piece shows of its text, white space at its ends left out where the stand-in's was."""
        old = parts_of(language.text(self._tokens[piece.token or 0]), piece.box.style)
        new = parts_of(whole, piece.box.style)
        if len(old) != len(new):
            raise Unfit("another number of lines")
        before, words, shown = old[piece.part], new[piece.part], piece.box.text
        if before[:1].isspace() != words[:1].isspace() or before[-1:].isspace() != words[-1:].isspace():
            raise Unfit("white space at an end")
        if before[:1] == " " and shown[:1] != " ":
            words = words[1:]
        if before[-1:] == " " and shown[-1:] != " ":
            words = words[:-1]
        return words

    def _ready(self, pdf: pydyf.PDF, general: dict[str, Any]) -> pydyf.PDF:
        """Find in the finished document what differs from person to person, and write the rest."""
        pages = [item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/Page"]
        streams: list[Stream] = [pdf.objects[int(page["Contents"].split()[0])] for page in pages]
        cuts: list[list[tuple[int, int]]] = [[] for _ in streams]
        bytes_of = [[_bytes(item) for item in stream.stream] for stream in streams]
        for line in self._lines:
            for piece in line.pieces:
                if piece.box.text.strip():
                    self._find(piece, bytes_of[line.page])
                    cuts[line.page].append((piece.begin, piece.end))
        symbol = (language.qr_operators(general["qr_data"]) or b"").split(b"\n")
        places = [n for n in range(len(bytes_of[0])) if bytes_of[0][n : n + len(symbol)] == symbol]
        if len(places) != 1:
            raise Unfit("no symbol, or several")
        self._symbol = places[0]
        cuts[0].append((places[0], places[0] + len(symbol)))
        self._streams = [
            (stream.number, ReadyStream(_pieces(operators, sorted(cut))))
            for stream, operators, cut in zip(streams, bytes_of, cuts, strict=True)
        ]
        # Kept by number: the engine's own writer adds the object once more and numbers it anew.
        pdf.add_object(pdf.info)
        self._info, self._info_number = pdf.info, pdf.info.number
        metadata = int(pdf.catalog["Metadata"].split()[0])
        self._metadata_number = metadata
        self._find_link(pdf)
        changing = {number for number, _ in self._streams} | {pdf.info.number, metadata, self._link_number}
        files = [
            item
            for item in pdf.objects
            if isinstance(item, pydyf.Stream) and item.extra.get("Type") == "/EmbeddedFile"
        ]
        if files:
            (file,) = files
            self._file_number, self._file_extra = file.number, file.extra
            changing.add(file.number)
        mark = language.MARK.encode()
        for item in pdf.objects:
            if item.free != "f" and item.number not in changing and mark in _plain(item):
                raise Unfit("a person's words in an object that is not known")
        self._ready_file = ReadyFile(pdf, frozenset(changing), pdf.info.number)
        return pdf

    def _find(self, piece: Piece, operators: list[bytes]) -> None:
        """Where the operators of a piece stand. Raises Unfit unless they stand there exactly as computed, once."""
        expected = self._setter.operators(piece.box, piece.box.position_x)
        if operators.count(expected[0]) != 1:
            raise Unfit("a text that is not found")
        piece.begin = operators.index(expected[0])
        piece.end = next(
            place
            for place in range(piece.begin + 1, len(operators))
            if operators[place] == b"ET" or operators[place].endswith(b" Tm")
        )
        if _shown(operators[piece.begin + 1 : piece.end]) != _shown(expected[1:]):
            raise Unfit("a text that is drawn otherwise")
        piece.tail = b"\n".join(expected[1:])

    def _find_link(self, pdf: pydyf.PDF) -> None:
        links: list[Any] = [
            item for item in pdf.objects if isinstance(item, dict) and item.get("Subtype") == "/Link"
        ]
        tags = [place for place in self._own_tags if self._tokens[place].startswith("<a ")]
        if len(links) != 1 or len(tags) != 1:
            raise Unfit("no link, or several")
        pieces = [
            piece
            for line in self._lines
            for piece in line.pieces
            if piece.token == tags[0] + 1 and not line.margin
        ]
        if len(pieces) != 1 or links[0]["A"]["URI"].string != language.MARKED_ADDRESS:
            raise Unfit("a link of another kind")
        (link,), (piece,) = links, pieces
        box = piece.box
        if any(
            abs(given - computed * _SCALE) > _EXACT
            for given, computed in (
                (link["Rect"][0], box.position_x),
                (link["Rect"][2], box.position_x + box.width),
            )
        ):
            raise Unfit("a link that lies elsewhere than its text")
        self._link_number, self._link_object, self._link_piece = link.number, link, piece

    def _link(self, address: str, end: float) -> bytes:
        left, bottom, _, top = self._link_object["Rect"]
        data: bytes = pydyf.Dictionary(
            {
                **self._link_object,
                "Rect": pydyf.Array([left, bottom, end * _SCALE, top]),
                "Contents": pydyf.String(address),
                "A": pydyf.Dictionary({**self._link_object["A"], "URI": pydyf.String(address)}),
            }
        ).data
        return data

    def _about(self, title: str, words: dict[str, Any]) -> dict[int, bytes]:
        """Document information and XMP of one person."""
        if title != language.collapsed(title).strip() or "," in words["code"]:
            raise Unfit("a title with white space of its own")
        metadata = self._metadata
        metadata.title, metadata.keywords = title, [words["code"]]
        metadata.created = metadata.modified = words["issued_iso"]
        day = pydyf.String(_w3c_date_to_pdf(words["issued_iso"], "created"))
        info: bytes = pydyf.Dictionary(
            {
                **self._info,
                "Title": pydyf.String(title),
                "Keywords": pydyf.String(words["code"]),
                "CreationDate": day,
                "ModDate": day,
            }
        ).data
        collector = pydyf.PDF()
        metadata.include_in_pdf(collector, "a", 3, "A", False)
        plain = collector.objects[-1]
        xmp = stream_object(b"/Type /Metadata/Subtype /XML", zlib.compress(b"\n".join(plain.stream), 6))
        return {self._info_number: info, self._metadata_number: xmp}

    def _file(self, content: bytes, day: Any) -> bytes:
        when = pydyf.String(day.strftime("D:%Y%m%d%H%M%SZ"))
        extra = pydyf.Dictionary(
            {
                "Type": "/EmbeddedFile",
                "Subtype": self._file_extra["Subtype"],
                "Params": pydyf.Dictionary(
                    {
                        "CheckSum": f"<{hashlib.md5(content, usedforsecurity=False).hexdigest()}>",
                        "Size": len(content),
                        "CreationDate": when,
                        "ModDate": when,
                    }
                ),
            }
        )
        return stream_object(extra.data[2:-2], zlib.compress(content, 6))


class Layouts:
    """The pages of this process, the least used forgotten. A page is prepared when it is asked for a second time: a single
    paper is drawn faster by the ordinary engine.
    """

    def __init__(self, most: int = _MOST_PAGES) -> None:
        """At most so many pages at a time."""
        self._pages: OrderedDict[str, Layout | None] = OrderedDict()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._most = most

    def draw(
        self,
        template: Template,
        payload: dict[str, Any],
        *,
        sample: bool,
        attachments: Sequence[Attachment] = (),
        logo: bytes = b"",
        sealed: str = "",
    ) -> bytes | None:
        """The paper, or None when the ordinary engine is to draw it. Raises UndrawableLetters and ValueError as that does."""
        if template.version == FIRST_VERSION or len(attachments) > 1:
            return None
        words = template.words(payload, logo=logo, sealed=sealed)
        general = language.stand_ins(words)
        attached = attachments[0] if attachments else None
        name = _name(template, general, sample=sample, logo=logo, attached=attached)
        try:
            page = self._page(name, template, general, sample=sample, logo=logo, attached=attached)
            if page is None:
                return None
            return page.draw(
                words, template.html.render(words), issue_day(payload), attached.content if attached else None
            )
        except Unfit:
            return None
        except Exception:  # noqa: BLE001 - whatever a library has changed inside: the paper must come, and its record says how
            self._pages[name] = None
            return None

    def _page(self, name: str, template: Template, general: dict[str, Any], **options: Any) -> Layout | None:
        if name in self._pages:
            self._pages.move_to_end(name)
            return self._pages[name]
        if name not in self._seen:
            self._seen[name] = None
            if len(self._seen) > 50 * self._most:
                self._seen.popitem(last=False)
            return None
        # A page that cannot be reused is remembered as such, so that it is not tried again.
        self._pages[name] = None
        if len(self._pages) > self._most:
            self._pages.popitem(last=False)
        self._pages[name] = Layout(template, general, **options)
        return self._pages[name]


def _name(
    template: Template, general: dict[str, Any], *, sample: bool, logo: bytes, attached: Attachment | None
) -> str:
    about = (
        (attached.name, attached.media_type, attached.description, attached.relationship) if attached else ()
    )
    parts = (template.version, *template.colours, sample, hashlib.sha256(logo).hexdigest(), *about)
    return hashlib.sha256(f"{parts}{language.key(general)}".encode()).hexdigest()


def _face(piece: Piece) -> tuple[Any, ...]:
    style = piece.box.style
    return style["font_family"], style["font_weight"], style["font_size"]


def _pieces(operators: list[bytes], cuts: list[tuple[int, int]]) -> list[bytes]:
    pieces, begin = [], 0
    for start, end in cuts:
        pieces.append(b"".join(operator + b"\n" for operator in operators[begin:start]))
        begin = end
    pieces.append(b"\n".join(operators[begin:]))
    return pieces


def _shown(operators: list[bytes]) -> list[bytes]:
    # A text does not name its font again where the one before it had the same.
    return [operator for operator in operators if not operator.endswith(b" Tf")]


def _bytes(operator: Any) -> bytes:
    if isinstance(operator, bytes):
        return operator
    return operator.data if isinstance(operator, pydyf.Object) else str(operator).encode("ascii")


def _plain(item: Any) -> bytes:
    if isinstance(item, pydyf.Stream):
        return pydyf.Stream(item.stream, dict(item.extra)).data if item.compress else item.data
    return bytes(item.data)


def _number(value: float) -> bytes:
    return f"{value:f}".rstrip("0").rstrip(".").encode("ascii")
