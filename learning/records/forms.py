"""Forms of the admin pages. They say what is missing; what is wrong is said by the services."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired, Optional, ValidationError

from learning.kernel.fields import DateField, Form, LineField, TextField, at_most, required
from learning.people.forms import PickField, choices, options
from learning.people.import_rows import is_region_code
from learning.records import regions
from learning.records.texts import EVENT_KINDS, SOURCE_GRADE, STAGE, STAGE_STATUS

MOST_DAYS = 365
MOST_REGIONS = 600


FIXED = "TANGGAL"
EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)
COVERED, EVERYBODY = "WILAYAH", "SEMUA"
WHOM = (
    (COVERED, _l("Yang bertugas di wilayah pemilihan itu")),
    (EVERYBODY, _l("Semua pegawai unit ini, juga di wilayah lain")),
)


class EventForm(Form):
    """An election."""

    nama = LineField(_l("Nama pemilihan"), [required(_l("Tulis nama pemilihan.")), at_most(200)])
    jenis = PickField(_l("Jenis"), choices=choices(EVENT_KINDS))
    wilayah = TextField(
        _l("Kode wilayah"),
        [at_most(8000)],
        description=_l("Satu kode tiap baris, misalnya 52 atau 52.03. Kosongkan untuk seluruh Indonesia."),
    )
    dasar = TextField(_l("Dasar hukum"), [required(_l("Tulis dasar hukumnya.")), at_most(2000)])

    @property
    def region_codes(self) -> tuple[str, ...]:
        """The codes as typed, one each."""
        return tuple(dict.fromkeys(part for part in re.split(r"[\s,;]+", self.wilayah.data or "") if part))

    def validate_wilayah(self, _field: Any) -> None:
        """Every code must read as one."""
        wrong = [code for code in self.region_codes if not is_region_code(code)]
        if wrong:
            # Not lazy: a lazy sentence counts as markup in a template, and this one carries what was typed.
            raise ValidationError(
                _(
                    "Kode wilayah “%(found)s” tidak terbaca. Tulis seperti 52, 52.03, atau 52.03.01.",
                    found=wrong[0][:20],
                )
            )
        if len(self.region_codes) > MOST_REGIONS:
            raise ValidationError(_l("Paling banyak %(most)s kode wilayah.", most=MOST_REGIONS))
        strange = [code for code in self.region_codes if not regions.is_known(code)]
        if strange:
            raise ValidationError(
                _(
                    "Kode wilayah %(found)s tidak ada dalam daftar resmi. Periksa kodenya di halaman kalender.",
                    found=strange[0],
                )
            )


class StageForm(Form):
    """The days of one stage."""

    tahapan = PickField(_l("Tahapan"), choices=choices(STAGE))
    # InputRequired, because DataRequired would hide the sentence about a date that cannot be read.
    mulai = DateField(_l("Hari pertama"), [InputRequired(_l("Isi hari pertama tahapan."))])
    sampai = DateField(_l("Hari terakhir"), [Optional()])
    status = PickField(_l("Kepastian tanggal"), choices=choices(STAGE_STATUS))
    sumber = LineField(
        _l("Sumber"),
        [required(_l("Tulis sumber tanggal ini.")), at_most(200)],
        description=_l("Misalnya nomor keputusan KPU."),
    )
    tanda = PickField(_l("Seberapa pasti sumbernya"), choices=choices(SOURCE_GRADE))
    catatan = LineField(_l("Catatan"), [at_most(300)])
    dilihat = HiddenField()
    pasti = HiddenField()

    @property
    def seen(self) -> int | None:
        """The number of the last change that was shown; None when the page did not say."""
        return number(self.dilihat.data)


class RuleForm(Form):
    """A date that a rule gives."""

    aturan = HiddenField()
    dilihat = HiddenField()
    pasti = HiddenField()

    @property
    def seen(self) -> int | None:
        """As in `StageForm`."""
        return number(self.dilihat.data)


def number(text: str | None) -> int | None:
    """A plain number of at most nine digits, or None."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else None


class AssignmentForm(Form):
    """A course for a unit and everything below it."""

    kursus = PickField(_l("Kursus"))
    unit = PickField(_l("Unit kerja"), [required(_l("Pilih unit kerja."))])
    tahapan = PickField(
        _l("Tahapan yang menentukan tenggat"), [required(_l("Pilih tahapan atau tanggal tetap."))]
    )
    tanggal = DateField(
        _l("Tanggal tetap"),
        [Optional()],
        description=_l("Hanya bila tenggatnya tidak bergantung pada tahapan pemilihan."),
    )
    hari = LineField(
        _l("Selesai berapa hari sebelumnya"),
        description=_l("Angka dari 0 sampai 365. Lazimnya 14 hari sebelum kampanye."),
    )
    bagi = PickField(_l("Bagi siapa"), choices=options(WHOM))
    dasar = TextField(
        _l("Dasar hukum"),
        [required(_l("Tulis dasar hukum penugasan ini.")), at_most(2000)],
        description=_l("Peserta membaca kalimat ini di beranda mereka."),
    )
    pasti = HiddenField()

    @property
    def covered_only(self) -> bool:
        """Whether only those are meant who work where the election is held."""
        return self.bagi.data == COVERED and not self.fixed

    @property
    def fixed(self) -> bool:
        """Whether the date is a fixed one."""
        return bool(self.tahapan.data == FIXED)

    @property
    def days(self) -> int:
        """The number of days; only after validation. None before a fixed date."""
        return 0 if self.fixed else int(self.hari.data or "0")

    def validate_tahapan(self, _field: Any) -> None:
        """A fixed date must be given when it is chosen."""
        if self.fixed and self.tanggal.data is None:
            raise ValidationError(_l("Isi tanggal tetapnya di bawah."))

    def validate_tanggal(self, field: Any) -> None:
        """Within years that somebody may mean."""
        if self.fixed and field.data and not EARLIEST <= field.data <= LATEST:
            raise ValidationError(
                _l(
                    "Tanggal ini terlalu jauh. Tulis tahun antara %(first)s dan %(last)s.",
                    first=EARLIEST.year,
                    last=LATEST.year,
                )
            )

    def validate_hari(self, field: Any) -> None:
        """A whole number within a year."""
        if self.fixed:
            return
        text = field.data or ""
        if not text:
            raise ValidationError(_l("Isi jumlah hari."))
        if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= MOST_DAYS):
            raise ValidationError(_l("Tulis angka bulat dari 0 sampai %(most)s.", most=MOST_DAYS))
