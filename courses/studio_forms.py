"""Forms of the studio."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Length, NumberRange, Optional, Regexp
from wtforms.widgets import HiddenInput

from courses.events import ChangeKind, Redo
from courses.format.source import KEY
from courses.texts import CHANGE
from learning.kernel.fields import DateField, Form, LineField, TextField, at_most, required

REDO_CHOICES = (Redo.NOBODY.value, Redo.IN_PROGRESS.value, Redo.EVERYONE.value, "BEFORE")
"""Who redoes a course; BEFORE: those under way, and of those who passed the ones before a day."""
KINDS = (ChangeKind.TYPO, ChangeKind.CLARIFICATION, ChangeKind.SUBSTANCE, ChangeKind.LAW)


class UploadForm(Form):
    """One zip with one course folder."""

    berkas = FileField(
        _l("Folder kursus sebagai zip"),
        description=_l("Paling besar 50 MB. Di dalamnya satu folder berisi kursus.md dan berkas modul."),
        validators=[FileRequired(message=_l("Pilih berkas zip kursus."))],
    )


class AltForm(Form):
    """What is read to whoever does not see an image."""

    alt = LineField(
        _l("Keterangan gambar"),
        description=_l(
            "Yang dibacakan kepada orang yang tidak melihat gambarnya: apa isinya, bukan bentuknya."
        ),
        validators=[required(_l("Tulis apa yang terlihat pada gambar.")), at_most(300)],
    )


class ImageForm(AltForm):
    """One image with what is read to whoever does not see it."""

    berkas = FileField(
        _l("Gambar"),
        description=_l(
            "PNG, JPG, atau WebP, paling besar 5 MB dan 6.000 piksel. Data kamera dan lokasi dihapus; gambar besar diperkecil."
        ),
        validators=[FileRequired(message=_l("Pilih berkas gambarnya."))],
    )
    ganti = BooleanField(_l("Ganti gambar yang bernama sama"))


class NewCourseForm(Form):
    """A course from nothing."""

    judul = LineField(_l("Judul"), validators=[required(_l("Tulis judul kursus.")), at_most(160)])
    kunci = LineField(
        _l("Kunci"),
        description=_l(
            "Huruf kecil, angka, dan tanda hubung, misalnya netralitas-guru. Tidak dapat diubah sesudah terbit."
        ),
        validators=[
            required(_l("Tulis kunci kursus.")),
            Regexp(KEY.pattern + r"\Z", message=_l("Pakai huruf kecil, angka, dan tanda hubung saja.")),
            Length(max=60, message=_l("Kunci paling panjang 60 huruf.")),
        ],
    )
    kode = LineField(
        _l("Kode"),
        description=_l("2 sampai 8 huruf besar; muncul di nomor sertifikat."),
        validators=[
            required(_l("Tulis kode kursus.")),
            Regexp(
                r"[A-Z][A-Z0-9]{1,7}\Z", message=_l("Pakai 2 sampai 8 huruf besar atau angka, diawali huruf.")
            ),
        ],
    )
    jp = IntegerField(
        _l("Jam pelajaran"),
        description=_l("1 JP sama dengan 45 menit."),
        default=2,
        validators=[
            required(_l("Tulis jumlah jam pelajaran.")),
            NumberRange(1, 500, message=_l("Tulis angka 1 sampai 500.")),
        ],
    )


class NewModuleForm(Form):
    """A further file of a course: a module, the summary or the glossary."""

    jenis = RadioField(
        _l("Berkas baru"),
        choices=[
            SelectChoice("modul", _l("Modul")),
            SelectChoice("ringkasan", _l("Ringkasan satu halaman")),
            SelectChoice("glosarium", _l("Glosarium")),
        ],
        default="modul",
        validators=[AnyOf(["modul", "ringkasan", "glosarium"], message=_l("Pilih jenis berkasnya."))],
        validate_choice=False,
    )
    nama = LineField(_l("Judul"), validators=[required(_l("Tulis judulnya.")), at_most(160)])


class SubmitForm(Form):
    """A word to the second person."""

    catatan = TextField(
        _l("Pesan untuk penelaah"),
        description=_l("Apa yang berubah, dan apa yang perlu diperhatikan."),
        validators=[at_most(2_000)],
    )


class CommentForm(Form):
    """A remark at a line."""

    berkas = SelectField(_l("Berkas"), choices=[], validate_choice=False)
    baris = IntegerField(_l("Baris"), validators=[required(_l("Tulis nomor barisnya."))])
    isi = TextField(_l("Catatan"), validators=[required(_l("Tulis catatannya.")), at_most(2_000)])


class DecisionForm(Form):
    """Approve or return. `telaah` is the round that was read."""

    telaah = IntegerField(widget=HiddenInput())
    putusan = RadioField(
        _l("Putusan Anda"),
        choices=[
            SelectChoice("setuju", _l("Setujui; naskah ini dapat diterbitkan persis seperti ini.")),
            SelectChoice("kembali", _l("Kembalikan; penulis memperbaiki, lalu mengirimnya lagi.")),
        ],
        validators=[
            required(_l("Pilih putusan Anda.")),
            AnyOf(["setuju", "kembali"], message=_l("Pilih salah satu putusan.")),
        ],
        validate_choice=False,
    )
    alasan = TextField(
        _l("Alasan"), description=_l("Wajib bila naskah dikembalikan."), validators=[at_most(2_000)]
    )


class PublishDraftForm(Form):
    """What the change is, in a word and in words, and who must take the course again."""

    perubahan = RadioField(
        _l("Apa yang berubah?"),
        choices=[SelectChoice(kind.value, CHANGE[kind]) for kind in KINDS],
        default=ChangeKind.CLARIFICATION.value,
        validators=[
            required(_l("Pilih apa yang berubah.")),
            AnyOf([kind.value for kind in KINDS], message=_l("Pilih salah satu jenis perubahan.")),
        ],
        validate_choice=False,
    )
    catatan = TextField(
        _l("Dengan kata-kata"),
        description=_l("Satu atau dua kalimat untuk riwayat terbitan."),
        validators=[at_most(2_000)],
    )
    ulang = RadioField(
        _l("Siapa yang mengulang?"),
        choices=[SelectChoice(value, value) for value in REDO_CHOICES],
        default=Redo.NOBODY.value,
        validators=[
            required(_l("Pilih siapa yang mengulang.")),
            AnyOf(REDO_CHOICES, message=_l("Pilih salah satu kelompok.")),
        ],
        validate_choice=False,
    )
    sebelum = DateField(_l("Lulus sebelum tanggal"), validators=[Optional()])
