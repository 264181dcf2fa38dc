"""Papers that are no certificates: upright A4, one template and one style sheet in a folder each.

Same engine, fonts and standards as the certificate. The folder's name is kind and version (`receipt1`); like those of
certificates a version is never edited after a release.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from certificates.pdf import appreciation_view, edition_view, receipt_view
from certificates.pdf.attaching import Attachment
from certificates.pdf.engine import (
    ACCENT,
    LOGO,
    PRIMARY,
    TEMPLATES,
    VARIANT,
    BundledOnly,
    declare_accessible,
    embedded,
)
from certificates.pdf.letters import composed, refuse_undrawable

VIEWS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "receipt": receipt_view.view,
    "edition": edition_view.view,
    "appreciation": appreciation_view.view,
}
_NAME = re.compile(r"([a-z]+)[0-9]+")


def is_sheet(name: str) -> bool:
    """Whether a template is one of these and not of a certificate."""
    found = _NAME.fullmatch(name)
    return found is not None and found[1] in VIEWS


class Sheet:
    """One template version in one pair of colours, prepared once."""

    def __init__(self, name: str, primary: str = PRIMARY, accent: str = ACCENT) -> None:
        """Raises LookupError if there is no such version."""
        folder, found = TEMPLATES / name, _NAME.fullmatch(name)
        if found is None or found[1] not in VIEWS or not folder.is_dir():
            raise LookupError(f"unknown template: {name}")
        self._view = VIEWS[found[1]]
        self._colours = {PRIMARY: primary, ACCENT: accent}
        self.fonts = FontConfiguration()
        self.fetcher = BundledOnly(folder, self._recoloured)
        self.css = self._style(folder / "sheet.css")
        self.sample_css = self._style(folder / "sample.css")
        environment = ImmutableSandboxedEnvironment(
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self.html = environment.from_string(self._recoloured((folder / "sheet.html").read_text("utf-8")))

    def render(
        self,
        payload: dict[str, Any],
        *,
        sample: bool,
        attachments: Sequence[Attachment] = (),
        logo: bytes = b"",
        sealed: str = "",
    ) -> bytes:
        """The PDF bytes; equal input gives equal bytes. Raises UndrawableLetters, and ValueError for an unknown payload."""
        payload = composed(payload)
        refuse_undrawable(payload)
        words = {**self._view(payload), "sealed": sealed, "has_logo": bool(logo)}
        fetcher = self.fetcher.also({LOGO: ("image/png", logo)}) if logo else self.fetcher
        document = HTML(string=self.html.render(words), url_fetcher=fetcher).render(
            font_config=self.fonts,
            stylesheets=[self.css, self.sample_css] if sample else [self.css],
            pdf_variant=VARIANT,
        )
        declare_accessible(document)
        day = datetime.fromisoformat(payload["made_at"])
        files = [embedded(attachment, self.fetcher, day) for attachment in attachments]
        written: bytes = document.write_pdf(pdf_variant=VARIANT, attachments=files)
        return written

    def _recoloured(self, text: str) -> str:
        return re.sub(f"{PRIMARY}|{ACCENT}", lambda found: self._colours[found[0]], text)

    def _style(self, path: Path) -> CSS:
        return CSS(
            string=self._recoloured(path.read_text("utf-8")),
            base_url=path.as_uri(),
            font_config=self.fonts,
            url_fetcher=self.fetcher,
        )


@lru_cache(maxsize=32)
def sheet(name: str, primary: str = "", accent: str = "") -> Sheet:
    """The sheet of this name in these colours (empty: the house's own), prepared once per process."""
    return Sheet(name, primary or PRIMARY, accent or ACCENT)
