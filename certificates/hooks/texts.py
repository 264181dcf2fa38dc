"""Sentences about subscriptions and their messages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from certificates.hooks.kinds import HookKind

TEXTS: dict[str, Any] = {
    "hooks.agency_unknown": _l("Pilih instansi yang Anda kelola."),
    "hooks.url": _l(
        "Tulis alamat https dengan nama lengkap, misalnya https://simpeg.contoh.go.id/netra. Alamat IP dan nama"
        " jaringan dalam tidak diterima."
    ),
    "hooks.kinds": _l("Pilih paling sedikit satu jenis kabar."),
    "hooks.too_many": _l("Paling banyak %(max)d langganan untuk satu instansi. Akhiri yang tidak dipakai."),
    "hooks.made_already": _l("Langganan ini sudah dibuat, dan kuncinya hanya ditampilkan sekali."),
    "hooks.ended": _l("Langganan ini sudah diakhiri."),
    "hooks.unknown": _l("Langganan ini tidak ada, atau bukan milik instansi yang Anda kelola."),
}
KINDS: dict[HookKind, Any] = {
    HookKind.ISSUED: _l("Sertifikat terbit"),
    HookKind.SUPERSEDED: _l("Sertifikat diganti"),
    HookKind.REVOKED: _l("Sertifikat dicabut"),
    HookKind.EXPIRING: _l("Sertifikat hampir kedaluwarsa (30 hari lagi)"),
    HookKind.EXPIRED: _l("Sertifikat kedaluwarsa"),
    HookKind.RULE_APPROVED: _l("Versi aturan disetujui"),
    HookKind.RULE_IN_FORCE: _l("Versi aturan mulai berlaku"),
    HookKind.RULE_ENDED: _l("Aturan berakhir"),
    HookKind.EXEMPTION_GRANTED: _l("Pengecualian diberikan"),
    HookKind.EXEMPTION_ENDED: _l("Pengecualian berakhir"),
    HookKind.PERSON_JOINED: _l("Pegawai masuk ke instansi"),
    HookKind.PERSON_MOVED: _l("Pegawai pindah unit"),
    HookKind.PERSON_LEFT: _l("Pegawai keluar dari instansi"),
    HookKind.PING: _l("Uji coba"),
}
PROBLEMS: dict[str, Any] = {
    "": "",
    "address": _l("Alamatnya tidak dapat dipakai."),
    "no_such_name": _l("Nama servernya tidak ditemukan."),
    "not_public": _l("Nama itu menuju jaringan dalam, jadi tidak dihubungi."),
    "certificate": _l("Sertifikat TLS server itu tidak sah."),
    "timeout": _l("Tidak ada jawaban pada waktunya."),
    "connection": _l("Sambungan ditolak atau terputus."),
    "refused": _l("Server menjawab, tetapi bukan dengan 2xx. Pengalihan tidak diikuti."),
}
