"""Words of the item analysis, the corrected keys and the dilemma tallies."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from courses.tally_queries import NO_SEAT, REST
from learning.people.kinds import PositionType, UnitKind
from learning.people.texts import POSITION_TYPES, UNIT_KINDS
from quizzes.item_hints import GRAVE, Hint, HintCode
from quizzes.models import Outcome
from quizzes.regrading import Remedy

# Code -> (a word or two for the list, what it means and what to do).
HINTS: dict[HintCode, tuple[Any, Any]] = {
    HintCode.KEY_SUSPECT: (
        _l("Periksa kuncinya"),
        _l(
            "Orang yang lebih menguasai bahan justru lebih sering keliru di sini. Periksa dahulu apakah kuncinya benar."
        ),
    ),
    HintCode.RIVAL: (
        _l("Saingan kunci"),
        _l(
            "Yang memilih %(options)s lebih menguasai bahan daripada yang memilih kunci. Periksa apakah pilihan itu juga benar."
        ),
    ),
    HintCode.GUESSING: (
        _l("Seperti ditebak"),
        _l(
            "Hasilnya tidak lebih baik daripada menebak. Periksa apakah bahannya ada di modul dan kalimatnya jelas."
        ),
    ),
    HintCode.TOO_HARD: (
        _l("Terlalu sulit"),
        _l("Hampir tidak ada yang benar. Periksa kunci, kalimat soal, dan bahannya di modul."),
    ),
    HintCode.WEAK: (
        _l("Kurang membedakan"),
        _l("Soal ini hampir tidak membedakan yang menguasai bahan dari yang belum."),
    ),
    HintCode.DEAD_OPTION: (
        _l("Pengecoh mati"),
        _l(
            "Hampir tidak ada yang memilih %(options)s. Gantilah dengan kekeliruan yang sungguh terjadi di lapangan."
        ),
    ),
    HintCode.TOO_EASY: (
        _l("Terlalu mudah"),
        _l("Hampir semua orang benar, jadi soal ini tidak lagi memberi tahu apa-apa tentang siapa pun."),
    ),
    HintCode.OFTEN_BLANK: (
        _l("Sering dikosongkan"),
        _l(
            "Sedikitnya satu dari sepuluh orang tidak menjawab. Kalimatnya mungkin terlalu panjang atau membingungkan."
        ),
    ),
    HintCode.SLOW: (
        _l("Menyita waktu"),
        _l("Soal ini memakan lebih dari dua kali waktu soal lain. Pertimbangkan untuk meringkasnya."),
    ),
}
REMEDIES = {
    Remedy.KEY: _l("Kunci yang benar lain"),
    Remedy.ACCEPT: _l("Jawaban lain juga benar"),
    Remedy.VOID: _l("Soal digugurkan: semua yang mendapat soal ini memperoleh nilai penuh"),
}
OUTCOMES = {
    None: (_l("Menunggu orang kedua"), "warn", "clock"),
    Outcome.CONFIRMED: (_l("Disetujui"), "ok", "circle-check"),
    Outcome.DECLINED: (_l("Ditolak"), "", "x"),
    Outcome.WITHDRAWN: (_l("Ditarik kembali"), "", "x"),
}


def hint_tag(hint: Hint) -> tuple[str, str, str]:
    """A hint for the list: word, tone, icon."""
    word = str(HINTS[hint.code][0])
    return (word, "bad", "circle-alert") if hint.code in GRAVE else (word, "warn", "triangle-alert")


def hint_sentence(hint: Hint) -> str:
    """A hint as a sentence, with the options it speaks of as letters."""
    letters = [key.upper() for key in hint.options]
    named = _(" dan ").join([", ".join(letters[:-1]), letters[-1]] if len(letters) > 1 else letters)
    return str(HINTS[hint.code][1]) % {"options": named}


def group_name(label: str) -> str:
    """A row of a tally: kind of unit or of position, those without a seat, the small groups together."""
    if label == NO_SEAT:
        return str(_("Tanpa penempatan"))
    if label == REST:
        return str(_("Kelompok kecil, digabung"))
    if label in set(UnitKind):
        return str(UNIT_KINDS[UnitKind(label)])
    return str(POSITION_TYPES[PositionType(label)])
