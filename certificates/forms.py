"""Forms of this package. Rules are the services'; forms only say what is missing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from certificates.models import RevocationReason
from certificates.services import NOTE_LENGTH
from certificates.texts import REASONS
from learning.kernel.fields import DateField, Form, LineField, TextField, at_most, required


class RevokeForm(Form):
    """Why a certificate is taken back: a reason everybody reads, and an explanation for the holder."""

    reason = SelectField(
        _l("Alasan yang tampil untuk umum"),
        choices=[
            SelectChoice("", _l("Pilih alasan")),
            *(SelectChoice(str(key), label) for key, label in REASONS.items()),
        ],
        validate_choice=False,
        validators=[required(_l("Pilih alasan pencabutan."))],
    )
    note = TextField(
        _l("Penjelasan untuk pemegang"),
        description=_l("Dibaca pemegang sertifikat dan pengelola kepegawaian, tidak tampil untuk umum."),
        validators=[required(_l("Tuliskan penjelasan untuk pemegang sertifikat.")), at_most(NOTE_LENGTH)],
    )

    def chosen(self) -> RevocationReason | None:
        """The reason, None when something else than one of the list was sent."""
        value = self.reason.data
        return RevocationReason(value) if value in set(RevocationReason) else None


class EligibilityForm(Form):
    """Whom, by which rule, as of which day."""

    who = LineField(
        _l("NIP atau nama"),
        description=_l("18 angka NIP, atau sebagian nama. Hanya pegawai yang Anda kelola."),
        validators=[required(_l("Isi NIP atau nama pegawai.")), at_most(120)],
    )
    rule = SelectField(_l("Aturan"), validate_choice=False, validators=[required(_l("Pilih aturan."))])
    day = DateField(
        _l("Tanggal pemeriksaan"),
        description=_l("Misalnya tanggal pelantikan atau tanggal kenaikan pangkat."),
        validators=[InputRequired(_l("Isi tanggal pemeriksaan."))],
    )


class BulkForm(Form):
    """A list of numbers, by which rule, as of which day."""

    numbers = TextField(
        _l("NIP, satu pada setiap baris"),
        description=_l("Boleh langsung disalin dari lembar kerja. Paling banyak 100.000 baris."),
        validators=[at_most(3_500_000)],
    )
    sheet = FileField(
        _l("Atau berkas CSV atau XLSX"),
        description=_l("Dengan kolom berkepala NIP. NIP yang rusak tidak kami tebak; barisnya disebut."),
    )
    rule = SelectField(_l("Aturan"), validate_choice=False, validators=[required(_l("Pilih aturan."))])
    day = DateField(
        _l("Tanggal efektif"),
        description=_l("Misalnya tanggal pelantikan atau tanggal kenaikan pangkat."),
        validators=[InputRequired(_l("Isi tanggal efektif."))],
    )

    def content(self) -> tuple[bytes, str]:
        """What was sent and the name of its file, "" for pasted text. A file counts before the text."""
        upload = self.sheet.data
        if isinstance(upload, FileStorage) and upload.filename:
            return upload.read(), upload.filename.replace("\x00", "")[:120] or "?"
        return (self.numbers.data or "").encode(), ""


class ReceiptFileForm(Form):
    """A result file that is to be compared with a receipt."""

    hasil = FileField(_l("Berkas hasil (CSV)"))
