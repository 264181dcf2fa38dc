"""What papers of receipts look like, for tests that need no database."""

from __future__ import annotations

from certificates.composing import default_issuer
from certificates.payload import Issuer
from certificates.receipts.payload import FILE_FORM, PaperPayload, ReceiptKind, RuleFacts

CODE = "K7QF2M9TXR4C8HPW3D5N0BZ6KYA1GE"
URL = "https://netra.contoh.go.id/verifikasi/tanda-terima/K7QF2-M9TXR-4C8HP-W3D5N-0BZ6K-YA1GE"


def eligibility() -> PaperPayload:
    """A receipt of an agency with a letterhead and long names."""
    return PaperPayload(
        kind=ReceiptKind.ELIGIBILITY,
        number="TT-000012/2026",
        code=CODE,
        agency="Pemerintah Kabupaten Sagara Timur",
        ordered_by="Bidang Mutasi, Promosi, dan Pengembangan Kompetensi Aparatur, Pemerintah Kabupaten Sagara Timur",
        timezone="Asia/Makassar",
        rule=RuleFacts(
            "naik-pengawas",
            "Kenaikan jabatan pengawas",
            3,
            "Keputusan Bupati Sagara Timur Nomor 12 Tahun 2026 tentang Syarat Sertifikat Netralitas",
            "a" * 64,
        ),
        as_of="2026-04-01",
        known_at="2026-03-02T01:02:03.123+00:00",
        made_at="2026-03-02T01:05:03.123+00:00",
        total=1_250,
        counts={"ELIGIBLE": 1_000, "NOT_YET": 200, "UNDETERMINED": 30, "REFUSED": 20},
        form="netra-kelayakan-1",
        result_hash="ab12" * 16,
        issuer=Issuer(
            "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
            "Pemerintah Kabupaten Sagara Timur",
            "Jalan Merdeka 1, Wanaraya",
            "",
            "",
            "",
            "",
        ),
        verify_url=URL,
        qr_text=URL.upper(),
    )


def certificates() -> PaperPayload:
    """A receipt that a visitor got for a list of certificates."""
    return PaperPayload(
        kind=ReceiptKind.CERTIFICATES,
        number="TS-000007/2026",
        code=CODE,
        agency="",
        ordered_by="Pengunjung tanpa akun",
        timezone="Asia/Jakarta",
        rule=None,
        as_of=None,
        known_at="2026-03-02T01:05:03.123+00:00",
        made_at="2026-03-02T01:05:03.123+00:00",
        total=4,
        counts={"VALID": 3, "REVOKED": 1},
        form=FILE_FORM,
        result_hash="cd34" * 16,
        issuer=default_issuer("Netra"),
        verify_url=URL,
        qr_text=URL.upper(),
    )
