"""Drawing and signing the paper of a receipt, in the rendering process; slow, outside any write section."""

from __future__ import annotations

from certificates.letterheads import emblem_content
from certificates.papers import sealed_by
from certificates.pdf.attaching import Attachment
from certificates.receipts import queries, services
from certificates.receipts.payload import FILE_NAME
from certificates.receipts.queries import PaperRow
from certificates.rendering import Paper, drawn_once, renderer
from certificates.signing.backend import SigningBackend
from certificates.signing.choosing import backend
from learning.kernel import clock
from learning.kernel.config import Settings
from learning.kernel.transaction import write

DESCRIPTION = "Isi tanda terima; SHA-256 berkas ini tercetak sebagai sidik tanda terima"


def make(row: PaperRow, settings: Settings, *, remote: SigningBackend | None = None) -> Paper:
    """Draw and sign the paper. Raises RenderingFailed, SigningFailed, SigningRefused."""
    paper = renderer().paper(
        row.payload.to_json(),
        template=row.template,
        sample=settings.demo,
        attachments=[_facts(row)],
        logo=emblem_content(row.payload.issuer.logo),
        sealed=sealed_by(settings.signing),
        signing=None if remote or settings.signing.kind == "none" else settings.signing,
    )
    if remote is None:
        return paper
    signed = remote.sign_pdf(paper.content, reason=f"Tanda terima {row.number}")
    return Paper(signed.pdf, signed.chain)


def unsigned(row: PaperRow, settings: Settings) -> bytes:
    """The paper where nothing signs: drawn when first asked for, then from the cache. Raises RenderingFailed."""
    name = f"{row.payload.fingerprint}{'-contoh' if settings.demo else ''}.pdf"
    path = settings.instance / "certificates" / row.template / row.payload.fingerprint[:2] / name
    return drawn_once(path, lambda: make(row, settings).content)


def make_kept(row: PaperRow, settings: Settings, *, remote: SigningBackend | None = None) -> None:
    """Make and keep the paper unless it is kept already. Raises what `make` raises."""
    if queries.stored(row.id) is None:
        paper = make(row, settings, remote=remote)
        write(services.keep, paper_id=row.id, paper=paper, now=clock.now())


def served(row: PaperRow, settings: Settings) -> bytes:
    """The bytes that a download gives, made and kept first where needed; waits for whoever signs. Raises what `make` raises."""
    if settings.signing.kind == "none":
        kept = queries.stored(row.id)
        return kept.content if kept else unsigned(row, settings)
    make_kept(row, settings, remote=backend(settings.signing) if settings.signing.remote else None)
    kept = queries.stored(row.id)
    assert kept is not None
    return kept.content


def _facts(row: PaperRow) -> Attachment:
    return Attachment(FILE_NAME, "application/json", DESCRIPTION, row.payload.file, relationship="Data")
