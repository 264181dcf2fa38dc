"""Sentences for this package's refusals and words for its codes."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from learning.records.derivation import BY_KEY, Point, Rule
from learning.records.duedates import SourceGrade, StageKind, StageStatus
from learning.records.kinds import ChangeCause, EventKind
from learning.records.models import EnrolmentStatus
from learning.records.rates import State

TEXTS = {
    "records.unit_unknown": _l("Unit kerja ini tidak ada."),
    "records.stage_unknown": _l(
        "Pemilihan ini belum punya tanggal untuk tahapan itu. Isi tanggalnya dahulu."
    ),
    "records.enrolment_unknown": _l("Anda belum terdaftar pada kursus ini."),
    "records.selection_unknown": _l(
        "Pilihan orang ini tidak dikenal. Buka lagi daftar orangnya dan pilih keadaan yang belum lulus."
    ),
    "records.nobody_to_ask": _l(
        "Tidak ada yang perlu disurati sekarang: semua sudah lulus, baru saja diingatkan, atau tidak dapat disurati."
    ),
    "records.too_many_to_ask": _l(
        "Pilihan ini lebih dari %(most)s orang. Pilih unit yang lebih kecil; pengingat harian tetap sampai kepada semua."
    ),
    "records.asked_unit_often": _l(
        "Unit ini sudah lima kali diminta diingatkan hari ini. Pengingat berikutnya dapat diminta besok."
    ),
    "records.asked_often": _l(
        "Anda sudah dua puluh kali meminta pengingat hari ini. Permintaan berikutnya dapat dibuat besok."
    ),
    "records.not_started": _l("Kursus ini belum Anda mulai. Buka modul pertama dahulu."),
    "records.too_many_steps": _l("Langkah ini bukan bagian dari kursus yang Anda ikuti."),
    "records.enrolment_ended": _l("Pendaftaran ini sudah ditutup. Buka kursusnya lagi dari daftar kursus."),
    "records.event_unknown": _l("Pemilihan ini tidak ada."),
    "records.event_key_taken": _l("Kunci “%(found)s” sudah dipakai pemilihan lain. Pilih kunci lain."),
    "records.region_code": _l(
        "Kode wilayah “%(found)s” tidak terbaca. Tulis seperti 52, 52.03, atau 52.03.01, satu kode tiap baris."
    ),
    "records.region_unknown": _l(
        "Kode wilayah %(found)s tidak ada dalam daftar resmi. Periksa kodenya di halaman kalender."
    ),
    "records.calendar_region": _l("Wilayah ini tidak ada dalam daftar resmi."),
    "records.stage_day": _l("Isi hari pertama tahapan."),
    "records.rule_unfit": _l("Aturan ini bukan untuk tahapan atau jenis pemilihan ini."),
    "records.rule_base_missing": _l("Tahapan yang menjadi dasar hitungan belum bertanggal. Isi dahulu."),
    "records.stage_contradiction": _l(
        "Dengan tanggal ini sebuah tahapan yang dihitung akan berakhir sebelum dimulai. Periksa tanggal "
        "penetapan calon dan pemungutan suara."
    ),
    "records.stage_order": _l("Hari terakhir tahapan mendahului hari pertamanya. Periksa kedua tanggal."),
    "records.stage_meanwhile": _l(
        "Pemilihan ini baru saja diubah orang lain. Periksa tanggal yang berlaku sekarang, lalu simpan lagi."
    ),
    "records.one_date": _l("Pilih satu: tahapan pemilihan, atau tanggal tetap."),
    "records.days_before": _l("Jumlah hari sebelum tahapan tidak boleh kurang dari nol."),
    "records.assigned_already": _l("Kursus ini sudah ditugaskan kepada unit itu untuk tahapan yang sama."),
    "records.assignment_unknown": _l("Penugasan ini tidak ada."),
    "records.assignment_ended": _l("Penugasan ini sudah diakhiri."),
    "records.export_waiting": _l(
        "%(most)s berkas Anda masih disiapkan. Tunggu sampai salah satunya selesai, lalu coba lagi."
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
    EventKind.BY_ELECTION: _l("Pemilihan ulang atau susulan"),
    EventKind.RE_VOTE: _l("Pemungutan suara ulang"),
}
STATES = {
    State.ALL: _l("Semua"),
    State.UNMET: _l("Belum lulus"),
    State.OVERDUE: _l("Lewat tenggat"),
    State.NOT_STARTED: _l("Belum mulai"),
    State.IN_PROGRESS: _l("Sedang belajar"),
    State.PASSED: _l("Sudah lulus"),
    State.EXEMPT: _l("Dikecualikan"),
}
STAGE = {
    StageKind.COURT_RULING: _l("Putusan Mahkamah Konstitusi"),
    StageKind.REVOTE_DEADLINE: _l("Batas waktu pemungutan suara ulang"),
    StageKind.MUTATION_FREEZE: _l("Larangan mutasi"),
    StageKind.PROGRAMME_FREEZE: _l("Larangan memakai program yang menguntungkan calon"),
    StageKind.INDEPENDENT_SUPPORT: _l("Dukungan perseorangan"),
    StageKind.REGISTRATION: _l("Pendaftaran calon"),
    StageKind.CANDIDATE_DETERMINATION: _l("Penetapan calon"),
    StageKind.PAIR_DETERMINATION: _l("Penetapan pasangan calon presiden"),
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
SOURCE_GRADE = {
    SourceGrade.READ: _l("Naskahnya dibaca"),
    SourceGrade.REPORTED: _l("Menurut pemberitaan atau laman resmi"),
    SourceGrade.UNVERIFIED: _l("Belum dicocokkan"),
}
CAUSE = {
    ChangeCause.SHIPPED: _l("Bawaan Netra"),
    ChangeCause.ENTERED: _l("Diisi admin"),
    ChangeCause.FOLLOWED: _l("Ikut bergeser"),
}
# Where a derived stage has a last day that depends on a person's term, the law names it in words.
OPEN_END = {
    StageKind.MUTATION_FREEZE: _l("Berlaku sampai akhir masa jabatan kepala daerah."),
    StageKind.PROGRAMME_FREEZE: _l("Berlaku sampai penetapan pasangan calon terpilih."),
}


def inside(label: object) -> str:
    """A label as it stands within a sentence: only its first letter becomes small."""
    text = str(label)
    return text[:1].lower() + text[1:]


def formula(rule: Rule) -> str:
    """How a rule counts, as one or two sentences."""
    said = _("Mulai %(when)s.", when=_point(rule.start))
    if rule.end is not None:
        said += " " + _("Berakhir %(when)s.", when=_point(rule.end))
    return said


def formula_of(key: str) -> str:
    """How the rule with this key counts, with its article."""
    rule = BY_KEY[key]
    return formula(rule) + " " + _("Dasarnya %(article)s.", article=rule.article)


def _point(point: Point) -> str:
    stage = inside(STAGE[point.base])
    if point.months < 0:
        return ngettext(
            "%(num)s bulan sebelum %(stage)s", "%(num)s bulan sebelum %(stage)s", -point.months, stage=stage
        )
    if point.months > 0:
        return ngettext(
            "%(num)s bulan sesudah %(stage)s", "%(num)s bulan sesudah %(stage)s", point.months, stage=stage
        )
    if point.days < 0:
        return ngettext(
            "%(num)s hari sebelum %(stage)s", "%(num)s hari sebelum %(stage)s", -point.days, stage=stage
        )
    if point.days > 0:
        return ngettext(
            "%(num)s hari sesudah %(stage)s", "%(num)s hari sesudah %(stage)s", point.days, stage=stage
        )
    return _("pada hari %(stage)s", stage=stage)
