"""Sentences for this package's refusals and states. Those of rules and verdicts: `rule_texts`."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from certificates.models import RevocationReason
from certificates.status import State

TEXTS = {
    "certificates.unknown": _l("Sertifikat ini tidak ada, atau tidak termasuk yang boleh Anda lihat."),
    "certificates.already_revoked": _l("Sertifikat ini sudah dicabut sebelumnya."),
    "certificates.note_missing": _l("Tuliskan penjelasan pencabutan untuk pemegang sertifikat."),
    "certificates.note_too_long": _l("Penjelasan terlalu panjang, paling banyak %(max)d huruf."),
    "certificates.not_an_agency": _l("Kop hanya dapat dipasang pada instansi, bukan pada unit di bawahnya."),
    "certificates.letterhead_incomplete": _l("Isi nama lembaga pada kop dan nama penandatangan."),
    "certificates.letterhead_exists": _l("Instansi ini sudah punya kop yang mulai berlaku pada tanggal itu."),
}

STATES: dict[State, Any] = {
    State.VALID: _l("Berlaku"),
    State.EXPIRED: _l("Kedaluwarsa"),
    State.REVOKED: _l("Dicabut"),
    State.SUPERSEDED: _l("Diganti"),
    State.NOT_YET_ISSUED: _l("Belum terbit"),
}
# State -> tone and icon of its mark; the word is always there as well.
STATE_LOOK = {
    State.VALID: ("ok", "shield-check"),
    State.EXPIRED: ("warn", "history"),
    State.REVOKED: ("bad", "ban"),
    State.SUPERSEDED: ("info", "rotate-ccw"),
    State.NOT_YET_ISSUED: ("", "clock"),
}
VERDICTS: dict[State, Any] = {
    State.VALID: _l("Sertifikat ini asli dan berlaku"),
    State.EXPIRED: _l("Sertifikat ini asli, masa berlakunya habis"),
    State.REVOKED: _l("Sertifikat ini dicabut"),
    State.SUPERSEDED: _l("Sertifikat ini asli, sudah diganti"),
}
# What follows "Alasan: " on the public page; nothing more is told in public.
REASONS: dict[RevocationReason, Any] = {
    RevocationReason.TAKEN_BY_OTHER: _l("kuis dikerjakan orang lain"),
    RevocationReason.QUIZ_RULES_BROKEN: _l("tata tertib kuis dilanggar"),
    RevocationReason.WRONG_DATA: _l("data pemegang yang tercetak salah"),
    RevocationReason.ISSUED_BY_MISTAKE: _l("terbit karena kekeliruan"),
    RevocationReason.OFFICIAL_DECISION: _l("keputusan pejabat yang berwenang"),
}
CODE_PROBLEMS: dict[str, Any] = {
    "empty": _l("Tuliskan kode verifikasi yang tercetak di bawah kode QR."),
    "length": _l("Kode terdiri atas 16 huruf dan angka, yang Anda isi %(length)d."),
    "symbol": _l("Tanda “%(symbol)s” tidak dipakai dalam kode. Periksa lagi hurufnya."),
    "checksum": _l(
        "Ada huruf atau angka yang tidak cocok. Kemungkinan besar salah ketik; periksa lagi kodenya."
    ),
}
