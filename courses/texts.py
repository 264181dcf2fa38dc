"""Sentences for this package's refusals and words for its codes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from courses.branching import Mark
from courses.branching_layout import Words
from courses.changes import State
from courses.events import ChangeKind, Redo
from courses.format.acts import Act
from courses.models import DraftState, SaveKind, Verdict
from courses.people import Affected
from learning.kernel.clock import zone_name
from learning.kernel.web import MONTHS, format_time
from quizzes.items import ItemKind, Weight

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
    "courses.draft_unknown": _l("Naskah ini tidak ada, atau bukan untuk kursus Anda."),
    "courses.draft_closed": _l(
        "Naskah ini sudah terbit atau dibuang. Buka naskah baru dari halaman kursusnya."
    ),
    "courses.draft_in_review": _l(
        "Naskah ini sedang ditelaah atau sudah disetujui. Tarik kembali dahulu untuk mengubahnya."
    ),
    "courses.draft_not_approved": _l("Naskah ini belum disetujui orang kedua."),
    "courses.draft_approved_already": _l(
        "Naskah ini sudah disetujui. Terbitkan, atau tarik kembali untuk mengubahnya."
    ),
    "courses.text_changed": _l(
        "Teks ini sudah diubah sejak Anda membukanya. Teks Anda tidak hilang; bandingkan, lalu simpan lagi."
    ),
    "courses.text_changed_since_check": _l("Naskah ini berubah sejak diperiksa. Periksa lagi, lalu ulangi."),
    "courses.text_missing": _l("Yang dikirim tidak lengkap. Muat ulang halamannya, lalu ulangi."),
    "courses.text_too_long": _l("Teks ini lebih panjang dari %(limit)s. Bagi menjadi beberapa modul."),
    "courses.key_unfit": _l(
        "Kunci ini tidak dapat dipakai. Pakai huruf kecil, angka, dan tanda hubung, paling panjang 60 huruf."
    ),
    "courses.file_name_unfit": _l("Nama berkas ini tidak dapat dipakai dalam kursus."),
    "courses.file_unknown": _l("Berkas ini tidak ada dalam naskah."),
    "courses.block_unknown": _l("Dilema atau soal ini tidak ada lagi di modul. Buka daftarnya lagi."),
    "courses.course_file_stays": _l("Berkas kursus.md tidak dapat dihapus."),
    "courses.image_name_taken": _l("Nama gambar %(name)s sudah dipakai dalam naskah ini."),
    "courses.image_in_use": _l(
        "Gambar %(name)s masih dipakai di %(files)s. Hapus dahulu dari teksnya, lalu hapus gambarnya."
    ),
    "courses.too_many_files": _l("Naskah ini sudah berisi %(limit)s berkas, batasnya."),
    "courses.approver_cannot_write": _l(
        "Anda menyetujui naskah ini, jadi tidak dapat lagi mengubahnya. Mintalah penulisnya."
    ),
    "courses.author_cannot_approve": _l("Anda ikut menulis naskah ini. Yang menyetujui harus orang lain."),
    "courses.review_decided": _l("Telaah ini sudah diputuskan atau ditarik kembali. Muat ulang halamannya."),
    "courses.return_needs_reason": _l("Tulis apa yang perlu diperbaiki sebelum mengembalikan naskah."),
    "courses.comment_empty": _l("Tulis catatannya dahulu."),
    "courses.comment_unknown": _l("Catatan ini tidak ada."),
    "courses.draft_has_errors": _l(
        "Naskah ini masih berisi kesalahan. Perbaiki dahulu, lalu kirim untuk ditelaah."
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
DRAFT_STATE = {
    DraftState.OPEN: (_l("Sedang ditulis"), "brand", "pencil"),
    DraftState.IN_REVIEW: (_l("Sedang ditelaah"), "warn", "eye"),
    DraftState.APPROVED: (_l("Disetujui, siap terbit"), "ok", "circle-check"),
    DraftState.PUBLISHED: (_l("Sudah terbit"), "ok", "circle-check"),
    DraftState.DROPPED: (_l("Dibuang"), "", "x"),
}
SAVE_KIND = {
    SaveKind.AUTO: _l("Tersimpan otomatis"),
    SaveKind.SAVED: _l("Disimpan"),
    SaveKind.FORM: _l("Disimpan lewat formulir"),
    SaveKind.IMPORTED: _l("Dari berkas"),
    SaveKind.RESTORED: _l("Dipulihkan"),
    SaveKind.STARTED: _l("Awal naskah"),
}
VERDICT = {
    Verdict.APPROVED: (_l("Disetujui"), "ok"),
    Verdict.RETURNED: (_l("Dikembalikan"), "warn"),
    Verdict.WITHDRAWN: (_l("Ditarik kembali"), ""),
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


def redo_sentences(people: Affected) -> dict[str, str]:
    """Who may have to redo a course, in plain words, with how many people each choice touches."""
    begun, everyone = people.in_progress, people.in_progress + people.passed
    return {
        Redo.NOBODY.value: _("Tidak ada.")
        if not begun
        else ngettext(
            "Tidak ada. %(num)s orang yang sedang belajar tetap memakai terbitan lama.",
            "Tidak ada. %(num)s orang yang sedang belajar tetap memakai terbitan lama.",
            begun,
        ),
        Redo.IN_PROGRESS.value: ngettext(
            "Yang sedang belajar: %(num)s orang mulai lagi dari awal dengan terbitan ini.",
            "Yang sedang belajar: %(num)s orang mulai lagi dari awal dengan terbitan ini.",
            begun,
        ),
        Redo.EVERYONE.value: ngettext(
            "Semua: %(num)s orang mulai lagi, juga yang sudah lulus. Sertifikat yang sudah terbit tidak dicabut.",
            "Semua: %(num)s orang mulai lagi, juga yang sudah lulus. Sertifikat yang sudah terbit tidak dicabut.",
            everyone,
        ),
        "BEFORE": _("Yang sedang belajar, dan yang lulus sebelum tanggal di bawah ini."),
    }


BRANCH_MARK = {
    Mark.DEAD_END: _l("Jalan buntu: adegan yang dituju tidak ada"),
    Mark.LOOP: _l("Berputar: kembali ke adegan yang sudah lewat"),
    Mark.UNCITED: _l("Tanpa kutipan peraturan"),
    Mark.UNREACHABLE: _l("Tidak terjangkau: tidak ada opsi yang menuju ke sini"),
    Mark.NO_OPTIONS: _l("Tanpa opsi: cerita berhenti di sini"),
}
WEIGHT = {
    Weight.RIGHT: _l("Tepat"),
    Weight.ACCEPTABLE: _l("Dapat diterima"),
    Weight.WEAK: _l("Kurang tepat"),
    Weight.BREACH: _l("Pelanggaran"),
    Weight.GRAVE_BREACH: _l("Pelanggaran berat"),
}


def branching_words() -> Words:
    """What is written into the map of a dilemma."""
    return Words(
        scene=lambda number: str(_("Adegan %(number)s", number=number)),
        leads_to=lambda scene: str(_("Lanjut ke %(scene)s", scene=scene)),
        missing=lambda key: str(_("Jalan buntu: adegan “%(key)s” tidak ada", key=key)),
        end=str(_("Akhir cerita")),
        weights={"": str(_("Belum berbobot")), **{str(weight): str(text) for weight, text in WEIGHT.items()}},
        marks={mark: str(text) for mark, text in BRANCH_MARK.items()},
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
