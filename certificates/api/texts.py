"""Sentences of the interface: refusals (also the detail of a problem), faults of a request, words for scopes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from certificates.api.scopes import Scope

TEXTS: dict[str, Any] = {
    # For machines
    "api.token_missing": _l("Kirim token pada kepala Authorization: Bearer. Kuki masuk tidak berlaku di sini."),
    "api.token_invalid": _l("Token tidak dikenal, sudah dicabut, atau lewat masanya. Minta admin instansi membuat yang baru."),
    "api.scope_missing": _l("Token ini tidak dibuat untuk %(scope)s. Minta admin instansi membuat token dengan izin itu."),
    "api.too_many": _l("Terlalu banyak permintaan. Coba lagi dalam %(retry_after)s detik."),
    "api.not_found": _l("Tidak ada yang ditemukan di alamat ini."),
    "api.person_unknown": _l("NIP ini tidak tercatat pada instansi pemilik token."),
    "api.certificate_unknown": _l("Sertifikat ini tidak ada, atau bukan milik pegawai instansi pemilik token."),
    "api.code_unknown": _l("Tidak ada sertifikat dengan kode ini."),
    "api.message_unknown": _l("Tidak ada pesan tentang seorang pegawai dengan nomor ini untuk instansi pemilik token."),
    "api.receipt_unknown": _l("Tidak ada tanda terima dengan kode ini."),
    "api.submission_unknown": _l("Tidak ada penyerahan dengan nomor ini untuk instansi pemilik token."),
    "api.rule_unknown": _l("Tidak ada aturan dengan kunci ini untuk instansi pemilik token."),
    "api.request_invalid": _l("Permintaan tidak sesuai uraian antarmuka. Perbaiki bagian yang disebut pada errors."),
    "api.json_invalid": _l("Badan permintaan bukan JSON yang sah dalam UTF-8."),
    "api.cursor_invalid": _l("Kursor ini bukan dari daftar yang sama. Mulai lagi tanpa kursor."),
    "api.media_type": _l("Kirim badan permintaan sebagai %(wanted)s."),
    "api.not_acceptable": _l("Jawaban hanya tersedia sebagai %(wanted)s."),
    "api.key_reused": _l("Idempotency-Key ini sudah dipakai untuk permintaan yang lain. Buat kunci baru."),
    "api.key_in_progress": _l("Permintaan dengan Idempotency-Key ini masih dikerjakan. Ulangi sebentar lagi."),
    "api.key_form": _l("Idempotency-Key terdiri atas 1 sampai 100 huruf, angka, garis, atau titik."),
    "api.day_out_of_range": _l("%(name)s harus antara %(first)s dan %(last)s."),
    "api.moment_ahead": _l("known_at tidak boleh sesudah sekarang."),
    # For the admin's pages
    "api.token_name": _l("Tulis nama sistem yang memakai token, paling banyak 80 huruf."),
    "api.token_purpose": _l("Tulis keperluan token, paling banyak 60 huruf."),
    "api.token_scopes": _l("Pilih paling sedikit satu izin."),
    "api.token_days": _l("Masa berlaku antara 1 dan 365 hari."),
    "api.token_made_already": _l(
        "Token ini sudah dibuat, dan rahasianya hanya ditampilkan sekali. Bila hilang, cabut lalu buat yang baru."
    ),
    "api.token_unknown": _l("Token ini tidak ada, atau bukan milik instansi yang Anda kelola."),
    "api.token_revoked": _l("Token ini sudah dicabut."),
    "api.agency_unknown": _l("Pilih instansi yang Anda kelola."),
}  # fmt: skip

SCOPES: dict[Scope, Any] = {
    Scope.ELIGIBILITY_READ: _l("Memeriksa kelayakan pegawai instansi dan membaca aturan"),
    Scope.CERTIFICATES_READ: _l("Membaca sertifikat pegawai instansi"),
    Scope.CERTIFICATES_VERIFY: _l("Memverifikasi sertifikat dengan kodenya"),
    Scope.TRAINING_HISTORY_READ: _l("Membaca riwayat pelatihan pegawai instansi"),
    Scope.TRAINING_HISTORY_SUBMIT: _l("Menyerahkan riwayat pelatihan ke antrean"),
}

# Code of a fault -> what the request must be instead.
FAULTS: dict[str, Any] = {
    "type": _l("Jenis nilainya harus %(wanted)s."),
    "enum": _l("Nilainya harus salah satu dari: %(wanted)s."),
    "pattern": _l("Nilainya harus sesuai pola %(wanted)s."),
    "format": _l("Tulis menurut RFC 3339 sebagai %(wanted)s."),
    "minLength": _l("Paling sedikit %(wanted)s huruf."),
    "maxLength": _l("Paling banyak %(wanted)s huruf."),
    "minimum": _l("Paling sedikit %(wanted)s."),
    "maximum": _l("Paling banyak %(wanted)s."),
    "minItems": _l("Paling sedikit %(wanted)s isian."),
    "maxItems": _l("Paling banyak %(wanted)s isian."),
    "required": _l("Wajib diisi."),
    "unknown": _l("Nama ini tidak dikenal."),
    "twice": _l("Hanya boleh sekali."),
}


def fault_sentence(code: str, params: Any) -> str:
    """What is wrong with one part of a request, in words."""
    return str(FAULTS[code]) % dict(params)
