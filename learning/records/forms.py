"""Forms of the admin pages. They say what is missing; what is wrong is said by the services."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired, Optional, ValidationError

from learning.kernel.fields import DateField, Form, LineField, TextField, at_most, required
from learning.people.forms import PickField, choices
from learning.people.import_rows import is_region_code
from learning.records import regions
from learning.records.texts import EVENT_KINDS, SOURCE_GRADE, STAGE, STAGE_STATUS

MOST_REGIONS = 600


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
