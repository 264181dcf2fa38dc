"""Sentences for this package's refusals and states. Those of rules and verdicts: `rule_texts`."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from certificates.life.lifecycle import Outcome as ProposalOutcome
from certificates.life.lifecycle import ProposalKind
from certificates.models import RevocationReason
from certificates.signing.verdict import Answer as FileAnswer
from certificates.status import State
from certificates.verification.lists import Answer

TEXTS = {
    "certificates.unknown": _l("Sertifikat ini tidak ada, atau tidak termasuk yang boleh Anda lihat."),
    "certificates.not_revocable": _l(
        "Sertifikat ini tidak dapat dicabut lagi: sudah dicabut, atau sudah diganti. Yang dapat dicabut hanya yang"
        " masih berdiri."
    ),
    "certificates.not_correctable": _l(
        "Hanya sertifikat yang berlaku yang dapat diperbaiki. Sertifikat ini sudah habis masa berlakunya, dicabut, atau"
        " diganti."
    ),
    "certificates.note_missing": _l("Tuliskan penjelasan untuk pemegang sertifikat."),
    "certificates.evidence_missing": _l("Tuliskan buktinya, agar orang kedua dapat menilai."),
    "certificates.remark_missing": _l("Tuliskan mengapa usul ini ditolak."),
    "certificates.said_missing": _l("Tuliskan apa yang keliru dan bagaimana seharusnya."),
    "certificates.answer_missing": _l("Tuliskan jawaban untuk pemegang sertifikat."),
    "certificates.text_too_long": _l("Isian terlalu panjang, paling banyak %(max)d huruf."),
    "certificates.holder_takes_part": _l(
        "Sertifikat Anda sendiri diputus orang lain. Mintalah pengelola kepegawaian atau admin yang lain."
    ),
    "certificates.second_person": _l(
        "Yang memutus harus orang lain daripada yang mengusulkan. Mintalah admin yang lain; usul Anda sendiri hanya dapat"
        " Anda tarik kembali."
    ),
    "certificates.admin_decides": _l(
        "Usul ini hanya dapat diputus oleh admin. Anda dapat mengusulkan, tidak memutus."
    ),
    "certificates.proposal_open": _l(
        "Untuk sertifikat ini sudah ada usul yang menunggu keputusan. Selesaikan dahulu usul itu."
    ),
    "certificates.proposal_unknown": _l("Usul ini tidak ada, atau tidak termasuk yang boleh Anda lihat."),
    "certificates.proposal_decided": _l(
        "Usul ini sudah diputus atau ditarik sebelumnya. Keputusan itu yang berlaku."
    ),
    "certificates.nothing_to_correct": _l(
        "Data pegawai sama dengan yang tercetak, jadi tidak ada yang diperbaiki. Perbaiki dahulu data pegawainya, lalu"
        " usulkan lagi."
    ),
    "certificates.record_changed": _l(
        "Data pegawai berubah sejak usul ini dibuat. Tolak usul ini, lalu usulkan lagi dengan data yang sekarang."
    ),
    "certificates.request_open": _l(
        "Permintaan Anda yang sebelumnya masih menunggu jawaban. Tunggulah jawabannya sebelum mengirim yang baru."
    ),
    "certificates.request_unknown": _l(
        "Permintaan ini tidak ada, atau tidak termasuk yang boleh Anda lihat."
    ),
    "certificates.request_answered": _l("Permintaan ini sudah dijawab."),
    "certificates.edition_too_many": _l(
        "Edisi cetak memuat paling banyak %(most)d sertifikat. Unduh ZIP-nya, atau siapkan per unit yang lebih kecil."
    ),
    "certificates.edition_not_yet": _l("Sertifikatnya masih disiapkan. Tunggu sampai semuanya siap."),
    "certificates.edition_unknown": _l("Edisi cetak ini belum dipesan, atau belum selesai disusun."),
    "certificates.edition_outdated": _l(
        "Edisi cetak ini memuat sertifikat pegawai yang tidak lagi Anda kelola. Siapkan berkas unit sekali lagi."
    ),
    "certificates.edition_gone": _l(
        "Edisi cetak disimpan tiga puluh hari, dan yang ini sudah dihapus. Siapkan berkas unit sekali lagi."
    ),
    "certificates.not_an_agency": _l("Kop hanya dapat dipasang pada instansi, bukan pada unit di bawahnya."),
    "certificates.letterhead_incomplete": _l("Isi nama lembaga pada kop dan nama penandatangan."),
    "certificates.letterhead_changed": _l(
        "Kop ini baru saja diubah orang lain. Muat ulang halaman, lalu periksa perubahannya sebelum menyimpan."
    ),
    "certificates.letterhead_too_long": _l("Salah satu baris kop terlalu panjang."),
    "certificates.signatory_number": _l("NIP penandatangan terdiri atas 18 angka. Periksa lagi angkanya."),
    "certificates.colour_unknown": _l("Tulis warna sebagai # dan enam angka heksadesimal, misalnya #0B3D62."),
    "certificates.colour_unreadable": _l(
        "Tulisan dengan warna ini sulit dibaca (kontras %(ratio)s : 1). Pilih yang lebih gelap, paling sedikit 4,5 : 1."
    ),
    "certificates.accent_invisible": _l(
        "Garis dengan warna ini nyaris tidak tampak (kontras %(ratio)s : 1). Pilih yang lebih gelap."
    ),
    "certificates.number_pattern": _l(
        "Pola nomor diawali {nomor} dan garis miring, titik, atau tanda hubung, lalu hanya huruf, angka, tanda itu,"
        " {kode}, {bulan}, dan {tahun}; paling panjang 40 huruf."
    ),
    "certificates.emblem_size": _l("Gambar lebih besar dari 2 MB. Kecilkan dulu."),
    "certificates.emblem_kind": _l("Berkas ini bukan gambar PNG, JPEG, atau WebP yang dapat dibaca."),
    "certificates.emblem_dimensions": _l("Sisi gambar harus antara 32 dan 6.000 piksel."),
    "certificates.signer_unknown": _l("Tidak ada kunci dengan sidik jari itu."),
    "certificates.signer_distrusted": _l("Kunci itu sudah dinyatakan tidak dipercaya."),
    "certificates.batch_empty": _l("Tidak ada sertifikat berlaku untuk kursus itu di unit ini."),
    "certificates.batch_too_many": _l(
        "Lebih dari %(most)d sertifikat. Buka unit di bawahnya dan unduh sebagian demi sebagian."
    ),
    "certificates.receipt_unknown": _l(
        "Tidak ada tanda terima dengan kode ini. Periksa kodenya, kelompok demi kelompok."
    ),
    "badges.key_unknown": _l("Tidak ada kunci lencana dengan nama ini."),
    "badges.key_distrusted": _l("Kunci ini sudah dinyatakan tidak dipercaya."),
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
PROPOSALS: dict[ProposalKind, Any] = {
    ProposalKind.REVOCATION: _l("Pencabutan"),
    ProposalKind.CORRECTION: _l("Perbaikan"),
}
PROPOSAL_OUTCOMES: dict[ProposalOutcome | None, Any] = {
    None: _l("Menunggu keputusan"),
    ProposalOutcome.CONFIRMED: _l("Disetujui"),
    ProposalOutcome.DECLINED: _l("Ditolak"),
    ProposalOutcome.WITHDRAWN: _l("Ditarik kembali"),
}
PROPOSAL_LOOK = {
    None: ("warn", "clock"),
    ProposalOutcome.CONFIRMED: ("ok", "circle-check"),
    ProposalOutcome.DECLINED: ("bad", "circle-x"),
    ProposalOutcome.WITHDRAWN: ("", "rotate-ccw"),
}
# The fields of `lifecycle.Words`.
WORDS = {
    "holder_name": _l("Nama"),
    "employee_number": _l("NIP"),
    "position_title": _l("Jabatan"),
    "unit_name": _l("Unit kerja"),
    "agency_name": _l("Instansi"),
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
# What is told first about an uploaded file; of a genuine one `VERDICTS` tells what it is worth.
FILE_VERDICTS: dict[FileAnswer, Any] = {
    FileAnswer.GENUINE: _l("Berkas ini asli dan tidak berubah"),
    FileAnswer.ALTERED: _l("Berkas ini telah diubah"),
    FileAnswer.UNSIGNED: _l("Berkas ini tidak bertanda tangan elektronik"),
    FileAnswer.FOREIGN: _l("Berkas ini bukan dari kami"),
    FileAnswer.DISTRUSTED: _l("Tanda tangan berkas ini tidak dapat dipercaya lagi"),
    FileAnswer.UNREADABLE: _l("Berkas ini tidak dapat dibaca"),
}
FILE_LOOK = {
    FileAnswer.GENUINE: ("ok", "shield-check"),
    FileAnswer.ALTERED: ("bad", "triangle-alert"),
    FileAnswer.UNSIGNED: ("warn", "circle-alert"),
    FileAnswer.FOREIGN: ("bad", "circle-x"),
    FileAnswer.DISTRUSTED: ("bad", "ban"),
    FileAnswer.UNREADABLE: ("warn", "circle-alert"),
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
