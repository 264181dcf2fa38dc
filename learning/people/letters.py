"""The letters this package writes, in the reader's language."""

from __future__ import annotations

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from learning.kernel.web import format_moment
from learning.people.kinds import TokenPurpose


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
