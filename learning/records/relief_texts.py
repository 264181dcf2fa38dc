"""Sentences for refusals about exemptions and extensions, and words for their codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from learning.records.exemption_models import ReliefKind, ReliefOutcome, ReliefReason

TEXTS = {
    "records.relief_unknown": _l("Usulan ini tidak ada."),
    "records.relief_kind": _l("Pilih pengecualian atau perpanjangan tenggat."),
    "records.relief_past": _l("Hari itu sudah lewat. Pilih hari ini atau sesudahnya."),
    "records.relief_far": _l(
        "Hari itu lebih dari satu tahun lagi. Pilih hari yang lebih dekat; bila masih perlu, usulkan lagi nanti dengan bukti "
        "yang baru."
    ),
    "records.relief_no_date": _l(
        "Kursus ini tidak bertenggat bagi orang ini, jadi tidak ada yang diperpanjang."
    ),
    "records.relief_not_later": _l("Hari itu tidak lebih lambat daripada tenggat yang berlaku sekarang."),
    "records.relief_no_duty": _l(
        "Orang ini sudah lulus atau tidak lagi mengikuti kursus itu, jadi tidak ada yang perlu dikecualikan."
    ),
    "records.relief_open": _l(
        "Untuk orang dan kursus ini sudah ada usulan yang menunggu. Putuskan atau tarik dahulu usulan itu."
    ),
    "records.relief_late": _l(
        "Hari yang diusulkan sudah lewat sebelum diputuskan. Kembalikan usulan ini; yang baru dapat diajukan."
    ),
    "records.relief_over": _l("Pengecualian atau perpanjangan ini sudah tidak berlaku."),
    "records.relief_decided": _l("Usulan ini sudah diputuskan atau ditarik."),
    "records.relief_oneself": _l("Usulan tentang diri sendiri dibuat dan diputuskan oleh orang lain."),
    "records.relief_second_person": _l("Usulan Anda sendiri harus diputuskan oleh orang kedua."),
    "records.relief_note_missing": _l("Tulis penjelasan yang akan dibaca orang itu."),
    "records.relief_evidence_missing": _l(
        "Sebutkan buktinya: nomor dan tanggal surat, serta tempat menyimpannya."
    ),
    "records.relief_remark_missing": _l("Tulis mengapa usulan ini dikembalikan."),
    "records.relief_text_long": _l("Terlalu panjang: paling banyak %(max)s huruf."),
}
KINDS = {
    ReliefKind.EXEMPTION: _l("Pengecualian"),
    ReliefKind.EXTENSION: _l("Perpanjangan tenggat"),
    ReliefKind.ENDING: _l("Pengakhiran lebih awal"),
}
REASONS = {
    ReliefReason.LEAVE_UNPAID: _l("Cuti di luar tanggungan negara"),
    ReliefReason.LEAVE_ILLNESS: _l("Cuti sakit"),
    ReliefReason.LEAVE_BIRTH: _l("Cuti melahirkan"),
    ReliefReason.STUDY: _l("Tugas belajar"),
    ReliefReason.SECONDED: _l("Penugasan di luar instansi"),
    ReliefReason.SUSPENDED: _l("Diberhentikan sementara"),
    ReliefReason.DISASTER: _l("Bencana atau keadaan darurat"),
    ReliefReason.NO_ACCESS: _l("Tidak ada jaringan di tempat tugas"),
    ReliefReason.OTHER: _l("Alasan lain, diterangkan di bawah"),
}
OUTCOMES = {
    ReliefOutcome.APPROVED: _l("Disetujui"),
    ReliefOutcome.RETURNED: _l("Dikembalikan"),
    ReliefOutcome.WITHDRAWN: _l("Ditarik pengusul"),
}
OUTCOME_TONE = {
    ReliefOutcome.APPROVED: ("ok", "circle-check"),
    ReliefOutcome.RETURNED: ("warn", "rotate-ccw"),
    ReliefOutcome.WITHDRAWN: ("", "circle-x"),
}
