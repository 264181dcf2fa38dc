"""Sentences for this package's refusals, states and verdicts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from certificates.bulk.lists import Answer
from certificates.eligibility import Outcome, ReasonCode
from certificates.models import RequirementSource, RevocationReason
from certificates.status import State

TEXTS = {
    "certificates.unknown": _l("Sertifikat ini tidak ada, atau tidak termasuk yang boleh Anda lihat."),
    "certificates.already_revoked": _l("Sertifikat ini sudah dicabut sebelumnya."),
    "certificates.note_missing": _l("Tuliskan penjelasan pencabutan untuk pemegang sertifikat."),
    "certificates.note_too_long": _l("Penjelasan terlalu panjang, paling banyak %(max)d huruf."),
    "certificates.not_an_agency": _l("Kop hanya dapat dipasang pada instansi, bukan pada unit di bawahnya."),
    "certificates.letterhead_incomplete": _l("Isi nama lembaga pada kop dan nama penandatangan."),
    "certificates.letterhead_exists": _l("Instansi ini sudah punya kop yang mulai berlaku pada tanggal itu."),
    "certificates.rule_not_later": _l(
        "Aturan %(key)s berubah; tulis tanggal mulai berlaku sesudah %(day)s, yaitu awal versi sebelumnya."
    ),
    "certificates.person_unknown": _l(
        "NIP ini tidak tercatat pada instansi Anda. Periksa angkanya; pegawai instansi lain hanya dapat"
        " diperiksa oleh instansinya."
    ),
    "certificates.receipt_unknown": _l(
        "Tidak ada tanda terima dengan kode ini. Periksa kodenya, kelompok demi kelompok."
    ),
    "badges.key_unknown": _l("Tidak ada kunci lencana dengan nama ini."),
    "badges.key_distrusted": _l("Kunci ini sudah dinyatakan tidak dipercaya."),
    "certificates.rule_unknown": _l("Pilih salah satu aturan yang tersedia."),
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
SOURCES: dict[str, Any] = {
    RequirementSource.LAW: _l("Peraturan perundang-undangan"),
    RequirementSource.AGENCY_POLICY: _l("Kebijakan instansi"),
    RequirementSource.DEMO_POLICY: _l("Kebijakan contoh (demo)"),
}
OUTCOMES: dict[Outcome, Any] = {
    Outcome.ELIGIBLE: _l("Memenuhi"),
    Outcome.NOT_YET: _l("Belum memenuhi"),
    Outcome.UNDETERMINED: _l("Perlu diperiksa"),
}
OUTCOME_LOOK = {
    Outcome.ELIGIBLE: ("ok", "circle-check"),
    Outcome.NOT_YET: ("bad", "circle-x"),
    Outcome.UNDETERMINED: ("warn", "clock"),
}
# %(number)s, %(day)s, %(until)s, %(course)s, %(from)s are filled by `reason`.
REASON: dict[ReasonCode, Any] = {
    ReasonCode.VALID_CERTIFICATE: _l("Sertifikat %(number)s berlaku pada %(day)s."),
    ReasonCode.NO_CERTIFICATE: _l("Belum ada sertifikat %(course)s atas nama orang ini."),
    ReasonCode.EXPIRED: _l("Sertifikat %(number)s sudah habis masa berlakunya pada %(until)s."),
    ReasonCode.REVOKED: _l("Sertifikat %(number)s dicabut pada %(until)s."),
    ReasonCode.NOT_YET_ISSUED: _l("Sertifikat %(number)s baru terbit %(from)s, sesudah tanggal pemeriksaan."),
    ReasonCode.RULE_NOT_IN_FORCE: _l(
        "Aturan ini tidak berlaku pada %(day)s. Pilih tanggal dalam masa berlakunya."
    ),
    ReasonCode.PERSON_NOT_SERVING: _l("Orang ini tercatat tidak lagi bertugas pada %(day)s."),
    ReasonCode.NO_POSTING: _l("Tidak ada penempatan definitif yang tercatat pada %(day)s. Lengkapi dahulu."),
    ReasonCode.OVERLAPPING_POSTINGS: _l(
        "Dua penempatan definitif tumpang tindih pada %(day)s. Pastikan unitnya."
    ),
    ReasonCode.PASS_WITHOUT_CERTIFICATE: _l(
        "Kelulusan %(course)s tercatat, tetapi sertifikatnya tidak ditemukan. Laporkan kepada admin."
    ),
    ReasonCode.RANK_RULE_NOT_FOR_CONTRACT: _l(
        "PPPK tidak mengenal kenaikan pangkat, jadi aturan ini tidak dapat dipakai untuknya."
    ),
    ReasonCode.EXPIRES_SOON: _l(
        "Sertifikat %(number)s habis %(until)s, kurang dari tiga bulan sesudah tanggal pemeriksaan."
    ),
}
CODE_PROBLEMS: dict[str, Any] = {
    "empty": _l("Tuliskan kode verifikasi yang tercetak di bawah kode QR."),
    "length": _l(
        "Kode terdiri atas 30 huruf dan angka, 16 pada sertifikat lama. Yang Anda isi %(length)d; periksa apakah ada"
        " yang terlewat atau terketik dua kali."
    ),
    "symbol": _l(
        "Tanda “%(symbol)s” tidak dipakai dalam kode. Kode memuat angka dan huruf A sampai Z, tanpa I, L, O, dan U."
    ),
}
# What a checked list says of its entries; the first four are the states above.
ANSWERS: dict[Answer, Any] = {
    **{Answer(str(state)): word for state, word in STATES.items() if state is not State.NOT_YET_ISSUED},
    Answer.UNKNOWN: _l("Tidak ditemukan"),
    Answer.MISTYPED: _l("Salah tulis"),
    Answer.NUMBER_NOT_ANSWERED: _l("Nomor tidak dilayani"),
}
ANSWER_LOOK = {
    **{Answer(str(state)): look for state, look in STATE_LOOK.items() if state is not State.NOT_YET_ISSUED},
    Answer.UNKNOWN: ("bad", "search"),
    Answer.MISTYPED: ("warn", "triangle-alert"),
    Answer.NUMBER_NOT_ANSWERED: ("", "info"),
}
