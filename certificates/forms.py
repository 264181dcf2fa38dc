"""Forms of this package. Rules are the services'; forms only say what is missing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from certificates.life.correcting import SAID_LENGTH
from certificates.life.proposals import EVIDENCE_LENGTH, NOTE_LENGTH, REMARK_LENGTH
from certificates.models import RevocationReason
from certificates.texts import REASONS
from learning.kernel.fields import DateField, Form, LineField, TextField, at_most, required
from learning.people.forms import PickField


def _evidence() -> TextField:
    return TextField(
        _l("Bukti"),
        description=_l(
            "Untuk orang kedua yang memutus: apa yang diperiksa, oleh siapa, nomor berita acara. Tidak dibaca pemegang."
        ),
        validators=[
            required(_l("Tuliskan buktinya, agar orang kedua dapat menilai.")),
            at_most(EVIDENCE_LENGTH),
        ],
    )


class RevokeForm(Form):
    """Why a certificate is to be revoked: a reason everybody reads, an explanation for the holder, the evidence."""

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
    evidence = _evidence()

    def chosen(self) -> RevocationReason | None:
        """The reason, None when something else than one of the list was sent."""
        value = self.reason.data
        return RevocationReason(value) if value in set(RevocationReason) else None


class CorrectForm(Form):
    """Why a corrected certificate is to be issued. Its words come from the personnel record, not from here."""

    note = TextField(
        _l("Penjelasan untuk pemegang"),
        description=_l("Misalnya: penulisan gelar diperbaiki sesuai ijazah."),
        validators=[required(_l("Tuliskan penjelasan untuk pemegang sertifikat.")), at_most(NOTE_LENGTH)],
    )
    evidence = _evidence()


class DeclineForm(Form):
    """Why a proposal or a request is declined."""

    remark = TextField(
        _l("Alasan penolakan"),
        validators=[required(_l("Tuliskan alasannya.")), at_most(REMARK_LENGTH)],
    )


class AskForm(Form):
    """What the holder says is wrong on the paper."""

    said = TextField(
        _l("Apa yang keliru, dan bagaimana seharusnya?"),
        description=_l(
            "Misalnya: gelar saya tertulis S.Pd., seharusnya M.Pd. Sebutkan juga bukti yang Anda punya."
        ),
        validators=[required(_l("Tuliskan apa yang keliru dan bagaimana seharusnya.")), at_most(SAID_LENGTH)],
    )


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


class FileCheckForm(Form):
    """A PDF whose genuineness somebody wants to know."""

    berkas = FileField(
        _l("Berkas PDF sertifikat"),
        description=_l("Paling besar 5 MB. Berkas hanya diperiksa di memori, tidak disimpan."),
        validators=[FileRequired(message=_l("Pilih berkas PDF sertifikatnya."))],
    )


class EditionFileForm(Form):
    """A print edition that somebody holds."""

    berkas = FileField(
        _l("Berkas PDF edisi cetak"),
        description=_l("Paling besar 60 MB. Berkas hanya dihitung sidiknya, tidak disimpan."),
        validators=[FileRequired(message=_l("Pilih berkas PDF edisi cetaknya."))],
    )


class UnitPapersForm(Form):
    """Which course's certificates of a unit. Options are set in the route."""

    kursus = PickField(_l("Kursus"), validators=[required(_l("Pilih kursusnya."))])


class LetterheadForm(Form):
    """How an agency's certificates look."""

    lembaga = LineField(
        _l("Baris pertama kop"),
        description=_l("Lembaga yang menerbitkan, misalnya Badan Kepegawaian Daerah."),
        validators=[required(_l("Isi nama lembaga pada kop.")), at_most(120)],
    )
    induk = LineField(
        _l("Baris kedua"),
        description=_l("Pemerintah daerah atau kementeriannya."),
        validators=[at_most(160)],
    )
    alamat = LineField(_l("Baris ketiga: alamat"), validators=[at_most(200)])
    tempat = LineField(
        _l("Tempat terbit"), description=_l("Kota di depan tanggal."), validators=[at_most(60)]
    )
    jabatan = LineField(
        _l("Jabatan penandatangan"),
        validators=[required(_l("Isi jabatan penandatangan.")), at_most(120)],
    )
    nama = LineField(
        _l("Nama penandatangan dengan gelar"),
        description=_l("Hanya nama orang yang sudah menyetujuinya."),
        validators=[required(_l("Isi nama penandatangan.")), at_most(120)],
    )
    nip_penandatangan = LineField(_l("NIP penandatangan"), validators=[at_most(40)])
    pola_nomor = LineField(
        _l("Pola nomor"),
        description=_l(
            "Diawali {nomor} dan garis miring, titik, atau tanda hubung; lalu huruf, angka, {kode}, {bulan}, {tahun}."
        ),
        validators=[at_most(40)],
    )
    warna = LineField(
        _l("Warna utama"),
        description=_l("Untuk tulisan, seperti #0B3D62. Harus cukup gelap agar terbaca."),
        validators=[at_most(7)],
    )
    aksen = LineField(
        _l("Warna aksen"), description=_l("Untuk garis hias, seperti #C8992E."), validators=[at_most(7)]
    )
    lambang = FileField(
        _l("Lambang baru"),
        description=_l("PNG, JPEG, atau WebP, paling besar 2 MB. Digambar ulang menjadi PNG."),
    )
    tanpa_lambang = BooleanField(_l("Pakai lambang Netra"))
    dwibahasa = BooleanField(_l("Dwibahasa: setiap keterangan juga ditulis dalam bahasa Inggris"))
    mulai = DateField(
        _l("Berlaku mulai"),
        description=_l("Sertifikat yang terbit sebelum tanggal ini tidak berubah."),
        validators=[required(_l("Isi tanggal mulai berlaku."))],
    )
    versi = HiddenField()

    @property
    def version(self) -> int:
        """The version that was on the screen; one that does not exist when something else was sent."""
        text = self.versi.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


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
