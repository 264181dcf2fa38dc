"""The letters this package writes, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from learning.kernel.web import format_moment
from learning.people.kinds import TokenPurpose
from learning.people.transfer_queries import AgencyNews


def password_letter(
    *, purpose: TokenPurpose, name: str, locale: str, url: str, expires_at: datetime, zone: str | None = None
) -> tuple[str, str]:
    """Subject and text of the letter with the link. Says what it is for, until when, and what to do if unasked."""
    with force_locale(locale):
        until = format_moment(expires_at, zone).replace("\u00a0", " ")
        if purpose is TokenPurpose.ACTIVATION:
            subject = _("Aktifkan akun Netra Anda")
            reason = _("Akun Netra Anda sudah dibuat. Buat kata sandi melalui tautan ini:")
        else:
            subject = _("Atur ulang kata sandi Netra")
            reason = _(
                "Ada permintaan untuk mengatur ulang kata sandi Netra Anda. Buat kata sandi baru melalui tautan ini:"
            )
        body = "\n\n".join(
            (
                _("Yth. %(name)s,", name=name),
                reason,
                url,
                _("Tautan berlaku sampai %(until)s dan hanya dapat dipakai sekali.", until=until),
                _("Bila bukan Anda yang meminta, abaikan surat ini; kata sandi Anda tidak berubah."),
                "Netra",
            )
        )
    return subject, body + "\n"


def transfer_letter(*, name: str, locale: str, news: Sequence[AgencyNews], url: str) -> tuple[str, str]:
    """Subject and text of the letter about transfers. It says how many, never who: a letter can be forwarded by mistake."""
    with force_locale(locale):
        lines = []
        for agency in news:
            said = []
            if agency.came:
                said.append(ngettext("%(num)s orang datang", "%(num)s orang datang", agency.came))
            if agency.went:
                said.append(ngettext("%(num)s orang pindah", "%(num)s orang pindah", agency.went))
            lines.append(f"{agency.name}: {', '.join(said)}.")
        body = "\n\n".join(
            (
                _("Yth. %(name)s,", name=name),
                _("Pegawai yang datang dari atau pindah ke instansi lain sejak kabar terakhir:"),
                "\n".join(lines),
                _("Nama mereka dapat Anda lihat sesudah masuk ke Netra:"),
                url,
                _("Kelulusan, sertifikat, dan akun ikut pindah bersama orangnya."),
                _("Surat seperti ini dikirim paling banyak sekali sehari, dan hanya bila ada yang baru."),
                "Netra",
            )
        )
        return _("Perpindahan antarinstansi"), body + "\n"
