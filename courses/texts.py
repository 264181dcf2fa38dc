"""Sentences for this package's refusals and words for its codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from courses.events import ChangeKind, Redo

TEXTS = {
    "courses.unknown": _l("Kursus ini tidak ada."),
    "courses.module_unknown": _l("Modul ini tidak ada dalam kursus yang Anda ikuti."),
    "courses.dilemma_unknown": _l("Dilema ini tidak ada dalam kursus yang Anda ikuti."),
    "courses.decided_already": _l("Anda sudah memutuskan adegan ini. Pilihan pertama Anda tetap tersimpan."),
    "courses.scene_not_open": _l(
        "Adegan ini belum terbuka atau sudah lewat. Lanjutkan dari adegan yang ditampilkan."
    ),
    "courses.option_unknown": _l("Pilih salah satu tindakan yang ditawarkan."),
    "courses.upload_unknown": _l("Unggahan ini tidak ada, atau bukan untuk kursus Anda."),
    "courses.upload_has_errors": _l("Kursus ini masih berisi kesalahan. Perbaiki, lalu unggah lagi."),
}

CHANGE = {
    ChangeKind.FIRST: _l("Terbitan pertama"),
    ChangeKind.TYPO: _l("Perbaikan salah ketik"),
    ChangeKind.CLARIFICATION: _l("Penjelasan lebih terang"),
    ChangeKind.SUBSTANCE: _l("Perubahan isi"),
    ChangeKind.LAW: _l("Perubahan peraturan"),
}
REDO = {
    Redo.NOBODY: _l("Tidak ada. Yang sudah mulai tetap memakai terbitan lama."),
    Redo.IN_PROGRESS: _l("Yang sedang belajar pindah ke terbitan ini."),
    Redo.EVERYONE: _l("Semua orang, juga yang sudah lulus, mengikuti terbitan ini."),
}
REGULATION_STATUS = {
    "berlaku": _l("Berlaku"),
    "diubah": _l("Diubah"),
    "dicabut": _l("Dicabut"),
    "dicabut-sebagian": _l("Dicabut sebagian"),
}
