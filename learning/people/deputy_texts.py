"""Sentences about deputies, and words for what they did."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

TEXTS: dict[str, Any] = {
    "people.deputy_begins_past": _l("Hari pertama sudah lewat. Pilih hari ini atau sesudahnya."),
    "people.deputy_order": _l("Hari terakhir mendahului hari pertama."),
    "people.deputy_too_long": _l(
        "Paling lama %(most)s hari. Bila perlu lebih lama, mintalah admin instansi menunjuk atasan baru."
    ),
    "people.deputy_too_far": _l("Hari pertama paling jauh %(most)s hari dari sekarang."),
    "people.deputy_unknown": _l(
        "Tidak ada pegawai aktif dengan NIP itu di instansi unit ini. Periksa angkanya."
    ),
    "people.deputy_self": _l("Itu NIP Anda sendiri. Isi NIP orang yang akan mewakili Anda."),
    "people.deputy_reason": _l("Tulis alasannya, 5 sampai 300 huruf."),
    "people.deputy_no_seat": _l(
        "Anda belum tercatat menduduki jabatan. Hubungi bagian kepegawaian instansi Anda."
    ),
    "people.deputy_stands": _l("Unit ini sudah punya wakil. Akhiri penyerahan itu lebih dahulu."),
    "people.deputy_unknown_one": _l("Penyerahan tugas ini tidak ditemukan."),
    "people.deputy_ended": _l("Penyerahan tugas ini sudah berakhir."),
}

DEPUTY_ACTS = {
    "people.profile": _l("Melihat halaman seorang pegawai"),
    "records.people_reminded": _l("Mengingatkan pegawai yang belum lulus"),
    "records.export_ordered": _l("Meminta berkas daftar pegawai"),
    "records.people_exported": _l("Mengunduh daftar pegawai"),
}
"""What a deputy did in the giver's name, as both read it."""
