"""Payload in, PDF bytes out: the part that knows WeasyPrint.

Import it only where a certificate is really rendered (the worker process, tests): importing costs half a second,
and `FONTCONFIG_FILE` has to be set before. Output is PDF/A-3a and PDF/UA-1 and byte-identical for equal input.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from certificates.fontfolder import use_bundled_fonts

use_bundled_fonts(os.environ)

from jinja2 import StrictUndefined  # noqa: E402
from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: E402
from weasyprint import CSS, HTML  # noqa: E402
from weasyprint import Attachment as EmbeddedFile  # noqa: E402
from weasyprint.document import Document  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: E402

from certificates.badge.ordering import DESCRIPTION, FILE_NAME, MEDIA_TYPE  # noqa: E402
from certificates.pdf.attaching import Attachment  # noqa: E402
from certificates.pdf.fitting import COURSE_SIZES, NAME_SIZES, fitted  # noqa: E402
from certificates.pdf.letters import composed, refuse_undrawable, serif_has  # noqa: E402
from certificates.pdf.view import view  # noqa: E402

VARIANT = "pdf/a-3a"
TEMPLATES = Path(__file__).parent
# The house's colours as the style sheets and drawings name them; an agency's own take their place.
PRIMARY, ACCENT = "#0B3D62", "#C8992E"
LOGO = "netra:logo"
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
FIRST_VERSION = "v1"
# Both are needed: a PDF/A file may name a foreign property only after describing its namespace.
_UA_METADATA = b"""<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 this file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
"""


def badge_file(credential: bytes) -> Attachment:
    """The badge of a certificate as the file in its paper (Open Badges 3.0, 5.3: the credential travels with the picture)."""
    return Attachment(FILE_NAME, MEDIA_TYPE, DESCRIPTION, credential)


class BundledOnly(URLFetcher):
    """Gives out the drawings of one template version and refuses every other address: no network, no other file."""

    def __init__(self, folder: Path, recolour: Callable[[str], str] = str) -> None:
        """Reads the drawings once; later fetches come from memory."""
        super().__init__()
        self.files = {
            path.as_uri(): ("image/svg+xml", recolour(path.read_text("utf-8")).encode())
            for path in folder.glob("*.svg")
        }

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The drawing behind `url`. Raises PermissionError for anything else."""
        if url not in self.files:
            raise PermissionError("a certificate may load nothing but the drawings of its template")
        media_type, content = self.files[url]
        return URLFetcherResponse(url, content, headers={"Content-Type": media_type})

    def also(self, files: dict[str, tuple[str, bytes]]) -> BundledOnly:
        """The same with some files that belong to one certificate only."""
        other = BundledOnly.__new__(BundledOnly)
        URLFetcher.__init__(other)
        other.files = {**self.files, **files}
        return other


