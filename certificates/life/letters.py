"""The letters about a certificate, in the holder's language: what happened, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from certificates.life.notices import NoticeKind
from certificates.models import RevocationReason
from certificates.texts import REASONS
from learning.kernel.web import format_date


@dataclass(frozen=True, slots=True)
class About:
    """The certificate a letter speaks of. Addresses are whole; `note` is what the holder may read of the reason."""

    course_title: str
    number: str
    url: str
    course_url: str
    expires_on: date | None
    days_left: int = 0
    reason: RevocationReason | None = None
    note: str = ""
    replaced_number: str = ""
    successor_number: str = ""
    successor_url: str = ""


def letter(kind: NoticeKind, about: About, *, name: str, locale: str) -> tuple[str, str]:
    """Subject and text of the letter of this kind. Every letter says what the reader can do."""
    with force_locale(locale):
        subject, paragraphs = _WRITERS[kind](about)
        greeting = _("Yth. %(name)s,", name=name)
        return subject, "\n\n".join((greeting, *(text for text in paragraphs if text), "Netra")) + "\n"


def _ready(about: About) -> tuple[str, list[str]]:
    return _("Sertifikat %(number)s sudah terbit", number=about.number), [
        _("Selamat, Anda lulus %(course)s. Sertifikat Anda sudah terbit.", course=about.course_title),
        _(
            "Sertifikat ini menggantikan %(number)s, yang sejak sekarang tampil sebagai diganti.",
            number=about.replaced_number,
        )
        if about.replaced_number
        else "",
        _("Lihat dan unduh di:"),
        about.url,
        _(
            "Berlaku sampai dengan %(day)s. Kami mengingatkan Anda sebelum tanggal itu.",
            day=_day(about.expires_on),
        )
        if about.expires_on
        else "",
        _("Bila ada yang keliru pada namanya atau datanya, sampaikan dari halaman sertifikat itu."),
    ]


def _expires(about: About) -> tuple[str, list[str]]:
    left = ngettext("%(num)s hari lagi", "%(num)s hari lagi", about.days_left)
    subject = (
        _("Hari ini hari terakhir sertifikat %(number)s", number=about.number)
        if about.days_left == 0
        else _("Sertifikat %(number)s berlaku %(left)s", number=about.number, left=left)
    )
    return subject, [
        _(
            "Sertifikat %(course)s Anda berlaku sampai dengan %(day)s.",
            course=about.course_title,
            day=_day(about.expires_on),
        ),
        _("Sesudah tanggal itu sertifikat tidak lagi dihitung untuk pengangkatan dan kenaikan pangkat."),
        _("Agar tidak terputus, ikuti lagi kursusnya dan lulus sebelum tanggal itu:"),
        about.course_url,
    ]


def _superseded(about: About) -> tuple[str, list[str]]:
    return _("Sertifikat Anda diperbaiki: %(number)s", number=about.successor_number), [
        _(
            "Data pada sertifikat %(old)s sudah diperbaiki. Penggantinya adalah %(new)s, untuk kelulusan yang sama dan"
            " dengan masa berlaku yang sama.",
            old=about.number,
            new=about.successor_number,
        ),
        _("Penjelasan: %(note)s", note=about.note) if about.note else "",
        _("Lihat dan unduh di:"),
        about.successor_url,
        _(
            "Lembar yang lama sejak sekarang tampil sebagai diganti. Bila Anda sudah menyerahkannya, serahkan juga yang baru."
        ),
    ]


def _revoked(about: About) -> tuple[str, list[str]]:
    reason = str(REASONS[about.reason]) if about.reason else ""
    return _("Sertifikat %(number)s dicabut", number=about.number), [
        _(
            "Sertifikat %(number)s untuk %(course)s dicabut, jadi tidak membuktikan apa pun lagi.",
            number=about.number,
            course=about.course_title,
        ),
        _("Alasan: %(reason)s.", reason=reason) if reason else "",
        _("Penjelasan: %(note)s", note=about.note) if about.note else "",
        _(
            "Bila menurut Anda ini keliru, hubungi pengelola kepegawaian instansi Anda dan sebutkan nomor sertifikat di atas."
            " Rinciannya ada di:"
        ),
        about.url,
    ]


def answer_letter(
    *, name: str, locale: str, number: str, said: str, answer: str, url: str
) -> tuple[str, str]:
    """Subject and text of the answer to a request that was not granted."""
    with force_locale(locale):
        subject = _("Jawaban atas permintaan perbaikan %(number)s", number=number)
        paragraphs = (
            _("Yth. %(name)s,", name=name),
            _("Anda menyampaikan bahwa ada yang keliru pada sertifikat %(number)s:", number=number),
            said,
            _("Sertifikat itu tidak diperbaiki. Jawabannya:"),
            answer,
            _("Bila menurut Anda ini belum benar, sampaikan lagi dengan buktinya dari halaman sertifikat:"),
            url,
            "Netra",
        )
    return subject, "\n\n".join(paragraphs) + "\n"


def _day(day: date | None) -> str:
    return format_date(day).replace("\u00a0", " ")


_WRITERS = {
    NoticeKind.READY: _ready,
    NoticeKind.EXPIRES_90: _expires,
    NoticeKind.EXPIRES_30: _expires,
    NoticeKind.EXPIRES_7: _expires,
    NoticeKind.SUPERSEDED: _superseded,
    NoticeKind.REVOKED: _revoked,
}
