"""Sentences for this package's refusals, rules and words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from learning.kernel.errors import DomainError, text_of
from learning.kernel.web import format_moment
from quizzes.limits import Description, Reason

TEXTS: dict[str, Any] = {
    "quiz.already_passed": _l("Anda sudah lulus kuis ini."),
    "quiz.enrolment_ended": _l("Keikutsertaan ini sudah ditutup; hasilnya tetap tercatat."),
    "quiz.attempt_open": _l("Percobaan ke-%(number)s masih terbuka. Lanjutkan yang itu."),
    "quiz.modules_left": _l(
        "Kuis terbuka setelah semua modul dibaca dan semua dilema dijawab. Masih %(left)s langkah lagi."
    ),
    "quiz.knows_the_key": _l(
        "Anda memegang atau pernah memegang kursus ini sebagai pengajar atau admin, jadi kunci soalnya terbuka bagi Anda."
        " Tempuh kursus yang dipegang pengajar lain, atau minta admin mengakhiri peran itu. Sesudah peran itu berakhir,"
        " kuis ini terbuka bagi Anda begitu cukup banyak soal baru diterbitkan."
    ),
    "quiz.keys_closed": _l(
        "Anda sedang menempuh kuis kursus ini. Halaman yang memuat kuncinya terbuka lagi sesudah kuis itu selesai."
    ),
    "quiz.attempts_used_up": _l(
        "Kesempatan Anda, %(most)s kali, sudah terpakai. Hubungi pengelola kepegawaian instansi Anda."
    ),
    "quiz.cooldown": _l("Kuis dapat diulang mulai %(opens_at)s. Pakai waktu ini untuk membaca ulang."),
    "quiz.not_enrolled": _l("Anda belum terdaftar pada kursus ini. Buka halaman kursusnya dahulu."),
    "quiz.no_set": _l("Kursus ini tidak mempunyai kuis."),
    "quiz.no_attempt": _l("Percobaan kuis ini tidak ada, atau bukan milik Anda."),
    "quiz.no_question": _l("Soal ini tidak ada dalam kuis Anda."),
    "quiz.closed": _l(
        "Kuis ini sudah dikumpulkan atau ditutup. Jawaban yang tersimpan sebelumnya tetap dinilai."
    ),
    "quiz.late": _l(
        "Waktu sudah habis. Jawaban ini tidak dihitung; yang tersimpan sebelumnya tetap dinilai."
    ),
    "quiz.newer_answer": _l(
        "Soal ini sudah dijawab dari perangkat atau tab lain. Muat ulang untuk melihat jawaban terbaru."
    ),
    "quiz.set_differs": _l("Terbitan %(edition)s sudah ada dengan isi lain."),
    "quiz.set_unusable": _l("Kumpulan soal ini tidak dapat dipakai: %(problems)s"),
    "quiz.correction_unfit": _l("Perbaikan ini tidak cocok dengan jenis soalnya."),
    "quiz.correction_no_option": _l("Pilih sedikitnya satu jawaban yang benar."),
    "quiz.correction_no_text": _l(
        "Tulis sedikitnya satu jawaban yang juga diterima, satu pada setiap baris."
    ),
    "quiz.correction_same": _l("Kunci ini sama dengan yang sudah berlaku. Tidak ada yang perlu diperbaiki."),
    "quiz.correction_reason": _l("Tulis alasannya, paling panjang %(limit)s huruf."),
    "quiz.correction_open": _l(
        "Sudah ada usul perbaikan kunci untuk soal ini. Putuskan yang itu dahulu, atau tarik kembali."
    ),
    "quiz.correction_unknown": _l("Usul perbaikan kunci ini tidak ada, atau bukan untuk kursus Anda."),
    "quiz.correction_decided": _l("Usul ini sudah diputuskan. Muat ulang halamannya."),
    "quiz.correction_undecided": _l("Usul ini belum disetujui orang kedua."),
    "quiz.correction_two_people": _l("Anda sendiri yang mengusulkannya. Yang menyetujui harus orang lain."),
    "answer.not_offered": _l(
        "Jawaban ini bukan salah satu yang ditawarkan. Muat ulang halaman, lalu pilih lagi."
    ),
    "answer.one_only": _l("Pilih satu jawaban saja."),
    "answer.too_long": _l("Jawaban paling panjang %(limit)s huruf."),
}

RULES: dict[str, Any] = {
    "rule.modules": _l("Semua modul sudah dibaca dan semua dilema sudah dijawab."),
    "rule.attempts": _l("Anda mempunyai %(most)s kesempatan."),
    "rule.cooldown": _l("Antara dua percobaan ada jeda %(minutes)s menit untuk membaca ulang."),
    "rule.time": _l("Waktunya %(minutes)s menit menurut jam server, juga bila sambungan terputus."),
    "rule.one_open": _l("Percobaan yang terbuka dapat dilanjutkan dari perangkat lain."),
}


def said(reason: Reason) -> str:
    """A reason as a sentence; instants on the reader's clock."""
    return str(TEXTS[reason.code]) % {
        name: format_moment(value) if hasattr(value, "tzinfo") else value
        for name, value in reason.params.items()
    }


def refusal(error: DomainError) -> str:
    """A service's refusal as a sentence; instants on the reader's clock."""
    if error.code in TEXTS:
        return said(Reason(error.code, error.params))
    return text_of(error)


def rule(description: Description) -> str:
    """How a rule introduces itself."""
    return str(RULES[description.code]) % description.params
