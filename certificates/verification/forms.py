"""Forms of the list check and of the receipt check."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from learning.kernel.fields import Form, LineField, TextField, at_most, required

PURPOSE_LENGTH = 200


class ListForm(Form):
    """Codes that anybody may paste."""

    daftar = TextField(
        _l("Kode verifikasi"),
        description=_l(
            "Satu kode atau alamat QR pada setiap baris, paling banyak 100. Nomor sertifikat hanya dilayani untuk pengelola"
            " kepegawaian yang masuk."
        ),
        validators=[required(_l("Tempel paling sedikit satu kode."))],
    )


class StaffListForm(Form):
    """Codes and numbers, pasted or as a file, and what for."""

    daftar = TextField(
        _l("Kode atau nomor sertifikat"),
        description=_l(
            "Satu pada setiap baris, paling banyak 1.000. Nomor hanya dijawab untuk pegawai yang Anda kelola; kode dijawab"
            " untuk siapa pun."
        ),
    )
    berkas = FileField(
        _l("Atau berkas CSV/XLSX"),
        description=_l("Satu kolom berjudul sertifikat, kode, atau nomor. Paling besar 1 MB."),
    )
    keperluan = LineField(
        _l("Keperluan"),
        description=_l("Misalnya: usul kenaikan pangkat 1 April 2027. Tersimpan bersama tanda terimanya."),
        validators=[required(_l("Tuliskan untuk apa daftar ini diperiksa.")), at_most(PURPOSE_LENGTH)],
    )

    def given_file(self) -> bytes | None:
        """The bytes of the file, None when none was chosen."""
        chosen: Any = self.berkas.data
        if not chosen or not getattr(chosen, "filename", ""):
            return None
        content: bytes = chosen.read()
        return content


class ReceiptForm(Form):
    """The result file whose receipt is checked."""

    berkas = FileField(
        _l("Berkas hasil (CSV)"),
        description=_l("Berkas hanya dihitung sidiknya, tidak disimpan."),
        validators=[FileRequired(message=_l("Pilih berkas CSV hasil pemeriksaan."))],
    )
