"""Sentences for refusals about outages and recomputed dates, and words for their codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from learning.records.kinds import OutageKind
from learning.records.moving_models import OutageOutcome

TEXTS = {
    "records.redating_unknown": _l("Perhitungan tenggat ini tidak ditemukan."),
    "records.redating_runs": _l("Perhitungan ini masih berjalan atau sudah selesai."),
    "records.outage_unknown": _l("Gangguan ini tidak tercatat."),
    "records.outage_order": _l("Gangguan harus berakhir sesudah dimulai. Periksa kedua waktunya."),
    "records.outage_future": _l("Catat gangguan sesudah berakhir. Waktu berakhirnya belum lewat."),
    "records.outage_short": _l(
        "Gangguan di bawah %(minutes)s menit tidak menggeser tenggat: jawaban tetap tersimpan dan dapat dilanjutkan."
    ),
    "records.outage_long": _l(
        "Gangguan lebih dari %(days)s hari tidak dicatat di sini. Geser tahapan pemilihan atau tenggat penugasannya."
    ),
    "records.outage_same": _l("Gangguan dengan waktu yang sama sudah diusulkan atau sudah disetujui."),
    "records.outage_decided": _l("Usulan ini sudah diputuskan atau ditarik."),
    "records.outage_second_person": _l("Usulan Anda sendiri harus diputuskan oleh orang kedua."),
    "records.outage_note_missing": _l("Tulis penjelasan yang akan dibaca para pegawai."),
    "records.outage_evidence_missing": _l(
        "Sebutkan buktinya: catatan pemantauan, laporan, atau nomor surat."
    ),
    "records.outage_remark_missing": _l("Tulis mengapa usulan ini dikembalikan."),
    "records.outage_text_long": _l("Terlalu panjang: paling banyak %(max)s huruf."),
    "records.outage_nobody": _l("Tidak ada pegawai aktif dengan NIP itu yang mengelola seluruh Netra."),
}
OUTAGE_KINDS = {
    OutageKind.EVERYTHING: _l("Seluruh Netra tidak dapat dibuka"),
    OutageKind.SIGN_IN: _l("Tidak dapat masuk"),
    OutageKind.LESSONS: _l("Kursus tidak dapat dibuka"),
    OutageKind.QUIZ: _l("Kuis tidak dapat dikerjakan atau dikumpulkan"),
}
OUTAGE_SAID = {
    OutageKind.EVERYTHING: _l("Netra tidak dapat dibuka"),
    OutageKind.SIGN_IN: _l("pegawai tidak dapat masuk ke Netra"),
    OutageKind.LESSONS: _l("kursus tidak dapat dibuka"),
    OutageKind.QUIZ: _l("kuis tidak dapat dikerjakan atau dikumpulkan"),
}
OUTAGE_OUTCOMES = {
    OutageOutcome.APPROVED: _l("Disetujui"),
    OutageOutcome.RETURNED: _l("Dikembalikan"),
    OutageOutcome.WITHDRAWN: _l("Ditarik pengusul"),
}
OUTAGE_TONE = {
    OutageOutcome.APPROVED: ("ok", "circle-check"),
    OutageOutcome.RETURNED: ("warn", "rotate-ccw"),
    OutageOutcome.WITHDRAWN: ("", "circle-x"),
}
