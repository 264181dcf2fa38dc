"""From the frozen words of a receipt to those on its paper. Pure: the template only places what is decided here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from certificates import codes
from certificates.indonesian import NBSP, date_words, number_words
from certificates.qr import qr_path
from certificates.receipts.payload import PaperPayload, ReceiptKind, from_json

TITLES = {
    ReceiptKind.ELIGIBILITY: "Tanda terima pemeriksaan kelayakan",
    ReceiptKind.CERTIFICATES: "Tanda terima pemeriksaan sertifikat",
}
# What is counted, in this order; a row stands even at nought, so that nobody wonders what was left out.
ROWS = {
    ReceiptKind.ELIGIBILITY: (
        ("ELIGIBLE", "Memenuhi"),
        ("NOT_YET", "Belum memenuhi"),
        ("UNDETERMINED", "Perlu diperiksa"),
        ("REFUSED", "Tidak diperiksa (baris keliru, berulang, atau di luar kewenangan pemesan)"),
    ),
    ReceiptKind.CERTIFICATES: (
        ("VALID", "Berlaku"),
        ("EXPIRED", "Kedaluwarsa"),
        ("REVOKED", "Dicabut"),
        ("SUPERSEDED", "Diganti"),
        ("UNKNOWN", "Tidak ditemukan"),
        ("MISTYPED", "Salah tulis"),
        ("NUMBER_NOT_ANSWERED", "Nomor tidak dilayani"),
    ),
}
_ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def view(data: dict[str, Any]) -> dict[str, Any]:
    """Everything the template prints, as texts and numbers. Raises ValueError for a payload it does not know."""
    paper = from_json(data)
    qr, parts, rule = qr_path(paper.qr_text), urlsplit(paper.verify_url), paper.rule
    return {
        "title": TITLES[paper.kind],
        "eligibility": paper.kind is ReceiptKind.ELIGIBILITY,
        "number": paper.number,
        "code": codes.display(paper.code),
        "made_iso": paper.made_at[:10],
        "facts": _facts(paper),
        "rows": [(words, number_words(paper.counts.get(key, 0))) for key, words in ROWS[paper.kind]],
        "total": number_words(paper.total),
        "result_hash": paper.result_hash,
        "fingerprint": paper.fingerprint,
        "form": paper.form,
        "head": "[tab]".join(
            (paper.form, rule.key, str(rule.version), paper.as_of or "", paper.known_at) if rule else ()
        ),
        "institution": paper.issuer.institution.upper(),
        "institution_name": paper.issuer.institution,
        "parent": paper.issuer.parent,
        "address": paper.issuer.address,
        "verify_url": paper.verify_url,
        "verify_short": parts.netloc + parts.path,
        "host": parts.netloc,
        "qr_data": qr.data,
        "qr_size": qr.size,
    }


def _facts(paper: PaperPayload) -> list[tuple[str, str]]:
    facts = [("Dipesan oleh", paper.ordered_by)]
    if paper.kind is ReceiptKind.ELIGIBILITY:
        facts.append(("Lingkup", paper.agency or "Semua instansi"))
    if paper.rule is not None:
        facts += [
            ("Aturan", f"{paper.rule.title} (kunci {paper.rule.key}, versi{NBSP}{paper.rule.version})"),
            ("Dasar aturan", paper.rule.basis or "Tidak dicantumkan pembuat aturan"),
        ]
    if paper.as_of is not None:
        facts.append(("Tanggal efektif", date_words(date.fromisoformat(paper.as_of))))
        facts.append(("Menurut yang diketahui", _moment(paper.known_at, paper.timezone)))
    facts.append(("Diputus", _moment(paper.made_at, paper.timezone)))
    return facts


def _moment(value: str, zone: str) -> str:
    at = datetime.fromisoformat(value).astimezone(ZoneInfo(zone))
    return f"{date_words(at.date())} pukul {at:%H.%M}{NBSP}{_ZONES.get(zone, zone)}"
