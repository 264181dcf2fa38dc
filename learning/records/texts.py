"""Sentences for this package's refusals and words for its codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from learning.records.duedates import StageKind, StageStatus
from learning.records.kinds import EventKind
from learning.records.models import EnrolmentStatus
from learning.records.rates import State

TEXTS = {
    "records.unit_unknown": _l("Unit kerja ini tidak ada."),
    "records.stage_unknown": _l(
        "Pemilihan ini belum punya tanggal untuk tahapan itu. Isi tanggalnya dahulu."
    ),
    "records.enrolment_unknown": _l("Anda belum terdaftar pada kursus ini."),
    "records.not_started": _l("Kursus ini belum Anda mulai. Buka modul pertama dahulu."),
    "records.too_many_steps": _l("Langkah ini bukan bagian dari kursus yang Anda ikuti."),
    "records.enrolment_ended": _l("Pendaftaran ini sudah ditutup. Buka kursusnya lagi dari daftar kursus."),
    "records.event_unknown": _l("Pemilihan ini tidak ada."),
    "records.event_key_taken": _l("Kunci “%(found)s” sudah dipakai pemilihan lain. Pilih kunci lain."),
    "records.region_code": _l(
        "Kode wilayah “%(found)s” tidak terbaca. Tulis seperti 52, 52.03, atau 52.03.01, satu kode tiap baris."
    ),
    "records.stage_order": _l("Hari terakhir tahapan mendahului hari pertamanya. Periksa kedua tanggal."),
    "records.stage_meanwhile": _l(
        "Tahapan ini baru saja diisi orang lain. Muat ulang halaman dan periksa dahulu."
    ),
    "records.days_before": _l("Jumlah hari sebelum tahapan tidak boleh kurang dari nol."),
    "records.assigned_already": _l("Kursus ini sudah ditugaskan kepada unit itu untuk tahapan yang sama."),
    "records.assignment_unknown": _l("Penugasan ini tidak ada."),
    "records.assignment_ended": _l("Penugasan ini sudah diakhiri."),
    "records.export_too_long": _l(
        "Daftar ini lebih dari %(most)s orang. Buka unit di bawahnya, lalu unduh satu per satu."
    ),
    "records.not_everywhere": _l(
        "Tahapan pemilihan berlaku bagi semua instansi, jadi hanya admin seluruh Netra yang dapat mengubahnya."
    ),
    "records.not_renewable": _l("Kursus ini belum lulus, jadi belum dapat diulang sebagai daur baru."),
}

STATUS = {
    EnrolmentStatus.NOT_STARTED: _l("Belum mulai"),
    EnrolmentStatus.IN_PROGRESS: _l("Sedang belajar"),
    EnrolmentStatus.PASSED: _l("Lulus"),
}
STATUS_TONE = {
    EnrolmentStatus.NOT_STARTED: ("", "circle"),
    EnrolmentStatus.IN_PROGRESS: ("brand", "circle-dot"),
    EnrolmentStatus.PASSED: ("ok", "circle-check"),
}
EVENT_KINDS = {
    EventKind.NATIONAL: _l("Pemilu nasional"),
    EventKind.REGIONAL: _l("Pemilihan daerah"),
    EventKind.BY_ELECTION: _l("Pemungutan suara ulang atau susulan"),
}
STATES = {
    State.ALL: _l("Semua"),
    State.UNMET: _l("Belum lulus"),
    State.OVERDUE: _l("Lewat tenggat"),
    State.NOT_STARTED: _l("Belum mulai"),
    State.IN_PROGRESS: _l("Sedang belajar"),
    State.PASSED: _l("Sudah lulus"),
}
STAGE = {
    StageKind.MUTATION_FREEZE: _l("Larangan mutasi"),
    StageKind.INDEPENDENT_SUPPORT: _l("Dukungan perseorangan"),
    StageKind.REGISTRATION: _l("Pendaftaran calon"),
    StageKind.CANDIDATE_DETERMINATION: _l("Penetapan calon"),
    StageKind.CAMPAIGN: _l("Masa kampanye"),
    StageKind.QUIET_PERIOD: _l("Masa tenang"),
    StageKind.VOTING_DAY: _l("Pemungutan suara"),
    StageKind.RECAPITULATION: _l("Rekapitulasi"),
    StageKind.INAUGURATION: _l("Pelantikan"),
    StageKind.POST_MUTATION_FREEZE: _l("Larangan mutasi setelah pelantikan"),
}
STAGE_STATUS = {
    StageStatus.CONFIRMED: _l("Sudah ditetapkan"),
    StageStatus.PROVISIONAL: _l("Sementara"),
    StageStatus.ESTIMATED: _l("Perkiraan"),
}