class Template:
    """One template version in one pair of colours, with everything prepared that can be: fonts, style sheet, template."""

    def __init__(self, version: str, primary: str = PRIMARY, accent: str = ACCENT) -> None:
        """Raises LookupError if there is no such version, ValueError for a colour that is none."""
        folder = TEMPLATES / version
        if not version.isalnum() or not folder.is_dir():
            raise LookupError(f"unknown certificate template: {version}")
        if not _COLOUR.fullmatch(primary) or not _COLOUR.fullmatch(accent):
            raise ValueError("a colour is written #RRGGBB")
        self.version = version
        self.colours = (primary, accent)
        self._colours = {PRIMARY: primary, ACCENT: accent}
        self.fonts = FontConfiguration()
        self.fetcher = BundledOnly(folder, self._recoloured)
        self.css = self._style(folder / "certificate.css")
        self.sample_css = self._style(folder / "sample.css")
        environment = ImmutableSandboxedEnvironment(
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self.html = environment.from_string(
            self._recoloured((folder / "certificate.html").read_text("utf-8"))
        )

    def _recoloured(self, text: str) -> str:
        return re.sub(f"{PRIMARY}|{ACCENT}", lambda found: self._colours[found[0]], text)

    def _style(self, path: Path) -> CSS:
        return CSS(
            string=self._recoloured(path.read_text("utf-8")),
            base_url=path.as_uri(),
            font_config=self.fonts,
            url_fetcher=self.fetcher,
        )

    def words(self, payload: dict[str, Any], *, logo: bytes = b"", sealed: str = "") -> dict[str, Any]:
        """Everything that the page prints of a payload, fitted into its lines.

        Raises UndrawableLetters (not the first version, which is frozen with the boxes it would print).
        """
        first = self.version == FIRST_VERSION
        if not first:
            payload = composed(payload)
            refuse_undrawable(payload)
        words = view(payload)
        if not first:
            words["name_size"], words["holder_lines"] = fitted(words["holder_name"], NAME_SIZES)
            words["course_size"], words["course_lines"] = fitted(words["course_title"], COURSE_SIZES)
            words["roomy"] = not any(
                "\n" in words[name] for name in ("holder_lines", "course_lines", "unit_lines")
            )
        words["sealed"] = sealed
        words["has_logo"] = bool(logo)
        words["name_face"] = "plain" if serif_has(words["holder_name"]) else "extended"
        words["course_face"] = "plain" if serif_has(words["course_title"]) else "extended"
        return words

    def page(self, html: str, *, sample: bool, logo: bytes = b"") -> Document:
        """A filled-in page of this template, laid out."""
        fetcher = self.fetcher.also({LOGO: ("image/png", logo)}) if logo else self.fetcher
        styles = [self.css, self.sample_css] if sample else [self.css]
        document = HTML(string=html, url_fetcher=fetcher).render(
            font_config=self.fonts, stylesheets=styles, pdf_variant=VARIANT
        )
        declare_accessible(document)
        return document

    def lay_out(
        self, payload: dict[str, Any], *, sample: bool, logo: bytes = b"", sealed: str = ""
    ) -> Document:
        """The laid-out document, for writing and for tests that look at boxes. Raises what `words` raises."""
        words = self.words(payload, logo=logo, sealed=sealed)
        return self.page(self.html.render(words), sample=sample, logo=logo)

    def render(
        self,
        payload: dict[str, Any],
        *,
        sample: bool,
        attachments: Sequence[Attachment] = (),
        logo: bytes = b"",
        sealed: str = "",
    ) -> bytes:
        """The PDF bytes. `sample` marks every page CONTOH; `sealed` is the kind of signature that will be put on it."""
        document = self.lay_out(payload, sample=sample, logo=logo, sealed=sealed)
        day = issue_day(payload)
        files = [embedded(attachment, self.fetcher, day) for attachment in attachments]
        written: bytes = document.write_pdf(pdf_variant=VARIANT, attachments=files)
        return written


def issue_day(payload: dict[str, Any]) -> datetime:
    """The day that a file bears, and what is attached to it."""
    return datetime.fromisoformat(payload["issued_on"]).replace(tzinfo=UTC)


def embedded(attachment: Attachment, fetcher: BundledOnly, day: datetime) -> EmbeddedFile:
    """A file as WeasyPrint takes it in, dated `day`."""
    # Handed over under an address of its own, because only a fetched file keeps its media type.
    address = f"netra:attachment/{attachment.name}"
    return EmbeddedFile(
        url=address,
        url_fetcher=fetcher.also({address: (attachment.media_type, attachment.content)}),
        name=attachment.name,
        description=attachment.description,
        created=day,
        modified=day,
        relationship=attachment.relationship,
    )


@lru_cache(maxsize=64)
def template(version: str, primary: str = "", accent: str = "") -> Template:
    """The template of a version in these colours (empty: the house's own), prepared once per process."""
    return Template(version, primary or PRIMARY, accent or ACCENT)


def declare_accessible(document: Document) -> None:
    """Add the PDF/UA-1 mark to the metadata that WeasyPrint writes for PDF/A."""
    generate: Callable[..., bytes] = document.metadata.generate_rdf_metadata

    def with_mark(*args: Any, **kwargs: Any) -> bytes:
        xmp = generate(*args, **kwargs)
        head, closing, tail = xmp.rpartition(b"</rdf:RDF>")
        if not closing:
            raise ValueError("the metadata has no RDF block")
        return head + _UA_METADATA + closing + tail

    document.metadata.generate_rdf_metadata = with_mark
