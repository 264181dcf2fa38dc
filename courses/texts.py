"""Sentences for this package's refusals and words for its codes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from courses.changes import State
from courses.events import ChangeKind, Redo
from courses.format.acts import Act
from learning.kernel.clock import zone_name
from learning.kernel.web import MONTHS, format_time
from quizzes.items import ItemKind

TEXTS = {
    "courses.unknown": _l("Kursus ini tidak ada."),
    "courses.module_unknown": _l("Modul ini tidak ada dalam kursus yang Anda ikuti."),
    "courses.no_handout": _l("Kursus ini belum mempunyai ringkasan."),
    "courses.no_glossary": _l("Kursus ini belum mempunyai glosarium."),
    "courses.dilemma_unknown": _l("Dilema ini tidak ada dalam kursus yang Anda ikuti."),
    "courses.decided_already": _l("Anda sudah memutuskan adegan ini. Pilihan pertama Anda tetap tersimpan."),
    "courses.scene_not_open": _l(
        "Adegan ini belum terbuka atau sudah lewat. Lanjutkan dari adegan yang ditampilkan."
    ),
    "courses.option_unknown": _l("Pilih salah satu tindakan yang ditawarkan."),
    "courses.upload_unknown": _l("Unggahan ini tidak ada, atau bukan untuk kursus Anda."),
    "courses.upload_has_errors": _l("Kursus ini masih berisi kesalahan. Perbaiki, lalu unggah lagi."),
    "courses.published_meanwhile": _l(
        "Kursus ini diterbitkan orang lain sejak Anda membuka pratinjau. Periksa lagi perubahannya, lalu terbitkan."
    ),
    "courses.not_your_course": _l(
        "Folder di dalam zip bernama %(key)s, sedangkan kursus yang Anda pegang: %(keys)s. Beri nama folder seperti kursusnya."
    ),
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
REGULATION_TONE = {
    "berlaku": ("ok", "circle-check"),
    "diubah": ("info", "info"),
    "dicabut": ("bad", "circle-x"),
    "dicabut-sebagian": ("warn", "circle-alert"),
}


PHASE = {
    "pra": _l("Sebelum penetapan calon"),
    "kam": _l("Masa kampanye"),
    "tng": _l("Masa tenang"),
    "hh": _l("Hari pemungutan suara"),
    "psc": _l("Sesudah pemungutan suara"),
}
CATEGORY = {
    "kode-etik": _l("Kode etik"),
    "disiplin": _l("Disiplin"),
    "pidana": _l("Pidana"),
    "pemberhentian": _l("Pemberhentian"),
    "abu-abu": _l("Wilayah abu-abu"),
}
LEVEL = {
    "moral": _l("Sanksi moral"),
    "ringan": _l("Ringan"),
    "sedang": _l("Sedang"),
    "berat": _l("Berat"),
    "ptdh": _l("Pemberhentian tidak dengan hormat"),
    "pidana": _l("Pidana"),
    "belum-pasti": _l("Belum pasti"),
}
LEVEL_TONE = {
    "moral": ("info", "info"),
    "ringan": ("info", "info"),
    "sedang": ("warn", "circle-alert"),
    "berat": ("bad", "circle-x"),
    "ptdh": ("bad", "circle-x"),
    "pidana": ("bad", "scale"),
    "belum-pasti": ("", "circle-question-mark"),
}
THEME = {
    "media-sosial": _l("Media sosial"),
    "foto-atribut": _l("Foto dan atribut"),
    "hadir-kampanye": _l("Hadir di kampanye"),
    "tim-dana": _l("Tim dan dana kampanye"),
    "partai-pencalonan": _l("Partai dan pencalonan"),
    "dukungan-ktp": _l("Surat dukungan dan KTP"),
    "perintah-ajakan": _l("Perintah dan ajakan"),
    "fasilitas-program": _l("Fasilitas dan program"),
    "keputusan-mutasi": _l("Keputusan dan mutasi"),
    "keluarga": _l("Keluarga"),
    "data-layanan": _l("Data dan layanan"),
    "sesudah-penanganan": _l("Sesudah pemilihan dan penanganan"),
    "hak-tugas": _l("Hak dan tugas"),
}


def all_phases(phases: Collection[str]) -> bool:
    """Whether an act counts in every phase, which is said in two words instead of five."""
    return len(phases) == len(PHASE)


def act_words(act: Act) -> str:
    """Every word of an entry of the catalogue in which people may search, the words of its codes included."""
    cases = [
        f"{case.condition} {CATEGORY[case.category]} {LEVEL[case.level]} {' '.join(str(PHASE[p]) for p in case.phases)}"
        for case in act.cases
    ]
    grounds = [ground.label for ground in act.grounds]
    return " ".join(
        [act.label, act.title, str(THEME[act.theme]), act.instead, act.limit, act.note, *cases, *grounds]
    )


def duration(minutes: int) -> str:
    """Reading time in hours and minutes, to the nearest five minutes from one hour on."""
    if minutes < 60:
        return str(_("%(minutes)s menit", minutes=minutes))
    hours, rest = divmod(5 * round(minutes / 5), 60)
    if not rest:
        return str(_("%(hours)s jam", hours=hours))
    return str(_("%(hours)s jam %(minutes)s menit", hours=hours, minutes=rest))


def validity(months: int) -> str:
    """How long a certificate is valid, in years where they are whole."""
    if months % 12:
        return str(_("%(months)s bulan", months=months))
    return str(_("%(years)s tahun", years=months // 12))


def short_day(day: date, today: date) -> str:
    """14 Des, with the year when it is another one than today's."""
    locale = get_locale()
    names = MONTHS["en" if locale is not None and locale.language == "en" else "id"]
    text = f"{day.day}\u00a0{names[day.month - 1][:3]}"
    return text if day.year == today.year else f"{text}\u00a0{day.year}"


def clock(instant: datetime, zone: str) -> str:
    """23.59 WITA: a time of day never stands without its zone."""
    return f"{format_time(instant, zone)}\u00a0{zone_name(zone)}"


FACTS = {
    "title": _l("Judul"),
    "jp": _l("JP"),
    "validity_months": _l("Masa berlaku sertifikat (bulan)"),
    "passing_score": _l("Nilai minimal"),
    "minutes": _l("Waktu kuis (menit)"),
    "attempts": _l("Kesempatan"),
    "cooldown_minutes": _l("Jeda antarkesempatan (menit)"),
    "questions": _l("Jumlah soal satu kuis"),
}
MODULE_STATE = {
    State.ADDED: (_l("Baru"), "ok"),
    State.CHANGED: (_l("Berubah"), "warn"),
    State.REMOVED: (_l("Dihapus"), "bad"),
    State.SAME: (_l("Tetap"), ""),
}
ITEM_KIND = {
    ItemKind.SINGLE: _l("Pilihan ganda"),
    ItemKind.MULTIPLE: _l("Pilihan majemuk"),
    ItemKind.TRUE_FALSE: _l("Benar atau salah"),
    ItemKind.MATCHING: _l("Menjodohkan"),
    ItemKind.ORDERING: _l("Mengurutkan"),
    ItemKind.SHORT: _l("Isian singkat"),
    ItemKind.DILEMMA: _l("Dilema dinilai"),
}
