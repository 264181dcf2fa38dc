"""Payload in, PDF bytes out: the part that knows WeasyPrint.

Import it only where a certificate is really rendered (the worker process, tests): importing costs half a second,
and `FONTCONFIG_FILE` has to be set before. Output is PDF/A-3a and PDF/UA-1 and byte-identical for equal input.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from certificates.fontfolder import use_bundled_fonts

use_bundled_fonts(os.environ)

from jinja2 import StrictUndefined  # noqa: E402
from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: E402
from weasyprint import CSS, HTML  # noqa: E402
from weasyprint.document import Document  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: E402

from certificates.pdf.view import view  # noqa: E402

VARIANT = "pdf/a-3a"
TEMPLATES = Path(__file__).parent
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


class BundledOnly(URLFetcher):
    """Gives out the drawings of one template version and refuses every other address: no network, no other file."""

    def __init__(self, folder: Path) -> None:
        """Reads the drawings once; later fetches come from memory."""
        super().__init__()
        self.drawings = {path.as_uri(): path.read_bytes() for path in folder.glob("*.svg")}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The drawing behind `url`. Raises PermissionError for anything else."""
        if url not in self.drawings:
            raise PermissionError("a certificate may load nothing but the drawings of its template")
        return URLFetcherResponse(url, self.drawings[url], headers={"Content-Type": "image/svg+xml"})


class Template:
    """One template version with everything that can be prepared once: fonts, style sheet, compiled template."""

    def __init__(self, version: str) -> None:
        """Raises LookupError if there is no such version."""
        folder = TEMPLATES / version
        if not version.isalnum() or not folder.is_dir():
            raise LookupError(f"unknown certificate template: {version}")
        self.fonts = FontConfiguration()
        self.fetcher = BundledOnly(folder)
        self.css = self._style(folder / "certificate.css")
        self.sample_css = self._style(folder / "sample.css")
        environment = ImmutableSandboxedEnvironment(
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self.html = environment.from_string((folder / "certificate.html").read_text("utf-8"))

    def _style(self, path: Path) -> CSS:
        return CSS(
            string=path.read_text("utf-8"),
            base_url=path.as_uri(),
            font_config=self.fonts,
            url_fetcher=self.fetcher,
        )

    def lay_out(self, payload: dict[str, Any], *, sample: bool) -> Document:
        """The laid-out document, for writing and for tests that look at boxes."""
        html = self.html.render(view(payload))
        styles = [self.css, self.sample_css] if sample else [self.css]
        document = HTML(string=html, url_fetcher=self.fetcher).render(
            font_config=self.fonts, stylesheets=styles, pdf_variant=VARIANT
        )
        _declare_accessible(document)
        return document

    def render(self, payload: dict[str, Any], *, sample: bool) -> bytes:
        """The PDF bytes. `sample` marks every page CONTOH."""
        written: bytes = self.lay_out(payload, sample=sample).write_pdf(pdf_variant=VARIANT)
        return written


@cache
def template(version: str) -> Template:
    """The template of a version, prepared once per process."""
    return Template(version)


def _declare_accessible(document: Document) -> None:
    """Add the PDF/UA-1 mark to the metadata that WeasyPrint writes for PDF/A."""
    generate: Callable[..., bytes] = document.metadata.generate_rdf_metadata

    def with_mark(*args: Any, **kwargs: Any) -> bytes:
        xmp = generate(*args, **kwargs)
        head, closing, tail = xmp.rpartition(b"</rdf:RDF>")
        if not closing:
            raise ValueError("the metadata has no RDF block")
        return head + _UA_METADATA + closing + tail

    document.metadata.generate_rdf_metadata = with_mark
