"""Pieces of Markdown on their way to HTML, and the checks that can be made on their source.

Every piece is noted with file and line, checked at once (headings, raw HTML, links, images, citations), and
rendered later together with all others in one child process.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from courses.format.acts import Acts
from courses.format.blocks import Chunk
from courses.format.problems import Problems, did_you_mean
from courses.format.registry import Registry
from courses.format.source import MODULE_FILE
from courses.format.text import line_at

MAX_FRAGMENT = 64 * 1024
_CODE = re.compile(r"`[^`\n]*`")
_CITATION = re.compile(r"\[\s?@([^\[\]]{0,200})\]")
_LOOSE_CITATION = re.compile(r"\[@|\(@[a-z]|(?<![\w.])@(?:uu|pp|perpres|skb|se|pkpu|perbawaslu|mk)-")
_HTML = re.compile(r"<(?!https?://|mailto:)/?[A-Za-z!?][^<>\n]{0,120}>?")
_EMAIL = re.compile(r"<[\w.+-]+@[\w.-]+>")
_LINK = re.compile(r"(!?)\[([^\[\]]{0,300})\]\(\s{0,3}<?([^()<>\s]{0,500})")
_REFERENCE = re.compile(r"^ {0,3}\[[^@\]\n][^\]\n]{0,200}\]:\s*\S", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}(#{1,6})(.?)(.*)$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})\s*$")


@dataclass(frozen=True, slots=True)
class Cite:
    """A citation that stands in the registry, and the line where it was made."""

    key: str
    locator: str
    line: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """`kind`: lesson (headings allowed), scene, text, inline (one paragraph without blocks), notice."""

    kind: str
    file: str
    line: int
    source: str


@dataclass(frozen=True, slots=True)
class AnchorLink:
    """A link to a heading, checked when all headings are known. `module` is a file of the course."""

    file: str
    line: int
    module: str
    anchor: str


@dataclass
class Fragments:
    """Collects the pieces of one course; `add` returns the number by which the HTML is found later."""

    registry: Registry
    problems: Problems
    modules: Collection[str]
    media: Collection[str]
    acts: Acts = field(default_factory=Acts)
    pieces: list[Fragment] = field(default_factory=list)
    anchor_links: list[AnchorLink] = field(default_factory=list)
    used_media: set[str] = field(default_factory=set)

    def add(self, kind: str, file: str, chunk: Chunk) -> tuple[int, tuple[Cite, ...]]:
        """Note a piece, check its source, and return (number, citations in order of appearance)."""
        chunk = chunk.trimmed()
        source = chunk.text
        if len(source) > MAX_FRAGMENT:
            self.problems.add(file, chunk.line, "bagian-terlalu-panjang", limit=f"{MAX_FRAGMENT // 1024} kB")
            source = source[:1000]
        self.pieces.append(Fragment(kind, file, chunk.line, source))
        return len(self.pieces) - 1, tuple(self._check(kind, file, chunk.line, source))

    def _check(self, kind: str, file: str, line: int, source: str) -> Iterator[Cite]:
        if "#" in source or "\n" in source:
            self._headings(kind, file, line, source)
        if "`" in source:
            source = _CODE.sub(lambda match: " " * len(match.group()), source)
        if "<" in source:
            marked: set[int] = set()
            for match in _HTML.finditer(source):
                at = line + line_at(source, match.start())
                if at not in marked and not _EMAIL.match(match.group()):
                    marked.add(at)
                    self.problems.add(file, at, "html-mentah", text=match.group())
        if "](" in source:
            for match in _LINK.finditer(source):
                self._link(file, line + line_at(source, match.start()), match[1] == "!", match[2], match[3])
        if "]:" in source:
            for match in _REFERENCE.finditer(source):
                at = line + line_at(source, match.start())
                self.problems.add(file, at, "tautan-rujukan", text=match.group().strip())
        if "@" in source:
            yield from self._citations(file, line, source)

    def _headings(self, kind: str, file: str, line: int, source: str) -> None:
        previous = ""
        for number, text in enumerate(source.split("\n"), start=line):
            if match := _HEADING.match(text):
                level, after = len(match[1]), match[2]
                if after not in ("", " ", "\t"):
                    self.problems.add(file, number, "pagar-tanpa-spasi", text=text.strip())
                elif kind != "lesson":
                    self.problems.add(file, number, "judul-di-dalam-blok", text=text.strip())
                elif level == 1:
                    self.problems.add(
                        file, number, "judul-tingkat-1", suggestion="#" + text.strip(), text=text.strip()
                    )
                elif level > 3:
                    guess = "### " + match[3].strip()
                    self.problems.add(
                        file, number, "judul-terlalu-dalam", suggestion=guess, text=text.strip()
                    )
                elif not match[3].strip(" #"):
                    self.problems.add(file, number, "judul-kosong")
            elif _UNDERLINE.match(text) and previous.strip() and "|" not in previous:
                self.problems.add(file, number, "judul-garis-bawah", text=previous.strip())
            previous = text

    def _link(self, file: str, line: int, is_image: bool, text: str, target: str) -> None:
        if is_image:
            self._image(file, line, text, target)
            return
        if not text.strip():
            self.problems.add(file, line, "tautan-tanpa-teks", target=target)
        lowered = target.lower()
        if lowered.startswith(("https://", "http://", "mailto:")):
            return
        path, _, anchor = target.partition("#")
        if path and not (MODULE_FILE.fullmatch(path) and path in self.modules):
            guess = did_you_mean(path, self.modules) if path.endswith(".md") or "/" not in path else None
            self.problems.add(file, line, "tautan-mati", suggestion=guess, target=target)
        elif anchor:
            self.anchor_links.append(AnchorLink(file, line, path or file, anchor))
        elif not path:
            self.problems.add(file, line, "tautan-mati", target=target or "()")

    def _image(self, file: str, line: int, alt: str, target: str) -> None:
        if not alt.strip():
            self.problems.add(file, line, "gambar-tanpa-keterangan", target=target)
        if target in self.media:
            self.used_media.add(target)
        elif not target.startswith("media/"):
            name = "media/" + target.rsplit("/", 1)[-1]
            outside = "://" in target
            guess = name if name in self.media else None if outside else did_you_mean(name, self.media)
            self.problems.add(file, line, "gambar-di-luar-media", suggestion=guess, target=target)
        else:
            guess = did_you_mean(target, self.media)
            self.problems.add(file, line, "gambar-tidak-ada", suggestion=guess, target=target)

    def _citations(self, file: str, line: int, source: str) -> Iterator[Cite]:
        plain = source
        for match in _CITATION.finditer(source):
            at = line + line_at(source, match.start())
            plain = plain[: match.start()] + " " * len(match.group()) + plain[match.end() :]
            words = match[1].split()
            if len(words) == 2 and not match.group().startswith("[ ") and "@" not in match[1]:
                if self._known(file, at, words[0], words[1]):
                    yield Cite(words[0], words[1], at)
            else:
                self._malformed(file, at, match.group(), words)
        for match in _LOOSE_CITATION.finditer(plain):
            at = line + line_at(plain, match.start())
            self.problems.add(
                file, at, "kutipan-rusak", text=plain[match.start() : match.start() + 40].split("\n")[0]
            )

    def _malformed(self, file: str, line: int, text: str, words: list[str]) -> None:
        guess = None
        key = words[0].strip(",;") if words else ""
        regulation = self.registry.regulations.get(key) or self.registry.regulations.get(
            did_you_mean(key, self.registry.regulations) or ""
        )
        if regulation and "@" not in text[2:]:
            locator = self._locator("-".join(words[1:]), regulation.articles) if len(words) > 1 else None
            if locator:
                guess = f"[@{regulation.key} {locator}]"
        if len(words) == 1:
            self.problems.add(file, line, "kutipan-tanpa-pasal", suggestion=guess, text=text)
        else:
            self.problems.add(file, line, "kutipan-rusak", suggestion=guess, text=text)

    def _known(self, file: str, line: int, key: str, locator: str) -> bool:
        regulation = self.registry.regulations.get(key)
        if regulation is None:
            guess = did_you_mean(key, self.registry.regulations)
            self.problems.add(file, line, "kutipan-tidak-dikenal", suggestion=guess, key=key)
            return False
        article = regulation.articles.get(locator)
        if article is None:
            guess = self._locator(locator, regulation.articles)
            self.problems.add(file, line, "pasal-tidak-dikenal", suggestion=guess, key=key, locator=locator)
            return False
        if regulation.repealed:
            guess = regulation.replaced_by or None
            self.problems.add(
                file, line, "kutipan-dicabut", suggestion=guess, label=regulation.label(article)
            )
            return False
        if article.repealed:
            guess = article.replaced_by or None
            self.problems.add(file, line, "pasal-dicabut", suggestion=guess, label=regulation.label(article))
            return False
        return True

    @staticmethod
    def _locator(written: str, articles: Collection[str]) -> str | None:
        """The article probably meant: "pasal-5-huruf-n-angka-6" stands for "pasal-5-n-6"."""
        terse = re.sub(
            r"-?(?:huruf|angka|ayat|butir|lampiran(?=-lampiran))-?", "-", written.strip("-")
        ).strip("-")
        terse = re.sub(r"[()\s,.]+|-{2,}", "-", terse).strip("-")
        if terse in articles:
            return terse
        return did_you_mean(written, articles) or did_you_mean(terse, articles)
